//! From the server's name to its greeting: addresses, attempts, and a server that sends nothing.

use std::time::Duration;

use super::Dialogue;
use super::connection::Link;
use crate::action::Action;
use crate::command::Command;
use crate::entry::{Event, Lookup, Stage};
use crate::job::Security;
use crate::outcome::{ConnectFailure, Failure};

/// What is known of the attempts to connect.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Those under way.
    pending: Vec<String>,
    /// The most telling reason of those that failed.
    why: Option<ConnectFailure>,
    /// Where the connection leads, once it is established.
    peer: String,
    /// The silence of the server is recorded.
    silence_recorded: bool,
}

impl Attempts {
    /// The connection to `peer` is established, and other attempts are given up.
    fn succeeded(&mut self, peer: String) {
        *self = Attempts {
            peer,
            ..Attempts::default()
        };
    }

    /// The attempt to connect to `peer` failed.
    fn failed(&mut self, peer: &str, why: ConnectFailure) {
        self.pending.retain(|pending| pending != peer);
        self.why = Some(self.most_telling(why));
    }

    /// Of this reason and those known, the one that says most about the server.
    fn most_telling(&self, why: ConnectFailure) -> ConnectFailure {
        self.why.map_or(why, |known| known.or_more_telling(why))
    }
}

impl Dialogue {
    pub(super) fn resolved(&mut self, lookup: Option<Lookup>, loopback: bool) {
        if self.connection.link != Link::Resolving {
            return;
        }
        self.connection.link = Link::Connecting { since: self.now };
        self.connection.loopback = loopback;
        if let Some(mut lookup) = lookup {
            // A DNS server chooses these, and may know what another server was sent.
            for address in &mut lookup.addresses {
                *address = self.cleaned(address);
            }
            self.record(Event::Resolved { lookup });
        }
        let clear = self.job.security == Security::None && !loopback;
        if clear && self.job.credentials.is_some() {
            self.stage = Stage::SignIn;
            return self.end(Failure::SignInInClear);
        }
        self.actions.push_back(Action::Connect);
    }

    pub(super) fn connecting(&mut self, peer: String) {
        if self.connection.is_connecting() {
            let shown = self.cleaned(&peer);
            self.connection.attempts.pending.push(peer);
            self.record(Event::Connecting { peer: shown });
        }
    }

    pub(super) fn connect_failed(&mut self, peer: String, why: ConnectFailure) {
        if self.connection.is_connecting() {
            self.connection.attempts.failed(&peer, why);
            let peer = self.cleaned(&peer);
            self.record(Event::ConnectFailed { peer, why });
        }
    }

    pub(super) fn not_connected(&mut self, why: ConnectFailure) {
        let why = self.connection.attempts.most_telling(why);
        self.end(Failure::NotConnected { why });
    }

    /// No attempt has succeeded in time.
    pub(super) fn attempts_timed_out(&mut self) {
        let why = ConnectFailure::TimedOut;
        for peer in std::mem::take(&mut self.connection.attempts.pending) {
            let peer = self.cleaned(&peer);
            self.record(Event::ConnectFailed { peer, why });
        }
        self.not_connected(why);
    }

    pub(super) fn connected(&mut self, peer: String) {
        self.connection.link = Link::Open;
        let peer = self.cleaned(&peer);
        self.connection.attempts.succeeded(peer.clone());
        self.record(Event::Connected { peer });
        if self.job.security == Security::Tls {
            self.start_tls();
        } else {
            self.expect(Command::Greeting, None);
        }
    }

    /// When the silence of the server is to be recorded. None: it has sent something, or its
    /// silence is recorded already, or it can't be waiting for TLS.
    pub(super) fn silence_due(&self) -> Option<Duration> {
        let greeting = self
            .queue
            .front()
            .filter(|front| front.command == Command::Greeting)?;
        (self.connection.is_silent() && !self.connection.attempts.silence_recorded)
            .then(|| greeting.due + self.job.timeouts.silence)
    }

    pub(super) fn record_silence(&mut self, since: Duration) {
        self.connection.attempts.silence_recorded = true;
        let waited = self.now.saturating_sub(since).as_millis();
        self.record(Event::NoGreeting {
            peer: self.connection.attempts.peer.clone(),
            waited_ms: u64::try_from(waited).unwrap_or(u64::MAX),
        });
    }
}
