//! How a dialogue comes to its end.

use super::{Dialogue, InFlight, Link, Message, RecipientState, Verdict};
use crate::command::Command;
use crate::entry::{Event, Side};
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
                    Command::Data | Command::Dot | Command::Starttls | Command::Bdat(_)
                )
            });
        if deaf {
            return self.end(cause);
        }
        if self.verdict.is_none() {
            self.verdict = Some(Verdict::Failed(self.stage, cause));
        }
        self.pace = Pace::Run;
        self.held = None;
        self.closing_by = Some(self.now + self.job.timeouts.quit);
    }

    /// Ends the dialogue now, because of `cause` unless its outcome is settled already.
    pub(super) fn end(&mut self, cause: Failure) {
        let dot = |flying: &InFlight| flying.command == Command::Dot;
        if self.verdict.is_none() {
            if self.in_flight.iter().any(dot) {
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

    pub(super) fn finish(&mut self) {
        let recipients = self.results();
        let outcome = match self.verdict.take() {
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
        };
        self.conclude(outcome);
    }

    pub(super) fn conclude(&mut self, outcome: Outcome) {
        if self.done {
            return;
        }
        if self.link != Link::Connecting && !self.closed_by_server {
            self.record(Event::Closed { by: Side::Client });
        }
        self.done = true;
        self.held = None;
        self.message = Message::Done;
        self.actions.push_back(Action::Finish(outcome));
    }

    pub(super) fn results(&self) -> Vec<RecipientResult> {
        self.recipients
            .iter()
            .map(|recipient| RecipientResult {
                address: recipient.address.clone(),
                fate: match &recipient.state {
                    RecipientState::Accepted(reply) => Fate::Accepted {
                        reply: reply.clone(),
                    },
                    RecipientState::Refused(reply) => Fate::Refused {
                        reply: reply.clone(),
                    },
                    RecipientState::Todo | RecipientState::Sent | RecipientState::Skipped => {
                        Fate::NotTried
                    }
                },
            })
            .collect()
    }
}
