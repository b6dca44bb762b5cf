//! Parameters of Content-Type and Content-Disposition, with the continuations and charsets of RFC
//! 2231, and with the encoded words that some mailers use although RFC 2047 §5 forbids them.

use super::{charset, fields, words};
use crate::limits;

/// The occurrences of one parameter in a field.
#[derive(Debug, Default)]
struct Found {
    plain: Option<Vec<u8>>,
    /// Section number, whether it is percent-encoded, and its octets.
    pieces: Vec<(u32, bool, Vec<u8>)>,
}

/// Returns the decoded value of a parameter; None if the field does not have it. If it occurs
/// several times, the first one counts. Takes time linear in the length of the field.
pub(super) fn parameter(value: &[u8], name: &str) -> Option<String> {
    let value = fields::unfolded(value);
    let mut found = Found::default();
    let mut rest = after_type(&value);
    while let Some((attribute, octets, behind)) = next(rest, name) {
        rest = behind;
        let Some(attribute) = attribute.get(..name.len()).and_then(|start| {
            start
                .eq_ignore_ascii_case(name.as_bytes())
                .then(|| &attribute[name.len()..])
        }) else {
            continue;
        };
        match attribute {
            b"" => found.plain = found.plain.or(Some(octets)),
            [b'*', piece @ ..] if found.pieces.len() < limits::READING_SECTIONS => {
                let (number, encoded) = match piece.strip_suffix(b"*") {
                    Some(number) => (number, true),
                    None => (piece, piece.is_empty()),
                };
                let number = match std::str::from_utf8(number).ok().map(str::parse) {
                    Some(Ok(number)) => number,
                    _ if number.is_empty() => 0,
                    _ => continue,
                };
                found.pieces.push((number, encoded, octets));
            }
            _ => (),
        }
    }
    found.value()
}

impl Found {
    fn value(mut self) -> Option<String> {
        if self.pieces.is_empty() {
            let plain = self.plain?;
            return Some(words::decoded(&charset::decode(&plain, "")));
        }
        self.pieces.sort_by_key(|(number, ..)| *number);
        self.pieces.dedup_by_key(|(number, ..)| *number);
        // A value with a charset of its own is text. What looks like an encoded word in it is none.
        let is_text = self.pieces.iter().any(|(_, encoded, _)| *encoded);
        let mut label = String::new();
        let mut whole = Vec::new();
        for (index, (_, encoded, octets)) in self.pieces.into_iter().enumerate() {
            let mut octets = octets;
            if encoded && index == 0 {
                let mut parts = octets.splitn(3, |octet| *octet == b'\'');
                if let (Some(charset), Some(_), Some(text)) =
                    (parts.next(), parts.next(), parts.next())
                {
                    label = String::from_utf8_lossy(charset).into_owned();
                    octets = text.to_vec();
                }
            }
            whole.extend(if encoded {
                percent_decoded(&octets)
            } else {
                octets
            });
        }
        let value = charset::decode(&whole, &label);
        Some(if is_text {
            value
        } else {
            words::decoded(&value)
        })
    }
}

fn percent_decoded(octets: &[u8]) -> Vec<u8> {
    let hex = |octet: Option<&u8>| char::from(*octet?).to_digit(16);
    let mut whole = Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        at += 1;
        match (octet, hex(octets.get(at)), hex(octets.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                whole.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 2;
            }
            _ => whole.push(octet),
        }
    }
    whole
}

/// Skips the type or disposition. The `;` may be missing, and so may the type itself.
fn after_type(value: &[u8]) -> &[u8] {
    let Some(equals) = value.iter().position(|octet| *octet == b'=') else {
        return &[];
    };
    match value[..equals]
        .iter()
        .position(|octet| b";,".contains(octet))
    {
        Some(semicolon) => &value[semicolon + 1..],
        None => {
            let before = value[..equals].trim_ascii_end();
            let space = before.iter().rposition(u8::is_ascii_whitespace);
            &value[space.map_or(0, |space| space + 1)..]
        }
    }
}

/// Returns the next `attribute=value` and the rest.
fn next<'x>(mut rest: &'x [u8], wanted: &str) -> Option<(&'x [u8], Vec<u8>, &'x [u8])> {
    loop {
        let start = rest.iter().position(|octet| !b";, \t".contains(octet))?;
        rest = &rest[start..];
        let end = rest
            .iter()
            .position(|octet| b"=; \t\"".contains(octet))
            .unwrap_or(rest.len());
        let attribute = &rest[..end];
        let behind = rest[end..].trim_ascii_start();
        let Some(behind) = behind.strip_prefix(b"=") else {
            // No value: a stray word, comment or quote.
            rest = &rest[end.max(1)..];
            continue;
        };
        let behind = behind.trim_ascii_start();
        if let Some(quoted) = behind.strip_prefix(b"\"") {
            let (value, behind) = unquoted(quoted);
            return Some((attribute, value, behind));
        }
        // Unquoted file names often contain spaces.
        let spaces = wanted.ends_with("name");
        let end = behind
            .iter()
            .position(|octet| *octet == b';' || (!spaces && b" \t".contains(octet)))
            .unwrap_or(behind.len());
        return Some((
            attribute,
            behind[..end].trim_ascii_end().to_vec(),
            &behind[end..],
        ));
    }
}

