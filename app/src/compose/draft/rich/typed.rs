//! What is typed into an editor, read again only where it has changed: a long text is not read as
//! a whole at every key.

use super::Rich;
use super::text::{self, Block, Style};
use super::tree::{is_void, tag};

/// Reads the HTML of an editor again and again.
#[derive(Default)]
pub struct TypedText {
    /// The HTML that was read last: that of the pieces, one behind the other.
    read: String,
    pieces: Vec<Piece>,
}

/// Blocks that mean the same wherever they are.
struct Piece {
    /// How long its HTML is in the editor, in octets.
    length: usize,
    html: String,
    blocks: Vec<Block>,
}

impl Piece {
    fn read(html: &str) -> Piece {
        let rich = Rich::read(html).typed();
        Piece {
            length: html.len(),
            html: rich.html(),
            blocks: text::blocks(&rich.nodes, Style::Plain),
        }
    }
}

impl TypedText {
    /// Reads what the editor has now: HTML in which every element is closed, as browsers write it.
    pub fn read(&mut self, html: String) {
        let same = |(a, b): &(u8, u8)| a == b;
        let (before, now) = (self.read.bytes(), html.bytes());
        let start = before.clone().zip(now.clone()).take_while(same).count();
        let most = html.len().min(self.read.len()) - start;
        let end = before.rev().zip(now.rev()).take_while(same).count();
        let end = end.min(most);

        // A piece that ends where the change begins may go on now.
        let (first, from) = whole_within(self.pieces.iter(), start.saturating_sub(1));
        let rest = self.pieces[first..].iter().rev();
        let (last, behind) = whole_within(rest, end.saturating_sub(1));
        let changed = &html[from..html.len() - behind];
        let read = pieces(changed).into_iter().map(Piece::read);
        let kept = self.pieces.len() - last;
        self.pieces.splice(first..kept, read);
        self.read = html;
    }

    /// As HTML, to be stored.
    #[must_use]
    pub fn html(&self) -> String {
        self.pieces.iter().map(|piece| &*piece.html).collect()
    }

    /// As plain text that reads well, its lines ended by LF.
    #[must_use]
    pub fn text(&self) -> String {
        let blocks = self.pieces.iter().flat_map(|piece| &piece.blocks);
        text::joined(blocks).join("\n")
    }
}

/// How many of these are whole within so many octets, and how many octets they have.
fn whole_within<'a>(pieces: impl Iterator<Item = &'a Piece>, octets: usize) -> (usize, usize) {
    let (mut count, mut length) = (0, 0);
    for piece in pieces {
        if length + piece.length > octets {
            break;
        }
        count += 1;
        length += piece.length;
    }
    (count, length)
}

/// Where one block ends and the next begins, as browsers write the lines of an editor.
const BETWEEN: &str = "</div><div";

/// The pieces of HTML: it is cut between two blocks that are in no other element. HTML with
/// anything else than elements and text in it is one piece.
fn pieces(html: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let from = at + found;
        let Some((name, length)) = tag_at(&html[from..]) else {
            return vec![html];
        };
        at = from + length;
        if !name.starts_with('/') {
            depth += usize::from(!is_void(name));
            continue;
        }
        let Some(outer) = depth.checked_sub(1) else {
            return vec![html];
        };
        depth = outer;
        if depth == 0 && html[from..].starts_with(BETWEEN) {
            pieces.push(&html[start..at]);
            start = at;
        }
    }
    if start < html.len() {
        pieces.push(&html[start..]);
    }
    pieces
}

/// The name of the tag at the beginning, with the slash of an end tag, and the length of the tag.
/// None: it is no tag, or one behind which something else than elements and text follows.
fn tag_at(html: &str) -> Option<(&str, usize)> {
    let inner = html.strip_prefix('<')?;
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '/';
    let name = &inner[..inner.find(ends)?];
    let element = name.trim_start_matches('/');
    if tag(element).is_none() && !matches!(element, "span" | "tbody") {
        return None;
    }
    let mut quoted = false;
    let end = html.bytes().position(|octet| {
        quoted ^= octet == b'"';
        octet == b'>' && !quoted
    });
    end.map(|end| (name, end + 1))
}

#[cfg(test)]
mod tests;
