//! What a person has done with the messages of the inbox. All tabs share it. Ids of messages are
//! those of one run of the bridge, so it says of which.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use smtp::Outcome;
use wire::FromBridge;

use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::storage;

/// The key in localStorage.
const KEY: &str = "glasspost.marks";

/// What has been done with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Mark {
    /// It was replied to.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) replied: bool,
    /// It was sent on to others.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) forwarded: bool,
    /// It was opened.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) read: bool,
    /// The person has marked it with a star.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) starred: bool,
}

/// The most marks that are kept: more than there are messages, so that one that was deleted still
/// has its own when it is put back.
const MOST: usize = 1000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(mark: &bool) -> bool {
    !mark
}

/// The marks of all messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Marks {
    /// The run of the bridge that gave the ids.
    run: String,
    /// By the id of the message.
    marks: BTreeMap<u64, Mark>,
}

impl Marks {
    /// What the tabs of this browser have stored last for this run.
    fn stored(run: &str) -> Marks {
        let stored: Marks = storage::value(KEY).unwrap_or_default();
        stored.of_run(run)
    }

    /// The marks of this run. None, if these are of another.
    #[must_use]
    fn of_run(self, run: &str) -> Marks {
        if self.run == run {
            return self;
        }
        Marks {
            run: run.to_owned(),
            marks: BTreeMap::new(),
        }
    }

    /// What has been done with this message.
    #[must_use]
    pub(super) fn of(&self, id: u64) -> Mark {
        self.marks.get(&id).copied().unwrap_or_default()
    }

    /// Changes what is known of a message. The oldest marks are forgotten.
    fn change(&mut self, id: u64, change: impl FnOnce(&mut Mark)) {
        let mut mark = self.of(id);
        change(&mut mark);
        if mark == Mark::default() {
            self.marks.remove(&id);
        } else {
            self.marks.insert(id, mark);
        }
        while self.marks.len() > MOST {
            self.marks.pop_first();
        }
    }
}

/// A message that an answer to is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    run: String,
    id: u64,
    forwards: bool,
}

impl InboxStore {
    /// What has been done with a message. Follows it.
    pub(super) fn mark(self, id: u64) -> Mark {
        self.state.marks().with(|marks| marks.of(id))
    }

    /// Takes over what is stored for the run of the bridge that is there now.
    pub(super) fn read_marks(self) {
        let stored = Marks::stored(&self.run());
        if self.state.marks().with_untracked(|marks| *marks != stored) {
            self.state.marks().set(stored);
        }
    }

    /// Changes the mark of a message, in all tabs.
    pub(super) fn change_mark(self, id: u64, change: impl Fn(&mut Mark)) {
        self.change_marks(&[id], change);
    }

    /// Changes the marks of messages, in all tabs.
    pub(super) fn change_marks(self, ids: &[u64], change: impl Fn(&mut Mark)) {
        let run = self.run();
        if run.is_empty() {
            return;
        }
        let mut marks = Marks::stored(&run);
        for id in ids {
            marks.change(*id, &change);
        }
        if self.state.marks().with_untracked(|before| *before != marks) {
            storage::keep(KEY, &marks);
            self.state.marks().set(marks);
        }
    }

    /// An answer to this message of this run of the bridge is being sent; or a message that is no
    /// answer. Once it is sent, the message is marked.
    pub fn answering(self, answered: Option<(&str, u64, bool)>) {
        self.answered
            .set_value(answered.map(|(run, id, forwards)| Answered {
                run: run.to_owned(),
                id,
                forwards,
            }));
    }

    /// Marks the message whose answer has been sent, or may have been.
    pub(super) fn note_sent(self, said: &[FromBridge]) {
        for one in said {
            let sent = match one {
                FromBridge::Finished { outcome, .. } => {
                    matches!(
                        **outcome,
                        Outcome::Accepted { .. } | Outcome::Unknown { .. }
                    )
                }
                FromBridge::NotStarted { .. } => false,
                _ => continue,
            };
            let answered = self.answered.try_update_value(Option::take).flatten();
            let of_run = |answered: &Answered| answered.run == self.run();
            if let Some(answered) = answered.filter(|_| sent).filter(of_run) {
                self.change_mark(answered.id, |mark| match answered.forwards {
                    true => mark.forwarded = true,
                    false => mark.replied = true,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_those_of_one_run_and_bounded() {
        let mut marks = Marks::default().of_run("a");
        marks.change(1, |mark| mark.replied = true);
        marks.change(2, |mark| mark.forwarded = true);
        assert!(marks.of(1).replied && !marks.of(1).forwarded);
        let text = serde_json::to_string(&marks).expect("JSON");
        assert_eq!(
            text,
            r#"{"run":"a","marks":{"1":{"replied":true},"2":{"forwarded":true}}}"#
        );
        let read: Marks = serde_json::from_str(&text).expect("marks");
        assert_eq!(read, marks);
        marks.change(2, |mark| mark.forwarded = false);
        assert_eq!(marks.marks.len(), 1);
        for id in 2..5000 {
            marks.change(id, |mark| mark.read = true);
        }
        assert_eq!(marks.marks.len(), MOST);
        assert!(marks.of(4999).read && !marks.of(1).replied);
        assert_eq!(marks.clone().of_run("a"), marks);
        assert_eq!(marks.of_run("b").of(4999), Mark::default());
    }
}
