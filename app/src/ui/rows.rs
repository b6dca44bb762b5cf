//! Lists of rows (`li`) through which the arrow keys go.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::ime;

/// The row in which a key was pressed. None: the key belongs to an input method.
#[must_use]
pub fn row_of(event: &KeyboardEvent) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("li").ok()??;
    (!ime::handles(event)).then_some(row)
}

/// The row to which a key leads from this one. `Some(None)`: it leads nowhere from there.
#[must_use]
pub fn row_for_key(event: &KeyboardEvent, row: &Element) -> Option<Option<Element>> {
    let list = row.parent_element();
    match event.key().as_str() {
        "ArrowDown" => Some(row.next_element_sibling()),
        "ArrowUp" => Some(row.previous_element_sibling()),
        "Home" => Some(list.and_then(|list| list.first_element_child())),
        "End" => Some(list.and_then(|list| list.last_element_child())),
        _ => None,
    }
}

/// Gives the focus to what is found in a row.
pub fn focus_in(row: Option<&Element>, selector: &str) {
    focus(row.and_then(|row| row.query_selector(selector).ok()?));
}

/// Gives the focus to an element, if it is there.
pub fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}
