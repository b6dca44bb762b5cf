//! The last connections to the practice server, whatever program made them: also those that brought
//! no message, which have no place in the list of messages.

use leptos::prelude::*;
use wire::{ConversationOf, FromPage, KnownConnection};

use super::conversation::{ConversationView, Record};
use super::store::{InboxStateStoreFields as _, InboxStore, use_inbox};
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Dialog, DialogHead, Later, dom, moment};

/// The dialog, while it is open.
#[component]
#[must_use]
pub(super) fn ConnectionsDialog() -> impl IntoView {
    let inbox = use_inbox();
    let open = inbox.state.connections_open();
    // A bridge that was away is asked again. Nothing more is asked of it when the dialog is closed.
    Effect::new(move |before: Option<bool>| {
        let follow = open.get() && inbox.connection.is_open();
        if follow != before.unwrap_or(false) {
            inbox.connection.send(&FromPage::Connections { follow });
        }
        follow
    });
    let close = move |()| open.set(false);
    view! {
        <Dialog open=Signal::derive(move || open.get()) title="connections-title" on_close=close>
            <DialogHead id="connections-title" title=Locale::connections on_close=close/>
            <Content/>
        </Dialog>
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let chosen = RwSignal::new(None::<u64>);
    let known = inbox.state.connections();
    // Rows stay while others come, and with them the focus.
    let newest_first = Memo::new(move |_| {
        known.with(|known| known.iter().map(|one| one.id).rev().collect::<Vec<_>>())
    });
    let none = move || known.with(Vec::is_empty);
    // What was said may have grown.
    Effect::new(move |_| {
        known.track();
        if let Some(id) = chosen.get_untracked() {
            let of = ConversationOf::Connection(id);
            inbox.connection.send(&FromPage::Conversation { of });
        }
    });
    let provided = use_context::<ConversationView>();
    let said = move || {
        let Some((id, provided)) = chosen.get().zip(provided) else {
            let words = language.words(Locale::connection_choose);
            return view! { <p class="nothing">{words}</p> }.into_any();
        };
        provide_context(Record::of(inbox, ConversationOf::Connection(id)));
        view! {
            {brought(language, inbox, id)}
            <Later view=provided.record/>
        }
        .into_any()
    };
    view! {
        <div class="connections-body">
            <p class="hint">{language.words(Locale::connections_hint)}" "{reach(inbox)}</p>
            <div class="connections">
                <ul aria-label=language.words(Locale::connections_list)>
                    <For each=move || newest_first.get() key=|id| *id let:id>
                        <Row id chosen/>
                    </For>
                </ul>
                <Show when=none>
                    <p class="nothing">{language.words(Locale::connections_none)}</p>
                </Show>
                <div class="connection brought" tabindex="0" role="region"
                    aria-label=language.words(Locale::conversation)>
                    {said}
                </div>
            </div>
        </div>
    }
}

/// How other programs reach the practice server.
fn reach(inbox: InboxStore) -> impl Fn() -> String + Send {
    let language = use_language();
    move || {
        let locale = language.get();
        if inbox.connection.is_alone() {
            return locale.connections_alone().to_owned();
        }
        let practice = inbox.connection.practice();
        practice.map_or_else(String::new, |practice| {
            locale.connections_reach(practice.starttls, practice.tls, practice.password)
        })
    }
}

/// What is known of a connection. None: it is not kept any more.
fn known_of(inbox: InboxStore, id: u64) -> Memo<Option<KnownConnection>> {
    Memo::new(move |_| {
        let known = inbox.state.connections();
        known.with(|known| known.iter().find(|one| one.id == id).cloned())
    })
}

/// A connection. Choosing it shows what was said on it.
#[component]
fn Row(
    /// Its id.
    id: u64,
    /// The id of the one that is chosen.
    chosen: RwSignal<Option<u64>>,
) -> impl IntoView {
    let language = use_language();
    let known = known_of(use_inbox(), id);
    let when = move || {
        let began_ms = known.with(|one| one.as_ref().map_or(0, |one| one.began_ms));
        moment::words(began_ms, dom::now(), language.get())
    };
    let name = move || {
        let name = known.get().and_then(|one| one.client_name);
        name.map_or_else(
            || language.get().connection_nameless().to_owned(),
            |name| visible(&name),
        )
    };
    let last = move || {
        let one = known.get();
        let last = one.and_then(|one| one.last_failure.or(one.last_reply));
        visible(&last.unwrap_or_default())
    };
    let failed =
        move || known.with(|one| one.as_ref().is_some_and(|one| one.last_failure.is_some()));
    // How many messages it has brought, and whether it has ended.
    let brought = move || {
        known.with(|one| {
            one.as_ref()
                .map_or((0, true), |one| (one.messages.len() as u64, one.ended))
        })
    };
    let result = move || match brought() {
        (0, true) => language.get().connection_no_message().to_owned(),
        (0, false) => language.get().connection_goes_on().to_owned(),
        (count, _) => language.get().connection_messages(count),
    };
    let pressed = move || {
        let is = chosen.get() == Some(id);
        if is { "true" } else { "false" }
    };
    view! {
        <li>
            <button type="button" aria-pressed=pressed on:click=move |_| chosen.set(Some(id))>
                <span class="summary-top"><b dir="auto">{name}</b><time>{when}</time></span>
                <code class:failed=failed>{last}</code>
                <span class:failed=move || brought() == (0, true)>{result}</span>
            </button>
        </li>
    }
}

/// The messages that a connection has brought, each of which can be opened.
fn brought(language: Language, inbox: InboxStore, id: u64) -> impl IntoView {
    let known = known_of(inbox, id);
    let messages = Memo::new(move |_| known.get().map(|one| one.messages).unwrap_or_default());
    move || {
        let links = messages.get().into_iter().map(|message| {
            let subject = inbox.subject(message);
            let open = move |_| {
                inbox.state.connections_open().set(false);
                inbox.read(message);
            };
            let title = move || match subject.as_str() {
                "" => language.get().no_subject().to_owned(),
                subject => visible(subject),
            };
            view! { <button type="button" class="link" on:click=open>{title}</button> }
        });
        let links = links.collect_view();
        view! { <p class="connection-messages">{links}</p> }
    }
}
