//! The language and the theme, as a person chose them or the browser prefers.

use leptos::prelude::*;
use web_sys::Event;

use crate::i18n::{Language, Locale, tag};
use crate::storage;
use crate::ui::dom::THEME_EVENT;

/// The key of the language in localStorage.
const LANGUAGE: &str = "glasspost.language";
/// The key of the theme in localStorage.
const THEME: &str = "glasspost.theme";

/// The language to begin with: the one that was chosen, or the browser's.
pub(super) fn preferred_language() -> Locale {
    let chosen = storage::text(LANGUAGE);
    let preferred = window().navigator().language();
    let language = chosen.or(preferred).unwrap_or_default();
    if language.starts_with("ko") {
        Locale::Ko
    } else {
        Locale::En
    }
}

/// Shows the page in the other language, and stores the choice.
pub(super) fn switch_language(language: Language) {
    let next = match language.get_untracked() {
        Locale::En => Locale::Ko,
        Locale::Ko => Locale::En,
    };
    choose_language(language, next);
}

/// Shows the page in this language, and stores the choice.
pub(super) fn choose_language(language: Language, locale: Locale) {
    storage::keep_text(LANGUAGE, tag(locale)).ok();
    language.set(locale);
}

/// The theme as a person chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    /// The system's.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub(super) const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// What it is called.
    pub(super) fn name(self, locale: Locale) -> &'static str {
        match self {
            Theme::System => locale.theme_system(),
            Theme::Light => locale.theme_light(),
            Theme::Dark => locale.theme_dark(),
        }
    }

    /// Its name in the document and in localStorage; empty for the system's.
    fn key(self) -> &'static str {
        match self {
            Theme::System => "",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// The theme that is stored.
pub(super) fn chosen_theme() -> Theme {
    let stored = storage::text(THEME).unwrap_or_default();
    let named = |theme: &Theme| theme.key() == stored;
    Theme::ALL.into_iter().find(named).unwrap_or(Theme::System)
}

/// Shows this theme, and stores the choice.
pub(super) fn choose_theme(theme: Theme) {
    if theme == Theme::System {
        storage::remove(THEME);
        if let Some(root) = document().document_element() {
            root.remove_attribute("data-theme").ok();
        }
    } else {
        storage::keep_text(THEME, theme.key()).ok();
        show_theme(Some(theme.key()));
    }
    if let Ok(event) = Event::new(THEME_EVENT) {
        window().dispatch_event(&event).ok();
    }
}

/// Shows the theme that was chosen. Without a choice, the system's is shown.
pub(super) fn show_stored_theme() {
    show_theme(storage::text(THEME).as_deref());
}

/// `light` or `dark`; anything else is ignored.
fn show_theme(name: Option<&str>) {
    if let (Some(root), Some(name @ ("light" | "dark"))) = (document().document_element(), name) {
        root.set_attribute("data-theme", name).ok();
    }
}

/// Shows the other theme, and stores the choice.
pub(super) fn switch_theme() {
    let root = document().document_element();
    let set = root.and_then(|root| root.get_attribute("data-theme"));
    let prefers_dark = || {
        window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches())
    };
    let dark = set.map_or_else(prefers_dark, |set| set == "dark");
    choose_theme(if dark { Theme::Light } else { Theme::Dark });
}
