//! Keeps what is written in several tabs that share one storage, without a text ever replacing a
//! newer one. Pure: the storage is a trait, which `browser` implements.
//!
//! Tabs can't lock the storage that they share, and learn of each other's writes late or, while
//! they are frozen, not at all. So no record has two writers: each page writes to records of its
//! own, under ids made up when it is loaded. A record says which versions went into it
//! ([`Version::includes`]). A version that went into another is superseded; the rest are current.
//! A page that shows a superseded version and has no changes of its own goes over to the current
//! one. Where both have changes, both stay current, and each page offers the other's.

mod browser;
mod opened;
mod others;
mod stored;
#[cfg(test)]
mod tests;
mod versions;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
pub use crate::storage::StoreError;
pub use browser::{LocalDrafts, keep_tab_memory, new_id, tab_memory};
use opened::Opened;
use others::Discarded;
pub use stored::{Stamp, Version};
use versions::Versions;

/// Where drafts are stored: text under keys, shared by all tabs of an origin.
pub trait Store {
    /// All keys that begin with [`PREFIX`].
    fn keys(&self) -> Vec<String>;
    /// What is stored under `key`.
    fn get(&self, key: &str) -> Option<String>;
    /// Stores `text` under `key`.
    ///
    /// # Errors
    /// Why it is not stored. What was there before is still there.
    fn set(&self, key: &str, text: &str) -> Result<(), StoreError>;
    /// Removes what is stored under `key`.
    fn remove(&self, key: &str);
}

/// What the keys of all drafts begin with. Format 1 had only this very key.
pub const PREFIX: &str = "glasspost.draft";

/// What a tab remembers through a reload, in a storage of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TabMemory {
    /// The version it shows.
    pub shows: Option<Stamp>,
    /// It shows a new message in which nothing has been written, from this sender.
    pub blank_from: Option<String>,
    /// The draft that was left last in this tab.
    pub aside: Option<Stamp>,
}

/// What a page found out about the drafts of other tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing that concerns the draft it shows.
    None,
    /// Another tab has written on; this is the newer text.
    Newer(Box<Draft>),
    /// Another tab has changed the draft, and so has this one. Both are kept.
    Both,
    /// The draft is no longer stored, and has to be stored again.
    Removed,
}

/// The drafts, as one page sees them.
#[derive(Debug)]
pub struct Drafts<S> {
    store: S,
    new_id: fn() -> String,
    opened: Opened,
    /// Drafts that were left without having been stored.
    unstored: Vec<(Opened, Draft)>,
    aside: Option<Stamp>,
    /// The highest revision seen.
    revision: u64,
    /// Versions that began from the same draft as the one shown and went another way, as far as
    /// the person knows of them.
    known_siblings: Vec<Stamp>,
    discarded: Option<Discarded>,
}

impl<S: Store> Drafts<S> {
    /// What a page that has just been loaded shows: what the tab showed before, in its newest form;
    /// in a new tab the newest draft; where there is none, `sample`, which is not stored until it
    /// is changed. `new_id` makes ids that no other page makes.
    pub fn open(
        store: S,
        new_id: fn() -> String,
        tab: &TabMemory,
        sample: Draft,
    ) -> (Drafts<S>, Draft) {
        let versions = Versions::read(&store);
        let shown_before = |version: &Version| {
            tab.shows
                .as_ref()
                .is_some_and(|shows| version.covers(shows))
        };
        let of_the_tab = versions.newest(shown_before);
        let mut opened = Opened::new(new_id());
        let draft = match (of_the_tab, &tab.blank_from) {
            (Some(version), _) => opened.take_over(version),
            (None, Some(from)) => {
                opened.blank_from = Some(from.clone());
                Draft::from_sender(from)
            }
            (None, None) => versions
                .newest(|version| !version.draft.is_blank())
                .or_else(|| versions.newest(|_| true))
                .map_or(sample, |version| opened.take_over(version)),
        };
        let mut drafts = Drafts {
            revision: versions.revision(),
            new_id,
            opened,
            unstored: Vec::new(),
            aside: tab.aside.clone(),
            known_siblings: Vec::new(),
            discarded: None,
            store,
        };
        for key in versions.superseded() {
            drafts.store.remove(key);
        }
        drafts.know_siblings(&versions);
        (drafts, draft)
    }

    /// The draft shown has been changed.
    pub fn edited(&mut self) {
        self.opened.dirty = true;
    }

