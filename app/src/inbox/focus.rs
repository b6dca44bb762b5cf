//! Where the focus goes when the element that had it is removed: a message was deleted, or closed.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::store::InboxStore;

/// Follows the focus in the inbox.
#[derive(Clone, Copy)]
pub(super) struct Focus {
    section: NodeRef<html::Section>,
    /// What has the focus, or had it last, and the message that it belongs to.
    with: StoredValue<Option<(Element, Option<u64>)>, LocalStorage>,
}

impl Focus {
    /// Follows it for as long as the inbox is shown.
    pub(super) fn new(inbox: InboxStore, section: NodeRef<html::Section>) -> Focus {
        let focus = Focus {
            section,
            with: StoredValue::new_local(None),
        };
        // All messages: the one that is closed may be left out by a search.
        let known = StoredValue::new((untrack(|| inbox.ids()), None));
        Effect::new(move |_| {
            let now = inbox.listed_ids();
            let wanted = inbox.wanted();
            let (before, open) = known.get_value();
            known.set_value((inbox.ids(), wanted));
            let closed = open.filter(|_| wanted.is_none());
            // After what has changed is drawn.
            request_animation_frame(move || focus.rescue(closed, &before, &now));
        });
        focus
    }

    /// The focus has moved within the inbox.
    pub(super) fn moved(self) {
        let with = active().map(|element| {
            let of = element.closest("[data-row], [data-reading]");
            let id = of.ok().flatten().and_then(|of| {
                let id = of.get_attribute("data-row");
                id.or_else(|| of.get_attribute("data-reading"))?
                    .parse()
                    .ok()
            });
            (element, id)
        });
        self.with.set_value(with);
    }

    /// Gives the focus to the row of its message, to the next row, or to the heading: if a message
    /// was closed, or the element that had the focus is removed, and nothing has the focus now.
    fn rescue(self, closed: Option<u64>, before: &[u64], now: &[u64]) {
        if active().is_some_and(|element| element.tag_name() != "BODY") {
            return;
        }
        // The inbox itself may have been left meanwhile, and nothing of it is there any more.
        let Some(with) = self.with.try_get_value() else {
            return;
        };
        let gone = with.filter(|(element, _)| !element.is_connected());
        if closed.is_none() && gone.is_none() {
            return;
        }
        let Some(section) = self.section.try_get_untracked().flatten() else {
            return;
        };
        let id = closed.or_else(|| gone.and_then(|(_, id)| id));
        let row = id.and_then(|id| neighbour(before, now, id)).and_then(|id| {
            let row = format!("[data-message='{id}']");
            section.query_selector(&row).ok().flatten()
        });
        let next = row.or_else(|| section.query_selector("h2").ok().flatten());
        if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
            next.focus().ok();
        }
    }
}

fn active() -> Option<Element> {
    document().active_element()
}

/// The message itself if it is still there; else the next below it that is, or the next above.
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
            assert_eq!(
                neighbour(before, now, id),
                expect,
                "{before:?} {now:?} {id}"
            );
        };
        check(&[3, 2, 1], &[3, 2, 1], 2, Some(2));
        check(&[3, 2, 1], &[4, 3, 2, 1], 2, Some(2));
        check(&[3, 2, 1], &[3, 1], 2, Some(1));
        check(&[3, 2, 1], &[3, 2], 1, Some(2));
        check(&[3, 2, 1], &[4, 2], 3, Some(2));
        check(&[3, 2, 1], &[5, 4], 2, Some(5));
        check(&[3, 2, 1], &[], 2, None);
        check(&[], &[1], 7, Some(1));
        // A search leaves it out.
        check(&[6, 5, 4, 3, 2, 1], &[5, 2, 1], 4, Some(2));
        check(&[6, 5, 4, 3, 2, 1], &[6, 5], 4, Some(5));
    }
}
