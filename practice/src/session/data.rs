//! Receives message bytes, behind DATA or in BDAT chunks.
//!
//! `smtp-proto` has receivers for both, but its DATA receiver takes `CRLF . CR CR LF` for the end
//! and misses the end of an empty message, so these are ours.

use crate::limits;

/// The message so far, or why it will not be taken.
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

    /// Drops what was kept, and keeps nothing more. The first reason stands.
    pub(super) fn refuse(&mut self, reply: &'static str) {
        self.bytes = Vec::new();
        self.refusal.get_or_insert(reply);
    }

    fn refuse_bare(&mut self) {
        self.refuse("550 5.6.0 Message contains bare <CR> or <LF>");
    }

    /// Memory held, in bytes.
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }

    /// The reply to a client that goes on and on with a message already refused.
    pub(super) fn endless(&self) -> Option<&'static str> {
        self.refusal
            .filter(|_| self.seen > limits::MESSAGE as u64 * limits::REFUSED_BODY_FACTOR)
    }

    /// The reason it will not be taken, if there is one already.
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

/// Where in a line the next byte stands; named for what came last.
#[derive(Debug, Clone, Copy, Default)]
enum After {
    /// A CRLF, or nothing at all: DATA's own CRLF counts (RFC 5321 §4.1.1.4).
    #[default]
    LineEnd,
    /// A CRLF and a dot.
    Dot,
    /// A CRLF, a dot and a CR.
    DotCr,
    /// A CR.
    Cr,
    /// Anything else.
    Text,
}

/// Undoes dot-stuffing (RFC 5321 §4.5.2) and finds the end.
///
/// Only CRLF ends a line, so only CRLF.CRLF ends the message. A CR or LF alone is refused as a
/// whole, not mended: a server behind this one might take it for a line end, and one message would
/// have become two (CVE-2023-51764 and its kin).
#[derive(Debug, Default)]
pub(super) struct DataReader {
    pub(super) body: Body,
    after: After,
}

impl DataReader {
    /// Takes bytes up to and including the final dot's CRLF; false when the input ran out first.
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
                    _ => self.body.refuse_bare(),
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
                    self.body.refuse_bare();
                    // The byte is looked at again: it may be a CR that does begin a CRLF.
                    self.after = After::Text;
                    continue;
                }
                (After::LineEnd, b'.') => After::Dot,
                (After::Dot, b'\r') => After::DotCr,
                (After::LineEnd, b'\r') => After::Cr,
                (_, b'\n') => {
                    self.body.refuse_bare();
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

/// The chunks of one message (RFC 3030). They must hold whole CRLFs like any other message:
/// BINARYMIME is not offered.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    pub(super) body: Body,
    after_cr: bool,
}

impl Chunks {
    /// Takes a piece of a chunk.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.after_cr != (byte == b'\n') {
                self.body.refuse_bare();
            }
            self.after_cr = byte == b'\r';
        }
        self.body.push(bytes);
    }

    /// The message, or the reply that refuses it.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, &'static str> {
        if self.after_cr {
            self.body.refuse_bare();
        }
        self.body.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: the message, or `None` when it is refused; `behind`: what is left over after the
    /// end.
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
    fn chunks_hold_whole_crlfs() {
        for (pieces, taken) in [
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
            assert_eq!(chunks.finish().is_ok(), taken, "{pieces:?}");
        }
    }

    #[test]
    fn a_message_over_the_limit_is_let_go_and_its_end_still_found() {
        let mut reader = DataReader::default();
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..=limits::MESSAGE / piece.len() {
            assert!(!reader.read(&mut &piece[..]));
        }
        assert_eq!(reader.body.held(), 0);
        assert!(reader.read(&mut &b"\r\n.\r\n"[..]));
        assert_eq!(
            reader.body.finish(),
            Err("552 5.3.4 Message size exceeds fixed limit")
        );
    }
}
