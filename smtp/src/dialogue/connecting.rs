//! From the server's name to its greeting: addresses, attempts, and a server that says nothing.

use std::time::Duration;

use super::{Dialogue, Link};
use crate::command::Command;
use crate::entry::{Event, Lookup, Stage};
use crate::job::Security;
use crate::outcome::{ConnectFailure, Failure};
use crate::pace::Action;

/// What is known of the attempts to connect.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Those under way.
    pending: Vec<String>,
    /// The most telling reason of those that failed.
    why: Option<ConnectFailure>,
    /// Where the connection leads, once it stands.
    peer: String,
    /// A person has been told that the server says nothing.
    silence_recorded: bool,
}

impl Dialogue {
    pub(super) fn resolved(&mut self, lookup: Option<Lookup>, loopback: bool) {
        if self.link != Link::Resolving {
            return;
        }
        self.link = Link::Connecting { since: self.now };
        self.loopback = loopback;
        if let Some(mut lookup) = lookup {
            // A DNS server chooses these, and may know what another server was told.
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
        if matches!(self.link, Link::Connecting { .. }) {
            let shown = self.cleaned(&peer);
            self.attempts.pending.push(peer);
            self.record(Event::Connecting { peer: shown });
        }
    }

    pub(super) fn connect_failed(&mut self, peer: String, why: ConnectFailure) {
        if matches!(self.link, Link::Connecting { .. }) {
            self.attempts.pending.retain(|pending| *pending != peer);
            self.attempts.why = Some(self.telling(why));
            let peer = self.cleaned(&peer);
            self.record(Event::ConnectFailed { peer, why });
        }
    }

    pub(super) fn not_connected(&mut self, why: ConnectFailure) {
        let why = self.telling(why);
        self.end(Failure::NotConnected { why });
    }

    /// No attempt has succeeded in time.
    pub(super) fn attempts_timed_out(&mut self) {
        let why = ConnectFailure::TimedOut;
        for peer in std::mem::take(&mut self.attempts.pending) {
            let peer = self.cleaned(&peer);
            self.record(Event::ConnectFailed { peer, why });
        }
        self.not_connected(why);
    }

    pub(super) fn connected(&mut self, peer: String) {
        self.link = Link::Open;
        let peer = self.cleaned(&peer);
        self.attempts = Attempts {
            peer: peer.clone(),
            ..Attempts::default()
        };
        self.record(Event::Connected { peer });
        if self.job.security == Security::Tls {
            self.start_tls();
        } else {
            self.expect(Command::Greeting, None);
        }
    }

    /// When a person is to be told that the server says nothing. None: it has said something, or
    /// that was recorded already, or TLS stands and can't be what it waits for.
    pub(super) fn silence_due(&self) -> Option<Duration> {
        let greeting = self
            .in_flight
            .front()
            .filter(|front| front.command == Command::Greeting)?;
        let silent = self.link == Link::Open && !self.secured && self.framer.is_empty();
        (silent && !self.attempts.silence_recorded)
            .then(|| greeting.due + self.job.timeouts.silence)
    }

    pub(super) fn record_silence(&mut self, since: Duration) {
        self.attempts.silence_recorded = true;
        let waited = self.now.saturating_sub(since).as_millis();
        self.record(Event::NoGreeting {
            peer: self.attempts.peer.clone(),
            waited_ms: u64::try_from(waited).unwrap_or(u64::MAX),
        });
    }

    fn telling(&self, why: ConnectFailure) -> ConnectFailure {
        self.attempts
            .why
            .map_or(why, |known| known.or_more_telling(why))
    }
}
