//! How a message ends, or a dialogue without one. Each message has exactly one outcome.

use crate::entry::Stage;
use crate::framer::FramingError;
use crate::reply::Reply;
pub use crate::tls_failure::{CertificateFault, TlsFailure};

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// The server has taken responsibility for the message (RFC 5321 §6.1), for those recipients
    /// that it accepted.
    Accepted {
        /// Its reply to the final dot.
        reply: Reply,
        /// One result for each recipient.
        recipients: Vec<RecipientResult>,
    },
    /// The server said no; nothing was delivered.
    Refused {
        /// Where.
        at: Stage,
        /// The reply that decided it.
        reply: Reply,
        /// One result for each recipient.
        recipients: Vec<RecipientResult>,
    },
    /// The connection was lost after the final dot: the message may have been delivered, or not
    /// (RFC 5321 §4.5.3.2.6).
    Unknown {
        /// How it was lost.
        cause: Failure,
        /// One result for each recipient.
        recipients: Vec<RecipientResult>,
    },
    /// The connection is established, signed in if that was asked for, and waits for a message.
    Ready,
    /// There was no message: the operator went on to QUIT without one, or a connection that waited
    /// for a message was closed after long enough.
    Ended {
        /// One result for each recipient.
        recipients: Vec<RecipientResult>,
    },
    /// Something went wrong that is not a reply; nothing was delivered.
    Failed {
        /// Where.
        at: Stage,
        /// What.
        cause: Failure,
        /// One result for each recipient.
        recipients: Vec<RecipientResult>,
    },
}

impl Outcome {
    /// One result for each recipient of the job, in its order; after them those that an operator
    /// added.
    #[must_use]
    pub fn recipients(&self) -> &[RecipientResult] {
        match self {
            Outcome::Accepted { recipients, .. }
            | Outcome::Refused { recipients, .. }
            | Outcome::Unknown { recipients, .. }
            | Outcome::Ended { recipients }
            | Outcome::Failed { recipients, .. } => recipients,
            Outcome::Ready => &[],
        }
    }

    /// The same results, to be changed; None where the outcome has none.
    pub fn recipients_mut(&mut self) -> Option<&mut Vec<RecipientResult>> {
        match self {
            Outcome::Accepted { recipients, .. }
            | Outcome::Refused { recipients, .. }
            | Outcome::Unknown { recipients, .. }
            | Outcome::Ended { recipients }
            | Outcome::Failed { recipients, .. } => Some(recipients),
            Outcome::Ready => None,
        }
    }
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RecipientResult {
    /// The forward-path without its angle brackets.
    pub address: String,
    /// What the server said to it.
    pub fate: Fate,
}

/// What the server said to one RCPT. The text of a reply is cut to
/// [`crate::limits::RECIPIENT_REPLY`] octets; the transcript has all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Fate {
    /// Accepted at RCPT. Whether the message followed is the outcome's to say.
    Accepted {
        /// The reply.
        reply: Reply,
    },
    /// Refused at RCPT.
    Refused {
        /// The reply.
        reply: Reply,
    },
    /// Never asked, or never answered.
    NotTried,
}

/// Something that went wrong and is not a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Failure {
    /// No TCP connection.
    NotConnected {
        /// Why.
        why: ConnectFailure,
    },
    /// The TLS handshake failed, or the certificate is not trusted.
    Tls {
        /// Why.
        why: TlsFailure,
    },
    /// What answered is not a mail server: its first octets are no SMTP greeting. They are not
    /// shown.
    NotMail,
    /// The connection was closed in mid-dialogue.
    ConnectionLost,
    /// No answer in time.
    TimedOut {
        /// What was awaited: the reply to this verb, or to the final dot (`.`); `greeting`, or
        /// `message`: that the server accepts more of the message.
        awaiting: String,
        /// Milliseconds waited.
        after_ms: u64,
    },
    /// The server sent something that is no reply.
    BadReply {
        /// What is wrong with it.
        why: FramingError,
    },
    /// A reply that can't follow what was sent.
    UnexpectedReply {
        /// The command it answers, its verb only.
        after: String,
        /// The reply.
        reply: Reply,
    },
    /// A reply that answers nothing.
    Unsolicited {
        /// The reply.
        reply: Reply,
    },
    /// Octets arrived in clear after the `220` to STARTTLS: an attacker may have injected them (RFC
    /// 3207 §6; CVE-2011-0411).
    InjectedBeforeTls,
    /// STARTTLS is required and not offered. Nothing was sent in clear instead.
    StarttlsNotOffered,
    /// Sign-in is required and not offered. Nothing was sent unauthenticated instead.
    SignInNotOffered,
    /// Sign-in is offered, but only by mechanisms that this client does not have.
    NoCommonMechanism {
        /// What the server offers.
        offered: Vec<String>,
    },
    /// A password would go in clear to another machine: by signing in, or in a line that an
    /// operator typed. That line was not sent.
    SignInInClear,
    /// The password or user name can't be sent: empty, too long, or with NUL in it (RFC 4616 §2).
    BadCredentials,
    /// The message is larger than the server accepts (RFC 1870 §6.1).
    TooLarge {
        /// Octets of the message.
        size: u64,
        /// The most octets the server accepts.
        limit: u64,
    },
    /// An address or header needs SMTPUTF8 and the server doesn't offer it (RFC 6531 §3.1).
    Utf8NotOffered {
        /// The address that needs it, if it is one.
        address: Option<String>,
    },
    /// The message has octets above 127 and the server doesn't offer 8BITMIME (RFC 6152 §3).
    EightBitNotOffered,
    /// No recipient is left to send to: the operator skipped them all.
    NoRecipients,
    /// The page sent fewer or more octets than it had announced.
    MessageCutShort,
    /// A line of the message is longer than [`crate::limits::TEXT_LINE`]. Servers break such lines,
    /// or refuse them; nothing was delivered.
    LineTooLong {
        /// Which line of the message, from 1.
        line: u64,
    },
    /// The operator aborted.
    Aborted,
    /// The page went away.
    PageGone,
    /// The bridge is shutting down.
    ShuttingDown,
}

/// Why there is no TCP connection. Coarse on purpose: a page learns only what helps a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ConnectFailure {
    /// The name has no address.
    NoSuchHost,
    /// The lookup of the name gave no answer in time.
    LookupTimedOut,
    /// Nothing listens there.
    Refused,
    /// No answer in time.
    TimedOut,
    /// Something there accepts connections and resets them at once.
    Reset,
    /// The network is unreachable, or anything else.
    Unreachable,
}

impl ConnectFailure {
    /// Of two reasons, the one that says more about the server: if one address refuses and another
    /// can't be reached, the server refuses.
    #[must_use]
    pub fn or_more_telling(self, other: ConnectFailure) -> ConnectFailure {
        std::cmp::max_by_key(other, self, |why| match why {
            ConnectFailure::NoSuchHost => 0,
            ConnectFailure::LookupTimedOut => 1,
            ConnectFailure::Unreachable => 2,
            ConnectFailure::TimedOut => 3,
            ConnectFailure::Refused => 4,
            ConnectFailure::Reset => 5,
        })
    }
}
