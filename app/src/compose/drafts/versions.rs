//! All versions that are stored.

use super::stored::covers;
use super::{PREFIX, Stamp, Store, StoreError, Version};

/// The key of a record.
pub(super) fn key(id: &str) -> String {
    format!("{PREFIX}.{id}")
}

/// What a storage holds, read once.
pub(super) struct Versions {
    /// With their keys: those of format 1 are not made of the id.
    readable: Vec<(String, Version)>,
    unreadable: Vec<(String, String)>,
}

impl Versions {
    pub(super) fn read<S: Store>(store: &S) -> Versions {
        let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
        for key in store.keys() {
            let Some(text) = store.get(&key) else {
                continue;
            };
            // Format 1 used the prefix itself as its key.
            let id = match key.strip_prefix(PREFIX) {
                Some("") => PREFIX,
                Some(rest) if rest.starts_with('.') => &rest[1..],
                _ => continue,
            };
            match Version::read(id, &text) {
                Some(version) => readable.push((key, version)),
                None => unreadable.push((key, text)),
            }
        }
        Versions {
            readable,
            unreadable,
        }
    }

    /// The highest revision.
    pub(super) fn revision(&self) -> u64 {
        let revisions = self.readable.iter().map(|(_, one)| one.stamp.revision);
        revisions.max().unwrap_or(0)
    }

    /// Those that went into no other.
    pub(super) fn current(&self) -> impl Iterator<Item = &Version> {
        let replaced = |one: &Version| self.readable.iter().any(|(_, other)| other.replaces(one));
        let all = self.readable.iter().map(|(_, version)| version);
        all.filter(move |version| !replaced(version))
    }

    /// The newest of the current versions that fit.
    pub(super) fn newest(&self, fits: impl Fn(&Version) -> bool) -> Option<&Version> {
        self.current()
            .filter(|version| fits(version))
            .max_by_key(|version| version.stamp.revision)
    }

    /// The keys of versions that went into another and can be read whole.
    pub(super) fn superseded(&self) -> impl Iterator<Item = &str> {
        let replaced = |one: &Version| self.readable.iter().any(|(_, other)| other.replaces(one));
        self.readable
            .iter()
            .filter(move |(_, version)| !version.later_format && replaced(version))
            .map(|(key, _)| key.as_str())
    }

    /// The key of this version.
    pub(super) fn key_of(&self, stamp: &Stamp) -> Option<&str> {
        self.readable
            .iter()
            .find(|(_, version)| version.stamp == *stamp)
            .map(|(key, _)| key.as_str())
    }

    /// The records that can't be read, by key, as they are.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.unreadable.iter();
        all.map(|(key, text)| (key.as_str(), text.as_str()))
    }
}

/// Stores `text` in a full storage, in the room of the versions that went into it. Where that is
/// not enough they are put back.
pub(super) fn replace<S: Store>(
    store: &S,
    key: &str,
    text: &str,
    includes: &[Stamp],
) -> Result<(), StoreError> {
    let versions = Versions::read(store);
    let mut removed = Vec::new();
    for (of, version) in &versions.readable {
        let goes = of != key && !version.later_format && covers(includes, &version.stamp);
        if let Some(old) = store.get(of).filter(|_| goes) {
            store.remove(of);
            removed.push((of, old));
        }
    }
    if removed.is_empty() {
        return Err(StoreError::Full);
    }
    store.set(key, text).inspect_err(|_| {
        for (of, old) in &removed {
            store.set(of, old).ok();
        }
    })
}
