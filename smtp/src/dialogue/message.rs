//! The message on its way through: behind DATA as one run of lines, or by BDAT in chunks (RFC 3030).

use super::{Dialogue, Message, Progress};
use crate::command::Command;
use crate::entry::{Event, Origin, Span, Stage};
use crate::limits;
use crate::outcome::Failure;
use crate::pace::{Action, Pace};
use crate::stuffing::Stuffer;

impl Dialogue {
    /// How many octets of the message may be handed in now; 0: none.
    #[must_use]
    pub fn wants_message(&self) -> u64 {
        match self.message {
            Message::Streaming { left, .. } if !self.done && self.has_room() => left,
            _ => 0,
        }
    }

    /// Whether another chunk could leave: without PIPELINING each waits for the reply to the one before.
    pub(super) fn has_room(&self) -> bool {
        let most = if self.pipelines() {
            limits::IN_FLIGHT
        } else {
            1
        };
        !self.chunking || self.in_flight.len() < most
    }

    /// Whether the message is to go by BDAT.
    pub(super) fn by_chunks(&self) -> bool {
        self.pace == Pace::Run
            && self.capabilities.chunking
            && self.message == Message::Todo
            && self.current.as_ref().is_some_and(|mail| mail.chunking)
    }

    /// Begins to write the message.
    pub(super) fn stream(&mut self) {
        self.stage = Stage::Message;
        if !self.in_data {
            self.chunking = true;
            self.stuffer = Stuffer::for_chunks();
            self.data = Progress::Done;
        }
        let left = self.facts().size;
        self.message = Message::Streaming {
            left,
            since: self.now,
        };
        if left == 0 {
            self.hand_on(&[], true);
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
        self.hand_on(octets, left == 0);
    }

    /// Octets of the message, and whether they are its last.
    fn hand_on(&mut self, octets: &[u8], last: bool) {
        let mut wire = std::mem::take(&mut self.chunk);
        if self.chunking && wire.is_empty() && !last && octets.len() < self.chunk_size() {
            // Room for what makes the chunk whole, so that it is not copied as it grows.
            wire.reserve(self.chunk_size() + 2 * octets.len());
        }
        self.stuffer.push(octets, &mut wire);
        if let Some(line) = self.stuffer.overlong() {
            return self.end(Failure::LineTooLong { line });
        }
        if last {
            self.stuffer.finish(&mut wire);
        }
        if self.chunking {
            if !last && wire.len() < self.chunk_size() {
                self.chunk = wire;
                return;
            }
            self.announce(wire.len() as u64, last);
        }
        if !wire.is_empty() {
            self.actions.push_back(Action::Write(wire));
        }
        if last {
            self.message = Message::Done;
            self.record(Event::Message {
                octets: self.facts().size,
                wire_octets: self.stuffer.wire_octets(),
                lines: self.stuffer.lines(),
                stuffed: self.stuffer.stuffed(),
            });
        }
    }

    fn chunk_size(&self) -> usize {
        if self.pipelines() {
            limits::CHUNK_PIPELINED
        } else {
            limits::CHUNK
        }
    }

    /// The BDAT before a chunk. It leaves together with the chunk, so a reply is owed to both at once.
    fn announce(&mut self, octets: u64, last: bool) {
        let line = format!("BDAT {octets}{}", if last { " LAST" } else { "" });
        self.write(&line);
        // Replies to the envelope may have come since it began.
        self.stage = Stage::Message;
        let seq = self.record_sent(vec![Span::Text(line)], Origin::Planned);
        self.expect(Command::Bdat { octets, last }, Some(seq));
    }

    /// What is decided needs no further chunk: those sent are whole, and without a last one they are no message.
    pub(super) fn spare_chunks(&mut self) {
        if self.chunking && self.verdict.is_some() {
            self.message = Message::Done;
            self.chunk = Vec::new();
        }
    }
}
