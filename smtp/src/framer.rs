//! From octets to replies (RFC 5321 §4.2).
//!
//! | on the wire | read as |
//! | --- | --- |
//! | `250 text`, `250-text` … `250 text`, `250` alone | a reply (§4.2.1 asks clients to bear the bare code) |
//! | unlisted `2yz`, `3yz`, `4yz`, `5yz` | a reply of that class (§4.3.2: clients go by the first digit) |
//! | first digit not 2 to 5 (`099`, `150`, `600`), fewer than three digits, `+250`, digits that are not ASCII | [`FramingError::NotAReply`] |
//! | anything but space, `-` or CRLF behind the code | [`FramingError::NotAReply`] |
//! | another code on a later line of one reply | [`FramingError::MixedCodes`] |
//! | LF without CR before it | [`FramingError::BareLf`] (§2.3.8: it ends no line, and may be smuggling) |
//! | CR without LF behind it, NUL, other controls, bidi marks | text; whoever shows it makes it visible |
//! | octets that are not UTF-8 | text, U+FFFD in their place |
//! | a line, a reply or a count of lines beyond [`crate::limits`] | [`FramingError::LineTooLong`], [`FramingError::TooLong`] |

use std::fmt;

use crate::limits;
use crate::reply::{Code, Reply};

/// Why octets are no reply. After one of these the framer returns no more replies: client and
/// server can't get back in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum FramingError {
    /// A line that does not begin with a code and a separator.
    NotAReply,
    /// Two codes in one reply.
    MixedCodes,
    /// A line ended by LF alone.
    BareLf,
    /// A line longer than [`limits::REPLY_LINE`].
    LineTooLong,
    /// A reply longer than [`limits::REPLY`], or of more lines than [`limits::REPLY_LINES`].
    TooLong,
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FramingError::NotAReply => "a line that is no SMTP reply",
            FramingError::MixedCodes => "two different codes in one reply",
            FramingError::BareLf => "a line ended by LF alone",
            FramingError::LineTooLong => "a reply line without end",
            FramingError::TooLong => "a reply without end",
        })
    }
}

/// Cuts the server's octets into replies. Holds at most one reply and one line.
#[derive(Debug, Default)]
pub struct Framer {
    /// The current line, with CR, without LF.
    line: Vec<u8>,
    /// The current reply.
    code: Option<Code>,
    lines: Vec<String>,
    octets: usize,
    broken: Option<FramingError>,
}

impl Framer {
    /// An empty framer.
    #[must_use]
    pub fn new() -> Framer {
        Framer::default()
    }

