//! Which messages of the inbox have been seen: shared by all tabs, and told apart by the bridge's
//! run.

use leptos::prelude::*;

use super::State;
use crate::inbox::seen::Seen;
use crate::storage::{self, keys};

impl State {
    /// The run of the bridge whose messages the page shows.
    pub(super) fn run(self) -> String {
        self.seen.with_untracked(|seen| seen.run.clone())
    }

    /// This is the run of the bridge that the page is connected to.
    pub(super) fn run_is(self, run: &str) {
        let stored: Seen = storage::value(keys::SEEN).unwrap_or_default();
        let seen = self.seen.get_untracked().of_run(run).joined(&stored);
        self.seen.set(seen);
        self.check_run();
    }

    /// Another tab has stored what has been seen there.
    pub fn seen_elsewhere(self) {
        if let Some(stored) = storage::value::<Seen>(keys::SEEN) {
            let seen = self.seen.get_untracked().joined(&stored);
            if self.seen.with_untracked(|now| *now != seen) {
                self.seen.set(seen);
            }
        }
    }

    /// All messages have been seen: the list is on the screen.
    pub fn all_seen(self) {
        if document().hidden() {
            return;
        }
        let newest = self.mailbox.with_untracked(|mailbox| {
            let messages = mailbox.as_ref().map(|mailbox| &mailbox.messages);
            messages.and_then(|messages| messages.iter().map(|message| message.id).max())
        });
        let Some(newest) = newest else {
            return;
        };
        self.seen_elsewhere();
        let mut seen = self.seen.get_untracked();
        if newest > seen.id && !seen.run.is_empty() {
            seen.id = newest;
            storage::keep(keys::SEEN, &seen);
            self.seen.set(seen);
        }
    }

    /// Messages of the inbox that have not been seen.
    #[must_use]
    pub fn unseen(self) -> usize {
        self.seen.with(|seen| {
            self.mailbox.with(|mailbox| {
                let messages = mailbox.as_ref().map(|mailbox| &mailbox.messages);
                messages.map_or(0, |messages| {
                    seen.unseen(messages.iter().map(|message| message.id))
                })
            })
        })
    }
}
