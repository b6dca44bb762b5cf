//! How long the dialogue waits, and what it makes of waiting in vain (RFC 5321 §4.5.3.2).

use std::time::Duration;

use super::plan::Line;
use super::{Dialogue, Link, Message};
use crate::command::Command;
use crate::entry::Origin;
use crate::outcome::{ConnectFailure, Failure, TlsFailure};
use crate::pace::Pace;

impl Dialogue {
    /// When the dialogue has to be told that time has passed, as time since it began. None: it
    /// waits for a person.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        match (self.limit(), self.silence_due()) {
            (Some(limit), Some(silence)) => Some(limit.min(silence)),
            (limit, _) => limit,
        }
    }

    /// When the dialogue's patience ends.
    fn limit(&self) -> Option<Duration> {
        if self.done {
            return None;
        }
        let times = &self.job.timeouts;
        let by = match (self.link, self.message) {
            (Link::Resolving, _) => Some(times.connect),
            (Link::Connecting { since }, _) => Some(since + times.connect),
            (Link::Handshaking { since }, _) => Some(since + times.tls),
            (Link::Open, Message::Streaming { since, .. }) if self.has_room() => {
                Some(since + times.block)
            }
            (Link::Open, _) => match (self.in_flight.front(), self.idle) {
                _ if self.stuck_since().is_some() => {
                    self.stuck_since().map(|since| since + times.block)
                }
                (Some(front), _) => Some(front.due + self.patience(&front.command)),
                (None, Some(idle)) => {
                    Some((idle.stirred + times.noop).min(idle.since + times.idle))
                }
                (None, None) => None,
            },
        };
        match (by, self.closing_by) {
            (Some(by), Some(closing)) => Some(by.min(closing)),
            (by, closing) => by.or(closing),
        }
    }

    pub(super) fn deadline_passed(&mut self) {
        let Some(by) = self.limit().filter(|by| *by <= self.now) else {
            if let Some(by) = self.silence_due().filter(|by| *by <= self.now) {
                self.record_silence(by.saturating_sub(self.job.timeouts.silence));
            }
            return;
        };
        if self.closing_by.is_none() && self.in_flight.is_empty() && self.idle.is_some() {
            return self.stir();
        }
        let cause = match (self.link, self.message) {
            (Link::Resolving, _) => Failure::NotConnected {
                why: ConnectFailure::LookupTimedOut,
            },
            (Link::Connecting { .. }, _) => return self.attempts_timed_out(),
            (Link::Handshaking { .. }, _) => Failure::Tls {
                why: TlsFailure::TimedOut,
            },
            (Link::Open, Message::Streaming { since, .. }) if self.has_room() => {
                timed_out("message", by.saturating_sub(since))
            }
            (Link::Open, _) => match (self.stuck_since(), self.in_flight.front()) {
                (Some(since), _) => timed_out("message", by.saturating_sub(since)),
                (None, Some(front)) => {
                    timed_out(front.command.name(), by.saturating_sub(front.due))
                }
                (None, None) => Failure::ConnectionLost,
            },
        };
        self.end(cause);
    }

    /// Since when the end of the message, or a chunk of it, waits to leave (RFC 5321 §4.5.3.2.5 times each block).
    fn stuck_since(&self) -> Option<Duration> {
        self.in_flight
            .iter()
            .find(|flying| flying.is_stuck())
            .map(|flying| flying.sent)
    }

    /// Tells a server on an idle connection that somebody is there still; or, after long enough, that nobody is.
    fn stir(&mut self) {
        let Some(idle) = &mut self.idle else {
            return;
        };
        if self.now < idle.since + self.job.timeouts.idle {
            idle.stirred = self.now;
            self.send(&Line::open("NOOP".into()), Origin::Planned);
        } else {
            self.pace = Pace::Run;
            self.closing_by = Some(self.now + self.job.timeouts.quit);
        }
    }

    pub(super) fn patience(&self, command: &Command) -> Duration {
        let times = &self.job.timeouts;
        match command {
            Command::Greeting
            | Command::Ehlo
            | Command::Helo
            | Command::Starttls
            | Command::Auth(_)
            | Command::AuthResponse
            | Command::AuthCancel => times.greeting,
            Command::Mail | Command::Rset | Command::Other(_) | Command::Text => times.mail,
            Command::Rcpt(_) => times.rcpt,
            Command::Data => times.data,
            Command::Dot | Command::Bdat { .. } => times.dot,
            Command::Quit => times.quit,
        }
    }
}

fn timed_out(awaiting: &str, after: Duration) -> Failure {
    Failure::TimedOut {
        awaiting: awaiting.to_owned(),
        after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
    }
}
