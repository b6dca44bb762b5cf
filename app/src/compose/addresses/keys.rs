//! Keys in a field of addresses.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::selection::Selection;
use super::store::{PLACES, number};
use super::{Field, focus_field};
use crate::commands::Pressed;
use crate::commands::table::EDIT_CHIP;
use crate::ui::ime;
use crate::ui::text_field::focus_end;

/// The key, without the case of letters. With another layout than Latin, such as Hangul, the
/// letter that is printed on the key.
fn key(event: &KeyboardEvent) -> String {
    let key = event.key();
    let code = event.code();
    match code.strip_prefix("Key") {
        Some(letter) if !key.is_ascii() => letter.to_ascii_lowercase(),
        _ if key.chars().count() == 1 => key.to_ascii_lowercase(),
        _ => key,
    }
}

fn command(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key()) && !event.alt_key()
}

/// Whether a key undoes, or does again.
fn undoes(event: &KeyboardEvent) -> Option<bool> {
    match key(event).as_str() {
        _ if !command(event) => None,
        "z" => Some(!event.shift_key()),
        "y" if !event.shift_key() => Some(false),
        _ => None,
    }
}

impl Field {
    /// A key in the input.
    pub(super) fn input_key(self, event: &KeyboardEvent) {
        let Some(field) = self.field() else {
            return;
        };
        if event.default_prevented() || ime::handles(event) {
            return;
        }
        let text = field.value();
        let position = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(0) as usize;
        let (start, end) = (
            position(field.selection_start()),
            position(field.selection_end()),
        );
        let length = text.encode_utf16().count();
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        let caret = untrack(|| self.chips.caret(self.place));
        let many = self.many();
        let handled = match key(event).as_str() {
            "Enter" if !event.ctrl_key() && !event.meta_key() => {
                self.take();
                self.chips.set_caret(self.place, None);
                true
            }
            "Escape" if plain => self.leave_middle(&text, caret < many),
            // Not while the key is held down to delete what was typed.
            "Backspace" if plain && text.is_empty() && !event.repeat() && caret > 0 => {
                self.edit_chip(caret - 1);
                true
            }
            "ArrowLeft" if plain && end == 0 && caret > 0 => {
                self.take();
                self.chips
                    .select(self.place, Some(Selection::only(caret - 1)));
                true
            }
            "Home" if plain && end == 0 && caret > 0 => {
                self.take();
                let from = if event.shift_key() { caret - 1 } else { 0 };
                let selection = Selection::only(from).extended(0);
                self.chips.select(self.place, Some(selection));
                true
            }
            "ArrowRight" if plain && start == length && caret < many => {
                self.take();
                let next = untrack(|| self.chips.caret(self.place));
                self.chips.select(self.place, Some(Selection::only(next)));
                true
            }
            "End" if plain && start == length && caret < many => {
                self.take();
                self.to_input();
                true
            }
            "a" if command(event) && start == 0 && end == length && many > 0 => {
                self.take();
                self.chips
                    .select(self.place, Selection::range(0, self.many()));
                true
            }
            _ => match undoes(event) {
                Some(back) if self.chips.is_untouched(self.place, &text) => self.step(back),
                _ => false,
            },
        };
        if handled {
            event.prevent_default();
        }
    }

    /// Escape: what is being edited is as it was, and an input among the chips goes behind them.
    fn leave_middle(self, text: &str, among: bool) -> bool {
        if self.chips.edits(self.place) {
            if let Some(field) = self.field() {
                field.set_value("");
            }
            return self.chips.cancel_edit(self.place);
        }
        if among && text.is_empty() {
            self.to_input();
        }
        among && text.is_empty()
    }

