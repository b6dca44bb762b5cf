//! The field of a plain text or of Markdown, as others use it.

use std::ops::Range;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

use super::text_view::{Inserted, TextView};
use crate::compose::draft::picture_mark;

/// A text area.
pub(super) struct PlainView(pub(super) NodeRef<html::Textarea>);

impl PlainView {
    fn field(&self) -> Option<HtmlTextAreaElement> {
        self.0.try_get_untracked().flatten()
    }
}

impl TextView for PlainView {
    fn insert(&self, what: Inserted<'_>) -> bool {
        let Some(field) = self.field() else {
            return false;
        };
        match what {
            Inserted::Text(text) => insert_into(&field, text),
            // Who inserts it asks for the format first.
            Inserted::Rich(_) => false,
            Inserted::Picture { name, .. } => {
                insert_into(&field, &format!("{}\n", picture_mark(name)))
            }
        }
    }

    fn text(&self) -> Vec<u16> {
        let field = self.field();
        field.map_or_else(Vec::new, |field| field.value().encode_utf16().collect())
    }

    fn caret(&self) -> usize {
        let start = self
            .field()
            .and_then(|field| field.selection_start().ok().flatten());
        start.map_or(0, |start| start as usize)
    }

    fn select(&self, range: Range<usize>, focus: bool) {
        let Some(field) = self.field() else { return };
        let had = document().active_element();
        let [start, end] = [range.start, range.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        // A browser scrolls to the caret when the field gets the focus.
        field.set_selection_range(start, start).ok();
        field.blur().ok();
        field.focus().ok();
        field.set_selection_range(start, end).ok();
        if let Some(had) = had.filter(|_| !focus)
            && let Ok(had) = had.dyn_into::<HtmlElement>()
        {
            had.focus().ok();
        }
    }

    fn replace(&self, ranges: &[Range<usize>], with: &str) {
        let Some(field) = self.field() else { return };
        let text: Vec<u16> = field.value().encode_utf16().collect();
        let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
            return;
        };
        let with: Vec<u16> = with.encode_utf16().collect();
        let (mut new, mut at) = (Vec::new(), first.start);
        for range in ranges {
            new.extend_from_slice(text.get(at..range.start).unwrap_or_default());
            new.extend_from_slice(&with);
            at = range.end;
        }
        let had = document().active_element();
        let [start, end] = [first.start, last.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        field.focus().ok();
        field.set_selection_range(start, end).ok();
        insert_into(&field, &String::from_utf16_lossy(&new));
        if let Some(had) = had.and_then(|had| had.dyn_into::<HtmlElement>().ok()) {
            had.focus().ok();
        }
    }
}

/// Puts text where the caret is, as if it had been typed, so that it can be undone.
fn insert_into(field: &HtmlTextAreaElement, text: &str) -> bool {
    field.focus().ok();
    let document: HtmlDocument = document().unchecked_into();
    let command = if text.is_empty() {
        "delete"
    } else {
        "insertText"
    };
    let done = document.exec_command_with_show_ui_and_value(command, false, text);
    done.unwrap_or(false)
}
