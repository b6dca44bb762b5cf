//! One mail transaction: MAIL, RCPT, then DATA or BDAT (RFC 5321 §3.3).

use super::{
    Action, Delivered, Extension, Reading, Session, Subject, data::Chunks, data::DataReader,
    path::Path,
};
use crate::{
    faults::{Effect, Side, fault},
    limits,
    scenario::Point,
};
use smtp_proto::{MAIL_BODY_8BITMIME, MAIL_BODY_BINARYMIME, MAIL_SMTPUTF8, MailFrom};

/// The envelope so far, and the chunks after the first BDAT.
#[derive(Debug)]
pub(super) struct Transaction {
    from: String,
    parameters: Vec<String>,
    smtputf8: bool,
    recipients: Vec<String>,
    /// Effects of the accepted recipients on the whole message.
    effects: Vec<Effect>,
    chunks: Option<Chunks>,
}

impl Transaction {
    /// The sender, as sent; empty for `<>`.
    pub(super) fn sender(&self) -> &str {
        &self.from
    }

    /// The accepted recipients, as sent.
    pub(super) fn recipients(&self) -> Vec<&str> {
        self.recipients.iter().map(String::as_str).collect()
    }

    /// How many octets of chunks have arrived.
    fn received(&self) -> u64 {
        self.chunks.as_ref().map_or(0, |chunks| chunks.body.seen())
    }

    pub(super) fn buffered(&self) -> usize {
        self.chunks
            .as_ref()
            .map_or(0, |chunks| chunks.body.buffered())
    }
}

/// The reply if the chunk is not part of a message. The chunk is then read and discarded.
#[derive(Debug)]
pub(super) struct ChunkReader {
    size: u64,
    left: u64,
    is_last: bool,
    /// The chunk belongs to no message: it is read, dropped and answered with this.
    refusal: Option<&'static str>,
}

/// The reply that accepts a message, with CRLF.
pub fn queued(id: u64) -> String {
    format!("250 2.0.0 OK: queued as {}\r\n", queue_id(id))
}

/// What the message with this id is called in [`queued`]. Ids within 32 bits get different queue
/// ids because the multiplier is odd.
pub fn queue_id(id: u64) -> String {
    format!("{:08X}", id.wrapping_mul(0x9E37_79B1) & 0xFFFF_FFFF)
}

impl Session {
    pub(super) fn mail(&mut self, from: Path, parameters: Vec<String>, request: &MailFrom<String>) {
        let smtputf8 = request.flags & MAIL_SMTPUTF8 != 0;
        if self.client.is_none() {
            self.reject("503 5.5.1 Error: send HELO/EHLO first");
        } else if self.profile.require_auth && self.user.is_none() {
            self.reject("530 5.7.0 Authentication required");
        } else if self.transaction.is_some() {
            self.reject("503 5.5.1 Error: nested MAIL command");
        } else if !self.understands(request) {
            self.reject("555 5.5.4 MAIL FROM parameters not recognized or not implemented");
        } else if request.size > limits::MESSAGE {
            self.reply("552 5.3.4 Message size exceeds fixed limit");
        } else if !smtputf8 && !from.text.is_ascii() {
            self.reply("553 5.6.7 Must declare SMTPUTF8 to send unicode address");
        } else if let Some(Effect::Refuse(reply)) =
            fault(Side::Sender, &from.local_part).map(|fault| fault.effect)
        {
            self.reply(reply);
        } else {
            self.body_read = 0;
            self.transaction = Some(Transaction {
                from: from.text,
                parameters,
                smtputf8,
                recipients: Vec::new(),
                effects: Vec::new(),
                chunks: None,
            });
            self.reply("250 2.1.0 Sender OK");
        }
    }

    fn understands(&self, request: &MailFrom<String>) -> bool {
        let offers = |extension| self.profile.offers(extension);
        request.flags & MAIL_BODY_BINARYMIME == 0
            && (request.flags & MAIL_BODY_8BITMIME == 0 || offers(Extension::EightBitMime))
            && (request.flags & MAIL_SMTPUTF8 == 0 || offers(Extension::SmtpUtf8))
            && (request.auth.is_none() || offers(Extension::Auth))
    }

    pub(super) fn rcpt(&mut self, to: Path) {
        let Some(transaction) = self.transaction.as_mut() else {
            return self.reject("503 5.5.1 Error: need MAIL command");
        };
        if transaction.chunks.is_some() {
            return self.reject("503 5.5.1 Error: RCPT not allowed after BDAT");
        }
        if transaction.recipients.len() >= limits::RECIPIENTS {
            return self.reply("452 4.5.3 Error: too many recipients");
        }
        if !transaction.smtputf8 && !to.text.is_ascii() {
            return self.reply("553 5.6.7 Must declare SMTPUTF8 to send unicode address");
        }
        match fault(Side::Recipient, &to.local_part).map(|fault| fault.effect) {
            Some(Effect::Refuse(reply)) => return self.reply(reply),
            Some(Effect::Delay(pause)) => self.actions.push(Action::Pause(pause)),
            Some(effect) if !transaction.effects.contains(&effect) => {
                transaction.effects.push(effect)
            }
            _ => {}
        }
        transaction.recipients.push(to.text);
        self.reply("250 2.1.5 Recipient OK");
    }

