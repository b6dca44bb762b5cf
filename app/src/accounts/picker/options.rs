//! Options for sending faster.

use leptos::prelude::*;

use crate::accounts::ServerChoice;
use crate::i18n::{Locale, use_language};
use crate::ui::Checkbox;

/// Each option, with what it does.
#[component]
#[must_use]
pub(super) fn Options(choice: RwSignal<ServerChoice>) -> impl IntoView {
    let language = use_language();
    view! {
        <Checkbox label=language.words(Locale::keep_open)
            checked=move || choice.with(|choice| choice.keep_open)
            on_change=move |keep| choice.update(|choice| choice.keep_open = keep)/>
        <p class="hint">{language.words(Locale::keep_open_hint)}</p>
        <Checkbox label=language.words(Locale::chunking)
            checked=move || choice.with(|choice| choice.chunking)
            on_change=move |chunks| choice.update(|choice| choice.chunking = chunks)/>
        <p class="hint">{language.words(Locale::chunking_hint)}</p>
    }
}
