//! The state of the inbox, and what a person does there.

use std::sync::Arc;

use leptos::prelude::*;
use reactive_stores::Store;
use wire::{FromPage, MailboxState, MailboxUpdate};

use super::answers::Answerer;
use super::deleting::Deleted;
use super::export::{Export, Exporting};
use super::marks::{Answered, Marks};
use super::opening::{NotOpened, Opening};
use super::search::Found;
use super::seen::{self, Seen};
use super::selection::Selection;
use crate::connection::use_connection;
use crate::connection::{Arrived, ConnectionStore, LinkEvent, LinkState, MailboxEvent};
use crate::ui::dom;

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
    /// The mailbox while updates are coming. It shows once it is complete.
    incoming: StoredValue<MailboxState>,
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
                selection: Selection::default(),
                search: String::new(),
                found: Found::default(),
                deleted: None,
                export: None,
                not_opened: Vec::new(),
            }),
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
        dom::listen(&window(), "storage", move |_| {
            inbox.seen_elsewhere();
            inbox.read_marks();
        });
    }

    fn on_event(self, event: &LinkEvent) {
        match event {
            LinkEvent::State(LinkState::Open(welcome)) => {
                // The bridge first sends the whole mailbox.
                self.incoming.set_value(MailboxState::default());
                if welcome.practice.is_none() {
                    self.state.mailbox().set(None);
                }
                self.set_run(&welcome.run);
                self.read_marks();
                self.ask_again();
            }
            LinkEvent::State(state) => {
                if !matches!(state, LinkState::Connecting) {
                    self.stop_exporting();
                    self.opening_lost();
                }
            }
            LinkEvent::Mailbox(events) => events.iter().for_each(|event| self.happened(event)),
            LinkEvent::Message(message) => self.arrived(message),
            LinkEvent::Fetched(fetched) => self.fetched(fetched),
            LinkEvent::Submission(said) => self.note_sent(said),
            LinkEvent::Transferred { .. } | LinkEvent::FileUnreadable { .. } => {}
        }
    }

    fn happened(self, event: &MailboxEvent) {
        match event {
            MailboxEvent::Changed(update) => self.apply(update.clone()),
            MailboxEvent::Gone { id } => {
                if self.wanted_untracked() == Some(*id) {
                    self.close_message();
                }
                self.export_without(*id);
                self.not_restored(*id);
            }
            MailboxEvent::Found {
                id,
                messages,
                searched,
                undecoded,
                done,
            } => {
                let step = Found::step(*id, *searched, *undecoded, *done);
                self.has_found(&step, messages);
            }
            MailboxEvent::Stored { id, message } => self.stored(*id, *message),
        }
    }

    /// Adds up what has changed in the mailbox; it shows when all that belongs together has come.
    fn apply(self, update: MailboxUpdate) {
        let mut mailbox = self.incoming.get_value();
        mailbox.apply(update);
        self.incoming.set_value(mailbox.clone());
        if mailbox.complete {
            self.show(mailbox);
        }
    }

    fn show(self, mailbox: MailboxState) {
        let gone = |id: u64| mailbox.messages.iter().all(|message| message.id != id);
        let message = self.state.message();
        let open = message.with_untracked(|open| open.as_ref().map(|message| message.id));
        if open.is_some_and(gone) {
            self.close_message();
        }
        self.state.mailbox().set(Some(mailbox));
        let listed = untrack(|| self.ids());
        self.state
            .selection()
            .update(|selection| selection.retain(&listed));
        self.search_texts();
    }

    fn arrived(self, message: &Arc<Arrived>) {
        if self.wanted_untracked() == Some(message.id) {
            self.state.message().set(Some(Arc::clone(message)));
        }
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
        self.change_mark(id, |mark| mark.read = true);
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
