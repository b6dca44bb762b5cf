//! Which mail server.

use leptos::html;
use leptos::prelude::*;
use smtp::Security;

use crate::presets::{PRESETS, Preset};
use crate::state::{ServerChoice, use_state};
use crate::view::icon::{Icon, icon};
use crate::words::{self, say, w};

/// The server picker, a dialog while it is open.
#[component]
#[must_use]
pub fn Picker() -> impl IntoView {
    let state = use_state();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = state.picking.get();
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            dialog.show_modal().ok();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=dialog class="picker" aria-labelledby="picker-title" on:close=move |_| state.picking.set(false)>
            {move || state.picking.get().then(|| view! { <Form/> })}
        </dialog>
    }
}

#[component]
fn Form() -> impl IntoView {
    let state = use_state();
    let choice = RwSignal::new(state.server.get_untracked());
    let password = RwSignal::new(state.password.get_untracked());
    let preset = RwSignal::new(None::<&'static Preset>);
    let practice = move || choice.with(|choice| choice.practice);
    let offered = move || {
        state.welcome.with(|welcome| {
            welcome
                .as_ref()
                .and_then(|welcome| welcome.practice.clone())
        })
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let mut chosen = choice.get_untracked();
        chosen.host = chosen.host.trim().to_owned();
        state.choose(chosen, password.get_untracked());
        state.picking.set(false);
    };
    let kind = move |is_practice: bool, words: fn(crate::state::State) -> &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="kind" prop:checked=move || practice() == is_practice on:change=move |_| choice.update(|choice| choice.practice = is_practice)/>
                <span>{move || words(state)}</span>
            </label>
        }
    };
    view! {
        <form method="dialog" on:submit=save>
            <div class="picker-head">
                <h2 id="picker-title">{w!(state, mail_server)}</h2><span class="spacer"></span>
                <button type="button" class="icon" aria-label=w!(state, close) on:click=move |_| state.picking.set(false)>{icon(Icon::Cross)}</button>
            </div>
            <fieldset>
                <legend class="unseen">{w!(state, which_server)}</legend>
                {kind(true, |state| say!(state, practice_server))}
                {kind(false, |state| say!(state, other_server))}
            </fieldset>
            {move || if practice() {
                view! {
                    <p class="hint">{w!(state, practice_hint)}</p>
                    {offered().map(|practice| view! { <Faults faults=practice.faults/> })}
                }.into_any()
            } else {
                view! { <Host choice preset/> }.into_any()
            }}
            <Protection choice/>
            <SignIn choice password/>
            <div class="picker-foot">
                <button type="submit" class="btn primary">{w!(state, use_server)}</button>
                <button type="button" class="btn" on:click=move |_| state.picking.set(false)>{w!(state, cancel)}</button>
            </div>
        </form>
    }
}

/// What the practice server does wrong when asked.
#[component]
fn Faults(faults: Vec<wire::PracticeFault>) -> impl IntoView {
    let state = use_state();
    view! {
        <details class="faults">
            <summary>{w!(state, faults)}</summary>
            <table>
                <thead><tr><th scope="col">{w!(state, fault_address)}</th><th scope="col">{w!(state, fault_effect)}</th></tr></thead>
                <tbody>{faults.into_iter().map(|fault| view! {
                    <tr><td><code>{format!("{}@…", fault.local_part)}</code>{fault.sender.then(|| view! { " " {w!(state, as_sender)} })}</td><td>{fault.effect}</td></tr>
                }).collect_view()}</tbody>
            </table>
        </details>
    }
}

