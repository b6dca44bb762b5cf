//! How a send ended.

use leptos::prelude::*;
use smtp::{Fate, Outcome, RecipientResult, Reply};

use crate::meaning::expects_tls;
use crate::session::{Delivered, Ending, SentTo, Session, kind};
use crate::state::{Pane, State, use_state};
use crate::view::entry::code_class;
use crate::view::icon::{Glyph, Icon};
use crate::visible::visible;
use crate::words::{say, w};

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
            {move || silent_peer.get().map(|peer| silent(state, &peer))}
            {move || end.get().map(|(ending, practice)| banner(state, &ending, practice))}
            {move || waits.get().then(|| view! { <p class="stays">{w!(state, stays_open)}</p> })}
        </div>
    }
}

/// A server that does not greet, and what that probably means.
fn silent(state: State, peer: &str) -> impl IntoView + use<> {
    let advice = if expects_tls(peer) {
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

fn banner(state: State, ending: &Ending, practice: bool) -> impl IntoView + use<> {
    let kind = kind(ending);
    let words = match ending {
        Ending::Outcome(Outcome::Accepted { recipients, .. })
            if recipients.iter().all(accepted) =>
        {
            say!(state, ended_accepted)
        }
        Ending::Outcome(Outcome::Accepted { .. }) => say!(state, ended_accepted_in_part),
        Ending::Outcome(Outcome::Refused { .. }) => say!(state, ended_refused),
        Ending::Outcome(Outcome::Unknown { .. })
        | Ending::BridgeLost {
            delivered: Delivered::Unknown,
        } => say!(state, ended_unknown),
        Ending::Outcome(Outcome::Ready | Outcome::Ended { .. }) => say!(state, ended_ended),
        Ending::Outcome(Outcome::Failed { .. }) => say!(state, ended_failed),
        Ending::BridgeLost {
            delivered: Delivered::Yes,
        } => say!(state, ended_bridge_lost_accepted),
        Ending::BridgeLost {
            delivered: Delivered::No,
        } => say!(state, ended_bridge_lost),
        Ending::NotStarted(_) => say!(state, ended_not_started),
    };
    let recipients = match ending {
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
                let recipients = recipients.into_iter().map(|one| recipient(state, one));
                view! { <ul>{recipients.collect_view()}</ul> }
            })}
        </div>
    }
}

fn accepted(recipient: &RecipientResult) -> bool {
    matches!(recipient.fate, Fate::Accepted { .. })
}

fn recipient(state: State, recipient: RecipientResult) -> impl IntoView {
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
