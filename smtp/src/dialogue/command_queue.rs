//! The commands in flight, and the replies that the server owes.

use std::collections::VecDeque;
use std::time::Duration;

use crate::command::Command;

/// Matches replies to commands. Lockstep is a queue of one command, PIPELINING a longer one.
#[derive(Debug, Default)]
pub(super) struct CommandQueue {
    /// Commands sent and not answered yet, oldest first.
    in_flight: VecDeque<InFlight>,
    /// Replies that may come beyond those: an operator's line held a bare CR or LF, which some
    /// servers take for a line end.
    extra_replies: usize,
    /// A reply began to arrive while nothing was in flight. It answers nothing, whatever is sent
    /// before the rest of it arrives.
    premature: bool,
}

/// A command in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) command: Command,
    /// The entry of the line.
    pub(super) seq: Option<u32>,
    pub(super) sent: Duration,
    /// Since when the server owes the reply to this command: since the reply before it.
    pub(super) due: Duration,
    /// The driver has written all of it.
    flushed: bool,
}

impl InFlight {
    /// The end of a message, or a chunk of one, that is not written as a whole. Whatever arrives
    /// now does not answer it.
    fn is_unflushed(&self) -> bool {
        !self.flushed && matches!(self.command, Command::Dot | Command::Bdat { .. })
    }
}

impl CommandQueue {
    /// Adds a command. The server owes a reply to it.
    pub(super) fn push(&mut self, command: Command, seq: Option<u32>, now: Duration) {
        self.in_flight.push_back(InFlight {
            command,
            seq,
            sent: now,
            due: now,
            flushed: false,
        });
    }

    /// Removes the command that a reply answers. None: the reply answers no command.
    pub(super) fn take_answered(&mut self, now: Duration) -> Option<InFlight> {
        let premature = std::mem::take(&mut self.premature);
        let answered = self
            .in_flight
            .pop_front_if(|front| !premature && !front.is_unflushed())?;
        if let Some(next) = self.in_flight.front_mut() {
            next.due = now;
        }
        Some(answered)
    }

    /// The first octets of a reply have arrived, but not all of it.
    pub(super) fn reply_begun(&mut self) {
        self.premature |= self.in_flight.is_empty();
    }

    /// Everything written so far has left for the server.
    pub(super) fn flushed(&mut self) {
        for command in &mut self.in_flight {
            command.flushed = true;
        }
    }

    pub(super) fn allow_extra_replies(&mut self, count: usize) {
        self.extra_replies += count;
    }

    /// Whether one more extra reply was allowed. If so, it has come now.
    pub(super) fn take_extra_reply(&mut self) -> bool {
        let allowed = self.extra_replies > 0;
        self.extra_replies = self.extra_replies.saturating_sub(1);
        allowed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// The command that the next reply answers.
    pub(super) fn front(&self) -> Option<&InFlight> {
        self.in_flight.front()
    }

    /// Whether the next reply answers this command.
    pub(super) fn awaits(&self, command: &Command) -> bool {
        self.front().is_some_and(|front| front.command == *command)
    }

    /// Whether all commands in flight may stand before others in a group (RFC 2920 §3.1).
    pub(super) fn is_groupable(&self) -> bool {
        self.in_flight
            .iter()
            .all(|flying| matches!(flying.command, Command::Mail(_) | Command::Rcpt(_)))
    }

    /// Whether a QUIT could not be sent behind these commands: the server may read it as text, or
    /// start TLS.
    pub(super) fn precludes_quit(&self) -> bool {
        self.in_flight.iter().any(|flying| {
            matches!(
                flying.command,
                Command::Data | Command::Dot | Command::Starttls | Command::Bdat { .. }
            )
        })
    }

    /// Whether the end of a message has left and is not answered: the server may deliver the
    /// message.
    pub(super) fn may_deliver(&self) -> bool {
        self.in_flight.iter().any(|flying| {
            flying.flushed
                && matches!(
                    flying.command,
                    Command::Dot | Command::Bdat { last: true, .. }
                )
        })
    }

    /// Since when the end of the message, or a chunk of it, waits to be written (RFC 5321
    /// §4.5.3.2.5 times each block). None: neither does.
    pub(super) fn unflushed_since(&self) -> Option<Duration> {
        self.in_flight
            .iter()
            .find(|flying| flying.is_unflushed())
            .map(|flying| flying.sent)
    }
}
