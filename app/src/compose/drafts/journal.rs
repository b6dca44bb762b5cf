//! Texts that are not in the database yet, in localStorage, which answers at once: for a page that
//! is being closed, and for a database that fails. The next page stores them under the same rule as
//! any other write.

use super::record::Write;
use super::session::JournalEntry;
use crate::storage::{self, StoreError};

/// What the keys of all entries begin with.
pub const PREFIX: &str = "glasspost.journal.";

/// Adds an entry, or writes it anew.
///
/// # Errors
/// Why it is not stored.
pub fn keep(entry: &JournalEntry) -> Result<(), StoreError> {
    let text = serde_json::to_string(&entry.write).map_err(|_| StoreError::Failed)?;
    storage::keep_text(&format!("{PREFIX}{}", entry.key), &text)
}

/// Removes an entry.
pub fn remove(key: &str) {
    storage::remove(&format!("{PREFIX}{key}"));
}

/// All entries: their keys in localStorage, and their texts.
#[must_use]
pub fn entries() -> Vec<(String, String)> {
    let keys = storage::keys(PREFIX).into_iter();
    keys.filter_map(|key| storage::text(&key).map(|text| (key, text)))
        .collect()
}

/// Reads the text of an entry.
#[must_use]
pub fn read(text: &str) -> Option<Write> {
    serde_json::from_str(text)
        .ok()
        .filter(|write: &Write| !write.id.is_empty())
}
