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
    let rows = move || {
        let newest_first = known.get().into_iter().rev();
        let rows = newest_first.map(|one| row(language, chosen, one));
        rows.collect_view()
    };
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
                <ul aria-label=language.words(Locale::connections_list)>{rows}</ul>
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

/// A connection. Choosing it shows what was said on it.
fn row(language: Language, chosen: RwSignal<Option<u64>>, one: KnownConnection) -> impl IntoView {
    let KnownConnection {
        id,
        began_ms,
        client_name,
        last_reply,
        last_failure,
        messages,
        ended,
    } = one;
    let count = messages.len() as u64;
    let when = move || moment::words(began_ms, dom::now(), language.get());
    let name = match client_name {
        Some(name) => view! { <b dir="auto">{visible(&name)}</b> }.into_any(),
        None => view! { <b>{language.words(Locale::connection_nameless)}</b> }.into_any(),
    };
    let result = move || match (count, ended) {
        (0, true) => language.get().connection_no_message().to_owned(),
        (0, false) => language.get().connection_goes_on().to_owned(),
        (count, _) => language.get().connection_messages(count),
    };
    let failed = last_failure.is_some();
    let last = visible(&last_failure.or(last_reply).unwrap_or_default());
    let pressed = move || {
        let is = chosen.get() == Some(id);
        if is { "true" } else { "false" }
    };
    view! {
        <li>
            <button type="button" aria-pressed=pressed on:click=move |_| chosen.set(Some(id))>
                <span class="summary-top">{name}<time>{when}</time></span>
                <code class:failed=failed>{last}</code>
                <span class:failed=count == 0 && ended>{result}</span>
            </button>
        </li>
    }
}

/// The messages that a connection has brought, each of which can be opened.
fn brought(language: Language, inbox: InboxStore, id: u64) -> impl IntoView {
    let messages = Memo::new(move |_| {
        inbox.state.connections().with(|known| {
            let found = known.iter().find(|one| one.id == id);
            found.map(|one| one.messages.clone()).unwrap_or_default()
        })
    });
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
