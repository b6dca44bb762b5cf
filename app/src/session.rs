//! Where a send is. Pure: told what the bridge says, asked what to show.

use smtp::{Entry, Event, Held, Outcome, Stage};
use wire::{FromBridge, NotStarted};

/// One send, from the click to its end; on a connection that stays open, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// The page's number for it.
    pub id: u32,
    /// Where it is.
    pub phase: Phase,
    /// The connection stays open, and the next message goes over it.
    pub waits: bool,
    /// Numbers the connections whose conversation is shown: when it changes, so have all entries.
    pub connection: u32,
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
    /// A connection is being opened ahead of its message.
    Opening,
    /// The connection stands and waits for its first message.
    Ready,
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
    /// A send is asked for. What is shown of a connection that is open stays: it goes on there.
    pub fn begin(&mut self, id: u32, size: u64) {
        if !self.is_open() {
            self.start_over();
        }
        self.id = id;
        self.phase = Phase::Running;
        self.waits = false;
        self.sent = 0;
        self.size = size;
    }

    /// A connection is asked for, ahead of its message.
    pub fn open(&mut self, id: u32) {
        self.start_over();
        *self = Session {
            id,
            phase: Phase::Opening,
            connection: self.connection,
            ..Session::default()
        };
    }

    /// The page has had the connection closed that was open, or on its way to be.
    pub fn hang_up(&mut self) {
        self.waits = false;
        if matches!(self.phase, Phase::Opening | Phase::Ready) {
            self.phase = Phase::Idle;
        }
    }

    /// Whether a connection is open, or on its way to be, and free for a message.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.waits || self.phase == Phase::Opening
    }

    fn start_over(&mut self) {
        self.entries.clear();
        self.connection += 1;
    }

    /// Takes in what the bridge says; what is about another send is passed over.
    pub fn apply(&mut self, said: FromBridge) {
        if self.is_over() {
            return;
        }
        match said {
            FromBridge::Entry { id, entry } if id == self.id => {
                if entry.seq == 0 && !self.entries.is_empty() {
                    // The connection that was open is gone, and the message has one of its own.
                    self.start_over();
                }
                // Whatever happens means that the line is held no more.
                if matches!(self.phase, Phase::Held(_)) {
                    self.phase = Phase::Running;
                }
                self.entries.push(*entry);
            }
            FromBridge::Held { id, held } if id == self.id => self.phase = Phase::Held(held),
            FromBridge::Progress { id, sent } if id == self.id => self.sent = sent,
            FromBridge::Finished { id, outcome, waits } if id == self.id => {
                self.waits = waits;
                self.phase = match *outcome {
                    Outcome::Ready => Phase::Ready,
                    outcome => Phase::Finished(Ending::Outcome(outcome)),
                };
            }
            FromBridge::Closed { id } if id == self.id => self.hang_up(),
            FromBridge::NotStarted { id, why } if id == self.id => {
                self.phase = Phase::Finished(Ending::NotStarted(why));
            }
            _ => {}
        }
    }

    /// The bridge is gone. A send under way is over, and what can be known of it is said.
    pub fn bridge_lost(&mut self) {
        self.hang_up();
        if !self.is_busy() {
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
        matches!(self.phase, Phase::Idle | Phase::Finished(_)) && !self.waits
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
            Phase::Ready | Phase::Finished(Ending::Outcome(Outcome::Accepted { .. })) => Step::Done,
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

    /// The server that a connection stands to and that does not greet, for as long as it does not.
    #[must_use]
    pub fn silent(&self) -> Option<&str> {
        match &self.entries.last()?.event {
            Event::NoGreeting { peer, .. } if self.ending().is_none() => Some(peer),
            _ => None,
        }
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
        Ending::Outcome(Outcome::Ready) => "ready",
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

    fn begun() -> Session {
        let mut session = Session::default();
        session.begin(7, 10);
        session
    }

    fn check(said: &[FromBridge], expect: [Step; 6], over: &str) {
        let mut session = begun();
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
            waits: false,
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
            waits: false,
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
            let mut session = begun();
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
    fn a_server_is_silent_until_it_says_something() {
        let silent = |said: &[FromBridge]| {
            let mut session = begun();
            for said in said {
                session.apply(said.clone());
            }
            session.silent().map(str::to_owned)
        };
        let peer = "192.0.2.1:25".to_owned();
        let connected = entry(0, Stage::Connect, Event::Connected { peer: peer.clone() });
        let nothing = Event::NoGreeting {
            peer: peer.clone(),
            waited_ms: 8_000,
        };
        let nothing = entry(1, Stage::Connect, nothing);
        let greeting = Event::Received {
            reply: Reply::new(Code::new(220).expect("a code"), vec!["hello".into()]),
            answers: None,
            wait_us: 9_000_000,
        };
        let greeting = entry(2, Stage::Connect, greeting);
        let failed = FromBridge::Finished {
            id: 7,
            outcome: Box::new(Outcome::Failed {
                at: Stage::Connect,
                cause: smtp::Failure::ConnectionLost,
                recipients: vec![],
            }),
            waits: false,
        };
        assert_eq!(silent(std::slice::from_ref(&connected)), None);
        assert_eq!(silent(&[connected.clone(), nothing.clone()]), Some(peer));
        assert_eq!(
            silent(&[connected.clone(), nothing.clone(), greeting]),
            None
        );
        assert_eq!(silent(&[connected, nothing, failed]), None);
    }

    #[test]
    fn entries_are_found_by_number_across_gaps() {
        let mut session = begun();
        session.apply(sent(0, Stage::Connect, "a"));
        session.apply(entry(3, Stage::Connect, Event::Closed { by: Side::Client }));
        assert!(session.by_seq(3).is_some());
        assert!(session.by_seq(1).is_none());
    }

    #[test]
    fn messages_follow_each_other_on_an_open_connection() {
        let reply = Reply::new(Code::new(250).expect("a code"), vec!["ok".into()]);
        let mut session = Session::default();
        session.open(7);
        assert!(!session.is_busy() && session.is_open());
        session.apply(sent(0, Stage::Connect, "EHLO x"));
        let ready = FromBridge::Finished {
            id: 7,
            outcome: Box::new(Outcome::Ready),
            waits: true,
        };
        session.apply(ready);
        assert_eq!((&session.phase, session.waits), (&Phase::Ready, true));
        assert_eq!(session.steps()[0], Step::Done);
        session.apply(sent(1, Stage::Connect, "NOOP"));
        assert_eq!(session.entries.len(), 2, "what happens meanwhile is shown");

        let about = |said, id| match said {
            FromBridge::Entry { entry, .. } => FromBridge::Entry { id, entry },
            other => other,
        };
        let shown = session.connection;
        session.begin(8, 10);
        session.apply(about(sent(2, Stage::Envelope, "MAIL"), 8));
        assert_eq!(session.entries.len(), 3, "it goes on there");
        session.apply(FromBridge::Finished {
            id: 8,
            outcome: Box::new(Outcome::Accepted {
                reply,
                recipients: vec![],
            }),
            waits: true,
        });
        assert_eq!(session.ending().map(kind), Some("accepted"));
        assert!(session.is_open());

        // Gone in the very moment of the next send: it has a connection of its own.
        session.begin(9, 10);
        session.apply(FromBridge::Closed { id: 8 });
        assert_eq!(session.connection, shown);
        session.apply(about(sent(0, Stage::Connect, "EHLO x"), 9));
        assert_eq!(session.entries.len(), 1);
        assert_ne!(session.connection, shown);
        assert_eq!(session.phase, Phase::Running);

        session.bridge_lost();
        session.open(10);
        session.bridge_lost();
        assert_eq!(session.phase, Phase::Idle, "no message, no word about one");
    }
}
