//! One mail transaction (RFC 5321 §3.3): the envelope and the message, and how far both have come.

use std::time::Duration;

use super::Progress;
use super::plan::{Plan, Planned};
use crate::capability::Capabilities;
use crate::entry::{Event, Stage};
use crate::job::{Mail, MessageFacts};
use crate::limits;
use crate::outcome::{Failure, Fate, RecipientResult};
use crate::reply::{Class, Reply};
use crate::stuffing::Stuffer;

/// A message and its envelope. There is a new one for each message, so nothing of an earlier
/// message is left in it.
///
/// While the connection waits for a message there is one without `mail`: an operator may type MAIL,
/// RCPT and DATA even then, and the replies count.
pub(super) struct Transaction {
    pub(super) mail: Option<Mail>,
    /// MAIL.
    pub(super) sender: Progress,
    /// The server refused the sender, and no later MAIL was accepted. Whatever it answers to RCPT,
    /// there is no transaction.
    sender_refused: bool,
    recipients: Vec<Recipient>,
    /// DATA; also done if the message is sent by BDAT.
    pub(super) data: Progress,
    pub(super) message: Message,
    /// The message is sent by BDAT.
    pub(super) chunking: bool,
    /// What of the message waits to become a whole chunk.
    chunk: Vec<u8>,
    stuffer: Stuffer,
    /// The RSET that clears the server's buffers for the next message.
    pub(super) reset: Progress,
}

/// How far the octets of the message have come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Message {
    Todo,
    Streaming {
        left: u64,
        since: Duration,
    },
    /// Written, or skipped by the operator. Its octets can't be had a second time.
    Done,
}

struct Recipient {
    address: String,
    state: RecipientState,
}

#[derive(Debug, PartialEq)]
enum RecipientState {
    Todo,
    Sent,
    Accepted(Reply),
    Refused(Reply),
    Skipped,
}

impl Transaction {
    pub(super) fn new(mail: Option<Mail>) -> Transaction {
        let to = mail.iter().flat_map(|mail| &mail.envelope.to);
        let recipients = to
            .map(|address| Recipient {
                address: address.to_string(),
                state: RecipientState::Todo,
            })
            .collect();
        Transaction {
            mail,
            sender: Progress::Todo,
            sender_refused: false,
            recipients,
            data: Progress::Todo,
            message: Message::Todo,
            chunking: false,
            chunk: Vec::new(),
            stuffer: Stuffer::new(),
            reset: Progress::Todo,
        }
    }

    /// What is known of the message beforehand.
    pub(super) fn facts(&self) -> MessageFacts {
        let none = MessageFacts {
            size: 0,
            eight_bit: false,
            utf8: false,
        };
        self.mail.as_ref().map_or(none, |mail| mail.message)
    }

    pub(super) fn allows_pipelining(&self) -> bool {
        self.mail.as_ref().is_some_and(|mail| mail.pipelining)
    }

    pub(super) fn allows_chunking(&self) -> bool {
        self.mail.as_ref().is_some_and(|mail| mail.chunking)
    }

    pub(super) fn keeps_open(&self) -> bool {
        self.mail.as_ref().is_some_and(|mail| mail.keep_open)
    }

    pub(super) fn is_streaming(&self) -> bool {
        matches!(self.message, Message::Streaming { .. })
    }

    /// Which command of the envelope is sent next. None: all of them are sent.
    pub(super) fn plan_envelope(&self, capabilities: &Capabilities) -> Option<Plan> {
        if self.sender == Progress::Todo {
            return Some(match self.unsupported(capabilities) {
                Some(cause) => Plan::Fail(Stage::Envelope, cause),
                None => Plan::Next(Planned::Mail),
            });
        }
        let next = self
            .recipients
            .iter()
            .position(|recipient| recipient.state == RecipientState::Todo)?;
        Some(Plan::Next(Planned::Rcpt(next)))
    }

