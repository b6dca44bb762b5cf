//! What a line means.
use crate::i18n::Locale;

/// What the explain bar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The code or verb.
    pub badge: Option<Badge>,
    /// In a few words.
    pub title: String,
    /// In a few sentences.
    pub text: String,
    /// Where it is laid down.
    pub rfc: Option<Rfc>,
}
/// A code, coloured by its class.
#[derive(Clone, Debug, PartialEq)]
pub struct Badge {
    /// The text.
    pub text: String,
    /// The class of a reply code.
    pub class: Option<smtp::Class>,
}
/// A section of an RFC.
#[derive(Clone, Debug, PartialEq)]
pub struct Rfc {
    /// `RFC 5321 §4.2.3`.
    pub label: String,
    /// Where to read it.
    pub url: String,
}
/// Explains an entry.
#[must_use]
pub fn entry(_l: Locale, _e: &smtp::Entry, _a: Option<&smtp::Entry>) -> Explanation {
    Explanation {
        badge: None,
        title: String::new(),
        text: String::new(),
        rfc: None,
    }
}
/// Explains an outcome.
#[must_use]
pub fn outcome(_l: Locale, _o: &smtp::Outcome) -> Explanation {
    Explanation {
        badge: None,
        title: String::new(),
        text: String::new(),
        rfc: None,
    }
}
/// Explains why it did not begin.
#[must_use]
pub fn not_started(_l: Locale, _o: &wire::NotStarted) -> Explanation {
    Explanation {
        badge: None,
        title: String::new(),
        text: String::new(),
        rfc: None,
    }
}
/// Explains a held line.
#[must_use]
pub fn held(_l: Locale, _n: &smtp::Next, _s: smtp::Stage) -> Explanation {
    Explanation {
        badge: None,
        title: String::new(),
        text: String::new(),
        rfc: None,
    }
}
