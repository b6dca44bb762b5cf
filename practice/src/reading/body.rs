//! Adds one leaf part: decodes a text, and only measures anything else.

use super::entity::{Entity, Kind};
use super::gathered::{Gathered, Note};
use super::{Content, Slice, charset, html, transfer};

/// Ranks of text types among alternatives; higher is preferred.
pub(super) const PLAIN: u8 = 4;
const HTML: u8 = 3;
const OTHER: u8 = 2;

/// The content of a part that has no parts of its own.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'x> {
    /// As in [`super::Part::depth`].
    pub(super) depth: usize,
    /// Its octets, still encoded.
    pub(super) octets: &'x [u8],
    /// Where they are.
    pub(super) at: Slice,
    /// Whether it is a direct child of a multipart/alternative.
    pub(super) alternative: bool,
}

/// Adds a leaf part.
pub(super) fn add(gathered: &mut Gathered, entity: &Entity, leaf: Leaf<'_>) {
    let Leaf {
        depth,
        octets,
        at,
        alternative,
    } = leaf;
    if gathered.is_full() {
        // Only count the part: there may be millions more.
        gathered.omit();
        return;
    }
    let attachment = || Content::Attachment {
        name: entity.name.clone(),
        media_type: entity.media_type(),
        size: transfer::size(octets, entity.transfer) as u64,
        at,
    };
    if entity.kind != Kind::Text {
        gathered.push(depth, attachment(), Note::default());
        return;
    }
    if !entity.name.is_empty() {
        // A text with a file name is listed by name and also shown.
        gathered.push(depth, attachment(), Note::default());
    }
    let rank = match (entity.main.as_str(), entity.sub.as_str()) {
        ("text", "plain") => PLAIN,
        ("text", "html") => HTML,
        _ => OTHER,
    };
    // Drop other renditions of the same text. Others, such as an invitation, become attachments.
    let repeats = [
        "plain",
        "html",
        "enriched",
        "richtext",
        "markdown",
        "x-amp-html",
        "watch-html",
    ]
    .contains(&entity.sub.as_str());
    let spare = (alternative && !repeats && entity.name.is_empty()).then(attachment);
    if octets.trim_ascii().is_empty() {
        return;
    }
    if gathered.text_left == 0 || (rank == HTML && gathered.html_left == 0) {
        gathered.omit();
        return;
    }
    let (text, cut) = decoded(gathered, entity, octets);
    // A text with no visible characters must not win among alternatives. Elsewhere it is the only
    // content of the part.
    let nothing = if alternative || rank == HTML {
        is_blank(&text)
    } else {
        text.trim().is_empty()
    };
    if !nothing {
        gathered.push(depth, Content::Text { text, cut }, Note { rank, spare });
    }
}

/// Decodes the text of a part within the remaining budget. Also returns whether it was cut.
fn decoded(gathered: &mut Gathered, entity: &Entity, octets: &[u8]) -> (String, bool) {
    let room = gathered.text_left;
    let is_html = matches!(entity.sub.as_str(), "html" | "x-amp-html" | "watch-html");
    // UTF-16 is the least dense charset: two octets become at least one byte of UTF-8.
    let most = if is_html {
        gathered.html_left
    } else {
        2 * room + 16
    };
    let (octets, more) = transfer::decode_text(octets, entity.transfer, most);
    if !is_html {
        let text = charset::decode(&octets, &entity.charset);
        drop(octets);
        let mut text = line_ends(text);
        if let Some(flowed) = entity.flowed {
            text = flowed.joined(&text);
        }
        return start(text, room, more);
    }
    gathered.html_left -= octets.len();
    let label = match entity.charset.as_str() {
        "" => charset_of_html(&octets),
        label => label.to_owned(),
    };
    let mut source = charset::decode(&octets, &label);
    drop(octets);
    if more {
        source.truncate(whole_tokens(&source));
    }
    let (text, longer) = html::text(&source, room);
    if is_blank(&text) && !is_blank(&source) && gathered.parts() == 0 {
        // The conversion produced no text, for example because of an unclosed <style>. Show the
        // source.
        return start(line_ends(source), room, more);
    }
    start(text, room, more || longer)
}

/// The length of HTML source without an incomplete tag or character reference at its end.
fn whole_tokens(source: &str) -> usize {
    // Longer than any character reference.
    const REFERENCE: usize = 40;
    let open = source.rfind('<').filter(|at| !source[*at..].contains('>'));
    let end = open.unwrap_or(source.len());
    let last = source[..end].rfind('&').filter(|at| end - at < REFERENCE);
    last.filter(|at| !source[*at..end].contains(';'))
        .unwrap_or(end)
}

/// Finds a `charset` in the first kilobyte of HTML, as browsers do (HTML §4.2.5.4).
fn charset_of_html(octets: &[u8]) -> String {
    let top = String::from_utf8_lossy(&octets[..octets.len().min(1024)]).to_lowercase();
    let Some(at) = top.find("charset") else {
        return String::new();
    };
    top[at + "charset".len()..]
        .trim_start()
        .strip_prefix('=')
        .map(|value| value.trim_start().trim_start_matches(['"', '\'']))
        .map(|value| value.split(|c: char| c.is_whitespace() || "\"';/>".contains(c)))
        .and_then(|mut words| words.next())
        .unwrap_or_default()
        .to_owned()
}

/// Cuts a text to `room` bytes. `more` says that it was cut before.
fn start(mut text: String, room: usize, more: bool) -> (String, bool) {
    let cut = more || text.len() > room;
    if cut {
        text.truncate(text.floor_char_boundary(room));
        if text.ends_with('\u{fffd}') {
            // The octets were cut in the middle of a character.
            text.pop();
        }
        text.shrink_to_fit();
    }
    (text, cut)
}

/// Normalizes line ends to LF.
fn line_ends(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

/// Whether a text has no visible character.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{34f}')
    })
}

#[cfg(test)]
mod tests {
    use super::whole_tokens;

    #[test]
    fn cut_source_ends_with_a_whole_token() {
        for (source, want) in [
            ("a<b>c", "a<b>c"),
            ("a<b>c<", "a<b>c"),
            ("a<b>c</", "a<b>c"),
            ("a<b>c</b", "a<b>c"),
            ("a<img alt=\"x", "a"),
            ("a &amp; b", "a &amp; b"),
            ("a &amp; b&am", "a &amp; b"),
            ("a &am<b", "a "),
            ("", ""),
        ] {
            assert_eq!(&source[..whole_tokens(source)], want);
        }
    }
}
