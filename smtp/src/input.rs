//! What the driver tells a dialogue.

use crate::entry::{Lookup, TlsFacts};
use crate::job::Mail;
use crate::operator::{Operator, SendMode};
use crate::outcome::{ConnectFailure, TlsFailure};

/// Something that happened outside.
#[derive(Debug)]
pub enum Input<'a> {
    /// The server's addresses are known. Answers [`crate::Action::Resolve`].
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
    /// The TCP connection is established, and other attempts are given up. Answers
    /// [`crate::Action::Connect`].
    Connected {
        /// The server's address and port, as numbers.
        peer: String,
    },
    /// There is no address, or no attempt is left. Answers [`crate::Action::Resolve`] or
    /// [`crate::Action::Connect`]. The outcome has the most telling reason of this one and those of
    /// the attempts.
    NotConnected(ConnectFailure),
    /// Octets from the server, decrypted where TLS is established.
    Received(&'a [u8]),
    /// The server closed the connection, in order or not.
    Closed,
    /// The time that [`crate::Dialogue::deadline`] named has come.
    DeadlinePassed,
    /// TLS is established. Answers [`crate::Action::StartTls`].
    TlsEstablished(TlsFacts),
    /// TLS is not established: this answers [`crate::Action::StartTls`]. Or it was, and the server
    /// has ended it by an alert or by breaking its rules, and with it the connection.
    TlsFailed(TlsFailure),
    /// Everything written so far has left for the server. Until then the end of a message counts as
    /// not sent: a server that has not received it can't have delivered anything.
    Drained,
    /// The next octets of the message, at most as many as [`crate::Dialogue::wants_message`] says.
    /// Handed in only when everything written before has left, so that a slow server slows the page
    /// down.
    Message(&'a [u8]),
    /// The page will send no further octets, though fewer came than announced.
    MessageLost,
    /// The next message. Ignored unless [`crate::Dialogue::accepts_mail`].
    Mail {
        /// The message.
        mail: Mail,
        /// How it is sent.
        mode: SendMode,
    },
    /// What the operator decided.
    Operator(Operator),
    /// The page went away: close without delivering.
    PageGone,
    /// The program is ending: QUIT where that is possible.
    ShutDown,
}
