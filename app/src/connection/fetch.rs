//! What the page fetches from the bridge besides the WebSocket, and where the WebSocket is.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};
use wire::handshake;

/// The address of the WebSocket.
pub(super) fn address() -> String {
    let host = web_sys::window()
        .and_then(|window| window.location().host().ok())
        .unwrap_or_default();
    let secure = web_sys::window().is_some_and(|window| {
        window
            .location()
            .protocol()
            .is_ok_and(|protocol| protocol == "https:")
    });
    format!(
        "{}://{host}{}",
        if secure { "wss" } else { "ws" },
        handshake::PATH
    )
}

/// Whether there is a bridge. Never completes if something accepts the connection and does not
/// answer.
pub(super) async fn bridge_answers() -> bool {
    let options = RequestInit::new();
    options.set_method("HEAD");
    options.set_cache(RequestCache::NoStore);
    fetch("/", &options).await.is_some()
}

/// A file that the bridge serves beside the page. None: it does not answer, or has no such file.
pub async fn file(path: &str) -> Option<String> {
    let answer = fetch(path, &RequestInit::new()).await?;
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

async fn fetch(path: &str, options: &RequestInit) -> Option<Response> {
    let asked = web_sys::window()?.fetch_with_str_and_init(path, options);
    let answer: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    answer.ok().then_some(answer)
}
