//! The drafts besides the one shown, and what the person should know about how drafts are kept.

use leptos::prelude::*;

use super::drafts::{Other, StoreError};
use super::eml::EmlError;
use super::store::{ComposeStateStoreFields as _, ComposeStore, DraftNotice, use_compose};
use crate::connection::use_connection;
use crate::i18n::{Language, Locale, use_language};
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
        let rows = others
            .into_iter()
            .map(|other| one(compose, language, other));
        (count > 0).then(|| {
            view! {
                <details class="others">
                    <summary class="link">
                        {language.words(Locale::other_drafts)}" "
                        <b class="count">{count.to_string()}</b>
                    </summary>
                    <ul>{rows.collect_view()}</ul>
                </details>
            }
        })
    }
}

fn one(compose: ComposeStore, language: Language, other: Other) -> impl IntoView {
    let title = match &other.title {
        Some(title) if title.is_empty() => language.get().no_subject().to_owned(),
        Some(title) => visible(title),
        None => language.get().unreadable_draft().to_owned(),
    };
    let discard = language.get().discard_draft(&title);
    let (opens, goes) = (other.id.clone(), other.id);
    view! {
        <li>
            <button type="button" class="link" on:click=move |_| compose.open_draft(&opens)>
                {title}
            </button>
            <button type="button" class="icon" aria-label=discard
                title=language.words(Locale::discard)
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
            StoreError::Full => language.get().unsaved_full(),
            _ => language.get().unsaved_unavailable(),
        };
        Some(view! { <div class="notice"><Icon glyph=Glyph::Alert/><p>{words}</p></div> })
    };
    let notice = move || {
        let notice = compose.state.notice().get()?;
        let words = match notice {
            DraftNotice::Newer => language.get().draft_newer(),
            DraftNotice::Both => language.get().draft_both(),
            DraftNotice::Discarded => language.get().draft_discarded(),
            DraftNotice::Unreadable => language.get().draft_unreadable(),
        };
        let undo = (notice == DraftNotice::Discarded).then(|| {
            view! {
                <button type="button" class="btn" on:click=move |_| compose.undo_discard()>
                    {language.words(Locale::undo)}
                </button>
            }
        });
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>{undo}
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.notice().set(None)/>
            </div>
        })
    };
    let not_saved = move || {
        let words = match compose.state.not_saved().get()? {
            EmlError::NotSaved => language.get().eml_not_saved().to_owned(),
            EmlError::File(name) => language.get().eml_file_unreadable(visible(&name)),
        };
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.not_saved().set(None)/>
            </div>
        })
    };
    // A browser stores drafts separately for each port.
    let usual_port = Memo::new(move |_| connection.usual_port());
    let closed = RwSignal::new(false);
    let elsewhere = move || {
        let port = usual_port.get().filter(|_| !closed.get())?;
        let words = language
            .get()
            .drafts_elsewhere(format_args!("127.0.0.1:{port}"));
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| closed.set(true)/>
            </div>
        })
    };
    view! {
        <div role="alert" class="notice-place">{unsaved}</div>
        <div role="alert" class="notice-place">{not_saved}</div>
        <div role="status" class="notice-place">{elsewhere}</div>
        <div role="status" class="notice-place">{notice}</div>
    }
}
