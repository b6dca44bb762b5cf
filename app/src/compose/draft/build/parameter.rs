//! Parameters of MIME fields that hold any text (RFC 2231).

use std::fmt::Write as _;

use super::field::Field;
use super::words;

/// The most characters of a parameter on a line of its own, with the semicolon behind it.
const PART: usize = 76;

/// Whether a value can stand in quotation marks and is read the same by every reader: short plain
/// ASCII without quotation marks and backslashes.
pub(super) fn is_plain(value: &str) -> bool {
    words::is_plain(value) && value.len() <= 50 && !value.contains(['"', '\\'])
}

/// Adds the parameter `key`, the last of its field: `key="value"` if it is plain, `key*=…` in
/// UTF-8 otherwise, and `key*0*=…; key*1*=…` if that is too long for a line. Never two forms of
/// the same: readers don't agree on which one counts.
pub(super) fn write(key: &str, value: &str, field: &mut Field) {
    if is_plain(value) {
        return field.part(&format!("{key}=\"{value}\""));
    }
    let encoded: usize = value.bytes().map(size).sum();
    let whole = format!("{key}*=UTF-8''");
    if whole.len() + encoded <= PART {
        return field.part(&(whole + &percent(value)));
    }
    let mut rest = value;
    let mut section = 0;
    while !rest.is_empty() {
        let charset = if section == 0 { "UTF-8''" } else { "" };
        let begin = format!("{key}*{section}*={charset}");
        let room = PART - 1 - begin.len();
        let mut used = 0;
        // Some readers decode every section by itself, so characters stay whole.
        let end = rest.char_indices().find_map(|(at, c)| {
            let character = &rest[at..at + c.len_utf8()];
            used += character.bytes().map(size).sum::<usize>();
            (used > room).then_some(at)
        });
        let (now, after) = rest.split_at(end.unwrap_or(rest.len()));
        let semicolon = if after.is_empty() { "" } else { ";" };
        field.part(&format!("{begin}{}{semicolon}", percent(now)));
        rest = after;
        section += 1;
    }
}

fn is_literal(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._~".contains(&octet)
}

fn size(octet: u8) -> usize {
    if is_literal(octet) { 1 } else { 3 }
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for octet in text.bytes() {
        if is_literal(octet) {
            encoded.push(char::from(octet));
        } else {
            // Writing to a String can't fail.
            let _ = write!(encoded, "%{octet:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: &str) -> String {
        let mut output = Vec::new();
        let mut field = Field::new("X", &mut output);
        field.part("attachment;");
        write("filename", value, &mut field);
        field.end();
        String::from_utf8(output).expect("ASCII")
    }

    #[test]
    fn forms_of_a_name() {
        let check = |value: &str, expect: &str| {
            assert_eq!(field(value), format!("X: attachment;{expect}\r\n"));
        };
        check("a.pdf", " filename=\"a.pdf\"");
        check("a b, c;d.pdf", " filename=\"a b, c;d.pdf\"");
        check("a\"b.pdf", " filename*=UTF-8''a%22b.pdf");
        check(
            "=?utf-8?Q?x?=",
            " filename*=UTF-8''%3D%3Futf-8%3FQ%3Fx%3F%3D",
        );
        check(" a", " filename*=UTF-8''%20a");
        check(
            "보고서.pdf",
            " filename*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C.pdf",
        );
        let long = "보고서 3분기.pdf";
        check(long, &format!("\r\n filename*=UTF-8''{}", percent(long)));
    }

    #[test]
    fn long_names_are_divided_between_characters() {
        for value in ["가".repeat(300), "x".repeat(300), "a가😀".repeat(60)] {
            let text = field(&value);
            let mut read = Vec::new();
            for (at, line) in text.lines().skip(1).enumerate() {
                assert!(line.len() <= 78, "{line}");
                let begin = format!(" filename*{at}*=");
                let section = line.strip_prefix(&begin).expect("sections are numbered");
                let section = section.strip_prefix("UTF-8''").unwrap_or(section);
                let mut octets = Vec::new();
                let mut rest = section.trim_end_matches(';');
                while let Some(first) = rest.chars().next() {
                    if first == '%' {
                        octets.push(u8::from_str_radix(&rest[1..3], 16).expect("hexadecimal"));
                        rest = &rest[3..];
                    } else {
                        octets.push(rest.as_bytes()[0]);
                        rest = &rest[1..];
                    }
                }
                read.push(String::from_utf8(octets).expect("whole characters"));
            }
            assert_eq!(read.concat(), value);
        }
    }
}
