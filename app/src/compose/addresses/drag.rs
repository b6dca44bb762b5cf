//! Dragging chips between the fields, and dropping text.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::Field;
use super::selection::Selection;

impl Field {
    /// A chip begins to be dragged, and with it all that are selected.
    pub(super) fn drag_start(self, event: &DragEvent, at: usize) {
        let selection = self.chips.selection(self.place);
        if !selection.is_some_and(|selection| selection.contains(at)) {
            self.chips.select(self.place, Some(Selection::only(at)));
        }
        if let Some(data) = event.data_transfer() {
            let list = self.chips.code.join(&self.chips.selected_texts());
            data.set_data("text/plain", &list).ok();
            data.set_effect_allowed("copyMove");
        }
        self.chips.drag(true);
    }

    /// Lets chips and text be dropped here. Files are not for this field.
    pub(super) fn drag_over(self, event: &DragEvent) {
        let has_text = event.data_transfer().is_some_and(|data| {
            let types = data.types();
            let has = |name: &str| types.includes(&JsValue::from_str(name), 0);
            has("text/plain") && !has("Files")
        });
        let dragging = self.chips.is_dragging();
        // Text is dropped into the input by the browser, which shows the caret meanwhile.
        if dragging || (has_text && target(event).is_some_and(|at| at.tag_name() != "INPUT")) {
            event.prevent_default();
            if let Some(data) = event.data_transfer().filter(|_| dragging) {
                data.set_drop_effect("move");
            }
        }
    }

    /// Takes chips from another place, or addresses from text. The text of the input stays.
    pub(super) fn drop(self, event: &DragEvent) {
        let at = self.drop_place(event);
        if self.chips.is_dragging() {
            event.prevent_default();
            self.chips.drag(false);
            self.chips.move_selected(self.place, at);
            return;
        }
        let on_input = target(event).is_some_and(|target| target.tag_name() == "INPUT");
        if self.add_dropped(event.data_transfer(), at, !on_input) {
            event.prevent_default();
        }
    }

    /// Before which chip the pointer is.
    fn drop_place(self, event: &DragEvent) -> usize {
        let target = target(event);
        let chip = target
            .as_ref()
            .and_then(|target| target.closest(".addr").ok().flatten());
        let at = chip.as_ref().and_then(|chip| chip.get_attribute("data-at"));
        match (chip, at.and_then(|at| at.parse::<usize>().ok())) {
            (Some(chip), Some(at)) => {
                let shape = chip.get_bounding_client_rect();
                let middle = shape.left() + shape.width() / 2.0;
                at + usize::from(f64::from(event.client_x()) > middle)
            }
            _ if target.is_some_and(|target| target.tag_name() == "INPUT") => {
                untrack(|| self.chips.caret(self.place))
            }
            _ => self.many(),
        }
    }
}

fn target(event: &DragEvent) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}