    /// Undo and redo. Whether there was anything to do.
    fn step(self, back: bool) -> bool {
        if back && self.chips.edits(self.place) {
            return self.leave_middle("", false);
        }
        let Some(place) = self.chips.step(self.place, back) else {
            return false;
        };
        if place == self.place {
            if let Some(field) = self.field() {
                let text = self.chips.compose.unfinished(place).get_untracked();
                field.set_value(&text);
            }
            focus_end(self.input);
        } else {
            focus_field(place);
        }
        true
    }

    /// A key on the chip at this place.
    pub(super) fn chip_key(self, event: &KeyboardEvent, at: usize) {
        if event.default_prevented() || ime::handles(event) {
            return;
        }
        let Some(now) = self.chips.selection(self.place) else {
            return;
        };
        let many = self.many();
        let (shift, alt) = (event.shift_key(), event.alt_key());
        let plain = !event.ctrl_key() && !event.meta_key() && !alt;
        let name = key(event);
        let handled = match name.as_str() {
            _ if EDIT_CHIP.is_here(&Pressed::of(event)) => {
                self.edit_chip(at);
                true
            }
            " " if !alt && !shift => {
                self.chips.select(self.place, Some(now.toggled(at)));
                true
            }
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if alt && shift => {
                self.move_by(&name, &now);
                true
            }
            "ArrowLeft" | "ArrowRight" | "Home" | "End" if !alt => {
                self.go(&name, event, &now, at);
                true
            }
            "Delete" | "Backspace" if plain && !shift => {
                let next = self.chips.remove_selected(self.place, name == "Backspace");
                if next.is_none() {
                    self.to_input();
                }
                true
            }
            "Escape" if plain => {
                self.to_input();
                true
            }
            "a" if command(event) && !shift => {
                self.chips.select(self.place, Selection::range(0, many));
                true
            }
            // What is typed goes into the input, behind this chip.
            text if !alt && plain && text.chars().count() == 1 => {
                self.chips.select(self.place, None);
                self.chips.set_caret(self.place, Some(at + 1));
                focus_end(self.input);
                false
            }
            _ => undoes(event).is_some_and(|back| {
                self.step(back);
                true
            }),
        };
        if handled {
            event.prevent_default();
        }
    }

    /// An arrow, Home or End: the focus goes to another chip, or into the input.
    fn go(self, name: &str, event: &KeyboardEvent, now: &Selection, at: usize) {
        let many = self.many();
        let caret = untrack(|| self.chips.caret(self.place));
        let shift = event.shift_key();
        let to = match name {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "Home" => Some(0),
            _ if shift => many.checked_sub(1),
            _ => Some(many),
        };
        // The input stands between two chips.
        let input = !shift
            && match name {
                "ArrowLeft" => at == caret,
                "ArrowRight" => at + 1 == caret || at + 1 == many,
                _ => to == Some(many),
            };
        if input {
            self.chips.select(self.place, None);
            if name == "End" {
                self.to_input();
            } else {
                focus_end(self.input);
            }
            return;
        }
        let Some(to) = to.filter(|to| *to < many) else {
            return;
        };
        let selection = if shift {
            now.extended(to)
        } else if event.ctrl_key() || event.meta_key() {
            now.with_focus(to)
        } else {
            Selection::only(to)
        };
        self.chips.select(self.place, Some(selection));
    }

    /// Moves what is selected, within the field or to the next.
    fn move_by(self, name: &str, now: &Selection) {
        let (Some(first), Some(last)) = (now.chosen().first(), now.chosen().last()) else {
            return;
        };
        let own = number(self.place);
        let other = match name {
            "ArrowLeft" => {
                return self
                    .chips
                    .move_selected(self.place, first.saturating_sub(1));
            }
            "ArrowRight" => {
                return self
                    .chips
                    .move_selected(self.place, (last + 2).min(self.many()));
            }
            "ArrowUp" => own.checked_sub(1),
            _ => Some(own + 1),
        };
        if let Some(place) = other.and_then(|other| PLACES.get(other)) {
            let end = untrack(|| self.chips.many(*place));
            self.chips.move_selected(*place, end);
        }
    }
}
