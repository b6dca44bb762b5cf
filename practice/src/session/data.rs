//! Receives the bytes of a message after DATA or in BDAT chunks.
//!
//! `smtp-proto` has receivers for both, but its DATA receiver accepts `CRLF . CR CR LF` as the end,
//! and does not recognize the end of an empty message.

use crate::limits;

/// The message so far, or why it is refused.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    seen: u64,
    refusal: Option<&'static str>,
}

impl Body {
    fn push(&mut self, bytes: &[u8]) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        if self.refusal.is_some() {
            return;
        }
        if self.bytes.len() + bytes.len() > limits::MESSAGE {
            self.refuse("552 5.3.4 Message size exceeds fixed limit");
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Discards the message and refuses it. The first reason is kept.
    pub(super) fn refuse(&mut self, reply: &'static str) {
        self.bytes = Vec::new();
        self.refusal.get_or_insert(reply);
    }

    fn refuse_bare_line_end(&mut self) {
        self.refuse("550 5.6.0 Message contains bare <CR> or <LF>");
    }

    /// How many octets have arrived, without dot-stuffing.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Memory in use, in bytes.
    pub(super) fn buffered(&self) -> usize {
        self.bytes.capacity()
    }

    /// The reply to a client that continues to send a refused message beyond the limit.
    pub(super) fn over_limit(&self) -> Option<&'static str> {
        self.refusal
            .filter(|_| self.seen > limits::MESSAGE as u64 * limits::REFUSED_BODY_FACTOR)
    }

    /// The reply that refuses the message, if it is already refused.
    pub(super) fn refusal(&self) -> Option<&'static str> {
        self.refusal
    }

    /// The message, or the reply that refuses it.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, &'static str> {
        match self.refusal {
            Some(reply) => Err(reply),
            None => {
                self.bytes.shrink_to_fit();
                Ok(self.bytes)
            }
        }
    }
}

/// Position in a line, named for the bytes before it.
#[derive(Debug, Clone, Copy, Default)]
enum After {
    /// After a CRLF, or at the start: the CRLF of DATA counts (RFC 5321 §4.1.1.4).
    #[default]
    LineEnd,
    /// After CRLF and a dot.
    Dot,
    /// After CRLF, a dot and CR.
    DotCr,
    /// After CR.
    Cr,
    /// After any other byte.
    Text,
}

/// Removes dot-stuffing (RFC 5321 §4.5.2) and finds the end of the message.
///
/// Only CRLF ends a line, so only CRLF.CRLF ends the message. A message with a bare CR or LF is
/// refused, not repaired: another server might take the bare CR or LF for a line end and split the
/// message in two (CVE-2023-51764 and similar).
#[derive(Debug, Default)]
pub(super) struct DataReader {
    pub(super) body: Body,
    after: After,
}

impl DataReader {
    /// Reads up to and including the CRLF of the final dot. Returns false if the input ended before
    /// it.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> bool {
        while let Some(&byte) = input.first() {
            if matches!(self.after, After::Text) {
                let run = input
                    .iter()
                    .position(|byte| matches!(byte, b'\r' | b'\n'))
                    .unwrap_or(input.len());
                let (text, rest) = input.split_at(run);
                self.body.push(text);
                *input = rest;
                let Some((&byte, rest)) = input.split_first() else {
                    return false;
                };
                *input = rest;
                match byte {
                    b'\r' => self.after = After::Cr,
                    _ => self.body.refuse_bare_line_end(),
                }
                continue;
            }
            self.after = match (self.after, byte) {
                (After::Cr, b'\n') => {
                    self.body.push(b"\r\n");
                    After::LineEnd
                }
                (After::DotCr, b'\n') => {
                    *input = &input[1..];
                    return true;
                }
                (After::Cr | After::DotCr, _) => {
                    self.body.refuse_bare_line_end();
                    // Process this byte again: it may be the CR of a CRLF.
                    self.after = After::Text;
                    continue;
                }
                (After::LineEnd, b'.') => After::Dot,
                (After::Dot, b'\r') => After::DotCr,
                (After::LineEnd, b'\r') => After::Cr,
                (_, b'\n') => {
                    self.body.refuse_bare_line_end();
                    After::Text
                }
                (_, byte) => {
                    self.body.push(&[byte]);
                    After::Text
                }
            };
            *input = &input[1..];
        }
        false
    }
}

