//! Technical texts for the page: bounded, and in words.

use std::fmt::Debug;

/// Most octets of a technical detail.
pub(super) const DETAIL: usize = 300;

/// The first `most` octets of `text`, or fewer, so that no character is cut.
pub(crate) fn bounded(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}

/// A detail that a library gives in words of its own.
pub(super) fn detail(text: impl ToString) -> String {
    bounded(text.to_string().trim(), DETAIL)
}

/// The name of an enum's variant, in words: `invalid key share` for `InvalidKeyShare`. What the
/// variant holds is left out.
pub(super) fn technical(variant: &impl Debug) -> String {
    let name = format!("{variant:?}");
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    separated(&name[..end.unwrap_or(name.len())], ' ')
}

/// The words of a name in camel case, in lower case, with `between` between them. Capitals in a row
/// are one word.
pub(super) fn separated(name: &str, between: char) -> String {
    let mut words = String::new();
    let mut before = None::<char>;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || rest.peek().is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            words.push(between);
        }
        words.push(c.to_ascii_lowercase());
        before = Some(c);
    }
    bounded(&words, DETAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variants_become_words() {
        let check = |name: &str, expect: &str| assert_eq!(separated(name, ' '), expect, "{name}");
        check("InvalidKeyShare", "invalid key share");
        check("UnknownPSKIdentity", "unknown psk identity");
        check("UnknownCA", "unknown ca");
        check("Tls12NotOffered", "tls12 not offered");
        check("", "");
        let misbehaved = rustls::PeerMisbehaved::SelectedUnofferedCipherSuite;
        assert_eq!(technical(&misbehaved), "selected unoffered cipher suite");
        let data = rustls::InvalidMessage::MissingData("Certificate");
        assert_eq!(technical(&data), "missing data");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(bounded("가나다", 4), "가");
        assert_eq!(bounded("가나다", 9), "가나다");
        assert_eq!(bounded("", 9), "");
    }
}
