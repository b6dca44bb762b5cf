//! Domains and address literals (RFC 5321 §4.1.2, §4.1.3).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{AddressError, uts46};
use crate::limits;

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

    /// Whether this can only be read with the tables of UTS 46: see [`uts46`](crate::uts46).
    #[must_use]
    pub fn needs_uts46(text: &str) -> bool {
        let is_a_label = |label: &str| {
            let prefix = label.get(..4);
            prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
        };
        !text.is_ascii() || text.split('.').any(is_a_label)
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
fn to_ascii(text: &str) -> Result<String, AddressError> {
    if Domain::needs_uts46(text) {
        return uts46::to_ascii(text);
    }
    // What UTS 46 makes of ASCII without an A-label, which needs none of its tables.
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let edge = |label: &str| label.starts_with('-') || label.ends_with('-');
    if !text.chars().all(fits) || text.split('.').any(edge) {
        return Err(AddressError::Domain);
    }
    Ok(text.to_ascii_lowercase())
}

/// A domain with its A-labels decoded. An address literal stays as it is.
pub(super) fn to_unicode(domain: &str) -> String {
    if domain.contains("xn--") {
        uts46::to_unicode(domain)
    } else {
        domain.to_owned()
    }
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
