//! What the chosen line means.

use leptos::prelude::*;
use smtp::Outcome;
use wire::NotStarted;

use crate::compose::draft::Wrong;
use crate::explain::meaning::{self, Explanation, Meanings};
use crate::i18n::words::{self, w};
use crate::state::{State, use_state};
use crate::submission::entry::code_class;
use crate::submission::model::{Ending, Phase};
use crate::ui::visible::visible;

/// The explain bar: the chosen line, the held one, the end, or the newest line.
#[component]
#[must_use]
pub fn Explain() -> impl IntoView {
    let state = use_state();
    // Drawn anew only when it says something else: its link may have the focus.
    let said = Memo::new(move |_| {
        let meanings = |meanings: &Option<Meanings>| explanation(state, meanings.as_ref()?);
        state.meanings.with(meanings)
    });
    view! {
        <div class="explain-place" role="region" aria-label=w!(state, explanation)>
            {move || said.get().map(|explanation| view! { <Explained explanation/> })}
        </div>
    }
}

fn explanation(state: State, meanings: &Meanings) -> Option<Explanation> {
    state.session.with(|session| {
        if let Some(chosen) = state.selected.get() {
            let entry = session.by_seq(chosen)?;
            return Some(meaning::entry(meanings, entry, session.answered(entry)));
        }
        if let Some(held) = session.held() {
            return Some(meaning::held(meanings, &held.next));
        }
        if session.phase == Phase::Ready {
            return Some(meaning::outcome(meanings, &Outcome::Ready));
        }
        match session.ending() {
            Some(Ending::Outcome(outcome)) => Some(meaning::outcome(meanings, outcome)),
            Some(Ending::NotStarted(why)) => Some(not_started(state, meanings, why)),
            Some(Ending::BridgeLost { .. }) => None,
            None => session
                .newest()
                .map(|entry| meaning::entry(meanings, entry, session.answered(entry))),
        }
    })
}

fn not_started(state: State, meanings: &Meanings, why: &NotStarted) -> Explanation {
    let mut explanation = meaning::not_started(meanings, why);
    if let NotStarted::BadAddress { address, why, .. } = why {
        // What is wrong with it is said in the words that the address fields have for the same.
        let (text, why) = (address.clone(), (*why).into());
        explanation.text = words::wrong(state, &Wrong::Address { text, why });
    }
    explanation
}

#[component]
fn Explained(explanation: Explanation) -> impl IntoView {
    let badge = explanation.badge.as_ref().map(|badge| {
        let class = badge.class.map_or("code", code_class);
        view! { <span class=class>{visible(&badge.text)}</span> }
    });
    let rfc = explanation.rfc.as_ref().map(|rfc| {
        view! {
            <a href=rfc.url.clone() target="_blank" rel="noopener noreferrer">
                {rfc.label.clone()}
            </a>
        }
    });
    view! {
        <div class="explain">
            <div class="explain-head">{badge}<h2>{visible(&explanation.title)}</h2>{rfc}</div>
            <p>{visible(&explanation.text)}</p>
        </div>
    }
}
