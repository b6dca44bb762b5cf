//! Where the browser keeps drafts: their texts in localStorage, what a tab shows in sessionStorage.

use super::{PREFIX, Store, StoreError, TabMemory};
use crate::storage;
use crate::ui::dom::random;

/// What this tab shows, in sessionStorage: a [`TabMemory`].
const TAB: &str = "glasspost.tab";

/// Drafts in localStorage.
#[derive(Clone, Copy, Debug)]
pub struct LocalDrafts;

impl Store for LocalDrafts {
    fn keys(&self) -> Vec<String> {
        storage::keys(PREFIX)
    }

    fn get(&self, key: &str) -> Option<String> {
        storage::text(key)
    }

    fn set(&self, key: &str, text: &str) -> Result<(), StoreError> {
        storage::keep_text(key, text)
    }

    fn remove(&self, key: &str) {
        storage::remove(key);
    }
}

/// What this tab showed before it was reloaded.
#[must_use]
pub fn tab_memory() -> TabMemory {
    storage::tab_text(TAB)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Keeps what this tab shows, for when it is reloaded.
pub fn keep_tab_memory(memory: &TabMemory) {
    if let Ok(text) = serde_json::to_string(memory) {
        storage::keep_tab_text(TAB, &text);
    }
}

/// An id that no other page makes: 64 random bits.
#[must_use]
pub fn new_id() -> String {
    format!("{:016x}", u64::from_be_bytes(random()))
}
