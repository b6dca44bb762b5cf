//! Undo and redo of changes in the fields of addresses. Pure.

use std::collections::VecDeque;

/// The addresses of a draft: To, Cc and Bcc, and what is being typed in each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists {
    pub(super) chips: [Vec<String>; 3],
    pub(super) typing: [String; 3],
}

/// The most changes that can be undone.
const CHANGES: usize = 100;

/// What the fields were before each change, and what they were when changes were undone.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    before: VecDeque<Lists>,
    after: Vec<Lists>,
}

impl History {
    /// A change was made. `before` is what the fields were until then.
    pub(super) fn changed(&mut self, before: Lists) {
        if self.before.len() == CHANGES {
            self.before.pop_front();
        }
        self.before.push_back(before);
        self.after.clear();
    }

    /// Text was typed, so what was undone can't be redone.
    pub(super) fn typed(&mut self) {
        self.after.clear();
    }

    /// What the fields were before the last change. None: there was none.
    pub(super) fn undo(&mut self, now: Lists) -> Option<Lists> {
        let before = self.before.pop_back()?;
        self.after.push(now);
        Some(before)
    }

    /// What the fields were before the last [`History::undo`].
    pub(super) fn redo(&mut self, now: Lists) -> Option<Lists> {
        let after = self.after.pop()?;
        self.before.push_back(now);
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(text: &str) -> Lists {
        Lists {
            chips: [vec![text.to_owned()], vec![], vec![]],
            ..Lists::default()
        }
    }

    #[test]
    fn a_change_ends_what_can_be_redone() {
        let mut history = History::default();
        history.changed(with("a"));
        assert_eq!(history.undo(with("b")), Some(with("a")));
        history.changed(with("a"));
        assert_eq!(history.redo(with("c")), None);
        assert_eq!(history.undo(with("c")), Some(with("a")));
        history.typed();
        assert_eq!(history.redo(with("a")), None);
        assert_eq!(history.undo(with("a")), None);
    }

    proptest! {
        /// Undone and redone the same number of times, everything is as it was.
        #[test]
        fn redo_is_the_reverse_of_undo(changes in 1..150_usize, undone in 0..150_usize) {
            let mut history = History::default();
            for change in 0..changes {
                history.changed(with(&change.to_string()));
            }
            let last = with(&changes.to_string());
            let mut now = last.clone();
            let mut steps = 0;
            for _ in 0..undone {
                if let Some(before) = history.undo(now.clone()) {
                    now = before;
                    steps += 1;
                }
            }
            prop_assert_eq!(steps, undone.min(changes).min(CHANGES));
            prop_assert_eq!(&now, &with(&(changes - steps).to_string()));
            for _ in 0..steps {
                now = history.redo(now.clone()).expect("an undone change");
            }
            prop_assert_eq!(now, last);
        }
    }
}
