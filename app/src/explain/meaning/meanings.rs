//! The words of one language.

use std::collections::BTreeMap;

/// The name of some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(&'static str);

/// A constant for each key that the files of all languages have; written by `build.rs`. A meaning
/// that nothing leads to is a constant that is never used, which the compiler tells of. Enhanced
/// codes are looked up by number and have none.
#[allow(non_upper_case_globals, reason = "they are called as in the files")]
pub(super) mod keys {
    use super::Key;

    include!(concat!(env!("OUT_DIR"), "/meaning.rs"));
}

/// What everything means, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanings(BTreeMap<String, String>);

impl Meanings {
    /// Where the page finds those of a language, beside itself.
    #[must_use]
    pub fn path(language: &str) -> String {
        format!("meaning/{language}.json")
    }

    /// Out of such a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(json: &str) -> Result<Meanings, serde_json::Error> {
        serde_json::from_str(json).map(Meanings)
    }

    pub(super) fn find(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The words under a key. A file that came with another bridge may lack it; then the key has to
    /// do.
    pub(super) fn say(&self, key: Key) -> &str {
        self.find(key.0).unwrap_or(key.0)
    }
}
