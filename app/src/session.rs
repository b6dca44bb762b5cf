//! Where a send is. Pure: told what the bridge says, asked what to show.

use smtp::{Entry, Event, Held, Outcome, Stage};
use wire::{FromBridge, NotStarted};

/// One send, from the click to its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// The page's number for it.
    pub id: u32,
    /// Where it is.
    pub phase: Phase,
    /// Everything that happened, in order.
    pub entries: Vec<Entry>,
    /// Octets of the message that have left, and all of them.
    pub sent: u64,
    /// Octets of the message.
    pub size: u64,
}

/// Where a send is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing has been sent yet.
    #[default]
    Idle,
    /// Lines go to and fro.
    Running,
    /// A line waits for the person.
    Held(Held),
    /// Over.
    Finished(Ending),
}

/// How a send ended, as far as the page can know.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The dialogue ran to its end.
    Outcome(Outcome),
    /// It never began.
    NotStarted(NotStarted),
    /// The bridge was lost on the way.
    BridgeLost {
        /// The final dot had left, and no answer had come: nobody here can know.
        maybe_delivered: bool,
    },
}

/// One step of the stage strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Still to come.
    Todo,
    /// Here it is.
    Now,
    /// Behind it.
    Done,
    /// It was not needed.
    Passed,
    /// Here it ended badly.
    Failed,
}

/// The stages in their order.
pub const STAGES: [Stage; 6] = [
    Stage::Connect,
    Stage::Tls,
    Stage::SignIn,
    Stage::Envelope,
    Stage::Message,
    Stage::Accepted,
];

impl Session {
    /// A send that has just been asked for.
    #[must_use]
    pub fn begin(id: u32, size: u64) -> Session {
        Session {
            id,
            phase: Phase::Running,
            size,
            ..Session::default()
        }
    }

    /// Takes in what the bridge says; what is about another send is passed over.
    pub fn apply(&mut self, said: FromBridge) {
        if self.is_over() {
            return;
        }
        match said {
            FromBridge::Entry { id, entry } if id == self.id => {
                // Whatever happens means that the line is held no more.
                if matches!(self.phase, Phase::Held(_)) {
                    self.phase = Phase::Running;
                }
                self.entries.push(*entry);
            }
            FromBridge::Held { id, held } if id == self.id => self.phase = Phase::Held(held),
            FromBridge::Progress { id, sent } if id == self.id => self.sent = sent,
            FromBridge::Finished { id, outcome } if id == self.id => {
                self.phase = Phase::Finished(Ending::Outcome(*outcome));
            }
            FromBridge::NotStarted { id, why } if id == self.id => {
                self.phase = Phase::Finished(Ending::NotStarted(why));
            }
            _ => {}
        }
    }

    /// The bridge is gone. A send under way is over, and what can be known of it is said.
    pub fn bridge_lost(&mut self) {
        if !matches!(self.phase, Phase::Running | Phase::Held(_)) {
            return;
        }
        // The dot may have left without word of it reaching the page, as soon as the message had begun to be written.
        let maybe_delivered = self
            .entries
            .iter()
            .any(|entry| matches!(entry.event, Event::Message { .. }))
            || (self.size > 0 && self.sent == self.size);
        self.phase = Phase::Finished(Ending::BridgeLost { maybe_delivered });
    }

    /// What the operator decided about the held line is on its way; until word comes back nothing is held.
    pub fn released(&mut self) {
        if matches!(self.phase, Phase::Held(_)) {
            self.phase = Phase::Running;
        }
    }

    /// The line that is held.
    #[must_use]
    pub fn held(&self) -> Option<&Held> {
        match &self.phase {
            Phase::Held(held) => Some(held),
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

    /// Whether a send is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Held(_))
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Finished(_))
    }

    /// The stage strip.
    #[must_use]
    pub fn steps(&self) -> [Step; 6] {
        let reached = self.reached();
        STAGES.map(|stage| match reached {
            None => Step::Todo,
            Some(reached) if stage > reached => Step::Todo,
            Some(reached) if stage == reached => self.step_reached(),
            Some(_) if self.entries.iter().any(|entry| entry.stage == stage) => Step::Done,
            Some(_) => Step::Passed,
        })
    }

    fn step_reached(&self) -> Step {
        match &self.phase {
            Phase::Finished(Ending::Outcome(Outcome::Accepted { .. })) => Step::Done,
            Phase::Finished(_) => Step::Failed,
            _ => Step::Now,
        }
    }

