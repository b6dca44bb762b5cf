//! What one dialogue is to do: a [`Job`] is a connection, and a [`Mail`] a message that is sent
//! over it.

use std::fmt;

use zeroize::Zeroizing;

use crate::address::{Address, ClientName};
use crate::limits::Timeouts;

/// One connection to one server.
#[derive(Clone, Debug)]
pub struct Job {
    /// How the connection is protected.
    pub security: Security,
    /// What EHLO says.
    pub client_name: ClientName,
    /// Sign in with these, or fail: a job with credentials is never sent without signing in.
    pub credentials: Option<Credentials>,
    /// The message to send. None: sign in, and wait for one ([`crate::Input::Mail`]).
    pub mail: Option<Mail>,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// One message without its octets, and how it is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Who it is from and for.
    pub envelope: Envelope,
    /// What has to be known about the message beforehand.
    pub message: MessageFacts,
    /// Use PIPELINING where it is offered (RFC 2920). Step mode never does.
    pub pipelining: bool,
    /// Use BDAT rather than DATA where CHUNKING is offered (RFC 3030). Step mode never does: an
    /// operator may type one.
    pub chunking: bool,
    /// When this message is completed, wait for another instead of sending QUIT.
    pub keep_open: bool,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Security {
    /// Not at all.
    None,
    /// STARTTLS, or nothing is sent (RFC 3207). Never opportunistic.
    Starttls,
    /// TLS from the first octet (RFC 8314 §3.3).
    Tls,
}

/// The envelope (RFC 5321 §2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The reverse-path; None is the null path `<>` (§4.5.5).
    pub from: Option<Address>,
    /// The forward-paths, one RCPT each.
    pub to: Vec<Address>,
}

impl Envelope {
    /// Every address in it.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.from.iter().chain(&self.to)
    }
}

/// What has to be known about a message before its octets come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageFacts {
    /// The exact number of octets that will be handed in.
    pub size: u64,
    /// Octets above 127 occur in the body: needs 8BITMIME (RFC 6152).
    pub eight_bit: bool,
    /// Non-ASCII occurs in the header section: needs SMTPUTF8 (RFC 6531).
    pub utf8: bool,
}

/// A user name and a password. Wiped from memory when dropped; `Debug` shows neither.
#[derive(Clone)]
pub struct Credentials {
    /// The authentication identity.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl Credentials {
    /// Credentials of these two.
    #[must_use]
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Credentials {
        Credentials {
            user: Zeroizing::new(user.into()),
            password: Zeroizing::new(password.into()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}
