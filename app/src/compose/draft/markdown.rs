//! Markdown as rich text: CommonMark with tables and strikethrough. Pure.
//!
//! HTML in it is text, links have the addresses that [`is_address`] allows, and pictures are those
//! of the draft. A line break is a break, as in other programs in which people write to each other.
//! A signature is shown as it is.
//!
//! The parser weighs as much as a fifth of the page, so it is not part of the page before
//! [`provide`] is called by code that is loaded later (see `ui::part`).

mod render;

use super::rich::{Node, Rich, is_address, signature_lines};
use super::{Attachment, picture_mark};
use crate::compose::draft::rich::from_lines;

/// How Markdown is read.
type Read = fn(&str) -> Vec<Node>;

#[cfg(feature = "parts")]
static PROVIDED: std::sync::OnceLock<Read> = std::sync::OnceLock::new();

/// Makes the parser part of the program. Without the feature `parts` it always is.
pub fn provide() {
    #[cfg(feature = "parts")]
    PROVIDED.get_or_init(|| render::render);
}

fn reader() -> Option<Read> {
    #[cfg(feature = "parts")]
    return PROVIDED.get().copied();
    #[cfg(not(feature = "parts"))]
    return Some(render::render);
}

/// Markdown as rich text. Before the parser is there, its lines as they are.
#[must_use]
pub fn read(source: &str, files: &[Attachment]) -> Rich {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let (text, signature) = split_signature(&source);
    let text = with_pictures(text, files);
    let mut nodes = reader().map_or_else(|| from_lines(&text), |read| read(&text));
    if let Some(signature) = signature {
        // The empty lines above it.
        let ends = text.len() - text.trim_end_matches('\n').len();
        let empty = if ends == text.len() { ends } else { ends - 1 };
        nodes.extend(from_lines(&"\n".repeat(empty)).into_iter().take(empty));
        nodes.extend(signature_lines(signature));
    }
    Rich { nodes }
}

/// The text above the last line `-- `, and the signature below it.
fn split_signature(source: &str) -> (&str, Option<&str>) {
    if let Some(signature) = source.strip_prefix("-- \n") {
        return ("", Some(signature));
    }
    match source.rfind("\n-- \n") {
        Some(at) => (&source[..=at], Some(&source[at + "\n-- \n".len()..])),
        None => (source, None),
    }
}

/// The first mark of each picture as what Markdown has for pictures.
fn with_pictures(text: &str, files: &[Attachment]) -> String {
    let mut text = text.to_owned();
    for file in files {
        let Some(id) = &file.content_id else { continue };
        let escape = |c: char| match c {
            c if c.is_ascii_punctuation() => format!("\\{c}"),
            c => c.to_string(),
        };
        let alt: String = file.name.chars().map(escape).collect();
        text = text.replacen(
            &picture_mark(&file.name),
            &format!("![{alt}](<cid:{id}>)"),
            1,
        );
    }
    text
}

#[cfg(test)]
mod tests;
