//! How a message, or the whole dialogue, ends.

use super::Dialogue;
use super::timeouts::Idle;
use super::transaction::Transaction;
use crate::action::Action;
use crate::entry::{Event, Side, Stage};
use crate::operator::SendMode;
use crate::outcome::{Failure, Outcome};
use crate::reply::Reply;

/// What the outcome will be, once the message is completed or the dialogue has ended.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Accepted(Reply),
    Refused(Stage, Reply),
    Failed(Stage, Failure),
}

impl Dialogue {
    /// Ends the dialogue with QUIT where the server can read one, and closes at once where it
    /// can't: inside the message QUIT would be text, and a final dot would deliver half of it.
    pub(super) fn shut_down(&mut self, cause: Failure) {
        let at_once = !self.connection.is_open()
            || self.greeting_awaited()
            || self.session.is_in_message()
            || self.session.sign_in.is_under_way()
            || self.wants_message() > 0
            || self.queue.precludes_quit();
        if at_once {
            return self.end(cause);
        }
        self.fail(self.stage, cause);
        // The page may have sent more of the message already. It must not become the chunk that
        // delivers the message.
        self.drop_chunks();
        self.mode = SendMode::Run;
        self.paused.clear();
        self.closing_by = Some(self.now + self.job.timeouts.quit);
    }

    /// Ends the dialogue now, because of `cause` unless its outcome is decided already.
    pub(super) fn end(&mut self, cause: Failure) {
        if self.verdict.is_none() && self.queue.may_deliver() {
            return self.end_unknown(cause);
        }
        self.fail(self.stage, cause);
        self.finish();
    }

    /// Ends the dialogue now; whether the message was delivered can't be known.
    pub(super) fn end_unknown(&mut self, cause: Failure) {
        let recipients = self.transaction.take_results();
        self.conclude(Outcome::Unknown { cause, recipients });
    }

    /// Decides that the server refused. What is decided stays decided.
    pub(super) fn refuse(&mut self, at: Stage, reply: Reply) {
        self.verdict.get_or_insert(Verdict::Refused(at, reply));
    }

    /// Decides that the dialogue failed. What is decided stays decided.
    pub(super) fn fail(&mut self, at: Stage, cause: Failure) {
        self.verdict.get_or_insert(Verdict::Failed(at, cause));
    }

    /// Completes the message, and waits for another.
    pub(super) fn complete(&mut self) {
        let outcome = self.take_outcome();
        self.transaction = Transaction::new(None);
        self.mode = SendMode::Run;
        self.begin_to_wait(outcome);
    }

    /// Nothing is to be sent: reports that once, and waits.
    pub(super) fn wait_for_mail(&mut self) {
        if self.idle.is_none() && self.queue.is_empty() {
            self.begin_to_wait(Outcome::Ready);
        }
    }

    fn begin_to_wait(&mut self, outcome: Outcome) {
        self.idle = Some(Idle::new(self.now));
        self.actions.push_back(Action::Complete(outcome));
    }

    /// Ends the dialogue with the outcome that is decided.
    pub(super) fn finish(&mut self) {
        let outcome = self.take_outcome();
        self.conclude(outcome);
    }

    fn take_outcome(&mut self) -> Outcome {
        let recipients = self.transaction.take_results();
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

    fn conclude(&mut self, outcome: Outcome) {
        if self.done {
            return;
        }
        if self.connection.is_connected() && !self.connection.closed_by_server {
            self.record(Event::Closed { by: Side::Client });
        }
        self.done = true;
        self.paused.clear();
        self.transaction.stop();
        self.actions.push_back(Action::Finish(outcome));
    }
}
