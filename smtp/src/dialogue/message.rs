//! The message on its way through.

use super::{Dialogue, Message};
use crate::entry::{Event, Stage};
use crate::outcome::Failure;
use crate::pace::Action;

impl Dialogue {
    /// How many octets of the message may be handed in now; 0: none.
    #[must_use]
    pub fn wants_message(&self) -> u64 {
        match self.message {
            Message::Streaming { left, .. } if !self.done => left,
            _ => 0,
        }
    }

    /// Where the dialogue stands.
    /// Begins to write the message.
    pub(super) fn stream(&mut self) {
        self.stage = Stage::Message;
        self.message = Message::Streaming {
            left: self.job.message.size,
            since: self.now,
        };
        if self.job.message.size == 0 {
            self.message_written();
        }
    }

    pub(super) fn message(&mut self, octets: &[u8]) {
        let Message::Streaming { left, .. } = self.message else {
            return;
        };
        if octets.len() as u64 > left {
            return self.end(Failure::MessageCutShort);
        }
        let left = left - octets.len() as u64;
        self.message = Message::Streaming {
            left,
            since: self.now,
        };
        let mut wire = Vec::new();
        self.stuffer.push(octets, &mut wire);
        if left == 0 {
            self.stuffer.finish(&mut wire);
        }
        self.actions.push_back(Action::Write(wire));
        if left == 0 {
            self.message_written();
        }
    }

    pub(super) fn message_written(&mut self) {
        self.message = Message::Done;
        self.record(Event::Message {
            octets: self.job.message.size,
            wire_octets: self.stuffer.wire_octets(),
            lines: self.stuffer.lines(),
            stuffed: self.stuffer.stuffed(),
        });
    }
}
