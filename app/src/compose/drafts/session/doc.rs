//! One draft that a page shows, or showed and has not stored yet.

use super::{JournalEntry, Output};
use crate::compose::draft::Draft;
use crate::compose::drafts::record::{Head, Write, Writer};

/// Who may write to a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Not known yet. It can be written to: no write replaces a text that it was not made from.
    #[default]
    Asking,
    /// This page.
    Writer,
    /// Another tab. This one shows its text.
    Reader,
    /// Another tab, which has been asked to stop.
    Taking,
    /// Another tab has asked for it; this one stores its changes first.
    Yielding,
}

impl Access {
    /// Whether a person can write here.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Access::Asking | Access::Writer)
    }
}

#[derive(Debug, Default)]
pub(super) struct Doc {
    /// Names it within its page, also after it became another draft.
    pub(super) serial: u64,
    pub(super) id: String,
    /// The id that it gets where its text may not replace what is stored.
    pub(super) own_id: String,
    /// The stored revision that the text continues; 0: none.
    pub(super) base: u64,
    /// The changes made here, those that are stored, and those in the journal.
    pub(super) edits: u64,
    pub(super) saved: u64,
    pub(super) journaled: u64,
    /// The changes in the write that is under way.
    pub(super) writing: Option<u64>,
    pub(super) access: Access,
    /// The lock was lost before all changes were stored.
    pub(super) lost: bool,
    pub(super) deleted: Option<u64>,
    /// It is a new message of this page's, not the sample.
    pub(super) begun: bool,
    /// It is kept elsewhere now, and is not to be stored any more.
    pub(super) given_away: bool,
}

impl Doc {
    pub(super) fn new(serial: u64, id: String, own_id: String) -> Doc {
        Doc {
            serial,
            id,
            own_id,
            ..Doc::default()
        }
    }

    /// Becomes the draft that is stored.
    pub(super) fn take_over(&mut self, head: &Head) {
        self.id.clone_from(&head.id);
        self.base = head.revision;
        self.deleted = head.deleted;
        self.saved = self.edits;
    }

    /// Whether something has to be stored. A new message in which nothing is written has not.
    pub(super) fn is_dirty(&self, text: &Draft) -> bool {
        let blank = self.base == 0 && text.is_blank();
        self.edits > self.saved && !blank && !self.given_away
    }

    /// Neither stored nor changed.
    pub(super) fn is_untouched(&self) -> bool {
        self.base == 0 && self.edits == 0
    }

    pub(super) fn journal_key(&self, page: &str) -> String {
        format!("{page}.{}", self.serial)
    }

    fn to_write(&self, page: &str, time: u64, text: &Draft) -> Write {
        Write {
            id: self.id.clone(),
            base: self.base,
            by: Writer {
                page: self.journal_key(page),
                edits: self.edits,
            },
            own_id: self.own_id.clone(),
            draft: text.clone(),
            time,
            deleted: self.deleted,
        }
    }

    pub(super) fn write(&mut self, page: &str, time: u64, text: &Draft) -> Option<Output> {
        if self.writing.is_some() || !self.is_dirty(text) {
            return None;
        }
        self.writing = Some(self.edits);
        let write = self.to_write(page, time, text);
        Some(Output::Write(self.serial, Box::new(write)))
    }

    pub(super) fn journal(&self, page: &str, time: u64, text: &Draft) -> Option<Output> {
        if self.journaled >= self.edits || !self.is_dirty(text) {
            return None;
        }
        let entry = JournalEntry {
            key: self.journal_key(page),
            write: self.to_write(page, time, text),
        };
        Some(Output::Journal(self.serial, Box::new(entry)))
    }
}
