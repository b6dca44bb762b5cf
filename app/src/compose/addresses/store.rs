//! What a person does with the chips of To, Cc and Bcc: select, edit, move, undo.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::history::{History, Lists};
use super::notes::{Notes, notes};
use super::selection::{Selection, after_taking, take_out};
use crate::compose::draft::{Place, split_addresses};
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore};
use crate::ui::text_field::show_text;

/// The fields of addresses, in the order of [`Lists`].
pub(super) const PLACES: [Place; 3] = [Place::To, Place::Cc, Place::Bcc];

/// The number of a field among [`PLACES`].
pub(super) fn number(place: Place) -> usize {
    PLACES.iter().position(|one| *one == place).unwrap_or(0)
}

/// An address that is being edited at its place.
#[derive(Clone, Debug)]
struct Editing {
    place: Place,
    at: usize,
    /// The address as it was, and as the field shows it, on one line.
    text: String,
    shown: String,
    before: Lists,
    /// The chips without it. Others mean that it was finished by something else.
    rest: [Vec<String>; 3],
}

#[derive(Debug, Default)]
struct Kept {
    history: History,
    editing: Option<Editing>,
    /// What each field had in it before the person typed. While it still has, there is nothing
    /// for the browser to undo.
    base: [String; 3],
    /// Whether chips are being dragged.
    dragging: bool,
}

/// The chips of the three fields. Copies are the same.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Chips {
    pub(super) compose: ComposeStore,
    /// What is selected, and in which field.
    pub(super) selected: RwSignal<Option<(Place, Selection)>>,
    /// The chip before which each field has its input. None: after the last.
    carets: RwSignal<[Option<usize>; 3]>,
    kept: StoredValue<Kept>,
    /// What was pasted and has no place in the draft, with the field that it was pasted into.
    pub(super) left_over: RwSignal<Option<(Place, Vec<String>)>>,
    /// How many addresses were moved to Bcc at once.
    pub(super) hidden: RwSignal<usize>,
    /// Whether the person wants no warning about many recipients.
    pub(super) dismissed: RwSignal<bool>,
    /// What is to be said about each address.
    pub(super) notes: Memo<Notes>,
}

impl Chips {
    /// Provides the chips to all components below.
    pub(in crate::compose) fn provide(compose: ComposeStore) {
        let lists = move || PLACES.map(|place| compose.list(place).get());
        let chips = Chips {
            compose,
            selected: RwSignal::new(None),
            carets: RwSignal::new([None; 3]),
            kept: StoredValue::new(Kept::default()),
            left_over: RwSignal::new(None),
            hidden: RwSignal::new(0),
            dismissed: RwSignal::new(false),
            notes: Memo::new(move |_| notes(&lists())),
        };
        provide_context(chips);
        Effect::new(move |_| {
            compose.state.shown().track();
            chips.forget();
        });
    }

    /// Another draft is shown.
    fn forget(self) {
        let base = self.lists().typing;
        self.kept.set_value(Kept {
            base,
            ..Kept::default()
        });
        self.selected.set(None);
        self.carets.set([None; 3]);
        self.left_over.set(None);
        self.hidden.set(0);
        self.dismissed.set(false);
    }

    fn lists(self) -> Lists {
        Lists {
            chips: PLACES.map(|place| self.compose.list(place).get_untracked()),
            typing: PLACES.map(|place| self.compose.unfinished(place).get_untracked()),
        }
    }

    /// Shows these lists, without a step in the history.
    fn apply(self, lists: Lists) {
        let now = self.lists();
        for (index, place) in PLACES.into_iter().enumerate() {
            let (chips, typing) = (&lists.chips[index], &lists.typing[index]);
            if now.chips[index] != *chips || now.typing[index] != *typing {
                self.compose.edit_addresses(place, |list, unfinished| {
                    list.clone_from(chips);
                    unfinished.clone_from(typing);
                });
            }
        }
        self.kept.update_value(|kept| kept.base = lists.typing);
    }

    /// Changes the lists, which can be undone.
    pub(super) fn change(self, change: impl FnOnce(&mut [Vec<String>; 3])) {
        let before = self.lists();
        let mut after = before.clone();
        change(&mut after.chips);
        if after.chips != before.chips {
            self.kept.update_value(|kept| {
                kept.history.changed(before);
            });
            self.hidden.set(0);
            self.apply(after);
        }
    }

    pub(super) fn many(self, place: Place) -> usize {
        self.compose.list(place).with(Vec::len)
    }

    /// Before which chip the field's input is.
    pub(super) fn caret(self, place: Place) -> usize {
        let many = self.many(place);
        self.carets
            .with(|carets| carets[number(place)].map_or(many, |at| at.min(many)))
    }

