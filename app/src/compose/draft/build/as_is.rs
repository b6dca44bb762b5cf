//! Messages that are enclosed in another one as they are. No encoding is allowed for them (RFC 2046
//! §5.2.1), so only those can be enclosed whose octets every server passes on unchanged.

use serde::{Deserialize, Serialize};
use smtp::limits;

/// How the octets of an enclosed message are declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsIs {
    /// All of them are ASCII.
    SevenBit,
    /// There are others in its body, so the server must offer 8BITMIME (RFC 6152).
    EightBit,
}

/// Looks at the octets of a message as they come.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsIsCheck {
    /// Something was found that can't be sent as it is.
    broken: bool,
    eight_bit: bool,
    /// The header section has ended.
    in_body: bool,
    /// Octets of the current line.
    column: usize,
    /// The octet before was CR.
    after_cr: bool,
    /// A line of the header section has had a colon, so this is a message at all.
    has_field: bool,
    /// The current line is in the header section and has had no colon.
    before_colon: bool,
    begun: bool,
}

impl AsIsCheck {
    /// The next octets.
    pub fn push(&mut self, octets: &[u8]) {
        for octet in octets {
            if self.broken {
                return;
            }
            self.octet(*octet);
        }
    }

    fn octet(&mut self, octet: u8) {
        if !self.begun {
            self.begun = true;
            self.before_colon = true;
        }
        match octet {
            b'\n' if self.after_cr => {
                self.after_cr = false;
                self.in_body |= self.column == 0;
                self.column = 0;
                self.before_colon = true;
                return;
            }
            _ if self.after_cr => self.broken = true,
            b'\r' => {
                self.after_cr = true;
                return;
            }
            b'\n' | 0 => self.broken = true,
            b':' if !self.in_body && self.before_colon && self.column > 0 => {
                self.has_field = true;
                self.before_colon = false;
            }
            // The first line of a mailbox file, or a text.
            b' ' if !self.in_body && !self.has_field => self.broken = true,
            // RFC 6532 has another type for messages with such header fields.
            0x80.. if !self.in_body => self.broken = true,
            0x80.. => self.eight_bit = true,
            _ => {}
        }
        self.column += 1;
        self.broken |= self.column > limits::TEXT_LINE;
    }

    /// How a message of these octets can be enclosed. None: it can't.
    #[must_use]
    pub fn finish(self) -> Option<AsIs> {
        if self.broken || self.after_cr || !self.has_field {
            return None;
        }
        Some(if self.eight_bit {
            AsIs::EightBit
        } else {
            AsIs::SevenBit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(octets: impl AsRef<[u8]>, expect: Option<AsIs>) {
        let octets = octets.as_ref();
        for size in [1, 7, 10_000] {
            let mut check = AsIsCheck::default();
            octets.chunks(size).for_each(|chunk| check.push(chunk));
            let shown = String::from_utf8_lossy(octets);
            assert_eq!(check.finish(), expect, "{shown:?} in {size}");
        }
    }

    #[test]
    fn messages_that_every_server_passes_on() {
        let seven = Some(AsIs::SevenBit);
        check("Subject: x\r\n\r\nHi\r\n", seven);
        check("Subject: x\r\n folded\r\n\r\nHi", seven);
        check("Subject: x", seven);
        check("A: b\r\n\r\n\r\n.\r\nFrom here\r\n", seven);
        check("Subject: x\r\n\r\n안녕\r\n", Some(AsIs::EightBit));
        check(format!("Subject: x\r\n\r\n{}\r\n", "a".repeat(998)), seven);
    }

    #[test]
    fn messages_that_some_server_would_change() {
        check("Subject: x\n\nHi\n", None);
        check("Subject: x\r\n\r\na\rb\r\n", None);
        check("Subject: x\r\n\r\na\nb\r\n", None);
        check("Subject: x\r\n\r\na\r", None);
        check("Subject: x\r\n\r\na\0\r\n", None);
        check("Subject: 안녕\r\n\r\nHi\r\n", None);
        check(format!("Subject: x\r\n\r\n{}\r\n", "a".repeat(999)), None);
        check("From a@x Mon\r\nSubject: x\r\n\r\n", None);
        check("no message\r\n", None);
        check("\r\nSubject: x\r\n", None);
        check("", None);
    }
}
