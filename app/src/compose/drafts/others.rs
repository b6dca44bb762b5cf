//! The drafts besides the one shown.

use super::opened::Opened;
use super::stored::covers;
use super::versions::Versions;
use super::{Drafts, Stamp, Store, StoreError};
use crate::compose::draft::Draft;
use crate::compose::rail::DraftRow;

/// A draft that was discarded last.
#[derive(Debug)]
pub(super) enum Discarded {
    /// One that is stored under this key.
    Record { key: String, text: String },
    /// One that could not be stored.
    Unstored(Box<(Opened, Draft)>),
}

impl<S: Store> Drafts<S> {
    /// The drafts besides the one shown: first the one that was left last in this tab, then the
    /// newest.
    #[must_use]
    pub fn others(&self, shown: &Draft) -> Vec<DraftRow> {
        let versions = Versions::read(&self.store);
        let is_aside = |stamp: &Stamp| self.aside.as_ref().is_some_and(|aside| aside == stamp);
        let mut others: Vec<(bool, u64, DraftRow)> = Vec::new();
        for (opened, draft) in &self.unstored {
            let other = DraftRow::of(&opened.record, draft);
            let aside = self
                .aside
                .as_ref()
                .is_some_and(|aside| aside.id == opened.record || opened.base == self.aside);
            others.push((aside, u64::MAX, other));
        }
        let base = self.opened.base.as_ref();
        for version in versions.current() {
            let shown_here = base.is_some_and(|base| version.covers(base))
                || version.stamp.id == self.opened.record
                || covers(&self.opened.includes, &version.stamp)
                || version.draft == *shown;
            let unstored = |(opened, _): &(Opened, Draft)| {
                covers(&opened.includes, &version.stamp) || opened.record == version.stamp.id
            };
            if shown_here || version.draft.is_blank() || self.unstored.iter().any(unstored) {
                continue;
            }
            let other = DraftRow::of(&version.stamp.id, &version.draft);
            let aside = is_aside(&version.stamp)
                || self
                    .aside
                    .as_ref()
                    .is_some_and(|aside| version.covers(aside));
            others.push((aside, version.stamp.revision, other));
        }
        others.sort_by_key(|(aside, revision, _)| std::cmp::Reverse((*aside, *revision)));
        let unreadable = versions.unreadable().map(|(key, _)| DraftRow {
            id: key.to_owned(),
            ..DraftRow::default()
        });
        others
            .into_iter()
            .map(|(_, _, other)| other)
            .chain(unreadable)
            .collect()
    }

    /// Removes a draft that is not shown. [`Drafts::undo_discard`] takes that back.
    pub fn discard(&mut self, id: &str) {
        let unstored = |(opened, _): &(Opened, Draft)| opened.record == id;
        if let Some(at) = self.unstored.iter().position(unstored) {
            let draft = Box::new(self.unstored.remove(at));
            self.discarded = Some(Discarded::Unstored(draft));
            return;
        }
        let versions = Versions::read(&self.store);
        let key = versions
            .newest(|version| version.stamp.id == id)
            .and_then(|version| versions.key_of(&version.stamp))
            .or_else(|| {
                let mut keys = versions.unreadable().map(|(key, _)| key);
                keys.find(|key| *key == id)
            });
        if let Some(key) = key
            && let Some(text) = self.store.get(key)
        {
            let key = key.to_owned();
            self.store.remove(&key);
            self.discarded = Some(Discarded::Record { key, text });
        }
    }

    /// Takes back the last [`Drafts::discard`].
    ///
    /// # Errors
    /// Why it can't be stored again. It can be tried again.
    pub fn undo_discard(&mut self) -> Result<(), StoreError> {
        match self.discarded.take() {
            None => Ok(()),
            Some(Discarded::Unstored(draft)) => {
                self.unstored.push(*draft);
                Ok(())
            }
            Some(Discarded::Record { key, text }) => {
                let done = self.store.set(&key, &text);
                if done.is_err() {
                    self.discarded = Some(Discarded::Record { key, text });
                }
                done
            }
        }
    }
}