    /// Takes octets off the front of `input` up to the end of the first whole reply in it.
    ///
    /// # Errors
    /// The first violation, and the same one from then on.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Reply>, FramingError> {
        if let Some(error) = self.broken {
            return Err(error);
        }
        match self.advance(input) {
            Err(error) => {
                self.broken = Some(error);
                Err(error)
            }
            fine => fine,
        }
    }

    /// Whether no octet of a further reply has come yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line.is_empty() && self.code.is_none() && self.broken.is_none()
    }

    /// What has arrived of the current line, cut to `most` octets: to show what was wrong.
    #[must_use]
    pub fn pending(&self, most: usize) -> String {
        String::from_utf8_lossy(&self.line[..self.line.len().min(most)]).into_owned()
    }

    /// The code that the current reply begins with, if its first line begins with three digits and
    /// then nothing, white space or `-`. It need not be a complete reply, nor become one.
    #[must_use]
    pub fn begins_with(&self) -> Option<Code> {
        if self.code.is_some() {
            return self.code;
        }
        let digits = self.line.get(..3)?;
        let separated = matches!(self.line.get(3), None | Some(b' ' | b'\t' | b'-' | b'\r'));
        let value = std::str::from_utf8(digits).ok()?.parse().ok()?;
        Code::new(value).filter(|_| separated && digits.iter().all(u8::is_ascii_digit))
    }

    fn advance(&mut self, input: &mut &[u8]) -> Result<Option<Reply>, FramingError> {
        while !input.is_empty() {
            let (upto, whole) = match input.iter().position(|&b| b == b'\n') {
                Some(at) => (at, true),
                None => (input.len(), false),
            };
            let room = limits::REPLY_LINE.saturating_sub(self.line.len() + 1);
            self.line.extend_from_slice(&input[..upto.min(room)]);
            // A first octet that can't begin a reply is known at once: no need to wait for a line
            // that may never end.
            self.plausible()?;
            if upto > room {
                return Err(FramingError::LineTooLong);
            }
            *input = &input[upto + usize::from(whole)..];
            if !whole {
                break;
            }
            if self.line.pop_if(|&mut last| last == b'\r').is_none() {
                return Err(FramingError::BareLf);
            }
            if let Some(reply) = self.end_line()? {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    fn plausible(&self) -> Result<(), FramingError> {
        let start = &self.line[..self.line.len().min(4)];
        let fits = start.iter().enumerate().all(|(at, &b)| match at {
            0 => (b'2'..=b'5').contains(&b),
            1 | 2 => b.is_ascii_digit(),
            _ => matches!(b, b' ' | b'-' | b'\r'),
        });
        if fits {
            Ok(())
        } else {
            Err(FramingError::NotAReply)
        }
    }

    fn end_line(&mut self) -> Result<Option<Reply>, FramingError> {
        let line = &self.line;
        let digits = line.get(..3).ok_or(FramingError::NotAReply)?;
        let value = digits
            .iter()
            .fold(0u16, |sum, b| sum * 10 + u16::from(b - b'0'));
        let code = Code::new(value).ok_or(FramingError::NotAReply)?;
        let last = match line.get(3) {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return Err(FramingError::NotAReply),
        };
        if self.code.is_some_and(|first| first != code) {
            return Err(FramingError::MixedCodes);
        }
        self.octets += line.len() + 2;
        if self.octets > limits::REPLY || self.lines.len() == limits::REPLY_LINES {
            return Err(FramingError::TooLong);
        }
        let text = String::from_utf8_lossy(line.get(4..).unwrap_or_default()).into_owned();
        self.lines.push(text);
        self.code = Some(code);
        self.line.clear();
        if !last {
            return Ok(None);
        }
        self.code = None;
        self.octets = 0;
        Ok(Some(Reply::new(code, std::mem::take(&mut self.lines))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Frames `input` cut at every chunk size and expects the same each time.
    fn check(input: &[u8], expect: &str) {
        for size in 1..=input.len().max(1) {
            let mut framer = Framer::new();
            let mut got = Vec::new();
            'all: for mut chunk in input.chunks(size) {
                while !chunk.is_empty() {
                    match framer.next(&mut chunk) {
                        Ok(Some(reply)) => got.push(format!("{} {:?}", reply.code, reply.lines)),
                        Ok(None) => {}
                        Err(error) => {
                            got.push(format!("{error:?}"));
                            break 'all;
                        }
                    }
                }
            }
            assert_eq!(got.join("; "), expect, "in chunks of {size}: {input:?}");
        }
    }

    #[test]
    fn replies_are_framed_at_any_chunk_size() {
        check(b"220 ready\r\n", r#"220 ["ready"]"#);
        check(b"250\r\n", r#"250 [""]"#);
        check(b"250-\r\n250 \r\n", r#"250 ["", ""]"#);
        check(
            b"250-a\r\n250-b\r\n250 c\r\n354 go\r\n",
            r#"250 ["a", "b", "c"]; 354 ["go"]"#,
        );
        check(b"299 unlisted\r\n", r#"299 ["unlisted"]"#);
        check(b"421 a\rb\0c\r\n", "421 [\"a\\rb\\0c\"]");
        check(b"550 \xff\xfe\r\n", "550 [\"\u{fffd}\u{fffd}\"]");
        check(b"250 x\r\r\n", r#"250 ["x\r"]"#);
    }

    #[test]
    fn what_is_no_reply_is_named() {
        for bad in [
            &b"25\r\n"[..],
            b"2 50 x\r\n",
            b"099 x\r\n",
            b"150 x\r\n",
            b"600 x\r\n",
            b"+250 x\r\n",
            b"250x\r\n",
            b"250\tx\r\n",
            b"\xef\xbc\x92\xef\xbc\x95\xef\xbc\x90 x\r\n",
            b"\r\n",
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 400\r\n",
            b"250_x\r\n",
            b" 250 x\r\n",
        ] {
            check(bad, "NotAReply");
        }
        // Its beginning names it, even if it arrives in one piece with far too much behind.
        check(
            &[&b"SSH"[..], &[b'x'; limits::REPLY_LINE]].concat(),
            "NotAReply",
        );
        check(b"250-a\r\n251 b\r\n", "MixedCodes");
        check(b"250 a\n", "BareLf");
        check(b"250-a\n250 b\r\n", "BareLf");
    }

    #[test]
    fn the_code_a_reply_begins_with_is_known_before_the_reply_is_whole() {
        let check = |input: &[u8], expect: Option<u16>| {
            let mut framer = Framer::new();
            let mut rest = input;
            drop(framer.next(&mut rest));
            let got = framer.begins_with().map(Code::value);
            assert_eq!(got, expect, "{input:?}");
        };
        check(b"", None);
        check(b"22", None);
        check(b"220", Some(220));
        check(b"220 mail\n", Some(220));
        check(b"220\tmail", Some(220));
        check(b"220-mail\r\nmail", Some(220));
        check(b"554-no\r\n220 mail\r\n", Some(554));
        check(b"220x", None);
        check(b"2200", None);
        check(b"+20 ", None);
        check(b"600 ", None);
        check(b"SSH-", None);
        // Behind a whole reply nothing is under way.
        check(b"220 mail\r\n", None);
    }

    #[test]
    fn endless_lines_and_replies_are_cut() {
        let mut framer = Framer::new();
        let flood = vec![b'x'; 1 << 20];
        let mut start = &b"250 "[..];
        assert_eq!(framer.next(&mut start), Ok(None));
        let mut rest = &flood[..];
        assert_eq!(framer.next(&mut rest), Err(FramingError::LineTooLong));
        assert!(framer.line.capacity() <= 2 * limits::REPLY_LINE);

        let mut framer = Framer::new();
        let lines = b"250-x\r\n".repeat(limits::REPLY_LINES + 1);
        assert_eq!(framer.next(&mut &lines[..]), Err(FramingError::TooLong));
    }

    proptest! {
        #[test]
        fn any_octets_at_any_cut_frame_alike(input in proptest::collection::vec(prop_oneof![Just(b'2'), Just(b'5'), Just(b'0'), Just(b' '), Just(b'-'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..200), cut in 0usize..200) {
            let run = |chunks: &[&[u8]]| {
                let mut framer = Framer::new();
                let mut got = Vec::new();
                for chunk in chunks {
                    let mut chunk = *chunk;
                    while !chunk.is_empty() {
                        match framer.next(&mut chunk) {
                            Ok(Some(reply)) => got.push(Ok(reply)),
                            Ok(None) => {}
                            Err(error) => { got.push(Err(error)); return got; }
                        }
                    }
                }
                got
            };
            let cut = cut.min(input.len());
            prop_assert_eq!(run(&[&input]), run(&[&input[..cut], &input[cut..]]));
        }
    }
}
