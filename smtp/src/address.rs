//! Addresses as SMTP takes them (RFC 5321 §4.1.2, RFC 6531 §3.3).

use std::fmt;

use crate::limits;

/// A mailbox in an envelope: a local part and a domain. It holds nothing that could leave its angle brackets.
///
/// Non-ASCII domains become A-labels (UTS 46) on the way in. A non-ASCII local part is kept; it needs SMTPUTF8.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text is not an address, or not a name for EHLO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum AddressError {
    /// There is nothing there.
    Empty,
    /// No `@`.
    NoAt,
    /// Nothing before the `@`.
    NoLocalPart,
    /// Nothing behind the `@`.
    NoDomain,
    /// CR, LF, NUL, DEL or another control character.
    Control,
    /// A character that needs quotes, or may not stand here at all: spaces, angle brackets, commas, two dots in a row.
    LocalPart,
    /// Not a host name, and not an address literal in brackets.
    Domain,
    /// Longer than [`limits::LOCAL_PART`], [`limits::DOMAIN`] or [`limits::PATH`].
    TooLong,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::Empty => "it is empty",
            AddressError::NoAt => "it has no @",
            AddressError::NoLocalPart => "nothing stands before the @",
            AddressError::NoDomain => "nothing stands behind the @",
            AddressError::Control => "it holds a control character",
            AddressError::LocalPart => {
                "the part before the @ holds a character that may not stand there"
            }
            AddressError::Domain => "the part behind the @ is not a domain",
            AddressError::TooLong => "it is too long",
        })
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// Reads `local@domain`, without angle brackets, display name or surrounding space.
    ///
    /// The local part is a dot-string or a quoted string (RFC 5321 §4.1.2), the domain a host name or an address literal
    /// (§4.1.3).
    ///
    /// # Errors
    /// Says what keeps it from being an address.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
        if local.is_empty() {
            return Err(AddressError::NoLocalPart);
        }
        if domain.is_empty() {
            return Err(AddressError::NoDomain);
        }
        if local.len() > limits::LOCAL_PART {
            return Err(AddressError::TooLong);
        }
        if !is_dot_string(local) && !is_quoted_string(local) {
            return Err(AddressError::LocalPart);
        }
        let domain = Domain::parse(domain)?.0;
        // The path has angle brackets around the two and the @ between.
        if local.len() + domain.len() + 3 > limits::PATH {
            return Err(AddressError::TooLong);
        }
        Ok(Address {
            local: local.to_owned(),
            domain,
        })
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The part behind the `@`, in A-labels.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether it can only be sent under SMTPUTF8 (RFC 6531 §3.3).
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// RFC 5322 §3.2.3 `atext`, grown by RFC 6531 §3.3 to all of UTF-8.
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_visible_beyond_ascii(c)
}

/// Non-ASCII that a person can see: no format or bidi controls, no odd spaces, which would let two addresses look alike.
fn is_visible_beyond_ascii(c: char) -> bool {
    !c.is_ascii()
        && !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}')
}

fn is_dot_string(local: &str) -> bool {
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

fn is_quoted_string(local: &str) -> bool {
    let Some(inner) = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return false;
    };
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let fine = match c {
            '\\' => matches!(chars.next(), Some(' '..='~')),
            '"' => false,
            ' '..='~' => true,
            c => is_visible_beyond_ascii(c),
        };
        if !fine {
            return false;
        }
    }
    true
}

/// A domain or an address literal, ASCII, as it stands on the wire (RFC 5321 §4.1.2, §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(String);

