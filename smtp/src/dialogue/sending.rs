//! Sending lines, and what each makes the dialogue expect.

use super::line::Line;
use super::plan::Planned;
use super::{Dialogue, Progress};
use crate::action::Action;
use crate::command::{Command, CommandKind};
use crate::entry::{Event, Origin, Span, Stage};
use crate::lenient;
use crate::outcome::Failure;

impl Dialogue {
    /// Sends what is planned.
    pub(super) fn send_planned(&mut self, planned: &Planned) {
        if *planned == Planned::Message {
            return self.begin_message();
        }
        let line = self.line(planned);
        self.mark(planned, Progress::Sent);
        self.send(&line, Origin::Planned);
    }

    /// Writes a line, records it, and expects the reply to it: the reply to what the line is, not
    /// to what it was meant to be.
    pub(super) fn send(&mut self, line: &Line, origin: Origin) {
        let typed = origin != Origin::Planned;
        if typed && self.blocks(line) {
            return;
        }
        if self.session.payload > 0 {
            let shown = self.shown_typed(&line.template);
            self.typed_sent(&line.text);
            self.session.payload_sent(&line.text);
            self.write(&line.text);
            self.record_sent(CommandKind::Text, shown, origin);
            return;
        }
        for (text, template) in line.text.split("\r\n").zip(line.template.split("\r\n")) {
            // Where an operator put a secret into a line, whatever is named after the line must not
            // name the secret.
            let command = match (self.session.read(text), self.session.read(template)) {
                (Command::Rcpt(_) | Command::Other(_), named) if typed => self.redacted(named),
                (own, _) if typed => own,
                (_, planned) => planned,
            };
            let signs_in = matches!(command, Command::Auth(_) | Command::AuthResponse);
            if signs_in && !self.connection.may_sign_in() {
                // RFC 4954 §4 leaves it to policy; ours holds for an operator's line as well.
                return self.fail(Stage::SignIn, Failure::SignInInClear);
            }
            self.write(text);
            self.stage = self.stage_of(&command);
            let shown = if typed && !signs_in {
                self.shown_typed(template)
            } else {
                command.shown(template)
            };
            let seq = self.record_sent(command.kind(), shown, origin);
            if typed {
                self.typed_sent(text);
                // Some servers read each of these as a line end, and send a reply more.
                let line_ends = text.matches(['\r', '\n']).count();
                self.queue.allow_extra_replies(line_ends);
            }
            self.sent(command, seq, text);
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        let mut octets = Vec::with_capacity(text.len() + 2);
        octets.extend_from_slice(text.as_bytes());
        octets.extend_from_slice(b"\r\n");
        self.actions.push_back(Action::Write(octets));
    }

    pub(super) fn record_sent(
        &mut self,
        command: CommandKind,
        line: Vec<Span>,
        origin: Origin,
    ) -> u32 {
        self.record(Event::Sent {
            command,
            line,
            origin,
        })
    }

    /// A line is sent.
    fn sent(&mut self, command: Command, seq: u32, line: &str) {
        self.session.sent(&command, line);
        match &command {
            Command::Text => return,
            Command::Auth(_) => self.responses_sent(&line[lenient::response_of_auth(line)..]),
            Command::AuthResponse => self.response_sent(line),
            Command::Rcpt(path) => self.transaction.recipient_sent(path),
            _ => {}
        }
        self.expect(command, Some(seq));
    }

    /// The server owes a reply.
    pub(super) fn expect(&mut self, command: Command, seq: Option<u32>) {
        self.queue.push(command, seq, self.now);
    }
}
