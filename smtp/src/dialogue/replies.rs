//! What a reply means, by the command it answers.

use super::{Dialogue, InFlight, Message, Progress, RecipientState, Signing, Verdict};
use crate::auth;
use crate::capability::Capabilities;
use crate::command::Command;
use crate::entry::{Event, Stage};
use crate::limits;
use crate::outcome::Failure;
use crate::reply::{Class, Code, Reply};

impl Dialogue {
    /// Takes a reply. `last`: nothing behind it has arrived yet.
    pub(super) fn replied(&mut self, reply: Reply, last: bool) {
        let early = std::mem::take(&mut self.early);
        let Some(front) = self
            .in_flight
            .pop_front_if(|front| !early && !front.is_stuck())
        else {
            return self.unasked(reply);
        };
        if let Some(next) = self.in_flight.front_mut() {
            next.due = self.now;
        }
        let stage = match (&front.command, reply.class()) {
            (Command::Dot | Command::Bdat { last: true, .. }, Class::Success)
                if self.verdict.is_none() =>
            {
                Stage::Accepted
            }
            (command, _) => self.stage_of(command),
        };
        if front.command == Command::Greeting && !greets(reply.code) {
            // Another service's banner is none of a page's business.
            return self.violation(String::new(), Failure::NotMail);
        }
        self.stage = stage;
        self.record_received(&reply, Some(&front));
        if reply.is(421) {
            // RFC 5321 §3.8: the server is closing, whatever was asked.
            self.verdict.get_or_insert(Verdict::Refused(stage, reply));
            return self.finish();
        }
        self.judge(front.command, reply, stage, last);
        self.spare_chunks();
    }

