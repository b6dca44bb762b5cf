//! What a reply means, by the command it answers.

use super::command_queue::InFlight;
use super::ending::Verdict;
use super::transaction::Message;
use super::{Dialogue, Progress};
use crate::capability::Capabilities;
use crate::command::Command;
use crate::entry::{Event, Stage};
use crate::outcome::Failure;
use crate::reply::{Class, Code, Reply};

impl Dialogue {
    /// Takes a reply. `last`: nothing behind it has arrived yet.
    pub(super) fn replied(&mut self, reply: Reply, last: bool) {
        let Some(front) = self.queue.take_answered(self.now) else {
            return self.unsolicited(reply);
        };
        let stage = match (&front.command, reply.class()) {
            (Command::Dot | Command::Bdat { last: true, .. }, Class::Success)
                if self.verdict.is_none() =>
            {
                Stage::Accepted
            }
            (command, _) => self.stage_of(command),
        };
        if front.command == Command::Greeting && !greets(reply.code) {
            // Another service's banner must not reach the page.
            return self.violation(String::new(), Failure::NotMail);
        }
        self.stage = stage;
        self.record_received(&reply, Some(&front));
        if reply.is(421) {
            // RFC 5321 §3.8: the server is closing, whatever was asked.
            self.refuse(stage, reply);
            return self.finish();
        }
        self.session.stray_challenge = reply.is(334) && front.command.name() != "AUTH";
        self.apply(front.command, reply, stage, last);
        self.drop_chunks();
    }

