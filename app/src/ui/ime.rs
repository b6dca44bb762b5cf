//! Input methods: keys that belong to one, and text that is still being composed by one.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, KeyboardEvent};

thread_local! {
    /// The element in which a composition is under way.
    static COMPOSING: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// `keyCode` of a key that an input method has handled (UI Events, "Legacy Key Attributes").
const HANDLED: u32 = 229;

/// Whether a key belongs to an input method, and so is neither text nor a shortcut. Every handler
/// of keys asks this first.
///
/// Safari sends the keydown that ends a composition after `compositionend`, no longer marked as
/// composing, so the key code counts too.
#[must_use]
pub fn handles(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == HANDLED
}

/// Whether text is being composed in this element. Its value must not be set meanwhile: that
/// would end the composition and garble the text.
#[must_use]
pub fn composes_in(element: &Element) -> bool {
    COMPOSING.with_borrow(|composing| composing.as_ref() == Some(element))
}

/// Whether text is being composed anywhere on the page.
#[must_use]
pub fn composes() -> bool {
    // An element that has left the page sends no `compositionend`.
    COMPOSING.with_borrow(|composing| {
        let element = composing.as_ref();
        element.is_some_and(|element| element.is_connected())
    })
}

/// Begins to watch for compositions, for as long as the page lives.
pub fn watch() {
    listen("compositionstart", |event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        COMPOSING.set(target);
    });
    listen("compositionend", |_| COMPOSING.set(None));
}

fn listen(event: &str, handle: fn(Event)) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let handle = Closure::<dyn FnMut(Event)>::new(handle);
    // In the capture phase, so that it is done before the fields' own handlers run.
    window
        .add_event_listener_with_callback_and_bool(event, handle.as_ref().unchecked_ref(), true)
        .ok();
    handle.forget();
}
