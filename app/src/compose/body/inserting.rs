//! Putting something into the text where the caret is, whatever its format.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use crate::compose::store::ComposeStore;

/// What is put into the text.
#[derive(Clone, Copy, Debug)]
pub(in crate::compose) enum Inserted<'a> {
    /// A picture of the message.
    Picture {
        /// Its Content-ID.
        id: &'a str,
        /// Its name.
        name: &'a str,
    },
}

/// Puts it there. False: the field is not on the screen.
pub(in crate::compose) type Insert = Box<dyn Fn(Inserted<'_>) -> bool>;

/// The field on the screen takes what is inserted, for as long as the component lives.
pub(super) fn provides(compose: ComposeStore, insert: impl Fn(Inserted<'_>) -> bool + 'static) {
    compose.insert.set_value(Some(Box::new(insert)));
    on_cleanup(move || {
        compose.insert.try_update_value(Option::take);
    });
}

/// Puts text where the caret is in a plain field, as if it had been typed, so that it can be
/// undone.
pub(super) fn insert_into(field: &HtmlTextAreaElement, text: &str) -> bool {
    field.focus().ok();
    let document: HtmlDocument = leptos::prelude::document().unchecked_into();
    let done = document.exec_command_with_show_ui_and_value("insertText", false, text);
    done.unwrap_or(false)
}