/// Reads up to the closing quote; also returns the rest. A backslash escapes only quotes and
/// backslashes, because file names may be Windows paths.
fn unquoted(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut at = 0;
    while let Some(&octet) = rest.get(at) {
        at += 1;
        match (octet, rest.get(at)) {
            (b'"', _) => break,
            (b'\\', Some(&next @ (b'"' | b'\\'))) => {
                value.push(next);
                at += 1;
            }
            _ => value.push(octet),
        }
    }
    (value, rest.get(at..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &[u8], name: &str, want: Option<&str>) {
        let shown = String::from_utf8_lossy(value);
        assert_eq!(parameter(value, name).as_deref(), want, "{shown}");
    }

    #[test]
    fn parameters_are_found_in_every_form() {
        for value in [
            "text/plain; charset=utf-8",
            "text/plain;charset=\"utf-8\"",
            "text/plain; x=y; CHARSET = utf-8 ; z",
            "text/plain charset=utf-8",
            "text/plain, charset=utf-8",
            "text/plain; charset=utf-8 (a comment)",
            "text/plain (c); charset=utf-8",
            "text/plain; format; charset=utf-8",
            "text/plain;\r\n\tcharset=utf-8",
            "charset=utf-8",
            "; charset=utf-8",
            "text/plain; charset=utf-8; charset=latin1",
            "text/plain; x=\"a;charset=b\"; charset=utf-8",
            "text/plain; charset=\"utf-8",
            "text/plain; \"; charset=utf-8",
        ] {
            check(value.as_bytes(), "charset", Some("utf-8"));
        }
        check(b"text/plain", "charset", None);
        check(b"text/plain; charset=", "charset", Some(""));
        check(b"text/plain; xcharset=a; charsets=b", "charset", None);
        check(
            b"multipart/mixed; boundary=\"a b\\\"c\"",
            "boundary",
            Some("a b\"c"),
        );
    }

    #[test]
    fn file_names_are_decoded() {
        for (value, want) in [
            (&b"attachment; filename=plan.pdf"[..], "plan.pdf"),
            (b"attachment; filename=my plan.pdf; size=3", "my plan.pdf"),
            (b"attachment; filename=\"my plan.pdf\"", "my plan.pdf"),
            (
                b"attachment; filename=\"C:\\dir\\plan.pdf\"",
                "C:\\dir\\plan.pdf",
            ),
            (b"attachment; filename*=utf-8'ko'%EB%B0%95.txt", "박.txt"),
            (b"attachment; filename*=euc-kr''%B9%DA.txt", "박.txt"),
            (b"attachment; filename*=cp949''%B9%DA.txt", "박.txt"),
            (
                b"attachment; filename=\"x\"; filename*=utf-8''%EB%B0%95",
                "박",
            ),
            (
                b"attachment; filename*0=\"a long \"; filename*1=name.txt",
                "a long name.txt",
            ),
            (
                b"attachment; filename*1=b; filename*0=a; filename*2=c",
                "abc",
            ),
            (
                b"attachment; filename*0*=utf-8''%EB; filename*1*=%B0%95; filename*2=%.txt",
                "박%.txt",
            ),
            (
                b"attachment; filename=\"=?utf-8?B?67CVLnR4dA==?=\"",
                "박.txt",
            ),
            (b"attachment; filename==?utf-8?B?67CVLnR4dA==?=", "박.txt"),
            (
                b"attachment; filename=\"=?cp949?Q?=B9?= =?cp949?Q?=DA.txt?=\"",
                "박.txt",
            ),
            (
                b"attachment; filename*0=\"=?utf-8?B?67CV\"; filename*1=\"LnR4dA==?=\"",
                "박.txt",
            ),
            (
                b"attachment; filename*=UTF-8''%3D%3Futf-8%3FQ%3Fx%3F%3D.txt",
                "=?utf-8?Q?x?=.txt",
            ),
            ("attachment; filename=\"박.txt\"".as_bytes(), "박.txt"),
            (
                b"attachment; filename=\"\xb9\xda\xb9\xce\xbe\xc6.txt\"",
                "박민아.txt",
            ),
            (b"attachment; filename*=%EB%B0%95.txt", "박.txt"),
        ] {
            check(value, "filename", Some(want));
        }
    }

    #[test]
    fn a_million_parameters_are_read_once() {
        let many = "; n*1=x".repeat(limits::READING_SOURCE / 7);
        let value = format!("text/plain{many}; name=y");
        let started = std::time::Instant::now();
        check(value.as_bytes(), "name", Some("y"));
        println!("{:?}", started.elapsed());
    }
}
