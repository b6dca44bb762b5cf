//! Splits the command stream into lines.

use crate::limits;

/// One line without its CRLF.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A complete line.
    Whole(Vec<u8>),
    /// The beginning of a line longer than [`limits::COMMAND_LINE`].
    TooLong(Vec<u8>),
    /// An LF without a CR before it.
    BareLf,
}

/// Holds at most one incomplete line. Only CRLF ends a line (RFC 5321 §2.3.8). If a bare LF ended
/// one, another server could see one command where this one sees two.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    kept: Vec<u8>,
    too_long: bool,
    after_cr: bool,
}

impl LineReader {
    /// Reads up to and including the end of the next line. Returns None if the input ended before
    /// it.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> Option<Line> {
        while let Some((&byte, rest)) = input.split_first() {
            *input = rest;
            if byte == b'\n' {
                let ended_by_crlf = self.after_cr;
                self.after_cr = false;
                let mut line = std::mem::take(&mut self.kept);
                let too_long = std::mem::take(&mut self.too_long);
                return Some(if !ended_by_crlf {
                    Line::BareLf
                } else if too_long {
                    Line::TooLong(line)
                } else {
                    line.pop();
                    Line::Whole(line)
                });
            }
            self.after_cr = byte == b'\r';
            // Leave one byte for the LF.
            if self.kept.len() + 1 < limits::COMMAND_LINE {
                self.kept.push(byte);
            } else {
                self.too_long = true;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
        let mut longest = vec![b'a'; limits::COMMAND_LINE - 2];
        longest.extend(b"\r\n");
        let line = LineReader::default().read(&mut &longest[..]);
        assert!(matches!(line, Some(Line::Whole(line)) if line.len() == limits::COMMAND_LINE - 2));
        longest.insert(0, b'a');
        let mut reader = LineReader::default();
        assert!(matches!(
            reader.read(&mut &longest[..]),
            Some(Line::TooLong(_))
        ));
        assert_eq!(
            reader.read(&mut &b"NOOP\r\n"[..]),
            Some(Line::Whole(b"NOOP".to_vec()))
        );
    }
}
