//! What is used of Squire and DOMPurify.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{DocumentFragment, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// An editor.
    #[derive(Clone)]
    pub(super) type Squire;

    #[wasm_bindgen(method, js_name = getHTML)]
    pub(super) fn html(this: &Squire) -> String;

    #[wasm_bindgen(method, js_name = setHTML)]
    pub(super) fn set_html(this: &Squire, html: &str);

    #[wasm_bindgen(method, js_name = insertHTML)]
    pub(super) fn insert_html(this: &Squire, html: &str);

    #[wasm_bindgen(method, js_name = addEventListener)]
    pub(super) fn on(this: &Squire, event: &str, handle: &Function);

    #[wasm_bindgen(method, js_name = setKeyHandler)]
    pub(super) fn set_key(this: &Squire, key: &str, handle: &JsValue);

    #[wasm_bindgen(method, js_name = getPath)]
    pub(super) fn path(this: &Squire) -> String;

    #[wasm_bindgen(method, js_name = hasFormat)]
    pub(super) fn has(this: &Squire, tag: &str) -> bool;

    #[wasm_bindgen(method, js_name = getSelection)]
    pub(super) fn selection(this: &Squire) -> web_sys::Range;

    #[wasm_bindgen(method, js_name = setSelection)]
    pub(super) fn select(this: &Squire, range: &web_sys::Range);

    #[wasm_bindgen(method, js_name = getSelectedText)]
    pub(super) fn selected_text(this: &Squire) -> String;

    #[wasm_bindgen(method, js_name = makeLink)]
    pub(super) fn make_link(this: &Squire, address: &str);

    #[wasm_bindgen(method, js_name = modifyDocument)]
    pub(super) fn modify(this: &Squire, change: &Function);

    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &Squire);

    #[wasm_bindgen(method)]
    pub(super) fn destroy(this: &Squire);

    /// DOMPurify.
    #[derive(Clone)]
    pub(super) type Purify;

    #[wasm_bindgen(method)]
    pub(super) fn sanitize(this: &Purify, html: &str, options: &Object) -> DocumentFragment;
}

/// An editor of this element.
pub(super) fn open(class: &JsValue, root: &HtmlElement, options: &Object) -> Option<Squire> {
    let class: &Function = class.dyn_ref()?;
    let arguments = Array::of2(root, options);
    let editor = js_sys::Reflect::construct(class, &arguments).ok()?;
    Some(editor.unchecked_into())
}

/// Calls a method without arguments.
pub(super) fn call(editor: &Squire, name: &str) {
    let method = js_sys::Reflect::get(editor, &name.into());
    if let Some(method) = method
        .ok()
        .and_then(|method| method.dyn_into::<Function>().ok())
    {
        method.call0(editor).ok();
    }
}

/// Takes the handles away by which pictures are made larger.
pub(super) fn without_resizing(editor: &Squire) {
    let resizer = js_sys::Reflect::get(editor, &"_imageResizer".into());
    if let Ok(resizer) = resizer {
        call(resizer.unchecked_ref(), "destroy");
    }
}
