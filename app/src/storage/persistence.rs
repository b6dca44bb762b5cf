//! Whether the browser may remove what is stored when it needs room.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

fn manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let manager = navigator.storage();
    // Browsers have it on pages that they trust only.
    let there = !AsRef::<JsValue>::as_ref(&manager).is_undefined();
    there.then_some(manager)
}

async fn answer(promise: Result<Promise, JsValue>) -> Option<bool> {
    JsFuture::from(promise.ok()?).await.ok()?.as_bool()
}

/// Whether what is stored stays until a person removes it. None: the browser does not say.
pub async fn is_persistent() -> Option<bool> {
    answer(manager()?.persisted()).await
}

/// Asks the browser to keep what is stored. Some ask the person; others decide by how much the page
/// is used. Whether it does.
pub async fn persist() -> bool {
    let Some(manager) = manager() else {
        return false;
    };
    answer(manager.persist()).await == Some(true)
}
