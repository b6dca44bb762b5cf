//! Adds one leaf part: decodes a text, and only measures anything else.

use super::entity::{Entity, Kind};
use super::gathered::{Gathered, Note};
use super::{Content, Slice, charset, html, transfer};

/// Ranks of text types among alternatives; higher is preferred.
pub(super) const PLAIN: u8 = 4;
const HTML: u8 = 3;
const OTHER: u8 = 2;
/// HTML that has pictures only.
const PICTURES: u8 = 1;

/// The content of a part that has no parts of its own.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'x> {
    /// As in [`super::Part::depth`].
    pub(super) depth: usize,
    /// Its octets, still encoded.
    pub(super) octets: &'x [u8],
    /// Where they are.
    pub(super) at: Slice,
    /// Their number after decoding.
    pub(super) size: u64,
    /// Whether it is a direct child of a multipart/alternative.
    pub(super) alternative: bool,
}

/// Adds a leaf part.
pub(super) fn add(gathered: &mut Gathered, entity: &Entity, leaf: Leaf<'_>) {
    let Leaf {
        depth,
        octets,
        at,
        size,
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
        id: entity.id.clone(),
        size,
        at,
    };
    // An event is no text to be read; it is shown from its file.
    let event = entity.main == "text" && entity.sub == "calendar";
    if entity.kind != Kind::Text || event {
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
    let Decoded { text, html, cut } = decoded(gathered, entity, octets);
    if let Some(html) = html {
        let pictures = is_blank(&text);
        if !pictures || has_picture(&html) {
            let rank = if pictures { PICTURES } else { rank };
            let content = Content::Html { html, text, cut };
            gathered.push(depth, content, Note { rank, spare });
        }
        return;
    }
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

/// Whether HTML has a picture, which is worth showing without any text.
fn has_picture(html: &str) -> bool {
    let mut tags = html.split('<').skip(1);
    tags.any(|tag| {
        tag.get(..3)
            .is_some_and(|name| name.eq_ignore_ascii_case("img"))
    })
}

/// The text of a part.
struct Decoded {
    text: String,
    /// The HTML that it is made of.
    html: Option<String>,
    /// Whether there is more of it.
    cut: bool,
}

impl Decoded {
    fn plain((text, cut): (String, bool)) -> Decoded {
        Decoded {
            text,
            html: None,
            cut,
        }
    }
}

/// Decodes the text of a part within the remaining budget.
fn decoded(gathered: &mut Gathered, entity: &Entity, octets: &[u8]) -> Decoded {
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
        return Decoded::plain(start(text, room, more));
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
    if is_blank(&text) && !is_blank(&source) && !has_picture(&source) && gathered.parts() == 0 {
        // The conversion produced no text, for example because of an unclosed <style>. Show the
        // source.
        return Decoded::plain(start(line_ends(source), room, more));
    }
    let (text, cut) = start(text, room, more || longer);
    if entity.sub != "html" {
        return Decoded::plain((text, cut));
    }
    // No text needs them, and they are six times as long in the protocol.
    source.retain(|c| c >= ' ' || matches!(c, '\t' | '\n' | '\r' | '\x0c'));
    let shorter = source.len() > gathered.source_left;
    if shorter {
        source.truncate(source.floor_char_boundary(gathered.source_left));
        source.truncate(whole_tokens(&source));
    }
    source.shrink_to_fit();
    Decoded {
        text,
        html: Some(source),
        cut: cut || shorter,
    }
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
