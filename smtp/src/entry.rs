//! The transcript: what a dialogue records, one entry a line or event, in the order things
//! happened.

use crate::capability::Capabilities;
use crate::command::CommandKind;
use crate::framer::FramingError;
use crate::outcome::{ConnectFailure, Failure};
use crate::reply::Reply;

/// One thing that happened in a dialogue.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// Its place in the transcript, from 0, without gaps.
    pub seq: u32,
    /// Microseconds since the dialogue began.
    pub at_us: u64,
    /// Whether TLS protected it on the wire.
    pub secured: bool,
    /// How far the dialogue had come.
    pub stage: Stage,
    /// What happened.
    pub event: Event,
}

/// How far a dialogue has come: the six stages the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Stage {
    /// TCP connection, greeting, EHLO.
    Connect,
    /// STARTTLS or implicit TLS, and the EHLO after it.
    Tls,
    /// AUTH.
    SignIn,
    /// MAIL and RCPT.
    Envelope,
    /// DATA, the message, the final dot.
    Message,
    /// The server has taken responsibility for the message; QUIT.
    Accepted,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Event {
    /// The server's name was looked up. Not recorded where an address was given instead of a name.
    Resolved {
        /// What the lookup gave.
        lookup: Lookup,
    },
    /// A TCP connection to one of the server's addresses is being attempted. Attempts overlap
    /// (RFC 8305 §5).
    Connecting {
        /// The address and port, as numbers.
        peer: String,
    },
    /// One attempt failed.
    ConnectFailed {
        /// The address and port, as numbers.
        peer: String,
        /// Why.
        why: ConnectFailure,
    },
    /// The TCP connection is established. Attempts to other addresses are given up.
    Connected {
        /// The server's address and port, as numbers.
        peer: String,
    },
    /// The connection is established, TLS was not to start with it, and not one octet of a greeting
    /// has arrived for [`crate::limits::Timeouts::silence`]: the server is slow, or it waits for
    /// TLS. The dialogue goes on waiting.
    NoGreeting {
        /// The server's address and port, as numbers.
        peer: String,
        /// Milliseconds since the connection was established.
        waited_ms: u64,
    },
    /// A line left for the server.
    Sent {
        /// What the server reads it as. It follows from the octets that were sent, whoever typed
        /// them.
        command: CommandKind,
        /// The line without its CRLF; secrets are gaps, not text.
        line: Vec<Span>,
        /// Who wrote it.
        origin: Origin,
    },
    /// A reply arrived.
    Received {
        /// The reply, secrets removed.
        reply: Reply,
        /// The `seq` of the line it answers. None: the greeting, or a reply that answers nothing.
        answers: Option<u32>,
        /// Microseconds from that line to this reply (for the greeting, from the connection).
        wait_us: u64,
        /// What the server offers, where this reply accepts EHLO. Read from the reply as it is
        /// shown here, so it has no secret either.
        capabilities: Option<Box<Capabilities>>,
    },
    /// TLS is established; what follows is protected.
    Secured {
        /// What was agreed, and why the certificate is trusted.
        tls: TlsFacts,
    },
    /// The message has been written, but for the final dot.
    Message {
        /// Octets as the page sent them.
        octets: u64,
        /// Octets on the wire: line ends made CRLF, dots stuffed.
        wire_octets: u64,
        /// Lines on the wire.
        lines: u64,
        /// Lines that got a second dot (RFC 5321 §4.5.2).
        stuffed: u64,
    },
    /// The operator left out what was to be sent next; or a typed line was not sent, because a
    /// secret in it would have been sent in clear to another machine.
    Skipped {
        /// The line left out; empty if it was the message itself.
        line: Vec<Span>,
    },
    /// The server broke the protocol; the dialogue ends here.
    Violation {
        /// What was wrong.
        what: Violation,
        /// What the server sent, secrets removed and cut to a sane length; empty where it must not
        /// be shown.
        text: String,
    },
    /// The connection is closed.
    Closed {
        /// By whom.
        by: Side,
    },
}

/// What the lookup of a server's name gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lookup {
    /// The name, as A-labels.
    pub name: String,
    /// The addresses to try, with the port, in the order of the attempts. At most
    /// [`crate::limits::ADDRESSES`].
    pub addresses: Vec<String>,
    /// How many more were found that are left out because there are too many.
    pub left_out: u32,
    /// How many more were found that the bridge does not connect to.
    pub not_allowed: u32,
}

/// How a server broke the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Violation {
    /// What it sent first is no SMTP greeting.
    NoGreeting,
    /// Octets arrived in clear after the `220` to STARTTLS.
    InjectedBeforeTls,
    /// What it sent is no reply.
    BadReply {
        /// What is wrong with it.
        why: FramingError,
    },
    /// A reply that can't follow what was sent.
    UnexpectedReply {
        /// The command it answers, its verb only.
        after: String,
    },
    /// A reply that answers nothing.
    Unsolicited,
}

impl Violation {
    /// The violation that a failure is about; None where it is about something else.
    #[must_use]
    pub fn of(failure: &Failure) -> Option<Violation> {
        match failure {
            Failure::NotMail => Some(Violation::NoGreeting),
            Failure::InjectedBeforeTls => Some(Violation::InjectedBeforeTls),
            Failure::BadReply { why } => Some(Violation::BadReply { why: *why }),
            Failure::UnexpectedReply { after, .. } => Some(Violation::UnexpectedReply {
                after: after.clone(),
            }),
            Failure::Unsolicited { .. } => Some(Violation::Unsolicited),
            _ => None,
        }
    }
}

/// Which end did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Side {
    /// This client.
    Client,
    /// The server.
    Server,
}

/// Who wrote a line that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Origin {
    /// The plan, untouched.
    Planned,
    /// The operator changed a planned line. It went out as typed.
    Edited,
    /// The operator added it. It went out as typed.
    Typed,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Span {
    /// Text as it went out.
    Text(String),
    /// There was a secret here. Neither it nor its length is kept.
    Secret,
}

/// What a TLS handshake agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TlsFacts {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// The cipher, such as `AES-256-GCM`.
    pub cipher: String,
    /// The key exchange group, such as `X25519`.
    pub key_exchange: Option<String>,
    /// The name the certificate was checked for.
    pub name: String,
    /// The names in the certificate.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// Its last second, RFC 3339, UTC.
    pub not_after: String,
    /// Why it is trusted.
    pub trust: Trust,
}

/// Why a certificate is trusted. There is no connection with one that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Trust {
    /// A root this machine trusts.
    Platform,
    /// A root given to the bridge with `--extra-ca`.
    ExtraCa,
    /// The bridge's own practice CA, trusted for the practice server alone.
    PracticeCa,
    /// There is no certificate and no TLS: the network is simulated, and says so.
    Simulated,
}