    /// Whether anything here is not stored.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.opened.is_unsaved() || self.unstored.iter().any(|(opened, _)| opened.is_unsaved())
    }

    /// Stores what has changed. Whether there was anything to store.
    ///
    /// # Errors
    /// Why it is not stored. It can be tried again at any time.
    pub fn save(&mut self, shown: &Draft) -> Result<bool, StoreError> {
        let was_dirty = self.is_dirty();
        // The one shown last: it is to be the newest.
        let left = self.unstored.iter_mut();
        let left = left.map(|(opened, draft)| (opened, &*draft));
        let mut failed = None;
        for (opened, draft) in left.chain([(&mut self.opened, shown)]) {
            if opened.is_unsaved() {
                let done = opened.write(&self.store, &mut self.revision, draft);
                failed = done.err().or(failed);
            }
        }
        // The sample, left unchanged, was never to be stored.
        self.unstored
            .retain(|(opened, _)| opened.is_unsaved() || opened.base.is_none());
        failed.map_or(Ok(was_dirty), Err)
    }

    /// Looks what other tabs have stored or removed.
    pub fn look(&mut self, shown: &Draft) -> Change {
        let versions = Versions::read(&self.store);
        self.revision = self.revision.max(versions.revision());
        let opened = &mut self.opened;
        let base = opened.base.as_ref();
        let stored =
            base.is_none_or(|base| versions.newest(|version| version.covers(base)).is_some());
        let was_removed = std::mem::replace(&mut opened.removed, !stored);
        let newer = match &opened.base {
            Some(base) => versions.newest(|version| version.covers(base) && version.stamp != *base),
            // The sample: another tab has a draft by now.
            None if !opened.dirty && opened.blank_from.is_none() => {
                versions.newest(|version| !version.draft.is_blank())
            }
            None => None,
        };
        match newer {
            Some(version) if version.draft == *shown => {
                opened.take_over(version);
                return Change::None;
            }
            Some(version) if !opened.dirty => {
                return Change::Newer(Box::new(opened.take_over(version)));
            }
            _ => {}
        }
        // Another tab began from the same draft. Whichever was stored first, neither replaces the
        // other.
        let is_known = |version: &Version| {
            let mut known = self.known_siblings.iter();
            version.draft == *shown || known.any(|one| version.covers(one))
        };
        let has_new = self.opened.siblings(&versions).any(|one| !is_known(one));
        self.know_siblings(&versions);
        if has_new {
            return Change::Both;
        }
        if !stored && !was_removed && !self.opened.dirty {
            return Change::Removed;
        }
        Change::None
    }

    /// Leaves the draft shown and begins a new one from the same sender.
    pub fn begin(&mut self, shown: &Draft) -> Draft {
        let next = Draft::from_sender(&shown.from);
        if shown.is_blank() {
            return shown.clone();
        }
        self.leave(shown, &next);
        self.opened.blank_from = Some(shown.from.clone());
        next
    }

    /// Leaves the draft shown for the one of this id. None: there is none any more.
    pub fn switch_to(&mut self, id: &str, shown: &Draft) -> Option<Draft> {
        let unstored = |(opened, _): &(Opened, Draft)| opened.record == id;
        if let Some(at) = self.unstored.iter().position(unstored) {
            let (opened, draft) = self.unstored.remove(at);
            self.leave(shown, &draft);
            self.opened = opened;
            self.know_siblings(&Versions::read(&self.store));
            return Some(draft);
        }
        let versions = Versions::read(&self.store);
        self.revision = self.revision.max(versions.revision());
        if let Some(version) = versions.newest(|version| version.stamp.id == id) {
            self.leave(shown, &version.draft);
            let draft = self.opened.take_over(version);
            self.know_siblings(&versions);
            return Some(draft);
        }
        // What can't be read as a draft is shown as it is. The record stays.
        let text = versions.unreadable().find(|(key, _)| *key == id)?.1;
        let draft = Draft {
            body: text.to_owned(),
            ..Draft::from_sender(&shown.from)
        };
        self.leave(shown, &draft);
        self.opened.dirty = true;
        Some(draft)
    }

    fn know_siblings(&mut self, versions: &Versions) {
        let siblings = self.opened.siblings(versions);
        self.known_siblings = siblings.map(|version| version.stamp.clone()).collect();
    }

    fn leave(&mut self, shown: &Draft, next: &Draft) {
        let new = Opened::new((self.new_id)());
        let nothing_in_it = shown.is_blank() && shown.from == next.from;
        if !nothing_in_it {
            // If it fails, it is tried again with the next save.
            self.save(shown).ok();
        }
        let left = std::mem::replace(&mut self.opened, new);
        if nothing_in_it {
            // No other page writes to this record.
            self.store.remove(&versions::key(&left.record));
            return;
        }
        self.aside = Some(left.base.clone().unwrap_or_else(|| Stamp {
            id: left.record.clone(),
            revision: 0,
        }));
        if left.is_unsaved() || left.base.is_none() {
            self.unstored.push((left, shown.clone()));
        }
    }

    /// What the tab is to remember.
    #[must_use]
    pub fn tab_memory(&self) -> TabMemory {
        let opened = &self.opened;
        TabMemory {
            shows: opened.base.clone(),
            blank_from: opened.blank_from.clone().filter(|_| opened.base.is_none()),
            aside: self.aside.clone(),
        }
    }
}
