//! What is to be done with a message that is held back. Pure: it is given the time, and what is
//! known, and answers what comes next.

use serde::{Deserialize, Serialize};

use crate::accounts::ServerChoice;
use crate::compose::draft::{Draft, MessageStamp};

/// A message is sent by itself up to so many milliseconds after it was due. Timers of a hidden tab
/// come up to a minute late; everything beyond that is asked about.
pub const TOLERANCE_MS: u64 = 90_000;

/// Seconds for which sending can be undone.
pub const UNDO_SECONDS: [u32; 4] = [0, 5, 10, 20];

/// A message that is held back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Held {
    /// Its key.
    pub id: String,
    /// The draft that it was made of.
    pub draft_id: String,
    /// That draft as it was then.
    pub draft: Draft,
    /// The date and Message-ID, where exactly the octets are sent that the source showed. Otherwise
    /// it is dated when it is sent.
    pub stamp: Option<MessageStamp>,
    /// The server that it goes to.
    pub server: ServerChoice,
    /// When it is due, in milliseconds since 1970.
    pub due: u64,
    /// For how many milliseconds sending can be undone. None: it is to be sent later.
    pub undo: Option<u64>,
    /// How far it is.
    pub state: State,
}

/// How far a held message is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits.
    #[default]
    Waiting,
    /// A tab has begun to send it.
    Sending,
    /// It was sent, and not accepted: how that ended, as [`crate::submission::kind`] says it.
    Ended(String),
}

/// What is known of a held message besides its record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The time, in milliseconds since 1970.
    pub now: u64,
    /// For how many milliseconds this page has held it, by a clock that can't be set. None: it was
    /// held by a page that is gone.
    pub held_for: Option<u64>,
    /// This tab is in charge of it.
    pub mine: bool,
    /// This tab is sending it.
    pub sending: bool,
    /// The bridge is there.
    pub bridge: bool,
    /// Another message is being sent.
    pub busy: bool,
    /// There is a password for its server, or none is needed.
    pub password: bool,
    /// When the person said that it is to be sent now.
    pub word: Option<u64>,
}

/// What is to be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another tab decides.
    Elsewhere,
    /// It is not due for so many milliseconds.
    Wait(u64),
    /// It is to be sent now.
    Send,
    /// It is being sent.
    Sending,
    /// It is due, and something is in the way. It is sent when that is gone, if that is soon.
    Blocked(Block),
    /// The person is to decide.
    Ask(Why),
}

/// What is in the way of a message that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The bridge is away.
    NoBridge,
    /// Another message is being sent.
    Busy,
}

/// Why the person is to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was due too long ago.
    Missed,
    /// The password for its server is not known any more.
    Password,
    /// The page that was sending it is gone. Whether it was delivered is not known.
    Interrupted,
    /// It was sent, and not accepted.
    Ended,
}

impl Held {
    /// Whether it is to be sent at a time, rather than in some seconds.
    #[must_use]
    pub fn is_later(&self) -> bool {
        self.undo.is_none()
    }

    /// Whether it was sent, and not accepted.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// What is to be done with it.
    #[must_use]
    pub fn next(&self, facts: &Facts) -> Next {
        if facts.sending {
            return Next::Sending;
        }
        if !facts.mine {
            return Next::Elsewhere;
        }
        match self.state {
            State::Waiting => {}
            State::Sending => return Next::Ask(Why::Interrupted),
            State::Ended(_) => return Next::Ask(Why::Ended),
        }
        let left = self.left(facts);
        if left > 0 && facts.word.is_none() {
            return Next::Wait(left);
        }
        // A person's word is worth as much as the time that was chosen, and for as long.
        let late = match facts.word {
            Some(word) => facts.now.saturating_sub(word),
            None => self.since_due(facts),
        };
        if late > TOLERANCE_MS {
            Next::Ask(Why::Missed)
        } else if !facts.password {
            Next::Ask(Why::Password)
        } else if !facts.bridge {
            Next::Blocked(Block::NoBridge)
        } else if facts.busy {
            Next::Blocked(Block::Busy)
        } else {
            Next::Send
        }
    }

    /// Milliseconds until it is due.
    fn left(&self, facts: &Facts) -> u64 {
        let by_clock = self.due.saturating_sub(facts.now);
        match (self.undo, facts.held_for) {
            // Setting the clock neither hurries nor delays it.
            (Some(undo), Some(held)) => undo.saturating_sub(held),
            (Some(undo), None) => by_clock.min(undo),
            (None, _) => by_clock,
        }
    }

    /// Milliseconds since it was due.
    fn since_due(&self, facts: &Facts) -> u64 {
        match (self.undo, facts.held_for) {
            (Some(undo), Some(held)) => held.saturating_sub(undo),
            _ => facts.now.saturating_sub(self.due),
        }
    }
}

/// For how many seconds sending to this server can be undone, by what was chosen for it. Nothing
/// leaves this machine with the practice server, so nothing is held back there unless someone
/// wants that.
#[must_use]
pub fn undo_seconds(chosen: Option<u32>, practice: bool) -> u32 {
    let usual = if practice { 0 } else { 5 };
    chosen
        .filter(|chosen| UNDO_SECONDS.contains(chosen))
        .unwrap_or(usual)
}

#[cfg(test)]
mod tests;
