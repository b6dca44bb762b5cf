//! A line as the most lenient server could read it.
//!
//! This client reads its own lines strictly ([`crate::Command::read`]), to know which reply comes
//! next. Servers may read them differently: some end a line at a bare CR or LF, some at the end of
//! their buffer, some ignore what precedes a verb, compare only its first four letters, or accept
//! any white space as a separator. To protect a password, the most lenient reading counts.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::command::Command;
use crate::invisible::is_invisible;

/// The longest line, CRLF excluded, that every server accepts (RFC 5321 §4.5.3.1.4). A server may
/// read the rest of a longer one as another line.
const LINE: usize = 510;

/// SASL mechanisms in use (IANA's list, and those of large providers). Anything else after
/// AUTH may be a response in the wrong place, and is not shown.
const MECHANISMS: [&str; 20] = [
    "ANONYMOUS",
    "CRAM-MD5",
    "DIGEST-MD5",
    "EXTERNAL",
    "GS2-KRB5",
    "GSS-SPNEGO",
    "GSSAPI",
    "KERBEROS_V4",
    "LOGIN",
    "NTLM",
    "OAUTHBEARER",
    "PLAIN",
    "SCRAM-SHA-1",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-512-PLUS",
    "XOAUTH",
    "XOAUTH2",
];

/// Where the secret part of an AUTH command, or of a response to one, begins in a line that is sent
/// as a command: after the mechanism, or at the response. The length of the line if nothing follows
/// AUTH. None: no server could read the line as either.
pub(crate) fn sign_in(line: &str) -> Option<usize> {
    let mut start = 0;
    for part in line.split(ends_line) {
        let end = start + part.len();
        let begins = auth(part).or_else(|| overlong(line, part, start));
        if let Some(behind) = begins {
            return Some(behind_mechanism(line, start + behind));
        }
        if let Some(at) = response(part) {
            return Some(start + at);
        }
        start = end + line[end..].chars().next().map_or(0, char::len_utf8);
    }
    None
}

/// Where in a line of AUTH, read strictly, the response begins.
pub(crate) fn response_of_auth(line: &str) -> usize {
    behind_mechanism(line, line.len().min("AUTH".len()))
}

/// The part of a line of a message that a lenient server could read as commands after its end.
pub(crate) fn behind_dot(line: &str) -> Option<&str> {
    let mut start = 0;
    for part in line.split(ends_line) {
        let end = start + part.len();
        if part.trim() == "." && end < line.len() {
            return Some(&line[end..]);
        }
        start = end + line[end..].chars().next().map_or(0, char::len_utf8);
    }
    None
}

/// Whether a lenient server could see the end of the message in a line of it.
pub(crate) fn has_dot(line: &str) -> bool {
    line.split(ends_line).any(|part| part.trim() == ".")
}

/// What some server could read as a line end: besides CR and LF those of Unicode and Python, and
/// NUL, which ends a string in C.
fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\r' | '\n' | '\0' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}'
    ) || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The length of the verb AUTH at the start of a line, as a lenient server reads it, with whatever
/// precedes it.
fn auth(part: &str) -> Option<usize> {
    [false, true]
        .into_iter()
        .find_map(|erases| auth_in(&letters(part, erases)))
}

/// The characters of a line that count, each with its end: full-width forms as ASCII, without
/// controls and invisible characters. `erases`: backspace and DEL take the character before
/// with them.
fn letters(part: &str, erases: bool) -> Vec<(char, usize)> {
    let mut letters = Vec::new();
    for (at, c) in part.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '\u{8}' | '\u{7f}' if erases => drop(letters.pop()),
            '\t' => letters.push((' ', end)),
            c if c.is_control() || is_invisible(c) => {}
            '\u{ff01}'..='\u{ff5e}' => {
                let ascii = char::from_u32(u32::from(c) - 0xff01 + 0x21);
                letters.push((ascii.unwrap_or(c), end));
            }
            c if c.is_whitespace() => letters.push((' ', end)),
            c => letters.push((c, end)),
        }
        // A verb and a mechanism are at the start.
        if letters.len() > 4096 {
            break;
        }
    }
    letters
}

fn auth_in(letters: &[(char, usize)]) -> Option<usize> {
    let from = letters
        .iter()
        .position(|(c, _)| c.is_ascii_alphanumeric())?;
    let verb: String = letters[from..]
        .iter()
        .take(4)
        .map(|(c, _)| c.to_ascii_uppercase())
        .collect();
    if verb == "AUTH" {
        return letters.get(from + 3).map(|(_, end)| *end);
    }
    // An abbreviation, where a mechanism follows.
    let length = verb.find(|c: char| !c.is_ascii_alphabetic())?;
    let short = length > 0 && "AUTH".starts_with(&verb[..length]);
    let rest: String = letters[from + length..].iter().map(|(c, _)| *c).collect();
    (short && mechanism(&rest).is_some()).then(|| letters[from + length - 1].1)
}

/// AUTH anywhere in a line that is longer than a server's buffer has to be.
fn overlong(line: &str, part: &str, start: usize) -> Option<usize> {
    if line.len() <= LINE {
        return None;
    }
    let upper = part.to_ascii_uppercase();
    // It may begin in front of this part's end and of the buffer's; any place counts.
    let at = upper.find("AUTH")?;
    debug_assert!(start + at + 4 <= line.len());
    Some(at + 4)
}

