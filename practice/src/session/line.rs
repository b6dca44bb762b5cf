//! Cuts the command stream into lines.

use crate::limits;

/// One line as it came, without its CRLF.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A whole line.
    Whole(Vec<u8>),
    /// A line over [`limits::COMMAND_LINE`]: the part of it that was kept.
    TooLong(Vec<u8>),
    /// An LF came without a CR before it.
    BareLf,
}

/// Holds at most one unfinished line. Only CRLF ends a line (RFC 5321 §2.3.8): were a bare LF
/// taken for an end, what this server sees as two commands another would see as one.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    kept: Vec<u8>,
    too_long: bool,
    after_cr: bool,
}

impl LineReader {
    /// Takes bytes up to and including the end of the next line; `None` when the input ran out
    /// first.
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
            // One byte is left for the LF.
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
    fn the_longest_line_fits_and_one_more_byte_does_not() {
        let mut longest = vec![b'a'; limits::COMMAND_LINE - 2];
        longest.extend(b"\r\n");
        assert!(
            matches!(LineReader::default().read(&mut &longest[..]), Some(Line::Whole(line)) if line.len() == limits::COMMAND_LINE - 2)
        );
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
