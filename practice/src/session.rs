//! The server's side of one SMTP session: bytes in, actions out.
//!
//! No socket, no clock, no async. The caller feeds [`Session::handle`], then drains
//! [`Session::poll`] until it is empty, then waits for the next input. What comes out depends only
//! on the bytes, never on how they were cut into pieces.

mod auth;
mod command;
mod data;
mod introduction;
mod line;
mod path;
mod profile;
mod transaction;

#[cfg(test)]
mod tests;

pub use auth::PASSWORD;
pub use profile::{Extension, Profile};
pub use transaction::queued;

use crate::{faults::FAULTS, limits};
use auth::Exchange;
use command::Command;
use data::DataReader;
use line::{Line, LineReader};
use smtp_proto::Request;
use std::{collections::VecDeque, time::Duration};
use transaction::{ChunkReader, Transaction};

/// The name the server greets with, and the one its certificate is made out to.
pub const SERVER_NAME: &str = "mail.practice.test";

/// How the connection is protected when the session starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain TCP; STARTTLS is offered.
    Clear,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
}

/// What happens to a session.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Bytes from the client, decrypted.
    Received(&'a [u8]),
    /// The handshake asked for by [`Action::StartTls`] succeeded. When it fails there is nothing
    /// left to say: feed `Closed`.
    TlsEstablished,
    /// The client was idle too long: see [`Session::progress`].
    DeadlinePassed,
    /// The server is going down.
    ShuttingDown,
    /// There is no room for the message being received. It is read to its end and refused with 452.
    NoRoom,
    /// The client closed the connection.
    Closed,
}

/// What the caller must do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes, whole, before the next action.
    Write(Vec<u8>),
    /// Begin the TLS handshake. The 220 is already written, and every byte received behind STARTTLS
    /// is forgotten.
    StartTls,
    /// Wait this long before the next action.
    Pause(Duration),
    /// Keep this message. Comes before the reply that accepts it, so an accepted message is always
    /// kept.
    Deliver(Box<Delivered>),
    /// Send [`queued`] with the id that the message of the last [`Action::Deliver`] has in the
    /// mailbox.
    Confirm,
    /// Close the connection. Nothing comes after it.
    Close,
}

/// A message the server took, with its envelope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The reverse-path without angle brackets, as sent; empty for `<>`.
    pub from: String,
    /// The accepted recipients, as sent, at least one.
    pub recipients: Vec<String>,
    /// The parameters of MAIL, as sent.
    pub parameters: Vec<String>,
    /// The user name, when the client signed in.
    pub user: Option<String>,
    /// Whether the message came over TLS.
    pub tls: bool,
    /// What the client called itself in EHLO or HELO. Not verified.
    pub client_name: String,
    /// Whether the client said EHLO.
    pub esmtp: bool,
    /// The message: dot-stuffing undone, otherwise untouched. No trace header is added.
    pub raw: Vec<u8>,
}

#[derive(Debug)]
struct Client {
    name: String,
    esmtp: bool,
}

/// What the next bytes are taken for.
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

/// One client's session.
///
/// Memory: one command line, one message, and replies of at most some thirty times the size of the
/// last input.
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
    actions: VecDeque<Action>,
}

impl Session {
    /// Starts a session; the greeting is the first action.
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
            actions: VecDeque::new(),
        };
        session.reply(&format!("220 {SERVER_NAME} ESMTP Glasspost practice"));
        session
    }

    /// Takes an input. Inputs after [`Action::Close`] are ignored.
    pub fn handle(&mut self, input: Input<'_>) {
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
                self.give_up("421 4.4.2 Error: timeout exceeded, closing connection")
            }
            Input::ShuttingDown => {
                self.give_up("421 4.3.2 Service shutting down, closing connection")
            }
            Input::NoRoom => self.refuse_body("452 4.3.1 Insufficient system storage"),
            Input::Closed => self.reading = Reading::Closed,
        }
    }

    /// The next thing to do, if any.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Grows with every finished line and every byte of a message. The caller restarts its idle
    /// timer ([`limits::IDLE`]) when this changed, so a command trickling in byte by byte does not
    /// hold the session open.
    pub fn progress(&self) -> u64 {
        self.progress
    }

    /// Whether the client has said who it is.
    pub(crate) fn is_introduced(&self) -> bool {
        self.client.is_some()
    }

    /// Bytes of memory held for the message being received.
    pub fn held(&self) -> usize {
        match (&self.reading, &self.transaction) {
            (Reading::Data(data), _) => data.body.held(),
            (_, Some(transaction)) => transaction.held(),
            _ => 0,
        }
    }

    fn receive(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.reading {
                // Bytes behind STARTTLS came in clear: acting on them after the handshake would let
                // anyone on the path put commands into the protected session (CVE-2011-0411).
                Reading::AwaitTls | Reading::Closed => return,
                Reading::Data(data) => {
                    let before = bytes.len();
                    let ended = data.read(&mut bytes);
                    self.progress += (before - bytes.len()) as u64;
                    if ended {
                        self.end_data();
                    } else if let Some(reply) = data.body.endless() {
                        self.give_up(reply);
                    }
                }
                Reading::Chunk(_) => self.read_chunk(&mut bytes),
                Reading::Commands | Reading::Auth(_) => {
                    let Some(line) = self.lines.read(&mut bytes) else {
                        return;
                    };
                    self.progress += 1;
                    self.take_line(line);
                }
            }
        }
    }

    fn take_line(&mut self, line: Line) {
        let exchange = match std::mem::replace(&mut self.reading, Reading::Commands) {
            Reading::Auth(exchange) => Some(exchange),
            _ => None,
        };
        match (line, exchange) {
            (Line::BareLf, _) => {
                self.give_up("500 5.5.2 Error: bare <LF> received, closing connection")
            }
            (Line::TooLong(line), None) if command::announces_chunk(&line) => {
                self.give_up("500 5.5.2 Error: line too long, closing connection")
            }
            (Line::TooLong(_), _) => self.wrong("500 5.5.2 Error: line too long"),
            (Line::Whole(line), Some(exchange)) => self.auth_turn(auth::proceed(exchange, &line)),
            (Line::Whole(line), None) => match command::parse(&line) {
                Ok(command) => self.command(command),
                Err(wrong) if wrong.framing_lost => self.give_up(wrong.reply),
                Err(wrong) => self.wrong(wrong.reply),
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
                Request::Quit => self.give_up("221 2.0.0 Bye"),
                _ => self.wrong("502 5.5.1 Error: command not implemented"),
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

    /// Answers a command the client got wrong, and loses patience in the end.
    fn wrong(&mut self, reply: &str) {
        self.errors += 1;
        if self.errors > limits::ERRORS {
            self.give_up("421 4.7.0 Error: too many errors, closing connection");
        } else {
            self.reply(reply);
        }
    }

    /// Says a last word and closes.
    fn give_up(&mut self, reply: &str) {
        // During the handshake there is no channel to say it on.
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

    /// Replies that follow one another are one write: pipelined commands get one segment back (RFC
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
