//! Decodes octets to text by the declared charset, or by a guess.

use encoding_rs::{EUC_KR, Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::repair::{self, Charset};
use super::transfer;

/// Decodes octets by a charset label, which may be empty, unknown or wrong.
///
/// If decoding by a known charset fails and the octets are valid UTF-8, they are read as UTF-8.
pub(super) fn decode(octets: &[u8], label: &str) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(octets) {
        return encoding
            .decode_without_bom_handling(&octets[mark..])
            .0
            .into_owned();
    }
    match repair::charset(label) {
        Charset::Guess => guessed(octets),
        Charset::Known(encoding) if encoding == UTF_8 => match std::str::from_utf8(octets) {
            Ok(text) => text.to_owned(),
            Err(_) if is_faulty_utf8(octets, 2) => String::from_utf8_lossy(octets).into_owned(),
            Err(_) => guessed(octets),
        },
        Charset::Known(encoding) => known(octets, encoding),
        Charset::Utf16 => {
            // Without a byte order mark: Latin text has zeros in its high octets.
            let zeros = |first: usize| {
                octets
                    .iter()
                    .skip(first)
                    .step_by(2)
                    .filter(|o| **o == 0)
                    .count()
            };
            known(
                octets,
                if zeros(0) > zeros(1) {
                    UTF_16BE
                } else {
                    UTF_16LE
                },
            )
        }
        Charset::Iso2022Kr => known(&shifted(octets), EUC_KR),
        Charset::Hz => known(&tildes(octets), GBK),
        Charset::Utf7 if octets.is_ascii() => utf7(octets),
        Charset::Utf7 => guessed(octets),
        Charset::Rare(decoder) => decoder(octets),
    }
}

fn known(octets: &[u8], encoding: &'static Encoding) -> String {
    let (text, errors) = encoding.decode_without_bom_handling(octets);
    match std::str::from_utf8(octets) {
        Ok(utf8) if errors && !utf8.is_ascii() => utf8.to_owned(),
        _ => text.into_owned(),
    }
}

fn guessed(octets: &[u8]) -> String {
    let seven_bit = octets.is_ascii();
    match std::str::from_utf8(octets) {
        // 7-bit text with an escape may be ISO-2022-JP.
        Ok(text) if !(seven_bit && octets.contains(&0x1b)) => text.to_owned(),
        _ if is_faulty_utf8(octets, 8) => String::from_utf8_lossy(octets).into_owned(),
        _ => {
            let (text, _) = repair::guess(octets).decode_without_bom_handling(octets);
            text.into_owned()
        }
    }
}

/// Whether these octets are probably UTF-8 with errors: more than `times` as many non-ASCII octets
/// are valid as invalid, or only the last character is incomplete.
fn is_faulty_utf8(octets: &[u8], times: usize) -> bool {
    let (mut valid, mut invalid, mut last) = (0_usize, 0_usize, 0_usize);
    for chunk in octets.utf8_chunks() {
        valid += chunk
            .valid()
            .bytes()
            .filter(|octet| !octet.is_ascii())
            .count();
        last = chunk.invalid().len();
        invalid += last;
    }
    valid > times * invalid || (invalid == last && last > 1 && octets[octets.len() - last] >= 0xe0)
}

/// Converts ISO-2022-KR (RFC 1557) to EUC-KR: the octets between SO and SI lack the high bit.
fn shifted(octets: &[u8]) -> Vec<u8> {
    const DESIGNATOR: &[u8] = b"\x1b$)C";
    let mut whole = Vec::with_capacity(octets.len());
    let mut korean = false;
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        at += 1;
        match octet {
            0x1b if octets[at - 1..].starts_with(DESIGNATOR) => at += DESIGNATOR.len() - 1,
            0x0e => korean = true,
            0x0f => korean = false,
            b'\n' => {
                korean = false;
                whole.push(octet);
            }
            0x21..=0x7e if korean => whole.push(octet | 0x80),
            _ => whole.push(octet),
        }
    }
    whole
}

