//! What became of each row, and what comes next.

use serde::{Deserialize, Serialize};
use smtp::{Class, Fate, Outcome, Reply, Stage};

use crate::submission::{Delivered, Ending};

/// What became of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Nothing yet.
    #[default]
    Waiting,
    /// It is being sent.
    Sending,
    /// The server has accepted it.
    Accepted,
    /// The server has accepted it, but not for all its recipients: its reply to one of those.
    Partly(String),
    /// The server has refused it, with this reply.
    Refused(String),
    /// It may have arrived, or not. It is never sent again.
    Unknown,
}

/// Why nothing more is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Halt {
    /// The person has paused it.
    Paused,
    /// The server can't take the message now: its reply.
    Temporary(String),
    /// The server refuses more than one message: its reply.
    Refused(String),
    /// The connection failed or was lost; the message was not delivered.
    Lost,
    /// The connection to the bridge was lost; the message was not delivered.
    BridgeLost,
    /// The bridge did not start it.
    NotStarted,
    /// It is not known whether the message was delivered.
    Unknown,
    /// The page that was sending it is gone.
    Interrupted,
    /// The message of this row can't be made any more.
    NotMade,
    /// The browser could not store what becomes of it.
    NotStored,
}

/// What follows from how a message has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The row is done, and the next one follows.
    Done(RowState),
    /// It was not delivered, because the connection that was kept open has ended: once more, over
    /// a new one.
    Again,
    /// Nothing more is sent.
    Halt(RowState, Halt),
}

/// What follows from how the message of a row has ended. `reused`: it went over a connection that
/// another had used before.
#[must_use]
pub fn verdict(ending: &Ending, reused: bool) -> Verdict {
    let outcome = match ending {
        Ending::Outcome(outcome) => outcome,
        Ending::NotStarted(_) => return Verdict::Halt(RowState::Waiting, Halt::NotStarted),
        Ending::BridgeLost { delivered } => {
            return match delivered {
                Delivered::No => Verdict::Halt(RowState::Waiting, Halt::BridgeLost),
                Delivered::Unknown => Verdict::Halt(RowState::Unknown, Halt::Unknown),
                Delivered::Yes => Verdict::Halt(RowState::Accepted, Halt::BridgeLost),
            };
        }
        Ending::Interrupted => return Verdict::Halt(RowState::Unknown, Halt::Interrupted),
    };
    match outcome {
        Outcome::Accepted { recipients, .. } => {
            let refused = recipients.iter().find_map(|one| match &one.fate {
                Fate::Refused { reply } => Some(words(reply)),
                _ => None,
            });
            Verdict::Done(refused.map_or(RowState::Accepted, RowState::Partly))
        }
        Outcome::Refused {
            at,
            reply,
            recipients,
        } => {
            // Of the sender, or of the connection, otherwise.
            let of_recipient = recipients
                .iter()
                .any(|one| matches!(&one.fate, Fate::Refused { reply: of_it } if of_it == reply));
            refused(of_recipient || *at == Stage::Message, reply, reused)
        }
        Outcome::Unknown { .. } => Verdict::Halt(RowState::Unknown, Halt::Unknown),
        Outcome::Failed { .. } if reused => Verdict::Again,
        _ => Verdict::Halt(RowState::Waiting, Halt::Lost),
    }
}

/// `this_one`: the message or its recipient was refused.
fn refused(this_one: bool, reply: &Reply, reused: bool) -> Verdict {
    // It closes the connection (RFC 5321 §3.8), as servers do after so many messages.
    if reply.is(421) && reused {
        return Verdict::Again;
    }
    if reply.class() != Class::Permanent {
        return Verdict::Halt(RowState::Waiting, Halt::Temporary(words(reply)));
    }
    if this_one {
        Verdict::Done(RowState::Refused(words(reply)))
    } else {
        Verdict::Halt(RowState::Waiting, Halt::Refused(words(reply)))
    }
}

/// A reply in one line.
fn words(reply: &Reply) -> String {
    reply.to_string()
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What became of each row.
    pub states: Vec<RowState>,
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that are to be sent.
    pub all: usize,
    /// Those that are over.
    pub over: usize,
    /// Accepted, also in part.
    pub accepted: usize,
    /// Refused.
    pub refused: usize,
    /// Not known.
    pub unknown: usize,
}

impl Run {
    /// What became of a row.
    #[must_use]
    pub fn state(&self, row: usize) -> &RowState {
        self.states.get(row).unwrap_or(&RowState::Waiting)
    }

    /// Changes what became of a row.
    pub fn set(&mut self, row: usize, state: RowState) {
        if self.states.len() <= row {
            self.states.resize(row + 1, RowState::Waiting);
        }
        self.states[row] = state;
    }

    /// The next of these rows that is to be sent.
    #[must_use]
    pub fn next(&self, mut rows: impl Iterator<Item = usize>) -> Option<usize> {
        rows.find(|row| *self.state(*row) == RowState::Waiting)
    }

    /// How many of these rows there are of each kind.
    #[must_use]
    pub fn counts(&self, rows: impl Iterator<Item = usize>) -> Counts {
        let mut counts = Counts::default();
        for row in rows {
            counts.all += 1;
            let count = match self.state(row) {
                RowState::Waiting | RowState::Sending => continue,
                RowState::Accepted | RowState::Partly(_) => &mut counts.accepted,
                RowState::Refused(_) => &mut counts.refused,
                RowState::Unknown => &mut counts.unknown,
            };
            *count += 1;
            counts.over += 1;
        }
        counts
    }

    /// The page that was sending is gone: what became of its row is not known.
    ///
    /// Returns the rows for which that is so.
    pub fn interrupt(&mut self) -> Vec<usize> {
        let mut rows = Vec::new();
        for (row, state) in self.states.iter_mut().enumerate() {
            if *state == RowState::Sending {
                *state = RowState::Unknown;
                rows.push(row);
            }
        }
        rows
    }
}
