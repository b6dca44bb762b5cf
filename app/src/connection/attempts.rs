//! One attempt to connect after the other: which is current, how each ends, and what comes next.
//!
//! Pure. Every attempt has a number, and so has everything that was started for one: the handlers
//! of its socket, timers, the request that finds out whether there is a bridge at all. What has an
//! earlier number is ignored, so no two attempts run at once and no old socket affects a new one.

use std::time::Duration;

use wire::handshake;

use super::LinkState;

/// How long an attempt may take, from the call to the bridge's welcome.
pub(super) const WELCOME_WITHIN: Duration = Duration::from_secs(10);

/// An attempt younger than this, in milliseconds, is left alone when a person asks for one.
const YOUNG_MS: f64 = 1_000.0;

/// A connection that was open for so long, in milliseconds, counts as good: when it ends, the waits
/// begin again with the shortest.
const GOOD_MS: f64 = 10_000.0;

/// Shortest and longest wait before the next attempt.
const WAIT: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(5)];

/// The attempts to reach the bridge.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Numbers the attempts, and the pauses between them.
    number: u32,
    phase: Phase,
    /// Attempts in a row that came to nothing.
    failures: u32,
    /// When the attempt began, and when it was welcomed; milliseconds of the page's clock.
    since_ms: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is tried until somebody asks for it.
    #[default]
    Off,
    /// A socket has been made.
    Connecting { opened: bool },
    /// The socket never opened: the page asks whether there is a bridge.
    Diagnosing,
    /// The bridge has sent its welcome.
    Welcomed,
    /// A timer runs.
    Waiting,
}

/// How a connection, or an attempt at one, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The socket was closed, with this code.
    Closed(u16),
    /// The page could not read what the bridge sent.
    Unreadable,
    /// The socket takes nothing any more.
    Deaf,
    /// No welcome came in time.
    Silent,
    /// The browser accepts no such token in a handshake.
    BadToken,
}

/// What to do now.
#[derive(Debug, PartialEq)]
pub(super) struct Next {
    /// What to show.
    pub(super) show: Option<LinkState>,
    /// What to start, under [`Attempts::number`].
    pub(super) then: Then,
}

/// What follows the end of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing, until somebody asks.
    Stay,
    /// The next attempt after this wait.
    Retry(Duration),
    /// The question whether there is a bridge, see [`Attempts::diagnosed`].
    Diagnose,
}

impl Attempts {
    /// The number of what is under way.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Whether this number is that of what is under way.
    pub(super) fn is_current(&self, number: u32) -> bool {
        self.number == number
    }

    /// Begins an attempt; gives its number.
    pub(super) fn begin(&mut self, now_ms: f64) -> u32 {
        self.number = self.number.wrapping_add(1);
        self.phase = Phase::Connecting { opened: false };
        self.since_ms = now_ms;
        self.number
    }

    /// Whether a timer of this number may begin the next attempt.
    pub(super) fn may_retry(&self, number: u32) -> bool {
        self.is_current(number) && self.phase == Phase::Waiting
    }

    /// Whether a pause can be cut short, as when the tab comes into view.
    pub(super) fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    /// Whether a new attempt is to begin because a person asks for one.
    pub(super) fn asked(&mut self, now_ms: f64) -> bool {
        let under_way = match self.phase {
            Phase::Welcomed => true,
            Phase::Connecting { .. } | Phase::Diagnosing => now_ms - self.since_ms < YOUNG_MS,
            Phase::Off | Phase::Waiting => false,
        };
        if !under_way {
            self.failures = 0;
        }
        !under_way
    }

    /// The socket has opened, which a refused handshake never does.
    pub(super) fn opened(&mut self) {
        if let Phase::Connecting { opened } = &mut self.phase {
            *opened = true;
        }
    }

    /// The bridge has sent its welcome.
    pub(super) fn welcomed(&mut self, now_ms: f64) {
        self.phase = Phase::Welcomed;
        self.since_ms = now_ms;
    }

    /// Whether the bridge has sent its welcome, and nothing has ended the connection since.
    pub(super) fn is_welcomed(&self) -> bool {
        self.phase == Phase::Welcomed
    }

    /// Whether the attempt of this number has had no welcome yet.
    pub(super) fn awaits_welcome(&self, number: u32) -> bool {
        self.is_current(number)
            && matches!(self.phase, Phase::Connecting { .. } | Phase::Diagnosing)
    }

    /// The current attempt, or its connection, is over.
    pub(super) fn ended(&mut self, end: End, now_ms: f64) -> Next {
        let before = std::mem::take(&mut self.phase);
        // From here on, everything that was started for it is ignored.
        self.number = self.number.wrapping_add(1);
        let misunderstood = matches!(
            end,
            End::Unreadable | End::Closed(handshake::CLOSE_MALFORMED | handshake::CLOSE_CREDIT)
        );
        // Otherwise the page would connect again and again, without a wait, to a bridge that it
        // can't understand.
        if before == Phase::Welcomed && (!misunderstood || now_ms - self.since_ms > GOOD_MS) {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        let unopened = before == Phase::Connecting { opened: false };
        match end {
            End::Closed(handshake::CLOSE_VERSION) => self.stay(LinkState::OtherVersion),
            End::BadToken => self.stay(LinkState::Stale),
            End::Closed(handshake::CLOSE_BUSY) => self.wait(LinkState::TooMany),
            _ if misunderstood => self.wait(LinkState::Misunderstood),
            // A refused handshake looks like no bridge at all, so the page asks for itself.
            End::Closed(_) if unopened => {
                self.phase = Phase::Diagnosing;
                Next {
                    show: None,
                    then: Then::Diagnose,
                }
            }
            End::Closed(_) | End::Unreadable | End::Deaf | End::Silent => {
                self.wait(LinkState::Lost)
            }
        }
    }

    /// The answer to [`Then::Diagnose`]. None: it comes too late to matter.
    pub(super) fn diagnosed(&mut self, number: u32, answers: bool) -> Option<Next> {
        if !self.is_current(number) || self.phase != Phase::Diagnosing {
            return None;
        }
        Some(if answers {
            self.stay(LinkState::Stale)
        } else {
            self.wait(LinkState::Lost)
        })
    }

    fn stay(&mut self, show: LinkState) -> Next {
        self.phase = Phase::Off;
        Next {
            show: Some(show),
            then: Then::Stay,
        }
    }

    fn wait(&mut self, show: LinkState) -> Next {
        self.phase = Phase::Waiting;
        let [shortest, longest] = WAIT;
        let doubled = 1 << self.failures.saturating_sub(1).min(8);
        Next {
            show: Some(show),
            then: Then::Retry((shortest * doubled).min(longest)),
        }
    }
}

#[cfg(test)]
mod tests;
