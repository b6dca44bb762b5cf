//! What goes into a session and comes out of it.

use std::time::Duration;

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
    /// The client was idle too long (see [`super::Session::progress`]).
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
    /// Send what [`super::Session::confirm`] returns for the mailbox id of the message in the last
    /// [`Action::Deliver`].
    Confirm,
    /// Close the connection. No action follows.
    Close,
    /// Hold back everything that is sent until `Uncork`. Only scenarios ask for this and for what
    /// follows.
    Cork,
    /// Send what was held back, all at once.
    Uncork,
    /// Read and send nothing, for at most [`crate::limits::STALL`], while the client is there.
    Stall,
    /// Leave the connection in an impolite way.
    Leave(Leave),
}

/// How a server leaves a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Close the sending side, with a close_notify inside TLS, and continue to read.
    Fin,
    /// Close both sides at once, without a close_notify. No action follows.
    Cut,
    /// Reset the connection. No action follows.
    Rst,
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
