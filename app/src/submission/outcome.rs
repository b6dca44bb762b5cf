//! How a send ended.

use leptos::prelude::*;
use smtp::{Fate, Outcome, RecipientResult, Reply};

use crate::explain::meaning::expects_tls;
use crate::i18n::words::w;
use crate::state::{Pane, use_state};
use crate::submission::entry::code_class;
use crate::submission::model::{Delivered, Ending, SentTo, Session, kind};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::visible::visible;

/// The end, in a sentence, with a line for each recipient. Read out when it comes.
#[component]
#[must_use]
pub fn OutcomeBanner() -> impl IntoView {
    let state = use_state();
    // A connection that is kept open has entries behind the end: they don't draw it anew.
    let end = Memo::new(move |_| state.session.with(end));
    let waits = Memo::new(move |_| state.session.with(|session| session.waits));
    let silent_peer = Memo::new(move |_| {
        state
            .session
            .with(|session| session.silent().map(str::to_owned))
    });
    view! {
        <div class="outcome-place" role="status">
            {move || silent_peer.get().map(|peer| view! { <Silent peer/> })}
            {move || end.get().map(|(ending, practice)| view! { <Banner ending practice/> })}
            <Show when=move || waits.get()>
                <p class="stays">{w!(state, stays_open)}</p>
            </Show>
        </div>
    }
}

/// A server that does not greet, and what that probably means.
#[component]
fn Silent(peer: String) -> impl IntoView {
    let state = use_state();
    let advice = if expects_tls(&peer) {
        w!(state, silent_tls)
    } else {
        w!(state, silent_other)
    };
    view! {
        <p class="silent">
            <Icon glyph=Glyph::Alert/><b>{w!(state, silent)}</b>" "<span>{advice}</span>
        </p>
    }
}

/// How the send ended, and whether it was to the practice server.
fn end(session: &Session) -> Option<(Ending, bool)> {
    let practice = session.sent_to.as_ref().is_some_and(SentTo::is_practice);
    Some((session.ending()?.clone(), practice))
}

/// The end of a send, and what became of each recipient.
#[component]
fn Banner(
    ending: Ending,
    /// Whether it went to the practice server.
    practice: bool,
) -> impl IntoView {
    let state = use_state();
    let kind = kind(&ending);
    let words = match &ending {
        Ending::Outcome(Outcome::Accepted { recipients, .. })
            if recipients.iter().all(accepted) =>
        {
            w!(state, ended_accepted)
        }
        Ending::Outcome(Outcome::Accepted { .. }) => w!(state, ended_accepted_in_part),
        Ending::Outcome(Outcome::Refused { .. }) => w!(state, ended_refused),
        Ending::Outcome(Outcome::Unknown { .. })
        | Ending::BridgeLost {
            delivered: Delivered::Unknown,
        } => w!(state, ended_unknown),
        Ending::Outcome(Outcome::Ready | Outcome::Ended { .. }) => w!(state, ended_ended),
        Ending::Outcome(Outcome::Failed { .. }) => w!(state, ended_failed),
        Ending::BridgeLost {
            delivered: Delivered::Yes,
        } => w!(state, ended_bridge_lost_accepted),
        Ending::BridgeLost {
            delivered: Delivered::No,
        } => w!(state, ended_bridge_lost),
        Ending::NotStarted(_) => w!(state, ended_not_started),
    };
    let recipients = match &ending {
        // One recipient's fate is the outcome itself.
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
                    <button type="button" class="link" on:click=move |_| state.go(Pane::Inbox)>
                        {w!(state, open_inbox)}
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

fn accepted(recipient: &RecipientResult) -> bool {
    matches!(recipient.fate, Fate::Accepted { .. })
}

#[component]
fn Recipient(recipient: RecipientResult) -> impl IntoView {
    let state = use_state();
    let said = |reply: Reply| {
        let class = code_class(reply.class());
        let text: String = visible(&reply.text()).chars().take(300).collect();
        view! { <span class=class>{reply.code.to_string()}</span>" "<span>{text}</span> }
    };
    let fate = match recipient.fate {
        Fate::Accepted { reply } | Fate::Refused { reply } => said(reply).into_any(),
        Fate::NotTried => view! { <span class="muted">{w!(state, not_tried)}</span> }.into_any(),
    };
    view! { <li><code>{visible(&recipient.address)}</code>" "{fate}</li> }
}
