//! Copying chips, and making chips of what is pasted.

use leptos::ev::ClipboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, HtmlTextAreaElement};

use super::Field;
use super::code::insert_plain;
use super::selection::Selection;
use super::store::number;
use crate::compose::draft::{Pasted, Place};
use crate::compose::store::ComposeStore;
use crate::ui::text_field::{plain_text, show_text, with_pasted};

fn html(data: Option<DataTransfer>) -> String {
    let html = data.and_then(|data| data.get_data("text/html").ok());
    html.unwrap_or_default()
}

impl Field {
    /// Copies the chips that are selected, as a list, or cuts them out. Text in the input is left
    /// to the browser.
    pub(super) fn copy(self, event: &ClipboardEvent, cut: bool) {
        let texts = self.chips.selected_texts();
        if self.is_input(event) || texts.is_empty() {
            return;
        }
        let Some(data) = event.clipboard_data() else {
            return;
        };
        event.prevent_default();
        let copied = data.set_data("text/plain", &self.chips.code.join(&texts));
        if cut && copied.is_ok() && self.chips.remove_selected(self.place, false).is_none() {
            self.to_input();
        }
    }

    fn is_input(self, event: &web_sys::Event) -> bool {
        let target = event.target();
        let target = target
            .as_ref()
            .and_then(|target| target.dyn_ref::<web_sys::Element>());
        target.is_some_and(|target| target.tag_name() == "INPUT")
    }

    /// Makes addresses of a list that is pasted. Other text is left to the browser.
    pub(super) fn paste(self, event: &ClipboardEvent) {
        let Some(plain) = plain_text(event.clipboard_data()) else {
            return;
        };
        let html = html(event.clipboard_data());
        let Some(pasted) = self.chips.code.pasted(&plain, &html) else {
            return self.paste_plain(event, &plain);
        };
        if !self.is_input(event) {
            let Some(selection) = self.chips.selection(self.place) else {
                return;
            };
            event.prevent_default();
            let at = (selection.active() + 1).min(self.many());
            let many = pasted.here.len();
            self.add(at, pasted);
            if let Some(selection) = Selection::range(at, at + many) {
                self.chips.select(self.place, Some(selection));
            }
            return;
        }
        let Some(field) = self.field() else {
            return;
        };
        if !is_for_us(&plain, &pasted) {
            return;
        }
        event.prevent_default();
        let at = untrack(|| self.chips.caret(self.place));
        let last = at == self.many();
        if pasted.is_list()
            && !field.value().is_empty()
            && pasted.here == self.chips.code.split(&plain)
        {
            // Within the text that is there.
            let whole = with_pasted(&field, &plain);
            field.set_value("");
            self.chips.typed(self.place, String::new());
            let pasted = self.chips.code.pasted(&whole, &html).unwrap_or(pasted);
            self.add_behind(at, last, pasted);
        } else {
            self.add_behind(at, last, pasted);
        }
    }

    /// The code that reads what is pasted is not there: the text goes into the input, as typed.
    fn paste_plain(self, event: &ClipboardEvent, plain: &str) {
        let on_chips = !self.is_input(event);
        if on_chips && self.chips.selection(self.place).is_none() {
            return;
        }
        if on_chips || plain.chars().any(char::is_control) {
            event.prevent_default();
            if let Some(field) = self.field() {
                insert_plain(&field, plain);
            }
        }
    }

    /// Makes addresses of text that is dropped here. Whether it is more than text to be inserted
    /// as it is.
    pub(super) fn add_dropped(self, data: Option<DataTransfer>, at: usize, all: bool) -> bool {
        let Some(plain) = plain_text(data.clone()) else {
            return false;
        };
        let Some(pasted) = self.chips.code.pasted(&plain, &html(data)) else {
            let takes = all || plain.chars().any(char::is_control);
            if let Some(field) = self.field().filter(|_| takes) {
                insert_plain(&field, &plain);
            }
            return takes;
        };
        let takes = is_for_us(&plain, &pasted) || (all && !pasted.here.is_empty());
        if takes {
            self.add(at, pasted);
        }
        takes
    }

    fn add_behind(self, at: usize, last: bool, pasted: Pasted) {
        let many = pasted.here.len();
        self.add(at, pasted);
        self.chips
            .set_caret(self.place, (!last).then_some(at + many));
    }

    /// Adds what was pasted: its addresses at this place of this field, and the rest where it
    /// belongs.
    pub(super) fn add(self, at: usize, pasted: Pasted) {
        let Pasted {
            here,
            to,
            cc,
            bcc,
            subject,
            body,
            mut other,
        } = pasted;
        self.chips.change(|chips| {
            let list = &mut chips[number(self.place)];
            let at = at.min(list.len());
            list.splice(at..at, here);
            for (list, more) in chips.iter_mut().zip([to, cc, bcc]) {
                list.extend(more);
            }
        });
        let compose = self.chips.compose;
        let subject = subject.and_then(|text| fill(compose, Place::Subject, text));
        let body = body.and_then(|text| fill(compose, Place::Message, text));
        other.extend(subject.into_iter().chain(body));
        if !other.is_empty() {
            self.chips.left_over.set(Some((self.place, other)));
        }
    }
}

/// Whether what was pasted is more than an input takes: several addresses, a line end or a tab,
/// which an input element would make a space of, or drop, or something that is shown differently.
fn is_for_us(plain: &str, pasted: &Pasted) -> bool {
    match &pasted.here[..] {
        _ if !pasted.is_list() => true,
        [] => false,
        [one] => one != plain.trim() || plain.chars().any(char::is_control),
        _ => true,
    }
}

/// The subject or the text of the draft, where it is empty, becomes what was pasted. Returns what
/// was not taken.
fn fill(compose: ComposeStore, place: Place, text: String) -> Option<String> {
    if !compose.text(place).with_untracked(String::is_empty) {
        return Some(text);
    }
    compose.type_text(place, text);
    // The text is read back only when another draft is shown, because it can be large.
    let body = (place == Place::Message)
        .then(|| document().get_element_by_id("message"))
        .flatten()
        .and_then(|body| body.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(body) = body {
        show_text(&body, &compose.text(place).get_untracked());
    }
    None
}
