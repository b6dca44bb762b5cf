//! What must be true of the octets of every message, whoever reads them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest line, without CRLF (RFC 5322 §2.1.1).
const LINE: usize = 998;

/// The longest encoded word (RFC 2047 §2).
const WORD: usize = 75;

/// The header fields that a message can have.
const FIELDS: &[&str] = &[
    "date",
    "message-id",
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// The fields of the parts.
const PART_FIELDS: &[&str] = &[
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
];

/// Checks the lines, the header fields and the encoded words.
pub(crate) fn check(octets: &[u8], bcc: &[String]) {
    let text = std::str::from_utf8(octets).expect("a message of UTF-8");
    assert!(text.ends_with("\r\n"), "the last line is not ended");
    for line in text.split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "a bare CR or LF: {line:?}");
        assert!(!line.contains('\0'), "a NUL: {line:?}");
        assert!(line.len() <= LINE, "{} octets: {line}", line.len());
    }
    let (header, body) = text.split_once("\r\n\r\n").expect("a blank line");
    assert!(body.is_ascii(), "the body is not ASCII");
    check_section(header);
    let names = names(octets);
    for (at, name) in names.iter().enumerate() {
        assert!(
            FIELDS.contains(&name.as_str()),
            "an injected field: {header}"
        );
        assert!(
            !names[..at].contains(name),
            "{name} is there twice: {header}"
        );
    }
    for hidden in bcc {
        assert!(!header.contains(hidden), "Bcc is in the header section");
    }
    // The fields of the parts.
    for delimiter in ["\r\n--=_m_", "\r\n--=_a_", "\r\n--=_r_"] {
        for part in text.split(delimiter).skip(1) {
            if let Some((_, part)) = part.split_once("\r\n")
                && let Some((header, _)) = part.split_once("\r\n\r\n")
                && part.starts_with("Content-")
            {
                check_section(header);
                for name in names_of(header) {
                    assert!(
                        PART_FIELDS.contains(&name.as_str()),
                        "an injected field: {header}"
                    );
                }
            }
        }
    }
}

/// The names of the fields of a header section in lower case.
pub(crate) fn names(octets: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(octets).expect("a message of UTF-8");
    names_of(text.split_once("\r\n\r\n").expect("a blank line").0)
}

fn names_of(header: &str) -> Vec<String> {
    let begins = |line: &&str| !line.starts_with([' ', '\t']);
    header
        .split("\r\n")
        .filter(begins)
        .map(|line| line.split(':').next().unwrap_or_default().to_lowercase())
        .collect()
}

fn check_section(header: &str) {
    for line in header.split("\r\n") {
        assert!(!line.trim().is_empty(), "a line of spaces in {header:?}");
        for word in line.split_ascii_whitespace() {
            let word = word.trim_end_matches([',', ';']);
            if word.starts_with("=?") && word.ends_with("?=") {
                check_word(word);
                assert!(line.len() <= 76, "RFC 2047 §2: {line:?}");
            }
        }
    }
}

/// An encoded word is short and stands for whole characters.
fn check_word(word: &str) {
    assert!(word.len() <= WORD, "{} octets: {word}", word.len());
    let inner = &word[2..word.len() - 2];
    let [charset, encoding, payload] = inner.split('?').collect::<Vec<_>>()[..] else {
        panic!("not an encoded word: {word}");
    };
    assert_eq!(charset, "utf-8");
    let octets = match encoding {
        "B" => STANDARD.decode(payload).expect(word),
        "Q" => unquoted(payload),
        _ => panic!("{word}"),
    };
    let text = String::from_utf8(octets);
    assert!(text.is_ok(), "a split character: {word}");
}

fn unquoted(payload: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = payload;
    while let Some(first) = rest.chars().next() {
        let length = if first == '=' { 3 } else { 1 };
        let octet = match first {
            '=' => u8::from_str_radix(&rest[1..3], 16).expect(payload),
            '_' => b' ',
            _ => rest.as_bytes()[0],
        };
        octets.push(octet);
        rest = &rest[length..];
    }
    octets
}
