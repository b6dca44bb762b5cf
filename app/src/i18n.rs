//! The page's words, in each of its languages. Imports nothing of the page.
//!
//! Words are chosen with [`w!`](crate::i18n::w), [`say!`](crate::i18n::say) and
//! [`in_language!`](crate::i18n::in_language).

mod language;
pub mod protocol;
mod words;

/// The page's own words. Each feature has its own in a folder `words`, one file for each
/// language; the words that several features use are in this one. `build.rs` writes a method for each
/// key. A key that one language lacks, or that no language has, is an error at compile time.
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

#[cfg(test)]
#[path = "../build/words.rs"]
mod build;

pub use self::generated::Locale;
pub use self::language::{Language, tag, use_language};
pub(crate) use self::words::{in_language, say, w};
