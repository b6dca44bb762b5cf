//! The token with which the page presents itself to the bridge. It comes in the fragment of the
//! page's address; the tab remembers it, so that the page can be reloaded.

use wasm_bindgen::JsValue;
use wire::handshake;

use crate::storage;

/// The key of the token in sessionStorage.
const KEY: &str = "glasspost.token";

/// Whether a token is in the address bar.
pub(super) fn is_in_address() -> bool {
    let fragment = web_sys::window().and_then(|window| window.location().hash().ok());
    fragment.is_some_and(|fragment| fragment.starts_with(&prefix()))
}

/// The token of this run: from the address bar, from which it is removed, or from the memory of
/// this tab.
pub(super) fn take() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let fragment = location.hash().unwrap_or_default();
    let Some(token) = fragment.strip_prefix(&prefix()) else {
        return storage::tab_text(KEY);
    };
    storage::keep_tab_text(KEY, token);
    let path = location.pathname().unwrap_or_else(|_| "/".into());
    if let Ok(history) = window.history() {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&path))
            .ok();
    }
    Some(token.to_owned())
}

fn prefix() -> String {
    format!("#{}=", handshake::FRAGMENT_KEY)
}
