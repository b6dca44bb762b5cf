//! Addresses as SMTP accepts them (RFC 5321 §4.1.2, RFC 6531 §3.3).

mod domain;
pub mod uts46;

use std::fmt;

pub use domain::Domain;

use crate::{invisible, limits};

/// A mailbox in an envelope: a local part and a domain. It holds nothing that could leave its angle
/// brackets, and nothing that can't be seen.
///
/// It is kept in the form that is sent, which [`Display`](fmt::Display) writes and
/// [`Address::parse`] reads back. A non-ASCII domain is kept as A-labels (UTS 46). A non-ASCII
/// local part is kept as it is, not normalised: only the receiving host may interpret it (RFC 5321
/// §2.3.11); it needs SMTPUTF8.
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
    /// Nothing after the `@`.
    NoDomain,
    /// CR, LF, NUL, DEL or another control character.
    Control,
    /// A character that can't be seen: see [`invisible`](crate::invisible).
    Invisible {
        /// The first one, a Unicode scalar value.
        code_point: u32,
    },
    /// A character that needs quotes, or may not stand here at all: spaces, angle brackets, commas.
    LocalPart,
    /// Not a host name, and not an address literal in brackets.
    Domain,
    /// Longer than [`limits::DOMAIN`] or [`limits::PATH`].
    TooLong,
}

impl AddressError {
    pub(crate) fn invisible(c: char) -> AddressError {
        AddressError::Invisible {
            code_point: u32::from(c),
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::Empty => "it is empty",
            AddressError::NoAt => "it has no @",
            AddressError::NoLocalPart => "nothing stands before the @",
            AddressError::NoDomain => "nothing stands behind the @",
            AddressError::Control => "it holds a control character",
            AddressError::Invisible { code_point } => {
                return write!(f, "it holds U+{code_point:04X}, which can't be seen");
            }
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
    /// The local part is a dot-string or a quoted string (RFC 5321 §4.1.2), the domain a host name
    /// or an address literal (§4.1.3). A local part with dots at its edges or in a row, which some
    /// providers have given out, is put in quotes: `a..b.@x` becomes `"a..b."@x`. Its length is
    /// bounded by the path alone: addresses for replies go beyond the 64 octets of §4.5.3.1.1.
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
        let (local, domain) = text
            .rsplit_once('@')
            .ok_or_else(|| hidden_or(text, AddressError::NoAt))?;
        if local.is_empty() {
            return Err(hidden_or(text, AddressError::NoLocalPart));
        }
        if let Some(hidden) = invisible::find(local) {
            return Err(AddressError::invisible(hidden));
        }
        let local = if is_dot_string(local) || is_quoted_string(local) {
            local.to_owned()
        } else if local.split('.').all(is_atom_or_empty) {
            format!("\"{local}\"")
        } else {
            return Err(AddressError::LocalPart);
        };
        let domain = Domain::parse(domain)?;
        // The path has angle brackets around the two and the @ between.
        if local.len() + domain.as_str().len() + 3 > limits::PATH {
            return Err(AddressError::TooLong);
        }
        Ok(Address {
            local,
            domain: domain.as_str().to_owned(),
        })
    }

    /// The part before the `@`, with its quotes if it has any.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The part after the `@`, as A-labels.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The part after the `@` with its A-labels decoded (UTS 46), for showing.
    #[must_use]
    pub fn unicode_domain(&self) -> String {
        domain::to_unicode(&self.domain)
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

/// What EHLO and HELO say: the client's domain, or an address literal where it has none (RFC 5321
/// §4.1.4).
pub type ClientName = Domain;

/// What can't be seen is named first: it may be all that is wrong.
fn hidden_or(text: &str, error: AddressError) -> AddressError {
    invisible::find(text).map_or(error, AddressError::invisible)
}

/// RFC 5322 §3.2.3 `atext`, grown by RFC 6531 §3.3 to UTF-8 that can be seen.
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_visible_beyond_ascii(c)
}

/// U+FFFD stands where a character was lost, so it names no mailbox.
fn is_visible_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && c != char::REPLACEMENT_CHARACTER && !invisible::is_invisible(c)
}

fn is_atom_or_empty(atom: &str) -> bool {
    atom.chars().all(is_atext)
}

fn is_dot_string(local: &str) -> bool {
    local
        .split('.')
        .all(|atom| !atom.is_empty() && is_atom_or_empty(atom))
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

#[cfg(test)]
mod tests;
