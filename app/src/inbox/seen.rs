//! Which messages of the inbox have been seen. All tabs share it. Ids of messages are those of one
//! run of the bridge, so it says of which.

use serde::{Deserialize, Serialize};

use crate::storage;

/// The key in localStorage.
const KEY: &str = "glasspost.seen";

/// What the tabs of this browser have stored last.
pub(super) fn stored() -> Option<Seen> {
    storage::value(KEY)
}

/// Stores it for all tabs.
pub(super) fn store(seen: &Seen) {
    storage::keep(KEY, seen);
}

/// The newest message that has been seen, in any tab. Ids begin anew with each run of the bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// The run of the bridge that gave the id.
    pub(super) run: String,
    /// The id; 0 is before the first.
    pub(super) id: u64,
}

impl Seen {
    /// What has been seen of this run. Nothing, if this was of another one.
    #[must_use]
    pub(super) fn of_run(self, run: &str) -> Seen {
        if self.run == run {
            return self;
        }
        Seen {
            run: run.to_owned(),
            id: 0,
        }
    }

    /// The same with what another tab has seen. It never grows less, and a tab that still shows
    /// another run of the bridge changes nothing.
    #[must_use]
    pub(super) fn joined(mut self, other: &Seen) -> Seen {
        if self.run == other.run {
            self.id = self.id.max(other.id);
        }
        self
    }

    /// How many of these messages have not been seen.
    #[must_use]
    pub(super) fn unseen(&self, ids: impl Iterator<Item = u64>) -> usize {
        ids.filter(|id| *id > self.id).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(run: &str, id: u64) -> Seen {
        Seen {
            run: run.into(),
            id,
        }
    }

    #[test]
    fn a_new_run_has_seen_nothing_and_the_same_run_forgets_nothing() {
        assert_eq!(seen("a", 7).of_run("a"), seen("a", 7));
        assert_eq!(seen("a", 7).of_run("b"), seen("b", 0));
        assert_eq!(seen("a", 7).joined(&seen("a", 9)), seen("a", 9));
        assert_eq!(seen("a", 7).joined(&seen("a", 3)), seen("a", 7));
        assert_eq!(seen("b", 1).joined(&seen("a", 9)), seen("b", 1));
    }

    #[test]
    fn deleting_the_newest_leaves_the_others_seen() {
        let seen = seen("a", 3);
        assert_eq!(seen.unseen([3, 2, 1].into_iter()), 0);
        assert_eq!(seen.unseen([2, 1].into_iter()), 0);
        assert_eq!(seen.unseen([].into_iter()), 0);
        assert_eq!(seen.unseen([5, 4, 2].into_iter()), 2);
    }
}
