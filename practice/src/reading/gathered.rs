//! The reading that is being built, and its budgets.

use super::fields::Section;
use super::{Content, Entity, Part, Reading, Slice, entity, words};
use crate::limits;

/// Data about a part that is needed only while parsing.
#[derive(Debug, Default)]
pub(super) struct Note {
    /// Rank among alternatives shown as text; 0 if it is not text.
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
    /// Remaining budget for HTML source that is read, in bytes.
    pub(super) html_left: usize,
    /// Remaining budget for HTML in the reading, in bytes.
    pub(super) source_left: usize,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            reading: Reading::default(),
            notes: Vec::new(),
            text_left: limits::READING_TEXT,
            names_left: limits::READING_NAMES,
            html_left: limits::READING_HTML,
            source_left: limits::READING_HTML,
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
        let Room {
            text,
            names,
            source,
        } = room(&content);
        let fits = text <= self.text_left && names <= self.names_left && source <= self.source_left;
        if self.is_full() || !fits {
            self.omit();
            return false;
        }
        self.text_left -= text;
        self.names_left -= names;
        self.source_left -= source;
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        self.reading.parts.push(Part {
            depth,
            content,
            only: None,
        });
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
        let room = room(content);
        self.text_left += room.text;
        self.names_left += room.names;
        self.source_left += room.source;
    }

    /// Lists an entity, and returns its index. None: there are too many.
    pub(super) fn list(
        &mut self,
        level: usize,
        described: &entity::Entity,
        size: u64,
        at: Slice,
    ) -> Option<usize> {
        let listed = Entity {
            level: u32::try_from(level).unwrap_or(u32::MAX),
            media_type: described.media_type(),
            charset: cut(described.charset.clone(), limits::READING_FIELD),
            encoding: described.encoding.clone(),
            disposition: described.disposition.clone(),
            name: described.name.clone(),
            id: described.id.clone(),
            size,
            at,
        };
        let names = [
            &listed.media_type,
            &listed.charset,
            &listed.encoding,
            &listed.disposition,
            &listed.name,
            &listed.id,
        ];
        let names: usize = names.iter().map(|name| name.len()).sum();
        let index = self.reading.entities.len();
        if index >= limits::READING_PARTS || names > self.names_left {
            self.reading.unlisted += 1;
            return None;
        }
        self.names_left -= names;
        self.reading.entities.push(listed);
        Some(index)
    }

    /// Sets the end of the listed entity with this index.
    pub(super) fn listed_ends(&mut self, index: usize, to: usize) {
        if let Some(listed) = self.reading.entities.get_mut(index) {
            listed.at.to = to as u64;
            listed.size = listed.at.to.saturating_sub(listed.at.from);
        }
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
    pub(super) fn own_headers(&mut self, octets: &[u8], section: &Section<'_>) {
        self.reading.header = Slice {
            from: section.start as u64,
            to: section.body as u64,
            ..Slice::default()
        };
        let headers = self.fitting(entity::shown(section));
        self.names_left -= size(&headers);
        self.reading.headers = headers;
        for (at, value) in section.every(octets) {
            let value = &value[..value.len().min(limits::READING_SOURCE)];
            let encoded = !value.is_ascii() || value.windows(2).any(|two| two == b"=?");
            if !encoded {
                continue;
            }
            let decoded = cut(words::text(value), limits::READING_FIELD);
            let full = self.reading.fields.len() >= limits::READING_DECODED;
            if full || decoded.len() > self.names_left {
                break;
            }
            self.names_left -= decoded.len();
            self.reading.fields.push((at as u64, decoded));
        }
    }
}

fn size(headers: &[(String, String)]) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum()
}

/// The bytes in a part, by their budgets.
#[derive(Default)]
struct Room {
    text: usize,
    names: usize,
    source: usize,
}

fn room(content: &Content) -> Room {
    let mut room = Room::default();
    match content {
        Content::Text { text, .. } => room.text = text.len(),
        Content::Html { html, text, .. } => {
            room.text = text.len();
            room.source = html.len();
        }
        Content::Message { headers, .. } => room.names = size(headers),
        Content::Attachment {
            name,
            media_type,
            id,
            ..
        } => room.names = name.len() + media_type.len() + id.len(),
    }
    room
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
