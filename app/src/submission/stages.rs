//! How far the submission has come, in six steps.

use leptos::prelude::*;
use smtp::{Operator, Stage};

use super::export::export;
use super::model::{Phase, STAGES, Step, Submission};
use super::store::use_submission;
use super::strip::Hide;
use crate::commands::mark;
use crate::commands::table::{ABORT, EXPORT_WIRE};
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, SaveProblem};

/// The stage strip, and what can be done with the submission as a whole.
#[component]
#[must_use]
pub(super) fn Stages() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let name = move |stage: Stage| match stage {
        Stage::Connect => language.get().stage_connect(),
        Stage::Tls => language.get().stage_tls(),
        Stage::SignIn => language.get().stage_sign_in(),
        Stage::Envelope => language.get().stage_envelope(),
        Stage::Message => language.get().stage_message(),
        Stage::Accepted => language.get().stage_accepted(),
    };
    let one = move |(at, step): (usize, Step)| {
        let (class, sign, said) = match step {
            Step::Todo => ("stage", (at + 1).to_string(), language.get().step_todo()),
            Step::Now => ("stage now", (at + 1).to_string(), language.get().step_now()),
            Step::Done => ("stage done", "✓".to_owned(), language.get().step_done()),
            Step::Passed => ("stage passed", "–".to_owned(), language.get().step_passed()),
            Step::Failed => ("stage failed", "✕".to_owned(), language.get().step_failed()),
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
    let not_saved = RwSignal::new(false);
    // While it is paused, the pause editor has a button for this.
    let running = move || submission.read(|submission| submission.phase == Phase::Running);
    view! {
        <div class="stages">
            <ol aria-label=language.words(Locale::stages)>
                {move || steps.get().into_iter().enumerate().map(one).collect_view()}
            </ol>
            <span class="spacer"></span>
            <Show when=running>
                <button type="button" {..mark(&ABORT)} class="btn danger abort" on:click=abort>
                    {language.words(Locale::abort)}
                </button>
            </Show>
            <button type="button" {..mark(&EXPORT_WIRE)} class="icon" disabled=empty
                aria-label=language.words(Locale::export) title=language.words(Locale::export)
                on:click=move |_| {
                    let exported = export(submission, language.get_untracked());
                    not_saved.set(exported.is_err());
                }>
                <Icon glyph=Glyph::Download/>
            </button>
            <Hide/>
            <SaveProblem shown=not_saved/>
        </div>
    }
}
