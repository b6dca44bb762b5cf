//! What is above the list of messages: the search, and what can be done with all messages or with
//! those that are chosen.

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::store::{InboxStateStoreFields as _, InboxStore, use_inbox};
use crate::commands::mark;
use crate::commands::table::{CLEAR_INBOX, CONNECTIONS, EXPORT_INBOX, OPEN_FILE, SEARCH};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::follow;
use crate::ui::{Glyph, Icon, IconButton};

/// What a file chooser offers.
const ACCEPT: &str = ".eml,message/rfc822";

/// The tools above the list.
#[component]
#[must_use]
pub(super) fn Tools() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let chosen = Memo::new(move |_| inbox.state.selection().with(|chosen| chosen.len()));
    let any = Memo::new(move |_| !inbox.ids().is_empty());
    view! {
        <div class="inbox-head">
            <h2 tabindex="-1">{language.words(Locale::inbox)}</h2>
            <span class="spacer"></span>
            <Connections/>
            <OpenFile/>
        </div>
        <Show when=move || any.get() || inbox.searches()>
            <div class="inbox-tools">
                <SearchField/>
                <Show when=move || { chosen.get() > 0 } fallback=All>
                    <Chosen count=chosen/>
                </Show>
            </div>
        </Show>
    }
}

/// Shows the connections to the practice server.
#[component]
fn Connections() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let there = move || inbox.state.mailbox().with(Option::is_some);
    view! {
        <Show when=there>
            <button type="button" {..mark(&CONNECTIONS)} class="link" aria-haspopup="dialog"
                on:click=move |_| inbox.state.connections_open().set(true)>
                <Icon glyph=Glyph::Wire/>{language.words(Locale::connections)}
            </button>
        </Show>
    }
}

/// Opens messages from files.
#[component]
fn OpenFile() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let field = NodeRef::<html::Input>::new();
    let there = move || inbox.state.mailbox().with(Option::is_some);
    let choose = move |_| {
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    let chosen = move |event| {
        let field: HtmlInputElement = event_target(&event);
        if let Some(files) = field.files() {
            inbox.open_files(&files);
        }
        // The same file can be chosen again.
        field.set_value("");
    };
    view! {
        <Show when=there>
            <button type="button" {..mark(&OPEN_FILE)} class="link" on:click=choose>
                <Icon glyph=Glyph::File/>{language.words(Locale::open_message)}
            </button>
            <input type="file" hidden multiple accept=ACCEPT node_ref=field on:change=chosen
                aria-label=language.words(Locale::message_files)/>
        </Show>
    }
}

#[component]
fn SearchField() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let field = NodeRef::<html::Input>::new();
    follow(field, move || inbox.state.search().get());
    view! {
        <label class="find">
            <Icon glyph=Glyph::Search/>
            <input type="search" autocomplete="off" spellcheck="false" maxlength="200"
                {..mark(&SEARCH)}
                node_ref=field aria-label=language.words(Locale::search_inbox)
                placeholder=language.words(Locale::search_inbox_where)
                on:input=move |event| inbox.search(event_target_value(&event))/>
        </label>
    }
}

/// What is done with all messages, while none is chosen.
#[component]
fn All() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    // Of what a search has found, messages are chosen first.
    view! {
        <Show when=move || !inbox.searches()>
            <button type="button" {..mark(&EXPORT_INBOX)} class="link"
                on:click=move |_| inbox.export(&inbox.all())>
                <Icon glyph=Glyph::Download/>{language.words(Locale::export_inbox)}
            </button>
            <button type="button" {..mark(&CLEAR_INBOX)} class="link"
                on:click=move |_| inbox.delete(inbox.all())>
                <Icon glyph=Glyph::Bin/>{language.words(Locale::clear_inbox)}
            </button>
        </Show>
    }
}

/// What is done with the chosen messages.
#[component]
fn Chosen(count: Memo<usize>) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let all_read = move || {
        let chosen = inbox.chosen();
        chosen.into_iter().all(|id| inbox.mark(id).read)
    };
    let all_starred = move || {
        let chosen = inbox.chosen();
        chosen.into_iter().all(|id| inbox.mark(id).starred)
    };
    let read_label = Signal::derive(move || match all_read() {
        true => language.get().mark_unread(),
        false => language.get().mark_read(),
    });
    let star_label = Signal::derive(move || match all_starred() {
        true => language.get().unstar_chosen(),
        false => language.get().star_chosen(),
    });
    let read = move |_| {
        let now = !untrack(all_read);
        inbox.change_marks(&inbox.chosen(), |mark| mark.read = now);
    };
    let star = move |_| {
        let now = !untrack(all_starred);
        inbox.change_marks(&inbox.chosen(), |mark| mark.starred = now);
    };
    view! {
        <div class="chosen-tools" role="group" aria-label=language.words(Locale::chosen)>
            <span role="status">{move || language.get().chosen_count(count.get())}</span>
            <span class="spacer"></span>
            <IconButton glyph=Glyph::Star label=star_label on:click=star/>
            <IconButton glyph=Glyph::Envelope label=read_label on:click=read/>
            <IconButton glyph=Glyph::Download label=language.words(Locale::export_chosen)
                on:click=move |_| inbox.export(&inbox.chosen())/>
            <IconButton glyph=Glyph::Bin label=language.words(Locale::delete_chosen)
                on:click=move |_| inbox.delete(inbox.chosen())/>
            <IconButton glyph=Glyph::Cross label=language.words(Locale::choose_none)
                on:click=move |_| inbox.state.selection().set(Default::default())/>
        </div>
    }
}

impl InboxStore {
    /// The chosen messages, in the order of the list. Follows them where it is called so.
    fn chosen(self) -> Vec<u64> {
        let ids = self.ids();
        self.state.selection().with(|chosen| chosen.among(&ids))
    }

    fn all(self) -> Vec<u64> {
        untrack(|| self.ids())
    }
}
