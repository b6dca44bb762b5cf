//! What is submitted.

use crate::connection::{Segment, StoredFile, base64_lines};

/// A finished message and its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message, RFC 5322, every line ended by CRLF.
    pub segments: Vec<Segment>,
    /// The reverse-path.
    pub from: Option<String>,
    /// The forward-paths, each once: To, then Cc, then Bcc.
    pub to: Vec<String>,
    /// Octets above 127 occur in the body.
    pub eight_bit: bool,
    /// Octets above 127 occur in the header section: it needs SMTPUTF8.
    pub utf8: bool,
}

impl Message {
    /// The size of the message, in octets.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.segments.iter().map(Segment::size).sum()
    }

    /// The names of its files, each with the octets of the message up to its end.
    #[must_use]
    pub fn files(&self) -> Vec<(u64, String)> {
        let mut end = 0;
        let mut files = Vec::new();
        for segment in &self.segments {
            end += segment.size();
            if let Segment::Base64(file) | Segment::AsIs(file) = segment {
                files.push((end, file.name.clone()));
            }
        }
        files
    }

    /// The whole message in memory, with the octets that `read` has for each file. The page never
    /// does this with a message that has files: it sends them in slices.
    #[must_use]
    pub fn octets(&self, mut read: impl FnMut(&StoredFile) -> Vec<u8>) -> Vec<u8> {
        let mut whole = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Octets(octets) => whole.extend_from_slice(octets),
                Segment::Base64(file) => base64_lines(&read(file), &mut whole),
                Segment::AsIs(file) => whole.extend_from_slice(&read(file)),
            }
        }
        whole
    }
}
