//! What the browser keeps for the page: the token for as long as the tab lives, the rest for good.
//! Never a password.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{DomException, Storage};
use wire::handshake;

use crate::compose::drafts::{PREFIX, Store, StoreError, TabMemory};

/// Keys in localStorage. Those of drafts are in [`crate::compose::drafts`].
pub mod keys {
    /// The language chosen.
    pub const LANGUAGE: &str = "glasspost.language";
    /// The theme chosen.
    pub const THEME: &str = "glasspost.theme";
    /// The mail server chosen, without its password.
    pub const SERVER: &str = "glasspost.server";
    /// The newest message of the inbox that has been seen.
    pub const SEEN: &str = "glasspost.seen";
}

const TOKEN: &str = "glasspost.token";
/// What this tab shows, in sessionStorage: a [`TabMemory`].
const TAB: &str = "glasspost.tab";

/// Whether a token stands in the address bar.
#[must_use]
pub fn token_in_address() -> bool {
    let fragment = web_sys::window().and_then(|window| window.location().hash().ok());
    fragment.is_some_and(|fragment| fragment.starts_with(&format!("#{}=", handshake::FRAGMENT_KEY)))
}

/// The token of this run: out of the address bar, which forgets it at once, or out of this tab's
/// memory.
#[must_use]
pub fn take_token() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let fragment = location.hash().unwrap_or_default();
    let prefix = format!("#{}=", handshake::FRAGMENT_KEY);
    let session = window.session_storage().ok().flatten();
    if let Some(token) = fragment.strip_prefix(&prefix) {
        if let Some(session) = &session {
            session.set_item(TOKEN, token).ok();
        }
        let path = location.pathname().unwrap_or_else(|_| "/".into());
        if let Ok(history) = window.history() {
            history
                .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path))
                .ok();
        }
        return Some(token.to_owned());
    }
    session?.get_item(TOKEN).ok()?
}

/// What is kept under `key`, as text.
#[must_use]
pub fn text(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// Keeps text under `key`. False: the browser keeps nothing, because it is full or was told not to.
pub fn keep_text(key: &str, text: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(key, text).is_ok())
}

/// What is kept under `key`.
#[must_use]
pub fn value<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&text(key)?).ok()
}

/// Keeps a value under `key`.
pub fn keep<T: Serialize>(key: &str, value: &T) {
    if let Ok(text) = serde_json::to_string(value) {
        keep_text(key, &text);
    }
}

/// What this tab showed before it was reloaded.
#[must_use]
pub fn tab_memory() -> TabMemory {
    let text = session().and_then(|session| session.get_item(TAB).ok()?);
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Keeps what this tab shows, for when it is reloaded.
pub fn keep_tab_memory(memory: &TabMemory) {
    if let (Some(session), Ok(text)) = (session(), serde_json::to_string(memory)) {
        session.set_item(TAB, &text).ok();
    }
}

/// An id that no other page makes: 64 random bits.
#[must_use]
pub fn new_id() -> String {
    let mut random = [0; 8];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        crypto.get_random_values_with_u8_array(&mut random).ok();
    }
    format!("{:016x}", u64::from_be_bytes(random))
}

/// Drafts in localStorage.
#[derive(Clone, Copy, Debug)]
pub struct LocalDrafts;

impl Store for LocalDrafts {
    fn keys(&self) -> Vec<String> {
        let Some(storage) = local() else {
            return Vec::new();
        };
        (0..storage.length().unwrap_or(0))
            .filter_map(|at| storage.key(at).ok()?)
            .filter(|key| key.starts_with(PREFIX))
            .collect()
    }

    fn get(&self, key: &str) -> Option<String> {
        text(key)
    }

    fn set(&self, key: &str, text: &str) -> Result<(), StoreError> {
        let storage = local().ok_or(StoreError::Unavailable)?;
        storage.set_item(key, text).map_err(|error| {
            let name = error.dyn_into::<DomException>().map(|error| error.name());
            match name.as_deref() {
                // Firefox had a name of its own for it until version 139.
                Ok("QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED") => StoreError::Full,
                _ => StoreError::Unavailable,
            }
        })
    }

    fn remove(&self, key: &str) {
        if let Some(storage) = local() {
            storage.remove_item(key).ok();
        }
    }
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
