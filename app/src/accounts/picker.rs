//! Which mail server.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::Security;

use crate::accounts::presets::{PRESETS, Preset};
use crate::i18n::words::{self, say, w};
use crate::state::{ServerChoice, use_state};
use crate::ui::icon::Glyph;
use crate::ui::ime;
use crate::ui::text_field::follow;
use crate::ui::widgets::{Checkbox, FormRow, IconButton, Radio};

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
    // Enter would submit the form, and Escape close the dialog.
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) && matches!(event.key().as_str(), "Enter" | "Escape") {
            event.prevent_default();
        }
    };
    view! {
        <dialog node_ref=dialog class="picker" aria-labelledby="picker-title"
            on:keydown=on_key on:close=move |_| state.picking.set(false)>
            <Show when=move || state.picking.get()>
                <Form/>
            </Show>
        </dialog>
    }
}

#[component]
fn Form() -> impl IntoView {
    let state = use_state();
    let choice = RwSignal::new(state.server.get_untracked());
    let password = RwSignal::new(state.password.get_untracked());
    let preset = RwSignal::new(None::<&'static Preset>);
    let practice = Memo::new(move |_| choice.with(|choice| choice.practice));
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
    view! {
        <form method="dialog" on:submit=save>
            <div class="picker-head">
                <h2 id="picker-title">{w!(state, mail_server)}</h2><span class="spacer"></span>
                <IconButton glyph=Glyph::Cross label=w!(state, close)
                    on:click=move |_| state.picking.set(false)/>
            </div>
            <fieldset>
                <legend class="unseen">{w!(state, which_server)}</legend>
                <Radio group="kind" label=w!(state, practice_server)
                    checked=practice
                    on_choose=move |()| choice.update(|choice| choice.practice = true)/>
                <Radio group="kind" label=w!(state, other_server)
                    checked=move || !practice.get()
                    on_choose=move |()| choice.update(|choice| choice.practice = false)/>
            </fieldset>
            <Show when=move || practice.get() fallback=move || view! { <Host choice preset/> }>
                <p class="hint">{w!(state, practice_hint)}</p>
                {move || offered().map(|practice| view! { <Faults faults=practice.faults/> })}
            </Show>
            <Protection choice/>
            <SignIn choice password/>
            <Checkbox label=w!(state, keep_open)
                checked=move || choice.with(|choice| choice.keep_open)
                on_change=move |keep| choice.update(|choice| choice.keep_open = keep)/>
            <p class="hint">{w!(state, keep_open_hint)}</p>
            <Checkbox label=w!(state, chunking)
                checked=move || choice.with(|choice| choice.chunking)
                on_change=move |chunks| choice.update(|choice| choice.chunking = chunks)/>
            <p class="hint">{w!(state, chunking_hint)}</p>
            <div class="picker-foot">
                <button type="submit" class="btn primary">{w!(state, use_server)}</button>
                <button type="button" class="btn" on:click=move |_| state.picking.set(false)>
                    {w!(state, cancel)}
                </button>
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
                <thead>
                    <tr>
                        <th scope="col">{w!(state, fault_address)}</th>
                        <th scope="col">{w!(state, fault_effect)}</th>
                    </tr>
                </thead>
                <tbody>{faults.into_iter().map(|fault| view! {
                    <tr>
                        <td><code>{format!("{}@…", fault.local_part)}</code>
                            {fault.sender.then(|| view! { " " {w!(state, as_sender)} })}</td>
                        <td>{move || words::practice_effect(state.locale.get(), &fault.effect)}</td>
                    </tr>
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
    let host = NodeRef::<html::Input>::new();
    follow(host, move || choice.with(|choice| choice.host.clone()));
    view! {
        <FormRow field="preset" label=w!(state, preset)>
            <select id="preset" on:change=take>
                <option value="">{w!(state, preset_none)}</option>
                {PRESETS
                    .iter()
                    .map(|preset| view! { <option value=preset.id>{preset.name}</option> })
                    .collect_view()}
            </select>
        </FormRow>
        {move || preset.get().map(|preset| view! {
            <p class="hint">
                {words::advice(state, preset.advice)}" "
                <a href=preset.help target="_blank" rel="noopener noreferrer">
                    {w!(state, provider_help)}
                </a>
            </p>
        })}
        <FormRow field="host" label=w!(state, host)>
            <input id="host" type="text" node_ref=host required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                on:input=move |event| {
                    choice.update(|choice| choice.host = event_target_value(&event));
                }/>
        </FormRow>
        <FormRow field="port" label=w!(state, port)>
            <input id="port" type="number" required min="1" max="65535"
                prop:value=move || choice.with(|choice| choice.port.to_string())
                on:input=move |event| {
                    if let Ok(port) = event_target_value(&event).parse() {
                        choice.update(|choice| choice.port = port);
                    }
                }/>
        </FormRow>
        {move || (!port_allowed()).then(|| {
            let allowed: Vec<String> = allowed().iter().map(ToString::to_string).collect();
            view! { <p class="problem">{w!(state, port_not_allowed)}" "{allowed.join(", ")}</p> }
        })}
    }
}

#[component]
fn Protection(choice: RwSignal<ServerChoice>) -> impl IntoView {
    let state = use_state();
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
            <legend>{w!(state, security)}</legend>
            {one(Security::Starttls, w!(state, security_starttls))}
            {one(Security::Tls, w!(state, security_tls))}
            {one(Security::None, w!(state, security_none))}
        </fieldset>
    }
}

#[component]
fn SignIn(choice: RwSignal<ServerChoice>, password: RwSignal<String>) -> impl IntoView {
    let state = use_state();
    let signs_in = move || choice.with(|choice| choice.sign_in);
    let hint = move || {
        if choice.with(|choice| choice.practice) {
            say!(state, password_practice)
        } else {
            say!(state, password_hint)
        }
    };
    let clear = move || choice.with(|choice| !choice.practice && choice.security == Security::None);
    view! {
        <Checkbox label=w!(state, sign_in) checked=signs_in
            on_change=move |signs_in| choice.update(|choice| choice.sign_in = signs_in)/>
        <Show when=signs_in>
            <FormRow field="user" label=w!(state, user)>
                <input id="user" type="text" required
                    autocomplete="off" autocapitalize="off" spellcheck="false"
                    prop:value=choice.with_untracked(|choice| choice.user.clone())
                    on:input=move |event| {
                        choice.update(|choice| choice.user = event_target_value(&event));
                    }/>
            </FormRow>
            <FormRow field="password" label=w!(state, password)>
                <input id="password" type="password" required autocomplete="off"
                    prop:value=password.get_untracked()
                    on:input=move |event| password.set(event_target_value(&event))/>
            </FormRow>
            <p class="hint">{hint}</p>
            <Show when=clear>
                <p class="problem">{w!(state, sign_in_in_clear)}</p>
            </Show>
        </Show>
    }
}