    fn reached(&self) -> Option<Stage> {
        if self.phase == Phase::Idle {
            return None;
        }
        let held = self.held().map(|held| held.stage);
        let last = self.entries.last().map(|entry| entry.stage);
        Some(held.max(last).unwrap_or(Stage::Connect))
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

/// The kind of an ending, in a word that never changes: for styles and for tests.
#[must_use]
pub fn kind(ending: &Ending) -> &'static str {
    match ending {
        Ending::Outcome(Outcome::Accepted { .. }) => "accepted",
        Ending::Outcome(Outcome::Refused { .. }) => "refused",
        Ending::Outcome(Outcome::Unknown { .. })
        | Ending::BridgeLost {
            maybe_delivered: true,
        } => "unknown",
        Ending::Outcome(Outcome::Ended { .. }) => "ended",
        Ending::Outcome(Outcome::Failed { .. }) | Ending::BridgeLost { .. } => "failed",
        Ending::NotStarted(_) => "not-started",
    }
}

#[cfg(test)]
mod tests {
    use smtp::{Code, Next, Origin, Reply, Side, Span};

    use super::*;

    fn entry(seq: u32, stage: Stage, event: Event) -> FromBridge {
        let entry = Entry {
            seq,
            at_us: 0,
            secured: false,
            stage,
            event,
        };
        FromBridge::Entry {
            id: 7,
            entry: Box::new(entry),
        }
    }

    fn sent(seq: u32, stage: Stage, line: &str) -> FromBridge {
        let line = vec![Span::Text(line.into())];
        entry(
            seq,
            stage,
            Event::Sent {
                line,
                origin: Origin::Planned,
            },
        )
    }

    fn check(said: &[FromBridge], expect: [Step; 6], over: &str) {
        let mut session = Session::begin(7, 10);
        for said in said {
            session.apply(said.clone());
        }
        assert_eq!(session.steps(), expect);
        assert_eq!(session.ending().map_or("", kind), over);
    }

    #[test]
    fn the_strip_follows_the_dialogue() {
        use Step::{Done, Failed, Now, Passed, Todo};
        let reply = Reply::new(Code::new(250).expect("a code"), vec!["ok".into()]);
        check(&[], [Now, Todo, Todo, Todo, Todo, Todo], "");
        let start = [
            sent(0, Stage::Connect, "EHLO x"),
            sent(1, Stage::Envelope, "MAIL"),
        ];
        check(&start, [Done, Passed, Passed, Now, Todo, Todo], "");
        let held = FromBridge::Held {
            id: 7,
            held: Held {
                step: 1,
                stage: Stage::Message,
                secured: false,
                next: Next::Message { octets: 10 },
            },
        };
        check(
            &[start[0].clone(), held],
            [Done, Passed, Passed, Passed, Now, Todo],
            "",
        );
        let accepted = FromBridge::Finished {
            id: 7,
            outcome: Box::new(Outcome::Accepted {
                reply: reply.clone(),
                recipients: vec![],
            }),
        };
        check(
            &[
                start[0].clone(),
                sent(1, Stage::Accepted, "QUIT"),
                accepted.clone(),
            ],
            [Done, Passed, Passed, Passed, Passed, Done],
            "accepted",
        );
        let refused = FromBridge::Finished {
            id: 7,
            outcome: Box::new(Outcome::Refused {
                at: Stage::Envelope,
                reply,
                recipients: vec![],
            }),
        };
        // What comes behind the end, or is about another send, changes nothing.
        let other = FromBridge::NotStarted {
            id: 8,
            why: NotStarted::Busy,
        };
        check(
            &[start[0].clone(), start[1].clone(), other, refused, accepted],
            [Done, Passed, Passed, Failed, Todo, Todo],
            "refused",
        );
    }

    #[test]
    fn a_lost_bridge_is_told_honestly() {
        let lost = |said: &[FromBridge]| {
            let mut session = Session::begin(7, 10);
            for said in said {
                session.apply(said.clone());
            }
            session.bridge_lost();
            session.ending().map(kind)
        };
        assert_eq!(lost(&[sent(0, Stage::Message, "DATA")]), Some("failed"));
        assert_eq!(
            lost(&[FromBridge::Progress { id: 7, sent: 10 }]),
            Some("unknown")
        );
        let message = Event::Message {
            octets: 10,
            wire_octets: 10,
            lines: 1,
            stuffed: 0,
        };
        assert_eq!(lost(&[entry(0, Stage::Message, message)]), Some("unknown"));
        let mut idle = Session::default();
        idle.bridge_lost();
        assert_eq!(idle.phase, Phase::Idle);
    }

    #[test]
    fn entries_are_found_by_number_across_gaps() {
        let mut session = Session::begin(7, 10);
        session.apply(sent(0, Stage::Connect, "a"));
        session.apply(entry(3, Stage::Connect, Event::Closed { by: Side::Client }));
        assert!(session.by_seq(3).is_some());
        assert!(session.by_seq(1).is_none());
    }
}