    /// Puts the field's input before this chip.
    pub(super) fn set_caret(self, place: Place, at: Option<usize>) {
        let at = at.filter(|at| *at < untrack(|| self.many(place)));
        if self
            .carets
            .with_untracked(|carets| carets[number(place)] != at)
        {
            self.carets.update(|carets| carets[number(place)] = at);
        }
    }

    /// The person has typed in a field.
    pub(super) fn typed(self, place: Place, text: String) {
        self.kept.update_value(|kept| kept.history.typed());
        self.compose.type_address(place, text);
    }

    /// Makes chips of what is being typed in a field, at its place.
    pub(super) fn finish(self, place: Place, typed: &str) {
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

    pub(super) fn edits(self, place: Place) -> bool {
        let chips = self.lists().chips;
        self.kept.with_value(|kept| {
            let editing = kept.editing.as_ref();
            editing.is_some_and(|editing| editing.place == place && editing.rest == chips)
        })
    }

    /// Puts a chip's text into the field's input, at the place of the chip. The text that it has
    /// now.
    pub(super) fn edit(self, place: Place, at: usize) -> Option<String> {
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
    pub(super) fn cancel_edit(self, place: Place) -> bool {
        let Some(editing) = self.take_editing(place) else {
            return false;
        };
        self.apply(editing.before);
        self.set_caret(place, None);
        self.select(place, Some(Selection::only(editing.at)));
        true
    }

    /// Selects chips of a field; the one that is active gets the focus.
    pub(super) fn select(self, place: Place, selection: Option<Selection>) {
        self.selected
            .set(selection.map(|selection| (place, selection)));
    }

    /// What is selected in this field.
    pub(super) fn selection(self, place: Place) -> Option<Selection> {
        self.selected
            .get_untracked()
            .filter(|(one, _)| *one == place)
            .map(|(_, chips)| chips)
    }

    /// The selected addresses, in their order.
    pub(super) fn selected_texts(self) -> Vec<String> {
        let Some((place, selection)) = self.selected.get_untracked() else {
            return Vec::new();
        };
        self.compose.list(place).with_untracked(|list| {
            let chosen = selection.chosen().iter();
            chosen.filter_map(|at| list.get(*at).cloned()).collect()
        })
    }

    /// Removes what is selected in this field. The chip that then has the focus, if any is left.
    pub(super) fn remove_selected(self, place: Place, backwards: bool) -> Option<usize> {
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
    pub(super) fn move_selected(self, target: Place, to: usize) {
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

    /// Takes back the last change, or makes it again. The field that it was in.
    pub(super) fn step(self, place: Place, back: bool) -> Option<Place> {
        if back && self.cancel_edit(place) {
            return None;
        }
        let now = self.lists();
        let mut next = None;
        self.kept.update_value(|kept| {
            let history = &mut kept.history;
            let now = now.clone();
            next = if back {
                history.undo(now)
            } else {
                history.redo(now)
            };
        });
        let next = next?;
        let differs = |index: &usize| {
            next.chips[*index] != now.chips[*index] || next.typing[*index] != now.typing[*index]
        };
        // The focus stays, if its field is among those that change.
        let own = number(place);
        let changed = if differs(&own) {
            Some(own)
        } else {
            (0..3).find(differs)
        };
        self.hidden.set(0);
        self.selected.set(None);
        self.carets.set([None; 3]);
        self.apply(next);
        changed.map(|index| PLACES[index])
    }

    /// Whether the field's input has only what was put there, so that there is nothing that the
    /// browser could undo.
    pub(super) fn is_untouched(self, place: Place, text: &str) -> bool {
        self.kept
            .with_value(|kept| kept.base[number(place)] == text)
    }

    /// Chips are being dragged, or no longer.
    pub(in crate::compose) fn drag(self, dragging: bool) {
        self.kept.update_value(|kept| kept.dragging = dragging);
    }

    pub(in crate::compose) fn is_dragging(self) -> bool {
        self.kept.with_value(|kept| kept.dragging)
    }

    /// Ends a drag over a field that is not shown. It is shown then, because it has addresses.
    pub(in crate::compose) fn drop_into(self, place: Place) {
        if self.is_dragging() {
            self.drag(false);
            self.move_selected(place, untrack(|| self.many(place)));
        }
    }

    /// Moves everybody in To and Cc to Bcc.
    pub(super) fn hide_recipients(self) {
        let mut moved = 0;
        self.change(|[to, cc, bcc]| {
            moved = to.len() + cc.len();
            let mut all = std::mem::take(to);
            all.append(cc);
            all.append(bcc);
            *bcc = all;
        });
        self.selected.set(None);
        self.hidden.set(moved);
    }
}

/// The chips, from any component of this feature.
pub(in crate::compose) fn use_chips() -> Chips {
    expect_context()
}

/// The subject or the text of the draft, where it is empty, becomes what was pasted. Returns what
/// was not taken.
pub(super) fn fill(compose: ComposeStore, place: Place, text: String) -> Option<String> {
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
