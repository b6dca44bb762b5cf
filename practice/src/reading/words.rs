//! Decodes header text: folds, raw 8-bit octets and encoded words (RFC 2047).

use super::{charset, fields, transfer};

/// Decodes an unstructured field.
pub(super) fn text(value: &[u8]) -> String {
    decoded(&raw(value))
}

/// Unfolds a field and decodes its octets, but not its encoded words.
pub(super) fn raw(value: &[u8]) -> String {
    charset::decode(&fields::unfolded(value), "")
}

/// Decodes the encoded words in a text. Adjacent words of one charset are decoded together, because
/// many mailers split characters between words. White space between words is dropped.
pub(super) fn decoded(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut open: Option<(&str, Vec<u8>)> = None;
    let mut at = 0;
    while let Some(found) = text[at..].find("=?") {
        let between = &text[at..at + found];
        let start = at + found;
        let Some(word) = word(&text[start..]) else {
            close(&mut whole, open.take());
            whole.push_str(between);
            whole.push_str("=?");
            at = start + 2;
            continue;
        };
        at = start + word.length;
        match &mut open {
            Some((charset, octets)) if between.trim().is_empty() => {
                if charset.eq_ignore_ascii_case(word.charset) {
                    octets.extend(word.octets);
                } else {
                    close(&mut whole, open.replace((word.charset, word.octets)));
                }
            }
            _ => {
                close(&mut whole, open.replace((word.charset, word.octets)));
                // This text comes before the word that is open now.
                whole.push_str(between);
            }
        }
    }
    close(&mut whole, open);
    whole.push_str(&text[at..]);
    whole
}

fn close(whole: &mut String, open: Option<(&str, Vec<u8>)>) {
    if let Some((label, octets)) = open {
        let text = charset::decode(&octets, label);
        whole.extend(text.chars().map(|c| {
            if matches!(c, '\r' | '\n' | '\t') {
                ' '
            } else {
                c
            }
        }));
    }
}

/// The length of the encoded word at the start of a text.
pub(super) fn length(text: &str) -> Option<usize> {
    word(text).map(|word| word.length)
}

struct Word<'x> {
    charset: &'x str,
    octets: Vec<u8>,
    length: usize,
}

/// Parses the encoded word at the start of a text. Spaces inside are accepted.
fn word(text: &str) -> Option<Word<'_>> {
    const LABEL: usize = 60;
    let rest = text.strip_prefix("=?")?;
    let label = rest.bytes().take(LABEL).position(|octet| octet == b'?')?;
    let charset = rest.get(..label)?;
    if charset.contains(|c: char| c.is_whitespace() || c == '=') {
        return None;
    }
    let rest = rest.get(label + 1..)?;
    let encoding = rest.bytes().next()?.to_ascii_lowercase();
    let rest = rest.get(1..)?.strip_prefix('?')?;
    // If another word begins before the end, this one is unterminated.
    let octets = rest.as_bytes();
    let end = (0..octets.len()).find(|at| match &octets[*at..] {
        [b'?', b'=', ..] => true,
        // But `=?=` is base64 padding before the end.
        [b'=', b'?', behind @ ..] => behind.first() != Some(&b'='),
        _ => false,
    })?;
    if !rest[end..].starts_with("?=") {
        return None;
    }
    let inside = &rest.as_bytes()[..end];
    let octets = match encoding {
        b'b' => transfer::base64(inside, usize::MAX).0,
        b'q' => {
            // The space is encoded because white space at the end would be dropped.
            let spaced: Vec<&[u8]> = inside.split(|octet| *octet == b'_').collect();
            transfer::quoted(&spaced.join(&b"=20"[..]))
        }
        _ => return None,
    };
    let length = text.len() - rest.len() + end + 2;
    Some(Word {
        charset,
        octets,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        for (value, want) in [
            (&b" plain\r\n"[..], "plain"),
            (b"=?utf-8?B?67CV66+87JWE?=", "박민아"),
            (b"=?utf-8?q?caf=C3=A9_au_lait?= !", "café au lait !"),
            (b"a =?utf-8?q?b?= c", "a b c"),
            (b"=?utf-8?q?a_?= =?utf-8?q?_b?=", "a  b"),
            (b"=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
            (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
            (b"=?utf-8?q?a?==?latin1?q?=E9?=", "aé"),
            // A syllable split between two words.
            (
                b"=?UTF-8?B?67CV66+8?= =?utf-8?Q?=EC=95?=\r\n =?UTF-8?B?hA==?=",
                "박민아",
            ),
            (b"=?ks_c_5601-1987?B?udq5zr7G?=", "박민아"),
            (b"=?cp949?B?udq5zr7G?=", "박민아"),
            (b"=?ms949?q?=B9=DA?=", "박"),
            (b"=?euc-kr*ko?B?udq5zr7G?=", "박민아"),
            (b"=?iso-2022-kr?B?GyQpQw45WjlOPkYP?=", "박민아"),
            (b"=?gb2312?B?xOO6ww==?=", "你好"),
            (b"=?utf-8?Q?with spaces in it?=", "with spaces in it"),
            (b"=?utf-8?B?67CV66+87JWE?", "=?utf-8?B?67CV66+87JWE?"),
            (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
            (b"=?utf-8?Q?no end =?utf-8?Q?end?=", "=?utf-8?Q?no end end"),
            (b"1 =? 2 ?= 3", "1 =? 2 ?= 3"),
            (b"=?", "=?"),
            ("박민아".as_bytes(), "박민아"),
            (b"\xb9\xda\xb9\xce\xbe\xc6", "박민아"),
            (b"caf\xe9", "café"),
            (b"=?x-unknown?B?67CV?=", "박"),
            (b"=?utf-8?B?67C?=", "\u{fffd}"),
        ] {
            assert_eq!(text(value), want, "{:?}", String::from_utf8_lossy(value));
        }
    }
}
