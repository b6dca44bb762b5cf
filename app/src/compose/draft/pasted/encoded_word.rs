//! Encoded words (RFC 2047) in what is pasted.

use super::Charset;
use crate::ui::mailbox::display_name;

/// `text` with its encoded words decoded, as a display name has them. Words in a charset that
/// `decode` does not know, or that are not well formed, stay as they are.
#[must_use]
pub fn decoded(text: &str, decode: Charset) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        match run(rest, decode) {
            Some((words, after)) => {
                // In quotes already, where no encoded word should stand, but many do.
                if out.ends_with('"') && after.starts_with('"') {
                    out.pop();
                    rest = &after[1..];
                } else {
                    rest = after;
                }
                out.push_str(&display_name(&words));
            }
            None => {
                out.push_str("=?");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Encoded words with nothing but white space between them, which is no part of the text. What
/// they say, and what stands after them.
fn run(text: &str, decode: Charset) -> Option<(String, &str)> {
    let (mut charset, mut octets, mut rest) = word(text)?;
    let mut said = String::new();
    loop {
        let next = rest.trim_start();
        // A character may be split between words of one charset.
        match word(next).filter(|_| next.len() < rest.len()) {
            Some((same, more, after)) if same.eq_ignore_ascii_case(charset) => {
                octets.extend(more);
                rest = after;
            }
            Some((other, more, after)) if decode(other, &more).is_some() => {
                said.push_str(&decode(charset, &octets)?);
                (charset, octets, rest) = (other, more, after);
            }
            _ => {
                said.push_str(&decode(charset, &octets)?);
                return Some((said, rest));
            }
        }
    }
}

/// One encoded word at the start of the text: its charset, its octets, and what stands after it.
fn word(text: &str) -> Option<(&str, Vec<u8>, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (content, after) = rest.split_once("?=")?;
    let is_token = |text: &str| text.bytes().all(|octet| octet.is_ascii_graphic());
    // RFC 2231 §5: a language may follow the charset.
    let charset = charset.split('*').next().unwrap_or(charset);
    if charset.is_empty() || !is_token(charset) || !is_token(content.trim_matches(' ')) {
        return None;
    }
    let octets = match encoding {
        "B" | "b" => base64(content)?,
        "Q" | "q" => quoted(content)?,
        _ => return None,
    };
    Some((charset, octets, after))
}

fn quoted(content: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(content.len());
    let mut content = content.bytes();
    while let Some(octet) = content.next() {
        octets.push(match octet {
            b'_' => b' ',
            b'=' => {
                let mut digit = || char::from(content.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            octet => octet,
        });
    }
    Some(octets)
}

fn base64(content: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(content.len());
    let (mut bits, mut count) = (0_u32, 0);
    for octet in content.trim_end_matches('=').bytes() {
        let value = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::super::tests::utf8;
    use super::*;

    #[test]
    fn encoded_words() {
        let check = |text: &str, expect: &str| assert_eq!(decoded(text, utf8), expect, "{text:?}");
        check("=?utf-8?B?67CV66+87JWE?= <m@x>", "박민아 <m@x>");
        check("=?UTF-8*ko?q?Mina_=E2=82=AC?= <m@x>", "Mina € <m@x>");
        check("\"=?utf-8?Q?M=C3=A9?=\" <m@x>", "Mé <m@x>");
        // A comma, a quotation mark and an angle bracket mean nothing there.
        check("=?utf-8?Q?Park,_M?= <m@x>", "\"Park, M\" <m@x>");
        check("=?utf-8?Q?=22=3Ca@b=3E?= <m@x>", "\"\\\"<a@b>\" <m@x>");
        // A character split between two words, which was never allowed.
        check("=?utf-8?B?67A=?= =?utf-8?B?lQ==?= <m@x>", "박 <m@x>");
        check("=?utf-8?Q?a?=\r\n =?us-ascii?Q?b?=, c", "ab, c");
        for left in [
            "=?x-none?B?YQ==?= <m@x>",
            "=?utf-8?B?%?=",
            "=?utf-8?Q?=G0?=",
            "=?utf-8?Q?a",
            "=?",
            "=? ?Q?a?=",
            "a =?utf-8?Q?=FF?=",
        ] {
            check(left, left);
        }
    }
}
