//! The message on its way onto the wire: line ends made CRLF and, behind DATA, leading dots doubled
//! (RFC 5321 §2.3.8, §4.5.2).

use memchr::memchr2;

use crate::limits;

/// Transforms any octets, as a stream, to what may be sent between `354` and the final dot, or in
/// the chunks of BDAT.
///
/// CR LF, a CR alone and an LF alone each count as one line end and are written as CR LF. So no
/// input, however it is split, can produce a line of one dot. Keeps only the last two octets.
#[derive(Debug)]
pub struct Stuffer {
    doubles_dots: bool,
    at_line_start: bool,
    after_cr: bool,
    lines: u64,
    stuffed: u64,
    wire_octets: u64,
    /// Octets of the current line, as the recipient will have it.
    column: usize,
    overlong: Option<u64>,
}

impl Default for Stuffer {
    fn default() -> Self {
        Stuffer {
            doubles_dots: true,
            at_line_start: true,
            after_cr: false,
            lines: 0,
            stuffed: 0,
            wire_octets: 0,
            column: 0,
            overlong: None,
        }
    }
}

impl Stuffer {
    /// At the start of a message that follows DATA.
    #[must_use]
    pub fn new() -> Stuffer {
        Stuffer::default()
    }

    /// At the start of a message that is sent by BDAT, where no dot is special (RFC 3030 §2) and
    /// none is doubled.
    #[must_use]
    pub fn for_chunks() -> Stuffer {
        Stuffer {
            doubles_dots: false,
            ..Stuffer::default()
        }
    }

