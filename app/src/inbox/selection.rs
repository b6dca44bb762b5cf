//! Which messages of the list are chosen, to do something with all of them. Pure.

use std::collections::BTreeSet;

/// The chosen messages, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    chosen: BTreeSet<u64>,
    /// Where a range begins: the message that was chosen or passed over last.
    anchor: Option<u64>,
}

impl Selection {
    /// Whether this message is chosen.
    #[must_use]
    pub(super) fn has(&self, id: u64) -> bool {
        self.chosen.contains(&id)
    }

    /// How many are.
    #[must_use]
    pub(super) fn len(&self) -> usize {
        self.chosen.len()
    }

    /// The chosen messages in the order of this list.
    #[must_use]
    pub(super) fn among(&self, list: &[u64]) -> Vec<u64> {
        list.iter().copied().filter(|id| self.has(*id)).collect()
    }

    /// Chooses a message, or does so no longer.
    pub(super) fn toggle(&mut self, id: u64) {
        if !self.chosen.remove(&id) {
            self.chosen.insert(id);
        }
        self.anchor = Some(id);
    }

    /// Chooses all from where the last one was chosen to this one, in the order of the list.
    pub(super) fn extend_to(&mut self, id: u64, list: &[u64]) {
        let place = |id| list.iter().position(|one| *one == id);
        let Some(to) = place(id) else {
            return;
        };
        let from = self.anchor.and_then(place).unwrap_or(to);
        let range = &list[from.min(to)..=from.max(to)];
        self.chosen.extend(range);
        self.anchor.get_or_insert(id);
    }

    /// A range begins at this message, unless one has begun.
    pub(super) fn begin(&mut self, id: u64) {
        self.anchor.get_or_insert(id);
    }

    /// Chooses all of the list; none, if all are chosen.
    pub(super) fn all(&mut self, list: &[u64]) {
        let all: BTreeSet<u64> = list.iter().copied().collect();
        if self.chosen == all {
            *self = Selection::default();
        } else {
            self.chosen = all;
        }
    }

    /// Messages that are not in the list any more are not chosen.
    pub(super) fn retain(&mut self, list: &[u64]) {
        self.chosen.retain(|id| list.contains(id));
        self.anchor = self.anchor.filter(|id| list.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [u64; 5] = [9, 7, 5, 3, 1];

    #[test]
    fn messages_are_chosen_one_by_one_and_in_ranges() {
        let mut selection = Selection::default();
        let check = |selection: &Selection, expect: &[u64]| {
            assert_eq!(selection.among(&LIST), expect, "{selection:?}");
            assert_eq!(selection.len(), expect.len());
        };
        selection.toggle(7);
        check(&selection, &[7]);
        selection.extend_to(3, &LIST);
        check(&selection, &[7, 5, 3]);
        selection.toggle(5);
        check(&selection, &[7, 3]);
        selection.extend_to(9, &LIST);
        check(&selection, &[9, 7, 5, 3]);
        selection.extend_to(4, &LIST);
        check(&selection, &[9, 7, 5, 3]);
        selection.retain(&[9, 3, 2]);
        check(&selection, &[9, 3]);
        selection.all(&LIST);
        check(&selection, &LIST);
        selection.all(&LIST);
        check(&selection, &[]);

        let mut keys = Selection::default();
        keys.begin(5);
        keys.begin(7);
        keys.extend_to(3, &LIST);
        check(&keys, &[5, 3]);
        let mut first = Selection::default();
        first.extend_to(5, &LIST);
        check(&first, &[5]);
    }
}
