//! The server's side of one SMTP session: bytes in, actions out.
//!
//! No socket, no clock, no async. The caller passes an input to [`Session::handle`], then calls
//! [`Session::poll`] until it returns None, then waits for the next input. The actions depend only
//! on the bytes, not on how they were split into inputs.

mod auth;
mod command;
mod data;
mod line;
mod path;
mod profile;
mod setup;
mod transaction;

#[cfg(test)]
mod tests;

pub use auth::PASSWORD;
pub use profile::{Extension, Profile};
pub use transaction::{queue_id, queued};

use crate::{faults::FAULTS, limits};
use auth::Exchange;
use command::Command;
use data::DataReader;
use line::{Line, LineReader};
use smtp_proto::Request;
use std::{collections::VecDeque, time::Duration};
use transaction::{ChunkReader, Transaction};

/// The server's name in the greeting and in the certificate.
pub const SERVER_NAME: &str = "mail.practice.test";

/// Whether the connection is protected when the session starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Cleartext TCP; STARTTLS is offered.
    Clear,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
}

/// An input of a session.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Bytes from the client, after decryption.
    Received(&'a [u8]),
    /// The TLS handshake requested by [`Action::StartTls`] succeeded. If it failed, pass `Closed`
    /// instead.
    TlsEstablished,
    /// The client was idle too long (see [`Session::progress`]).
    DeadlinePassed,
    /// The server is shutting down.
    ShuttingDown,
    /// There is no memory for the message being received. The session reads it to its end and
    /// refuses it with 452.
    NoRoom,
    /// The client closed the connection.
    Closed,
}

/// What the caller must do. Actions must be done in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send all of these bytes before the next action.
    Write(Vec<u8>),
    /// Start the TLS handshake. The 220 is already written, and all bytes received after STARTTLS
    /// were discarded.
    StartTls,
    /// Wait this long before the next action.
    Pause(Duration),
    /// Store this message. Comes before the reply that accepts it, so an accepted message is always
    /// stored.
    Deliver(Box<Delivered>),
    /// Send [`queued`] with the mailbox id of the message in the last [`Action::Deliver`].
    Confirm,
    /// Close the connection. No action follows.
    Close,
}

/// An accepted message with its envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The reverse-path without angle brackets, as sent; empty for `<>`.
    pub from: String,
    /// The accepted recipients, as sent, at least one.
    pub recipients: Vec<String>,
    /// The parameters of MAIL, as sent.
    pub parameters: Vec<String>,
    /// The user name if the client signed in.
    pub user: Option<String>,
    /// Whether the message came over TLS.
    pub tls: bool,
    /// The client name in EHLO or HELO. Not verified.
    pub client_name: String,
    /// Whether the client sent EHLO rather than HELO.
    pub esmtp: bool,
    /// The message without dot-stuffing, otherwise unchanged. No trace header is added.
    pub raw: Vec<u8>,
}

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
    /// The time of the last input.
    now: Duration,
    actions: VecDeque<Action>,
}

