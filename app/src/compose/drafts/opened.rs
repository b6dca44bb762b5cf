//! A draft that a page has opened.

use super::stored::{self, covers};
use super::versions::{self, Versions};
use super::{Stamp, Store, StoreError, Version};
use crate::compose::draft::Draft;

/// The draft that a page shows, or one that it could not store when it left it.
#[derive(Debug)]
pub(super) struct Opened {
    /// The id of the record it is written to.
    pub(super) record: String,
    /// What is in it, see [`Version::includes`].
    pub(super) includes: Vec<Stamp>,
    /// The version stored with exactly this text, or, while there are changes, the last one.
    pub(super) base: Option<Stamp>,
    /// It has changes that are not stored.
    pub(super) dirty: bool,
    /// It has been stored, and is not any more. Unlike a change this is no reason to keep it beside
    /// a newer text.
    pub(super) removed: bool,
    /// A new message in which nothing has been written, from this sender.
    pub(super) blank_from: Option<String>,
}

impl Opened {
    /// A draft without text, to be written to this record.
    pub(super) fn new(record: String) -> Opened {
        Opened {
            record,
            includes: Vec::new(),
            base: None,
            dirty: false,
            removed: false,
            blank_from: None,
        }
    }

    /// Whether it has to be stored.
    pub(super) fn is_unsaved(&self) -> bool {
        self.dirty || self.removed
    }

    /// Current versions that this page's text does not include, though both began as one draft.
    pub(super) fn siblings<'a>(
        &'a self,
        versions: &'a Versions,
    ) -> impl Iterator<Item = &'a Version> {
        versions.current().filter(|version| {
            let mut ids = version.includes.iter().chain([&version.stamp]);
            let shared = |one: &Stamp| self.includes.iter().any(|own| own.id == one.id);
            ids.any(shared)
                && version.stamp.id != self.record
                && !covers(&self.includes, &version.stamp)
        })
    }

    /// Shows this version from now on. Its text.
    pub(super) fn take_over(&mut self, version: &Version) -> Draft {
        self.includes = stored::with(&version.includes, &version.stamp);
        self.base = Some(version.stamp.clone());
        (self.dirty, self.removed) = (false, false);
        version.draft.clone()
    }

    /// Stores this text as the next revision.
    pub(super) fn write<S: Store>(
        &mut self,
        store: &S,
        revision: &mut u64,
        draft: &Draft,
    ) -> Result<(), StoreError> {
        let stamp = Stamp {
            id: self.record.clone(),
            revision: *revision + 1,
        };
        let includes = stored::with(&self.includes, &stamp);
        let text = stored::text(stamp.revision, &includes, draft);
        let text = text.map_err(|_| StoreError::Unavailable)?;
        let key = versions::key(&stamp.id);
        match store.set(&key, &text) {
            Err(StoreError::Full) => versions::replace(store, &key, &text, &includes)?,
            done => done?,
        }
        *revision = stamp.revision;
        self.includes = includes;
        self.base = Some(stamp);
        (self.dirty, self.removed) = (false, false);
        Ok(())
    }
}
