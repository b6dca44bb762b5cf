//! What the browser keeps for the page: the token for as long as the tab lives, the rest for good. Never a password.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;
use wire::handshake;

/// Keys in localStorage.
pub mod keys {
    /// The draft, as `crate::draft::store` writes it.
    pub const DRAFT: &str = "glasspost.draft";
    /// A draft that could not be read, kept as it was.
    pub const UNREAD_DRAFT: &str = "glasspost.draft.unread";
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

/// Whether a token stands in the address bar.
#[must_use]
pub fn token_in_address() -> bool {
    let fragment = web_sys::window().and_then(|window| window.location().hash().ok());
    fragment.is_some_and(|fragment| fragment.starts_with(&format!("#{}=", handshake::FRAGMENT_KEY)))
}

/// The token of this run: out of the address bar, which forgets it at once, or out of this tab's memory.
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
    crate::json::read(&text(key)?).ok()
}

/// Keeps a value under `key`.
pub fn keep<T: Serialize>(key: &str, value: &T) {
    if let Ok(text) = crate::json::write(value) {
        keep_text(key, &text);
    }
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
