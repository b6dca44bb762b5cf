//! The button in the header that opens the scenarios, and says which one is played.

use leptos::prelude::*;

use super::store::use_scenarios;
use crate::commands::mark;
use crate::commands::table::SCENARIOS;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon};

/// Opens the scenarios.
#[component]
#[must_use]
pub fn ScenarioButton() -> impl IntoView {
    let language = use_language();
    let scenarios = use_scenarios();
    let playing = move || {
        scenarios
            .playing()
            .map(|name| view! { <b>{visible(&name)}</b> })
    };
    let class = move || {
        if scenarios.playing().is_some() {
            "chip scenario playing"
        } else {
            "chip scenario"
        }
    };
    view! {
        <button type="button" {..mark(&SCENARIOS)} class=class
            aria-label=language.words(Locale::scenarios)
            title=language.words(Locale::scenarios) aria-haspopup="dialog"
            on:click=move |_| scenarios.open()>
            <Icon glyph=Glyph::Step/>
            <span class="label">{language.words(Locale::scenarios)}</span>
            {playing}
        </button>
    }
}