impl Session {
    /// Starts a session. Its first action sends the greeting.
    pub fn new(profile: Profile, security: Security) -> Self {
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
            now: Duration::ZERO,
            actions: VecDeque::new(),
        };
        session.reply(&format!("220 {SERVER_NAME} ESMTP Glasspost practice"));
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
                self.reading = Reading::Commands;
                self.progress += 1;
            }
            Input::TlsEstablished => {}
            Input::DeadlinePassed => {
                self.reply_and_close("421 4.4.2 Error: timeout exceeded, closing connection")
            }
            Input::ShuttingDown => {
                self.reply_and_close("421 4.3.2 Service shutting down, closing connection")
            }
            Input::NoRoom => self.refuse_body("452 4.3.1 Insufficient system storage"),
            Input::Closed => self.reading = Reading::Closed,
        }
    }

    /// Returns the next action, if any.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// A number that grows with every complete line and every byte of a message. The caller
    /// restarts its idle timer ([`limits::IDLE`]) when it has changed, so a command that arrives
    /// byte by byte does not keep the session open.
    pub fn progress(&self) -> u64 {
        self.progress
    }

    /// Whether the client has sent EHLO or HELO.
    pub fn has_greeted(&self) -> bool {
        self.client.is_some()
    }

    /// Memory for the message being received, in bytes.
    pub fn buffered(&self) -> usize {
        match (&self.reading, &self.transaction) {
            (Reading::Data(data), _) => data.body.buffered(),
            (_, Some(transaction)) => transaction.buffered(),
            _ => 0,
        }
    }

    fn receive(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.reading {
                // Bytes after STARTTLS came in cleartext. Processing them after the handshake would
                // let an attacker on the path inject commands into the protected session
                // (CVE-2011-0411).
                Reading::AwaitTls | Reading::Closed => return,
                Reading::Data(data) => {
                    let before = bytes.len();
                    let ended = data.read(&mut bytes);
                    self.progress += (before - bytes.len()) as u64;
                    if ended {
                        self.end_data();
                    } else if let Some(reply) = data.body.over_limit() {
                        self.reply_and_close(reply);
                    }
                }
                Reading::Chunk(_) => self.read_chunk(&mut bytes),
                Reading::Commands | Reading::Auth(_) => {
                    let Some(line) = self.lines.read(&mut bytes) else {
                        return;
                    };
                    self.progress += 1;
                    self.handle_line(line);
                }
            }
        }
    }

    fn handle_line(&mut self, line: Line) {
        let exchange = match std::mem::replace(&mut self.reading, Reading::Commands) {
            Reading::Auth(exchange) => Some(exchange),
            _ => None,
        };
        match (line, exchange) {
            (Line::BareLf, _) => {
                self.reply_and_close("500 5.5.2 Error: bare <LF> received, closing connection")
            }
            (Line::TooLong(line), None) if command::announces_chunk(&line) => {
                self.reply_and_close("500 5.5.2 Error: line too long, closing connection")
            }
            (Line::TooLong(_), _) => self.reject("500 5.5.2 Error: line too long"),
            (Line::Whole(line), Some(exchange)) => self.auth_step(auth::proceed(exchange, &line)),
            (Line::Whole(line), None) => match command::parse(&line) {
                Ok(command) => self.command(command),
                Err(error) if error.framing_lost => self.reply_and_close(error.reply),
                Err(error) => self.reject(error.reply),
            },
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Mail {
                from,
                parameters,
                request,
            } => self.mail(from, parameters, &request),
            Command::Rcpt { to } => self.rcpt(to),
            Command::Other(request) => match request {
                Request::Ehlo { host } => self.hello(host, true),
                Request::Helo { host } => self.hello(host, false),
                Request::StartTls => self.start_tls(),
                Request::Auth {
                    mechanism,
                    initial_response,
                } => self.auth(mechanism, &initial_response),
                Request::Data => self.data(),
                Request::Bdat {
                    chunk_size,
                    is_last,
                } => self.bdat(chunk_size as u64, is_last),
                Request::Rset => {
                    self.transaction = None;
                    self.reply("250 2.0.0 OK");
                }
                Request::Noop { .. } => self.reply("250 2.0.0 OK"),
                Request::Vrfy { .. } => self.reply(
                    "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery",
                ),
                Request::Help { .. } => self.help(),
                Request::Quit => self.reply_and_close("221 2.0.0 Bye"),
                _ => self.reject("502 5.5.1 Error: command not implemented"),
            },
        }
    }

    fn help(&mut self) {
        self.reply(
            "214-2.0.0 Commands: \
             EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT",
        );
        self.reply(&format!(
            "214-2.0.0 Sign in with any user name and the password {PASSWORD}"
        ));
        let names: Vec<&str> = FAULTS.iter().map(|fault| fault.local_part).collect();
        self.reply(&format!(
            "214 2.0.0 Local parts of test addresses: {}",
            names.join(" ")
        ));
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
        // Nothing can be sent during the handshake.
        if !matches!(self.reading, Reading::AwaitTls) {
            self.reply(reply);
        }
        self.close();
    }

    fn close(&mut self) {
        self.transaction = None;
        self.reading = Reading::Closed;
        self.actions.push_back(Action::Close);
    }

    /// Consecutive replies are one write: pipelined commands get their replies in one segment (RFC
    /// 2920 §3.2).
    fn reply(&mut self, line: &str) {
        if let Some(Action::Write(bytes)) = self.actions.back_mut() {
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        } else {
            self.actions
                .push_back(Action::Write(format!("{line}\r\n").into_bytes()));
        }
    }
}
