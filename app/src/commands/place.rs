//! Where the focus is, and which controls are on the screen.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::command::Command;

/// Inputs in which letters are no text.
const NO_TEXT: [&str; 8] = [
    "button", "checkbox", "color", "file", "image", "radio", "reset", "submit",
];

/// Whether letters are for the element that has the focus: a text field, a list that is searched by
/// typing, an address that is replaced by typing, or the line that is paused.
pub(super) fn takes_letters() -> bool {
    let Some(focused) = document().active_element() else {
        return false;
    };
    if let Some(input) = focused.dyn_ref::<HtmlInputElement>() {
        return !NO_TEXT.contains(&input.type_().as_str());
    }
    let takes = "textarea, select, iframe, [contenteditable=true], [role=grid] *, .pause *";
    focused.matches(takes).unwrap_or(false)
}

/// Whether the focus is in the editor of a rich text, where Ctrl+K makes a link.
pub(super) fn edits_rich_text() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|focused| focused.matches("[contenteditable=true]").unwrap_or(false))
}

/// The control of a command, if it is on the screen and can be used.
pub(super) fn control(command: &Command) -> Option<HtmlElement> {
    let mark = format!("[data-command=\"{}\"]", command.id);
    let found = document().query_selector_all(command.control.unwrap_or(&mark));
    let found = found.ok()?;
    let all = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    // Of several, as of buttons that undo something, the one that is in front of the others.
    all.rev().find(|control: &HtmlElement| usable(control))
}

/// Whether the view that a command shows is on the screen.
pub(super) fn is_shown(view: &Command) -> bool {
    let selector = view.shows.unwrap_or(":not(*)");
    let shown = document().query_selector(selector).ok().flatten();
    let shown = shown.and_then(|shown| shown.dyn_into::<HtmlElement>().ok());
    shown.is_some_and(|shown| shown.offset_width() > 0)
}

fn usable(control: &HtmlElement) -> bool {
    let disabled = control.matches(":disabled").unwrap_or(false);
    control.offset_width() > 0 && !disabled
}

/// Uses a control: the focus goes into a field, and a button is clicked.
pub(super) fn press(control: &HtmlElement) {
    if let Some(field) = control.dyn_ref::<HtmlInputElement>()
        && !NO_TEXT.contains(&field.type_().as_str())
    {
        field.focus().ok();
        return field.select();
    }
    control.click();
}
