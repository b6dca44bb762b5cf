//! What the person should know about how drafts are kept.

use leptos::prelude::*;

use super::drafts::StoreError;
use super::eml::EmlError;
use super::store::{ComposeStateStoreFields as _, DraftNotice, use_compose};
use crate::connection::use_connection;
use crate::i18n::{Locale, use_language};
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
        let words = match compose.state.unsaved().get()? {
            StoreError::Full => language.get().unsaved_full(),
            _ => language.get().unsaved_unavailable(),
        };
        Some(view! { <div class="notice"><Icon glyph=Glyph::Alert/><p>{words}</p></div> })
    };
    let notice = move || {
        let words = match compose.state.notice().get()? {
            // Shown beside the list, see `rail.rs`.
            DraftNotice::Discarded => return None,
            DraftNotice::Newer => language.get().draft_newer(),
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
