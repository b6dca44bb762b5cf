//! The stage strip.

use smtp::{Outcome, Stage};

use super::{Ending, Phase, Submission};

/// One step of the stage strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Still to come.
    Todo,
    /// In progress.
    Now,
    /// Done.
    Done,
    /// Not needed.
    Passed,
    /// The submission failed here.
    Failed,
}

/// The stages in their order.
pub const STAGES: [Stage; 6] = [
    Stage::Connect,
    Stage::Tls,
    Stage::SignIn,
    Stage::Envelope,
    Stage::Message,
    Stage::Accepted,
];

impl Submission {
    /// The stage strip: of this message, and of the connection it uses.
    #[must_use]
    pub fn steps(&self) -> [Step; 6] {
        let reached = self.reached();
        STAGES.map(|stage| match reached {
            None => Step::Todo,
            Some(reached) if stage > reached => Step::Todo,
            Some(reached) if stage == reached => self.step_reached(),
            Some(_) if self.has_passed_through(stage) => Step::Done,
            Some(_) => Step::Passed,
        })
    }

    fn step_reached(&self) -> Step {
        match &self.phase {
            Phase::Ready | Phase::Finished(Ending::Outcome(Outcome::Accepted { .. })) => Step::Done,
            Phase::Finished(_) => Step::Failed,
            _ => Step::Now,
        }
    }

    fn reached(&self) -> Option<Stage> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Paused(paused) => Some(paused.stage),
            Phase::Finished(Ending::Outcome(
                Outcome::Refused { at, .. } | Outcome::Failed { at, .. },
            )) => Some(*at),
            Phase::Finished(Ending::Outcome(Outcome::Accepted { .. })) => Some(Stage::Accepted),
            _ => {
                let last = self.own().last().map(|entry| entry.stage);
                Some(last.unwrap_or_else(|| self.begins_at()))
            }
        }
    }

    /// The stage of a message that has no entry of its own yet.
    fn begins_at(&self) -> Stage {
        let connection = self.entries.last().filter(|_| !self.was_ready);
        match connection {
            _ if self.was_ready => Stage::Envelope,
            // Its connection is still being opened.
            Some(entry) => entry.stage,
            None => Stage::Connect,
        }
    }

    /// Whether anything happened at this stage: of the connection's stages once for all its
    /// messages, of the others for this message.
    fn has_passed_through(&self, stage: Stage) -> bool {
        let entries = if stage <= Stage::SignIn {
            &self.entries
        } else {
            self.own()
        };
        entries.iter().any(|entry| entry.stage == stage)
    }
}
