//! What has been read of a message so far, within its bounds.

use super::fields::Section;
use super::{Content, Part, Reading, entity};
use crate::limits;

/// What is known of a part besides what is shown.
#[derive(Debug, Default)]
pub(super) struct Note {
    /// How well it reads, among alternatives; 0 for what is no text.
    pub(super) rank: u8,
    /// What it is shown as if another alternative is chosen; None: not at all.
    pub(super) spare: Option<Content>,
}

/// A reading that grows.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) reading: Reading,
    /// One for each part of the reading.
    pub(super) notes: Vec<Note>,
    /// Bytes of text that may still come.
    pub(super) text_left: usize,
    /// Bytes of names and header fields that may still come.
    names_left: usize,
    /// Octets of HTML that may still be read.
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
    /// Parts so far.
    pub(super) fn parts(&self) -> usize {
        self.reading.parts.len()
    }

    /// Whether no part more is kept.
    pub(super) fn is_full(&self) -> bool {
        self.parts() >= limits::READING_PARTS
    }

    /// Counts a part that is left out.
    pub(super) fn omit(&mut self) {
        self.reading.omitted += 1;
    }

    /// Adds a part; false, and counted, if the bounds don't let it.
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

    /// Gives back the room of a part that is taken out again.
    pub(super) fn give_back(&mut self, content: &Content) {
        let (text, names) = room(content);
        self.text_left += text;
        self.names_left += names;
    }

    /// The header fields of an enclosed message, as many as there is room for.
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

    /// The message's own header fields.
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

/// Bytes of text and of names.
fn room(content: &Content) -> (usize, usize) {
    match content {
        Content::Text { text, .. } => (text.len(), 0),
        Content::Message { headers } => (0, size(headers)),
        Content::Attachment {
            name, media_type, ..
        } => (0, name.len() + media_type.len()),
    }
}

/// The start of a text, at most this many bytes with the `…` that says so.
pub(super) fn cut(mut text: String, most: usize) -> String {
    const MORE: char = '…';
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most - MORE.len_utf8()));
        text.push(MORE);
    }
    text
}
