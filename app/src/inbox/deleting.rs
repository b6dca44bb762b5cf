//! Deleting messages, and taking that back. The bridge deletes at once, so that closing the page
//! changes nothing and other tabs agree; and it keeps what was deleted while there is room.

use leptos::prelude::*;
use wire::FromPage;

use super::store::{InboxStateStoreFields as _, InboxStore};

/// What was deleted last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deleted {
    /// These messages, which can be undone.
    Messages(Vec<u64>),
    /// These were put back, but for so many that are gone.
    Restored(Vec<u64>, usize),
}

impl InboxStore {
    /// Removes messages from the mailbox. That can be undone.
    pub(super) fn delete(self, ids: Vec<u64>) {
        for id in &ids {
            self.connection.send(&FromPage::Delete { id: *id });
        }
        if !ids.is_empty() {
            self.state.deleted().set(Some(Deleted::Messages(ids)));
        }
    }

    /// Puts back what was deleted last.
    pub(super) fn undo_delete(self) {
        if let Some(Deleted::Messages(ids)) = self.state.deleted().get_untracked() {
            let restored = Deleted::Restored(ids.clone(), 0);
            self.state.deleted().set(Some(restored));
            self.connection.send(&FromPage::Restore { ids });
        }
    }

    /// A message is not there any more: maybe one that was to be put back.
    pub(super) fn not_restored(self, id: u64) {
        self.state.deleted().maybe_update(|deleted| match deleted {
            Some(Deleted::Restored(ids, lost)) if ids.contains(&id) => {
                *lost += 1;
                true
            }
            _ => false,
        });
    }
}
