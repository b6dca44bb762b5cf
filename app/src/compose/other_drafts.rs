//! The drafts besides the one shown, and what the person should know about how drafts are kept.

use leptos::prelude::*;

use super::drafts::{Other, StoreError};
use super::store::{ComposeStateStoreFields as _, ComposeStore, DraftNotice, use_compose};
use crate::connection::use_connection;
use crate::i18n::{Language, say, use_language, w};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton};

/// The other drafts, as a list that unfolds.
#[component]
#[must_use]
pub(super) fn OtherDrafts() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    move || {
        let others = compose.state.others().get();
        let count = others.len();
        (count > 0).then(|| {
            view! {
                <details class="others">
                    <summary class="link">
                        {w!(language, other_drafts)}" "<b class="count">{count.to_string()}</b>
                    </summary>
                    <ul>{others.into_iter().map(|other| one(compose, language, other)).collect_view()}</ul>
                </details>
            }
        })
    }
}

fn one(compose: ComposeStore, language: Language, other: Other) -> impl IntoView {
    let title = match &other.title {
        Some(title) if title.is_empty() => say!(language, no_subject).to_owned(),
        Some(title) => visible(title),
        None => say!(language, unreadable_draft).to_owned(),
    };
    let discard = format!("{} {title}", say!(language, discard));
    let (opens, goes) = (other.id.clone(), other.id);
    view! {
        <li>
            <button type="button" class="link" on:click=move |_| compose.open_draft(&opens)>
                {title}
            </button>
            <button type="button" class="icon" aria-label=discard title=w!(language, discard)
                on:click=move |_| compose.discard_draft(&goes)>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

/// What the person should know.
#[component]
#[must_use]
pub(super) fn DraftNotices() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let connection = use_connection();
    let unsaved = move || {
        let words = match compose.state.unsaved().get()? {
            StoreError::Full => say!(language, unsaved_full),
            StoreError::Unavailable => say!(language, unsaved_unavailable),
        };
        Some(view! { <div class="notice"><Icon glyph=Glyph::Alert/><p>{words}</p></div> })
    };
    let notice = move || {
        let notice = compose.state.notice().get()?;
        let words = match notice {
            DraftNotice::Newer => say!(language, draft_newer),
            DraftNotice::Both => say!(language, draft_both),
            DraftNotice::Discarded => say!(language, draft_discarded),
            DraftNotice::Unreadable => say!(language, draft_unreadable),
        };
        let undo = (notice == DraftNotice::Discarded).then(|| {
            view! {
                <button type="button" class="btn" on:click=move |_| compose.undo_discard()>
                    {w!(language, undo)}
                </button>
            }
        });
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>{undo}
                <IconButton glyph=Glyph::Cross label=w!(language, close)
                    on:click=move |_| compose.state.notice().set(None)/>
            </div>
        })
    };
    // A browser stores drafts separately for each port.
    let usual_port = Memo::new(move |_| connection.usual_port());
    let closed = RwSignal::new(false);
    let elsewhere = move || {
        let port = usual_port.get().filter(|_| !closed.get())?;
        let words = format!("{} 127.0.0.1:{port}", say!(language, drafts_elsewhere));
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <IconButton glyph=Glyph::Cross label=w!(language, close)
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
