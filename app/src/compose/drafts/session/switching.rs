//! Going from one draft to another.

use super::{Doc, Output, Session, Stored};
use crate::compose::draft::Draft;

impl Session {
    /// Leaves the draft shown for a new message. False: the one shown is a new message.
    pub fn begin(&mut self, shown: &Draft) -> bool {
        if shown.is_blank() && self.shown.base == 0 {
            self.shown.begun = true;
            return false;
        }
        let mut doc = self.new_doc();
        doc.begun = true;
        self.leave(doc, shown);
        true
    }

    /// Leaves the draft shown for one that was left before and is not stored. None: there is none
    /// of this id.
    pub fn open_left(&mut self, id: &str, shown: &Draft) -> Option<Draft> {
        let at = self.left.iter().position(|(doc, _)| doc.id == id)?;
        let (doc, draft) = self.left.remove(at);
        self.leave(doc, shown);
        self.claim_shown();
        Some(draft)
    }

    /// Leaves the draft shown for this one. False: it is the one that is shown.
    pub fn open(&mut self, stored: &Stored, shown: &Draft) -> bool {
        if self.shown.id == stored.head.id {
            return false;
        }
        let mut doc = self.new_doc_without_lock();
        doc.take_over(&stored.head);
        self.leave(doc, shown);
        self.claim_shown();
        true
    }

    /// Leaves the draft shown for one that has this text, which is to be stored.
    pub fn open_text(&mut self, shown: &Draft) {
        let doc = self.new_doc();
        self.leave(doc, shown);
        self.edited();
    }

    /// Deletes the draft shown, and leaves it for a new message.
    pub fn delete(&mut self, shown: &Draft) {
        self.shown.deleted = Some((self.clock)());
        if self.shown.base > 0 || !shown.is_blank() {
            self.shown.edits += 1;
        }
        let mut doc = self.new_doc();
        doc.begun = true;
        self.leave(doc, shown);
    }

    /// Shows a new message in place of the draft, which is kept elsewhere from now on. Its record
    /// is removed.
    pub fn give_away(&mut self, shown: &Draft) {
        let mut doc = self.new_doc();
        doc.begun = true;
        let mut left = std::mem::replace(&mut self.shown, doc);
        left.given_away = true;
        // So that nobody lists it meanwhile.
        left.deleted = Some((self.clock)());
        let (serial, writes) = (left.serial, left.writing.is_some());
        self.left.push((left, shown.clone()));
        if !writes {
            self.finish_giving(serial);
        }
    }

    /// Nothing of a draft that was given away is being written any more.
    pub(super) fn finish_giving(&mut self, serial: u64) {
        let Some(at) = self.left.iter().position(|(doc, _)| doc.serial == serial) else {
            return;
        };
        let (doc, _) = self.left.remove(at);
        if doc.journaled > 0 {
            let key = doc.journal_key(&self.page);
            self.outputs.push_back(Output::Unjournal(key));
        }
        if doc.base > 0 {
            self.outputs
                .push_back(Output::Purge(doc.id.clone(), doc.base));
        }
        self.outputs.push_back(Output::Unlock(doc.id));
    }

    /// Takes back [`Session::delete`] of a draft that is not stored as deleted yet. Whether there
    /// is one of this id.
    pub fn restore_left(&mut self, id: &str) -> bool {
        let mut left = self.left.iter_mut().map(|(doc, _)| doc);
        let Some(doc) = left.find(|doc| doc.id == id && doc.deleted.is_some()) else {
            return false;
        };
        doc.deleted = None;
        doc.edits += 1;
        self.outputs.push_back(Output::Wake);
        true
    }

    /// Forgets a draft that was left and is not stored, for the caller to keep. None: there is none
    /// of this id.
    pub fn discard_left(&mut self, id: &str) -> Option<(u64, Draft)> {
        let at = self
            .left
            .iter()
            .position(|(doc, _)| doc.id == id && doc.base == 0)?;
        let (doc, draft) = self.left.remove(at);
        self.outputs.push_back(Output::Unlock(doc.id.clone()));
        if doc.journaled > 0 {
            self.outputs
                .push_back(Output::Unjournal(doc.journal_key(&self.page)));
        }
        Some((doc.edits, draft))
    }

    /// Takes back [`Session::discard_left`].
    pub fn undo_discard(&mut self, edits: u64, draft: Draft) {
        let mut doc = self.new_doc_without_lock();
        doc.edits = edits;
        self.left.push((doc, draft));
        self.outputs.push_back(Output::Wake);
    }

    pub(super) fn new_doc_without_lock(&mut self) -> Doc {
        self.serials += 1;
        Doc::new(self.serials, (self.new_id)(), (self.new_id)())
    }

    fn leave(&mut self, next: Doc, shown: &Draft) {
        let left = std::mem::replace(&mut self.shown, next);
        let id = left.id.clone();
        if shown.is_blank() && left.deleted.is_none() && left.writing.is_none() {
            if left.base > 0 {
                self.outputs.push_back(Output::Purge(id.clone(), left.base));
            }
            if left.journaled > 0 {
                let key = left.journal_key(&self.page);
                self.outputs.push_back(Output::Unjournal(key));
            }
            return self.outputs.push_back(Output::Unlock(id));
        }
        if left.deleted.is_none() {
            self.aside = Some(id.clone());
        }
        let in_doubt = left.is_dirty(shown) || left.writing.is_some();
        let kept = in_doubt || (left.base == 0 && left.deleted.is_none());
        if !kept {
            return self.outputs.push_back(Output::Unlock(id));
        }
        self.left.push((left, shown.clone()));
        // Stored at once: nobody waits for the next change of this draft.
        let now = (self.clock)();
        if let Some((doc, text)) = self.left.last_mut() {
            self.outputs.extend(doc.write(&self.page, now, text));
        }
    }
}
