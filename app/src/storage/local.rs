//! localStorage, which lasts and is shared by all tabs, and sessionStorage, which lasts as long as
//! the tab. Both answer at once, and hold little.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

use super::StoreError;

/// What all tabs share under `key`, as text.
#[must_use]
pub fn text(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// Keeps text under `key`, for all tabs.
///
/// # Errors
/// Why it is not stored. What was there before is still there.
pub fn keep_text(key: &str, text: &str) -> Result<(), StoreError> {
    let storage = local().ok_or(StoreError::Unavailable)?;
    storage
        .set_item(key, text)
        .map_err(|error| StoreError::of(&error))
}

/// Removes what all tabs share under `key`.
pub fn remove(key: &str) {
    if let Some(storage) = local() {
        storage.remove_item(key).ok();
    }
}

/// All keys that begin with `prefix`.
#[must_use]
pub fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = local() else {
        return Vec::new();
    };
    (0..storage.length().unwrap_or(0))
        .filter_map(|at| storage.key(at).ok()?)
        .filter(|key| key.starts_with(prefix))
        .collect()
}

/// What all tabs share under `key`. None: nothing, or nothing that can be read as `T`.
#[must_use]
pub fn value<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&text(key)?).ok()
}

/// Keeps a value under `key`, for all tabs, where the browser can.
pub fn keep<T: Serialize>(key: &str, value: &T) {
    if let Ok(text) = serde_json::to_string(value) {
        keep_text(key, &text).ok();
    }
}

/// What this tab keeps under `key`, as text.
#[must_use]
pub fn tab_text(key: &str) -> Option<String> {
    session()?.get_item(key).ok()?
}

/// Keeps text under `key` for this tab, where the browser can.
pub fn keep_tab_text(key: &str, text: &str) {
    if let Some(session) = session() {
        session.set_item(key, text).ok();
    }
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
