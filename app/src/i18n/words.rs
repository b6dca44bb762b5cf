//! How words are chosen: by the key that they have in the files of a folder `words`.

/// The words under a key, as a signal that follows the language.
macro_rules! w {
    ($language:expr, $key:ident) => {
        $crate::i18n::Language::words($language, $crate::i18n::Locale::$key)
    };
}
pub(crate) use w;

/// The words under a key, now. Whatever runs this runs again when the language changes.
macro_rules! say {
    ($language:expr, $key:ident) => {
        $crate::i18n::Language::get($language).$key()
    };
}
pub(crate) use say;

/// The words under a key in this language.
macro_rules! in_language {
    ($locale:expr, $key:ident) => {
        $crate::i18n::Locale::$key($locale)
    };
}
pub(crate) use in_language;
