//! The page's words, in each of its languages. Imports nothing of the page.
//!
//! Words are methods of [`Locale`]: `locale.send()`. `language.get().send()` are the words now, and
//! `language.words(Locale::send)` is a signal that follows the language.

mod language;
pub mod protocol;

/// The page's own words. Each feature has its own in a folder `words`, one file for each language;
/// the words that several features use are in this one. `build.rs` writes a method for each key,
/// and `{name}` in the words becomes its argument. A key or an argument that one language lacks is
/// an error at compile time, and so is a key that no language has.
#[allow(missing_docs, reason = "the words themselves say what they are")]
mod generated {
    /// A language of the page.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Locale {
        /// English.
        En,
        /// Korean.
        Ko,
    }

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

#[cfg(test)]
#[path = "../build/words.rs"]
mod build;

pub use self::generated::Locale;
pub use self::language::{Language, tag, use_language};
