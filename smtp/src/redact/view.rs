//! A text as a decoder reads it: the octets it stands for, each with its place in the text.

/// A break in what a decoder can read. No octet is this.
const GAP: u16 = 0x100;

/// What one decoder makes of a text.
#[derive(Debug, Default)]
pub(super) struct View {
    /// Octets, ASCII letters in lower case, and [`GAP`]s.
    octets: Vec<u16>,
    /// Where each begins and ends in the text.
    places: Vec<(u32, u32)>,
}

/// Reads a text in one way.
pub(super) type Reader = fn(&str) -> View;

/// All the ways in which a secret is looked for. A line feed in a text is the gap between two lines of a reply, and counts for nothing.
pub(super) const READERS: [Reader; 9] = [
    plain,
    escaped,
    |text| hexadecimal(text, 0),
    |text| hexadecimal(text, 1),
    decimal,
    |text| base64(text, 0),
    |text| base64(text, 1),
    |text| base64(text, 2),
    |text| base64(text, 3),
];

impl View {
    /// Where `secret`, in lower case, stands in the text.
    pub(super) fn find(&self, secret: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(octets) = self.octets.get(at..at + secret.len()) {
            let same = octets
                .iter()
                .zip(secret)
                .all(|(octet, sought)| *octet == u16::from(*sought));
            if same && !secret.is_empty() {
                let (start, _) = self.places[at];
                let (_, end) = self.places[at + secret.len() - 1];
                found.push((start as usize, end as usize));
                at += secret.len();
            } else {
                at += 1;
            }
        }
        found
    }

    fn push(&mut self, octet: u8, start: usize, end: usize) {
        self.octets.push(u16::from(octet.to_ascii_lowercase()));
        self.place(start, end);
    }

    fn gap(&mut self) {
        if self.octets.last().is_some_and(|last| *last != GAP) {
            self.octets.push(GAP);
            self.place(0, 0);
        }
    }

    fn place(&mut self, start: usize, end: usize) {
        // A reply is far shorter than what 32 bits can count.
        let short = |place| u32::try_from(place).unwrap_or(u32::MAX);
        self.places.push((short(start), short(end)));
    }
}

fn plain(text: &str) -> View {
    let mut view = View::default();
    for (at, octet) in text.bytes().enumerate() {
        if octet != b'\n' {
            view.push(octet, at, at + 1);
        }
    }
    view
}

/// `%HH`, `=HH` (quoted-printable), `+` for a space, `\xHH`, `\uHHHH`, `\u{H…}`, `\OOO`, `\` before a character, `&#N;`, `&#xH…;` and the
/// names that HTML gives its own characters.
fn escaped(text: &str) -> View {
    let mut view = View::default();
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let (decoded, length) = match rest[0] {
            b'\n' => (None, 1),
            b'%' | b'=' => code(&rest[1..], 16, 2, 2).map_or((None, 0), |(c, n)| (Some(c), n + 1)),
            b'+' => (Some(u32::from(b' ')), 1),
            b'\\' => backslashed(&rest[1..]).map_or((None, 0), |(c, n)| (Some(c), n + 1)),
            b'&' => entity(rest).map_or((None, 0), |(c, n)| (Some(c), n)),
            _ => (None, 0),
        };
        match (decoded, length) {
            // Octets above 127 come as they are, a code point as its UTF-8.
            (Some(code), _) => {
                let octet = u8::try_from(code).ok().filter(|_| rest[0] != b'&');
                match (octet, char::from_u32(code)) {
                    (Some(octet), _) => view.push(octet, at, at + length),
                    (None, Some(c)) => {
                        for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                            view.push(octet, at, at + length);
                        }
                    }
                    (None, None) => view.gap(),
                }
                at += length;
            }
            (None, 0) => {
                view.push(rest[0], at, at + 1);
                at += 1;
            }
            (None, length) => at += length,
        }
    }
    view
}

/// A number of `least` to `most` digits, and how long it is.
fn code(rest: &[u8], radix: u32, least: usize, most: usize) -> Option<(u32, usize)> {
    let length = rest
        .iter()
        .take(most)
        .take_while(|b| char::from(**b).is_digit(radix))
        .count();
    let digits = std::str::from_utf8(&rest[..length]).ok()?;
    (length >= least)
        .then(|| u32::from_str_radix(digits, radix).ok())
        .flatten()
        .map(|code| (code, length))
}

