//! Delimiter lines (RFC 2046 §5.1.1): which line is one, and which might be meant to be.

use std::collections::HashMap;

use super::fields::line;
use super::walk::Frame;
use crate::limits;

/// Longest boundary that is guessed; RFC 2046 has 70.
const LONGEST: usize = 200;

/// A delimiter line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// Whose it is, by its place in the list of frames.
    pub(super) level: usize,
    /// It is the last of its multipart.
    pub(super) closing: bool,
}

/// The boundaries that frames have, and how many have each: most lines that begin with two hyphens
/// are no delimiter, and need not be compared with all of them.
#[derive(Debug, Default)]
pub(super) struct Boundaries(HashMap<Vec<u8>, usize>);

impl Boundaries {
    /// A frame has this boundary.
    pub(super) fn add(&mut self, boundary: &[u8]) {
        *self.0.entry(boundary.to_vec()).or_default() += 1;
    }

    /// A frame that had it is gone.
    pub(super) fn remove(&mut self, boundary: &[u8]) {
        if let Some(count) = self.0.get_mut(boundary) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(boundary);
            }
        }
    }
}

/// The delimiter that a line is. Of two multiparts with one boundary the inner one has it, until it
/// is closed.
pub(super) fn of(frames: &[Frame], boundaries: &Boundaries, line: &[u8]) -> Option<Delimiter> {
    let rest = line.strip_prefix(b"--")?.trim_ascii_end();
    let last = rest.strip_suffix(b"--").map(<[u8]>::trim_ascii_end);
    if rest.len() > limits::READING_SOURCE
        || !(boundaries.0.contains_key(rest)
            || last.is_some_and(|last| boundaries.0.contains_key(last)))
    {
        return None;
    }
    let mut closed = None;
    for (level, frame) in frames.iter().enumerate().rev() {
        if frame.boundary.is_empty() {
            continue;
        }
        let closing = if frame.boundary == rest {
            false
        } else if last == Some(frame.boundary.as_slice()) {
            true
        } else {
            continue;
        };
        if !frame.closed {
            return Some(Delimiter { level, closing });
        }
        // Parts behind the end, where no other multipart takes them.
        if !closing && closed.is_none() {
            closed = Some(Delimiter { level, closing });
        }
    }
    closed
}

/// What `seek` has found.
#[derive(Debug)]
pub(super) struct Found {
    /// Where the content before the delimiter ends: the line end before it belongs to it.
    pub(super) end: usize,
    /// Where the delimiter's line begins.
    pub(super) start: usize,
    /// Where the next line begins.
    pub(super) next: usize,
    /// None: there is none up to the end.
    pub(super) delimiter: Option<Delimiter>,
}

/// The first delimiter line from `from` on, which is the start of a line.
pub(super) fn seek(octets: &[u8], from: usize, frames: &[Frame], boundaries: &Boundaries) -> Found {
    let end = octets.len();
    let mut at = from;
    while at < end && !frames.is_empty() {
        let (text, next) = line(octets, at);
        if let Some(delimiter) = of(frames, boundaries, text) {
            let content = &octets[from..at];
            let content = content.strip_suffix(b"\n").unwrap_or(content);
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            let end = from + content.len();
            return Found {
                end,
                start: at,
                next,
                delimiter: Some(delimiter),
            };
        }
        at = next;
    }
    Found {
        end,
        start: end,
        next: end,
        delimiter: None,
    }
}

/// The boundary that a multipart seems to have whose own never comes: that of the first line that
/// may be a delimiter and has a header section of a part behind it, or an empty line.
pub(super) fn guess(octets: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    while at < octets.len() {
        let (text, next) = line(octets, at);
        at = next;
        let Some(boundary) = text.strip_prefix(b"--").map(<[u8]>::trim_ascii_end) else {
            continue;
        };
        if boundary.is_empty() || boundary.len() > LONGEST {
            continue;
        }
        let (following, _) = line(octets, next);
        let field = following
            .get(..b"content-".len())
            .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if field || (following.is_empty() && next < octets.len()) {
            return Some(boundary.to_vec());
        }
    }
    None
}