#[component]
fn Host(
    choice: RwSignal<ServerChoice>,
    preset: RwSignal<Option<&'static Preset>>,
) -> impl IntoView {
    let state = use_state();
    let take = move |id: String| {
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
    let allowed = move || {
        state.welcome.with(|welcome| {
            welcome
                .as_ref()
                .map(|welcome| welcome.ports.clone())
                .unwrap_or_default()
        })
    };
    let port_allowed = move || {
        let allowed = allowed();
        allowed.is_empty() || allowed.contains(&choice.with(|choice| choice.port))
    };
    view! {
        <div class="row2">
            <label for="preset">{w!(state, preset)}</label>
            <select id="preset" on:change=move |event| take(event_target_value(&event))>
                <option value="">{w!(state, preset_none)}</option>
                {PRESETS.iter().map(|preset| view! { <option value=preset.id>{preset.name}</option> }).collect_view()}
            </select>
        </div>
        {move || preset.get().map(|preset| view! {
            <p class="hint">{words::advice(state, preset.advice)}" "<a href=preset.help target="_blank" rel="noopener noreferrer">{w!(state, provider_help)}</a></p>
        })}
        <div class="row2">
            <label for="host">{w!(state, host)}</label>
            <input id="host" type="text" required autocomplete="off" autocapitalize="off" spellcheck="false"
                prop:value=move || choice.with(|choice| choice.host.clone()) on:input=move |event| choice.update(|choice| choice.host = event_target_value(&event))/>
        </div>
        <div class="row2">
            <label for="port">{w!(state, port)}</label>
            <input id="port" type="number" required min="1" max="65535"
                prop:value=move || choice.with(|choice| choice.port) on:input=move |event| if let Ok(port) = event_target_value(&event).parse() { choice.update(|choice| choice.port = port) }/>
        </div>
        {move || (!port_allowed()).then(|| {
            let allowed: Vec<String> = allowed().iter().map(ToString::to_string).collect();
            view! { <p class="problem">{w!(state, port_not_allowed)}" "{allowed.join(", ")}</p> }
        })}
    }
}

#[component]
fn Protection(choice: RwSignal<ServerChoice>) -> impl IntoView {
    let state = use_state();
    let one = move |security: Security, words: fn(crate::state::State) -> &'static str| {
        let set = move |_| {
            choice.update(|choice| {
                if choice.practice {
                    choice.practice_security = security;
                } else {
                    choice.security = security;
                }
            });
        };
        view! {
            <label class="choice">
                <input type="radio" name="security" prop:checked=move || choice.with(ServerChoice::effective_security) == security on:change=set/>
                <span>{move || words(state)}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>{w!(state, security)}</legend>
            {one(Security::Starttls, |state| say!(state, security_starttls))}
            {one(Security::Tls, |state| say!(state, security_tls))}
            {one(Security::None, |state| say!(state, security_none))}
        </fieldset>
    }
}

#[component]
fn SignIn(choice: RwSignal<ServerChoice>, password: RwSignal<String>) -> impl IntoView {
    let state = use_state();
    let on = move || choice.with(|choice| choice.sign_in);
    let clear = move || choice.with(|choice| !choice.practice && choice.security == Security::None);
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=on on:change=move |event| choice.update(|choice| choice.sign_in = event_target_checked(&event))/>
            <span>{w!(state, sign_in)}</span>
        </label>
        {move || on().then(|| view! {
            <div class="row2">
                <label for="user">{w!(state, user)}</label>
                <input id="user" type="text" required autocomplete="off" autocapitalize="off" spellcheck="false"
                    prop:value=move || choice.with(|choice| choice.user.clone()) on:input=move |event| choice.update(|choice| choice.user = event_target_value(&event))/>
            </div>
            <div class="row2">
                <label for="password">{w!(state, password)}</label>
                <input id="password" type="password" required autocomplete="off" prop:value=move || password.get() on:input=move |event| password.set(event_target_value(&event))/>
            </div>
            <p class="hint">{move || if choice.with(|choice| choice.practice) { say!(state, password_practice) } else { say!(state, password_hint) }}</p>
            {move || clear().then(|| view! { <p class="problem">{w!(state, sign_in_in_clear)}</p> })}
        })}
    }
}
