//! The message on its way to the server: after DATA as one run of lines, or by BDAT in chunks (RFC
//! 3030).

use super::Dialogue;
use super::transaction::Message;
use crate::action::Action;
use crate::command::Command;
use crate::entry::{Origin, Span, Stage};
use crate::limits;
use crate::operator::SendMode;
use crate::outcome::Failure;

impl Dialogue {
    /// How many octets of the message may be handed in now; 0: none.
    #[must_use]
    pub fn wants_message(&self) -> u64 {
        match self.transaction.message {
            Message::Streaming { left, .. } if !self.done && self.has_room() => left,
            _ => 0,
        }
    }

    /// Whether another chunk may be sent: without PIPELINING each waits for the reply to the one
    /// before.
    pub(super) fn has_room(&self) -> bool {
        let most = if self.pipelines() {
            limits::IN_FLIGHT
        } else {
            1
        };
        !self.transaction.chunking || self.queue.len() < most
    }

    /// Whether the message is to go by BDAT.
    pub(super) fn uses_chunks(&self) -> bool {
        self.mode == SendMode::Run
            && self.session.capabilities.chunking
            && self.transaction.message == Message::Todo
            && self.transaction.allows_chunking()
    }

    /// Begins to write the message.
    pub(super) fn begin_message(&mut self) {
        self.stage = Stage::Message;
        if !self.session.in_data {
            self.transaction.use_chunks();
        }
        let size = self.transaction.facts().size;
        self.transaction.await_octets(size, self.now);
        if size == 0 {
            self.transfer(&[], true);
        }
    }

    /// Octets of the message have arrived.
    pub(super) fn message_octets(&mut self, octets: &[u8]) {
        let Message::Streaming { left, .. } = self.transaction.message else {
            return;
        };
        if octets.len() as u64 > left {
            return self.end(Failure::MessageCutShort);
        }
        let left = left - octets.len() as u64;
        self.transaction.await_octets(left, self.now);
        self.transfer(octets, left == 0);
    }

    /// Writes octets of the message. `last`: they are its last.
    fn transfer(&mut self, octets: &[u8], last: bool) {
        let wire = match self.transaction.encode(octets, last, self.chunk_size()) {
            Ok(Some(wire)) => wire,
            Ok(None) => return,
            Err(line) => return self.end(Failure::LineTooLong { line }),
        };
        if self.transaction.chunking {
            self.announce_chunk(wire.len() as u64, last);
        }
        if !wire.is_empty() {
            self.actions.push_back(Action::Write(wire));
        }
        if last {
            let written = self.transaction.written();
            self.record(written);
        }
    }

    fn chunk_size(&self) -> usize {
        if self.pipelines() {
            limits::CHUNK_PIPELINED
        } else {
            limits::CHUNK
        }
    }

    /// Writes the BDAT before a chunk. It leaves together with the chunk, so one reply is owed to
    /// both.
    fn announce_chunk(&mut self, octets: u64, last: bool) {
        let line = format!("BDAT {octets}{}", if last { " LAST" } else { "" });
        self.write(&line);
        // Replies to the envelope may have come since the message began.
        self.stage = Stage::Message;
        let command = Command::Bdat { octets, last };
        let line = vec![Span::Text(line)];
        let seq = self.record_sent(command.kind(), line, Origin::Planned);
        self.expect(command, Some(seq));
    }

    /// Sends no further chunk of a message whose outcome is decided. The chunks sent are whole, and
    /// without a last one they are no message.
    pub(super) fn drop_chunks(&mut self) {
        if self.transaction.chunking && self.verdict.is_some() {
            self.transaction.stop();
        }
    }
}
