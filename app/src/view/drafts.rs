//! The drafts besides the one shown, and what the person should know about how drafts are kept.

use leptos::prelude::*;

use crate::drafts::{Other, StoreError};
use crate::state::{DraftNotice, State, use_state};
use crate::view::icon::{Icon, icon};
use crate::view::part::{button, click, icon_button, live, part, parts};
use crate::visible::visible;
use crate::words::{say, w};

/// The other drafts, as a list that unfolds.
#[component]
#[must_use]
pub fn OtherDrafts() -> AnyView {
    let state = use_state();
    live(move || {
        let others = state.other_drafts.get();
        let count = others.len();
        (count > 0).then(|| {
            part! {
                <details class="others">
                    <summary class="link">
                        {w!(state, other_drafts)}" "<b class="count">{count.to_string()}</b>
                    </summary>
                    <ul>{parts(others.into_iter().map(|other| one(state, other)))}</ul>
                </details>
            }
        })
    })
}

fn one(state: State, other: Other) -> AnyView {
    let title = match &other.title {
        Some(title) if title.is_empty() => say!(state, no_subject).to_owned(),
        Some(title) => visible(title),
        None => say!(state, unreadable_draft).to_owned(),
    };
    let discard = format!("{} {title}", say!(state, discard));
    let (opens, goes) = (other.id.clone(), other.id);
    part! {
        <li>
            {button("link", click(move || state.open_draft(&opens)), title.into_any())}
            <button type="button" class="icon" aria-label=discard title=w!(state, discard)
                on:click=click(move || state.discard_draft(&goes))>
                {icon(Icon::Bin)}
            </button>
        </li>
    }
}

/// What the person should know.
#[component]
#[must_use]
pub fn DraftNotices() -> AnyView {
    let state = use_state();
    let unsaved = move || {
        let words = match state.unsaved.get()? {
            StoreError::Full => say!(state, unsaved_full),
            StoreError::Unavailable => say!(state, unsaved_unavailable),
        };
        Some(part! { <div class="notice">{icon(Icon::Alert)}<p>{words}</p></div> })
    };
    let notice = move || {
        let notice = state.draft_notice.get()?;
        let words = match notice {
            DraftNotice::Newer => say!(state, draft_newer),
            DraftNotice::Both => say!(state, draft_both),
            DraftNotice::Discarded => say!(state, draft_discarded),
            DraftNotice::Unreadable => say!(state, draft_unreadable),
        };
        let undo = (notice == DraftNotice::Discarded).then(|| {
            button(
                "btn",
                click(move || state.undo_discard()),
                w!(state, undo).into_any(),
            )
        });
        let close = click(move || state.draft_notice.set(None));
        Some(part! {
            <div class="notice">
                {icon(Icon::Alert)}<p>{words}</p>{undo}
                {icon_button(Icon::Cross, w!(state, close), close)}
            </div>
        })
    };
    part! {
        <div role="alert" class="notice-place">{live(unsaved)}</div>
        <div role="status" class="notice-place">{live(notice)}</div>
    }
}
