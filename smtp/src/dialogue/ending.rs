//! How a message, or the whole dialogue, comes to its end.

use super::plan::Plan;
use super::{Dialogue, Idle, InFlight, Link, Message, Progress, RecipientState, Verdict};
use crate::command::Command;
use crate::entry::{Event, Side, Stage};
use crate::outcome::{Failure, Fate, Outcome, RecipientResult};
use crate::pace::{Action, Pace};

impl Dialogue {
    /// Takes leave with QUIT where the server can hear one, and closes at once where it can't: inside the message a QUIT would be text, and a
    /// final dot would deliver half of it.
    pub(super) fn leave(&mut self, cause: Failure) {
        let deaf = self.link != Link::Open
            || self.greeting_awaited()
            || self.in_data
            || self.payload > 0
            || self.signing.is_some()
            || self.wants_message() > 0
            || self.in_flight.iter().any(|flying| {
                matches!(
                    flying.command,
                    Command::Data | Command::Dot | Command::Starttls | Command::Bdat { .. }
                )
            });
        if deaf {
            return self.end(cause);
        }
        if self.verdict.is_none() {
            self.verdict = Some(Verdict::Failed(self.stage, cause));
        }
        // The page may have octets on their way here: they are not to become the chunk that delivers the message.
        self.spare_chunks();
        self.pace = Pace::Run;
        self.held = None;
        self.closing_by = Some(self.now + self.job.timeouts.quit);
    }

    /// Ends the dialogue now, because of `cause` unless its outcome is settled already.
    pub(super) fn end(&mut self, cause: Failure) {
        if self.verdict.is_none() {
            if self.in_flight.iter().any(ends_message) {
                return self.unknown(cause);
            }
            self.verdict = Some(Verdict::Failed(self.stage, cause));
        }
        self.finish();
    }

    /// Ends the dialogue now; whether the message was delivered can't be known.
    pub(super) fn unknown(&mut self, cause: Failure) {
        let recipients = self.results();
        self.conclude(Outcome::Unknown { cause, recipients });
    }

    /// What follows a message that is settled, or a conversation that has nothing left to say.
    pub(super) fn farewell(&self) -> Plan {
        if self.may_stay() {
            match self.reset {
                _ if !self.begun => return Plan::Settle,
                Progress::Todo => return Plan::Next(super::Planned::Rset),
                Progress::Sent => return Plan::Wait,
                // It was refused, or left out: nobody knows what the server would make of another message.
                Progress::Done | Progress::Skipped => {}
            }
        }
        match self.quit {
            Progress::Todo => Plan::Next(super::Planned::Quit),
            Progress::Sent => Plan::Wait,
            Progress::Done | Progress::Skipped => Plan::Over,
        }
    }

    /// Whether the connection is to be kept open and is good for another message: what was settled was this message, not the connection.
    fn may_stay(&self) -> bool {
        self.current.as_ref().is_some_and(|mail| mail.keep_open)
            && self.closing_by.is_none()
            && self.quit == Progress::Todo
            && self.is_ready()
            && matches!(
                self.verdict,
                Some(
                    Verdict::Accepted(_)
                        | Verdict::Refused(Stage::Envelope | Stage::Message, _)
                        | Verdict::Failed(Stage::Envelope, _)
                )
            )
    }

    /// Settles the message, and waits for another.
    pub(super) fn settle(&mut self) {
        let outcome = self.outcome();
        self.current = None;
        self.recipients = Vec::new();
        self.message = Message::Todo;
        self.pace = Pace::Run;
        self.begin_to_wait(outcome);
    }

    /// Nothing is to be sent: says so once, and waits.
    pub(super) fn rest(&mut self) {
        if self.idle.is_none() && self.in_flight.is_empty() {
            self.begin_to_wait(Outcome::Ready);
        }
    }

    fn begin_to_wait(&mut self, outcome: Outcome) {
        self.idle = Some(Idle {
            since: self.now,
            stirred: self.now,
        });
        self.actions.push_back(Action::Settle(outcome));
    }

    pub(super) fn finish(&mut self) {
        let outcome = self.outcome();
        self.conclude(outcome);
    }

    fn outcome(&mut self) -> Outcome {
        let recipients = self.results();
        match self.verdict.take() {
            Some(Verdict::Accepted(reply)) => Outcome::Accepted { reply, recipients },
            Some(Verdict::Refused(at, reply)) => Outcome::Refused {
                at,
                reply,
                recipients,
            },
            Some(Verdict::Failed(at, cause)) => Outcome::Failed {
                at,
                cause,
                recipients,
            },
            None => Outcome::Ended { recipients },
        }
    }

    pub(super) fn conclude(&mut self, outcome: Outcome) {
        if self.done {
            return;
        }
        let connected = !matches!(self.link, Link::Resolving | Link::Connecting { .. });
        if connected && !self.closed_by_server {
            self.record(Event::Closed { by: Side::Client });
        }
        self.done = true;
        self.held = None;
        self.message = Message::Done;
        self.chunk = Vec::new();
        self.actions.push_back(Action::Finish(outcome));
    }

    /// The results of all recipients, which the dialogue then knows no more of.
    pub(super) fn results(&mut self) -> Vec<RecipientResult> {
        std::mem::take(&mut self.recipients)
            .into_iter()
            .map(|recipient| RecipientResult {
                address: recipient.address,
                fate: match recipient.state {
                    RecipientState::Accepted(reply) => Fate::Accepted { reply },
                    RecipientState::Refused(reply) => Fate::Refused { reply },
                    RecipientState::Todo | RecipientState::Sent | RecipientState::Skipped => {
                        Fate::NotTried
                    }
                },
            })
            .collect()
    }
}

/// Whether a server may deliver the message because of this: it ends the message, and has left.
fn ends_message(flying: &InFlight) -> bool {
    flying.left
        && matches!(
            flying.command,
            Command::Dot | Command::Bdat { last: true, .. }
        )
}