/// The place after the name of a mechanism at `from` or after it. If there is none, the place of
/// what is there instead.
fn behind_mechanism(line: &str, from: usize) -> usize {
    let rest = &line[from..];
    let Some((name, length)) = mechanism(rest) else {
        let begins = rest.find(|c: char| !is_separator(c));
        return begins.map_or(line.len(), |at| from + at);
    };
    debug_assert!(length >= name.len());
    from + length
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '=' | ':' | ',' | ';')
}

/// The mechanism named at the start of `rest`, and the length up to its end.
fn mechanism(rest: &str) -> Option<(&'static str, usize)> {
    let start = rest.find(|c: char| !is_separator(c))?;
    let end = rest[start..]
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        .map_or(rest.len(), |length| start + length);
    let given = &rest[start..end];
    MECHANISMS
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(given))
        .map(|name| (name, end))
}

/// Where the response begins, if a line is nothing else: base64 of readable text that is no verb.
fn response(part: &str) -> Option<usize> {
    let word = part.trim_matches(is_separator_but_padding);
    if word.len() < 4 || !matches!(Command::read(word), Command::Other(_)) {
        return None;
    }
    let decoded = decode(word)?;
    let text = std::str::from_utf8(&decoded).ok()?;
    // NUL parts a response of PLAIN (RFC 4616), Ctrl-A one of OAUTHBEARER (RFC 7628).
    let readable = |c: char| !c.is_control() || matches!(c, '\0' | '\u{1}');
    let own = text.chars().filter(|c| !c.is_control()).count();
    (own > 0 && text.chars().all(readable)).then(|| part.find(word).unwrap_or(0))
}

fn is_separator_but_padding(c: char) -> bool {
    c != '=' && is_separator(c)
}

/// Base64 in either alphabet, padded or not.
pub(crate) fn decode(word: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [&alphabet::STANDARD, &alphabet::URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_lenient_server_takes_for_auth() {
        let check = |line: &str, shown: &str| {
            let got = sign_in(line).map(|at| &line[..at]);
            assert_eq!(got, Some(shown), "{line:?}");
        };
        check("AUTH PLAIN AGEAYg==", "AUTH PLAIN");
        check(" AUTH PLAIN AGEAYg==", " AUTH PLAIN");
        check(
            "\u{a0}\u{feff}\t auth\tlogin YQ==",
            "\u{a0}\u{feff}\t auth\tlogin",
        );
        check("NOOP\nAUTH PLAIN AGEAYg==", "NOOP\nAUTH PLAIN");
        check("NOOP\rAUTH PLAIN AGEAYg==\rNOOP", "NOOP\rAUTH PLAIN");
        check("NOOP\r\nAUTH LOGIN", "NOOP\r\nAUTH LOGIN");
        check("NOOP\0AUTH PLAIN x", "NOOP\0AUTH PLAIN");
        check("NOOP\u{85}AUTH PLAIN x", "NOOP\u{85}AUTH PLAIN");
        check("NOOP\u{2028}AUTH PLAIN x", "NOOP\u{2028}AUTH PLAIN");
        check("AUTH\u{b}PLAIN AGEAYg==", "AUTH\u{b}PLAIN");
        check("AUTH\u{c}PLAIN\u{c}AGEAYg==", "AUTH\u{c}PLAIN");
        check("AUTH\0PLAIN\0AGEAYg==", "AUTH\0PLAIN");
        check("AUTH\u{a0}PLAIN AGEAYg==", "AUTH\u{a0}PLAIN");
        check("AUTH=PLAIN AGEAYg==", "AUTH=PLAIN");
        check("AUTHPLAIN AGEAYg==", "AUTHPLAIN");
        check("AUTHENTICATE PLAIN AGEAYg==", "AUTH");
        check("AUT PLAIN AGEAYg==", "AUT PLAIN");
        check("au login", "au login");
        check("A\u{200b}U\u{1}TH PLAIN x", "A\u{200b}U\u{1}TH PLAIN");
        check("AUX\u{8}TH PLAIN x", "AUX\u{8}TH PLAIN");
        check(
            "\u{ff21}\u{ff35}\u{ff34}\u{ff28} PLAIN x",
            "\u{ff21}\u{ff35}\u{ff34}\u{ff28} PLAIN",
        );
        check("..;AUTH PLAIN x", "..;AUTH PLAIN");
        check("AUTH AGEAYg==", "AUTH ");
        check("AUTH", "AUTH");
        let long = format!("NOOP {}AUTH PLAIN x", "x".repeat(600));
        check(&long, &long[..long.len() - 2]);
        check("AG1pbmEAaHVudGVyMg==", "");
        check("NOOP\n  aHVudGVyMg", "NOOP\n  ");
    }

    #[test]
    fn other_lines_are_no_sign_in() {
        for line in [
            "",
            "NOOP",
            "EHLO auth.example.org",
            "MAIL FROM:<a@example.org> AUTH=<>",
            "RCPT TO:<auth@example.org>",
            "VRFY AUTH",
            "HELP AUTH",
            "NOOP AUTH PLAIN AGEAYg==",
            "A PLAINTIFF",
            "STARTTLS",
            "QUIT",
            "GREETING",
            "BDAT 86 LAST",
            "vrfy  <x> \"y\"",
            "NOOP \u{1b}[31m\u{7f}",
        ] {
            assert_eq!(sign_in(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_dot_that_only_some_see() {
        assert_eq!(behind_dot("a\n.\nAUTH PLAIN x"), Some("\nAUTH PLAIN x"));
        assert_eq!(behind_dot("a\r.\rQUIT"), Some("\rQUIT"));
        assert_eq!(behind_dot("."), None);
        assert_eq!(behind_dot("a . b"), None);
        assert!(has_dot("a\n."));
        assert!(!has_dot(".."));
    }
}
