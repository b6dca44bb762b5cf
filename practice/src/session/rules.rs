//! Plays the rules of a scenario: what the session does instead of what it would do by itself.

use super::{
    Action, Leave, Reading, Session,
    auth::Exchange,
    queue::{self, Drip, Queued},
};
use crate::{
    limits,
    scenario::{Event, Hit, Point, ScenarioRun, Step, Text},
};
use std::{sync::Arc, time::Duration};

/// A scenario, as one session plays it.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) run: ScenarioRun,
    pub(super) connection: u64,
}

/// What an event is about, where the transaction does not say it.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) from: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) size: u64,
}

/// How steps have left the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Played {
    /// It goes on.
    On,
    /// The connection is over, or nothing more is said on it.
    Over,
}

impl Session {
    /// Does `own`, unless a rule says otherwise.
    pub(super) fn at(
        &mut self,
        point: Option<Point>,
        subject: Subject<'_>,
        own: impl FnOnce(&mut Self),
    ) {
        match self.rule(point, subject) {
            None => own(self),
            Some(hit) => self.play_rule(point, &hit, own),
        }
    }

    /// The rule that applies now, if any.
    pub(super) fn rule(&self, point: Option<Point>, subject: Subject<'_>) -> Option<Hit> {
        let scripted = self.scripted.as_ref()?;
        let transaction = self.transaction.as_ref();
        let accepted: Vec<&str> = match (subject.to, transaction) {
            (Some(to), _) => vec![to],
            (None, Some(transaction)) => transaction.recipients(),
            (None, None) => Vec::new(),
        };
        scripted.run.hit(&Event {
            point,
            connection: scripted.connection,
            now: self.now,
            from: subject
                .from
                .or_else(|| transaction.map(super::transaction::Transaction::sender)),
            to: &accepted,
            size: subject.size,
            tls: self.tls,
            signed_in: self.user.is_some(),
        })
    }

    fn play_rule(&mut self, point: Option<Point>, hit: &Hit, own: impl FnOnce(&mut Self)) {
        let edits = |step: &&Step| matches!(step, Step::Hide(_) | Step::Add(_));
        self.edits = hit.steps.iter().filter(edits).cloned().collect();
        let carries_out = |step: &Step| matches!(step, Step::Answer | Step::Execute);
        // A rule that only changes the reply to EHLO is short for one that also sends it.
        let answer_last = !self.edits.is_empty() && !hit.steps.iter().any(carries_out);
        let exchange = match self.exchange.take() {
            Some(exchange) => Some(exchange),
            None if point == Some(Point::Auth) => Some(Exchange::LoginName),
            None => None,
        };
        self.note(&format!("scenario: {}", hit.rule));
        let mut own = Some(own);
        let mut behind = Vec::new();
        let last = answer_last.then_some(&Step::Answer);
        let mut sent = Vec::new();
        for step in hit.steps.iter().chain(last) {
            match step {
                Step::Answer | Step::Execute => {
                    if let Some(own) = own.take() {
                        behind.extend(self.carry_out(own, *step == Step::Answer));
                    }
                }
                step => {
                    if let Step::Send(text) = step {
                        sent = text.octets("");
                    }
                    if self.play(step) == Played::Over {
                        return;
                    }
                }
            }
        }
        for action in behind {
            self.actions.push(action);
        }
        if own.is_none() {
            return;
        }
        // The command was not carried out.
        match point {
            Some(Point::Message | Point::Bdat) => self.transaction = None,
            // Another challenge: the next line is a response again.
            Some(Point::Auth | Point::Response) if sent.starts_with(b"334") => {
                self.reading = exchange.map_or(Reading::Commands, Reading::Auth);
            }
            _ => {}
        }
    }

    /// Does what the session does by itself. Returns what must wait until the rule is over: nothing
    /// can be sent behind it.
    fn carry_out(&mut self, own: impl FnOnce(&mut Self), replies: bool) -> Vec<Action> {
        let before = std::mem::take(&mut self.actions);
        own(self);
        let all = std::mem::replace(&mut self.actions, before);
        let mut behind = Vec::new();
        for action in all.into_actions() {
            match action {
                Action::StartTls | Action::Close => behind.push(action),
                Action::Write(_) | Action::Confirm if !replies => {}
                action => self.actions.push(action),
            }
        }
        behind
    }

