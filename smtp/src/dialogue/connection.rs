//! The connection: how far it is established, what protects it, and what arrives on it.

use std::time::Duration;

use super::connecting::Attempts;
use super::replies;
use crate::framer::Framer;
use crate::redact::Secrets;

/// The connection to the server.
pub(super) struct Connection {
    pub(super) link: Link,
    pub(super) attempts: Attempts,
    /// Every address of the server is one of this machine.
    pub(super) loopback: bool,
    /// TLS is established.
    pub(super) secured: bool,
    pub(super) framer: Framer,
    /// What is redacted from everything the server sends, see [`Secrets`].
    pub(super) secrets: Secrets,
    /// The name the person knows the server by; empty where none was given.
    pub(super) server_name: String,
    pub(super) closed_by_server: bool,
}

/// How far the connection is established.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Link {
    Resolving,
    Connecting { since: Duration },
    Handshaking { since: Duration },
    Open,
}

impl Connection {
    /// A connection whose server is not looked up yet.
    pub(super) fn new(secrets: Secrets, server_name: &str) -> Connection {
        Connection {
            link: Link::Resolving,
            attempts: Attempts::default(),
            loopback: false,
            secured: false,
            framer: Framer::new(),
            secrets,
            server_name: server_name.to_owned(),
            closed_by_server: false,
        }
    }

    /// Octets of the dialogue can be sent and received.
    pub(super) fn is_open(&self) -> bool {
        self.link == Link::Open
    }

    /// There is a TCP connection.
    pub(super) fn is_connected(&self) -> bool {
        !matches!(self.link, Link::Resolving | Link::Connecting { .. })
    }

    pub(super) fn is_connecting(&self) -> bool {
        matches!(self.link, Link::Connecting { .. })
    }

    /// TLS is established.
    pub(super) fn secure(&mut self) {
        self.secured = true;
        self.link = Link::Open;
        // RFC 3207 §4.2: what arrived in clear must not count as received under TLS.
        self.framer = Framer::new();
    }

    /// Whether a secret may be sent: the connection is protected, or stays on this machine.
    pub(super) fn may_sign_in(&self) -> bool {
        self.secured || self.loopback
    }

    /// Whether the server has sent nothing, and does not wait for a TLS handshake either.
    pub(super) fn is_silent(&self) -> bool {
        self.is_open() && !self.secured && self.framer.is_empty()
    }

    /// Whether what has arrived of a reply begins as a mail server greets.
    pub(super) fn greeting_begun(&self) -> bool {
        self.framer.begins_with().is_some_and(replies::greets)
    }
}
