//! JSON, read and written by the browser: its parser is there already, and a second one would be downloaded.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value out of JSON.
#[cfg(target_family = "wasm")]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = js_sys::JSON::parse(text).map_err(said)?;
    serde_wasm_bindgen::from_value(value).map_err(|error| said(error.into()))
}

/// A value as JSON.
#[cfg(target_family = "wasm")]
pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, String> {
    let json = serde_wasm_bindgen::Serializer::json_compatible();
    let value = value.serialize(&json).map_err(|error| said(error.into()))?;
    js_sys::JSON::stringify(&value)
        .map(String::from)
        .map_err(said)
}

#[cfg(target_family = "wasm")]
fn said(error: wasm_bindgen::JsValue) -> String {
    js_sys::Error::from(error).message().into()
}

/// A value out of JSON, where there is no browser: in tests.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// A value as JSON, where there is no browser: in tests.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}
