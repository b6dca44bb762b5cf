//! Which mail server.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::Security;

use crate::ime;
use crate::presets::{PRESETS, Preset};
use crate::state::{ServerChoice, use_state};
use crate::view::icon::Icon;
use crate::view::part::{button, check, click, icon_button, on, part, parts, radio, row, typed};
use crate::view::text::follow;
use crate::words::{self, say, w};

/// The server picker, a dialog while it is open.
#[component]
#[must_use]
pub fn Picker() -> AnyView {
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
    part! {
        <dialog node_ref=dialog class="picker" aria-labelledby="picker-title"
            on:keydown=on(on_key) on:close=on(move |_| state.picking.set(false))>
            {move || state.picking.get().then(|| part! { <Form/> })}
        </dialog>
    }
}

#[component]
fn Form() -> AnyView {
    let state = use_state();
    let choice = RwSignal::new(state.server.get_untracked());
    let password = RwSignal::new(state.password.get_untracked());
    let preset = RwSignal::new(None::<&'static Preset>);
    let practice = Memo::new(move |_| choice.with(|choice| choice.practice));
    let practice = move || practice.get();
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
    let kind = move |is_practice: bool, words: Signal<&'static str>| {
        radio(
            "kind",
            words,
            move || practice() == is_practice,
            move || choice.update(|choice| choice.practice = is_practice),
        )
    };
    part! {
        <form method="dialog" on:submit=on(save)>
            <div class="picker-head">
                <h2 id="picker-title">{w!(state, mail_server)}</h2><span class="spacer"></span>
                {icon_button(Icon::Cross, w!(state, close), click(move || state.picking.set(false)))}
            </div>
            <fieldset>
                <legend class="unseen">{w!(state, which_server)}</legend>
                {kind(true, w!(state, practice_server))}
                {kind(false, w!(state, other_server))}
            </fieldset>
            {move || if practice() {
                part! {
                    <p class="hint">{w!(state, practice_hint)}</p>
                    {offered().map(|practice| part! { <Faults faults=practice.faults/> })}
                }
            } else {
                part! { <Host choice preset/> }
            }}
            <Protection choice/>
            <SignIn choice password/>
            {check(w!(state, keep_open), move || choice.with(|choice| choice.keep_open), move |keep| choice.update(|choice| choice.keep_open = keep))}
            <p class="hint">{w!(state, keep_open_hint)}</p>
            {check(w!(state, chunking), move || choice.with(|choice| choice.chunking), move |chunks| choice.update(|choice| choice.chunking = chunks))}
            <p class="hint">{w!(state, chunking_hint)}</p>
            <div class="picker-foot">
                <button type="submit" class="btn primary">{w!(state, use_server)}</button>
                {button("btn", click(move || state.picking.set(false)), w!(state, cancel).into_any())}
            </div>
        </form>
    }
}

/// What the practice server does wrong when asked.
#[component]
fn Faults(faults: Vec<wire::PracticeFault>) -> AnyView {
    let state = use_state();
    part! {
        <details class="faults">
            <summary>{w!(state, faults)}</summary>
            <table>
                <thead><tr><th scope="col">{w!(state, fault_address)}</th><th scope="col">{w!(state, fault_effect)}</th></tr></thead>
                <tbody>{parts(faults.into_iter().map(|fault| part! {
                    <tr>
                        <td><code>{format!("{}@…", fault.local_part)}</code>
                            {fault.sender.then(|| part! { " " {w!(state, as_sender)} })}</td>
                        <td>{move || words::practice_effect(state.locale.get(), &fault.effect)}</td>
                    </tr>
                }))}</tbody>
            </table>
        </details>
    }
}

#[component]
fn Host(choice: RwSignal<ServerChoice>, preset: RwSignal<Option<&'static Preset>>) -> AnyView {
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
    let host = NodeRef::<html::Input>::new();
    follow(host, move || choice.with(|choice| choice.host.clone()));
    part! {
        {row("preset", w!(state, preset), part! {
            <select id="preset" on:change=typed(take)>
                <option value="">{w!(state, preset_none)}</option>
                {parts(PRESETS.iter().map(|preset| part! { <option value=preset.id>{preset.name}</option> }))}
            </select>
        })}
        {move || preset.get().map(|preset| part! {
            <p class="hint">{words::advice(state, preset.advice)}" "<a href=preset.help target="_blank" rel="noopener noreferrer">{w!(state, provider_help)}</a></p>
        })}
        {row("host", w!(state, host), part! {
            <input id="host" type="text" node_ref=host required
                autocomplete="off" autocapitalize="off" spellcheck="false"
                on:input=typed(move |text| choice.update(|choice| choice.host = text))/>
        })}
        {row("port", w!(state, port), part! {
            <input id="port" type="number" required min="1" max="65535"
                prop:value=move || choice.with(|choice| choice.port.to_string()) on:input=typed(move |text| if let Ok(port) = text.parse() { choice.update(|choice| choice.port = port) })/>
        })}
        {move || (!port_allowed()).then(|| {
            let allowed: Vec<String> = allowed().iter().map(ToString::to_string).collect();
            part! { <p class="problem">{w!(state, port_not_allowed)}" "{allowed.join(", ")}</p> }
        })}
    }
}

#[component]
fn Protection(choice: RwSignal<ServerChoice>) -> AnyView {
    let state = use_state();
    let one = move |security: Security, words: Signal<&'static str>| {
        let set = move || {
            choice.update(|choice| {
                if choice.practice {
                    choice.practice_security = security;
                } else {
                    choice.security = security;
                }
            });
        };
        let taken = move || choice.with(ServerChoice::effective_security) == security;
        radio("security", words, taken, set)
    };
    part! {
        <fieldset>
            <legend>{w!(state, security)}</legend>
            {one(Security::Starttls, w!(state, security_starttls))}
            {one(Security::Tls, w!(state, security_tls))}
            {one(Security::None, w!(state, security_none))}
        </fieldset>
    }
}

#[component]
fn SignIn(choice: RwSignal<ServerChoice>, password: RwSignal<String>) -> AnyView {
    let state = use_state();
    let signs_in = Memo::new(move |_| choice.with(|choice| choice.sign_in));
    let signs_in = move || signs_in.get();
    let clear = move || choice.with(|choice| !choice.practice && choice.security == Security::None);
    part! {
        {check(w!(state, sign_in), signs_in, move |signs_in| choice.update(|choice| choice.sign_in = signs_in))}
        {move || signs_in().then(|| part! {
            {row("user", w!(state, user), part! {
                <input id="user" type="text" required autocomplete="off" autocapitalize="off" spellcheck="false"
                    prop:value=choice.with_untracked(|choice| choice.user.clone())
                    on:input=typed(move |text| choice.update(|choice| choice.user = text))/>
            })}
            {row("password", w!(state, password), part! {
                <input id="password" type="password" required autocomplete="off"
                    prop:value=password.get_untracked()
                    on:input=typed(move |text| password.set(text))/>
            })}
            <p class="hint">{move || if choice.with(|choice| choice.practice) { say!(state, password_practice) } else { say!(state, password_hint) }}</p>
            {move || clear().then(|| part! { <p class="problem">{w!(state, sign_in_in_clear)}</p> })}
        })}
    }
}
