//! One version of a draft, as it is stored, and how versions follow one another.

use serde::{Deserialize, Serialize};

use crate::compose::draft::Draft;

/// The last format there was. Format 1 had neither `revision` nor `includes`.
const FORMAT: u32 = 2;

/// Names a version: the id of the record it was written to, and the revision it had there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Stamp {
    /// The id of the record. Exactly one page, between one load and the next, writes to a record.
    pub id: String,
    /// Counts up with every write, across all drafts and tabs: a higher one is newer.
    pub revision: u64,
}

/// A version of a draft that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its name.
    pub stamp: Stamp,
    /// The newest revision of each record whose text went into this version; a version vector.
    pub includes: Vec<Stamp>,
    /// What was written.
    pub draft: Draft,
    /// Written by a later version of the page: it may hold more than this one can read, so it is
    /// never removed automatically.
    pub later_format: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    v: u32,
    revision: u64,
    includes: Vec<Stamp>,
    draft: Option<Draft>,
}

impl Version {
    /// Reads the record of this id. None: it is no draft, or one that can't be read.
    ///
    /// Format 1 is read too. Its records had no revision and could be overwritten by any tab, so
    /// the text itself becomes part of the id: another text is another version.
    #[must_use]
    pub fn read(id: &str, text: &str) -> Option<Version> {
        let record = serde_json::from_str::<Record>(text).ok()?;
        let draft = record.draft?;
        let stamp = match record.v {
            0 => return None,
            1 => Stamp {
                id: format!("v1-{:016x}", fnv1a(text)),
                revision: 0,
            },
            _ => Stamp {
                id: id.to_owned(),
                revision: record.revision,
            },
        };
        Some(Version {
            stamp,
            includes: record.includes,
            draft,
            later_format: record.v > FORMAT,
        })
    }

    /// Whether the text of the version called `other` went into this one, or is this one.
    #[must_use]
    pub fn covers(&self, other: &Stamp) -> bool {
        covers(&self.includes, other) || covers(std::slice::from_ref(&self.stamp), other)
    }

    /// Whether this version supersedes `other`. Of two versions at most one supersedes the other,
    /// whatever the records say.
    #[must_use]
    pub fn replaces(&self, other: &Version) -> bool {
        self.stamp.revision > other.stamp.revision && self.covers(&other.stamp)
    }
}

/// Whether `other`, or a later revision of the same record, is among `stamps`.
fn covers(stamps: &[Stamp], other: &Stamp) -> bool {
    stamps
        .iter()
        .any(|stamp| stamp.id == other.id && stamp.revision >= other.revision)
}

/// FNV-1a, 64 bit: tells texts apart, no more.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
