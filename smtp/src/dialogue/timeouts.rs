//! How long the dialogue waits, and what follows when it waits in vain (RFC 5321 §4.5.3.2).

use std::time::Duration;

use super::Dialogue;
use super::connection::Link;
use super::line::Line;
use super::transaction::Message;
use crate::command::Command;
use crate::entry::Origin;
use crate::limits::Timeouts;
use crate::operator::SendMode;
use crate::outcome::{ConnectFailure, Failure, TlsFailure};

/// A connection that waits for a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Idle {
    since: Duration,
    /// When the server was last sent something.
    kept_alive: Duration,
}

impl Idle {
    pub(super) fn new(now: Duration) -> Idle {
        Idle {
            since: now,
            kept_alive: now,
        }
    }
}

impl Dialogue {
    /// When [`crate::Input::DeadlinePassed`] is to be handed in, as time since the dialogue began.
    /// None: the dialogue waits for a person. Every input may change it.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        match (self.limit(), self.silence_due()) {
            (Some(limit), Some(silence)) => Some(limit.min(silence)),
            (limit, _) => limit,
        }
    }

    /// When the dialogue stops waiting.
    fn limit(&self) -> Option<Duration> {
        if self.done {
            return None;
        }
        let times = &self.job.timeouts;
        let by = match (self.connection.link, self.transaction.message) {
            (Link::Resolving, _) => Some(times.connect),
            (Link::Connecting { since }, _) => Some(since + times.connect),
            (Link::Handshaking { since }, _) => Some(since + times.tls),
            (Link::Open, Message::Streaming { since, .. }) if self.has_room() => {
                Some(since + times.block)
            }
            (Link::Open, _) => {
                match (self.queue.unflushed_since(), self.queue.front(), self.idle) {
                    (Some(since), _, _) => Some(since + times.block),
                    (None, Some(front), _) => {
                        Some(front.due + reply_timeout(times, &front.command))
                    }
                    (None, None, Some(idle)) => {
                        Some((idle.kept_alive + times.noop).min(idle.since + times.idle))
                    }
                    (None, None, None) => None,
                }
            }
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
        if self.closing_by.is_none() && self.queue.is_empty() && self.idle.is_some() {
            return self.keep_alive();
        }
        let cause = match (self.connection.link, self.transaction.message) {
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
            (Link::Open, _) => match (self.queue.unflushed_since(), self.queue.front()) {
                (Some(since), _) => timed_out("message", by.saturating_sub(since)),
                (None, Some(front)) => {
                    timed_out(front.command.name(), by.saturating_sub(front.due))
                }
                (None, None) => Failure::ConnectionLost,
            },
        };
        self.end(cause);
    }

    /// Keeps an idle connection alive with NOOP, or closes it after long enough.
    fn keep_alive(&mut self) {
        let Some(idle) = &mut self.idle else {
            return;
        };
        if self.now < idle.since + self.job.timeouts.idle {
            idle.kept_alive = self.now;
            self.send(&Line::open("NOOP".into()), Origin::Planned);
        } else {
            self.mode = SendMode::Run;
            self.closing_by = Some(self.now + self.job.timeouts.quit);
        }
    }
}

/// How long the reply to a command is waited for.
fn reply_timeout(times: &Timeouts, command: &Command) -> Duration {
    match command {
        Command::Greeting
        | Command::Ehlo
        | Command::Helo
        | Command::Starttls
        | Command::Auth(_)
        | Command::AuthResponse
        | Command::AuthCancel => times.greeting,
        Command::Mail(_) | Command::Rset | Command::Other(_) | Command::Text => times.mail,
        Command::Rcpt(_) => times.rcpt,
        Command::Data => times.data,
        Command::Dot | Command::Bdat { .. } => times.dot,
        Command::Quit => times.quit,
    }
}

fn timed_out(awaiting: &str, after: Duration) -> Failure {
    Failure::TimedOut {
        awaiting: awaiting.to_owned(),
        after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
    }
}
