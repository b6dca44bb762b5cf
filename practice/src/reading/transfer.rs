//! Decodes content transfer encodings leniently: invalid octets are kept as they are or skipped, as
//! RFC 2045 §6 suggests.

use super::repair::Transfer;

/// Decodes to at most `most` octets. Also returns whether there are more.
pub(super) fn decode(octets: &[u8], encoding: Transfer, most: usize) -> (Vec<u8>, bool) {
    match encoding {
        Transfer::Identity => (
            octets[..octets.len().min(most)].to_vec(),
            octets.len() > most,
        ),
        Transfer::Base64 => base64(octets, most),
        Transfer::QuotedPrintable => {
            let mut whole = Vec::new();
            let all = quoted_printable(octets, |octet| {
                let room = whole.len() < most;
                if room {
                    whole.push(octet);
                }
                room
            });
            (whole, !all)
        }
        Transfer::Uuencode => uuencode(octets, most),
    }
}

/// Like [`decode`], for text. Text labelled base64 that is not base64 is returned unchanged. So is
/// text after the base64, such as the footer of a mailing list.
pub(super) fn decode_text(octets: &[u8], encoding: Transfer, most: usize) -> (Vec<u8>, bool) {
    let (decoded, cut) = decode(octets, encoding, most);
    let nothing = decoded.is_empty() && !octets.trim_ascii().is_empty();
    if encoding != Transfer::Base64 || (is_clean(&decoded) && !nothing) {
        return (decoded, cut);
    }
    let mut pure = 0;
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        if !line
            .trim_ascii()
            .iter()
            .all(|octet| sextet(*octet).is_some() || *octet == b'=')
        {
            break;
        }
        pure += line.len();
    }
    if pure == octets.len() {
        return (decoded, cut);
    }
    let (mut whole, cut) = base64(&octets[..pure], most);
    let rest = &octets[pure..];
    let room = most - whole.len();
    whole.extend_from_slice(&rest[..rest.len().min(room)]);
    (whole, cut || rest.len() > room)
}

/// Whether these octets are UTF-8 text without control characters.
fn is_clean(octets: &[u8]) -> bool {
    !octets
        .iter()
        .any(|octet| matches!(octet, 0..=6 | 0x10..=0x1a | 0x1c..=0x1f | 0x7f))
        && std::str::from_utf8(octets).is_ok()
}

/// The decoded size in octets.
pub(super) fn size(octets: &[u8], encoding: Transfer) -> usize {
    match encoding {
        Transfer::Identity => octets.len(),
        Transfer::Base64 => {
            let of_group = |sextets: usize| sextets / 4 * 3 + (sextets % 4).saturating_sub(1);
            // Each padding ends a group, complete or not.
            let (size, last) =
                octets
                    .iter()
                    .fold((0, 0), |(size, sextets), octet| match sextet(*octet) {
                        Some(_) => (size, sextets + 1),
                        None if *octet == b'=' => (size + of_group(sextets), 0),
                        None => (size, sextets),
                    });
            size + of_group(last)
        }
        Transfer::QuotedPrintable => {
            let mut size = 0;
            quoted_printable(octets, |_| {
                size += 1;
                true
            });
            size
        }
        Transfer::Uuencode if is_uuencoded(octets) => {
            uu_lines(octets).map(|(length, _)| length).sum()
        }
        Transfer::Uuencode => octets.len(),
    }
}

