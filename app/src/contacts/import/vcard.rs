//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): names and addresses.

use super::quoted_printable::decoded;
use super::{Import, Reason, whole_name};
use crate::ui::text_file::{Decode, text};

/// Whether a file is one of cards.
pub(super) fn is_vcard(file: &[u8]) -> bool {
    let start = file.trim_ascii_start();
    let start = start.get(..11).unwrap_or_default();
    start.eq_ignore_ascii_case(b"BEGIN:VCARD")
}

/// One content line.
struct Line<'a> {
    number: usize,
    /// In capitals, without the group before a dot.
    name: String,
    parameters: Vec<(String, String)>,
    value: &'a [u8],
}

/// What is known of one card.
#[derive(Default)]
struct Card {
    begins: usize,
    full: String,
    parts: String,
    organization: String,
    nickname: String,
    addresses: Vec<(usize, String)>,
    /// The members of a group that are addresses.
    members: Vec<(usize, String)>,
    is_group: bool,
}

/// Reads all cards of a file.
pub(super) fn read(file: &[u8], decode: Decode<'_>) -> Import {
    let mut import = Import::default();
    // A card within a card, such as the agent of someone, is passed over.
    let mut open: Vec<Card> = Vec::new();
    for (number, line) in unfolded(file) {
        let Some(line) = parsed(number, &line).map(|line| (line.name.clone(), line)) else {
            continue;
        };
        let (name, line) = line;
        let value = || value(&line, decode);
        match name.as_str() {
            "BEGIN" if line.value.trim_ascii().eq_ignore_ascii_case(b"VCARD") => {
                open.push(Card {
                    begins: line.number,
                    ..Card::default()
                });
            }
            "END" => {
                let card = open.pop();
                if let Some(card) = card.filter(|_| open.is_empty()) {
                    card.add_to(&mut import);
                }
            }
            name => {
                if let Some(card) = open.last_mut() {
                    card.take(name, line.number, value);
                }
            }
        }
    }
    // What stands in a card without an end is not lost.
    if let Some(card) = open.into_iter().next() {
        let name = card.name();
        import.reject(card.begins, &name, Reason::Cut);
        if !card.addresses.is_empty() {
            card.add_to(&mut import);
        }
    }
    import
}

impl Card {
    fn take(&mut self, name: &str, number: usize, value: impl Fn() -> String) {
        match name {
            "FN" if self.full.is_empty() => self.full = unescaped(&value()),
            "N" if self.parts.is_empty() => self.parts = value(),
            "NICKNAME" if self.nickname.is_empty() => self.nickname = unescaped(&value()),
            "ORG" if self.organization.is_empty() => {
                let parts = fields(&value()).into_iter().filter(|part| !part.is_empty());
                self.organization = parts.collect::<Vec<_>>().join(", ");
            }
            "EMAIL" => self.addresses.push((number, unescaped(&value()))),
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => {
                self.is_group = value().trim().eq_ignore_ascii_case("group");
            }
            "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER" => {
                let member = unescaped(&value());
                if let Some((scheme, address)) = member.split_once(':')
                    && scheme.eq_ignore_ascii_case("mailto")
                {
                    self.members.push((number, address.to_owned()));
                }
            }
            _ => {}
        }
    }

    fn name(&self) -> String {
        let parts = fields(&self.parts);
        let part = |at: usize| parts.get(at).map_or("", String::as_str);
        let of_parts = whole_name(part(1), part(2), part(0));
        let names = [&self.full, &of_parts, &self.nickname, &self.organization];
        let name = names.into_iter().map(|name| name.trim());
        let name = { name }.find(|name| !name.is_empty()).unwrap_or_default();
        // A name has one line.
        name.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn add_to(self, import: &mut Import) {
        let name = self.name();
        for (number, address) in &self.addresses {
            import.add(&name, address, *number);
        }
        // The name of a group is not that of its members.
        for (number, address) in &self.members {
            import.add("", address, *number);
        }
        let nothing = self.addresses.is_empty() && self.members.is_empty();
        if nothing && !self.is_group {
            import.reject(self.begins, &name, Reason::NoAddress);
        }
    }
}

/// The lines with their numbers: a line that begins with a space goes on with the one before (RFC
/// 6350 §3.2), and so does one after a `=` at the end of quoted-printable.
fn unfolded(file: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    for (number, line) in physical_lines(file).enumerate() {
        if let Some((_, before)) = lines.last_mut() {
            if is_quoted_printable(before) && before.ends_with(b"=") {
                before.pop();
                before.extend_from_slice(line);
                continue;
            }
            if let [b' ' | b'\t', rest @ ..] = line {
                before.extend_from_slice(rest);
                continue;
            }
        }
        lines.push((number + 1, line.to_vec()));
    }
    lines
}

/// The lines of a file, whichever their ends.
fn physical_lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let has_lf = file.contains(&b'\n');
    file.split(move |octet| *octet == if has_lf { b'\n' } else { b'\r' })
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line
        .split(|octet| *octet == b':')
        .next()
        .unwrap_or_default();
    head.to_ascii_uppercase()
        .windows(16)
        .any(|word| word == b"QUOTED-PRINTABLE")
}

/// The parts of a line. None: it is not one of a card.
fn parsed(number: usize, line: &[u8]) -> Option<Line<'_>> {
    let mut quoted = false;
    let colon = line.iter().position(|octet| {
        quoted ^= *octet == b'"';
        *octet == b':' && !quoted
    })?;
    let head = String::from_utf8_lossy(&line[..colon]).to_ascii_uppercase();
    let mut parts = head.split(';');
    let name = parts.next()?.trim();
    let name = name
        .rsplit_once('.')
        .map_or(name, |(_, name)| name)
        .to_owned();
    // vCard 2.1 has parameters without names.
    let parameters = parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or(("", part));
        (
            name.trim().to_owned(),
            value.trim_matches(['"', ' ']).to_owned(),
        )
    });
    Some(Line {
        number,
        name,
        parameters: parameters.collect(),
        value: &line[colon + 1..],
    })
}

fn value(line: &Line<'_>, decode: Decode<'_>) -> String {
    let has = |sought: &str| line.parameters.iter().any(|(_, value)| value == sought);
    let octets = if has("QUOTED-PRINTABLE") {
        decoded(line.value)
    } else {
        line.value.to_vec()
    };
    let charset = line.parameters.iter().find(|(name, _)| name == "CHARSET");
    charset
        .and_then(|(_, charset)| decode(&octets, &charset.to_lowercase()))
        .unwrap_or_else(|| text(&octets, decode))
}

/// The parts between semicolons, without their backslashes.
fn fields(value: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars
                    .next()
                    .map(|c| if matches!(c, 'n' | 'N') { ' ' } else { c });
                fields
                    .last_mut()
                    .into_iter()
                    .for_each(|field| field.extend(escaped));
            }
            ';' => fields.push(String::new()),
            c => fields
                .last_mut()
                .into_iter()
                .for_each(|field| field.push(c)),
        }
    }
    fields
}

/// A value of one part.
fn unescaped(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(
                chars
                    .next()
                    .map(|c| if matches!(c, 'n' | 'N') { ' ' } else { c }),
            ),
            c => plain.push(c),
        }
    }
    plain
}
