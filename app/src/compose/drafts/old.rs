//! Drafts as earlier versions of the page stored them, in localStorage. They are taken over, and
//! removed there when they are in the database. A page of an earlier version that is still open in
//! another tab may write more of them.

mod version;
mod versions;

pub use version::{Stamp, Version};
pub use versions::Versions;

use super::record::{Write, Writer};

/// What the keys of all old drafts begin with. Format 1 had only this very key.
pub const PREFIX: &str = "glasspost.draft";

impl Versions {
    /// The drafts that are current, as they are to be stored. A text that is taken over twice is
    /// recognised by its writer.
    #[must_use]
    pub fn writes(&self, now: u64) -> Vec<Write> {
        let highest = self.revision();
        let current = self.current().filter(|version| !version.draft.is_blank());
        let write = |version: &Version| {
            let Stamp { id, revision } = &version.stamp;
            Write {
                id: id.clone(),
                base: 0,
                by: Writer {
                    page: format!("{PREFIX}.{id}"),
                    edits: revision + 1,
                },
                own_id: format!("{id}-{revision}"),
                draft: version.draft.clone(),
                // They had no time, only an order.
                time: now.saturating_sub(1 + (highest - revision)),
                deleted: None,
            }
        };
        current.map(write).collect()
    }
}