    /// A step that can be in a rule and in a dialogue.
    pub(super) fn play(&mut self, step: &Step) -> Played {
        match step {
            Step::Send(text) => self.send(text),
            Step::Split(at, text) => {
                let (octets, shown) = self.quoted(text);
                let cut = |octets: &[u8]| {
                    let (first, second) = octets.split_at((*at).min(octets.len()));
                    (first.to_vec(), second.to_vec())
                };
                let ((first, second), (shown_first, shown_second)) = (cut(&octets), cut(&shown));
                self.actions.push_queued(Queued::Quoting {
                    octets: first,
                    shown: shown_first,
                });
                self.actions.push(Action::Pause(limits::SPLIT));
                self.actions.push_queued(Queued::Quoting {
                    octets: second,
                    shown: shown_second,
                });
            }
            Step::Times(times, text) => {
                let (octets, _) = self.quoted(text);
                let left = (octets.len() as u64).saturating_mul(*times as u64);
                self.flood(text, left);
            }
            Step::Flood(left, text) => self.flood(text, *left),
            Step::Drip {
                every,
                text,
                endless,
            } => self.drip(text, *every, *endless),
            Step::Cork => self.actions.push(Action::Cork),
            Step::Uncork => self.actions.push(Action::Uncork),
            Step::Pause(how_long) => self.actions.push(Action::Pause(*how_long)),
            Step::Fin => return self.leave(Leave::Fin),
            Step::Rst => return self.leave(Leave::Rst),
            Step::Cut => return self.leave(Leave::Cut),
            Step::Silent => {
                self.silence();
                return Played::Over;
            }
            Step::Stall => {
                self.actions.push(Action::Stall);
                return self.leave(Leave::Cut);
            }
            // These are not in a rule, or are played elsewhere.
            _ => {}
        }
        Played::On
    }

    fn send(&mut self, text: &Text) {
        let (octets, shown) = self.quoted(text);
        let queued = match octets == shown {
            true => Queued::Action(Action::Write(octets)),
            false => Queued::Quoting { octets, shown },
        };
        self.actions.push_queued(queued);
    }

    fn flood(&mut self, text: &Text, left: u64) {
        let (octets, shown) = self.quoted(text);
        if let Some(flood) = queue::flood(&octets, left) {
            let shown = shown.escape_ascii().to_string();
            self.note(&format!("{left} octets of \"{shown}\", repeated"));
            self.actions.push_queued(flood);
        }
    }

    fn drip(&mut self, text: &Text, every: Duration, endless: bool) {
        let (octets, shown) = self.quoted(text);
        if text.quotes() {
            self.note(&format!("\"{}\", in single octets", shown.escape_ascii()));
        }
        if !octets.is_empty() {
            self.actions.push_queued(Queued::Drip(Drip {
                octets,
                every,
                endless,
                hidden: text.quotes(),
                at: 0,
                paused: false,
            }));
        }
    }

    /// The bytes of a text, and what may be shown of them.
    fn quoted(&self, text: &Text) -> (Vec<u8>, Vec<u8>) {
        let shown = text.octets(self.log.last_shown());
        (text.octets(&self.last_line), shown)
    }

    fn leave(&mut self, how: Leave) -> Played {
        self.actions.push(Action::Leave(how));
        match how {
            Leave::Fin => self.silence(),
            Leave::Rst | Leave::Cut => {
                self.transaction = None;
                self.reading = Reading::Closed;
            }
        }
        Played::Over
    }

    /// Says nothing more. What the client sends is dropped.
    pub(super) fn silence(&mut self) {
        self.transaction = None;
        self.reading = Reading::Silent;
    }

    /// How many bytes of the message may be read until a rule could apply.
    pub(super) fn before_body_rule(&self) -> u64 {
        let scripted = self.scripted.as_ref();
        let next = scripted.and_then(|scripted| scripted.run.next_body(self.body_read));
        next.map_or(u64::MAX, |next| next - self.body_read)
    }

    /// So many more bytes of a message were read, and the message has not ended.
    pub(super) fn body_was_read(&mut self, bytes: usize) {
        if self.scripted.is_none() || bytes == 0 {
            return;
        }
        self.body_read += bytes as u64;
        if !matches!(self.reading, Reading::Data(_) | Reading::Chunk(_)) {
            return;
        }
        let size = self.body_read;
        let subject = Subject {
            size,
            ..Subject::default()
        };
        if let Some(hit) = self.rule(Some(Point::Body(size)), subject) {
            self.note(&format!("scenario: {}", hit.rule));
            let steps = Arc::clone(&hit.steps);
            for step in steps.iter() {
                if self.play(step) == Played::Over {
                    return;
                }
            }
        }
    }
}
