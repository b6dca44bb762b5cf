//! Decodes a message of the mailbox for reading: headers, texts and attachments in order.
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
mod flowed;
mod gathered;
mod html;
mod parameters;
mod repair;
mod transfer;
mod walk;
mod words;

use crate::limits;
use fields::Section;
pub use repair::Transfer;

/// A message, decoded for reading. All of it is untrusted: text to be shown, and HTML to be shown
/// where it can run and load nothing.
///
/// Its texts are at most [`limits::READING_TEXT`] bytes together, its HTML is at most
/// [`limits::READING_HTML`], and all other strings are at most [`limits::READING_NAMES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The header fields that are shown, as name and decoded value, in the order of display. A
    /// value that was cut ends with `…`.
    pub headers: Vec<(String, String)>,
    /// The parts in order, at most [`limits::READING_PARTS`].
    pub parts: Vec<Part>,
    /// Number of parts left out because of the limits.
    pub omitted: u64,
    /// Encoded enclosed messages, in which other slices lie. Each comes after those that it lies
    /// in itself.
    pub encoded: Vec<Slice>,
    /// Where the header section of the message is. Empty if it has none.
    pub header: Slice,
    /// Values of header fields of the message that are encoded there, decoded: each after the
    /// offset of its field.
    pub fields: Vec<(u64, String)>,
    /// All entities (RFC 2045 §2.4) in order: multiparts, messages and what is in them.
    pub entities: Vec<Entity>,
    /// Number of entities left out because of the limits.
    pub unlisted: u64,
}

/// A message or a part of one, as its header section describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// How many multiparts and messages it is in.
    pub level: u32,
    /// Its media type, in lower case.
    pub media_type: String,
    /// Its charset as written; empty if there is none.
    pub charset: String,
    /// Its Content-Transfer-Encoding as written; empty if there is none.
    pub encoding: String,
    /// Its disposition, in lower case; empty if there is none.
    pub disposition: String,
    /// Its file name; empty if there is none.
    pub name: String,
    /// Its Content-ID without angle brackets; empty if there is none.
    pub id: String,
    /// Size after decoding, in octets.
    pub size: u64,
    /// Where its content is.
    pub at: Slice,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 0 for a part of the message itself, 1 for a part of an enclosed message, and so on.
    pub depth: u32,
    /// The content of the part.
    pub content: Content,
    /// None: it belongs to the message however that is shown. Otherwise it is one of several
    /// alternatives, and belongs to it only if it is shown so.
    pub only: Option<View>,
}

/// How a message is shown that has alternatives (RFC 2046 §5.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// As HTML where there is HTML.
    Formatted,
    /// As plain text.
    Text,
}

/// The content of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text with LF line ends.
    Text {
        /// The text.
        text: String,
        /// Whether the text was cut here.
        cut: bool,
    },
    /// Formatted text.
    Html {
        /// The HTML, of which control characters are left out.
        html: String,
        /// The same as text, with LF line ends. Empty if there is a plain text instead.
        text: String,
        /// Whether one of them was cut here.
        cut: bool,
    },
    /// The start of an enclosed message. Its parts follow, one level deeper.
    Message {
        /// As in [`Reading::headers`].
        headers: Vec<(String, String)>,
        /// Where it is.
        at: Slice,
    },
    /// A part that is not shown as text.
    Attachment {
        /// Its file name; empty if it has none.
        name: String,
        /// Its media type, in lower case.
        media_type: String,
        /// Its Content-ID without angle brackets, by which HTML names it; empty if it has none.
        id: String,
        /// Size after decoding, in octets.
        size: u64,
        /// Where its content is.
        at: Slice,
    },
}

/// Where octets are in a message, and how they are encoded there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// None: in the message itself. Otherwise in the decoded slice that [`Reading::encoded`] has
    /// at this index.
    pub of: Option<u32>,
    /// The first octet.
    pub from: u64,
    /// The end: the octet after the last.
    pub to: u64,
    /// How they are encoded.
    pub encoding: Transfer,
}

impl Reading {
    /// Decodes a message. Any input produces a reading; input that is not a message becomes one
    /// text.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Reading {
        walk::walk(raw)
    }
}

/// Returns Subject and From of a message for a list; None for a field that is missing. Only the
/// first [`limits::HEADER_SEARCH`] bytes are searched.
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