    /// The reply if a message can't begin now.
    fn not_ready(&self) -> Option<&'static str> {
        match &self.transaction {
            None => Some("503 5.5.1 Error: need MAIL command"),
            Some(transaction) if transaction.recipients.is_empty() => {
                Some("554 5.5.1 Error: no valid recipients")
            }
            Some(_) => None,
        }
    }

    pub(super) fn data(&mut self) {
        if let Some(reply) = self.not_ready() {
            self.reject(reply);
        } else if self
            .transaction
            .as_ref()
            .is_some_and(|transaction| transaction.chunks.is_some())
        {
            self.reject("503 5.5.1 Error: DATA not allowed after BDAT");
        } else {
            self.reading = Reading::Data(DataReader::default());
            self.reply("354 End data with <CR><LF>.<CR><LF>");
        }
    }

    pub(super) fn end_data(&mut self) {
        if let Reading::Data(data) = std::mem::replace(&mut self.reading, Reading::Commands) {
            self.end_of_message(data.body.seen(), |session| {
                session.finish(data.body.finish());
            });
        }
    }

    /// A message of this many octets has ended: does `own`, unless a rule says otherwise.
    fn end_of_message(&mut self, size: u64, own: impl FnOnce(&mut Self)) {
        self.note(&format!("{size} octets of a message"));
        let subject = Subject {
            size,
            ..Subject::default()
        };
        self.at(Some(Point::Message), subject, own);
    }

    /// A chunk must be read even if it is refused; otherwise its bytes would be read as commands
    /// (RFC 3030 §2).
    pub(super) fn bdat(&mut self, size: u64, is_last: bool) {
        if !self.profile.offers(Extension::Chunking) {
            return self
                .reply_and_close("502 5.5.1 Error: command not implemented, closing connection");
        }
        if size > limits::MESSAGE as u64 * limits::REFUSED_BODY_FACTOR {
            return self
                .reply_and_close("552 5.3.4 Chunk size exceeds fixed limit, closing connection");
        }
        let refusal = self.not_ready();
        if refusal.is_none()
            && let Some(transaction) = self.transaction.as_mut()
        {
            transaction.chunks.get_or_insert_default();
        }
        self.reading = Reading::Chunk(ChunkReader {
            size,
            left: size,
            is_last,
            refusal,
        });
        self.read_chunk(&mut &[][..]);
    }

    /// Reads the available part of the current chunk, and answers when the chunk is complete.
    pub(super) fn read_chunk(&mut self, bytes: &mut &[u8]) {
        let Reading::Chunk(chunk) = &mut self.reading else {
            return;
        };
        let length = usize::try_from(chunk.left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let (piece, rest) = bytes.split_at(length);
        *bytes = rest;
        chunk.left -= length as u64;
        self.progress += length as u64;
        let chunks = self
            .transaction
            .as_mut()
            .and_then(|transaction| transaction.chunks.as_mut());
        let mut body_refusal = None;
        if chunk.refusal.is_none()
            && let Some(chunks) = chunks
        {
            chunks.push(piece);
            body_refusal = chunks.body.refusal();
        }
        if chunk.left > 0 {
            return;
        }
        let (size, refusal, is_last) = (chunk.size, chunk.refusal, chunk.is_last);
        self.reading = Reading::Commands;
        if let Some(reply) = refusal {
            return self.reject(reply);
        }
        let seen = self.transaction.as_ref().map_or(0, Transaction::received);
        if is_last {
            return self.end_of_message(seen, |session| {
                session.answer_chunk(size, is_last, body_refusal);
            });
        }
        self.note(&format!("a chunk of {size} octets"));
        let subject = Subject {
            size: seen,
            ..Subject::default()
        };
        self.at(Some(Point::Bdat), subject, |session| {
            session.answer_chunk(size, is_last, body_refusal);
        });
    }

    fn answer_chunk(&mut self, size: u64, is_last: bool, refusal: Option<&'static str>) {
        match refusal {
            // RFC 3030 §2: a refused chunk ends the transaction, even if it was not the last.
            Some(reply) => self.finish(Err(reply)),
            None if !is_last => self.reply(&format!("250 2.0.0 OK: {size} bytes")),
            None => {
                let chunks = self
                    .transaction
                    .as_mut()
                    .and_then(|transaction| transaction.chunks.take());
                self.finish(chunks.unwrap_or_default().finish());
            }
        }
    }

    /// Refuses the message being received: discards it and answers its end with `reply`.
    pub(super) fn refuse_body(&mut self, reply: &'static str) {
        if let Reading::Data(data) = &mut self.reading {
            data.body.refuse(reply);
        } else if let Some(chunks) = self
            .transaction
            .as_mut()
            .and_then(|transaction| transaction.chunks.as_mut())
        {
            chunks.body.refuse(reply);
        }
    }

    /// Answers the end of a message and ends the transaction.
    fn finish(&mut self, message: Result<Vec<u8>, &'static str>) {
        let (Some(transaction), Some(client)) = (self.transaction.take(), &self.client) else {
            return self.reject("503 5.5.1 Error: need MAIL command");
        };
        let refused = transaction.effects.iter().find_map(|effect| match effect {
            Effect::RefuseMessage(reply) => Some(*reply),
            _ => None,
        });
        let raw = match (message, refused) {
            (Ok(raw), None) => raw,
            (Err(reply), _) | (Ok(_), Some(reply)) => return self.reply(reply),
        };
        self.actions.push(Action::Deliver(Box::new(Delivered {
            from: transaction.from,
            recipients: transaction.recipients,
            parameters: transaction.parameters,
            user: self.user.clone(),
            tls: self.tls,
            client_name: client.name.clone(),
            esmtp: client.esmtp,
            raw,
        })));
        if transaction.effects.contains(&Effect::Lose) {
            self.close();
        } else {
            self.actions.push(Action::Confirm);
        }
    }
}
