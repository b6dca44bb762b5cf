//! Reads the address of MAIL and RCPT by the grammar of RFC 5321 §4.1.2.
//!
//! `smtp-proto` reads addresses too, but drops quotes, folds `<postmaster>` into `<>`, refuses
//! address literals and takes `<a@>`, so the path is read here and only verb and parameters there.

use crate::limits;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathError {
    /// It is longer than [`limits::PATH`] (RFC 5321 §4.5.3.1.3).
    TooLong,
    /// It does not obey the grammar.
    Syntax,
}

/// An address that obeys the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As sent, without angle brackets and source route. Empty for the null sender.
    pub(super) text: String,
    /// The local part, without quotes.
    pub(super) local_part: String,
}

impl Path {
    /// `text` is what stands between the angle brackets, not empty.
    ///
    /// A local part may be as long as the path lets it be: the 64 octets of RFC 5321 §4.5.3.1.1
    /// are what every server takes at least, and addresses for replies in the field are longer.
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

    /// `<postmaster>`, the one recipient that needs no domain (RFC 5321 §4.5.1).
    pub(super) fn postmaster(text: &str) -> Option<Self> {
        text.eq_ignore_ascii_case("postmaster").then(|| Self {
            text: text.to_owned(),
            local_part: text.to_owned(),
        })
    }
}

/// Splits `MAIL FROM:<path> parameters` into what stands before the path, in it, and after it.
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

/// The content of a quoted string and the domain behind it; `text` starts after the opening quote.
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

/// Dot-string atoms; anything beyond ASCII is allowed by RFC 6531 §3.3.
fn is_atom(atom: &str) -> bool {
    !atom.is_empty()
        && atom.chars().all(|c| {
            !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
        })
}

/// A host name, with the underscores that some hosts in the field have, or an address literal.
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
        for wrong in [
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
            check(wrong, None);
        }
        let longer = Path::parse(&format!("{}@b", "a".repeat(253)));
        assert_eq!(longer, Err(PathError::TooLong));
    }
}
