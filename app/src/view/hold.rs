//! The line that is held, and what can be done with it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::{Held, Next, Operator, Pace};

use crate::ime;
use crate::session::Session;
use crate::state::use_state;
use crate::view::icon::Icon;
use crate::view::part::{button, click, labelled, live, on, part, typed};
use crate::words::{self, say, w};

/// The hold editor, while a line is held.
#[component]
#[must_use]
pub fn Hold() -> AnyView {
    let state = use_state();
    // One editor a hold, so that what is typed into it lives through all else that happens meanwhile.
    let step = Memo::new(move |_| {
        let step = |session: &Session| session.held().map(|held| (session.id, held.step));
        state.session.with(step)
    });
    live(move || {
        step.get()?;
        let held = state
            .session
            .with_untracked(|session| session.held().cloned());
        held.map(editor)
    })
}

fn editor(held: Held) -> AnyView {
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
    let too_long = RwSignal::new(false);
    let operate = move |act| too_long.set(!state.operate(act));
    let release = move || {
        let typed = line.get_untracked();
        let changed = planned.as_ref().is_some_and(|planned| *planned != typed);
        operate(Operator::Release {
            step,
            line: changed.then_some(typed),
        });
    };
    let insert = move || {
        operate(Operator::Insert {
            step,
            line: line.get_untracked(),
        });
    };
    let release = StoredValue::new(release);
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !ime::handles(&event) {
            event.prevent_default();
            event.stop_propagation();
            release.with_value(|release| release());
        }
    };
    part! {
        <div class="hold" class:tls=held.secured data-step=step.to_string() role="group" aria-label=w!(state, held_title)>
            <p><b>{w!(state, held_title)}</b>" "{move || if is_line { say!(state, held_line_hint) } else { say!(state, held_message_hint) }}</p>
            {if is_line {
                part! {
                    <div class="ed">
                        <input type="text" node_ref=input aria-label=w!(state, held_line) aria-describedby="held-problem" aria-invalid=move || too_long.get().then_some("true") autocomplete="off" autocapitalize="off" spellcheck="false"
                            prop:value=line.get_untracked()
                            on:input=typed(move |text| {
                                too_long.set(false);
                                line.set(text);
                            }) on:keydown=on(on_key)/>
                    </div>
                }
            } else {
                part! { <div class="ed">{words::octets(octets)}</div> }
            }}
            {live(move || too_long.get().then(|| part! {
                <p class="problem" id="held-problem" role="alert">{w!(state, held_too_long)}</p>
            }))}
            <div class="acts">
                <button type="button" class="btn primary" node_ref=first on:click=click(move || release.with_value(|release| release()))>{w!(state, send_line)}" "<kbd aria-hidden="true">"⏎"</kbd></button>
                {button("btn", click(move || operate(Operator::Skip { step })), w!(state, skip).into_any())}
                {is_line.then(|| part! {
                    <button type="button" class="btn" title=w!(state, insert_hint) on:click=click(insert)>{labelled(Icon::Plus, w!(state, insert))}</button>
                })}
                {button("btn", click(move || operate(Operator::SetPace { pace: Pace::Run })), labelled(Icon::Forward, w!(state, run_to_end)))}
                <span class="spacer"></span>
                {button("btn danger", click(move || operate(Operator::Abort)), w!(state, abort).into_any())}
            </div>
        </div>
    }
}
