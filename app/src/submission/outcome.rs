//! How a submission ended.

use leptos::prelude::*;
use smtp::{Fate, Outcome, RecipientResult, Reply};

use super::model::{Delivered, Ending, Stopped, Submission, kind};
use super::store::use_submission;
use crate::accounts::Destination;
use crate::explain::expects_tls;
use crate::i18n::{Locale, use_language};
use crate::inbox;
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, Later, code_class, show_pane};

/// The end, in a sentence, with a line for each recipient. Read out when it comes.
#[component]
#[must_use]
pub(super) fn OutcomeBanner() -> impl IntoView {
    view! {
        <div class="outcome-place" role="status">
            <Later view=outcome quiet=true at_start=true/>
        </div>
    }
}

part! { later:
    fn outcome() -> View {
        || view! { <End/> }.into_any()
    }
}

#[component]
fn End() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    // A connection that is kept open has entries after the end. They don't draw it anew.
    let end = Memo::new(move |_| submission.read(end));
    let kept_open = Memo::new(move |_| submission.read(|submission| submission.kept_open));
    let stopped = Memo::new(move |_| submission.read(stopped));
    let silent = |submission: &Submission| submission.silent().map(str::to_owned);
    let silent_peer = Memo::new(move |_| submission.read(silent));
    view! {
        {move || silent_peer.get().map(|peer| view! { <Silent peer/> })}
        {move || stopped.get().map(|stopped| view! { <Aborted stopped/> })}
        {move || end.get().map(|(ending, practice)| view! { <Banner ending practice/> })}
        <Show when=move || kept_open.get()>
            <p class="stays">{language.words(Locale::stays_open)}</p>
        </Show>
    }
}

/// Why the page aborted the message that is over.
fn stopped(submission: &Submission) -> Option<Stopped> {
    submission.ending()?;
    submission.stopped.clone()
}

/// Why the page aborted the message, and what to do.
#[component]
fn Aborted(stopped: Stopped) -> impl IntoView {
    let language = use_language();
    let words = move || match &stopped {
        Stopped::Cancelled => language.get().stopped_cancelled().to_owned(),
        Stopped::FileUnreadable { name, .. } => language.get().stopped_file(visible(name)),
    };
    view! { <p class="stopped"><b>{words}</b></p> }
}

/// A server that does not greet, and what that probably means.
#[component]
fn Silent(peer: String) -> impl IntoView {
    let language = use_language();
    let advice = if expects_tls(&peer) {
        language.words(Locale::silent_tls)
    } else {
        language.words(Locale::silent_other)
    };
    view! {
        <p class="silent">
            <Icon glyph=Glyph::Alert/><b>{language.words(Locale::silent)}</b>" "
            <span>{advice}</span>
        </p>
    }
}

/// How the submission ended, and whether it was to the practice server.
fn end(submission: &Submission) -> Option<(Ending, bool)> {
    let destination = submission.destination.as_ref();
    let practice = destination.is_some_and(Destination::is_practice);
    Some((submission.ending()?.clone(), practice))
}

/// The end of a submission, and the result for each recipient.
#[component]
fn Banner(
    ending: Ending,
    /// Whether it went to the practice server.
    practice: bool,
) -> impl IntoView {
    let language = use_language();
    let show = show_pane();
    let kind = kind(&ending);
    let words = {
        let ending = ending.clone();
        move || ending_words(language.get(), &ending)
    };
    let recipients = match &ending {
        // With one recipient, the result is the outcome itself.
        Ending::Outcome(outcome) if outcome.recipients().len() > 1 => outcome.recipients().to_vec(),
        _ => Vec::new(),
    };
    let practice = practice && kind == "accepted";
    view! {
        <div class="outcome" data-outcome=kind>
            <p>
                <Icon glyph=if kind == "accepted" { Glyph::Inbox } else { Glyph::Alert }/>
                <b>{words}</b>
                {practice.then(|| view! {
                    <button type="button" class="link" on:click=move |_| show.run(&inbox::PANE)>
                        {language.words(Locale::open_inbox)}
                    </button>
                })}
            </p>
            {(!recipients.is_empty()).then(|| {
                let recipients = recipients.into_iter();
                let rows = recipients.map(|recipient| view! { <Recipient recipient/> });
                view! { <ul>{rows.collect_view()}</ul> }
            })}
        </div>
    }
}

/// How a submission ended, in a sentence.
#[must_use]
pub fn ending_words(locale: Locale, ending: &Ending) -> &'static str {
    match ending {
        Ending::Outcome(Outcome::Accepted { recipients, .. })
            if recipients.iter().all(accepted) =>
        {
            locale.ended_accepted()
        }
        Ending::Outcome(Outcome::Accepted { .. }) => locale.ended_accepted_in_part(),
        Ending::Outcome(Outcome::Refused { .. }) => locale.ended_refused(),
        Ending::Outcome(Outcome::Unknown { .. })
        | Ending::BridgeLost {
            delivered: Delivered::Unknown,
        } => locale.ended_unknown(),
        Ending::Outcome(Outcome::Ready | Outcome::Ended { .. }) => locale.ended_ended(),
        Ending::Outcome(Outcome::Failed { .. }) => locale.ended_failed(),
        Ending::BridgeLost {
            delivered: Delivered::Yes,
        } => locale.ended_bridge_lost_accepted(),
        Ending::BridgeLost {
            delivered: Delivered::No,
        } => locale.ended_bridge_lost(),
        Ending::NotStarted(_) => locale.ended_not_started(),
        Ending::Interrupted => locale.ended_interrupted(),
    }
}

fn accepted(recipient: &RecipientResult) -> bool {
    matches!(recipient.fate, Fate::Accepted { .. })
}

/// What the server said to a recipient.
#[component]
#[must_use]
pub fn Recipient(
    /// The recipient, and what was said.
    recipient: RecipientResult,
) -> impl IntoView {
    let language = use_language();
    let said = |reply: Reply| {
        let class = code_class(reply.class());
        let text: String = visible(&reply.text()).chars().take(300).collect();
        view! { <span class=class>{reply.code.to_string()}</span>" "<span>{text}</span> }
    };
    let fate = match recipient.fate {
        Fate::Accepted { reply } | Fate::Refused { reply } => said(reply).into_any(),
        Fate::NotTried => {
            view! { <span class="muted">{language.words(Locale::not_tried)}</span> }.into_any()
        }
    };
    view! { <li><code>{visible(&recipient.address)}</code>" "{fate}</li> }
}
