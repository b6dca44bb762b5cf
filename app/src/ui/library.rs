//! JavaScript libraries of others (`app/libraries`), loaded when they are first needed.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::part::NotLoaded;

#[wasm_bindgen]
extern "C" {
    /// `import()`, which only JavaScript can call (`app/boot.js`).
    #[wasm_bindgen(catch, js_namespace = glasspost, js_name = load)]
    fn import(path: &str) -> Result<Promise, JsValue>;
}

/// What a library exports as its default. It is loaded once; another call returns the same.
///
/// # Errors
/// It could not be loaded: the bridge does not answer. Another call tries again.
pub async fn library(file: &str) -> Result<JsValue, NotLoaded> {
    let module = import(&format!("./libraries/{file}")).map_err(|_| NotLoaded)?;
    let module = JsFuture::from(module).await.map_err(|_| NotLoaded)?;
    Reflect::get(&module, &JsValue::from_str("default")).map_err(|_| NotLoaded)
}