    fn judge(&mut self, command: Command, reply: Reply, stage: Stage, last: bool) {
        self.odd_challenge = reply.is(334) && command.name() != "AUTH";
        match (command, reply.class()) {
            (Command::Greeting, Class::Success) => {}
            (Command::Greeting, _) => self.refuse(stage, reply),

            (Command::Ehlo, Class::Success) => {
                self.capabilities = std::mem::take(&mut self.offered);
                self.hello = Progress::Done;
                self.transaction_gone();
            }
            // RFC 5321 §3.2: a server that does not know EHLO is an old one.
            (Command::Ehlo, Class::Permanent)
                if self.hello == Progress::Sent
                    && matches!(reply.code.value(), 500 | 502 | 504) =>
            {
                self.hello = Progress::Todo;
                self.plain_hello = true;
            }
            (Command::Helo, Class::Success) => {
                self.capabilities = Capabilities::default();
                self.hello = Progress::Done;
                self.transaction_gone();
            }
            (Command::Ehlo | Command::Helo, Class::Temporary | Class::Permanent) => {
                if self.hello == Progress::Sent {
                    self.hello = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Starttls, _) if reply.is(220) && !self.secured => self.go_ahead(last),
            (Command::Starttls, Class::Temporary | Class::Permanent) => {
                if self.starttls == Progress::Sent {
                    self.starttls = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Auth(_) | Command::AuthResponse, Class::Intermediate) if reply.is(334) => {
                self.challenged();
            }
            (Command::Auth(_) | Command::AuthResponse, Class::Success) if reply.is(235) => {
                self.signing = None;
                self.auth = Progress::Done;
            }
            (
                Command::Auth(_) | Command::AuthResponse | Command::AuthCancel,
                Class::Temporary | Class::Permanent,
            ) => {
                let signing = self.signing.take();
                if self.auth == Progress::Sent {
                    self.sign_in_refused(signing, stage, reply);
                }
            }

            (Command::Mail, Class::Success) => {
                self.mail = Progress::Done;
                self.transaction_begun();
            }
            (Command::Mail, Class::Temporary | Class::Permanent) => {
                self.sender_refused = true;
                if self.mail == Progress::Sent {
                    self.mail = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (Command::Rcpt(path), Class::Success | Class::Temporary | Class::Permanent) => {
                self.recipient_decided(&path, reply);
            }

            (Command::Data, Class::Intermediate) if reply.is(354) => self.data_open(),
            (Command::Data, Class::Temporary | Class::Permanent) => {
                if self.data == Progress::Sent {
                    self.data = Progress::Done;
                    self.refuse(stage, reply);
                }
            }

            (command @ Command::Bdat { last: true, .. }, Class::Success)
                if self.lacks_a_chunk() =>
            {
                // A no to a part and a yes to the whole: nobody knows what became of it.
                self.unknown(Failure::UnexpectedReply {
                    after: command.name().to_owned(),
                    reply,
                });
            }
            (Command::Dot | Command::Bdat { last: true, .. }, Class::Success) => {
                self.begun = false;
                self.verdict.get_or_insert(Verdict::Accepted(reply));
            }
            (Command::Dot, Class::Temporary | Class::Permanent) => {
                // RFC 5321 §4.1.1.4: the end of the message clears the buffers, whatever comes of it.
                self.begun = false;
                self.refuse(stage, reply);
            }
            (command @ (Command::Dot | Command::Bdat { last: true, .. }), Class::Intermediate)
                if self.verdict.is_none() =>
            {
                self.unknown(Failure::UnexpectedReply {
                    after: command.name().to_owned(),
                    reply,
                });
            }
            (Command::Bdat { .. }, Class::Success) => self.chunk_taken(),
            (Command::Bdat { .. }, Class::Temporary | Class::Permanent) if self.chunking => {
                self.refuse(stage, reply);
            }
            (command @ Command::Bdat { .. }, _) if self.chunking => {
                self.unexpected(&command, reply);
            }

            (Command::Quit, _) => {
                self.quit = Progress::Done;
                self.finish();
            }
            (Command::Rset, class) if self.reset == Progress::Sent => {
                self.reset = Progress::Done;
                self.begun = class != Class::Success;
            }
            (Command::Rset, Class::Success) => self.transaction_gone(),
            (Command::Rset | Command::Other(_) | Command::Bdat { .. }, _) => {}

            (command, _) => self.unexpected(&command, reply),
        }
    }

    /// A reply with nothing to answer.
    fn unasked(&mut self, reply: Reply) {
        let in_message = self.in_data || self.in_flight.iter().any(InFlight::is_stuck);
        if !in_message && self.slack > 0 && !reply.is(421) {
            self.slack -= 1;
            self.record_received(&reply, None);
            return;
        }
        match reply.class() {
            _ if self.verdict.is_some() => {
                self.record_received(&reply, None);
                self.finish();
            }
            // A server may give up on a message before its end, and may close at any time (RFC 5321 §3.8). Inside a message no QUIT is
            // heard, so the connection is closed.
            Class::Temporary | Class::Permanent if in_message || reply.is(421) => {
                self.record_received(&reply, None);
                self.verdict = Some(Verdict::Refused(self.stage, reply));
                self.finish();
            }
            _ => {
                let text = reply.to_string();
                self.violation(text, Failure::Unsolicited { reply });
            }
        }
    }

    fn unexpected(&mut self, command: &Command, reply: Reply) {
        if self.verdict.is_some() {
            if let Command::Auth(_) | Command::AuthResponse | Command::AuthCancel = command {
                // Whatever it means, it is no challenge: the exchange is over.
                self.signing = None;
            }
            return;
        }
        let cause = Failure::UnexpectedReply {
            after: command.name().to_owned(),
            reply: reply.clone(),
        };
        self.violation(reply.to_string(), cause);
    }

    /// A no. What is decided stays decided.
    fn refuse(&mut self, at: Stage, reply: Reply) {
        self.verdict.get_or_insert(Verdict::Refused(at, reply));
    }

    /// The `220` to STARTTLS.
    fn go_ahead(&mut self, last: bool) {
        if !last || !self.framer.is_empty() || !self.in_flight.is_empty() {
            return self.injected();
        }
        self.starttls = Progress::Done;
        self.start_tls();
    }

    /// A no to AUTH. The last one decides the outcome: behind one that is about the mechanism
    /// another mechanism is tried, if there is one.
    fn sign_in_refused(&mut self, signing: Option<Signing>, stage: Stage, reply: Reply) {
        let signing = signing.filter(|signing| !signing.cancel && auth::is_of_mechanism(&reply));
        if let Some(signing) = signing {
            self.refused.extend(signing.mechanism);
            let offered = &self.capabilities.auth;
            if auth::Mechanism::choose_besides(offered, &self.refused).is_some() {
                self.auth = Progress::Todo;
                return;
            }
        }
        self.auth = Progress::Done;
        self.refuse(stage, reply);
    }

    /// A `334`. What it says is passed over: PLAIN has no challenge with content (RFC 4616 §2), and
    /// LOGIN's are to be ignored (draft-murchison-sasl-login-00 §2). Only their number counts.
    fn challenged(&mut self) {
        let credentials = self.job.credentials.as_ref();
        let Some(signing) = &mut self.signing else {
            return;
        };
        signing.challenges += 1;
        signing.awaited = true;
        let answer = signing
            .mechanism
            .zip(credentials)
            .and_then(|(mechanism, credentials)| mechanism.response(credentials, signing.given));
        signing.cancel = answer.is_none() || signing.challenges > limits::CHALLENGES;
    }

    fn recipient_decided(&mut self, path: &str, reply: Reply) {
        let accepted = reply.class() == Class::Success;
        let asked = self
            .recipients
            .iter_mut()
            .find(|recipient| recipient.state == RecipientState::Sent && recipient.address == path);
        if let Some(recipient) = asked {
            let kept = reply.shortened(limits::RECIPIENT_REPLY);
            recipient.state = if accepted {
                RecipientState::Accepted(kept)
            } else {
                RecipientState::Refused(kept)
            };
        }
        if accepted && self.sender_refused {
            return;
        }
        if accepted {
            return self.think_again();
        }
        let hope = self.recipients.iter().any(|recipient| {
            matches!(
                recipient.state,
                RecipientState::Todo | RecipientState::Sent | RecipientState::Accepted(_)
            )
        });
        if !hope {
            self.refuse(Stage::Envelope, reply);
        }
    }

    /// Whether a chunk of the message was refused, not its envelope.
    fn lacks_a_chunk(&self) -> bool {
        self.chunking && matches!(self.verdict, Some(Verdict::Refused(Stage::Message, _)))
    }

    /// A chunk is taken, and there may be room for the next.
    fn chunk_taken(&mut self) {
        if let Message::Streaming { since, .. } = &mut self.message {
            *since = self.now;
        }
    }

    /// The `354` to DATA.
    fn data_open(&mut self) {
        self.data = Progress::Done;
        self.in_data = true;
        self.doubtful_end = false;
        if self.verdict.is_some() {
            let accepted = self
                .recipients
                .iter()
                .any(|recipient| matches!(recipient.state, RecipientState::Accepted(_)));
            if accepted {
                // A dot now would deliver an empty message.
                return self.finish();
            }
            // RFC 2920 §3.1: with no recipient accepted, an empty message is how to get out of it.
            self.message = Message::Done;
        }
    }

    /// A transaction has begun (RFC 5321 §3.3): whoever was asked before must be asked again.
    fn transaction_begun(&mut self) {
        self.sender_refused = false;
        self.think_again();
        for recipient in &mut self.recipients {
            if matches!(
                recipient.state,
                RecipientState::Accepted(_) | RecipientState::Refused(_)
            ) {
                recipient.state = RecipientState::Todo;
            }
        }
    }

    /// RSET, EHLO and HELO drop whatever transaction there was (RFC 5321 §4.1.4, §4.1.1.5).
    fn transaction_gone(&mut self) {
        self.begun = false;
        if self.mail == Progress::Done && self.message == Message::Todo {
            self.mail = Progress::Todo;
            self.transaction_begun();
        }
    }

    /// An operator's line has turned a refusal round, so the plan goes on, as long as the message can still be sent.
    fn think_again(&mut self) {
        let refused = matches!(
            self.verdict,
            Some(
                Verdict::Refused(Stage::Envelope | Stage::Message, _)
                    | Verdict::Failed(Stage::Envelope | Stage::Message, _)
            )
        );
        let leaving = self.closing_by.is_some() || self.quit != Progress::Todo;
        if refused && !leaving && self.message == Message::Todo {
            self.verdict = None;
            if self.data == Progress::Done {
                self.data = Progress::Todo;
            }
        }
    }

    fn record_received(&mut self, reply: &Reply, front: Option<&InFlight>) {
        let wait = front.map_or_else(Default::default, |front| {
            self.now.saturating_sub(front.sent)
        });
        self.record(Event::Received {
            reply: reply.clone(),
            answers: front.and_then(|front| front.seq),
            wait_us: u64::try_from(wait.as_micros()).unwrap_or(u64::MAX),
        });
    }
}

/// Whether a code is one that a mail server may greet with (RFC 5321 §3.1, §4.3.2).
pub(super) fn greets(code: Code) -> bool {
    code.value() == 220 || matches!(code.class(), Class::Temporary | Class::Permanent)
}
