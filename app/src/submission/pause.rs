//! The line that is held, and what can be done with it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::{Next, Operator, Paused, SendMode};

use crate::i18n::words::{self, w};
use crate::state::use_state;
use crate::submission::model::Session;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::ime;

/// The hold editor, while a line is held.
#[component]
#[must_use]
pub fn Hold() -> impl IntoView {
    let state = use_state();
    // One editor a hold, so that what is typed into it stays whatever else happens meanwhile.
    let step = Memo::new(move |_| {
        let step = |session: &Session| session.held().map(|held| (session.id, held.step));
        state.session.with(step)
    });
    move || {
        step.get()?;
        let held = state
            .session
            .with_untracked(|session| session.held().cloned());
        held.map(|held| view! { <Editor held/> })
    }
}

/// The editor of one held line, or of the message as a whole.
#[component]
fn Editor(held: Paused) -> impl IntoView {
    let state = use_state();
    let step = held.step;
    let (planned, octets) = match held.next {
        Next::Line { line, .. } => (Some(line), 0),
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
        operate(Operator::Send {
            step,
            line: changed.then_some(typed),
        });
    };
    let insert = move |_| {
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
    let on_input = move |event| {
        too_long.set(false);
        line.set(event_target_value(&event));
    };
    view! {
        <div class="hold" class:tls=held.secured data-step=step.to_string()
            role="group" aria-label=w!(state, held_title)>
            <p>
                <b>{w!(state, held_title)}</b>" "
                {if is_line { w!(state, held_line_hint) } else { w!(state, held_message_hint) }}
            </p>
            <div class="ed">
                {if is_line {
                    view! {
                        <input type="text" node_ref=input
                            aria-label=w!(state, held_line) aria-describedby="held-problem"
                            aria-invalid=move || too_long.get().then_some("true")
                            autocomplete="off" autocapitalize="off" spellcheck="false"
                            prop:value=line.get_untracked()
                            on:input=on_input on:keydown=on_key/>
                    }
                    .into_any()
                } else {
                    words::octets(octets).into_any()
                }}
            </div>
            {move || too_long.get().then(|| view! {
                <p class="problem" id="held-problem" role="alert">{w!(state, held_too_long)}</p>
            })}
            <div class="acts">
                <button type="button" class="btn primary" node_ref=first
                    on:click=move |_| release.with_value(|release| release())>
                    {w!(state, send_line)}" "<kbd aria-hidden="true">"⏎"</kbd>
                </button>
                <button type="button" class="btn"
                    on:click=move |_| operate(Operator::Skip { step })>
                    {w!(state, skip)}
                </button>
                {is_line.then(|| view! {
                    <button type="button" class="btn" title=w!(state, insert_hint) on:click=insert>
                        <Icon glyph=Glyph::Plus/>{w!(state, insert)}
                    </button>
                })}
                <button type="button" class="btn"
                    on:click=move |_| operate(Operator::SetMode { mode: SendMode::Run })>
                    <Icon glyph=Glyph::Forward/>{w!(state, run_to_end)}
                </button>
                <span class="spacer"></span>
                <button type="button" class="btn danger"
                    on:click=move |_| operate(Operator::Abort)>
                    {w!(state, abort)}
                </button>
            </div>
        </div>
    }
}
