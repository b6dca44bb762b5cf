//! What happens in the mailbox. This is code of the part `later`: no frame about it can be read
//! before that part is there.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{MailboxState, MailboxUpdate};

use super::search::Found;
use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::connection::{Arrived, LinkEvent, LinkState, MailboxEvent};
use crate::ui::part::part;

/// The functions.
#[derive(Clone, Copy)]
pub(super) struct Functions {
    /// Something happened on the connection.
    pub(super) event: fn(InboxStore, &LinkEvent),
    /// Another tab has stored something.
    pub(super) storage: fn(InboxStore),
}

part! { later:
    pub(super) fn functions() -> Functions {
        Functions {
            event: InboxStore::handle,
            storage: InboxStore::read_marks,
        }
    }
}

impl InboxStore {
    fn handle(self, event: &LinkEvent) {
        match event {
            LinkEvent::State(LinkState::Open(_)) => self.read_marks(),
            LinkEvent::State(LinkState::Connecting) => {}
            LinkEvent::State(_) => {
                self.stop_exporting();
                self.opening_lost();
            }
            LinkEvent::Mailbox(events) => events.iter().for_each(|event| self.happened(event)),
            LinkEvent::Message(message) => self.arrived(message),
            LinkEvent::Fetched(fetched) => self.fetched(fetched),
            LinkEvent::Submission(said) => self.note_sent(said),
            LinkEvent::Alone(_)
            | LinkEvent::Scenario(_)
            | LinkEvent::Transferred { .. }
            | LinkEvent::FileUnreadable { .. } => {}
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
            MailboxEvent::Connections(known) => self.state.connections().set(known.clone()),
            MailboxEvent::Conversation { of, conversation } => {
                self.state.said().set(Some((*of, conversation.clone())));
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
            self.change_mark(message.id, |mark| mark.read = true);
        }
    }
}
