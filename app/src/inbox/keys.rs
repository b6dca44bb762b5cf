//! The keyboard in the list of messages.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::commands::Pressed;
use crate::commands::table::{
    CHOOSE, CHOOSE_ALL, CHOOSE_NONE, DELETE, EXTEND, FIRST, LAST, NEXT, PREVIOUS,
};
use crate::ui::ime;

/// The keys of the row that has the focus. Enter and Space open a message, as buttons do.
pub(super) fn on_key(inbox: InboxStore, event: &KeyboardEvent) {
    let Some(id) = focused_row().filter(|_| !ime::handles(event)) else {
        return;
    };
    let list = untrack(|| inbox.listed_ids());
    let selection = inbox.state.selection();
    let pressed = Pressed::of(event);
    if DELETE.is_here(&pressed) {
        inbox.delete(inbox.meant());
    } else if CHOOSE.is_here(&pressed) {
        selection.update(|chosen| chosen.toggle(id));
    } else if CHOOSE_ALL.is_here(&pressed) {
        selection.update(|chosen| chosen.all(&list));
    } else if CHOOSE_NONE.is_here(&pressed) && selection.with_untracked(|all| all.len() > 0) {
        selection.set(Default::default());
    } else if let Some(next) = next_row(&list, id, &pressed) {
        if event.shift_key() {
            selection.update(|chosen| {
                chosen.begin(id);
                chosen.extend_to(next, &list);
            });
        }
        focus_row(next);
    } else {
        return;
    }
    event.prevent_default();
}

/// The row to which this key moves the focus: the same one at the end of the list. None: it is no
/// such key.
fn next_row(list: &[u64], id: u64, pressed: &Pressed) -> Option<u64> {
    let at = list.iter().position(|one| *one == id).unwrap_or(0);
    let alone = pressed.clone().without_shift();
    let extends = EXTEND.is_here(pressed);
    let is = |command: &crate::commands::Command| {
        command.is_here(pressed) || (extends && command.is_here(&alone))
    };
    let last = list.len().saturating_sub(1);
    let next = if is(&NEXT) {
        (at + 1).min(last)
    } else if is(&PREVIOUS) {
        at.saturating_sub(1)
    } else if is(&FIRST) {
        0
    } else if is(&LAST) {
        last
    } else {
        return None;
    };
    list.get(next).copied()
}

/// The message whose row in the list has the focus.
pub(super) fn focused_row() -> Option<u64> {
    let row = document().active_element()?.closest("[data-row]").ok()??;
    row.get_attribute("data-row")?.parse().ok()
}

/// Gives the focus to the message of this id in the list.
pub(super) fn focus_row(id: u64) {
    let row = document().query_selector(&format!("[data-message='{id}']"));
    let row = row.ok().flatten();
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        row.focus().ok();
    }
}