/// What stands behind a backslash.
fn backslashed(rest: &[u8]) -> Option<(u32, usize)> {
    match rest.first()? {
        b'x' => code(&rest[1..], 16, 2, 2).map(|(code, length)| (code, length + 1)),
        b'u' if rest.get(1) == Some(&b'{') => {
            let (code, length) = code(&rest[2..], 16, 1, 6)?;
            (rest.get(length + 2) == Some(&b'}')).then_some((code, length + 3))
        }
        b'u' => code(&rest[1..], 16, 4, 4).map(|(code, length)| (code, length + 1)),
        b'0'..=b'7' => code(rest, 8, 3, 3),
        other => other.is_ascii_punctuation().then(|| (u32::from(*other), 1)),
    }
}

fn entity(rest: &[u8]) -> Option<(u32, usize)> {
    let end = rest.iter().take(10).position(|b| *b == b';')?;
    let inner = &rest[1..end];
    let character = |c: char| Some(u32::from(c));
    let decoded = match inner {
        [b'#', b'x' | b'X', digits @ ..] => code(digits, 16, 1, 6)
            .filter(|(_, length)| *length == digits.len())
            .map(|(code, _)| code),
        [b'#', digits @ ..] => code(digits, 10, 1, 7)
            .filter(|(_, length)| *length == digits.len())
            .map(|(code, _)| code),
        b"amp" => character('&'),
        b"lt" => character('<'),
        b"gt" => character('>'),
        b"quot" => character('"'),
        b"apos" => character('\''),
        _ => None,
    };
    decoded.map(|code| (code, end + 1))
}

/// Pairs of hexadecimal digits, one behind the other or with a space, comma, colon or dash between, `0x` before them or not. `skip` digits at the
/// start of each run belong to no pair.
fn hexadecimal(text: &str, skip: usize) -> View {
    let mut view = View::default();
    let mut first: Option<(u8, usize)> = None;
    let mut run = 0;
    let octets = text.as_bytes();
    let mut at = 0;
    while at < octets.len() {
        let b = octets[at];
        let prefix = b == b'0' && matches!(octets.get(at + 1), Some(b'x' | b'X'));
        match char::from(b).to_digit(16) {
            _ if prefix => at += 1,
            Some(digit) => {
                run += 1;
                let digit = digit as u8;
                match first.take() {
                    _ if run <= skip => {}
                    Some((high, start)) => view.push(high * 16 + digit, start, at + 1),
                    None => first = Some((digit, at)),
                }
            }
            None if matches!(b, b' ' | b',' | b':' | b'-' | b'\n') => {}
            None => {
                view.gap();
                (first, run) = (None, 0);
            }
        }
        at += 1;
    }
    view
}

/// Numbers up to 255, with commas, semicolons, brackets or white space between.
fn decimal(text: &str) -> View {
    let mut view = View::default();
    let octets = text.as_bytes();
    let mut at = 0;
    while at < octets.len() {
        let digits = octets[at..].iter().take_while(|b| b.is_ascii_digit());
        match digits.count() {
            0 => {
                if !matches!(octets[at], b' ' | b',' | b';' | b'[' | b']' | b'\t' | b'\n') {
                    view.gap();
                }
                at += 1;
            }
            length => {
                let octet = text[at..at + length].parse::<u8>();
                match octet {
                    Ok(octet) => view.push(octet, at, at + length),
                    Err(_) => view.gap(),
                }
                at += length;
            }
        }
    }
    view
}

/// Base64 in either alphabet (RFC 4648 §4, §5). `skip` characters at the start of each run belong to no group.
fn base64(text: &str, skip: usize) -> View {
    let mut view = View::default();
    let mut group: Vec<(u8, usize)> = Vec::with_capacity(4);
    let mut run = 0;
    for (at, b) in text.bytes().enumerate() {
        let value = match b {
            b'\n' => continue,
            b'A'..=b'Z' => Some(b - b'A'),
            b'a'..=b'z' => Some(b - b'a' + 26),
            b'0'..=b'9' => Some(b - b'0' + 52),
            b'+' | b'-' => Some(62),
            b'/' | b'_' => Some(63),
            _ => None,
        };
        match value {
            Some(value) => {
                run += 1;
                if run > skip {
                    group.push((value, at));
                }
                if group.len() == 4 {
                    view.push_group(&group);
                    group.clear();
                }
            }
            None => {
                view.push_group(&group);
                group.clear();
                view.gap();
                run = 0;
            }
        }
    }
    view.push_group(&group);
    view
}

impl View {
    /// Up to four characters of base64: three octets, or what there is of them.
    fn push_group(&mut self, group: &[(u8, usize)]) {
        for (n, pair) in group.windows(2).enumerate() {
            let (high, low) = (pair[0].0, pair[1].0);
            let octet = (high << (2 + 2 * n)) | (low >> (4 - 2 * n));
            self.push(octet, pair[0].1, pair[1].1 + 1);
        }
    }
}
