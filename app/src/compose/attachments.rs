//! The files that go with the draft: chosen, dropped or pasted, named, ordered and removed.

mod drop;
mod given;
mod list;
mod row;
mod size;
mod store;
mod view;
mod words;

pub(super) use self::drop::{DropOverlay, take_files};
pub(super) use self::size::SizeBar;
pub(super) use self::store::{Attachments, use_attachments};
pub(super) use self::view::Attached;

use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// Puts text where the caret is in the message's text, on a line of its own, as if it had been
/// typed. False: the text is not on the screen.
fn insert_into_text(text: &str) -> bool {
    let document = leptos::prelude::document();
    let field = document.get_element_by_id("message");
    let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return false;
    };
    field.focus().ok();
    let document: HtmlDocument = document.unchecked_into();
    let typed = format!("{text}\n");
    let done = document.exec_command_with_show_ui_and_value("insertText", false, &typed);
    done.unwrap_or(false)
}
