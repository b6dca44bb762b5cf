//! Which messages of the inbox have been seen.

use serde::{Deserialize, Serialize};

/// The newest message that has been seen, in any tab. Ids begin anew with each run of the bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The run of the bridge that gave the id.
    pub run: String,
    /// The id; 0 is before the first.
    pub id: u64,
}

impl Seen {
    /// What has been seen of this run: nothing, where it was another one.
    #[must_use]
    pub fn of_run(self, run: &str) -> Seen {
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
    pub fn joined(mut self, other: &Seen) -> Seen {
        if self.run == other.run {
            self.id = self.id.max(other.id);
        }
        self
    }

    /// How many of these messages have not been seen.
    #[must_use]
    pub fn unseen(&self, ids: impl Iterator<Item = u64>) -> usize {
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
