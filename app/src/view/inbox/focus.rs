//! Where the focus goes when what had it is gone: a message that was deleted, or closed.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::effect::effect;
use crate::state::State;

/// The message that the focus is with.
#[derive(Clone, Copy)]
pub(super) struct Focus {
    section: NodeRef<html::Section>,
    /// The message whose row or text has the focus, or had it last.
    with: StoredValue<Option<u64>>,
}

impl Focus {
    /// Follows the focus in the inbox for as long as that is shown.
    pub(super) fn new(state: State, section: NodeRef<html::Section>) -> Focus {
        let focus = Focus {
            section,
            with: StoredValue::new(None),
        };
        let order = StoredValue::new(ids(state));
        effect(move || {
            state.mailbox.track();
            state.wanted.track();
            let before = order.get_value();
            order.set_value(untrack(|| ids(state)));
            // Behind the drawing of what has changed.
            request_animation_frame(move || focus.rescue(&before, &order.get_value()));
        });
        focus
    }

    /// The focus has moved within the inbox.
    pub(super) fn moved(self) {
        let with = active().and_then(|element| {
            let of = element.closest("[data-message], [data-reading]").ok()??;
            let id = of.get_attribute("data-message");
            id.or_else(|| of.get_attribute("data-reading"))?.parse().ok()
        });
        self.with.set_value(with);
    }

    /// Where the element that had the focus is gone, gives it to the row of its message, or to the
    /// next one there is.
    fn rescue(self, before: &[u64], now: &[u64]) {
        let lost = active().is_none_or(|element| element.tag_name() == "BODY");
        let Some(id) = self.with.get_value().filter(|_| lost) else {
            return;
        };
        let Some(section) = self.section.get_untracked() else {
            return;
        };
        let row = neighbour(before, now, id).and_then(|id| {
            let row = format!("[data-message='{id}']");
            section.query_selector(&row).ok().flatten()
        });
        let next = row.or_else(|| section.query_selector("h2").ok().flatten());
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            next.focus().ok();
        }
    }
}

fn ids(state: State) -> Vec<u64> {
    state.mailbox.with(|mailbox| {
        let messages = mailbox.as_ref().map(|mailbox| &mailbox.messages);
        messages.map_or_else(Vec::new, |messages| {
            messages.iter().map(|message| message.id).collect()
        })
    })
}

fn active() -> Option<Element> {
    document().active_element()
}

/// The message itself where it is still there; else the next below it that is, or the next above.
fn neighbour(before: &[u64], now: &[u64], id: u64) -> Option<u64> {
    let at = before.iter().position(|one| *one == id);
    let (above, below) = before.split_at(at.unwrap_or(0));
    let there = |one: &&u64| now.contains(one);
    now.contains(&id)
        .then_some(id)
        .or_else(|| below.iter().find(there).copied())
        .or_else(|| above.iter().rev().find(there).copied())
        .or_else(|| now.first().copied())
}

#[cfg(test)]
mod tests {
    use super::neighbour;

    #[test]
    fn the_focus_stays_as_near_as_can_be() {
        let check = |before: &[u64], now: &[u64], id, expect| {
            assert_eq!(neighbour(before, now, id), expect, "{before:?} {now:?} {id}");
        };
        check(&[3, 2, 1], &[3, 2, 1], 2, Some(2));
        check(&[3, 2, 1], &[4, 3, 2, 1], 2, Some(2));
        check(&[3, 2, 1], &[3, 1], 2, Some(1));
        check(&[3, 2, 1], &[3, 2], 1, Some(2));
        check(&[3, 2, 1], &[4, 2], 3, Some(2));
        check(&[3, 2, 1], &[5, 4], 2, Some(5));
        check(&[3, 2, 1], &[], 2, None);
        check(&[], &[1], 7, Some(1));
    }
}
