//! Typing an address, and editing one at its place.

use leptos::prelude::*;

use super::{Chips, Lists, number};
use crate::compose::addresses::selection::Selection;
use crate::compose::draft::{Place, split_addresses};

/// An address that is being edited at its place.
#[derive(Clone, Debug)]
pub(super) struct Editing {
    place: Place,
    at: usize,
    /// The address as it was, and as the field shows it, on one line.
    text: String,
    shown: String,
    before: Lists,
    /// The chips without it. Others mean that it was finished by something else.
    rest: [Vec<String>; 3],
}

impl Chips {
    /// Makes chips of what is being typed in a field, at its place.
    pub(in crate::compose) fn finish(self, place: Place, typed: &str) {
        let index = number(place);
        let editing = self.take_editing(place);
        let now = self.lists();
        let mut after = now.clone();
        after.typing[index].clear();
        let parts = match &editing {
            Some(editing) if editing.shown == typed => vec![editing.text.clone()],
            _ => split_addresses(typed),
        };
        let at = untrack(|| self.caret(place));
        let many = parts.len();
        after.chips[index].splice(at..at, parts);
        let before = editing.map_or(now, |editing| editing.before);
        if before.chips != after.chips {
            self.kept.update_value(|kept| kept.history.changed(before));
            self.hidden.set(0);
        }
        let last = at + many == after.chips[index].len();
        self.apply(after);
        self.set_caret(place, (!last).then_some(at + many));
    }

    /// The edit that is under way in this field, which ends with this.
    fn take_editing(self, place: Place) -> Option<Editing> {
        let chips = self.lists().chips;
        let mut editing = None;
        self.kept.update_value(|kept| editing = kept.editing.take());
        editing.filter(|editing| editing.place == place && editing.rest == chips)
    }

    pub(in crate::compose::addresses) fn edits(self, place: Place) -> bool {
        let chips = self.lists().chips;
        self.kept.with_value(|kept| {
            let editing = kept.editing.as_ref();
            editing.is_some_and(|editing| editing.place == place && editing.rest == chips)
        })
    }

    /// Puts a chip's text into the field's input, at the place of the chip. The text that it has
    /// now.
    pub(in crate::compose::addresses) fn edit(self, place: Place, at: usize) -> Option<String> {
        let index = number(place);
        let before = self.lists();
        let mut after = before.clone();
        let text = before.chips[index].get(at)?.clone();
        after.chips[index].remove(at);
        // A field has one line.
        let shown = text.replace(['\r', '\n'], " ");
        after.typing[index].clone_from(&shown);
        let editing = Editing {
            place,
            at,
            text,
            shown: shown.clone(),
            before,
            rest: after.chips.clone(),
        };
        self.apply(after);
        self.kept.update_value(|kept| kept.editing = Some(editing));
        self.selected.set(None);
        self.set_caret(place, Some(at));
        Some(shown)
    }

    /// Ends an edit with the chip as it was. Whether there was one.
    pub(in crate::compose::addresses) fn cancel_edit(self, place: Place) -> bool {
        let Some(editing) = self.take_editing(place) else {
            return false;
        };
        self.apply(editing.before);
        self.set_caret(place, None);
        self.select(place, Some(Selection::only(editing.at)));
        true
    }
}
