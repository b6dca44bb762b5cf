//! Lines on their way out, and what they make the dialogue expect.

use super::plan::{Line, Planned};
use super::{Dialogue, InFlight, Progress, Recipient, RecipientState, Signing, Verdict};
use crate::auth;
use crate::command::Command;
use crate::entry::{Origin, Stage};
use crate::lenient;
use crate::limits;
use crate::outcome::Failure;
use crate::pace::Action;

impl Dialogue {
    pub(super) fn go(&mut self, planned: &Planned) {
        if *planned == Planned::Message {
            return self.stream();
        }
        let line = self.line(planned);
        self.mark(planned, Progress::Sent);
        self.send(&line, Origin::Planned);
    }

    /// Puts a line on the wire, records it, and expects what the server owes to it: by what the line is, not by what it was meant to be.
    pub(super) fn send(&mut self, line: &Line, origin: Origin) {
        let typed = origin != Origin::Planned;
        if typed && self.keeps_back(line) {
            return;
        }
        if self.payload > 0 {
            let shown = self.shown_typed(&line.template);
            self.typed_left(&line.text);
            self.payload = self.payload.saturating_sub(line.text.len() as u64 + 2);
            self.write(&line.text);
            self.record_sent(shown, origin);
            return;
        }
        for (text, template) in line.text.split("\r\n").zip(line.template.split("\r\n")) {
            // Where an operator put a secret into a line, whatever is named after the line must not
            // name the secret.
            let command = match (self.read(text), self.read(template)) {
                (Command::Rcpt(_) | Command::Other(_), named) if typed => self.hushed(named),
                (own, _) if typed => own,
                (_, planned) => planned,
            };
            if matches!(command, Command::Auth(_) | Command::AuthResponse) && !self.may_sign_in() {
                // RFC 4954 §4 leaves it to policy; ours holds for an operator's line as well.
                self.verdict
                    .get_or_insert(Verdict::Failed(Stage::SignIn, Failure::SignInInClear));
                return;
            }
            self.write(text);
            self.stage = self.stage_of(&command);
            let shown = match &command {
                Command::Auth(_) | Command::AuthResponse => command.shown(template),
                _ if typed => self.shown_typed(template),
                _ => command.shown(template),
            };
            let seq = self.record_sent(shown, origin);
            if typed {
                self.typed_left(text);
                self.slack += text.matches(['\r', '\n']).count();
            }
            self.left(command, seq, text);
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        let mut octets = Vec::with_capacity(text.len() + 2);
        octets.extend_from_slice(text.as_bytes());
        octets.extend_from_slice(b"\r\n");
        self.actions.push_back(Action::Write(octets));
    }

    pub(super) fn may_sign_in(&self) -> bool {
        self.secured || self.loopback
    }

    /// What the server takes a line for, given where the conversation stands.
    pub(super) fn read(&self, line: &str) -> Command {
        if self.in_data {
            return if line == "." {
                Command::Dot
            } else {
                Command::Text
            };
        }
        if self.signing.as_ref().is_some_and(|signing| signing.awaited) {
            return if line == "*" {
                Command::AuthCancel
            } else {
                Command::AuthResponse
            };
        }
        Command::read(line)
    }

    /// A line is on its way.
    pub(super) fn left(&mut self, command: Command, seq: u32, line: &str) {
        match &command {
            Command::Text => return,
            Command::Dot => self.in_data = false,
            Command::Auth(name) => {
                let response = &line[lenient::response_of_auth(line)..];
                self.signing = Some(Signing {
                    mechanism: auth::Mechanism::named(name),
                    given: usize::from(!response.trim().is_empty()),
                    challenges: 0,
                    awaited: false,
                    cancel: false,
                });
                self.responses_left(response);
            }
            Command::AuthResponse => {
                self.response_left(line);
                if let Some(signing) = &mut self.signing {
                    signing.given += 1;
                    signing.awaited = false;
                }
            }
            Command::AuthCancel => {
                if let Some(signing) = &mut self.signing {
                    signing.awaited = false;
                }
            }
            Command::Bdat { octets, .. } => self.payload = *octets,
            Command::Mail => self.begun = true,
            Command::Rcpt(path) => self.claim(path),
            _ => {}
        }
        self.expect(command, Some(seq));
    }

    /// A RCPT for `path` is on its way: it belongs to the recipient that waits under this address, or to a new one that the
    /// operator brought in.
    pub(super) fn claim(&mut self, path: &str) {
        let waiting = self.recipients.iter().position(|recipient| {
            recipient.address == path
                && matches!(
                    recipient.state,
                    RecipientState::Todo | RecipientState::Skipped
                )
        });
        match waiting {
            Some(at) => self.recipients[at].state = RecipientState::Sent,
            None if self.recipients.len() < limits::RECIPIENTS => {
                self.recipients.push(Recipient {
                    address: path.to_owned(),
                    state: RecipientState::Sent,
                });
            }
            None => {}
        }
    }

    /// The server owes a reply.
    pub(super) fn expect(&mut self, command: Command, seq: Option<u32>) {
        self.in_flight.push_back(InFlight {
            command,
            seq,
            sent: self.now,
            due: self.now,
            left: false,
        });
    }
}
