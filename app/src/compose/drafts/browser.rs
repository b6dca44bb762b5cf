//! What a tab remembers.

use serde::{Deserialize, Serialize};

use super::old::Stamp;
use crate::storage;

/// What this tab shows, in sessionStorage: a [`TabMemory`].
const TAB: &str = "glasspost.tab";

/// What a tab remembers through a reload, in a storage of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TabMemory {
    /// The draft that it shows.
    pub draft: Option<String>,
    /// It shows a new message in which nothing has been written, from this sender.
    pub blank_from: Option<String>,
    /// The draft that was left last in this tab.
    pub left: Option<String>,
    /// It may write to the draft that it shows.
    pub writes: bool,
    /// What it shows, as earlier versions of the page said it.
    #[serde(skip_serializing)]
    pub shows: Option<Stamp>,
}

/// Is in localStorage once this browser has shown the page.
const VISITED: &str = "glasspost.visited";

/// Whether this is the first visit, so that nothing can have been stored. The next one is not.
/// Where the browser can't tell, it is not.
pub(super) fn is_first_visit() -> bool {
    let nothing = storage::keys("glasspost.").is_empty() && storage::tab_text(TAB).is_none();
    nothing && storage::keep_text(VISITED, "").is_ok()
}

/// What this tab showed before it was reloaded.
#[must_use]
pub(super) fn tab_memory() -> TabMemory {
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
