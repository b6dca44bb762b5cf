//! How far the submission has come, in six steps.

use leptos::prelude::*;
use smtp::{Operator, Stage};

use super::export::export;
use super::model::{Phase, STAGES, Step, Submission};
use super::store::use_submission;
use crate::i18n::{say, use_language, w};
use crate::ui::{Glyph, Icon};

/// The stage strip, and what can be done with the submission as a whole.
#[component]
#[must_use]
pub(super) fn Stages() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let name = move |stage: Stage| match stage {
        Stage::Connect => say!(language, stage_connect),
        Stage::Tls => say!(language, stage_tls),
        Stage::SignIn => say!(language, stage_sign_in),
        Stage::Envelope => say!(language, stage_envelope),
        Stage::Message => say!(language, stage_message),
        Stage::Accepted => say!(language, stage_accepted),
    };
    let one = move |(at, step): (usize, Step)| {
        let (class, sign, said) = match step {
            Step::Todo => ("stage", (at + 1).to_string(), say!(language, step_todo)),
            Step::Now => ("stage now", (at + 1).to_string(), say!(language, step_now)),
            Step::Done => ("stage done", "✓".to_owned(), say!(language, step_done)),
            Step::Passed => ("stage passed", "–".to_owned(), say!(language, step_passed)),
            Step::Failed => ("stage failed", "✕".to_owned(), say!(language, step_failed)),
        };
        view! {
            <li class=class aria-current=(step == Step::Now).then_some("step")>
                <b aria-hidden="true">{sign}</b>
                <span class="stage-name">{name(STAGES[at])}</span>
                <span class="unseen">{said}</span>
            </li>
        }
    };
    let empty = move || submission.read(|submission| submission.entries.is_empty());
    let steps = Memo::new(move |_| submission.read(Submission::steps));
    let abort = move |_| {
        submission.operate(Operator::Abort);
    };
    // While it is paused, the pause editor has a button for this.
    let running = move || submission.read(|submission| submission.phase == Phase::Running);
    view! {
        <div class="stages">
            <ol aria-label=w!(language, stages)>
                {move || steps.get().into_iter().enumerate().map(one).collect_view()}
            </ol>
            <span class="spacer"></span>
            <Show when=running>
                <button type="button" class="btn danger abort" on:click=abort>
                    {w!(language, abort)}
                </button>
            </Show>
            <button type="button" class="icon" disabled=empty
                aria-label=w!(language, export) title=w!(language, export)
                on:click=move |_| export(submission, language.get_untracked())>
                <Icon glyph=Glyph::Download/>
            </button>
        </div>
    }
}
