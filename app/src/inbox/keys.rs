//! The keyboard in the list of messages.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::ui::ime;

/// Arrows, Home and End move among the messages, and with Shift choose them. Delete deletes the
/// chosen messages, or the one that has the focus. Ctrl+Space chooses one, Ctrl+A all, and Escape
/// none. Enter and Space open a message, as buttons do.
pub(super) fn on_key(inbox: InboxStore, event: &KeyboardEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let Some(row) = target.and_then(|target| target.closest("[data-row]").ok().flatten()) else {
        return;
    };
    let id = row.get_attribute("data-row").and_then(|id| id.parse().ok());
    let Some(id) = id.filter(|_| !ime::handles(event) && !event.alt_key()) else {
        return;
    };
    let list = untrack(|| inbox.listed_ids());
    let command = event.ctrl_key() || event.meta_key();
    let selection = inbox.state.selection();
    match event.key().as_str() {
        "Delete" if !command => {
            let chosen = selection.with_untracked(|chosen| chosen.among(&list));
            inbox.delete(if chosen.contains(&id) {
                chosen
            } else {
                vec![id]
            });
        }
        " " if command => selection.update(|chosen| chosen.toggle(id)),
        "a" if command => selection.update(|chosen| chosen.all(&list)),
        "Escape" if selection.with_untracked(|chosen| chosen.len() > 0) => {
            selection.set(Default::default());
        }
        key => {
            let at = list.iter().position(|one| *one == id).unwrap_or(0);
            let next = match key {
                "ArrowDown" => at + 1,
                "ArrowUp" => at.wrapping_sub(1),
                "Home" => 0,
                "End" => list.len().saturating_sub(1),
                _ => return,
            };
            if let Some(next) = list.get(next) {
                if event.shift_key() {
                    selection.update(|chosen| {
                        chosen.begin(id);
                        chosen.extend_to(*next, &list);
                    });
                }
                focus(&row, *next);
            }
        }
    }
    event.prevent_default();
}

/// Gives the focus to the message of this id, in the same list as this row.
fn focus(row: &Element, id: u64) {
    let list = row.parent_element();
    let next = list.and_then(|list| {
        let next = list.query_selector(&format!("[data-message='{id}']"));
        next.ok().flatten()
    });
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        next.focus().ok();
    }
}
