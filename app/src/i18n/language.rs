//! The language in which the page is shown.

use leptos::prelude::*;

use super::Locale;

/// The language in which the page is shown. Copies are the same language.
#[derive(Clone, Copy, Debug)]
pub struct Language(RwSignal<Locale>);

impl Language {
    /// Begins with `locale`, and provides the language to all components below.
    #[must_use]
    pub fn provide(locale: Locale) -> Language {
        let language = Language(RwSignal::new(locale));
        provide_context(language);
        language
    }

    /// The language. Whatever calls this runs again when it changes.
    #[must_use]
    pub fn get(self) -> Locale {
        self.0.get()
    }

    /// The language now.
    #[must_use]
    pub fn get_untracked(self) -> Locale {
        self.0.get_untracked()
    }

    /// Shows the page in another language.
    pub fn set(self, locale: Locale) {
        self.0.set(locale);
    }

    /// Words that follow the language. All have one type, so components can take them as
    /// properties.
    #[must_use]
    pub fn words(self, pick: fn(Locale) -> &'static str) -> Signal<&'static str> {
        Signal::derive(move || pick(self.get()))
    }
}

/// The language, from any component.
#[must_use]
pub fn use_language() -> Language {
    expect_context()
}

/// A language's tag (RFC 5646).
#[must_use]
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en",
        Locale::Ko => "ko",
    }
}
