//! What the editor is given, made clean.
//!
//! First [`Rich`] keeps only the elements of a rich text. So no style and no handler is left that
//! a browser would complain about while it reads the HTML. Then DOMPurify makes the elements, with
//! the same list.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::DocumentFragment;

use super::squire::Purify;
use crate::compose::draft::rich::{Rich, TAGS};

/// The attributes that elements may have in the editor. A picture has its Content-ID there.
const ATTRIBUTES: [&str; 6] = ["href", "alt", "start", "colspan", "rowspan", "data-cid"];

/// What makes elements of HTML for the editor.
pub(super) type Sanitizer = Closure<dyn Fn(String) -> DocumentFragment>;

/// `take` gets each picture that has its octets in its address, and returns its Content-ID.
pub(super) fn sanitizer(
    purify: &JsValue,
    take: impl Fn(&str) -> Option<String> + 'static,
) -> Sanitizer {
    let purify: Purify = purify.clone().unchecked_into();
    let options = options();
    Closure::new(move |html: String| {
        let clean = Rich::read_pasted(&html, &take).flat().edited_html();
        let made = purify.sanitize(&clean, &options);
        let document = leptos::prelude::document();
        let own = document.import_node_with_deep(&made, true);
        own.map_or(made, JsCast::unchecked_into)
    })
}

fn options() -> Object {
    let list = |names: &[&str]| -> JsValue {
        names
            .iter()
            .map(|name| JsValue::from_str(name))
            .collect::<Array>()
            .into()
    };
    let options = Object::new();
    for (name, value) in [
        // A browser puts the rows of a table into one of these.
        ("ALLOWED_TAGS", list(&[&TAGS[..], &["tbody"]].concat())),
        ("ALLOWED_ATTR", list(&ATTRIBUTES)),
        ("ALLOW_DATA_ATTR", false.into()),
        ("ALLOW_ARIA_ATTR", false.into()),
        ("RETURN_DOM_FRAGMENT", true.into()),
    ] {
        Reflect::set(&options, &name.into(), &value).ok();
    }
    options
}
