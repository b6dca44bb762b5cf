//! The state of the inbox, and what a person does there.

use std::sync::Arc;

use leptos::prelude::*;
use reactive_stores::Store;
use wire::{Conversation, ConversationOf, FromPage, KnownConnection, MailboxState, MailboxSummary};

use super::answers::Answerer;
use super::deleting::Deleted;
use super::events::{Functions, functions};
use super::export::{Export, Exporting};
use super::marks::{Answered, Marks};
use super::opening::{NotOpened, Opening};
use super::search::Found;
use super::seen::{self, Seen};
use super::selection::Selection;
use crate::connection::use_connection;
use crate::connection::{Arrived, ConnectionStore, LinkEvent, LinkState};
use crate::ui::{dom, use_later};

#[derive(Store)]
pub(super) struct InboxState {
    /// None: there is no practice server, or it is not known yet.
    mailbox: Option<MailboxState>,
    /// The newest message that has been seen.
    seen: Seen,
    /// What has been done with the messages.
    marks: Marks,
    /// The id of the message that is open, or asked for.
    wanted: Option<u64>,
    /// The message that is open. None until it has arrived.
    message: Option<Arc<Arrived>>,
    /// What was said on a connection, as the server has it. None: it has not been asked for. None
    /// in it: the server has nothing.
    said: Option<(ConversationOf, Option<Arc<Conversation>>)>,
    /// The last connections to the practice server, oldest first, as far as they were asked for.
    connections: Vec<KnownConnection>,
    /// Whether they are shown.
    connections_open: bool,
    /// The messages that are chosen in the list.
    selection: Selection,
    /// What is searched for.
    search: String,
    /// What the bridge has found.
    found: Found,
    /// What was deleted last, and can be put back.
    deleted: Option<Deleted>,
    /// The export that is going on, or what became of it.
    export: Option<Export>,
    /// Files that were not opened.
    not_opened: Vec<(String, NotOpened)>,
}

/// The inbox. Copies are the same inbox.
#[derive(Clone, Copy)]
pub struct InboxStore {
    pub(super) state: Store<InboxState>,
    /// What is done by code of the part `later`.
    functions: ReadSignal<Option<Functions>>,
    /// Events that wait for it.
    waiting: StoredValue<Vec<LinkEvent>, LocalStorage>,
    /// The mailbox while updates are coming. It shows once it is complete.
    pub(super) incoming: StoredValue<MailboxState>,
    /// Makes the drafts of answers.
    pub(super) answerer: StoredValue<Option<Answerer>, LocalStorage>,
    /// The message that an answer to is being sent.
    pub(super) answered: StoredValue<Option<Answered>>,
    /// Counts searches.
    pub(super) searched: StoredValue<u32>,
    pub(super) exporting: StoredValue<Option<Exporting>, LocalStorage>,
    pub(super) opening: StoredValue<Opening, LocalStorage>,
    pub(super) connection: ConnectionStore,
}

impl InboxStore {
    /// Provides the inbox to all components below.
    pub fn provide() {
        let inbox = InboxStore {
            state: Store::new(InboxState {
                mailbox: None,
                seen: seen::stored().unwrap_or_default(),
                marks: Marks::default(),
                wanted: None,
                message: None,
                said: None,
                connections: Vec::new(),
                connections_open: false,
                selection: Selection::default(),
                search: String::new(),
                found: Found::default(),
                deleted: None,
                export: None,
                not_opened: Vec::new(),
            }),
            functions: use_later().get(functions),
            waiting: StoredValue::new_local(Vec::new()),
            incoming: StoredValue::new(MailboxState::default()),
            answerer: StoredValue::new_local(None),
            answered: StoredValue::new(None),
            searched: StoredValue::new(0),
            exporting: StoredValue::new_local(None),
            opening: StoredValue::new_local(Opening::default()),
            connection: use_connection(),
        };
        provide_context(inbox);
        inbox
            .connection
            .on_event(move |event| inbox.on_event(event));
        Effect::new(move |_| inbox.handle_waiting());
        dom::listen(&window(), "storage", move |_| {
            inbox.seen_elsewhere();
            if let Some(functions) = inbox.functions.get_untracked() {
                (functions.storage)(inbox);
            }
        });
    }

