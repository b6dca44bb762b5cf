//! Priority, read receipt, and the header fields of the sender's own.

use leptos::prelude::*;

use super::PANEL;
use super::headers::Headers;
use crate::compose::draft::Priority;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};

/// The options.
#[component]
#[must_use]
pub(super) fn Panel() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let options = compose.options();
    let priority = move || options.with(|options| options.priority);
    let choose = move |event| {
        let chosen = read(&event_target_value(&event));
        compose.edit(|| options.update(|options| options.priority = chosen));
    };
    let choices = [
        (Priority::Normal, Locale::priority_normal as fn(Locale) -> _),
        (Priority::High, Locale::priority_high),
        (Priority::Low, Locale::priority_low),
    ];
    let choices = choices.map(|(value, words)| {
        view! {
            <option value=name(value) selected=move || priority() == value>
                {language.words(words)}
            </option>
        }
    });
    let receipt = move |event| {
        let asked = event_target_checked(&event);
        compose.edit(|| options.update(|options| options.receipt = asked));
    };
    view! {
        <section class="options" id=PANEL aria-label=language.words(Locale::options)>
            <div class="option">
                <label for="priority">{language.words(Locale::priority)}</label>
                <select id="priority" prop:value=move || name(priority()) on:change=choose>
                    {choices.into_iter().collect_view()}
                </select>
            </div>
            <div class="option">
                <label class="choice">
                    <input id="receipt" type="checkbox" aria-describedby="receipt-hint"
                        prop:checked=move || options.with(|options| options.receipt)
                        on:change=receipt/>
                    <span>{language.words(Locale::ask_receipt)}</span>
                </label>
                <p class="hint" id="receipt-hint">{language.words(Locale::receipt_hint)}</p>
            </div>
            <Headers/>
        </section>
    }
}

fn name(priority: Priority) -> &'static str {
    match priority {
        Priority::Normal => "normal",
        Priority::High => "high",
        Priority::Low => "low",
    }
}

fn read(name: &str) -> Priority {
    match name {
        "high" => Priority::High,
        "low" => Priority::Low,
        _ => Priority::Normal,
    }
}
