//! What a person does with the chips of To, Cc and Bcc: select, edit, move, undo.

mod editing;
mod selecting;

use leptos::prelude::*;

use self::editing::Editing;
use super::code::Code;
use super::history::{History, Lists};
use super::notes::Notes;
use super::selection::Selection;
use crate::compose::draft::Place;
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore};

/// The fields of addresses, in the order of [`Lists`].
pub(super) const PLACES: [Place; 3] = [Place::To, Place::Cc, Place::Bcc];

/// From how many visible recipients there is a warning, as in Thunderbird.
const MANY: usize = 15;

/// The number of a field among [`PLACES`].
pub(super) fn number(place: Place) -> usize {
    PLACES.iter().position(|one| *one == place).unwrap_or(0)
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
    /// What is done with addresses by code that comes later.
    pub(in crate::compose) code: Code,
    /// What is to be said about each address.
    pub(super) notes: Memo<Notes>,
}

impl Chips {
    /// Provides the chips to all components below.
    pub(in crate::compose) fn provide(compose: ComposeStore) {
        let code = Code::new();
        let lists = move || PLACES.map(|place| compose.list(place).get());
        let chips = Chips {
            compose,
            selected: RwSignal::new(None),
            carets: RwSignal::new([None; 3]),
            kept: StoredValue::new(Kept::default()),
            left_over: RwSignal::new(None),
            hidden: RwSignal::new(0),
            dismissed: RwSignal::new(false),
            notes: Memo::new(move |_| code.notes(&lists())),
            code,
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

    /// How many recipients see each other's addresses. Follows them.
    pub(in crate::compose) fn visible_recipients(self) -> usize {
        self.notes.with(|notes| {
            let lists = [Place::To, Place::Cc].map(|place| &notes[number(place)]);
            let notes = lists.into_iter().flatten();
            notes
                .filter(|note| note.wrong.is_none() && note.again.is_none())
                .count()
        })
    }

    /// Whether these are many, and nobody has said that this is fine. Follows both.
    pub(in crate::compose) fn many_visible(self) -> bool {
        self.visible_recipients() >= MANY && !self.dismissed.get()
    }

    /// Moves everybody in To and Cc to Bcc.
    pub(in crate::compose) fn hide_recipients(self) {
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