impl Domain {
    /// Reads a host name, Unicode or A-labels, or an address literal in brackets.
    ///
    /// # Errors
    /// Says what keeps it from being a domain.
    pub fn parse(text: &str) -> Result<Domain, AddressError> {
        if text.is_empty() {
            return Err(AddressError::NoDomain);
        }
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control);
        }
        if let Some(literal) = text.strip_prefix('[') {
            let literal = literal.strip_suffix(']').ok_or(AddressError::Domain)?;
            let known = match literal.get(..5) {
                Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => {
                    literal[5..].parse::<std::net::Ipv6Addr>().is_ok()
                }
                _ => literal.parse::<std::net::Ipv4Addr>().is_ok(),
            };
            return if known {
                Ok(Domain(text.to_owned()))
            } else {
                Err(AddressError::Domain)
            };
        }
        let ascii = to_ascii(text).ok_or({
            if text.len() > limits::DOMAIN {
                AddressError::TooLong
            } else {
                AddressError::Domain
            }
        })?;
        if ascii.len() > limits::DOMAIN {
            return Err(AddressError::TooLong);
        }
        let label = |label: &str| {
            matches!(label.len(), 1..=63)
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if ascii.split('.').all(label) {
            Ok(Domain(ascii))
        } else {
            Err(AddressError::Domain)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What EHLO and HELO say: the client's domain, or an address literal where it has none (RFC 5321 §4.1.4).
pub type ClientName = Domain;

/// A domain as it goes over the wire: in A-labels, lower case.
#[cfg(feature = "idna")]
fn to_ascii(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}

#[cfg(not(feature = "idna"))]
fn to_ascii(domain: &str) -> Option<String> {
    domain.is_ascii().then(|| domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: Result<&str, AddressError>) {
        let got = Address::parse(text).map(|address| address.to_string());
        assert_eq!(got.as_deref().map_err(|e| *e), expect, "{text:?}");
    }

    #[test]
    fn addresses() {
        use AddressError as E;
        check("joon@example.net", Ok("joon@example.net"));
        check("a.b+c/d=e@x", Ok("a.b+c/d=e@x"));
        check("\"a b\"@x.org", Ok("\"a b\"@x.org"));
        check("\"a\\\"@b\"@x.org", Ok("\"a\\\"@b\"@x.org"));
        check("minah@[192.0.2.1]", Ok("minah@[192.0.2.1]"));
        check("minah@[IPv6:2001:db8::1]", Ok("minah@[IPv6:2001:db8::1]"));
        check("민아@한국.kr", Ok("민아@xn--3e0b707e.kr"));
        check("a@BÜCHER.example", Ok("a@xn--bcher-kva.example"));
        check("", Err(E::Empty));
        check("a", Err(E::NoAt));
        check("@x", Err(E::NoLocalPart));
        check("a@", Err(E::NoDomain));
        check("a b@x", Err(E::LocalPart));
        check(".a@x", Err(E::LocalPart));
        check("a..b@x", Err(E::LocalPart));
        check("<a@x>", Err(E::LocalPart));
        check("a@x>", Err(E::Domain));
        check("a@x NOTIFY=NEVER", Err(E::Domain));
        check("a> SIZE=1@x", Err(E::LocalPart));
        check("a@-x.org", Err(E::Domain));
        check("a@x..org", Err(E::Domain));
        check("a@[300.1.1.1]", Err(E::Domain));
        check("a@[192.0.2.1", Err(E::Domain));
        check("\"a\r\nRCPT TO:<b>\"@x", Err(E::Control));
        check("a\0@x", Err(E::Control));
        check("a\u{7f}@x", Err(E::Control));
        check("a\u{85}@x", Err(E::Control));
        check("a\u{202e}b@x", Err(E::LocalPart));
        check("\"a\u{200b}\"@x", Err(E::LocalPart));
        check("\"a\"b\"@x", Err(E::LocalPart));
        check("\"a\\\"@x", Err(E::LocalPart));
        check(&format!("{}@x", "a".repeat(65)), Err(E::TooLong));
        check(&format!("a@{}.org", "x".repeat(64)), Err(E::Domain));
        check(&format!("a@{}org", "x.".repeat(130)), Err(E::TooLong));
    }

    proptest! {
        #[test]
        fn nothing_that_parses_can_leave_its_line_or_brackets(text in "\\PC{0,8}[<>\r\n\0 @\"\\\\a-z.\u{7f}]{0,20}@[a-z.<> \r\n\\[\\]]{0,12}") {
            if let Ok(address) = Address::parse(&text) {
                let wire = address.to_string();
                let has_control = wire.chars().any(char::is_control);
                prop_assert!(!has_control);
                let has_bracket = address.domain().contains(['<', '>', ' ']);
                prop_assert!(!has_bracket);
                if !address.local().starts_with('"') {
                    let has_special = address.local().contains(['<', '>', ' ', '"']);
                    prop_assert!(!has_special);
                }
                prop_assert_eq!(Address::parse(&wire), Ok(address));
            }
        }
    }
}
