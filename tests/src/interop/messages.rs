//! The messages of the scenarios.

use crate::job;

/// Lines that begin with dots, one of them of the greatest length (998 octets, RFC 5322 §2.1.1),
/// and a last line without CRLF.
#[must_use]
pub fn dots() -> Vec<u8> {
    let mut message = job::NOTE.to_vec();
    message.extend_from_slice(b"..two\r\n...three\r\n.\r\n\r\n..\r\n.");
    message.extend(std::iter::repeat_n(b'x', 997));
    message.extend_from_slice(b"\r\n.the last line, without CRLF");
    message
}

/// Unencoded non-ASCII letters in the header (RFC 6532).
#[must_use]
pub fn utf8() -> Vec<u8> {
    "From: 미나 <미나@example.org>\r\n\
     To: 하나 <하나@example.org>\r\n\
     Subject: 회의 장소가 바뀌었어요\r\n\
     Date: Mon, 23 Nov 2026 19:00:00 +0900\r\n\
     Message-ID: <utf8.1@example.org>\r\n\
     MIME-Version: 1.0\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\
     Content-Transfer-Encoding: 8bit\r\n\
     \r\n\
     회의는 3층에서 합니다.\r\n"
        .as_bytes()
        .to_vec()
}

/// Invalid line ends (RFC 5321 §2.3.8) where they could form a line with a single dot.
#[must_use]
pub fn bare_line_ends() -> Vec<u8> {
    let body = b"one\n.\ntwo\r.\rthree\r\n.\nfour\n.\r\nfive\r\n\r.\r\n\n\nsix\r\r";
    [job::NOTE, body].concat()
}

/// The message as it must arrive: every line end of any kind is CRLF, and there is one at the end.
#[must_use]
pub fn canonical(message: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(message.len() + 2);
    let mut octets = message.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' => {
                octets.next_if_eq(&b'\n');
                whole.extend_from_slice(b"\r\n");
            }
            b'\n' => whole.extend_from_slice(b"\r\n"),
            _ => whole.push(octet),
        }
    }
    if !whole.ends_with(b"\r\n") {
        whole.extend_from_slice(b"\r\n");
    }
    whole
}

/// A message that every server refuses because of one of its lines.
#[must_use]
pub fn spam() -> Vec<u8> {
    [b"X-Spam-Flag: YES\r\n", job::NOTE].concat()
}

/// The note with a number in it, to tell messages apart.
#[must_use]
pub fn numbered(number: usize) -> Vec<u8> {
    [
        job::NOTE,
        format!("This is number {number}.\r\n").as_bytes(),
    ]
    .concat()
}

/// A message of exactly `size` octets, with lines of every length up to 998, some of which begin
/// with a dot.
#[must_use]
pub fn long(size: usize) -> Vec<u8> {
    let mut message = Vec::with_capacity(size);
    message.extend_from_slice(job::NOTE);
    let mut length = 1;
    while message.len() + length + 4 <= size {
        line(&mut message, length);
        // This steps through all lengths in an irregular order: 389 and 998 have no common divisor.
        length = (length + 388) % 998 + 1;
    }
    if size - message.len() > 1_000 {
        message.extend_from_slice(b"\r\n");
    }
    let rest = (size - message.len()).saturating_sub(2);
    line(&mut message, rest);
    message
}

fn line(message: &mut Vec<u8>, length: usize) {
    let end = message.len() + length;
    if length > 0 {
        message.push(if length.is_multiple_of(7) { b'.' } else { b'a' });
    }
    message.resize(end, b'a' + (length % 26) as u8);
    message.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_becomes_crlf() {
        let check = |message: &str, expect: &str| {
            assert_eq!(canonical(message.as_bytes()), expect.as_bytes());
        };
        check("", "\r\n");
        check("a\r\n", "a\r\n");
        check("a\nb\rc\r\r\nd", "a\r\nb\r\nc\r\n\r\nd\r\n");
    }

    #[test]
    fn a_long_message_has_the_requested_size_and_short_lines() {
        for size in (1_000..6_000).chain([123_456, 400_000]) {
            let message = long(size);
            assert_eq!(message.len(), size);
            assert!(message.ends_with(b"\r\n") && !message.ends_with(b"\r\r\n"));
            let longest = message
                .split(|octet| *octet == b'\n')
                .map(|line| line.len().saturating_sub(1))
                .max();
            assert!(longest <= Some(998), "{longest:?}");
        }
        let message = long(600_000);
        for needle in [&b"\r\n."[..], &[b'a' + (998 % 26) as u8; 997]] {
            assert!(crate::http::find(&message, needle).is_some());
        }
    }
}
