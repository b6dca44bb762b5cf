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
    storage::keep_text(LANGUAGE, tag(next)).ok();
    language.set(next);
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
    let next = if dark { "light" } else { "dark" };
    storage::keep_text(THEME, next).ok();
    show_theme(Some(next));
    if let Ok(event) = Event::new(THEME_EVENT) {
        window().dispatch_event(&event).ok();
    }
}
