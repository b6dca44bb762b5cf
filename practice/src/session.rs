//! The server's side of one SMTP session: bytes in, actions out.
//!
//! No socket, no clock, no async. The caller passes an input to [`Session::handle`], then calls
//! [`Session::poll`] until it returns None, then waits for the next input. The actions depend only
//! on the bytes, not on how they were split into inputs.

mod auth;
mod command;
mod data;
mod interface;
mod line;
mod path;
mod profile;
mod queue;
mod receiving;
mod rules;
mod script;
mod setup;
mod transaction;

#[cfg(test)]
mod tests;

pub use auth::PASSWORD;
pub use interface::{Action, Delivered, Input, Leave, Security};
pub use profile::{Extension, Profile};
pub use transaction::{queue_id, queued};

use crate::{
    conversation::{Conversation, Writer},
    limits,
    scenario::{Point, ScenarioRun, Script, Step},
};
use auth::Exchange;
use data::DataReader;
use line::LineReader;
use queue::{Next, Queue};
use rules::{Scripted, Subject};
use script::Player;
use std::{sync::Arc, time::Duration};
use transaction::{ChunkReader, Transaction};

/// The server's name in the greeting and in the certificate.
pub const SERVER_NAME: &str = "mail.practice.test";

#[derive(Debug)]
struct Client {
    name: String,
    esmtp: bool,
}

/// How the next bytes are read.
#[derive(Debug)]
enum Reading {
    Commands,
    Auth(Exchange),
    Data(DataReader),
    Chunk(ChunkReader),
    /// Nothing is read until the handshake is done.
    AwaitTls,
    /// A scenario's dialogue reads.
    Script,
    /// What the client sends is dropped, and nothing is said any more.
    Silent,
    Closed,
}

/// The session of one client.
///
/// Memory use: one command line, one message, and replies of at most about thirty times the size of
/// the last input.
#[derive(Debug)]
pub struct Session {
    profile: Profile,
    tls: bool,
    client: Option<Client>,
    user: Option<String>,
    transaction: Option<Transaction>,
    lines: LineReader,
    reading: Reading,
    errors: u32,
    progress: u64,
    /// The time of the last input, and of the pauses since then.
    now: Duration,
    actions: Queue,
    log: Writer,
    /// The scenario with rules that is played, if any.
    scripted: Option<Scripted>,
    /// The dialogue that is played instead, if any.
    script: Option<Player>,
    /// The last line of the client, which a scenario can send back.
    last_line: String,
    /// How a rule changes the next reply to EHLO.
    edits: Vec<Step>,
    /// The exchange of AUTH to which the client has just responded, for a rule that goes on with
    /// it.
    exchange: Option<Exchange>,
    /// How many bytes of the message were read.
    body_read: u64,
}

impl Session {
    /// Starts a session. Its first action sends the greeting.
    pub fn new(profile: Profile, security: Security) -> Self {
        Self::start(profile, security, None, Duration::ZERO)
    }

    /// Starts a session that plays a scenario, at `now`.
    pub fn with_scenario(
        profile: Profile,
        security: Security,
        run: &ScenarioRun,
        now: Duration,
    ) -> Self {
        Self::start(profile, security, Some(run), now)
    }

    /// Starts a session at `now`, with a scenario if there is one.
    pub fn start(
        profile: Profile,
        security: Security,
        run: Option<&ScenarioRun>,
        now: Duration,
    ) -> Self {
        let mut session = Self {
            profile,
            tls: security == Security::Tls,
            client: None,
            user: None,
            transaction: None,
            lines: LineReader::default(),
            reading: Reading::Commands,
            errors: 0,
            progress: 0,
            now,
            actions: Queue::default(),
            log: Writer::new(now),
            scripted: None,
            script: None,
            last_line: String::new(),
            edits: Vec::new(),
            exchange: None,
            body_read: 0,
        };
        match run.map(|run| (run, &run.scenario().script)) {
            Some((run, Script::Dialogue(steps))) => {
                session.note(&format!("scenario: {}", run.scenario().title()));
                // The server has not done a handshake, see `Scenario::begins_with_tls`.
                session.tls = session.tls && !run.scenario().begins_with_tls();
                session.script = Some(Player::new(Arc::clone(steps)));
                session.reading = Reading::Script;
                session.follow_script();
                return session;
            }
            Some((run, Script::Rules(_))) => {
                let title = run.scenario().title();
                session.note(&format!("scenario: {title}, seed {}", run.seed()));
                session.scripted = Some(Scripted {
                    run: run.clone(),
                    connection: run.connect(),
                });
            }
            None => {}
        }
        session.at(Some(Point::Connect), Subject::default(), |session| {
            session.reply(&format!("220 {SERVER_NAME} ESMTP Glasspost practice"));
        });
        session
    }

