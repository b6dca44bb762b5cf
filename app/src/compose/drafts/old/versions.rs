//! All versions that are stored.

use super::{PREFIX, Stamp, Version};

/// What was stored, read once.
#[derive(Debug, Default)]
pub struct Versions {
    /// With their keys: those of format 1 are not made of the id.
    readable: Vec<(String, Version)>,
    unreadable: Vec<(String, String)>,
}

impl Versions {
    /// Reads texts by their keys.
    #[must_use]
    pub fn read(texts: Vec<(String, String)>) -> Versions {
        let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
        for (key, text) in texts {
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
    #[must_use]
    pub fn revision(&self) -> u64 {
        let revisions = self.readable.iter().map(|(_, one)| one.stamp.revision);
        revisions.max().unwrap_or(0)
    }

    /// Those that went into no other.
    pub fn current(&self) -> impl Iterator<Item = &Version> {
        let replaced = |one: &Version| self.readable.iter().any(|(_, other)| other.replaces(one));
        let all = self.readable.iter().map(|(_, version)| version);
        all.filter(move |version| !replaced(version))
    }

    /// The version that this one has become.
    #[must_use]
    pub fn newest_of(&self, stamp: &Stamp) -> Option<&Version> {
        self.current().find(|version| version.covers(stamp))
    }

    /// The keys of all that can be read whole: those that are not current went into others.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let whole = |(_, version): &&(String, Version)| !version.later_format;
        let keys = self.readable.iter().filter(whole);
        keys.map(|(key, _)| key.as_str())
    }

    /// The records that can't be read, by key, as they are.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.unreadable.iter();
        all.map(|(key, text)| (key.as_str(), text.as_str()))
    }
}