    /// What can't wait is done at once, and the rest by code of the part `later`, when it is there.
    fn on_event(self, event: &LinkEvent) {
        if let LinkEvent::State(LinkState::Open(welcome)) = event {
            // The bridge first sends the whole mailbox.
            self.incoming.set_value(MailboxState::default());
            if welcome.practice.is_none() {
                self.state.mailbox().set(None);
            }
            self.set_run(&welcome.run);
            self.ask_again();
        }
        match self.functions.get_untracked() {
            Some(functions) => {
                untrack(|| self.handle_waiting());
                (functions.event)(self, event);
            }
            None => self
                .waiting
                .update_value(|waiting| waiting.push(event.clone())),
        }
    }

    /// Handles the events that have waited, once the code for it is there.
    fn handle_waiting(self) {
        let Some(functions) = self.functions.get() else {
            return;
        };
        let waiting = self.waiting.try_update_value(std::mem::take);
        for event in waiting.unwrap_or_default() {
            (functions.event)(self, &event);
        }
    }

    /// What the list says of a message. None: it is gone.
    pub(super) fn summary(self, id: u64) -> Option<MailboxSummary> {
        self.state.mailbox().with_untracked(|mailbox| {
            let mut messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            messages.find(|message| message.id == id).cloned()
        })
    }

    /// The subject of a message according to the list; empty if it has none, or is gone.
    pub(super) fn subject(self, id: u64) -> String {
        self.state.mailbox().with_untracked(|mailbox| {
            let mut messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            let found = messages.find(|message| message.id == id);
            found.map(|found| found.subject.clone()).unwrap_or_default()
        })
    }

    /// Asks anew for the message whose request was lost with the connection.
    fn ask_again(self) {
        let fetched = self.state.message().with_untracked(Option::is_some);
        if let Some(id) = self.wanted_untracked().filter(|_| !fetched) {
            self.connection.send(&FromPage::Read { id });
        }
    }

    /// The id of the message that is open, or asked for.
    #[must_use]
    pub fn wanted(self) -> Option<u64> {
        self.state.wanted().get()
    }

    /// The same, without following it.
    #[must_use]
    pub fn wanted_untracked(self) -> Option<u64> {
        self.state.wanted().get_untracked()
    }

    /// Opens a message.
    pub fn read(self, id: u64) {
        self.state.message().set(None);
        self.state.wanted().set(Some(id));
        self.connection.send(&FromPage::Read { id });
    }

    /// Closes the message that is open, as the Back button does.
    pub fn close_message(self) {
        if self.wanted_untracked().is_some() {
            self.state.wanted().set(None);
            self.state.message().set(None);
        }
    }

    /// The run of the bridge that gave the messages their ids.
    #[must_use]
    pub fn run(self) -> String {
        self.state.seen().with_untracked(|seen| seen.run.clone())
    }

    fn set_run(self, run: &str) {
        let stored = seen::stored().unwrap_or_default();
        let seen = self.state.seen();
        seen.set(seen.get_untracked().of_run(run).joined(&stored));
    }

    /// Takes over what another tab has stored as seen.
    fn seen_elsewhere(self) {
        if let Some(stored) = seen::stored() {
            let before = self.state.seen().get_untracked();
            let seen = before.clone().joined(&stored);
            if before != seen {
                self.state.seen().set(seen);
            }
        }
    }

    /// All messages have been seen: the list is on the screen. Follows the messages.
    pub(super) fn all_seen(self) {
        let newest = self.ids().into_iter().max();
        untrack(|| {
            let Some(newest) = newest.filter(|_| !dom::is_hidden()) else {
                return;
            };
            self.seen_elsewhere();
            let mut seen = self.state.seen().get_untracked();
            if newest > seen.id && !seen.run.is_empty() {
                seen.id = newest;
                seen::store(&seen);
                self.state.seen().set(seen);
            }
        });
    }

    /// How many messages have not been seen.
    #[must_use]
    pub fn unseen(self) -> usize {
        let ids = self.ids().into_iter();
        self.state.seen().with(|seen| seen.unseen(ids))
    }

    /// The ids of the messages, newest first.
    pub(super) fn ids(self) -> Vec<u64> {
        self.state.mailbox().with(|mailbox| {
            let messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            messages.map(|message| message.id).collect()
        })
    }
}

/// The inbox, from any component.
#[must_use]
pub fn use_inbox() -> InboxStore {
    expect_context()
}
