//! What is to be said below the list: what was deleted, found, saved or not opened.

use leptos::prelude::*;

use super::deleting::Deleted;
use super::export::Export;
use super::opening::NotOpened;
use super::store::{InboxStateStoreFields as _, use_inbox};
use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton, numbers};

/// The notices.
#[component]
#[must_use]
pub(super) fn Notices() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let deleted = move || match inbox.state.deleted().get()? {
        Deleted::Messages(ids) => Some(
            view! {
                <div class="notice">
                    <p>{move || language.get().messages_deleted(ids.len())}</p>
                    <button type="button" {..mark(&UNDO)} class="btn"
                        on:click=move |_| inbox.undo_delete()>
                        {language.words(Locale::undo)}
                    </button>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| inbox.state.deleted().set(None)/>
                </div>
            }
            .into_any(),
        ),
        Deleted::Restored(_, 0) => None,
        Deleted::Restored(_, lost) => Some(
            view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/>
                    <p>{move || language.get().messages_not_restored(lost)}</p>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| inbox.state.deleted().set(None)/>
                </div>
            }
            .into_any(),
        ),
    };
    let export = move || {
        let export = inbox.state.export().get()?;
        let locale = language.get();
        let words = match export {
            Export::Going(done, many) => locale.exporting_messages(done, many),
            Export::Without(missing) => locale.exported_without(missing),
            Export::Failed => locale.not_exported().to_owned(),
        };
        let close = (!matches!(export, Export::Going(..))).then(|| {
            view! {
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| inbox.state.export().set(None)/>
            }
        });
        Some(view! { <div class="notice"><p>{words}</p>{close}</div> })
    };
    let not_opened = move || {
        let problems = inbox.state.not_opened().get();
        if problems.is_empty() {
            return None;
        }
        let locale = language.get();
        let lines = problems.into_iter().map(|(name, why)| {
            let name = visible(&name);
            let words = match why {
                NotOpened::Unreadable => locale.file_unreadable(name),
                NotOpened::Empty => locale.file_empty(name),
                NotOpened::TooLarge(Some(most)) => {
                    locale.file_too_large(name, numbers::octets(most))
                }
                NotOpened::TooLarge(None) => locale.file_far_too_large(name),
                NotOpened::NoInbox => locale.inbox_off().to_owned(),
                NotOpened::Busy => locale.file_busy(name),
                NotOpened::Lost => locale.file_lost(name),
            };
            view! { <p>{words}</p> }
        });
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><div>{lines.collect_view()}</div>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| inbox.state.not_opened().set(Vec::new())/>
            </div>
        })
    };
    view! {
        <div role="alert" class="notice-place">{not_opened}</div>
        <div role="status" class="notice-place">{export}</div>
        <div role="status" class="notice-place">{deleted}</div>
    }
}

/// How many messages a search has found, and in how many texts it has looked.
#[component]
#[must_use]
pub(super) fn FoundNotice() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let words = move || {
        if !inbox.searches() {
            return None;
        }
        let locale = language.get();
        let mut words = locale.found_messages(inbox.listed().len());
        let all = inbox.ids().len();
        let also = match inbox.found() {
            Some(found) if found.done && found.undecoded > 0 => {
                Some(locale.texts_undecoded(found.undecoded))
            }
            Some(found) if found.done => None,
            Some(found) => Some(locale.searching_texts(found.searched, all)),
            None => Some(locale.searching_texts(0, all)),
        };
        if let Some(also) = also {
            words.push(' ');
            words.push_str(&also);
        }
        Some(view! { <p class="found">{words}</p> })
    };
    view! { <div role="status" class="notice-place">{words}</div> }
}
