//! How octets are encoded in a stored message, and how they are decoded.

use serde::{Deserialize, Serialize};

/// A content transfer encoding (RFC 2045 §6). Decoding never fails: what is invalid is skipped or
/// stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// The octets as they are.
    #[default]
    Identity,
    /// Base64 (RFC 2045 §6.8). Characters of no base64 are skipped. `=` ends a group, and more
    /// groups may follow.
    Base64,
    /// Quoted-printable (RFC 2045 §6.7). A `=` that begins neither an octet nor a soft line break
    /// stays. White space at the end of a line is dropped.
    QuotedPrintable,
    /// uuencode: the lines after the one that begins with `begin `, up to `end` or an empty line.
    /// Without a `begin` the octets as they are.
    Uuencode,
}

/// The most octets that `take` gets at once.
const CHUNK: usize = 64 * 1024;

impl Encoding {
    /// Passes the decoded octets to `take`, in chunks.
    pub fn decode(self, octets: &[u8], take: &mut dyn FnMut(&[u8])) {
        let mut decoded = Decoded {
            chunk: Vec::new(),
            take,
        };
        match self {
            Encoding::Base64 => base64(octets, &mut decoded),
            Encoding::QuotedPrintable => quoted_printable(octets, &mut decoded),
            Encoding::Uuencode if lines(octets).any(is_begin) => uuencode(octets, &mut decoded),
            Encoding::Identity | Encoding::Uuencode => {
                octets.chunks(CHUNK).for_each(&mut *decoded.take)
            }
        }
        if !decoded.chunk.is_empty() {
            (decoded.take)(&decoded.chunk);
        }
    }
}

/// Decoded octets on their way.
struct Decoded<'x> {
    chunk: Vec<u8>,
    take: &'x mut dyn FnMut(&[u8]),
}

impl Decoded<'_> {
    fn push(&mut self, octet: u8) {
        self.chunk.push(octet);
        if self.chunk.len() == CHUNK {
            (self.take)(&self.chunk);
            self.chunk.clear();
        }
    }

    fn extend(&mut self, octets: &[u8]) {
        octets.iter().for_each(|octet| self.push(*octet));
    }
}

fn base64(octets: &[u8], decoded: &mut Decoded<'_>) {
    let (mut bits, mut count) = (0_u32, 0);
    for octet in octets {
        let value = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                incomplete(bits, count, decoded);
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            decoded.extend(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    incomplete(bits, count, decoded);
}

/// The octets of a base64 group of fewer than four characters.
fn incomplete(bits: u32, count: u32, decoded: &mut Decoded<'_>) {
    match count {
        2 => decoded.extend(&(bits << 12).to_be_bytes()[1..2]),
        3 => decoded.extend(&(bits << 6).to_be_bytes()[1..3]),
        _ => (),
    }
}

fn quoted_printable(octets: &[u8], decoded: &mut Decoded<'_>) {
    let mut rest = octets;
    while let [octet, after @ ..] = rest {
        rest = after;
        match octet {
            b'=' => {
                if let [high, low, behind @ ..] = after
                    && let (Some(high), Some(low)) = (hex(*high), hex(*low))
                {
                    decoded.push(high << 4 | low);
                    rest = behind;
                    continue;
                }
                match without(b" \t\r", after) {
                    [] => rest = &[],
                    [b'\n', behind @ ..] => rest = behind,
                    _ => decoded.push(b'='),
                }
            }
            b' ' | b'\t' => {
                let behind = without(b" \t", after);
                if !matches!(behind, [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
                    decoded.push(*octet);
                    decoded.extend(&after[..after.len() - behind.len()]);
                }
                rest = behind;
            }
            octet => decoded.push(*octet),
        }
    }
}

fn hex(octet: u8) -> Option<u8> {
    let digit = char::from(octet).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// `octets` without those of `these` that it begins with.
fn without<'x>(these: &[u8], octets: &'x [u8]) -> &'x [u8] {
    let other = octets.iter().position(|octet| !these.contains(octet));
    &octets[other.unwrap_or(octets.len())..]
}

fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    octets
        .split(|octet| *octet == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_begin(line: &[u8]) -> bool {
    line.starts_with(b"begin ")
}

fn uuencode(octets: &[u8], decoded: &mut Decoded<'_>) {
    let value = |octet: u8| octet.wrapping_sub(b' ') & 63;
    let encoded = lines(octets).skip_while(|line| !is_begin(line)).skip(1);
    for line in encoded.take_while(|line| *line != b"end") {
        let [length, line @ ..] = line else {
            break;
        };
        let mut left = usize::from(value(*length));
        // Spaces at the end of a line may have been lost.
        let mut values = line.iter().map(|octet| value(*octet));
        while left > 0 {
            let group = [(); 4].map(|()| u32::from(values.next().unwrap_or_default()));
            let bits = group.into_iter().fold(0, |bits, value| bits << 6 | value);
            let octets = &bits.to_be_bytes()[1..];
            decoded.extend(&octets[..left.min(3)]);
            left = left.saturating_sub(3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding::{self, Base64, Identity, QuotedPrintable, Uuencode};

    fn check(encoding: Encoding, octets: &str, expect: &str) {
        let mut decoded = Vec::new();
        encoding.decode(octets.as_bytes(), &mut |chunk| {
            assert!(!chunk.is_empty() && chunk.len() <= super::CHUNK);
            decoded.extend_from_slice(chunk);
        });
        assert_eq!(String::from_utf8_lossy(&decoded), expect, "{octets:?}");
    }

    #[test]
    fn base64_is_decoded_leniently() {
        check(Base64, "SGVsbG8gd29ybGQ=", "Hello world");
        check(Base64, "SGVsbG8gd29ybGQ", "Hello world");
        check(Base64, "SG\r\nVsbG8\r\n\r\ngd29ybGQ=\r\n", "Hello world");
        check(Base64, "SGVs*bG8g!d29y\0bGQ=é", "Hello world");
        check(Base64, "SGVsbG8=IHdvcmxk", "Hello world");
        check(Base64, "QQ==QUI=QUJDQ", "AABABC");
        check(Base64, "====", "");
        check(Base64, "", "");
    }

    #[test]
    fn quoted_printable_is_decoded_leniently() {
        check(QuotedPrintable, "caf=C3=A9 =\r\nau=20lait", "café au lait");
        check(QuotedPrintable, "caf=c3=a9=\nx", "caféx");
        check(QuotedPrintable, "a =  \r\nb=\r\r\nc", "a bc");
        check(QuotedPrintable, "a  \r\nb\t\nc ", "a\r\nb\nc");
        check(QuotedPrintable, "1=2 =zz =", "1=2 =zz ");
        check(QuotedPrintable, "a \t b\r= \t", "a \t b\r");
        check(QuotedPrintable, "=3", "=3");
    }

    #[test]
    fn uuencode_is_decoded() {
        let text = "x\r\nbegin 644 hi.txt\r\n+2&5L;&\\@=V]R;&0 \r\n`\r\nend\r\nafter";
        check(Uuencode, text, "Hello world");
        check(Uuencode, "begin 644 a\n#86)C\n\n#86)C", "abc");
        check(Uuencode, "begin 644 a\n&86)C", "abc\0\0\0");
        check(Uuencode, "no begin", "no begin");
    }

    #[test]
    fn long_content_comes_in_chunks() {
        let long = "a b".repeat(100_000);
        check(Identity, &long, &long);
        check(QuotedPrintable, &long, &long);
        check(Base64, &"QUJD".repeat(100_000), &"ABC".repeat(100_000));
    }
}
