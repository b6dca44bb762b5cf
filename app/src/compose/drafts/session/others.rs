//! What other tabs do with drafts.

use super::{DraftNotice, Message, Output, Session, Stored};
use crate::compose::draft::Draft;
use crate::compose::drafts::record::Head;

impl Session {
    /// Another tab has sent this.
    pub fn heard(&mut self, message: &Message, shown: &Draft) {
        match message {
            Message::Changed { id, revision } => self.changed(id, *revision, shown),
            Message::Removed { id } if self.shown.id == *id => {
                // It stays on the screen, and is stored again if it is changed.
                self.shown.base = 0;
                self.shown.deleted.get_or_insert(0);
            }
            Message::Removed { .. } => {}
            Message::Ask { id } => self.asked(id, shown),
        }
    }

    fn changed(&mut self, id: &str, revision: u64, shown: &Draft) {
        // Where this page has changes, its next write finds out.
        let is_newer = self.shown.id == id && revision > self.shown.base;
        let dirty = self.shown.is_dirty(shown) || self.shown.writing.is_some();
        let first = self.shown.is_untouched() && !self.shown.begun;
        if (is_newer && !dirty) || first {
            self.outputs.push_back(Output::Read(id.to_owned()));
        }
    }

    /// All drafts that are stored have been read, because this page may have missed messages.
    pub fn listed(&mut self, heads: &[Head], shown: &Draft) {
        if self.shown.base == 0 {
            let newest = heads.iter().filter(|head| head.deleted.is_none());
            if let Some(head) = newest.max_by_key(|head| head.time) {
                self.changed(&head.id, head.revision, shown);
            }
            return;
        }
        match heads.iter().find(|head| head.id == self.shown.id) {
            Some(head) => self.changed(&head.id, head.revision, shown),
            None => self.evicted(shown),
        }
    }

    /// The browser has removed the shown draft from its storage.
    fn evicted(&mut self, shown: &Draft) {
        if self.shown.deleted.is_none() && self.shown.writing.is_none() && !shown.is_blank() {
            self.shown.base = 0;
            self.shown.edits += 1;
            self.outputs.push_back(Output::Notify(DraftNotice::Evicted));
            self.save(shown);
        }
    }

    /// A draft has been read. None: it is not stored.
    pub fn read(&mut self, id: &str, stored: Option<Stored>, shown: &Draft) {
        let is_shown = self.shown.id == id;
        let Some(stored) = stored else {
            if is_shown && self.shown.base > 0 {
                self.evicted(shown);
            }
            return;
        };
        if !is_shown {
            // The sample, which has not been touched: another tab has a draft by now.
            let first = self.shown.is_untouched() && !self.shown.begun;
            if first && stored.head.deleted.is_none() && !stored.draft.is_blank() {
                let old = std::mem::take(&mut self.shown);
                self.outputs.push_back(Output::Unlock(old.id));
                self.shown = self.new_doc_without_lock();
                self.shown.take_over(&stored.head);
                self.claim_shown();
                self.outputs.push_back(Output::Show(Box::new(stored.draft)));
            }
            return;
        }
        let dirty = self.shown.is_dirty(shown) || self.shown.writing.is_some();
        if dirty || stored.head.revision <= self.shown.base {
            return;
        }
        self.shown.take_over(&stored.head);
        if stored.draft != *shown {
            if self.shown.access.writes() {
                self.outputs.push_back(Output::Notify(DraftNotice::Newer));
            }
            self.outputs.push_back(Output::Show(Box::new(stored.draft)));
        }
    }
}