    /// Processes an input that arrived at `now`, a time since any fixed moment that all sessions of
    /// a server share. Inputs after [`Action::Close`] are ignored.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        self.now = now;
        if matches!(self.reading, Reading::Closed) {
            return;
        }
        match input {
            Input::Received(bytes) => self.receive(bytes),
            Input::TlsEstablished if matches!(self.reading, Reading::AwaitTls) => {
                self.tls = true;
                self.progress += 1;
                self.note("TLS handshake completed");
                self.reading = match self.script {
                    Some(_) => Reading::Script,
                    None => Reading::Commands,
                };
                self.script_is_in_tls();
            }
            Input::TlsEstablished => {}
            Input::DeadlinePassed => {
                self.reply_and_close("421 4.4.2 Error: timeout exceeded, closing connection")
            }
            Input::ShuttingDown => {
                self.reply_and_close("421 4.3.2 Service shutting down, closing connection")
            }
            Input::NoRoom => self.refuse_body("452 4.3.1 Insufficient system storage"),
            Input::Closed => {
                self.note("the client has closed the connection");
                self.reading = Reading::Closed;
            }
        }
    }

    /// Returns the next action, if any.
    pub fn poll(&mut self) -> Option<Action> {
        let Next { action, shown } = self.actions.pop()?;
        match &action {
            Action::Write(octets) => {
                let shown = shown.as_ref().unwrap_or(octets);
                self.log.server(shown, self.now, self.tls);
            }
            Action::Pause(pause) => self.now += *pause,
            Action::Deliver(delivered) => {
                let octets = delivered.raw.len();
                self.note(&format!("a message of {octets} octets is stored"));
            }
            Action::Close => self.note("the server closes the connection"),
            Action::Leave(Leave::Fin) => self.note("the server closes its side (FIN)"),
            Action::Leave(Leave::Cut) => self.note("the server drops the connection"),
            Action::Leave(Leave::Rst) => self.note("the server resets the connection (RST)"),
            Action::Stall => self.note("the server stops reading"),
            Action::StartTls | Action::Confirm | Action::Cork | Action::Uncork => {}
        }
        Some(action)
    }

    /// The reply that [`Action::Confirm`] sends, for the mailbox id of the message.
    pub fn confirm(&mut self, id: u64) -> Vec<u8> {
        let reply = queued(id).into_bytes();
        self.log.server(&reply, self.now, self.tls);
        reply
    }

    /// The TLS handshake requested by [`Action::StartTls`], or done before the session, has failed.
    pub fn handshake_failed(&mut self, why: &str) {
        let text = format!("the TLS handshake has failed: {why}");
        self.log.failure(&text, self.now, self.tls);
        self.reading = Reading::Closed;
    }

    /// The connection is closed: the conversation on it has ended. Dropping the session says the
    /// same.
    pub fn closed(&mut self) {
        self.log.conversation().end();
    }

    /// What is said on this connection. It grows with the session.
    pub fn conversation(&self) -> &Conversation {
        self.log.conversation()
    }

    fn note(&mut self, text: &str) {
        self.log.note(text, self.now, self.tls);
    }

    /// Records a line of the client. `response`: it is a response of AUTH.
    fn client_said(&mut self, line: &[u8], response: bool) {
        self.last_line = String::from_utf8_lossy(line).into_owned();
        self.log.client(line, response, self.now, self.tls);
    }

    /// A number that grows with every complete line and every byte of a message. The caller
    /// restarts its idle timer ([`limits::IDLE`]) when it has changed, so a command that arrives
    /// byte by byte does not keep the session open.
    pub fn progress(&self) -> u64 {
        self.progress
    }

    /// Whether the client has sent EHLO or HELO.
    pub fn has_greeted(&self) -> bool {
        // A dialogue does not say which of its lines is EHLO.
        self.client.is_some() || self.script.is_some() && self.progress > 0
    }

    /// Memory for the message being received, in bytes.
    pub fn buffered(&self) -> usize {
        match (&self.reading, &self.transaction) {
            (Reading::Data(data), _) => data.body.buffered(),
            (_, Some(transaction)) => transaction.buffered(),
            _ => 0,
        }
    }

    /// Answers an erroneous command. Closes the session after too many of them.
    fn reject(&mut self, reply: &str) {
        self.errors += 1;
        if self.errors > limits::ERRORS {
            self.reply_and_close("421 4.7.0 Error: too many errors, closing connection");
        } else {
            self.reply(reply);
        }
    }

    /// Sends a last reply and closes the session.
    fn reply_and_close(&mut self, reply: &str) {
        // Nothing can be sent during the handshake, and a scenario decides what is.
        let may_reply = !matches!(
            self.reading,
            Reading::AwaitTls | Reading::Script | Reading::Silent
        );
        if may_reply {
            self.reply(reply);
        }
        self.close();
    }

    fn close(&mut self) {
        self.transaction = None;
        self.script = None;
        self.reading = Reading::Closed;
        self.actions.push(Action::Close);
    }

    /// Consecutive replies are one write: pipelined commands get their replies in one segment (RFC
    /// 2920 §3.2).
    fn reply(&mut self, line: &str) {
        if let Some(bytes) = self.actions.last_write() {
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        } else {
            self.actions
                .push(Action::Write(format!("{line}\r\n").into_bytes()));
        }
    }
}
