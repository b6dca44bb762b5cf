//! What goes into a dialogue and what comes out: the whole of its contract with whoever drives it.

use crate::entry::{Entry, Lookup, Stage, TlsFacts};
use crate::job::Mail;
use crate::outcome::{ConnectFailure, Outcome, TlsFailure};

/// Whether the dialogue runs by itself or waits before each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Pace {
    /// Lines go out as soon as they may.
    Run,
    /// Each line is held for an operator, and only one command is on its way at a time.
    Step,
}

/// Something that happened outside.
#[derive(Debug)]
pub enum Input<'a> {
    /// The server's addresses are known. Answers [`Action::Resolve`].
    Resolved {
        /// What the lookup gave. None where there was no name to look up.
        lookup: Option<Lookup>,
        /// Whether every address found is one of this machine: only then may AUTH go in clear (RFC
        /// 4954 §4 leaves it to policy).
        loopback: bool,
    },
    /// An attempt to connect begins. Attempts may overlap.
    Connecting {
        /// The address and port, as numbers.
        peer: String,
    },
    /// An attempt has failed.
    ConnectFailed {
        /// The address and port, as numbers.
        peer: String,
        /// Why.
        why: ConnectFailure,
    },
    /// The TCP connection stands, and other attempts are given up. Answers [`Action::Connect`].
    Connected {
        /// The server's address and port, as numbers.
        peer: String,
    },
    /// There is no address, or no attempt is left. Answers [`Action::Resolve`] or
    /// [`Action::Connect`]. The outcome has the most telling reason of this one and those of the
    /// attempts.
    NotConnected(ConnectFailure),
    /// Octets from the server, decrypted where TLS stands.
    Received(&'a [u8]),
    /// The server closed the connection, in order or not.
    Closed,
    /// The time that [`crate::Dialogue::deadline`] named has come.
    DeadlinePassed,
    /// TLS stands. Answers [`Action::StartTls`].
    TlsEstablished(TlsFacts),
    /// TLS is not established: this answers [`Action::StartTls`]. Or it was, and the server has
    /// ended it by an alert or by breaking its rules, and with it the connection.
    TlsFailed(TlsFailure),
    /// Everything written so far is on its way to the server. Until then the end of a message
    /// counts as not sent: a server that has not been given it can't have delivered anything.
    Drained,
    /// The next octets of the message, at most as many as [`crate::Dialogue::wants_message`] says;
    /// handed over only when everything written before is on its way, so that a slow server is felt
    /// all the way back to the page.
    Message(&'a [u8]),
    /// The page will hand over no further octets, though fewer came than announced.
    MessageLost,
    /// The next message. Passed over unless [`crate::Dialogue::takes_mail`].
    Mail {
        /// The message.
        mail: Mail,
        /// Its pace.
        pace: Pace,
    },
    /// What the person at the page decided.
    Operator(Operator),
    /// The page went away: close without delivering.
    PageGone,
    /// The program is ending: QUIT where that is possible.
    ShutDown,
}

/// What an operator does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Operator {
    /// Send what is held.
    Release {
        /// The [`Held::step`] this answers; an answer to another step is passed over, so a double
        /// click releases one line.
        step: u32,
        /// The line as the operator wants it, without CRLF; None sends it as planned.
        /// [`crate::SECRET`] in it stands for the secret that was there. It goes out as typed.
        /// Passed over where the message itself is held.
        line: Option<String>,
    },
    /// Leave out what is held.
    Skip {
        /// The [`Held::step`] this answers.
        step: u32,
    },
    /// Send another line before what is held.
    Insert {
        /// The [`Held::step`] this answers.
        step: u32,
        /// The line, without CRLF. It goes out as typed, unless that would send a secret in clear
        /// to another machine ([`crate::Failure::SignInInClear`]).
        line: String,
    },
    /// Run to the end, or wait before each line from now on.
    SetPace {
        /// The new pace.
        pace: Pace,
    },
    /// End the dialogue without delivering: with QUIT where the server can hear one.
    Abort,
}

/// Something to do outside. Do them in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Find the server's addresses; answer with [`Input::Resolved`] or [`Input::NotConnected`].
    Resolve,
    /// Open the TCP connection. Hand in [`Input::Connecting`] and [`Input::ConnectFailed`] for each
    /// attempt, and answer with [`Input::Connected`] or [`Input::NotConnected`].
    Connect,
    /// Write these octets.
    Write(Vec<u8>),
    /// Start a TLS handshake, once everything written is out; answer with [`Input::TlsEstablished`]
    /// or [`Input::TlsFailed`].
    StartTls,
    /// Show this entry, once everything written before it is out.
    Record(Entry),
    /// Show what is held, and wait for the operator.
    Hold(Held),
    /// A message is settled, or there was none yet, and the connection waits for another.
    Settle(Outcome),
    /// Over: close the connection. Comes exactly once, and last.
    Finish(Outcome),
}

/// What is held before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Held {
    /// Numbers the holds of one dialogue, from 1.
    pub step: u32,
    /// Where the dialogue stands.
    pub stage: Stage,
    /// Whether TLS will protect it.
    pub secured: bool,
    /// What would go out.
    pub next: Next,
}

/// What would go out next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Next {
    /// A line. It may be changed.
    Line {
        /// The line without CRLF, [`crate::SECRET`] where a secret stands.
        line: String,
    },
    /// The message, but for its final dot. It goes as it is or not at all.
    Message {
        /// Its octets.
        octets: u64,
    },
}
