//! Encoded words (RFC 2047): text in header fields that ASCII can't hold, or that would be read as
//! something else.

use crate::connection::base64_lines;

/// The most characters of an encoded word.
const WORD: usize = 75;

const Q: &str = "=?utf-8?Q?";
const B: &str = "=?utf-8?B?";
const END: &str = "?=";

/// The least room for what a word encodes: a character of four octets.
const LEAST: usize = 12;

/// Whether readers read this text back as it is: visible ASCII with single spaces inside, and
/// nothing that looks like an encoded word.
pub(super) fn is_plain(text: &str) -> bool {
    let visible = |c: char| c == ' ' || c.is_ascii_graphic();
    text.chars().all(visible)
        && !text.contains("=?")
        && !text.contains("  ")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// The encoded words for a text, in the shorter of the two encodings. Each stands for whole
/// characters, so each can be decoded alone (RFC 2047 §5). The first has at most `room` characters
/// if that is enough for anything.
pub(super) fn encode(text: &str, room: usize) -> Vec<String> {
    let in_q = |text: &str| text.bytes().map(q_size).sum::<usize>();
    let q = in_q(text) <= text.len().div_ceil(3) * 4;
    let (begin, payload): (&str, fn(&str) -> String) =
        if q { (Q, q_payload) } else { (B, b_payload) };
    let room_of = |word: usize| word.saturating_sub(begin.len() + END.len());
    let mut room = match room_of(room.min(WORD)) {
        small if small < LEAST => room_of(WORD),
        room => room,
    };
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = 0;
        let mut size = 0;
        for (at, c) in rest.char_indices() {
            let next = at + c.len_utf8();
            size = if q {
                size + in_q(&rest[at..next])
            } else {
                next.div_ceil(3) * 4
            };
            if size > room {
                break;
            }
            end = next;
        }
        let (word, after) = rest.split_at(end);
        words.push(format!("{begin}{}{END}", payload(word)));
        rest = after;
        room = room_of(WORD);
    }
    words
}

/// Whether an octet may stand for itself. This is the set for names (RFC 2047 §5 (3)), which is
/// allowed everywhere.
fn is_literal(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!*+-/".contains(&octet)
}

fn q_size(octet: u8) -> usize {
    if octet == b' ' || is_literal(octet) {
        1
    } else {
        3
    }
}

fn q_payload(text: &str) -> String {
    let mut payload = String::new();
    for octet in text.bytes() {
        match octet {
            b' ' => payload.push('_'),
            octet if is_literal(octet) => payload.push(char::from(octet)),
            octet => payload.push_str(&format!("={octet:02X}")),
        }
    }
    payload
}

fn b_payload(text: &str) -> String {
    let mut lines = Vec::new();
    base64_lines(text.as_bytes(), &mut lines);
    lines.retain(u8::is_ascii_graphic);
    String::from_utf8(lines).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_whole() {
        let check = |text: &str, room, expect: &[&str]| assert_eq!(encode(text, room), expect);
        check("", 60, &[]);
        check("=?utf-8?Q?x?=", 60, &["=?utf-8?B?PT91dGYtOD9RP3g/PQ==?="]);
        check(" a  b ", 60, &["=?utf-8?Q?_a__b_?="]);
        check("안녕", 60, &["=?utf-8?B?7JWI64WV?="]);
        check("안녕", 1, &["=?utf-8?B?7JWI64WV?="]);
        check("안녕하", 25, &["=?utf-8?B?7JWI64WV7ZWY?="]);
        check("안녕하", 24, &["=?utf-8?B?7JWI64WV7ZWY?="]);
        check(
            "안녕하세요",
            24,
            &["=?utf-8?B?7JWI64WV7ZWY?=", "=?utf-8?B?7IS47JqU?="],
        );
    }

    #[test]
    fn what_is_plain() {
        for text in ["", "a", "Re: a, b (c)", "a = b?"] {
            assert!(is_plain(text), "{text:?}");
        }
        for text in [" a", "a ", "a  b", "a\tb", "=?", "é", "a\u{7f}"] {
            assert!(!is_plain(text), "{text:?}");
        }
    }
}