/// Decodes UTF-7 (RFC 2152): after `+` follows base64 of big-endian UTF-16.
///
/// mail-parser 0.11.9 drops an unterminated run and the character that ends one.
fn utf7(octets: &[u8]) -> String {
    let mut whole = String::with_capacity(octets.len());
    let mut rest = octets;
    while let Some(plus) = rest.iter().position(|octet| *octet == b'+') {
        whole.push_str(&String::from_utf8_lossy(&rest[..plus]));
        rest = &rest[plus + 1..];
        let length = rest
            .iter()
            .position(|octet| !(octet.is_ascii_alphanumeric() || b"+/".contains(octet)))
            .unwrap_or(rest.len());
        let (shifted, behind) = rest.split_at(length);
        let (units, _) = transfer::base64(shifted, usize::MAX);
        match units.as_chunks::<2>().0 {
            // `+-` stands for a plus sign. A plus sign before any other character is kept, too.
            [] => {
                whole.push('+');
                whole.push_str(&String::from_utf8_lossy(shifted));
            }
            units => {
                let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
                whole.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
            }
        }
        rest = behind.strip_prefix(b"-").unwrap_or(behind);
    }
    whole.push_str(&String::from_utf8_lossy(rest));
    whole
}

/// Converts HZ-GB-2312 (RFC 1843) to GBK: the octets between `~{` and `~}` lack the high bit.
fn tildes(octets: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(octets.len());
    let mut chinese = false;
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        at += 1;
        match (octet, octets.get(at)) {
            (b'~', Some(b'{')) => chinese = true,
            (b'~', Some(b'}')) => chinese = false,
            (b'~', Some(b'~')) if !chinese => whole.push(b'~'),
            (b'~', Some(b'\n')) if !chinese => (),
            (0x21..=0x7e, _) if chinese => {
                whole.push(octet | 0x80);
                continue;
            }
            _ => {
                whole.push(octet);
                continue;
            }
        }
        at += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_by_its_charset() {
        for (octets, label, want) in [
            (&b"\xb9\xda\xb9\xce\xbe\xc6"[..], "cp949", "박민아"),
            // A syllable that cp949 has and EUC-KR lacks.
            (
                b"\x8cc\xb9\xe6\xb0\xa2\xc7\xcf",
                "ks_c_5601-1987",
                "똠방각하",
            ),
            (b"\x1b$)C\x0e9Z9N>F\x0f!\n", "iso-2022-kr", "박민아!\n"),
            (b"~{Dc:C~}~~", "hz-gb-2312", "你好~"),
            (b"caf\xe9 \x80", "windows-1252", "café €"),
            (b"\xa4", "latin-9", "€"),
            (b"\x83n\x83\x8d\x81[", "x-sjis", "ハロー"),
            (b"\x1b$B%O%m!<\x1b(B", "iso-2022-jp", "ハロー"),
            (b"\xc4\xe3\xba\xc3", "gb2312", "你好"),
            (b"\xa7A\xa6n", "big5-hkscs", "你好"),
            (b"\xf9\xec\xe5\xed", "iso-8859-8-i", "שלום"),
            (b"+ZYeB9FH6ckh5Pg-.", "unicode-1-1-utf-7", "文致出版社."),
            (b"+ZYeB9FH6ckh5Pg", "utf-7", "文致出版社"),
            (b"+ZYc. 1 +- 1 +", "utf-7", "文. 1 + 1 +"),
            (b"+2D3cAA-", "utf-7", "\u{1f400}"),
            ("박".as_bytes(), "utf-7", "박"),
            (b"\x9b", "cp850", "ø"),
            (b"h\0i\0", "utf-16", "hi"),
            (b"\0h\0i", "utf-16", "hi"),
            (b"\xff\xfeh\0i\0", "utf-16be", "hi"),
            (b"\xef\xbb\xbfhi", "utf-8", "hi"),
        ] {
            assert_eq!(decode(octets, label), want, "{label}");
        }
    }

    #[test]
    fn a_wrong_or_missing_charset_loses_nothing() {
        let utf8 = "박민아 café".as_bytes();
        for label in [
            "",
            "us-ascii",
            "x-unknown",
            "utf-8",
            "euc-kr",
            "shift_jis",
            "rot13",
        ] {
            assert_eq!(decode(utf8, label), "박민아 café", "{label}");
        }
        for label in ["", "us-ascii", "utf-8", "x-unknown"] {
            assert_eq!(decode(b"caf\xe9", label), "café", "{label}");
            assert_eq!(
                decode(b"\xb9\xda\xb9\xce\xbe\xc6", label),
                "박민아",
                "{label}"
            );
        }
        assert_eq!(decode(b"\x1b$B%O%m!<\x1b(B", ""), "ハロー");
        assert_eq!(
            decode("한\u{301}é".as_bytes().split_at(4).0, "utf-8"),
            "한\u{fffd}"
        );
    }
}