    /// What keeps this message from a server with these capabilities.
    fn unsupported(&self, capabilities: &Capabilities) -> Option<Failure> {
        let mail = self.mail.as_ref()?;
        let message = &mail.message;
        if mail.envelope.to.is_empty() {
            return Some(Failure::NoRecipients);
        }
        if let Some(limit) = capabilities.size.filter(|limit| *limit > 0)
            && message.size > limit
        {
            return Some(Failure::TooLarge {
                size: message.size,
                limit,
            });
        }
        if !capabilities.utf8 {
            let address = mail
                .envelope
                .addresses()
                .find(|address| address.needs_utf8())
                .map(ToString::to_string);
            if message.utf8 || address.is_some() {
                return Some(Failure::Utf8NotOffered { address });
            }
        }
        // RFC 6531 §3.1 rule 8: SMTPUTF8 comes with 8BITMIME.
        let eight_bit = capabilities.eight_bit || capabilities.utf8;
        (message.eight_bit && !eight_bit).then_some(Failure::EightBitNotOffered)
    }

    /// The MAIL command with the parameters that the server knows.
    pub(super) fn mail_line(&self, capabilities: &Capabilities) -> String {
        let mail = self.mail.as_ref();
        let message = self.facts();
        let from = mail.and_then(|mail| mail.envelope.from.as_ref());
        let from = from.map(ToString::to_string).unwrap_or_default();
        let mut line = format!("MAIL FROM:<{from}>");
        if capabilities.size.is_some() {
            line.push_str(&format!(" SIZE={}", message.size));
        }
        if message.eight_bit && capabilities.eight_bit {
            line.push_str(" BODY=8BITMIME");
        }
        let utf8 = message.utf8
            || mail.is_some_and(|mail| mail.envelope.addresses().any(crate::Address::needs_utf8));
        if utf8 && capabilities.utf8 {
            line.push_str(" SMTPUTF8");
        }
        line
    }

    /// The RCPT command for one recipient.
    pub(super) fn rcpt_line(&self, at: usize) -> String {
        let address = self
            .recipients
            .get(at)
            .map_or("", |recipient| recipient.address.as_str());
        format!("RCPT TO:<{address}>")
    }

    /// The server refused MAIL.
    pub(super) fn sender_refused(&mut self) {
        self.sender_refused = true;
    }

    /// Whether no MAIL has been accepted since one was refused.
    pub(super) fn is_without_sender(&self) -> bool {
        self.sender_refused
    }

    /// A transaction has begun at the server, so recipients answered before must be sent again.
    pub(super) fn begun(&mut self) {
        self.sender_refused = false;
        for recipient in &mut self.recipients {
            if matches!(
                recipient.state,
                RecipientState::Accepted(_) | RecipientState::Refused(_)
            ) {
                recipient.state = RecipientState::Todo;
            }
        }
    }

    /// A RCPT for `path` is sent. It belongs to the recipient that waits under this address, or to
    /// a new one that the operator added.
    pub(super) fn recipient_sent(&mut self, path: &str) {
        let waiting = self.recipients.iter().position(|recipient| {
            recipient.address == path
                && matches!(
                    recipient.state,
                    RecipientState::Todo | RecipientState::Skipped
                )
        });
        match waiting {
            Some(at) => self.recipients[at].state = RecipientState::Sent,
            None if self.recipients.len() < limits::RECIPIENTS => {
                self.recipients.push(Recipient {
                    address: path.to_owned(),
                    state: RecipientState::Sent,
                });
            }
            None => {}
        }
    }

    pub(super) fn skip_recipient(&mut self, at: usize) {
        if let Some(recipient) = self.recipients.get_mut(at) {
            recipient.state = RecipientState::Skipped;
        }
    }

