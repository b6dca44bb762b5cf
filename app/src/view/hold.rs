//! The line that is held, and what can be done with it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::{Held, Next, Operator, Pace};

use crate::state::use_state;
use crate::view::icon::{Icon, icon};
use crate::words::{self, say, w};

/// The hold editor, while a line is held.
#[component]
#[must_use]
pub fn Hold() -> impl IntoView {
    let state = use_state();
    let held = Memo::new(move |_| state.session.with(|session| session.held().cloned()));
    move || held.get().map(|held| view! { <Editor held/> })
}

#[component]
fn Editor(held: Held) -> impl IntoView {
    let state = use_state();
    let step = held.step;
    let (planned, octets) = match held.next {
        Next::Line { line } => (Some(line), 0),
        Next::Message { octets } => (None, octets),
    };
    let is_line = planned.is_some();
    let line = RwSignal::new(planned.clone().unwrap_or_default());
    let input = NodeRef::<html::Input>::new();
    let first = NodeRef::<html::Button>::new();
    // The person is asked something: this is where the answer goes.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            input.focus().ok();
        } else if let Some(first) = first.get().filter(|_| !is_line) {
            first.focus().ok();
        }
    });
    let release = move || {
        let typed = line.get_untracked();
        let changed = planned.as_ref().is_some_and(|planned| *planned != typed);
        state.operate(Operator::Release {
            step,
            line: changed.then_some(typed),
        });
    };
    let insert = move || {
        state.operate(Operator::Insert {
            step,
            line: line.get_untracked(),
        });
    };
    let release = StoredValue::new(release);
    let on_key = move |event: KeyboardEvent| {
        // While a syllable is being put together, Enter belongs to the keyboard.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            release.with_value(|release| release());
        }
    };
    view! {
        <div class="hold" class:tls=held.secured data-step=step role="group" aria-label=w!(state, held_title)>
            <p><b>{w!(state, held_title)}</b>" "{move || if is_line { say!(state, held_line_hint) } else { say!(state, held_message_hint) }}</p>
            {if is_line {
                view! {
                    <div class="ed">
                        <input type="text" node_ref=input aria-label=w!(state, held_line) autocomplete="off" autocapitalize="off" spellcheck="false"
                            prop:value=move || line.get() on:input=move |event| line.set(event_target_value(&event)) on:keydown=on_key/>
                    </div>
                }.into_any()
            } else {
                view! { <div class="ed">{words::octets(octets)}</div> }.into_any()
            }}
            <div class="acts">
                <button type="button" class="btn primary" node_ref=first on:click=move |_| release.with_value(|release| release())>{w!(state, send_line)}" "<kbd aria-hidden="true">"⏎"</kbd></button>
                <button type="button" class="btn" on:click=move |_| state.operate(Operator::Skip { step })>{w!(state, skip)}</button>
                {is_line.then(|| view! {
                    <button type="button" class="btn" title=w!(state, insert_hint) on:click=move |_| insert()>{icon(Icon::Plus)}{w!(state, insert)}</button>
                })}
                <button type="button" class="btn" on:click=move |_| state.operate(Operator::SetPace { pace: Pace::Run })>{icon(Icon::Forward)}{w!(state, run_to_end)}</button>
                <span class="spacer"></span>
                <button type="button" class="btn danger" on:click=move |_| state.operate(Operator::Abort)>{w!(state, abort)}</button>
            </div>
        </div>
    }
}
