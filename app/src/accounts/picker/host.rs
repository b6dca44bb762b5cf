//! A mail server of one's own choice.

use leptos::html;
use leptos::prelude::*;

use crate::accounts::ServerChoice;
use crate::accounts::presets::{Advice, PRESETS, Preset};
use crate::connection::use_connection;
use crate::i18n::{Locale, use_language};
use crate::ui::FormRow;
use crate::ui::text_field::follow;

/// The host and its port, or a provider's.
#[component]
#[must_use]
pub(super) fn Host(
    choice: RwSignal<ServerChoice>,
    preset: RwSignal<Option<&'static Preset>>,
) -> impl IntoView {
    let language = use_language();
    let connection = use_connection();
    let take = move |event| {
        let id = event_target_value(&event);
        let found = PRESETS.iter().find(|preset| preset.id == id);
        preset.set(found);
        if let Some(found) = found {
            choice.update(|choice| {
                choice.host = found.host.to_owned();
                choice.port = found.port;
                choice.security = found.security;
                choice.sign_in = true;
            });
        }
    };
    let port_allowed = move || {
        let allowed = connection.allowed_ports();
        allowed.is_empty() || allowed.contains(&choice.with(|choice| choice.port))
    };
    let host = NodeRef::<html::Input>::new();
    follow(host, move || choice.with(|choice| choice.host.clone()));
    view! {
        <FormRow field="preset" label=language.words(Locale::preset)>
            <select id="preset" on:change=take>
                <option value="">{language.words(Locale::preset_none)}</option>
                {PRESETS
                    .iter()
                    .map(|preset| view! { <option value=preset.id>{preset.name}</option> })
                    .collect_view()}
            </select>
        </FormRow>
        {move || preset.get().map(|preset| view! {
            <p class="hint">
                {advice(language.get(), preset.advice)}" "
                <a href=preset.help target="_blank" rel="noopener noreferrer">
                    {language.words(Locale::provider_help)}
                </a>
            </p>
        })}
        <FormRow field="host" label=language.words(Locale::host)>
            <input id="host" type="text" node_ref=host required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                on:input=move |event| {
                    choice.update(|choice| choice.host = event_target_value(&event));
                }/>
        </FormRow>
        <FormRow field="port" label=language.words(Locale::port)>
            <input id="port" type="number" required min="1" max="65535"
                prop:value=move || choice.with(|choice| choice.port.to_string())
                on:input=move |event| {
                    if let Ok(port) = event_target_value(&event).parse() {
                        choice.update(|choice| choice.port = port);
                    }
                }/>
        </FormRow>
        {move || (!port_allowed()).then(|| {
            let allowed = connection.allowed_ports();
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            let problem = language.get().port_not_allowed(allowed.join(", "));
            view! { <p class="problem">{problem}</p> }
        })}
    }
}

/// What to know before signing in with a provider.
fn advice(locale: Locale, advice: Advice) -> &'static str {
    match advice {
        Advice::AppPassword => locale.advice_app_password(),
        Advice::OauthOnly => locale.advice_oauth(),
        Advice::SwitchOn => locale.advice_switch_on(),
    }
}