    /// The server answered a RCPT for `path`.
    pub(super) fn recipient_answered(&mut self, path: &str, reply: &Reply) {
        let sent = self
            .recipients
            .iter_mut()
            .find(|recipient| recipient.state == RecipientState::Sent && recipient.address == path);
        if let Some(recipient) = sent {
            let kept = reply.shortened(limits::RECIPIENT_REPLY);
            recipient.state = if reply.class() == Class::Success {
                RecipientState::Accepted(kept)
            } else {
                RecipientState::Refused(kept)
            };
        }
    }

    /// Whether a recipient is accepted.
    pub(super) fn has_accepted(&self) -> bool {
        self.recipients
            .iter()
            .any(|recipient| matches!(recipient.state, RecipientState::Accepted(_)))
    }

    /// Whether a recipient is accepted, or may be yet.
    pub(super) fn may_have_recipients(&self) -> bool {
        self.recipients.iter().any(|recipient| {
            matches!(
                recipient.state,
                RecipientState::Todo | RecipientState::Sent | RecipientState::Accepted(_)
            )
        })
    }

    /// The reply that refused the last of the refused recipients.
    pub(super) fn last_refusal(&self) -> Option<&Reply> {
        self.recipients
            .iter()
            .rev()
            .find_map(|recipient| match &recipient.state {
                RecipientState::Refused(reply) => Some(reply),
                _ => None,
            })
    }

    /// The results of all recipients. The transaction forgets the recipients.
    pub(super) fn take_results(&mut self) -> Vec<RecipientResult> {
        std::mem::take(&mut self.recipients)
            .into_iter()
            .map(|recipient| RecipientResult {
                address: recipient.address,
                fate: match recipient.state {
                    RecipientState::Accepted(reply) => Fate::Accepted { reply },
                    RecipientState::Refused(reply) => Fate::Refused { reply },
                    RecipientState::Todo | RecipientState::Sent | RecipientState::Skipped => {
                        Fate::NotTried
                    }
                },
            })
            .collect()
    }

    /// Sends the message by BDAT, without a DATA before it.
    pub(super) fn use_chunks(&mut self) {
        self.chunking = true;
        self.stuffer = Stuffer::for_chunks();
        self.data = Progress::Done;
    }

    /// `left` octets of the message are still to come.
    pub(super) fn await_octets(&mut self, left: u64, now: Duration) {
        self.message = Message::Streaming { left, since: now };
    }

    /// A chunk is accepted, and there may be room for the next.
    pub(super) fn chunk_accepted(&mut self, now: Duration) {
        if let Message::Streaming { since, .. } = &mut self.message {
            *since = now;
        }
    }

    /// Takes octets of the message, and returns what is to be written now: what follows DATA, or a
    /// whole chunk. `Ok(None)`: the chunk is not whole yet. `Err`: the line of this number is too
    /// long.
    pub(super) fn encode(
        &mut self,
        octets: &[u8],
        last: bool,
        chunk_size: usize,
    ) -> Result<Option<Vec<u8>>, u64> {
        let mut wire = std::mem::take(&mut self.chunk);
        if self.chunking && wire.is_empty() && !last && octets.len() < chunk_size {
            // Room for what completes the chunk, so that it is not copied as it grows.
            wire.reserve(chunk_size + 2 * octets.len());
        }
        self.stuffer.push(octets, &mut wire);
        if let Some(line) = self.stuffer.overlong() {
            return Err(line);
        }
        if last {
            self.stuffer.finish(&mut wire);
        }
        if self.chunking && !last && wire.len() < chunk_size {
            self.chunk = wire;
            return Ok(None);
        }
        Ok(Some(wire))
    }

    /// All octets of the message are written. Returns what is recorded of them.
    pub(super) fn written(&mut self) -> Event {
        self.message = Message::Done;
        Event::Message {
            octets: self.facts().size,
            wire_octets: self.stuffer.wire_octets(),
            lines: self.stuffer.lines(),
            stuffed: self.stuffer.stuffed(),
        }
    }

    /// Writes no more of the message.
    pub(super) fn stop(&mut self) {
        self.message = Message::Done;
        self.chunk = Vec::new();
    }
}
