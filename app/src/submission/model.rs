//! How far a submission has come. Pure: it takes in what the bridge says, and answers what to show.
//!
//! On a connection that stays open, messages follow each other. The entries shown are those of the
//! connection. What is shown about a message comes from its own entries only ([`Submission::own`]).

mod loss;
mod pace;
mod steps;

use serde::{Deserialize, Serialize};
use smtp::{Entry, Event, Outcome, Paused};
use wire::{FromBridge, NotStarted};

pub use self::loss::Delivered;
pub use self::pace::Pace;
pub use self::steps::{STAGES, Step};
use crate::accounts::Destination;
use crate::storage::StoreError;

/// One submission, from the click to its end; on a connection that stays open, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// The page's number for it.
    pub id: u32,
    /// How far it has come.
    pub phase: Phase,
    /// Where it goes, as it was chosen when it began. None before the first.
    pub destination: Option<Destination>,
    /// The connection is kept open: the next message goes over it.
    pub kept_open: bool,
    /// Numbers the connections whose conversation is shown: when it changes, so have all entries.
    pub connection: u32,
    /// Everything that happened on the connection, in order.
    pub entries: Vec<Entry>,
    /// Octets of the message that have left, and all of them.
    pub sent: u64,
    /// Octets of the message.
    pub size: u64,
    /// How fast its octets leave.
    pub pace: Pace,
    /// The files in it: each with its name, and the octets of the message up to its end.
    pub files: Vec<(u64, String)>,
    /// Why the page aborted it.
    pub stopped: Option<Stopped>,
    /// The page has sent the bridge the last octet of the message.
    transferred: bool,
    /// Index of the first entry that is about this message.
    first: usize,
    /// Index after the last one; None while the message is under way.
    last: Option<usize>,
    /// The request before this one, whose connection this one is to use. Until this one has an
    /// entry of its own, entries of that one still belong to the conversation.
    before: Option<u32>,
    /// That connection was waiting for a message when this one began.
    was_ready: bool,
}

/// How far a submission has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing has been sent yet.
    #[default]
    Idle,
    /// A connection is being opened ahead of its message.
    Opening,
    /// The connection is open, and waits for its first message.
    Ready,
    /// Lines are sent and received.
    Running,
    /// The dialogue is paused before a line.
    Paused(Paused),
    /// Over.
    Finished(Ending),
}

/// How a submission ended, as far as the page can know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The dialogue ran to its end.
    Outcome(Outcome),
    /// It was never started.
    NotStarted(NotStarted),
    /// The connection to the bridge was lost before the end.
    BridgeLost {
        /// What the page can know of the message.
        delivered: Delivered,
    },
    /// The page was closed before the end, so this is not known.
    Interrupted,
}

/// Why the page aborted a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The person cancelled it.
    Cancelled,
    /// A file of it can't be read.
    FileUnreadable {
        /// Its name.
        name: String,
        /// Why.
        why: StoreError,
    },
}

impl Submission {
    /// A message is submitted. What is shown of an open connection to the same server stays: the
    /// message goes over it.
    pub fn begin(&mut self, id: u32, size: u64, destination: Destination) {
        let goes_on = self.is_open() && self.destination.as_ref() == Some(&destination);
        if !goes_on {
            self.start_over();
        }
        *self = Submission {
            id,
            phase: Phase::Running,
            destination: Some(destination),
            kept_open: false,
            connection: self.connection,
            first: self.entries.len(),
            entries: std::mem::take(&mut self.entries),
            sent: 0,
            size,
            pace: Pace::default(),
            files: Vec::new(),
            stopped: None,
            transferred: false,
            last: None,
            before: goes_on.then_some(self.id),
            was_ready: goes_on && self.kept_open,
        };
    }

    /// One that is over, as it was recorded. `connection`: the number of its connection.
    #[must_use]
    pub fn recorded(
        connection: u32,
        destination: Destination,
        entries: Vec<Entry>,
        ending: Ending,
    ) -> Submission {
        Submission {
            phase: Phase::Finished(ending),
            destination: Some(destination),
            connection,
            last: Some(entries.len()),
            entries,
            ..Submission::default()
        }
    }

    /// A connection is opened before there is a message.
    pub fn open(&mut self, id: u32, destination: Destination) {
        self.start_over();
        *self = Submission {
            id,
            phase: Phase::Opening,
            destination: Some(destination),
            connection: self.connection,
            ..Submission::default()
        };
    }

    /// The connection that was open, or being opened, is closed.
    pub fn closed(&mut self) {
        self.kept_open = false;
        if matches!(self.phase, Phase::Opening | Phase::Ready) {
            self.phase = Phase::Idle;
        }
    }

