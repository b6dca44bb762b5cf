//! How a connection is protected, and signing in over it.

use leptos::prelude::*;
use smtp::Security;

use crate::accounts::ServerChoice;
use crate::i18n::{Locale, use_language};
use crate::ui::{Checkbox, FormRow, Radio};

/// How the connection is protected.
#[component]
#[must_use]
pub(super) fn Protection(choice: RwSignal<ServerChoice>) -> impl IntoView {
    let language = use_language();
    let one = move |security: Security, label: Signal<&'static str>| {
        let choose = move |()| {
            choice.update(|choice| {
                if choice.practice {
                    choice.practice_security = security;
                } else {
                    choice.security = security;
                }
            });
        };
        let chosen = move || choice.with(ServerChoice::effective_security) == security;
        view! { <Radio group="security" label checked=chosen on_choose=choose/> }
    };
    view! {
        <fieldset>
            <legend>{language.words(Locale::security)}</legend>
            {one(Security::Starttls, language.words(Locale::security_starttls))}
            {one(Security::Tls, language.words(Locale::security_tls))}
            {one(Security::None, language.words(Locale::security_none))}
        </fieldset>
    }
}

/// Whether to sign in, and how.
#[component]
#[must_use]
pub(super) fn SignIn(choice: RwSignal<ServerChoice>, password: RwSignal<String>) -> impl IntoView {
    let language = use_language();
    let signs_in = move || choice.with(|choice| choice.sign_in);
    let hint = move || {
        if choice.with(|choice| choice.practice) {
            language.get().password_practice()
        } else {
            language.get().password_hint()
        }
    };
    let clear = move || choice.with(|choice| !choice.practice && choice.security == Security::None);
    view! {
        <Checkbox label=language.words(Locale::sign_in) checked=signs_in
            on_change=move |signs_in| choice.update(|choice| choice.sign_in = signs_in)/>
        <Show when=signs_in>
            <FormRow field="user" label=language.words(Locale::user)>
                <input id="user" type="text" required
                    autocomplete="off" autocapitalize="off" spellcheck="false"
                    prop:value=choice.with_untracked(|choice| choice.user.clone())
                    on:input=move |event| {
                        choice.update(|choice| choice.user = event_target_value(&event));
                    }/>
            </FormRow>
            <FormRow field="password" label=language.words(Locale::password)>
                <input id="password" type="password" required autocomplete="off"
                    prop:value=password.get_untracked()
                    on:input=move |event| password.set(event_target_value(&event))/>
            </FormRow>
            <p class="hint">{hint}</p>
            <Show when=clear>
                <p class="problem">{language.words(Locale::sign_in_in_clear)}</p>
            </Show>
        </Show>
    }
}
