//! What the dialogue is paused before, and what can be done with it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::{Next, Operator, Paused, SendMode};

use super::by_hand::{escaped, unescaped};
use super::model::Submission;
use super::store::use_submission;
use crate::commands::table::{ABORT, RUN, SEND_LINE};
use crate::commands::{Pressed, mark};
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, ime, numbers};

/// The pause editor, while the dialogue is paused.
#[component]
#[must_use]
pub(super) fn Pause() -> impl IntoView {
    let submission = use_submission();
    // One editor for each pause, so that what is typed into it stays whatever else happens; but for
    // another line that is offered where a person types the lines.
    let step = Memo::new(move |_| {
        let step = |submission: &Submission| {
            submission
                .paused()
                .map(|paused| (submission.id, paused.step))
        };
        let step = submission.read(step)?;
        Some((step, submission.offered()))
    });
    move || {
        step.get()?;
        let paused = submission.read_untracked(|submission| submission.paused().cloned());
        paused.map(|paused| view! { <Editor paused/> })
    }
}

/// The editor of the line before which the dialogue is paused, or of the message as a whole.
#[component]
fn Editor(paused: Paused) -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let step = paused.step;
    let (planned, octets) = match paused.next {
        Next::Line { line, .. } => (Some(line), 0),
        Next::Message { octets } => (None, octets),
    };
    // Where a person types the lines, each is one more: what was planned comes after it, unless it
    // has become superfluous.
    let by_hand = untrack(|| submission.offered());
    let written = by_hand.clone().flatten();
    let by_hand = by_hand.is_some();
    let as_written = |line: &String| if by_hand { escaped(line) } else { line.clone() };
    let written = written.or_else(|| planned.as_ref().map(as_written));
    let is_line = written.is_some();
    let line = RwSignal::new(written.unwrap_or_default());
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
    let operate = move |act| too_long.set(!submission.operate(act));
    let send = move || {
        let typed = line.get_untracked();
        let typed = if by_hand { unescaped(&typed) } else { typed };
        let line = match &planned {
            Some(planned) => Some(typed).filter(|typed| typed != planned),
            // The message as a whole, or a line in its place.
            None => is_line.then_some(typed),
        };
        operate(match line {
            Some(line) if by_hand => Operator::Insert { step, line },
            line => Operator::Send { step, line },
        });
    };
    let insert = move |_| {
        operate(Operator::Insert {
            step,
            line: line.get_untracked(),
        });
    };
    let send = StoredValue::new(send);
    let on_key = move |event: KeyboardEvent| {
        if SEND_LINE.is_here(&Pressed::of(&event)) && !ime::handles(&event) {
            event.prevent_default();
            event.stop_propagation();
            send.with_value(|send| send());
        }
    };
    let on_input = move |event| {
        too_long.set(false);
        line.set(event_target_value(&event));
    };
    let hint = if is_line {
        language.words(Locale::paused_line_hint)
    } else {
        language.words(Locale::paused_message_hint)
    };
    view! {
        <div class="pause" class:tls=paused.secured data-step=step.to_string()
            role="group" aria-label=language.words(Locale::paused_title)>
            <p>
                <b>{language.words(Locale::paused_title)}</b>" "
                {hint}
            </p>
            <div class="ed">
                {if is_line {
                    view! {
                        <input type="text" node_ref=input
                            aria-label=language.words(Locale::paused_line)
                            aria-describedby="pause-problem"
                            aria-invalid=move || too_long.get().then_some("true")
                            autocomplete="off" autocapitalize="off" spellcheck="false"
                            prop:value=line.get_untracked()
                            on:input=on_input on:keydown=on_key/>
                    }
                    .into_any()
                } else {
                    numbers::octets(octets).into_any()
                }}
            </div>
            {move || too_long.get().then(|| view! {
                <p class="problem" id="pause-problem" role="alert">
                    {language.words(Locale::paused_too_long)}
                </p>
            })}
            <div class="acts">
                <button type="button" class="btn primary" node_ref=first
                    on:click=move |_| send.with_value(|send| send())>
                    {language.words(Locale::send_line)}" "<kbd aria-hidden="true">"⏎"</kbd>
                </button>
                <button type="button" class="btn"
                    on:click=move |_| operate(Operator::Skip { step })>
                    {language.words(Locale::skip)}
                </button>
                {(is_line && !by_hand).then(|| view! {
                    <button type="button" class="btn"
                        title=language.words(Locale::insert_hint) on:click=insert>
                        <Icon glyph=Glyph::Plus/>{language.words(Locale::insert)}
                    </button>
                })}
                <button type="button" {..mark(&RUN)} class="btn"
                    on:click=move |_| operate(Operator::SetMode { mode: SendMode::Run })>
                    <Icon glyph=Glyph::Forward/>{language.words(Locale::run_to_end)}
                </button>
                <span class="spacer"></span>
                <button type="button" {..mark(&ABORT)} class="btn danger"
                    on:click=move |_| operate(Operator::Abort)>
                    {language.words(Locale::abort)}
                </button>
            </div>
        </div>
    }
}
