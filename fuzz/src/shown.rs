//! Collects every text of a dialogue that a person can see.

use smtp::{Entry, Event, Failure, Fate, Next, Outcome, Paused, Reply, Span, Violation};

/// The texts of one dialogue, each on lines of its own.
#[derive(Debug, Default)]
pub struct Shown {
    text: String,
}

impl Shown {
    /// All texts.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A recorded entry.
    pub fn entry(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Resolved { lookup } => {
                self.add(&lookup.name);
                lookup.addresses.iter().for_each(|peer| self.add(peer));
            }
            Event::Connecting { peer }
            | Event::ConnectFailed { peer, .. }
            | Event::Connected { peer }
            | Event::NoGreeting { peer, .. } => self.add(peer),
            Event::Sent { line, .. } | Event::Skipped { line } => {
                for span in line {
                    if let Span::Text(text) = span {
                        self.add(text);
                    }
                }
            }
            Event::Received { reply, .. } => self.reply(reply),
            Event::Violation { what, text } => {
                if let Violation::UnexpectedReply { after } = what {
                    self.add(after);
                }
                self.add(text);
            }
            Event::Secured { .. } | Event::Message { .. } | Event::Closed { .. } => {}
        }
    }

    /// A paused line.
    pub fn paused(&mut self, paused: &Paused) {
        if let Next::Line { line, .. } = &paused.next {
            self.add(line);
        }
    }

    /// An outcome.
    pub fn outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted { reply, .. } | Outcome::Refused { reply, .. } => self.reply(reply),
            Outcome::Unknown { cause, .. } | Outcome::Failed { cause, .. } => self.failure(cause),
            Outcome::Ready | Outcome::Ended { .. } => {}
        }
        for recipient in outcome.recipients() {
            self.add(&recipient.address);
            match &recipient.fate {
                Fate::Accepted { reply } | Fate::Refused { reply } => self.reply(reply),
                Fate::NotTried => {}
            }
        }
    }

    fn failure(&mut self, cause: &Failure) {
        match cause {
            Failure::UnexpectedReply { after, reply } => {
                self.add(after);
                self.reply(reply);
            }
            Failure::Unsolicited { reply } => self.reply(reply),
            Failure::TimedOut { awaiting, .. } => self.add(awaiting),
            Failure::NoCommonMechanism { offered } => {
                offered.iter().for_each(|name| self.add(name));
            }
            Failure::Utf8NotOffered {
                address: Some(address),
            } => self.add(address),
            _ => {}
        }
    }

    fn reply(&mut self, reply: &Reply) {
        for line in &reply.lines {
            self.add(line);
        }
        if let Some(enhanced) = reply.enhanced {
            self.add(&enhanced.to_string());
        }
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }
}