    /// Transforms `input` and appends the result to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let before = out.len();
        // A little more than the input: line ends and dots are few in what a composer makes.
        out.reserve(input.len() + input.len() / 32 + 2);
        // Octets that don't change are copied together: from here to the next change.
        let mut kept = 0;
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            // The LF of a CR LF whose line end is written already.
            kept = usize::from(input[0] == b'\n');
        }
        let mut at = kept;
        while at < input.len() {
            if self.at_line_start && self.doubles_dots && input[at] == b'.' {
                out.extend_from_slice(&input[kept..at]);
                out.push(b'.');
                kept = at;
                self.stuffed += 1;
            }
            let end = memchr2(b'\r', b'\n', &input[at..]).map(|run| at + run);
            self.add_to_line(end.unwrap_or(input.len()) - at);
            let Some(end) = end else {
                break;
            };
            if input[end..].starts_with(b"\r\n") {
                at = end + 2;
            } else {
                out.extend_from_slice(&input[kept..end]);
                out.extend_from_slice(b"\r\n");
                at = end + 1;
                kept = at;
                self.after_cr = input[end] == b'\r' && at == input.len();
            }
            self.end_line();
        }
        out.extend_from_slice(&input[kept..]);
        self.wire_octets += (out.len() - before) as u64;
    }

    /// Ends the last line, if it has no end yet. The final dot is the caller's.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.at_line_start {
            out.extend_from_slice(b"\r\n");
            self.wire_octets += 2;
            self.end_line();
        }
        self.after_cr = false;
    }

    /// Lines written so far.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Lines that got a second dot.
    #[must_use]
    pub fn stuffed(&self) -> u64 {
        self.stuffed
    }

    /// The first line that is longer than [`limits::TEXT_LINE`], from 1, if there is one. It counts
    /// its octets without the second dot, which the server removes (RFC 5321 §4.5.3.1.6).
    #[must_use]
    pub fn overlong(&self) -> Option<u64> {
        self.overlong
    }

    /// Octets written so far.
    #[must_use]
    pub fn wire_octets(&self) -> u64 {
        self.wire_octets
    }

    /// Adds octets to the current line.
    fn add_to_line(&mut self, octets: usize) {
        if octets == 0 {
            return;
        }
        self.at_line_start = false;
        self.column += octets;
        if self.column > limits::TEXT_LINE {
            self.overlong.get_or_insert(self.lines + 1);
        }
    }

    fn end_line(&mut self) {
        self.at_line_start = true;
        self.column = 0;
        self.lines += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stuff(chunks: &[&[u8]]) -> Vec<u8> {
        through(Stuffer::new(), chunks)
    }

    fn through(mut stuffer: Stuffer, chunks: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for chunk in chunks {
            stuffer.push(chunk, &mut out);
        }
        stuffer.finish(&mut out);
        assert_eq!(stuffer.wire_octets(), out.len() as u64);
        out
    }

    /// What a server that goes by the RFC makes of it: `None` where the octets would end the
    /// message early.
    fn unstuff(wire: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut rest = wire;
        while !rest.is_empty() {
            let end = rest.windows(2).position(|w| w == b"\r\n")?;
            let line = &rest[..end];
            if line == b"." {
                return None;
            }
            out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
            out.extend_from_slice(b"\r\n");
            rest = &rest[end + 2..];
        }
        Some(out)
    }

    fn canonical(input: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(input)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let mut text = text.replace('\n', "\r\n");
        if !text.is_empty() && !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    fn check(input: &str, expect: &str) {
        let input = input.as_bytes();
        for cut in 0..=input.len() {
            for cut2 in cut..=input.len() {
                let got = stuff(&[&input[..cut], &input[cut..cut2], &input[cut2..]]);
                assert_eq!(
                    String::from_utf8_lossy(&got),
                    expect,
                    "cut at {cut}, {cut2}: {input:?}"
                );
            }
        }
    }

    #[test]
    fn line_ends_and_dots() {
        check("", "");
        check("a", "a\r\n");
        check("a\r", "a\r\n");
        check("a\n", "a\r\n");
        check("a\r\n", "a\r\n");
        check("a\n\rb", "a\r\n\r\nb\r\n");
        check("a\r\r\nb", "a\r\n\r\nb\r\n");
        check(".", "..\r\n");
        check("..", "...\r\n");
        check("a.b\r\n.c", "a.b\r\n..c\r\n");
        for smuggled in [
            "x\r\n.\r\ny",
            "x\n.\ny",
            "x\n.\r\ny",
            "x\r\n.\ny",
            "x\r.\ry",
            "x\r.\r\ny",
            "x\r\n.\ry",
            "x\n.\ry",
            "x\r.\ny",
        ] {
            check(smuggled, "x\r\n..\r\ny\r\n");
        }
        check("\n.\n", "\r\n..\r\n");
        check(".\r\n", "..\r\n");
    }

    #[test]
    fn lines_without_measure_are_seen() {
        let check = |input: &str, expect: Option<u64>| {
            for cut in [0, 1, 500, 998, 999, input.len()] {
                let cut = cut.min(input.len());
                let mut stuffer = Stuffer::new();
                let mut out = Vec::new();
                stuffer.push(&input.as_bytes()[..cut], &mut out);
                stuffer.push(&input.as_bytes()[cut..], &mut out);
                stuffer.finish(&mut out);
                assert_eq!(stuffer.overlong(), expect, "cut at {cut}");
            }
        };
        let (most, more) = ("x".repeat(998), "x".repeat(999));
        check("", None);
        check(&most, None);
        check(&more, Some(1));
        check(&format!("{most}\r\n{most}\n{most}\r"), None);
        check(&format!("a\r\n{more}\r\n{more}"), Some(2));
        check(&format!(".{}", &most[1..]), None);
        check(&format!(".{most}"), Some(1));
    }

    proptest! {
        #[test]
        fn a_server_gets_back_the_canonical_message(input in "[a.\r\n]{0,60}", cuts in proptest::collection::vec(0usize..60, 0..4)) {
            let input = input.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(input.len())).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts {
                chunks.push(&input[from..cut]);
                from = cut;
            }
            chunks.push(&input[from..]);
            let wire = stuff(&chunks);
            prop_assert_eq!(unstuff(&wire), Some(canonical(input)));
            prop_assert_eq!(through(Stuffer::for_chunks(), &chunks), canonical(input));
        }
    }
}
