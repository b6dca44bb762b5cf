//! The drafts besides the one shown, and what the person should know about how drafts are kept.

use leptos::prelude::*;

use crate::compose::drafts::{Other, StoreError};
use crate::i18n::words::{say, w};
use crate::state::{DraftNotice, State, use_state};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::visible::visible;
use crate::ui::widgets::IconButton;

/// The other drafts, as a list that unfolds.
#[component]
#[must_use]
pub fn OtherDrafts() -> impl IntoView {
    let state = use_state();
    move || {
        let others = state.other_drafts.get();
        let count = others.len();
        (count > 0).then(|| {
            view! {
                <details class="others">
                    <summary class="link">
                        {w!(state, other_drafts)}" "<b class="count">{count.to_string()}</b>
                    </summary>
                    <ul>{others.into_iter().map(|other| one(state, other)).collect_view()}</ul>
                </details>
            }
        })
    }
}

fn one(state: State, other: Other) -> impl IntoView {
    let title = match &other.title {
        Some(title) if title.is_empty() => say!(state, no_subject).to_owned(),
        Some(title) => visible(title),
        None => say!(state, unreadable_draft).to_owned(),
    };
    let discard = format!("{} {title}", say!(state, discard));
    let (opens, goes) = (other.id.clone(), other.id);
    view! {
        <li>
            <button type="button" class="link" on:click=move |_| state.open_draft(&opens)>
                {title}
            </button>
            <button type="button" class="icon" aria-label=discard title=w!(state, discard)
                on:click=move |_| state.discard_draft(&goes)>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

/// What the person should know.
#[component]
#[must_use]
pub fn DraftNotices() -> impl IntoView {
    let state = use_state();
    let unsaved = move || {
        let words = match state.unsaved.get()? {
            StoreError::Full => say!(state, unsaved_full),
            StoreError::Unavailable => say!(state, unsaved_unavailable),
        };
        Some(view! { <div class="notice"><Icon glyph=Glyph::Alert/><p>{words}</p></div> })
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
            view! {
                <button type="button" class="btn" on:click=move |_| state.undo_discard()>
                    {w!(state, undo)}
                </button>
            }
        });
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>{undo}
                <IconButton glyph=Glyph::Cross label=w!(state, close)
                    on:click=move |_| state.draft_notice.set(None)/>
            </div>
        })
    };
    // A browser stores drafts separately for each port.
    let usual_port = Memo::new(move |_| {
        state
            .welcome
            .with(|welcome| welcome.as_ref().and_then(|welcome| welcome.usual_port))
    });
    let closed = RwSignal::new(false);
    let elsewhere = move || {
        let port = usual_port.get().filter(|_| !closed.get())?;
        let words = format!("{} 127.0.0.1:{port}", say!(state, drafts_elsewhere));
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <IconButton glyph=Glyph::Cross label=w!(state, close)
                    on:click=move |_| closed.set(true)/>
            </div>
        })
    };
    view! {
        <div role="alert" class="notice-place">{unsaved}</div>
        <div role="status" class="notice-place">{elsewhere}</div>
        <div role="status" class="notice-place">{notice}</div>
    }
}
