//! What a page does with its drafts, as a state machine without I/O.
//!
//! What a person does, what the database answers, and what locks and other tabs report go in as
//! calls. What to write, lock, send to other tabs and show comes out of [`Session::poll`]. The text
//! that is shown is the caller's; it is passed where it is needed.
//!
//! One write a draft is under way at a time. A write that fails is tried again, and what it wrote
//! is journaled: stored at once in a second place, from which the next page takes it.

mod doc;
mod locking;
mod others;
mod switching;

use std::collections::VecDeque;

use super::record::{Head, Write};
use crate::compose::draft::Draft;
use crate::storage::StoreError;
pub use crate::storage::locks::Claim;
pub use doc::Access;
use doc::Doc;
use serde::{Deserialize, Serialize};

/// What a page sends to the other tabs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A draft has been stored, or marked as deleted.
    Changed {
        /// The draft.
        id: String,
        /// Its revision now.
        revision: u64,
    },
    /// A draft has been removed for good.
    Removed {
        /// The draft.
        id: String,
    },
    /// A tab wants to write to this draft.
    Ask {
        /// The draft.
        id: String,
    },
}

/// A text in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// The key of the entry.
    pub key: String,
    /// The write that has not succeeded yet.
    pub write: Write,
}

/// Something about drafts that the person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftNotice {
    /// The text was replaced by a newer one, written in another tab.
    Newer,
    /// The draft was changed here and in another tab.
    Both,
    /// A draft was deleted, which can be undone.
    Discarded,
    /// A record can't be read.
    Unreadable,
    /// The browser had removed the draft, and it is stored again.
    Evicted,
}

/// What the caller is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Store this, and answer with [`Session::written`] or [`Session::failed`]. The number names
    /// the draft in the answer.
    Write(u64, Box<Write>),
    /// Read this draft, and answer with [`Session::read`].
    Read(String),
    /// Ask for the lock of this draft. The answers are [`Session::granted`], [`Session::refused`]
    /// and [`Session::lost`].
    Lock(String, Claim),
    /// Give up the lock of this draft, or stop waiting for it.
    Unlock(String),
    /// Send this to the other tabs.
    Post(Message),
    /// Store this in the journal, now, and answer with [`Session::journaled`].
    Journal(u64, Box<JournalEntry>),
    /// Remove this entry from the journal.
    Unjournal(String),
    /// Remove the record of a draft in which nothing is left, if it has this revision still.
    Purge(String, u64),
    /// Show this text in place of the one that is shown.
    Show(Box<Draft>),
    /// Tell the person.
    Notify(DraftNotice),
    /// Call [`Session::save`] a moment later.
    Wake,
    /// Call [`Session::save`] somewhat later.
    Retry,
    /// Call [`Session::overdue`] if the lock has not been granted in about a second.
    Expect(String),
}

/// What a page begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The head of the draft.
    pub head: Head,
    /// Its text.
    pub draft: Draft,
}

/// The answer to a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The number of the draft.
    pub serial: u64,
    /// The changes that are stored.
    pub edits: u64,
    /// The draft as it is stored, under its own id or another.
    pub head: Head,
    /// Whether what was to be written went into what another page had stored already.
    pub newer: bool,
}

/// The drafts of one page.
#[derive(Debug)]
pub struct Session {
    page: String,
    new_id: fn() -> String,
    clock: fn() -> u64,
    serials: u64,
    shown: Doc,
    /// Drafts that were left, until they are stored. Those in which nothing was written, such as
    /// the sample, stay here.
    left: Vec<(Doc, Draft)>,
    aside: Option<String>,
    trouble: Option<StoreError>,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A page that shows a new message, or the sample, which are not stored until they are changed.
    /// `new_id` makes ids that no other page makes, `clock` gives the milliseconds since 1970.
    #[must_use]
    pub fn new(new_id: fn() -> String, clock: fn() -> u64) -> Session {
        let mut session = Session {
            page: new_id(),
            new_id,
            clock,
            serials: 0,
            shown: Doc::default(),
            left: Vec::new(),
            aside: None,
            trouble: None,
            outputs: VecDeque::new(),
        };
        session.shown = session.new_doc();
        session
    }

