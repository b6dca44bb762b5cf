//! The reading that is being built, and its budgets.

use super::fields::Section;
use super::{Content, Part, Reading, Slice, entity};
use crate::limits;

/// Data about a part that is needed only while parsing.
#[derive(Debug, Default)]
pub(super) struct Note {
    /// Rank among alternatives; 0 if it is not text.
    pub(super) rank: u8,
    /// Replacement if another alternative is chosen; None to drop it.
    pub(super) spare: Option<Content>,
}

/// A reading that is being built.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) reading: Reading,
    /// One entry for each part of the reading.
    pub(super) notes: Vec<Note>,
    /// Remaining budget for text, in bytes.
    pub(super) text_left: usize,
    /// Remaining budget for names and header fields, in bytes.
    names_left: usize,
    /// Remaining budget for HTML source, in bytes.
    pub(super) html_left: usize,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            reading: Reading::default(),
            notes: Vec::new(),
            text_left: limits::READING_TEXT,
            names_left: limits::READING_NAMES,
            html_left: limits::READING_HTML,
        }
    }
}

impl Gathered {
    /// Number of parts so far.
    pub(super) fn parts(&self) -> usize {
        self.reading.parts.len()
    }

    /// Whether the limit of parts is reached.
    pub(super) fn is_full(&self) -> bool {
        self.parts() >= limits::READING_PARTS
    }

    /// Counts an omitted part.
    pub(super) fn omit(&mut self) {
        self.reading.omitted += 1;
    }

    /// Adds a part. If that would exceed a budget, counts it as omitted and returns false.
    pub(super) fn push(&mut self, depth: usize, content: Content, note: Note) -> bool {
        let (text, names) = room(&content);
        if self.is_full() || text > self.text_left || names > self.names_left {
            self.omit();
            return false;
        }
        self.text_left -= text;
        self.names_left -= names;
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        self.reading.parts.push(Part { depth, content });
        self.notes.push(note);
        true
    }

    /// Records an enclosed message that is decoded, and returns its index.
    pub(super) fn encoded(&mut self, at: Slice) -> Option<u32> {
        let index = u32::try_from(self.reading.encoded.len()).ok();
        self.reading.encoded.push(at);
        index
    }

    /// Sets the end of the enclosed message that is the part with this index.
    pub(super) fn ends(&mut self, part: usize, to: usize) {
        let part = self.reading.parts.get_mut(part);
        if let Some(Content::Message { at, .. }) = part.map(|part| &mut part.content) {
            at.to = to as u64;
        }
    }

    /// Returns the budget of a removed part.
    pub(super) fn give_back(&mut self, content: &Content) {
        let (text, names) = room(content);
        self.text_left += text;
        self.names_left += names;
    }

    /// The header fields of an enclosed message, as many as fit the budget.
    pub(super) fn headers(&self, section: &Section<'_>) -> Vec<(String, String)> {
        if self.names_left == 0 || self.is_full() {
            return Vec::new();
        }
        self.fitting(entity::shown(section))
    }

    fn fitting(&self, headers: Vec<(String, String)>) -> Vec<(String, String)> {
        let mut left = self.names_left;
        headers
            .into_iter()
            .take_while(|(name, value)| {
                let fits = name.len() + value.len() <= left;
                left = left.saturating_sub(name.len() + value.len());
                fits
            })
            .collect()
    }

    /// Stores the header fields of the message itself.
    pub(super) fn own_headers(&mut self, section: &Section<'_>) {
        let headers = self.fitting(entity::shown(section));
        self.names_left -= size(&headers);
        self.reading.headers = headers;
    }
}

fn size(headers: &[(String, String)]) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum()
}

/// The bytes of text and of names in a part.
fn room(content: &Content) -> (usize, usize) {
    match content {
        Content::Text { text, .. } => (text.len(), 0),
        Content::Message { headers, .. } => (0, size(headers)),
        Content::Attachment {
            name, media_type, ..
        } => (0, name.len() + media_type.len()),
    }
}

/// Cuts a text to at most `most` bytes, ending with `…` if it was longer.
pub(super) fn cut(mut text: String, most: usize) -> String {
    const MORE: char = '…';
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most - MORE.len_utf8()));
        text.push(MORE);
    }
    text
}
