//! The page's words, in each of its languages.

#[cfg(test)]
mod korean;
pub mod words;

/// Written by `build.rs` from the files in `locales/`.
#[doc(hidden)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use self::generated::i18n::Locale;
