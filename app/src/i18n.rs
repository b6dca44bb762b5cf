//! The page's words, in each of its languages.

#[cfg(test)]
mod korean;
pub mod words;

/// The page's own words. `build.rs` writes a method for each key of `locales/*/ui.json`; a key that
/// one language lacks, or that no language has, is an error at compile time.
#[expect(missing_docs, reason = "the words themselves say what they are")]
mod generated {
    /// A language of the page.
    #[expect(non_camel_case_types, reason = "these are the tags of RFC 5646")]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Locale {
        /// English.
        en,
        /// Korean.
        ko,
    }

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

pub use self::generated::Locale;

#[cfg(test)]
#[path = "../build/words.rs"]
mod build;
