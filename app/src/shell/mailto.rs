//! `mailto:` links that the browser, or `glasspost mailto:…`, opens in this page.

use js_sys::decode_uri_component;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wire::handshake;

/// The link in the address bar, from which it is removed. None: there is none.
pub(super) fn take() -> Option<String> {
    let location = window().location();
    let fragment = location.hash().ok()?;
    let key = format!("#{}=", handshake::MAILTO_KEY);
    let encoded = fragment.strip_prefix(&key)?;
    let path = location.pathname().unwrap_or_else(|_| "/".into());
    // The state stays: it says what the page shows.
    let history = window().history().ok()?;
    let state = history.state().unwrap_or(JsValue::NULL);
    history.replace_state_with_url(&state, "", Some(&path)).ok();
    // As it is where a browser has passed it on without encoding it.
    let link = decode_uri_component(encoded).map_or(encoded.to_owned(), String::from);
    (!link.is_empty()).then_some(link)
}
