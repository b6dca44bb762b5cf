//! Text fields that follow the state.

use leptos::html::{self, ElementType};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::ime;

/// A field with text in it.
pub(crate) trait TextField {
    fn text(&self) -> String;
    fn set_text(&self, text: &str);
    fn element(&self) -> &Element;
}

impl TextField for HtmlInputElement {
    fn text(&self) -> String {
        self.value()
    }
    fn set_text(&self, text: &str) {
        self.set_value(text);
    }
    fn element(&self) -> &Element {
        self
    }
}

impl TextField for HtmlTextAreaElement {
    fn text(&self) -> String {
        self.value()
    }
    fn set_text(&self, text: &str) {
        self.set_value(text);
    }
    fn element(&self) -> &Element {
        self
    }
}

/// Shows `text` in a field whenever it becomes another than the field has.
///
/// Unlike `prop:value`, this leaves a field alone that has the text already, because the person
/// typed it there: the caret, the browser's undo and what an input method is composing stay.
pub(crate) fn follow<E>(field: NodeRef<E>, text: impl Fn() -> String + Send + Sync + 'static)
where
    E: ElementType + 'static,
    E::Output: TextField + JsCast + Clone + 'static,
{
    let text = Memo::new(move |_| text());
    Effect::new(move |_| {
        let wanted = text.get();
        if let Some(field) = field.get() {
            show_text(&field, &wanted);
        }
    });
}

/// Shows `text` in a field, unless the field has it already or text is being composed there.
pub(crate) fn show_text(field: &impl TextField, text: &str) {
    if field.text() != text && !ime::composes_in(field.element()) {
        field.set_text(text);
    }
}

/// Puts text where the caret is, as if it had been typed, so that it can be undone.
pub(crate) fn insert(field: &HtmlInputElement, text: &str) {
    let typed = document()
        .dyn_into::<web_sys::HtmlDocument>()
        .map(|document| {
            let done = document.exec_command_with_show_ui_and_value("insertText", false, text);
            done.unwrap_or(false)
        });
    if !matches!(typed, Ok(true)) {
        field.set_range_text(text).ok();
        let event = web_sys::Event::new("input");
        event.map(|event| field.dispatch_event(&event).ok()).ok();
    }
}

/// The text that a field would have after a paste at its selection.
pub(crate) fn with_pasted(field: &HtmlInputElement, pasted: &str) -> String {
    // The browser counts UTF-16 code units.
    let value: Vec<u16> = field.value().encode_utf16().collect();
    let at =
        |place: Option<u32>| place.map_or(value.len(), |place| value.len().min(place as usize));
    let start = at(field.selection_start().ok().flatten());
    let end = at(field.selection_end().ok().flatten()).max(start);
    let (before, after) = (&value[..start], &value[end..]);
    let text = String::from_utf16_lossy;
    format!("{}{pasted}{}", text(before), text(after))
}

/// The plain text of a paste or a drop.
pub(crate) fn plain_text(data: Option<web_sys::DataTransfer>) -> Option<String> {
    data?.get_data("text/plain").ok()
}

/// Puts the caret after the last character of a field, and the focus into it.
pub(crate) fn focus_end(input: NodeRef<html::Input>) {
    if let Some(field) = input.try_get_untracked().flatten() {
        field.focus().ok();
        let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(u32::MAX);
        field.set_selection_range(end, end).ok();
    }
}
