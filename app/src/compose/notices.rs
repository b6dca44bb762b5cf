//! What the person should know about how drafts are kept.

use leptos::prelude::*;

use super::drafts::{Access, DraftNotice};
use super::eml::EmlError;
use super::store::{ComposeStateStoreFields as _, use_compose};
use crate::connection::use_connection;
use crate::i18n::{Locale, use_language};
use crate::storage::StoreError;
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton};

/// What the person should know.
#[component]
#[must_use]
pub(super) fn DraftNotices() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let connection = use_connection();
    let unsaved = move || {
        let locale = language.get();
        let words = match compose.unsaved()? {
            StoreError::Full => locale.unsaved_full(),
            StoreError::Blocked => locale.unsaved_blocked(),
            StoreError::Newer => locale.unsaved_newer(),
            StoreError::Unavailable => locale.unsaved_unavailable(),
            _ => locale.unsaved_failed(),
        };
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <button type="button" class="btn" on:click=move |_| compose.save_copy()>
                    {language.words(Locale::save_a_copy)}
                </button>
            </div>
        })
    };
    let not_saved = move || {
        let words = match compose.state.not_saved().get()? {
            EmlError::NotSaved => language.get().eml_not_saved().to_owned(),
            EmlError::Without(names) => {
                let names: Vec<String> = names.iter().map(|name| visible(name)).collect();
                language.get().eml_without_files(names.join(", "))
            }
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
    let unread = move || {
        compose.state.unread().get()?;
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{language.words(Locale::drafts_unread)}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.unread().set(None)/>
            </div>
        })
    };
    let elsewhere_edited = move || {
        let access = compose.access();
        let asked = match access {
            Access::Reader => false,
            Access::Taking | Access::Yielding => true,
            Access::Asking | Access::Writer => return None,
        };
        // After an attempt to write here it is announced again, and stands out.
        let refused = compose.state.refused().get() > 0;
        Some(view! {
            <div class="notice" class:refused=refused>
                <Icon glyph=Glyph::Pen/><p>{language.words(Locale::draft_elsewhere)}</p>
                <button type="button" class="btn" disabled=asked
                    on:click=move |_| compose.take_draft()>
                    {language.words(Locale::edit_here)}
                </button>
            </div>
        })
    };
    let notice = move || {
        let words = match compose.state.notice().get()? {
            // Shown beside the list, see `rail.rs`.
            DraftNotice::Discarded => return None,
            DraftNotice::Newer => language.get().draft_newer(),
            DraftNotice::Evicted => language.get().draft_evicted(),
            DraftNotice::Both => language.get().draft_both(),
            DraftNotice::Unreadable => language.get().draft_unreadable(),
        };
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.notice().set(None)/>
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
        <div role="alert" class="notice-place">{unsaved}{not_saved}{unread}</div>
        <div role="status" class="notice-place">{elsewhere_edited}</div>
        <div role="status" class="notice-place">{elsewhere}</div>
        <div role="status" class="notice-place">{notice}</div>
    }
}