    /// A page that shows a stored draft.
    #[must_use]
    pub fn of(new_id: fn() -> String, clock: fn() -> u64, head: &Head, access: Access) -> Session {
        let mut session = Session::new(new_id, clock);
        session.outputs.clear();
        session.shown.take_over(head);
        session.shown.access = access;
        if access != Access::Writer {
            session.claim_shown();
        }
        session
    }

    /// A page that shows a text that could not be stored.
    #[must_use]
    pub fn of_unstored(new_id: fn() -> String, clock: fn() -> u64, write: &Write) -> Session {
        let mut session = Session::new(new_id, clock);
        session.outputs.clear();
        session.shown.id.clone_from(&write.id);
        session.shown.base = write.base;
        session.claim_shown();
        session.edited();
        session
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The id of the draft that is shown.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown.id
    }

    /// The revision of the shown draft that its text continues; 0: none is stored.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.shown.base
    }

    /// Whether the shown draft is stored, or was.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.shown.base > 0
    }

    /// Who may write to the shown draft.
    #[must_use]
    pub fn access(&self) -> Access {
        self.shown.access
    }

    /// The draft that was left last.
    #[must_use]
    pub fn aside(&self) -> Option<&str> {
        self.aside.as_deref()
    }

    /// The draft that was left last before this page was loaded.
    pub fn set_aside(&mut self, id: Option<String>) {
        self.aside = id;
    }

    /// The drafts that were left and are not stored, or not yet.
    pub fn left(&self) -> impl Iterator<Item = (&str, &Draft)> {
        let kept = self.left.iter().filter(|(doc, _)| doc.deleted.is_none());
        kept.map(|(doc, draft)| (doc.id.as_str(), draft))
    }

    /// Whether this draft is being deleted here.
    #[must_use]
    pub fn is_deleting(&self, id: &str) -> bool {
        let mut left = self.left.iter().map(|(doc, _)| doc);
        left.any(|doc| doc.id == id && doc.deleted.is_some())
    }

    /// Why the last write failed.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.trouble
    }

    /// Whether all changes are stored.
    #[must_use]
    pub fn is_saved(&self, shown: &Draft) -> bool {
        !self.shown.is_dirty(shown) && !self.left.iter().any(|(doc, text)| doc.is_dirty(text))
    }

    /// Whether there are changes that are neither stored nor journaled.
    #[must_use]
    pub fn is_at_risk(&self, shown: &Draft) -> bool {
        let at_risk = |doc: &Doc, text: &Draft| doc.is_dirty(text) && doc.journaled < doc.edits;
        at_risk(&self.shown, shown) || self.left.iter().any(|(doc, text)| at_risk(doc, text))
    }

    /// The shown draft has been changed.
    pub fn edited(&mut self) {
        self.shown.edits += 1;
        self.shown.deleted = None;
        self.outputs.push_back(Output::Wake);
    }

    /// Stores what has changed.
    pub fn save(&mut self, shown: &Draft) {
        let now = (self.clock)();
        for (doc, text) in &mut self.left {
            self.outputs.extend(doc.write(&self.page, now, text));
        }
        self.outputs
            .extend(self.shown.write(&self.page, now, shown));
    }

    /// The page may be left now: stores what has changed, in the journal too.
    pub fn hidden(&mut self, shown: &Draft) {
        self.save(shown);
        self.journal(shown);
    }

    fn journal(&mut self, shown: &Draft) {
        let left = self.left.iter().map(|(doc, text)| (doc, text));
        for (doc, text) in left.chain([(&self.shown, shown)]) {
            self.outputs
                .extend(doc.journal(&self.page, (self.clock)(), text));
        }
    }

    /// The changes of a draft are in the journal.
    pub fn journaled(&mut self, serial: u64, edits: u64) {
        if let Some(doc) = self.doc(serial) {
            doc.journaled = doc.journaled.max(edits);
        }
    }

    /// A write has succeeded.
    pub fn written(&mut self, written: &Written, shown: &Draft) {
        self.trouble = None;
        let Written { head, .. } = written;
        self.outputs.push_back(Output::Post(Message::Changed {
            id: head.id.clone(),
            revision: head.revision,
        }));
        let page = self.page.clone();
        let own_id = (self.new_id)();
        let Some(doc) = self.doc(written.serial) else {
            return;
        };
        doc.writing = None;
        doc.saved = doc.saved.max(written.edits);
        let journal = (doc.journaled > 0 && doc.journaled <= doc.saved)
            .then(|| Output::Unjournal(doc.journal_key(&page)));
        if journal.is_some() {
            doc.journaled = 0;
        }
        let before = std::mem::replace(&mut doc.id, head.id.clone());
        // Where another page has written on, the newer text is read below.
        if !written.newer {
            doc.base = head.revision;
        }
        self.outputs.extend(journal);
        let moved = before != head.id;
        if moved {
            if let Some(doc) = self.doc(written.serial) {
                doc.own_id = own_id;
            }
            self.outputs.push_back(Output::Unlock(before.clone()));
            if self.aside.as_deref() == Some(&before) {
                self.aside = Some(head.id.clone());
            }
        }
        if self.shown.serial != written.serial {
            return self.stored_left(written.serial);
        }
        if moved {
            self.shown.access = Access::Writer;
            self.claim_shown();
            self.outputs.push_back(Output::Notify(DraftNotice::Both));
        }
        let dirty = self.shown.is_dirty(shown);
        if std::mem::take(&mut self.shown.lost) && !moved {
            self.lose(shown);
        } else if dirty {
            self.outputs.push_back(Output::Wake);
        } else if self.shown.access == Access::Yielding {
            self.give_up();
        }
        if written.newer && !dirty {
            self.outputs.push_back(Output::Read(head.id.clone()));
        }
    }

    /// A draft that is not shown any more has been stored.
    fn stored_left(&mut self, serial: u64) {
        let given = self
            .left
            .iter()
            .any(|(doc, _)| doc.serial == serial && doc.given_away);
        if given {
            return self.finish_giving(serial);
        }
        let Some(at) = self.left.iter().position(|(doc, _)| doc.serial == serial) else {
            return;
        };
        let (doc, text) = &self.left[at];
        if doc.is_dirty(text) {
            self.outputs.push_back(Output::Wake);
        } else {
            let (doc, text) = self.left.remove(at);
            if text.is_blank() && doc.deleted.is_none() {
                let purge = Output::Purge(doc.id.clone(), doc.base);
                self.outputs.push_back(purge);
            }
            self.outputs.push_back(Output::Unlock(doc.id));
        }
    }

    /// A write has failed. It is tried again, and journaled at once.
    pub fn failed(&mut self, serial: u64, error: StoreError, shown: &Draft) {
        self.trouble = Some(error);
        if let Some(doc) = self.doc(serial) {
            doc.writing = None;
            if doc.given_away {
                self.finish_giving(serial);
            }
        }
        self.outputs.push_back(Output::Retry);
        self.journal(shown);
    }

    fn doc(&mut self, serial: u64) -> Option<&mut Doc> {
        if self.shown.serial == serial {
            return Some(&mut self.shown);
        }
        let mut left = self.left.iter_mut().map(|(doc, _)| doc);
        left.find(|doc| doc.serial == serial)
    }

    fn new_doc(&mut self) -> Doc {
        self.serials += 1;
        let doc = Doc::new(self.serials, (self.new_id)(), (self.new_id)());
        self.outputs
            .push_back(Output::Lock(doc.id.clone(), Claim::Try));
        doc
    }
}
