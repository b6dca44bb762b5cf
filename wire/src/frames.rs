//! JSON texts as text frames.

use std::{fmt, io};

use crate::{FromBridge, LONGEST_TEXT, TEXT_FRAME};

/// What a fragment adds to the text in it: `{"fragment":{"text":"","last":false}}`.
const ENVELOPE: usize = 40;

/// The text frames of one [`FromBridge`], each at most [`TEXT_FRAME`] octets: one, or where its
/// JSON is longer its [fragments](FromBridge::Fragment). They have to be sent one after the other,
/// with no other text frame between.
#[derive(Debug)]
pub struct TextFrames {
    text: String,
    /// Octets of `text` that are sent.
    sent: usize,
}

impl TextFrames {
    /// Encodes a message.
    ///
    /// # Errors
    /// What serde_json says; none of the protocol's values brings it to that.
    pub fn encode(message: &FromBridge) -> Result<TextFrames, serde_json::Error> {
        let mut text = Vec::with_capacity(length(message)?);
        serde_json::to_writer(&mut text, message)?;
        // What serde_json writes is UTF-8.
        let text = String::from_utf8(text).unwrap_or_default();
        Ok(TextFrames { text, sent: 0 })
    }
}

/// How long the JSON of a message will be, where that is worth knowing: a text of megabytes takes
/// up to three times the memory where it has to grow into it.
fn length(message: &FromBridge) -> Result<usize, serde_json::Error> {
    let FromBridge::Reading { .. } = message else {
        return Ok(256);
    };
    let mut count = Count(0);
    serde_json::to_writer(&mut count, message)?;
    Ok(count.0)
}

/// Counts what is written.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0 += octets.len();
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Iterator for TextFrames {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.sent == 0 && self.text.len() <= TEXT_FRAME {
            self.sent = self.text.len();
            return (self.sent > 0).then(|| std::mem::take(&mut self.text));
        }
        let rest = self.text.get(self.sent..).filter(|rest| !rest.is_empty())?;
        // JSON holds no control characters: they are escaped in it.
        let mut escaped = ENVELOPE;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                escaped += c.len_utf8() + usize::from(matches!(c, '"' | '\\'));
                escaped > TEXT_FRAME
            })
            .map_or(rest.len(), |(at, _)| at);
        self.sent += end;
        let fragment = FromBridge::Fragment {
            text: rest[..end].to_owned(),
            last: end == rest.len(),
        };
        serde_json::to_string(&fragment).ok()
    }
}

/// Puts [fragments](FromBridge::Fragment) together.
#[derive(Debug, Default)]
pub struct Fragments {
    text: String,
}

/// A text has more than [`LONGEST_TEXT`] octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text of more than {LONGEST_TEXT} octets")
    }
}

impl std::error::Error for TooLarge {}

impl Fragments {
    /// Adds the next fragment. Gives the whole text when this was its last.
    ///
    /// # Errors
    /// The text is too long; what came of it is dropped.
    pub fn push(&mut self, text: &str, last: bool) -> Result<Option<String>, TooLarge> {
        if self.text.len() + text.len() > LONGEST_TEXT {
            self.text = String::new();
            return Err(TooLarge);
        }
        self.text.push_str(text);
        Ok(last.then(|| std::mem::take(&mut self.text)))
    }
}
