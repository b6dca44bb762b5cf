//! Who may write to a draft: the tab that has its lock.

use super::{Access, Claim, Message, Output, Session};
use crate::compose::draft::Draft;

impl Session {
    /// Asks for the lock of the shown draft, or goes on waiting for it.
    pub(super) fn claim_shown(&mut self) {
        let claim = match self.shown.access {
            Access::Reader | Access::Taking | Access::Yielding => Claim::Wait,
            Access::Asking | Access::Writer => Claim::Try,
        };
        self.outputs
            .push_back(Output::Lock(self.shown.id.clone(), claim));
    }

    /// This page has the lock of a draft.
    pub fn granted(&mut self, id: &str) {
        if self.shown.id != id {
            // It was left meanwhile.
            return self.outputs.push_back(Output::Unlock(id.to_owned()));
        }
        let caught_up = self.shown.access == Access::Writer || self.shown.base == 0;
        self.shown.access = Access::Writer;
        if !caught_up {
            // Whoever had the lock may have written since the text was read.
            self.outputs.push_back(Output::Read(id.to_owned()));
        }
    }

    /// Another tab has the lock of a draft.
    pub fn refused(&mut self, id: &str, shown: &Draft) {
        if self.shown.id == id {
            // What has been written here already is stored, as a draft of its own if need be.
            if !self.shown.is_dirty(shown) {
                self.shown.access = Access::Reader;
            }
            self.outputs
                .push_back(Output::Lock(id.to_owned(), Claim::Wait));
        }
    }

    /// Another tab has taken the lock.
    pub fn lost(&mut self, id: &str, shown: &Draft) {
        if self.shown.id != id {
            return;
        }
        self.lose(shown);
    }

    /// The lock is lost. Changes that are not stored are written all the same: what is stored by
    /// then decides whether they go into it, have gone into it, or become a draft of their own.
    pub(super) fn lose(&mut self, shown: &Draft) {
        if self.shown.writing.is_none() && !self.shown.is_dirty(shown) {
            self.shown.access = Access::Reader;
            return self.claim_shown();
        }
        self.shown.lost = true;
        self.shown.access = Access::Yielding;
        self.save(shown);
    }

    /// The person wants to write here: asks the tab that has the lock for it.
    pub fn take(&mut self) {
        if self.shown.access == Access::Reader {
            self.shown.access = Access::Taking;
            let id = self.shown.id.clone();
            self.outputs
                .push_back(Output::Post(Message::Ask { id: id.clone() }));
            self.outputs.push_back(Output::Expect(id));
        }
    }

    /// The tab that has the lock does not answer.
    pub fn overdue(&mut self, id: &str) {
        if self.shown.id == id && self.shown.access == Access::Taking {
            self.outputs
                .push_back(Output::Lock(id.to_owned(), Claim::Steal));
        }
    }

    /// Another tab asks for the lock: the changes are stored, and it is given up.
    pub(super) fn asked(&mut self, id: &str, shown: &Draft) {
        if self.shown.id == id && self.shown.access.writes() {
            self.shown.access = Access::Yielding;
            self.save(shown);
            if self.shown.writing.is_none() && !self.shown.is_dirty(shown) {
                self.give_up();
            }
        }
    }

    pub(super) fn give_up(&mut self) {
        self.shown.access = Access::Reader;
        self.outputs
            .push_back(Output::Unlock(self.shown.id.clone()));
        self.claim_shown();
    }
}
