//! Parses the address of MAIL and RCPT by the grammar of RFC 5321 §4.1.2.
//!
//! `smtp-proto` parses addresses too, but it drops quotes, turns `<postmaster>` into `<>`, refuses
//! address literals and accepts `<a@>`. Only verbs and parameters are parsed by it.

use crate::limits;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathError {
    /// It is longer than [`limits::PATH`] (RFC 5321 §4.5.3.1.3).
    TooLong,
    /// It does not match the grammar.
    Syntax,
}

/// A valid path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As sent, without angle brackets and source route. Empty for the null sender.
    pub(super) text: String,
    /// The local part, without quotes.
    pub(super) local_part: String,
}

impl Path {
    /// Parses the text between the angle brackets, which must not be empty.
    ///
    /// The local part is limited only by the length of the path: the 64 octets of RFC 5321
    /// §4.5.3.1.1 are what every server must accept, and some real addresses are longer.
    pub(super) fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() + 2 > limits::PATH {
            return Err(PathError::TooLong);
        }
        Self::read(text).ok_or(PathError::Syntax)
    }

    fn read(text: &str) -> Option<Self> {
        // RFC 5321 §4.1.2: a source route must be accepted and should be ignored.
        let text = match text.starts_with('@') {
            true => text.split_once(':')?.1,
            false => text,
        };
        let (local_part, domain) = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let (local_part, domain) = text.split_once('@')?;
                if !local_part.split('.').all(is_atom) {
                    return None;
                }
                (local_part.to_owned(), domain)
            }
        };
        is_domain(domain).then(|| Self {
            text: text.to_owned(),
            local_part,
        })
    }

    /// The null reverse-path `<>` (RFC 5321 §4.5.5).
    pub(super) fn null() -> Self {
        Self {
            text: String::new(),
            local_part: String::new(),
        }
    }

    /// `<postmaster>`, the only recipient without a domain (RFC 5321 §4.5.1).
    pub(super) fn postmaster(text: &str) -> Option<Self> {
        text.eq_ignore_ascii_case("postmaster").then(|| Self {
            text: text.to_owned(),
            local_part: text.to_owned(),
        })
    }
}

/// Splits `MAIL FROM:<path> parameters` into the text before the path, the path, and the text after
/// it.
pub(super) fn split(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once('<')?;
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((before, &rest[..at], &rest[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Returns the content of a quoted string and the domain after it. `text` starts after the opening
/// quote.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut local_part = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((local_part, text[at + 1..].strip_prefix('@')?)),
            '\\' => local_part.push(characters.next()?.1),
            other => local_part.push(other),
        }
    }
    None
}

/// Whether this is an atom of a dot-string. RFC 6531 §3.3 also allows any non-ASCII character.
fn is_atom(atom: &str) -> bool {
    !atom.is_empty()
        && atom.chars().all(|c| {
            !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
        })
}

/// Whether this is a host name or an address literal. Underscores are allowed, because some real
/// host names have them.
fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[') {
        return literal.strip_suffix(']').is_some_and(|literal| {
            literal.parse::<Ipv4Addr>().is_ok()
                || literal.split_at_checked(5).is_some_and(|(tag, address)| {
                    tag.eq_ignore_ascii_case("IPv6:") && address.parse::<Ipv6Addr>().is_ok()
                })
        });
    }
    domain.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= limits::DOMAIN_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, local_part: Option<&str>) {
        let parsed = Path::parse(text);
        assert_eq!(
            parsed.as_ref().map(|path| path.local_part.as_str()).ok(),
            local_part,
            "{text}"
        );
    }

    #[test]
    fn grammar() {
        check("a@b", Some("a"));
        check("a.b+c@example.org", Some("a.b+c"));
        check("\"a b\"@example.org", Some("a b"));
        check("\"a@b>\\\"\"@example.org", Some("a@b>\""));
        check("a@[127.0.0.1]", Some("a"));
        check("a@[IPv6:::1]", Some("a"));
        check("@relay,@other:a@b", Some("a"));
        check("π@παράδειγμα.gr", Some("π"));
        check("a@b_c.example", Some("a"));
        check("\"a..b.\"@example.org", Some("a..b."));
        let long = "a".repeat(252);
        check(&format!("{long}@b"), Some(&long));
        for invalid in [
            "a",
            "a@",
            "@b",
            "a@@b",
            "a@b@c",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@b.",
            "a@.b",
            "a@-b",
            "a b@c",
            "\"a\"b@c",
            "\"a@b",
            "a@[127.0.0]",
            "a@[IPv6:x]",
            "a@[]",
            "a<b@c",
        ] {
            check(invalid, None);
        }
        let longer = Path::parse(&format!("{}@b", "a".repeat(253)));
        assert_eq!(longer, Err(PathError::TooLong));
    }
}
