//! The transcript: what a dialogue records, one entry a line or event, in the order things happened.

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
    /// Where the dialogue stood.
    pub stage: Stage,
    /// What happened.
    pub event: Event,
}

/// Where a dialogue stands: the six stages the page shows.
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
    /// The TCP connection stands.
    Connected {
        /// The server's address and port, as numbers.
        peer: String,
    },
    /// A line left for the server.
    Sent {
        /// The line without its CRLF; secrets are gaps, not text.
        line: Vec<Span>,
        /// Who wrote it.
        origin: Origin,
    },
    /// A reply arrived.
    Received {
        /// The reply, secrets removed.
        reply: Reply,
        /// The `seq` of the line it answers. None: the greeting, or a reply nobody asked for.
        answers: Option<u32>,
        /// Microseconds from that line to this reply (for the greeting, from the connection).
        wait_us: u64,
    },
    /// TLS stands; what follows is protected.
    Secured {
        /// What was agreed and who answers for the certificate.
        tls: TlsFacts,
    },
    /// The message has been written, but for the final dot.
    Message {
        /// Octets the page handed over.
        octets: u64,
        /// Octets on the wire: line ends made CRLF, dots stuffed.
        wire_octets: u64,
        /// Lines on the wire.
        lines: u64,
        /// Lines that got a second dot (RFC 5321 §4.5.2).
        stuffed: u64,
    },
    /// The operator left out what was to come next; or typed a line that is not sent, because a
    /// secret would have gone in clear to another machine.
    Skipped {
        /// The line left out; empty where it was the message itself.
        line: Vec<Span>,
    },
    /// The server broke the protocol; the dialogue ends here.
    Violation {
        /// What was wrong, in a sentence.
        what: String,
        /// What the server sent, secrets removed and cut to a sane length; empty where it must not be shown.
        text: String,
    },
    /// The connection is closed.
    Closed {
        /// By whom.
        by: Side,
    },
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

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Span {
    /// Text as it went out.
    Text(String),
    /// A secret stood here. Neither it nor its length is known any more.
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
    /// Why it is believed.
    pub trust: Trust,
}

/// Why a certificate is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Trust {
    /// A root this machine trusts.
    Platform,
    /// A root given to the bridge with `--extra-ca`.
    ExtraCa,
    /// The bridge's own practice CA, trusted for the practice server alone.
    PracticeCa,
    /// It is not: the person chose to go on for this connection.
    Unverified {
        /// What the check said.
        why: String,
    },
}
