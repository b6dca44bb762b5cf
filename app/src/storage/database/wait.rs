//! Waiting for what IndexedDB answers by events.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, IdbRequest};

use crate::storage::StoreError;

/// Waits for one of these events, of which all but the first are failures. It listens from the
/// first poll on, so that must come before any of them can happen.
pub(super) async fn wait(
    target: &EventTarget,
    good: &str,
    bad: &[&str],
) -> Result<JsValue, JsValue> {
    // The functions of the promise are the listeners, so nothing has to be kept or freed here.
    let promise = Promise::new(&mut |resolve, reject| {
        let (resolve, reject) = (resolve.unchecked_ref(), reject.unchecked_ref());
        target.add_event_listener_with_callback(good, resolve).ok();
        for bad in bad {
            target.add_event_listener_with_callback(bad, reject).ok();
        }
    });
    JsFuture::from(promise).await
}

/// Waits for the result of a request.
pub(super) async fn answer(request: Result<IdbRequest, JsValue>) -> Result<JsValue, StoreError> {
    let request = request.map_err(|error| StoreError::of(&error))?;
    match wait(&request, "success", &["error"]).await {
        Ok(_) => request.result().map_err(|error| StoreError::of(&error)),
        Err(_) => Err(failure(&request)),
    }
}

/// Why a request failed.
pub(super) fn failure(request: &IdbRequest) -> StoreError {
    let error = request.error().ok().flatten();
    error.map_or(StoreError::Failed, |error| StoreError::of(error.as_ref()))
}