fn sextet(octet: u8) -> Option<u32> {
    Some(u32::from(match octet {
        b'A'..=b'Z' => octet - b'A',
        b'a'..=b'z' => octet - b'a' + 26,
        b'0'..=b'9' => octet - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Decodes base64 to at most `most` octets. Other characters are skipped (RFC 2045 §6.8); after
/// padding another base64 text may follow.
pub(super) fn base64(octets: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut whole = Vec::with_capacity((octets.len() / 4 * 3 + 3).min(most));
    let (mut bits, mut count) = (0_u32, 0);
    for octet in octets {
        if let Some(value) = sextet(*octet) {
            bits = bits << 6 | value;
            count += 1;
            if count == 4 {
                whole.extend_from_slice(&bits.to_be_bytes()[1..]);
                (bits, count) = (0, 0);
            }
        } else if *octet == b'=' {
            flush(&mut whole, bits, count);
            (bits, count) = (0, 0);
        }
        if whole.len() > most {
            break;
        }
    }
    flush(&mut whole, bits, count);
    let cut = whole.len() > most;
    whole.truncate(most);
    (whole, cut)
}

/// Appends the octets of an incomplete group.
fn flush(whole: &mut Vec<u8>, bits: u32, count: u32) {
    let octets = (bits << (6 * (4 - count.min(4)))).to_be_bytes();
    match count {
        2 => whole.extend_from_slice(&octets[1..2]),
        3 => whole.extend_from_slice(&octets[1..3]),
        _ => (),
    }
}

/// Decodes the quoted-printable text of an encoded word.
pub(super) fn quoted(octets: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(octets.len());
    quoted_printable(octets, |octet| {
        whole.push(octet);
        true
    });
    whole
}

/// Passes the decoded octets to `take` until it returns false; then returns false.
fn quoted_printable(octets: &[u8], mut take: impl FnMut(u8) -> bool) -> bool {
    let hex = |octet: Option<&u8>| char::from(*octet?).to_digit(16);
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        at += 1;
        let octet = match octet {
            b'=' => {
                if let (Some(high), Some(low)) = (hex(octets.get(at)), hex(octets.get(at + 1))) {
                    at += 2;
                    u8::try_from(high * 16 + low).unwrap_or_default()
                } else if let Some(next) = line_end(octets, at) {
                    at = next;
                    continue;
                } else {
                    octet
                }
            }
            // White space at the end of a line was added in transit (RFC 2045 §6.7, rule 3).
            b' ' | b'\t' => {
                let run = octets[at..]
                    .iter()
                    .take_while(|octet| b" \t".contains(octet));
                let end = at + run.count();
                let behind = &octets[end..];
                let dropped =
                    behind.is_empty() || behind[0] == b'\n' || behind.starts_with(b"\r\n");
                if !dropped && !octets[at - 1..end].iter().all(|octet| take(*octet)) {
                    return false;
                }
                at = end;
                continue;
            }
            other => other,
        };
        if !take(octet) {
            return false;
        }
    }
    true
}

/// The start of the next line if only white space is left on this one.
fn line_end(octets: &[u8], at: usize) -> Option<usize> {
    let rest = &octets[at..];
    match rest.iter().position(|octet| !b" \t\r".contains(octet)) {
        Some(length) => (rest[length] == b'\n').then_some(at + length + 1),
        None => Some(octets.len()),
    }
}

/// The lines of a uuencoded text: the octets that each encodes, and its characters.
fn uu_lines(octets: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut in_data = false;
    octets
        .split(|octet| *octet == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .skip_while(move |line| {
            let before = !in_data;
            in_data |= line.starts_with(b"begin ");
            before
        })
        .take_while(|line| *line != b"end" && !line.is_empty())
        .map(|line| {
            let length = usize::from(line[0].wrapping_sub(b' ') & 63);
            // Trailing spaces may have been lost, so there may be too few characters.
            (length, &line[1..])
        })
}

/// Whether there is a `begin` line.
fn is_uuencoded(octets: &[u8]) -> bool {
    octets
        .split(|octet| *octet == b'\n')
        .any(|line| line.starts_with(b"begin "))
}

fn uuencode(octets: &[u8], most: usize) -> (Vec<u8>, bool) {
    if !is_uuencoded(octets) {
        return decode(octets, Transfer::Identity, most);
    }
    let mut whole = Vec::new();
    for (length, line) in uu_lines(octets) {
        let start = whole.len();
        for group in line.chunks(4) {
            let bits = (0..4).fold(0_u32, |bits, index| {
                let octet = group.get(index).copied().unwrap_or(b' ');
                bits << 6 | u32::from(octet.wrapping_sub(b' ') & 63)
            });
            whole.extend_from_slice(&bits.to_be_bytes()[1..]);
        }
        whole.resize(start + length, 0);
        if whole.len() > most {
            break;
        }
    }
    let cut = whole.len() > most;
    whole.truncate(most);
    (whole, cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Transfer::{Base64, Identity, QuotedPrintable, Uuencode};

    fn check(octets: &str, encoding: Transfer, want: &str) {
        let (got, cut) = decode_text(octets.as_bytes(), encoding, 1000);
        assert_eq!(String::from_utf8_lossy(&got), want, "{octets:?}");
        assert!(!cut);
        let (whole, _) = decode(octets.as_bytes(), encoding, usize::MAX);
        for most in 0..whole.len() {
            let (got, cut) = decode(octets.as_bytes(), encoding, most);
            assert!(cut && got == whole[..most], "{octets:?} {most}");
        }
    }

    #[test]
    fn base64_is_read_leniently() {
        check("SGVsbG8gd29ybGQ=", Base64, "Hello world");
        check("SGVsbG8gd29ybGQ", Base64, "Hello world");
        check("SGVs\r\nbG8gd29y\r\nbGQ=\r\n", Base64, "Hello world");
        check("SGVs*bG8g!d29ybGQ=", Base64, "Hello world");
        check("SGVs bG8g d29y bGQ=", Base64, "Hello world");
        check("SGVsbG8=IHdvcmxk", Base64, "Hello world");
        check("7ZWc", Base64, "한");
        check("", Base64, "");
    }

    #[test]
    fn text_that_is_not_base64_is_unchanged() {
        check(
            "Hello, this is plain text.\r\n",
            Base64,
            "Hello, this is plain text.\r\n",
        );
        check(
            "SGVsbG8K\r\n____\r\nList: https://lists.example.org/\r\n",
            Base64,
            "Hello\n____\r\nList: https://lists.example.org/\r\n",
        );
        check("67CV66+87JWE\n-- \nfooter.", Base64, "박민아-- \nfooter.");
    }

    #[test]
    fn quoted_printable_is_read_leniently() {
        check("caf=C3=A9 =\r\nau=20lait", QuotedPrintable, "café au lait");
        check("caf=c3=a9=\nx", QuotedPrintable, "caféx");
        check("a =  \r\nb", QuotedPrintable, "a b");
        check("a  \r\nb\t\nc ", QuotedPrintable, "a\r\nb\nc");
        check("1=2 =zz =", QuotedPrintable, "1=2 =zz ");
        check("=", QuotedPrintable, "");
        check("a  b", QuotedPrintable, "a  b");
    }

    #[test]
    fn uuencode_is_read() {
        let text = "begin 644 hi.txt\r\n+2&5L;&\\@=V]R;&0 \r\n`\r\nend\r\n";
        check(text, Uuencode, "Hello world");
        check("+no begin line", Uuencode, "+no begin line");
        assert_eq!(size(text.as_bytes(), Uuencode), 11);
        assert_eq!(size(b"+no begin line", Uuencode), 14);
    }

    #[test]
    fn sizes_are_those_of_decoded_octets() {
        for (text, encoding) in [
            ("SGVsbG8gd29ybGQ=", Base64),
            ("SGVs\r\nbG8g", Base64),
            ("QQ==QQ==", Base64),
            ("QUJ=QUI=A=QQ", Base64),
            ("caf=C3=A9 =\r\nau", QuotedPrintable),
            ("as is", Identity),
        ] {
            let (whole, _) = decode(text.as_bytes(), encoding, usize::MAX);
            assert_eq!(size(text.as_bytes(), encoding), whole.len(), "{text}");
        }
    }
}
