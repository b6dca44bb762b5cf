//! The pane that shows the dialogue with the mail server.

use leptos::prelude::*;

use super::explanation::explanation;
use super::model::Submission;
use super::outcome::OutcomeBanner;
use super::stages::Stages;
use super::store::{SubmissionStore, use_submission};
use super::transcript::Transcript;
use crate::explain::{ExplanationBar, use_explain};
use crate::i18n::{in_language, use_language, w};
use crate::ui::{Glyph, Pane};

/// The pane of the dialogue with the mail server. On wide screens it stands beside the message.
pub static PANE: Pane = Pane {
    name: "wire",
    glyph: Glyph::Wire,
    tab: |locale| in_language!(locale, wire),
    button: None,
    count: None,
    provide: SubmissionStore::provide,
    view: || view! { <Wire/> }.into_any(),
};

#[component]
fn Wire() -> impl IntoView {
    let language = use_language();
    let (submission, explain) = (use_submission(), use_explain());
    let explanation = Memo::new(move |_| explanation(submission, explain, language));
    view! {
        <section class="pane wirepane" aria-label=w!(language, wire)>
            <Stages/>
            <Lanes/>
            <Transcript/>
            <OutcomeBanner/>
            <ExplanationBar explanation/>
        </section>
    }
}

/// Who the two sides of the transcript are.
#[component]
fn Lanes() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let name = |submission: &Submission| {
        let destination = submission.destination.as_ref();
        destination.map_or_else(String::new, |destination| destination.name.clone())
    };
    let name = Memo::new(move |_| submission.read(name));
    view! {
        <div class="lanes" aria-hidden="true">
            <span>{w!(language, time)}</span>
            <span><b>{w!(language, lane_here)}</b><b>{move || name.get()}</b></span>
            <span>{w!(language, wait)}</span>
        </div>
    }
}
