//! Domains and address literals (RFC 5321 §4.1.2, §4.1.3).

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::AddressError;
use crate::{invisible, limits};

/// ASCII that may not stand in a host name. Of the punctuation only the dot, the hyphen and the
/// underscore may: RFC 5321 knows no underscore, but hosts in the field have it.
const DENIED: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

/// Zero width non-joiner and joiner. They shape the letters of some scripts, and are part of
/// domains that are registered (RFC 5892 appendix A).
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// A domain or an address literal, ASCII, as it stands on the wire (RFC 5321 §4.1.2, §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(String);

impl Domain {
    /// Reads a host name, Unicode or A-labels, or an address literal in brackets.
    ///
    /// A host name is mapped by UTS 46, non-transitional, and becomes lower case and A-labels.
    /// What the mapping would drop is refused; what it replaces, such as capitals, fullwidth
    /// letters and the ideographic full stop, is accepted.
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
            return if is_ip_address(literal) {
                Ok(Domain(text.to_owned()))
            } else {
                Err(AddressError::Domain)
            };
        }
        let ascii = to_ascii(text)?;
        if ascii.len() > limits::DOMAIN {
            return Err(AddressError::TooLong);
        }
        for label in ascii.split('.') {
            let length = (1..=limits::LABEL).contains(&label.len());
            if !length || label.starts_with('-') || label.ends_with('-') {
                return Err(AddressError::Domain);
            }
        }
        if ends_in_a_number(&ascii) {
            return Err(AddressError::Domain);
        }
        Ok(Domain(ascii))
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

/// RFC 5321 §4.1.3, without its brackets.
fn is_ip_address(literal: &str) -> bool {
    match literal.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => {
            address.parse::<Ipv6Addr>().is_ok()
        }
        _ => literal.parse::<Ipv4Addr>().is_ok(),
    }
}

/// The domain in A-labels and lower case, of any length.
///
/// # Errors
/// [`AddressError::Invisible`] where a character can't be seen, as written or within an A-label,
/// and [`AddressError::Domain`] where anything else is wrong.
fn to_ascii(text: &str) -> Result<String, AddressError> {
    // The mapping drops invisible characters, so they are looked for before it.
    if let Some(hidden) = first_hidden(text) {
        return Err(AddressError::invisible(hidden));
    }
    let uts46 = Uts46::new();
    let ascii = uts46
        .to_ascii(
            text.as_bytes(),
            DENIED,
            Hyphens::CheckFirstLast,
            // Lengths have an error of their own.
            DnsLength::Ignore,
        )
        .map(Cow::into_owned)
        .map_err(|_| match text.chars().find(|c| JOINERS.contains(c)) {
            // A joiner where it shapes nothing.
            Some(joiner) => AddressError::invisible(joiner),
            None => AddressError::Domain,
        })?;
    let (unicode, valid) = uts46.to_unicode(ascii.as_bytes(), DENIED, Hyphens::CheckFirstLast);
    match first_hidden(&unicode) {
        Some(hidden) => Err(AddressError::invisible(hidden)),
        None if valid.is_err() => Err(AddressError::Domain),
        None => Ok(ascii),
    }
}

/// A domain with its A-labels decoded. An address literal stays as it is.
pub(super) fn to_unicode(domain: &str) -> String {
    if !domain.contains("xn--") {
        return domain.to_owned();
    }
    let (unicode, _) = Uts46::new().to_unicode(domain.as_bytes(), DENIED, Hyphens::CheckFirstLast);
    unicode.into_owned()
}

/// The first character that can't be seen. Joiners are passed over: UTS 46 accepts one only where
/// the letters around it need it (RFC 5892 appendix A.1 and A.2).
fn first_hidden(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (invisible::is_invisible(*c) && !JOINERS.contains(c)) || invisible::is_odd_space(*c)
    })
}

/// Whether some resolvers would take it for an IPv4 address, as `127.1`, `2130706433` and `0x7f.1`
/// (URL Standard, "ends in a number checker"). No top-level domain is a number (RFC 3696 §2).
fn ends_in_a_number(ascii: &str) -> bool {
    let last = ascii.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
