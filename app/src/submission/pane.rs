//! The pane that shows the dialogue with the mail server.

use leptos::prelude::*;

use super::explanation::explanation;
use super::model::Submission;
use super::outcome::OutcomeBanner;
use super::progress::Progress;
use super::stages::Stages;
use super::store::{SubmissionStore, use_submission};
use super::strip::Strip;
use super::transcript::Transcript;
use crate::connection::use_connection;
use crate::explain::{Explained, ExplanationBar, use_explain};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, Icon, Later, Pane, use_folding};

/// The pane of the dialogue with the mail server. On wide screens it stands beside the message.
pub static PANE: Pane = Pane {
    name: "wire",
    glyph: Glyph::Wire,
    tab: |locale| locale.wire(),
    button: None,
    count: None,
    provide: SubmissionStore::provide,
    view: || view! { <Wire/> }.into_any(),
};

#[component]
fn Wire() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let folding = use_folding();
    // A connection that is opened ahead of a message is something to see, too.
    let begun = Memo::new(move |_| submission.read(|submission| !submission.entries.is_empty()));
    Effect::new(move |_| {
        if begun.get() {
            folding.offer.run(());
        }
    });
    view! {
        <section class="pane wirepane" class:folded=folding.folded
            aria-label=language.words(Locale::wire)>
            <Strip/>
            <Show when=move || submission.shows_recorded()>
                <RecordedNotice/>
            </Show>
            <Stages/>
            <Lanes/>
            <Transcript/>
            <div class="transfer-place"><Progress/></div>
            <OutcomeBanner/>
            <ExplanationBar>
                <Later view=explained quiet=true at_start=true/>
            </ExplanationBar>
        </section>
    }
}

part! { later:
    fn explained() -> View {
        || view! { <OfSubmission/> }.into_any()
    }
}

/// Says that what is shown was recorded, and shows the last submission again.
#[component]
fn RecordedNotice() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    view! {
        <div class="notice recorded">
            <Icon glyph=Glyph::Clock/><p>{language.words(Locale::recorded_shown)}</p>
            <button type="button" class="btn" on:click=move |_| submission.close_recorded()>
                {language.words(Locale::close)}
            </button>
        </div>
    }
}

/// What is explained of the submission.
#[component]
fn OfSubmission() -> impl IntoView {
    let (submission, explain, language) = (use_submission(), use_explain(), use_language());
    let explanation = Memo::new(move |_| explanation(submission, explain, language));
    // Drawn anew only when it becomes another: its link may have the focus.
    move || {
        explanation
            .get()
            .map(|explanation| view! { <Explained explanation/> })
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
    let connection = use_connection();
    let here = move || {
        if connection.is_alone() {
            language.get().lane_here_alone()
        } else {
            language.get().lane_here()
        }
    };
    view! {
        <div class="lanes" aria-hidden="true">
            <span>{language.words(Locale::time)}</span>
            <span><b>{here}</b><b>{move || name.get()}</b></span>
            <span>{language.words(Locale::wait)}</span>
        </div>
    }
}
