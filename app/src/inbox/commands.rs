//! Commands that concern the messages of the list.

use leptos::prelude::*;

use super::keys::{focus_row, focused_row};
use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::commands::table::{
    BACK, CHOOSE, DELETE, MARK_READ, MARK_UNREAD, NEXT, OPEN, PREVIOUS, STAR,
};
use crate::commands::use_commands;

/// Offers them, for as long as the inbox is shown.
pub(super) fn offer_commands(inbox: InboxStore) {
    let commands = use_commands();
    let any = move || !inbox.listed_ids().is_empty();
    commands.offer(&NEXT, any, move || inbox.step(true));
    commands.offer(&PREVIOUS, any, move || inbox.step(false));
    let in_list = || focused_row().is_some();
    commands.offer(&OPEN, in_list, move || {
        if let Some(id) = focused_row() {
            inbox.read(id);
        }
    });
    let is_open = move || inbox.wanted().is_some();
    commands.offer(&BACK, is_open, move || inbox.close_message());
    commands.offer(&CHOOSE, in_list, move || {
        if let Some(id) = focused_row() {
            inbox.state.selection().update(|chosen| chosen.toggle(id));
        }
    });
    let some = move || !inbox.meant().is_empty();
    commands.offer(&DELETE, some, move || inbox.delete(inbox.meant()));
    commands.offer(&STAR, some, move || {
        let ids = inbox.meant();
        let all = ids.iter().all(|id| inbox.mark(*id).starred);
        inbox.change_marks(&ids, |mark| mark.starred = !all);
    });
    for (command, read) in [(&MARK_READ, true), (&MARK_UNREAD, false)] {
        commands.offer(command, some, move || {
            inbox.change_marks(&inbox.meant(), |mark| mark.read = read);
        });
    }
}

impl InboxStore {
    /// The messages that a command is for: those that are chosen, unless the focus is on another;
    /// else the one with the focus, or the one that is open.
    pub(super) fn meant(self) -> Vec<u64> {
        let list = untrack(|| self.listed_ids());
        let selection = self.state.selection();
        let chosen = selection.with_untracked(|chosen| chosen.among(&list));
        let one = focused_row().or_else(|| self.wanted_untracked().filter(|_| chosen.is_empty()));
        match one {
            Some(id) if !chosen.contains(&id) => vec![id],
            _ => chosen,
        }
    }

    /// Opens the message after or before the one that is open; or the focus goes there in the list.
    fn step(self, forth: bool) {
        let list = untrack(|| self.listed_ids());
        let focused = focused_row();
        let open = self.wanted_untracked().filter(|_| focused.is_none());
        let Some(now) = open.or(focused) else {
            let first = list.first().copied();
            return first.map_or((), focus_row);
        };
        let all = untrack(|| self.ids());
        match neighbour(&all, &list, now, forth) {
            Some(next) if open.is_some() => self.read(next),
            Some(next) => focus_row(next),
            None => {}
        }
    }
}

/// The message of the list that comes after or before this one. A search may leave this one out of
/// the list: its place is the one that it has among all messages.
fn neighbour(all: &[u64], list: &[u64], now: u64, forth: bool) -> Option<u64> {
    let at = all.iter().position(|id| *id == now)?;
    let listed = |id: &&u64| list.contains(id);
    if forth {
        all[at + 1..].iter().find(listed).copied()
    } else {
        all[..at].iter().rfind(listed).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::neighbour;

    #[test]
    fn next_and_previous_are_the_neighbours_in_the_list_as_shown() {
        let check = |list: &[u64], now, previous, next| {
            let all = [6, 5, 4, 3, 2, 1];
            assert_eq!(
                neighbour(&all, list, now, false),
                previous,
                "{list:?} {now}"
            );
            assert_eq!(neighbour(&all, list, now, true), next, "{list:?} {now}");
        };
        check(&[6, 5, 4, 3, 2, 1], 4, Some(5), Some(3));
        check(&[6, 5, 4, 3, 2, 1], 6, None, Some(5));
        check(&[6, 5, 4, 3, 2, 1], 1, Some(2), None);
        check(&[6, 3, 1], 3, Some(6), Some(1));
        // The message itself is not in the list.
        check(&[5, 2, 1], 4, Some(5), Some(2));
        check(&[2, 1], 4, None, Some(2));
        check(&[6, 5], 4, Some(5), None);
        check(&[], 4, None, None);
        // It is gone.
        check(&[6, 5], 9, None, None);
    }
}
