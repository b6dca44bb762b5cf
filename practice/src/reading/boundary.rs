//! Finds delimiter lines (RFC 2046 §5.1.1), and guesses a boundary where the declared one is
//! missing or wrong.

use std::collections::HashMap;

use super::fields::line;
use super::walk::Frame;
use crate::limits;

/// Longest boundary that is guessed. RFC 2046 allows 70.
const LONGEST: usize = 200;

/// A delimiter line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiter {
    /// Index of its multipart in the list of frames.
    pub(super) level: usize,
    /// Whether it closes the multipart.
    pub(super) closing: bool,
}

/// The boundaries of the open frames, with a count for each. One look-up rejects most lines that
/// begin with two hyphens but are not delimiters.
#[derive(Debug, Default)]
pub(super) struct Boundaries(HashMap<Vec<u8>, usize>);

impl Boundaries {
    /// Adds the boundary of a frame.
    pub(super) fn add(&mut self, boundary: &[u8]) {
        *self.0.entry(boundary.to_vec()).or_default() += 1;
    }

    /// Removes the boundary of a frame.
    pub(super) fn remove(&mut self, boundary: &[u8]) {
        if let Some(count) = self.0.get_mut(boundary) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(boundary);
            }
        }
    }
}

/// The delimiter in this line, if it is one. If two open multiparts share a boundary, the line
/// belongs to the inner one until that is closed.
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
        // A part after the closing delimiter, unless an outer multipart has the same boundary.
        if !closing && closed.is_none() {
            closed = Some(Delimiter { level, closing });
        }
    }
    closed
}

/// The result of [`seek`].
#[derive(Debug)]
pub(super) struct Found {
    /// End of the content. The line end before a delimiter belongs to the delimiter.
    pub(super) end: usize,
    /// Start of the delimiter line.
    pub(super) start: usize,
    /// Start of the line after it.
    pub(super) next: usize,
    /// None if there is none.
    pub(super) delimiter: Option<Delimiter>,
}

/// Finds the first delimiter line at or after `from`, which must be the start of a line.
pub(super) fn seek(octets: &[u8], from: usize, frames: &[Frame], boundaries: &Boundaries) -> Found {
    let end = octets.len();
    let mut at = from;
    while at < end && !frames.is_empty() {
        let (text, next) = line(octets, at);
        if let Some(delimiter) = of(frames, boundaries, text) {
            return Found {
                end: from + without_line_end(&octets[from..at]).len(),
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

/// The end of content that began at `from`, where the search that began later has found this.
pub(super) fn content_end(octets: &[u8], from: usize, found: &Found) -> usize {
    match found.delimiter {
        Some(_) if from <= found.start => from + without_line_end(&octets[from..found.start]).len(),
        _ => found.end,
    }
}

/// The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
fn without_line_end(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    content.strip_suffix(b"\r").unwrap_or(content)
}

/// Guesses the boundary of a multipart whose declared boundary never occurs: the first line that
/// begins with two hyphens and is followed by a `Content-` field or an empty line.
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
