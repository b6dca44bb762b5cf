//! The dialog in which a scenario is chosen, changed and played.

use leptos::prelude::*;
use wire::{KnownScenario, ScenarioFault};

use super::purposes::purpose;
use super::store::{ScenariosStateStoreFields as _, ScenariosStore, use_scenarios};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Dialog, DialogHead, Later};

/// The dialog, while it is open.
#[component]
#[must_use]
pub fn ScenariosDialog() -> impl IntoView {
    let scenarios = use_scenarios();
    let open = scenarios.state.open();
    view! {
        <Dialog open=Signal::derive(move || open.get()) title="scenarios-title"
            on_close=move |()| scenarios.close()>
            <Later view=content/>
        </Dialog>
    }
}

part! { later:
    fn content() -> View {
        || view! { <Content/> }.into_any()
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let scenarios = use_scenarios();
    let state = scenarios.state;
    let text = move || state.text().get();
    let known = move || {
        let known = state.known().get();
        known
            .into_iter()
            .map(|one| row(scenarios, one))
            .collect_view()
    };
    let faults = move || {
        let faults = state.faults().get();
        (!faults.is_empty()).then(|| {
            let rows = faults.into_iter().map(|fault| {
                view! { <Fault fault/> }
            });
            view! { <ul class="problem" role="alert">{rows.collect_view()}</ul> }
        })
    };
    let playing = move || match state.playing().get() {
        None => language.get().no_scenario().to_owned(),
        Some(one) if one.name.is_empty() => language.get().scenario_played(one.seed),
        Some(one) => {
            let name = visible(&one.name);
            language.get().scenario_named_played(name, one.seed)
        }
    };
    view! {
        <DialogHead id="scenarios-title" title=Locale::scenarios
            on_close=move |()| scenarios.close()/>
        <div class="scenarios-body">
        <p class="hint">{language.words(Locale::scenarios_hint)}</p>
        <div class="scenarios">
            <ul class="known-scenarios" aria-label=language.words(Locale::known_scenarios)>
                {known}
            </ul>
            <div class="scenario-file">
                <label for="scenario-text">{language.words(Locale::scenario_file)}</label>
                <textarea id="scenario-text" spellcheck="false" autocapitalize="off" rows="14"
                    prop:value=text
                    on:input=move |event| scenarios.edit(event_target_value(&event))></textarea>
                {faults}
            </div>
        </div>
        <p role="status">{playing}</p>
        <div class="picker-foot">
            <button type="button" class="btn primary"
                disabled=move || state.asked().get() || state.text().with(String::is_empty)
                on:click=move |_| scenarios.play()>
                {language.words(Locale::play_scenario)}
            </button>
            <Show when=move || scenarios.playing().is_some()>
                <button type="button" class="btn" on:click=move |_| scenarios.stop()>
                    {language.words(Locale::stop_scenario)}
                </button>
            </Show>
        </div>
        </div>
    }
}

/// A scenario that comes with the program. Choosing it puts its file into the field.
fn row(scenarios: ScenariosStore, one: KnownScenario) -> impl IntoView {
    let KnownScenario {
        name,
        purpose: said,
        text,
    } = one;
    let file = text.clone();
    let chosen = move || {
        let is = scenarios.state.text().with(|now| *now == file);
        if is { "true" } else { "false" }
    };
    let language = use_language();
    let shown = name.clone();
    let purpose = move || purpose(language.get(), &name, &said);
    view! {
        <li>
            <button type="button" aria-pressed=chosen
                on:click=move |_| scenarios.edit(text.clone())>
                <b>{shown}</b>
                <span>{purpose}</span>
            </button>
        </li>
    }
}

/// Something wrong with the file. It leads to its line.
#[component]
fn Fault(fault: ScenarioFault) -> impl IntoView {
    let language = use_language();
    let ScenarioFault { line, message } = fault;
    let line_words = move || (line > 0).then(|| language.get().scenario_line(line));
    view! {
        <li>
            <button type="button" class="link" disabled=line == 0
                on:click=move |_| select_line(line)>
                {line_words}
            </button>
            " "{visible(&message)}
        </li>
    }
}

/// Selects a line of the field.
fn select_line(line: u32) {
    let Some(field) = document().get_element_by_id("scenario-text") else {
        return;
    };
    let field: web_sys::HtmlTextAreaElement = leptos::wasm_bindgen::JsCast::unchecked_into(field);
    let text = field.value();
    let mut start = 0;
    for (number, part) in (1..).zip(text.split('\n')) {
        let length = u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX);
        if number == line {
            field.focus().ok();
            field.set_selection_range(start, start + length).ok();
            return;
        }
        start += length + 1;
    }
}
