//! The pane that shows the practice mailbox.

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;
use wire::MailboxState;

use super::commands::offer_commands;
use super::connections::ConnectionsDialog;
use super::focus::Focus;
use super::list::MessageList;
use super::message::Message;
use super::notices::{FoundNotice, Notices};
use super::opening::has_files;
use super::store::{InboxStateStoreFields as _, use_inbox};
use super::tools::Tools;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, Later, Pane, dom, numbers};

/// The pane of the practice mailbox.
pub static PANE: Pane = Pane {
    name: "inbox",
    glyph: Glyph::Inbox,
    tab: |locale| locale.inbox(),
    button: Some(|locale| locale.inbox()),
    count: Some(|| {
        let inbox = use_inbox();
        Signal::derive(move || inbox.unseen())
    }),
    provide: || {},
    view: || view! { <Later view=inbox/> }.into_any(),
};

part! { later:
    fn inbox() -> View {
        || view! { <Inbox/> }.into_any()
    }
}

/// The messages that the practice server accepted, newest first, and the one that is open.
#[component]
#[must_use]
fn Inbox() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let has_messages = |mailbox: &MailboxState| !mailbox.messages.is_empty();
    // None: there is no mailbox.
    let any = Memo::new(move |_| {
        let mailbox = inbox.state.mailbox();
        mailbox.with(|mailbox| mailbox.as_ref().map(has_messages))
    });
    let section = NodeRef::<html::Section>::new();
    let focus = Focus::new(inbox, section);
    offer_commands(inbox);
    Effect::new(move |_| inbox.all_seen());
    dom::on_visibility_change(move || untrack(|| inbox.all_seen()));
    let over = RwSignal::new(false);
    let takes = move |event: &DragEvent| {
        let there = inbox.state.mailbox().with_untracked(Option::is_some);
        there && has_files(event)
    };
    let on_over = move |event: DragEvent| {
        if takes(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let on_drop = move |event: DragEvent| {
        over.set(false);
        if takes(&event) {
            event.prevent_default();
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                inbox.open_files(&files);
            }
        }
    };
    view! {
        <section node_ref=section class="pane inbox" aria-label=language.words(Locale::inbox)
            class:reading=move || inbox.wanted().is_some()
            class:dropping=over
            on:dragover=on_over
            on:dragleave=move |event| {
                // Out of the inbox, not onto something in it.
                let section = section.get_untracked();
                let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
                let inside = section.is_some_and(|section| section.contains(to.as_ref()));
                if to.is_none() || !inside {
                    over.set(false);
                }
            }
            on:drop=on_drop
            on:focusin=move |_| focus.moved()>
            <div class="inbox-list">
                <Tools/>
                <FoundNotice/>
                {move || match any.get() {
                    None => nothing(language.words(Locale::inbox_off)).into_any(),
                    Some(false) => nothing(language.words(Locale::inbox_empty)).into_any(),
                    Some(true) => view! { <MessageList/> }.into_any(),
                }}
                <Notices/>
                {move || inbox.state.mailbox().get().map(|mailbox| view! {
                    <p class="limits">{limits(language.get(), &mailbox)}</p>
                })}
            </div>
            <div class="inbox-message">
                {move || match (inbox.state.message().get(), inbox.wanted()) {
                    (Some(message), _) => view! { <Message message/> }.into_any(),
                    (None, Some(_)) => nothing(language.words(Locale::fetching)).into_any(),
                    (None, None) => nothing(language.words(Locale::inbox_choose)).into_any(),
                }}
            </div>
            <ConnectionsDialog/>
        </section>
    }
}

/// The text that is shown in place of messages.
fn nothing(words: Signal<&'static str>) -> impl IntoView {
    view! { <p class="nothing">{words}</p> }
}

/// How much the mailbox keeps, and what it has dropped.
fn limits(locale: Locale, mailbox: &MailboxState) -> String {
    let octets = numbers::octets(mailbox.most_octets);
    let kept = locale.inbox_keeps(mailbox.most_messages, octets);
    if mailbox.dropped == 0 {
        return kept;
    }
    let dropped = locale.inbox_dropped(mailbox.dropped);
    format!("{kept} {dropped}")
}
