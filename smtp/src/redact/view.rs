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

/// All the ways in which a secret is looked for, [`plain`] first. A line feed in a text is the gap
/// between two lines of a reply, and counts for nothing.
pub(super) const READERS: [Reader; 11] = [
    plain,
    |text| escaped(text, Escapes::EachItsOwn),
    |text| escaped(text, Escapes::CodePoints),
    |text| escaped(text, Escapes::Octets),
    |text| hexadecimal(text, 0),
    |text| hexadecimal(text, 1),
    decimal,
    |text| base64(text, 0),
    |text| base64(text, 1),
    |text| base64(text, 2),
    |text| base64(text, 3),
];

impl View {
    /// How many octets the decoder read, gaps included.
    pub(super) fn len(&self) -> usize {
        self.octets.len()
    }

    /// The three octets at `at`, for a first look. None at a gap or the end.
    pub(super) fn three(&self, at: usize) -> Option<[u8; 3]> {
        let [a, b, c] = self.octets.get(at..at + 3)?.try_into().ok()?;
        Some([
            u8::try_from(a).ok()?,
            u8::try_from(b).ok()?,
            u8::try_from(c).ok()?,
        ])
    }

    /// Where `secret`, in lower case, stands in the text if it begins at `at`.
    pub(super) fn place_of(&self, secret: &[u8], at: usize) -> Option<(usize, usize)> {
        let octets = self.octets.get(at..at + secret.len())?;
        let same = octets
            .iter()
            .zip(secret)
            .all(|(octet, sought)| *octet == u16::from(*sought));
        if !same || secret.is_empty() {
            return None;
        }
        let (start, _) = self.places.get(at)?;
        let (_, end) = self.places.get(at + secret.len() - 1)?;
        Some((*start as usize, *end as usize))
    }

    fn push(&mut self, octet: u8, start: usize, end: usize) {
        self.octets.push(u16::from(octet.to_ascii_lowercase()));
        self.place(start, end);
    }

    fn push_char(&mut self, c: char, start: usize, end: usize) {
        for octet in c.encode_utf8(&mut [0; 4]).bytes() {
            self.push(octet, start, end);
        }
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

/// What a number from 128 to 255 in an escape means: `\xc4` is an octet to one program and a code
/// point to another, and so is `\u00c4` where somebody escaped the octets of UTF-8 one by one.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    /// Code points in `\u` and `&#`, octets in all others.
    EachItsOwn,
    /// Code points everywhere: Latin-1 where there are two digits.
    CodePoints,
    /// Octets everywhere.
    Octets,
}

/// One escape: its number, its length in the text, and whether by its own rules the number is a
/// code point rather than an octet.
struct Escape {
    code: u32,
    length: usize,
    code_point: bool,
}

/// `%HH`, `=HH` (quoted-printable), `+` for a space, `\xHH`, `\uHHHH` (two of them for a surrogate
/// pair), `\u{H…}`, `\OOO`, `\` before a character, `&#N;`, `&#xH…;` and the names that HTML
/// gives its own characters.
fn escaped(text: &str, escapes: Escapes) -> View {
    let mut view = View::default();
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let Some(escape) = escape(rest) else {
            if rest[0] != b'\n' {
                view.push(rest[0], at, at + 1);
            }
            at += 1;
            continue;
        };
        let (mut code, mut length) = (escape.code, escape.length);
        if (0xD800..0xDC00).contains(&code)
            && let Some(low) = self::escape(&rest[length..])
            && (0xDC00..0xE000).contains(&low.code)
        {
            code = 0x1_0000 + ((code - 0xD800) << 10) + (low.code - 0xDC00);
            length += low.length;
        }
        let code_point = match escapes {
            Escapes::EachItsOwn => escape.code_point,
            Escapes::CodePoints => true,
            Escapes::Octets => false,
        };
        match (u8::try_from(code), char::from_u32(code)) {
            (Ok(octet), _) if !code_point => view.push(octet, at, at + length),
            (_, Some(c)) => view.push_char(c, at, at + length),
            (_, None) => view.gap(),
        }
        at += length;
    }
    view
}

/// The escape at the start of `rest`, if there is one.
fn escape(rest: &[u8]) -> Option<Escape> {
    let found = |(code, length): (u32, usize), code_point| Escape {
        code,
        length,
        code_point,
    };
    match rest.first()? {
        b'%' | b'=' => code(&rest[1..], 16, 2, 2).map(|(c, n)| found((c, n + 1), false)),
        b'+' => Some(found((u32::from(b' '), 1), false)),
        b'\\' => backslashed(&rest[1..])
            .map(|(c, n)| found((c, n + 1), matches!(rest.get(1), Some(b'u' | b'U')))),
        b'&' => entity(rest).map(|entity| found(entity, true)),
        _ => None,
    }
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
        b'x' | b'u' if rest.get(1) == Some(&b'{') => {
            let (code, length) = code(&rest[2..], 16, 1, 6)?;
            (rest.get(length + 2) == Some(&b'}')).then_some((code, length + 3))
        }
        b'x' => code(&rest[1..], 16, 2, 2).map(|(code, length)| (code, length + 1)),
        b'u' => code(&rest[1..], 16, 4, 4).map(|(code, length)| (code, length + 1)),
        b'U' => code(&rest[1..], 16, 8, 8).map(|(code, length)| (code, length + 1)),
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

/// Pairs of hexadecimal digits, one behind the other or with a space, comma, colon or dash between,
/// `0x` before them or not. `skip` digits at the start of each run belong to no pair.
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

/// Base64 in either alphabet (RFC 4648 §4, §5). `skip` characters at the start of each run belong
/// to no group.
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
