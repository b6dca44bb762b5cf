//! Domains beyond ASCII (UTS 46).
//!
//! The tables are larger than all other code of this crate. With the feature `late-uts46` they are
//! not part of a program before it calls [`provide`], which may be in code that is loaded later.
//! Until then a domain that needs them ([`Domain::needs_uts46`](crate::Domain::needs_uts46)) is
//! none.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::AddressError;
use crate::invisible;

/// ASCII that may not stand in a host name. Of the punctuation only the dot, the hyphen and the
/// underscore may: RFC 5321 knows no underscore, but hosts in the field have it.
pub(super) const DENIED: AsciiDenyList =
    AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

/// Zero width non-joiner and joiner. They shape the letters of some scripts, and are part of
/// domains that are registered (RFC 5892 appendix A).
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// How a domain is read with the tables.
#[derive(Clone, Copy)]
struct Reading {
    to_ascii: fn(&str) -> Result<String, AddressError>,
    to_unicode: fn(&str) -> String,
}

const WITH_TABLES: Reading = Reading {
    to_ascii: mapped_to_ascii,
    to_unicode: mapped_to_unicode,
};

#[cfg(feature = "late-uts46")]
static PROVIDED: std::sync::OnceLock<Reading> = std::sync::OnceLock::new();

/// Makes the tables part of the program. Without the feature `late-uts46` they always are.
pub fn provide() {
    #[cfg(feature = "late-uts46")]
    PROVIDED.get_or_init(|| WITH_TABLES);
}

fn reading() -> Option<Reading> {
    #[cfg(feature = "late-uts46")]
    return PROVIDED.get().copied();
    #[cfg(not(feature = "late-uts46"))]
    return Some(WITH_TABLES);
}

/// The domain in A-labels and lower case, of any length.
///
/// # Errors
/// [`AddressError::Invisible`] where a character can't be seen, as written or within an A-label,
/// and [`AddressError::Domain`] where anything else is wrong, or the tables are not there.
pub(super) fn to_ascii(text: &str) -> Result<String, AddressError> {
    reading().map_or(Err(AddressError::Domain), |reading| {
        (reading.to_ascii)(text)
    })
}

/// A domain with its A-labels decoded; as it is where the tables are not there.
pub(super) fn to_unicode(domain: &str) -> String {
    reading().map_or_else(|| domain.to_owned(), |reading| (reading.to_unicode)(domain))
}

fn mapped_to_ascii(text: &str) -> Result<String, AddressError> {
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

fn mapped_to_unicode(domain: &str) -> String {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Domain;

    proptest! {
        /// The shorter way of [`Domain::parse`] comes to the same.
        #[test]
        fn ascii_without_a_label_needs_no_table(text in "[ -~]{1,12}|[a-zA-Z0-9._-]{1,80}") {
            prop_assume!(!Domain::needs_uts46(&text) && !text.starts_with('['));
            let parsed = Domain::parse(&text);
            match mapped_to_ascii(&text) {
                Err(error) => prop_assert_eq!(parsed, Err(error)),
                Ok(ascii) => {
                    if let Ok(domain) = parsed {
                        prop_assert_eq!(domain.as_str(), &ascii);
                        prop_assert_eq!(mapped_to_unicode(&ascii), ascii);
                    }
                }
            }
        }
    }

    #[test]
    fn what_needs_the_tables() {
        for text in ["예시.kr", "xn--3e0b707e.kr", "a.XN--b", "b\u{fc}cher.de"] {
            assert!(Domain::needs_uts46(text), "{text}");
        }
        for text in ["", "x.org", "a.xn-b", "axn--b.org", "[::1]"] {
            assert!(!Domain::needs_uts46(text), "{text}");
        }
    }
}