/// The chunks of one message (RFC 3030). Line ends must be CRLF, as in any message: BINARYMIME is
/// not offered.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    pub(super) body: Body,
    after_cr: bool,
}

impl Chunks {
    /// Adds bytes of a chunk.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.after_cr != (byte == b'\n') {
                self.body.refuse_bare_line_end();
            }
            self.after_cr = byte == b'\r';
        }
        self.body.push(bytes);
    }

    /// The message, or the reply that refuses it.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, &'static str> {
        if self.after_cr {
            self.body.refuse_bare_line_end();
        }
        self.body.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` is the message, or None if it is refused. `rest` is the input after the end of
    /// the message.
    fn check(input: &str, expected: Option<&str>, behind: &str) {
        for size in 1..=input.len() {
            let mut reader = DataReader::default();
            let mut consumed = 0;
            let ended = input.as_bytes().chunks(size).any(|mut piece| {
                let length = piece.len();
                let ended = reader.read(&mut piece);
                consumed += length - piece.len();
                ended
            });
            assert!(ended, "{input:?} has no end in pieces of {size}");
            assert_eq!(
                reader.body.finish().ok().as_deref(),
                expected.map(str::as_bytes),
                "{input:?} in pieces of {size}"
            );
            assert_eq!(&input[consumed..], behind, "{input:?} in pieces of {size}");
        }
    }

    #[test]
    fn dots_are_unstuffed_and_the_end_is_found() {
        check(".\r\n", Some(""), "");
        check("a\r\n.\r\nQUIT\r\n", Some("a\r\n"), "QUIT\r\n");
        check(
            "..\r\n...\r\n.a\r\n.\r\n.\r\n",
            Some(".\r\n..\r\na\r\n"),
            ".\r\n",
        );
        check("\r\n\r\n.\r\n", Some("\r\n\r\n"), "");
        check("a.\r\n.\r\n", Some("a.\r\n"), "");
    }

    #[test]
    fn a_bare_cr_or_lf_never_ends_a_message() {
        for end in [
            "\n.\n",
            "\r.\r",
            "\n.\r\n",
            "\r.\r\n",
            "\r\n.\n",
            "\r\n.\r",
            "\r\n.\r\r\n",
            "\r\r\n.\n",
            "\n\n.\n",
            "\r\n.\r.\r\n",
            "\n.\n.\n",
            "\r\n\n.\r\n",
            "\r\n\r.\r\n",
        ] {
            check(
                &format!("a{end}MAIL FROM:<b@c>\r\n.\r\nNOOP\r\n"),
                None,
                "NOOP\r\n",
            );
            check(&format!("{end}MAIL FROM:<b@c>\r\n.\r\n"), None, "");
            check(&format!("a\r\nb{end}x\r\n\r\n.\r\n"), None, "");
        }
    }

    #[test]
    fn chunks_must_contain_whole_crlfs() {
        for (pieces, accepted) in [
            (&["a\r", "\nb"][..], true),
            (&["a\r\n"], true),
            (&[], true),
            (&["a\r"], false),
            (&["a\r", "b"], false),
            (&["\n"], false),
            (&["a\r\r\n"], false),
        ] {
            let mut chunks = Chunks::default();
            pieces
                .iter()
                .for_each(|piece| chunks.push(piece.as_bytes()));
            assert_eq!(chunks.finish().is_ok(), accepted, "{pieces:?}");
        }
    }

    #[test]
    fn the_end_of_an_oversized_message_is_still_found() {
        let mut reader = DataReader::default();
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..=limits::MESSAGE / piece.len() {
            assert!(!reader.read(&mut &piece[..]));
        }
        assert_eq!(reader.body.buffered(), 0);
        assert!(reader.read(&mut &b"\r\n.\r\n"[..]));
        assert_eq!(
            reader.body.finish(),
            Err("552 5.3.4 Message size exceeds fixed limit")
        );
    }
}
