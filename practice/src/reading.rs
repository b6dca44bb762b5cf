//! Decodes a message of the mailbox for reading: headers, texts and attachments in their order.
//!
//! The MIME structure is parsed here rather than by mail-parser 0.11, which recurses for every
//! level, takes quadratic time for the parameters of a field, copies the message several times, and
//! stops at a missing boundary. Only boundaries and a few header fields are parsed, in one pass
//! without recursion. encoding_rs decodes charsets, chardetng guesses them, and html5gum tokenizes
//! HTML.

mod addresses;
mod alternative;
mod body;
mod boundary;
mod charset;
mod entity;
mod fields;
mod gathered;
mod html;
mod parameters;
mod repair;
mod transfer;
mod walk;
mod words;

use crate::limits;
use fields::Section;

/// A message, decoded for reading. All of it is a stranger's: text for showing, nothing else.
///
/// Its strings are at most [`limits::READING_TEXT`] and [`limits::READING_NAMES`] bytes together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The fields worth reading, name and decoded value, in the order a reader looks for them. A
    /// value that is cut ends with `…`.
    pub headers: Vec<(String, String)>,
    /// The parts in their order, at most [`limits::READING_PARTS`].
    pub parts: Vec<Part>,
    /// Parts left out because of the bounds.
    pub omitted: u64,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 0: of the message itself; 1: of a message enclosed in it; and so on.
    pub depth: u32,
    /// What it is.
    pub content: Content,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text, line ends LF.
    Text {
        /// The text.
        text: String,
        /// Whether there is more of it than this.
        cut: bool,
    },
    /// An enclosed message begins; its parts follow, one deeper.
    Message {
        /// As in [`Reading::headers`].
        headers: Vec<(String, String)>,
    },
    /// Something that is not shown as text.
    Attachment {
        /// Its file name; empty where it has none.
        name: String,
        /// Its media type, in lower case.
        media_type: String,
        /// Octets, decoded.
        size: u64,
    },
}

impl Reading {
    /// Reads a message. Anything reads as something; what is no message reads as one text.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Reading {
        walk::walk(raw)
    }
}

/// Subject and From of a message, for a list; None where it has none. Only its first
/// [`limits::HEADER_SEARCH`] bytes are looked at.
pub(crate) fn summary(raw: &[u8]) -> (Option<String>, Option<String>) {
    let top = &raw[..raw.len().min(limits::HEADER_SEARCH)];
    let section = Section::read(top, repair::beginning(top), |_| false);
    let cut = |text: String| -> Option<String> {
        let text: String = text.chars().take(limits::HEADER_TEXT).collect();
        (!text.is_empty()).then_some(text)
    };
    let subject = section.all("subject").next().map(words::text).and_then(cut);
    let from = section
        .all("from")
        .next()
        .map(addresses::addresses)
        .and_then(cut);
    (subject, from)
}

#[cfg(test)]
mod tests;
