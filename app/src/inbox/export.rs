//! Saves messages as one file. Each is fetched from the bridge after the one before it, and handed
//! to the browser, so the page never holds more than one.

use std::collections::VecDeque;

use leptos::prelude::*;
use wire::{FromPage, MailboxSummary};

use super::mbox;
use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::connection::Fetched;
use crate::ui::download::Download;

/// The name of the file.
const FILE: &str = "inbox.mbox";

/// An export that is going on.
pub(super) struct Exporting {
    /// Messages that have not been fetched, the oldest first.
    left: VecDeque<MailboxSummary>,
    /// The one that was asked for.
    next: Option<MailboxSummary>,
    file: Download,
    missing: usize,
    failed: bool,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// So many of so many messages are in the file.
    Going(usize, usize),
    /// It is complete but for so many messages, which were deleted meanwhile.
    Without(usize),
    /// It could not be saved.
    Failed,
}

impl InboxStore {
    /// Saves these messages as one file, the oldest first.
    pub(super) fn export(self, ids: &[u64]) {
        if self.is_exporting() {
            return;
        }
        let mut left: VecDeque<MailboxSummary> = self.state.mailbox().with_untracked(|mailbox| {
            let messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            let wanted = messages.filter(|message| ids.contains(&message.id));
            wanted.rev().cloned().collect()
        });
        let many = left.len();
        let Some(first) = left.pop_front() else {
            return;
        };
        self.state.export().set(Some(Export::Going(0, many)));
        self.connection.send(&FromPage::Fetch { id: first.id });
        self.exporting.set_value(Some(Exporting {
            left,
            next: Some(first),
            file: Download::new(),
            missing: 0,
            failed: false,
        }));
    }

    fn is_exporting(self) -> bool {
        self.exporting.with_value(Option::is_some)
    }

    /// A message has been fetched.
    pub(super) fn fetched(self, fetched: &Fetched) {
        self.exporting.update_value(|exporting| {
            let Some(exporting) = exporting else {
                return;
            };
            let Some(message) = exporting.next.take_if(|next| next.id == fetched.id) else {
                return;
            };
            let Exporting { file, failed, .. } = exporting;
            let mut take = |octets: &[u8]| *failed |= file.push(octets).is_err();
            mbox::entry(&message.from, message.received_ms, &fetched.raw, &mut take);
        });
        self.go_on_exporting();
    }

    /// A message is not there any more.
    pub(super) fn export_without(self, id: u64) {
        self.exporting.update_value(|exporting| {
            let Some(exporting) = exporting else {
                return;
            };
            if exporting.next.take_if(|next| next.id == id).is_some() {
                exporting.missing += 1;
            }
        });
        self.go_on_exporting();
    }

    /// The bridge is gone, and with it the rest.
    pub(super) fn stop_exporting(self) {
        if self.is_exporting() {
            self.exporting.set_value(None);
            self.state.export().set(Some(Export::Failed));
        }
    }

    fn go_on_exporting(self) {
        let Some(mut exporting) = self.exporting.try_update_value(Option::take).flatten() else {
            return;
        };
        if exporting.next.is_none() {
            exporting.next = exporting.left.pop_front().filter(|_| !exporting.failed);
            let Some(next) = &exporting.next else {
                let saved = !exporting.failed && exporting.file.save(FILE).is_ok();
                let missing = exporting.missing;
                self.state.export().set(match (saved, missing) {
                    (false, _) => Some(Export::Failed),
                    (true, 0) => None,
                    (true, missing) => Some(Export::Without(missing)),
                });
                return;
            };
            self.connection.send(&FromPage::Fetch { id: next.id });
            let left = exporting.left.len() + 1;
            self.state.export().update(|export| {
                if let Some(Export::Going(done, many)) = export {
                    *done = many.saturating_sub(left);
                }
            });
        }
        self.exporting.set_value(Some(exporting));
    }
}