    /// Whether a connection is open, or being opened, and free for a message.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.kept_open || self.phase == Phase::Opening
    }

    fn start_over(&mut self) {
        self.entries.clear();
        self.connection += 1;
        self.first = 0;
        self.last = None;
        self.before = None;
        self.was_ready = false;
    }

    /// Takes in what the bridge says. What is about another submission is ignored.
    pub fn apply(&mut self, said: FromBridge) {
        if self.is_over() {
            return;
        }
        match said {
            FromBridge::Entry { id, entry } if id == self.id => {
                if entry.seq == 0 && !self.entries.is_empty() {
                    // The connection that was open is closed, and the message has one of its own.
                    self.start_over();
                }
                self.before = None;
                // Whatever happens means that the dialogue goes on.
                if matches!(self.phase, Phase::Paused(_)) {
                    self.phase = Phase::Running;
                }
                self.entries.push(*entry);
            }
            FromBridge::Entry { id, entry } if Some(id) == self.before => {
                self.entries.push(*entry);
                self.first = self.entries.len();
            }
            FromBridge::Paused { id, paused } if id == self.id => {
                self.phase = Phase::Paused(paused);
            }
            FromBridge::Progress { id, sent } if id == self.id => self.sent = sent,
            FromBridge::Finished { id, outcome, waits } if id == self.id => {
                self.kept_open = waits;
                self.last = Some(self.entries.len());
                self.phase = match *outcome {
                    Outcome::Ready => Phase::Ready,
                    outcome => Phase::Finished(Ending::Outcome(outcome)),
                };
            }
            FromBridge::Closed { id } if id == self.id => self.closed(),
            FromBridge::NotStarted { id, why } if id == self.id => {
                self.kept_open = false;
                self.last = Some(self.entries.len());
                self.phase = Phase::Finished(Ending::NotStarted(why));
            }
            _ => {}
        }
    }

    /// The page has sent the bridge the last octet of a message.
    pub fn transferred(&mut self, id: u32) {
        self.transferred |= id == self.id && self.is_busy();
    }

    /// The page aborts the message.
    pub fn stop(&mut self, why: Stopped) {
        if self.is_busy() && self.stopped.is_none() {
            self.stopped = Some(why);
        }
    }

    /// The file to which this octet of the message belongs.
    #[must_use]
    pub fn file_at(&self, octet: u64) -> Option<&str> {
        let file = self.files.iter().find(|(end, _)| octet < *end);
        file.map(|(_, name)| name.as_str())
    }

    /// What the operator decided is on its way to the bridge. Until the bridge says otherwise, the
    /// dialogue runs.
    pub fn resumed(&mut self) {
        if matches!(self.phase, Phase::Paused(_)) {
            self.phase = Phase::Running;
        }
    }

    /// What the dialogue is paused before.
    #[must_use]
    pub fn paused(&self) -> Option<&Paused> {
        match &self.phase {
            Phase::Paused(paused) => Some(paused),
            _ => None,
        }
    }

    /// How it ended.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        match &self.phase {
            Phase::Finished(ending) => Some(ending),
            _ => None,
        }
    }

    /// Whether a submission is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused(_))
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Finished(_)) && !self.kept_open
    }

    /// The entries of this message, up to its end: not those of messages before it on the same
    /// connection, nor what keeps the connection open afterwards.
    #[must_use]
    pub fn own(&self) -> &[Entry] {
        self.entries.get(self.first..self.end()).unwrap_or_default()
    }

    /// How many entries there are up to the end of this message.
    #[must_use]
    pub fn end(&self) -> usize {
        self.last.unwrap_or(self.entries.len())
    }

    /// The newest entry of this message, or of the connection while it is idle.
    #[must_use]
    pub fn newest(&self) -> Option<&Entry> {
        if self.is_busy() {
            self.own().last()
        } else {
            self.entries.last()
        }
    }

    /// The server that has accepted a connection and not sent a greeting yet.
    #[must_use]
    pub fn silent(&self) -> Option<&str> {
        match &self.entries.last()?.event {
            Event::NoGreeting { peer, .. } if self.ending().is_none() => Some(peer),
            _ => None,
        }
    }

    /// The line that a reply answers.
    #[must_use]
    pub fn answered(&self, entry: &Entry) -> Option<&Entry> {
        match entry.event {
            Event::Received {
                answers: Some(seq), ..
            } => self.by_seq(seq),
            _ => None,
        }
    }

    /// The entry of this number.
    #[must_use]
    pub fn by_seq(&self, seq: u32) -> Option<&Entry> {
        let at = self
            .entries
            .binary_search_by_key(&seq, |entry| entry.seq)
            .ok()?;
        self.entries.get(at)
    }
}

/// The kind of an ending, as a word for style sheets and tests. Never shown.
#[must_use]
pub fn kind(ending: &Ending) -> &'static str {
    match ending {
        Ending::Outcome(Outcome::Accepted { .. })
        | Ending::BridgeLost {
            delivered: Delivered::Yes,
        } => "accepted",
        Ending::Outcome(Outcome::Refused { .. }) => "refused",
        Ending::Outcome(Outcome::Unknown { .. })
        | Ending::BridgeLost {
            delivered: Delivered::Unknown,
        } => "unknown",
        Ending::Outcome(Outcome::Ready) => "ready",
        Ending::Outcome(Outcome::Ended { .. }) => "ended",
        Ending::Outcome(Outcome::Failed { .. }) | Ending::BridgeLost { .. } => "failed",
        Ending::NotStarted(_) => "not-started",
        Ending::Interrupted => "interrupted",
    }
}

#[cfg(test)]
mod tests;