    /// Draws the consequences of the reply to `command`.
    fn apply(&mut self, command: Command, reply: Reply, stage: Stage, last: bool) {
        match (command, reply.class()) {
            (Command::Greeting, Class::Success) => {}
            (Command::Greeting, _) => self.refuse(stage, reply),

            (Command::Ehlo, Class::Success) => {
                self.session.extended();
                self.transaction_dropped();
            }
            // RFC 5321 §3.2: a server that does not know EHLO is an old one.
            (Command::Ehlo, Class::Permanent)
                if self.session.hello == Progress::Sent
                    && matches!(reply.code.value(), 500 | 502 | 504) =>
            {
                self.session.fall_back_to_helo();
            }
            (Command::Helo, Class::Success) => {
                self.session.plain();
                self.transaction_dropped();
            }
            (Command::Ehlo | Command::Helo, Class::Temporary | Class::Permanent) => {
                if self.session.hello == Progress::Sent {
                    self.session.hello = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Starttls, _) if reply.is(220) && !self.connection.secured => {
                self.starttls_accepted(last);
            }
            (Command::Starttls, Class::Temporary | Class::Permanent) => {
                if self.session.starttls == Progress::Sent {
                    self.session.starttls = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Auth(_) | Command::AuthResponse, Class::Intermediate) if reply.is(334) => {
                let credentials = self.job.credentials.as_ref();
                self.session.sign_in.challenged(credentials);
            }
            (Command::Auth(_) | Command::AuthResponse, Class::Success) if reply.is(235) => {
                self.session.sign_in.accepted();
            }
            (
                Command::Auth(_) | Command::AuthResponse | Command::AuthCancel,
                Class::Temporary | Class::Permanent,
            ) => {
                let offered = &self.session.capabilities.auth;
                if self.session.sign_in.refused(&reply, offered) {
                    self.refuse(stage, reply);
                }
            }

            (Command::Mail(_), Class::Success) => {
                self.transaction.sender = Progress::Done;
                self.transaction_begun();
            }
            (Command::Mail(_), Class::Temporary | Class::Permanent) => {
                self.transaction.sender_refused();
                if self.transaction.sender == Progress::Sent {
                    self.transaction.sender = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Rcpt(path), Class::Success | Class::Temporary | Class::Permanent) => {
                self.recipient_answered(&path, reply);
            }

            (Command::Data, Class::Intermediate) if reply.is(354) => self.data_accepted(),
            (Command::Data, Class::Temporary | Class::Permanent) => {
                if self.transaction.data == Progress::Sent {
                    self.transaction.data = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (command @ Command::Bdat { last: true, .. }, Class::Success)
                if self.chunk_refused() =>
            {
                // The server refused a part and accepted the whole: what became of it is unknown.
                self.end_unexpected(&command, reply);
            }
            (Command::Dot | Command::Bdat { last: true, .. }, Class::Success) => {
                self.session.begun = false;
                self.verdict.get_or_insert(Verdict::Accepted(reply));
            }
            (Command::Dot, Class::Temporary | Class::Permanent) => {
                // RFC 5321 §4.1.1.4: the end of the message clears the buffers, accepted or not.
                self.session.begun = false;
                self.refuse(stage, reply);
            }
            (command @ (Command::Dot | Command::Bdat { last: true, .. }), Class::Intermediate)
                if self.verdict.is_none() =>
            {
                self.end_unexpected(&command, reply);
            }
            (Command::Bdat { .. }, Class::Success) => self.transaction.chunk_accepted(self.now),
            (Command::Bdat { .. }, Class::Temporary | Class::Permanent)
                if self.transaction.chunking =>
            {
                self.refuse(stage, reply);
            }
            (command @ Command::Bdat { .. }, _) if self.transaction.chunking => {
                self.unexpected(&command, reply);
            }

            (Command::Quit, _) => {
                self.session.quit = Progress::Done;
                self.finish();
            }
            (Command::Rset, class) if self.transaction.reset == Progress::Sent => {
                self.transaction.reset = Progress::Done;
                self.session.begun = class != Class::Success;
            }
            (Command::Rset, Class::Success) => self.transaction_dropped(),
            (Command::Rset | Command::Other(_) | Command::Bdat { .. }, _) => {}

            (command, _) => self.unexpected(&command, reply),
        }
    }

    /// A reply that answers no command.
    fn unsolicited(&mut self, reply: Reply) {
        let in_message = self.session.in_data || self.queue.unflushed_since().is_some();
        if !in_message && !reply.is(421) && self.queue.take_extra_reply() {
            self.record_received(&reply, None);
            return;
        }
        match reply.class() {
            _ if self.verdict.is_some() => {
                self.record_received(&reply, None);
                self.finish();
            }
            // A server may give up on a message before its end, and may close at any time (RFC 5321
            // §3.8). Inside a message it reads no QUIT, so the connection is closed.
            Class::Temporary | Class::Permanent if in_message || reply.is(421) => {
                self.record_received(&reply, None);
                self.refuse(self.stage, reply);
                self.finish();
            }
            _ => {
                let text = reply.to_string();
                self.violation(text, Failure::Unsolicited { reply });
            }
        }
    }

    /// A reply that can't follow the command it answers.
    fn unexpected(&mut self, command: &Command, reply: Reply) {
        if self.verdict.is_some() {
            if let Command::Auth(_) | Command::AuthResponse | Command::AuthCancel = command {
                // Whatever it means, it is no challenge, so the exchange is over.
                self.session.sign_in.abandon();
            }
            return;
        }
        let text = reply.to_string();
        self.violation(text, unexpected(command, reply));
    }

    /// A reply to the end of the message that leaves open whether the message is delivered.
    fn end_unexpected(&mut self, command: &Command, reply: Reply) {
        self.end_unknown(unexpected(command, reply));
    }

    /// The `220` to STARTTLS.
    fn starttls_accepted(&mut self, last: bool) {
        if !last || !self.connection.framer.is_empty() || !self.queue.is_empty() {
            return self.injected();
        }
        self.session.starttls = Progress::Done;
        self.start_tls();
    }

    fn recipient_answered(&mut self, path: &str, reply: Reply) {
        self.transaction.recipient_answered(path, &reply);
        if reply.class() == Class::Success {
            if !self.transaction.is_without_sender() {
                self.withdraw_refusal();
            }
        } else if !self.transaction.may_have_recipients() {
            self.refuse(Stage::Envelope, reply);
        }
    }

    /// Whether a chunk of the message was refused, not its envelope.
    fn chunk_refused(&self) -> bool {
        self.transaction.chunking
            && matches!(self.verdict, Some(Verdict::Refused(Stage::Message, _)))
    }

    /// The `354` to DATA.
    fn data_accepted(&mut self) {
        self.transaction.data = Progress::Done;
        self.session.enter_data();
        if self.verdict.is_some() {
            if self.transaction.has_accepted() {
                // A dot now would deliver an empty message.
                return self.finish();
            }
            // RFC 2920 §3.1: with no recipient accepted, an empty message is how to leave DATA.
            self.transaction.message = Message::Done;
        }
    }

    /// A transaction has begun at the server (RFC 5321 §3.3).
    fn transaction_begun(&mut self) {
        self.withdraw_refusal();
        self.transaction.begun();
    }

    /// RSET, EHLO and HELO drop the transaction, if there is one (RFC 5321 §4.1.4, §4.1.1.5).
    fn transaction_dropped(&mut self) {
        self.session.begun = false;
        if self.transaction.sender == Progress::Done && self.transaction.message == Message::Todo {
            self.transaction.sender = Progress::Todo;
            self.transaction_begun();
        }
    }

    /// A line of the operator made the server accept what it had refused. The plan goes on, as long
    /// as the message can still be sent.
    fn withdraw_refusal(&mut self) {
        let refused = matches!(
            self.verdict,
            Some(
                Verdict::Refused(Stage::Envelope | Stage::Message, _)
                    | Verdict::Failed(Stage::Envelope | Stage::Message, _)
            )
        );
        let closing = self.closing_by.is_some() || self.session.quit != Progress::Todo;
        if refused && !closing && self.transaction.message == Message::Todo {
            self.verdict = None;
            if self.transaction.data == Progress::Done {
                self.transaction.data = Progress::Todo;
            }
        }
    }

    fn record_received(&mut self, reply: &Reply, front: Option<&InFlight>) {
        let accepts_ehlo = reply.class() == Class::Success
            && front.is_some_and(|front| front.command == Command::Ehlo);
        let wait = front.map_or_else(Default::default, |front| {
            self.now.saturating_sub(front.sent)
        });
        self.record(Event::Received {
            reply: reply.clone(),
            answers: front.and_then(|front| front.seq),
            wait_us: u64::try_from(wait.as_micros()).unwrap_or(u64::MAX),
            capabilities: accepts_ehlo.then(|| Box::new(Capabilities::shown(reply))),
        });
    }
}

fn unexpected(command: &Command, reply: Reply) -> Failure {
    Failure::UnexpectedReply {
        after: command.name().to_owned(),
        reply,
    }
}

/// Whether a code is one that a mail server may greet with (RFC 5321 §3.1, §4.3.2).
pub(super) fn greets(code: Code) -> bool {
    code.value() == 220 || matches!(code.class(), Class::Temporary | Class::Permanent)
}
