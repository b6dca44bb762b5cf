//! Chips that are selected: which, and removing and moving them.

use leptos::prelude::*;

use super::{Chips, number};
use crate::compose::addresses::selection::{Selection, after_taking, take_out};
use crate::compose::draft::Place;

impl Chips {
    /// Selects chips of a field; the one that is active gets the focus.
    pub(in crate::compose::addresses) fn select(self, place: Place, selection: Option<Selection>) {
        self.selected
            .set(selection.map(|selection| (place, selection)));
    }

    /// What is selected in this field.
    pub(in crate::compose::addresses) fn selection(self, place: Place) -> Option<Selection> {
        self.selected
            .get_untracked()
            .filter(|(one, _)| *one == place)
            .map(|(_, chips)| chips)
    }

    /// The selected addresses, in their order.
    pub(in crate::compose::addresses) fn selected_texts(self) -> Vec<String> {
        let Some((place, selection)) = self.selected.get_untracked() else {
            return Vec::new();
        };
        self.compose.list(place).with_untracked(|list| {
            let chosen = selection.chosen().iter();
            chosen.filter_map(|at| list.get(*at).cloned()).collect()
        })
    }

    /// Removes what is selected in this field. The chip that then has the focus, if any is left.
    pub(in crate::compose::addresses) fn remove_selected(
        self,
        place: Place,
        backwards: bool,
    ) -> Option<usize> {
        let selection = self.selection(place)?;
        let chosen = selection.chosen();
        self.change(|chips| drop(take_out(&mut chips[number(place)], chosen)));
        let left = untrack(|| self.many(place));
        let at = after_taking(chosen, selection.active().min(left + chosen.len()));
        let at = if backwards {
            at.checked_sub(1)
        } else {
            Some(at)
        };
        let next = at.filter(|at| *at < left);
        self.select(place, next.map(Selection::only));
        next
    }

    /// Moves what is selected to a place of another field, or of the same. `to` is a place in the
    /// list as it is now.
    pub(in crate::compose::addresses) fn move_selected(self, target: Place, to: usize) {
        let Some((place, selection)) = self.selected.get_untracked() else {
            return;
        };
        let chosen = selection.chosen();
        let (mut start, mut many) = (0, 0);
        self.change(|chips| {
            let taken = take_out(&mut chips[number(place)], chosen);
            let list = &mut chips[number(target)];
            let to = if place == target {
                after_taking(chosen, to)
            } else {
                to
            };
            (start, many) = (to.min(list.len()), taken.len());
            list.splice(start..start, taken);
        });
        self.set_caret(place, None);
        self.set_caret(target, None);
        self.select(target, Selection::range(start, start + many));
    }
}
