//! JSON, parsed and written by the browser: it has a parser already, and a second one would be downloaded.
//!
//! Reading goes through a `Deserializer` of our own, because of what it spares the page. It reads a struct's fields in their order, by name, and
//! names a variant by its place, so that of all that serde derives only the shortest way through is compiled in; and its
//! error is a word instead of a sentence, so that nothing that writes sentences is.

mod read;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value out of JSON.
#[cfg(target_family = "wasm")]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = js_sys::JSON::parse(text).map_err(said)?;
    read::value(value).map_err(|error| error.to_string())
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
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    read::value(value).map_err(|error| error.to_string())
}

/// A value as JSON, where there is no browser: in tests.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
