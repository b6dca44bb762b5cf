//! How far a learner is on a connection.

use super::check::World;
use super::lesson::{Lesson, Step};

/// Which step of a lesson a connection is at. Every step before it that belongs to this connection
/// is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::lessons) struct Walk {
    /// The step in which the connection began.
    begun: usize,
    /// The step. It is the number of steps where all are done.
    pub(in crate::lessons) step: usize,
    /// The index of the first entry that came after the steps before it were done.
    pub(in crate::lessons) since: usize,
    /// So many entries have been looked at.
    seen: usize,
}

impl Walk {
    /// A connection is begun, for this step.
    pub(in crate::lessons) fn begin(step: usize) -> Walk {
        Walk {
            begun: step,
            step,
            since: 0,
            seen: 0,
        }
    }

    /// Looks at what has happened on the connection. Entries only ever come.
    pub(in crate::lessons) fn follow(&mut self, lesson: &Lesson, world: World<'_>) {
        let all = world.entries.len();
        // Each entry by itself, so that a step is done by what happened until then, however many
        // came at a time.
        for end in self.seen.min(all)..=all {
            let until = World {
                entries: &world.entries[..end],
                ending: world.ending.filter(|_| end == all),
                delivered: if end == all { world.delivered } else { &[] },
            };
            while let Some(step) = lesson.steps.get(self.step) {
                if self.is_of_another(step) || !step.done.holds(until, 0) {
                    break;
                }
                self.step += 1;
                self.since = end;
            }
        }
        self.seen = all;
    }

    /// Whether the step it is at begins a connection of its own, which has not begun yet.
    fn is_of_another(&self, step: &Step) -> bool {
        self.step > self.begun && step.connection.is_some()
    }

    /// Whether this connection has a step that is not done.
    pub(in crate::lessons) fn has_more(&self, lesson: &Lesson) -> bool {
        let next = lesson.steps.get(self.step);
        next.is_some_and(|step| !self.is_of_another(step))
    }

    /// What is said to what the learner has done in the step that is not done: the first that is
    /// about it.
    pub(in crate::lessons) fn wrong_turn<'a>(
        &self,
        step: &'a Step,
        world: World<'_>,
    ) -> Option<&'a str> {
        let mut wrong = step.wrong.iter();
        let found = wrong.find(|(check, _)| check.holds(world, self.since));
        found.map(|(_, text)| text.as_str())
    }
}
