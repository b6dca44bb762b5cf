//! What happens in a story, done to a dialogue. What must hold at every step is asserted on the way.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{
    Action, ConnectFailure, Dialogue, Entry, Event, Held, Input, Operator, Outcome, Pace, SECRET,
    Span, TlsFacts, TlsFailure, Trust, limits,
};

use super::{CODES, Dress, EXTENSIONS, Happening, Said, Story, USER};
use crate::dress;
use crate::shown::Shown;

/// A dialogue that was played to its end, and what came of it.
#[derive(Debug)]
pub(super) struct Play {
    dialogue: Dialogue,
    now: Duration,
    password: Option<&'static str>,
    body: Vec<u8>,
    handed: usize,
    connect_due: bool,
    tls_due: bool,
    pub(super) secured: bool,
    held: Option<Held>,
    steps: u32,
    /// Lines that left and have no reply yet, as a server would count them; the first is the connection, which the greeting answers.
    unanswered: VecDeque<String>,
    /// Lines written whose entries are still to come.
    unsaid: VecDeque<String>,
    /// Every line written, and whether TLS protected it.
    pub(super) lines: Vec<(bool, String)>,
    /// The message as it was written.
    pub(super) message: Vec<u8>,
    /// All that was written, in order.
    pub(super) wire: Vec<u8>,
    /// What the server said before it could know the secret.
    pub(super) before: Vec<u8>,
    /// The secret has left.
    pub(super) known: bool,
    pub(super) typed: String,
    seq: u32,
    at_us: u64,
    pub(super) shown: Shown,
    pub(super) outcome: Option<Outcome>,
}

impl Play {
    pub(super) fn of(story: &Story<'_>) -> Play {
        let mut play = Play {
            dialogue: Dialogue::new(story.job(), story.pace()),
            now: Duration::ZERO,
            password: story.password(),
            body: story.job.body.to_vec(),
            handed: 0,
            connect_due: false,
            tls_due: false,
            secured: false,
            held: None,
            steps: 0,
            unanswered: VecDeque::from([String::new()]),
            unsaid: VecDeque::new(),
            lines: Vec::new(),
            message: Vec::new(),
            wire: Vec::new(),
            before: Vec::new(),
            known: false,
            typed: String::new(),
            seq: 0,
            at_us: 0,
            shown: Shown::default(),
            outcome: None,
        };
        play.drain(None);
        for happening in &story.happenings {
            if play.outcome.is_some() {
                break;
            }
            play.happens(happening);
        }
        if play.outcome.is_none() {
            play.feed(Input::Closed);
        }
        play.after_the_end();
        play
    }

    #[cfg(test)]
    pub(super) fn accepted(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Accepted { .. }))
    }

    fn happens(&mut self, happening: &Happening<'_>) {
        match happening {
            Happening::Well => self.goes_well(),
            Happening::Reply(code) => {
                if self.unanswered.pop_front().is_some() {
                    let code = CODES[usize::from(*code) % CODES.len()];
                    self.server(format!("{code} x\r\n").as_bytes(), usize::MAX);
                }
            }
            Happening::Said { what, size } => {
                let octets = self.said(what);
                self.server(&octets, usize::from(*size));
            }
            Happening::Fails if self.connect_due => {
                self.connect_due = false;
                self.feed(Input::NotConnected(ConnectFailure::Refused));
            }
            Happening::Fails if self.tls_due => {
                self.tls_due = false;
                self.feed(Input::TlsFailed(TlsFailure::UnknownIssuer));
            }
            Happening::Closed if !self.connect_due => {
                self.feed(Input::Closed);
            }
            Happening::Late => {
                if let Some(deadline) = self.dialogue.deadline() {
                    self.now = self.now.max(deadline);
                    self.feed(Input::DeadlinePassed);
                    assert!(self.outcome.is_some(), "patience has ended and nothing has");
                }
            }
            Happening::Early => {
                // Nobody's patience has ended.
                let later = self.now + Duration::from_millis(1);
                if self.dialogue.deadline().is_none_or(|by| by > later) {
                    let actions = self.feed(Input::DeadlinePassed);
                    assert_eq!(actions, 0, "something was done before its time");
                }
            }
            Happening::Wait(ms) => self.now += Duration::from_millis(u64::from(*ms)),
            Happening::Message(most) => self.hand_over(usize::from(*most) + 1),
            Happening::TooMuch if self.dialogue.wants_message() > 0 => {
                let left = usize::try_from(self.dialogue.wants_message()).expect("it is small");
                self.feed(Input::Message(&vec![b'x'; left + 1]));
                assert!(self.outcome.is_some(), "more than announced was taken");
            }
            Happening::MessageLost => {
                self.feed(Input::MessageLost);
            }
            Happening::Operator { act, stale } => self.operator(act, *stale),
            Happening::PageGone => {
                self.feed(Input::PageGone);
                assert!(self.outcome.is_some(), "nobody is there any more");
            }
            Happening::ShutDown => {
                self.held = None;
                self.feed(Input::ShutDown);
            }
            Happening::Fails | Happening::Closed | Happening::TooMuch => {}
        }
    }

    fn goes_well(&mut self) {
        if self.connect_due {
            self.connect_due = false;
            let peer = "192.0.2.1:25".to_owned();
            self.feed(Input::Connected { peer });
        } else if self.tls_due {
            self.tls_due = false;
            self.secured = true;
            self.unanswered.clear();
            if self.lines.is_empty() {
                self.unanswered.push_back(String::new());
            }
            self.feed(Input::TlsEstablished(facts()));
        } else if self.dialogue.wants_message() > 0 {
            self.hand_over(usize::MAX);
        } else if let Some(held) = &self.held {
            let step = held.step;
            self.held = None;
            self.feed(Input::Operator(Operator::Release { step, line: None }));
        } else if let Some(line) = self.unanswered.pop_front() {
            let reply = fair_reply(&line);
            self.server(reply.as_bytes(), usize::MAX);
        }
    }

    fn hand_over(&mut self, most: usize) {
        let wanted = usize::try_from(self.dialogue.wants_message()).expect("it is small");
        if wanted == 0 {
            return;
        }
        assert_eq!(wanted, self.body.len() - self.handed);
        let upto = self.handed + wanted.min(most);
        let octets = self.body[self.handed..upto].to_vec();
        self.handed = upto;
        self.feed(Input::Message(&octets));
    }

    fn operator(&mut self, act: &super::Act<'_>, stale: bool) {
        let step = match &self.held {
            Some(held) if !stale => held.step,
            _ => self.steps.wrapping_add(7),
        };
        let current = self.held.as_ref().is_some_and(|held| held.step == step);
        let operator = act.operator(step);
        if let Operator::Release {
            line: Some(line), ..
        }
        | Operator::Insert { line, .. } = &operator
        {
            self.typed.push_str(line);
            self.typed.push('\n');
        }
        let about_a_step = matches!(
            operator,
            Operator::Release { .. } | Operator::Skip { .. } | Operator::Insert { .. }
        );
        match &operator {
            Operator::SetPace { pace: Pace::Step } => {}
            Operator::SetPace { .. } | Operator::Abort => self.held = None,
            _ if current => self.held = None,
            _ => {}
        }
        let held = self.held.clone();
        let actions = self.feed(Input::Operator(operator));
        if about_a_step && !current {
            assert_eq!(actions, 0, "an answer to another step did something");
            assert_eq!(self.held, held);
        }
    }

    fn said(&self, said: &Said<'_>) -> Vec<u8> {
        match said {
            Said::Line { code, more, text } => {
                let code = CODES[usize::from(*code) % CODES.len()];
                let separator = if *more { '-' } else { ' ' };
                format!("{code}{separator}{text}\r\n").into_bytes()
            }
            Said::Offers(bits) => offers(*bits).into_bytes(),
            Said::Echo(dress) => format!("250 {}\r\n", self.echo(*dress)).into_bytes(),
            Said::Octets(octets) => octets.to_vec(),
        }
    }

    /// What a server can say of a secret once it has been told.
    fn echo(&self, dress: Dress) -> String {
        let Some(password) = self.password.filter(|_| self.known) else {
            return "x".to_owned();
        };
        match dress {
            Dress::Plain => password.to_owned(),
            Dress::Base64 => STANDARD.encode(password),
            Dress::Base64Url => URL_SAFE.encode(format!("{USER}:{password}")),
            Dress::Response => response(password),
            Dress::Hex => dress::hex(password, true),
            Dress::Percent => dress::percent(password),
            Dress::Line => self
                .lines
                .last()
                .map(|(_, line)| line.replace(['\r', '\n'], " "))
                .unwrap_or_default(),
        }
    }

    fn server(&mut self, octets: &[u8], size: usize) {
        if self.connect_due {
            return;
        }
        if !self.known {
            self.before.extend(octets);
        }
        for piece in octets.chunks(size.max(1)) {
            self.feed(Input::Received(piece));
        }
    }

    /// Tells the dialogue, and does what it wants done. Gives the number of its actions.
    fn feed(&mut self, input: Input<'_>) -> usize {
        self.now += Duration::from_millis(1);
        let octets = match &input {
            Input::Received(octets) | Input::Message(octets) => octets.len(),
            _ => 0,
        };
        let message = matches!(input, Input::Message(_)).then_some(());
        let typed = match &input {
            Input::Operator(
                Operator::Release {
                    line: Some(line), ..
                }
                | Operator::Insert { line, .. },
            ) => line.len(),
            _ => 0,
        };
        self.dialogue.handle(input, self.now);
        let actions = self.drain(message);
        // The shortest reply has five octets; a flight of commands may follow it, two actions each.
        let most = 8 + 4 * (octets / 5 + typed / 2) + 2 * limits::IN_FLIGHT;
        assert!(actions <= most, "{actions} actions after {octets} octets");
        actions
    }

    fn drain(&mut self, mut message: Option<()>) -> usize {
        let mut actions = 0;
        while let Some(action) = self.dialogue.poll() {
            actions += 1;
            assert!(self.outcome.is_none(), "{action:?} behind the outcome");
            match action {
                Action::Connect => self.connect_due = true,
                Action::StartTls => {
                    assert!(!self.secured, "TLS inside TLS");
                    assert!(self.unsaid.is_empty());
                    self.tls_due = true;
                }
                Action::Write(octets) => {
                    assert!(!self.connect_due && !self.tls_due, "nobody is there");
                    self.wire.extend(&octets);
                    if message.take().is_some() {
                        self.message.extend(octets);
                    } else {
                        self.line(octets);
                    }
                }
                Action::Record(entry) => self.entry(&entry),
                Action::Hold(held) => {
                    self.steps += 1;
                    assert_eq!(held.step, self.steps, "holds are numbered without gaps");
                    assert_eq!(held.secured, self.secured);
                    assert!(self.held.is_none(), "two lines are held");
                    self.shown.held(&held);
                    self.held = Some(held);
                }
                Action::Finish(outcome) => {
                    self.shown.outcome(&outcome);
                    self.outcome = Some(outcome);
                }
            }
        }
        assert!(self.unsaid.is_empty(), "written and not told");
        if self.outcome.is_none() {
            let waits_for_a_person = self.held.is_some();
            assert!(
                waits_for_a_person || self.dialogue.deadline().is_some(),
                "it waits for nothing, for ever"
            );
        }
        actions
    }

    fn line(&mut self, octets: Vec<u8>) {
        let line = String::from_utf8(octets).expect("what is typed is text");
        let line = line.strip_suffix("\r\n").expect("a line has an end");
        self.lines.push((self.secured, line.to_owned()));
        self.unsaid.push_back(line.to_owned());
        self.unanswered.push_back(line.to_owned());
        if let Some(password) = self.password {
            // As PLAIN and LOGIN send it.
            let sent = [response(password), STANDARD.encode(password)];
            self.known |= sent.iter().any(|sent| line.contains(sent));
        }
    }

    fn entry(&mut self, entry: &Entry) {
        assert_eq!(entry.seq, self.seq, "a gap in the transcript");
        self.seq += 1;
        assert!(entry.at_us >= self.at_us, "time runs backwards");
        self.at_us = entry.at_us;
        assert_eq!(entry.secured, self.secured);
        match &entry.event {
            Event::Sent { line, .. } => {
                let written = self.unsaid.pop_front().expect("told and not written");
                assert!(tells_of(line, &written), "{line:?} is not {written:?}");
            }
            Event::Message {
                octets,
                wire_octets,
                lines,
                ..
            } => {
                assert_eq!(*octets, self.body.len() as u64);
                assert_eq!(*wire_octets, self.message.len() as u64);
                let ends = self.message.iter().filter(|b| **b == b'\n').count();
                assert_eq!(*lines, ends as u64);
            }
            _ => {}
        }
        self.shown.entry(entry);
    }

    /// A dialogue that is over stays over, whatever comes.
    fn after_the_end(&mut self) {
        assert!(self.outcome.is_some(), "closed, and no outcome");
        for input in [
            Input::Received(b"250 late\r\n"),
            Input::Closed,
            Input::DeadlinePassed,
            Input::Message(b"x"),
            Input::Operator(Operator::Abort),
            Input::PageGone,
        ] {
            self.dialogue
                .handle(input, self.now + Duration::from_secs(9_999));
            assert_eq!(self.dialogue.poll(), None, "an action behind the outcome");
        }
        assert_eq!(self.dialogue.deadline(), None);
        assert_eq!(self.dialogue.wants_message(), 0);
    }
}

/// The one response of PLAIN.
fn response(password: &str) -> String {
    STANDARD.encode(format!("\0{USER}\0{password}"))
}

/// What a server that is well disposed says to a line.
fn fair_reply(line: &str) -> String {
    let verb = line.split([' ', '\t']).next().unwrap_or_default();
    match verb.to_ascii_uppercase().as_str() {
        "" => "220 x\r\n".into(),
        "EHLO" => offers(0b1110_0111),
        "STARTTLS" => "220 x\r\n".into(),
        "AUTH" if line.split_ascii_whitespace().count() > 2 => "235 x\r\n".into(),
        "AUTH" => "334 \r\n".into(),
        "DATA" => "354 x\r\n".into(),
        "QUIT" => "221 x\r\n".into(),
        _ => "250 x\r\n".into(),
    }
}

fn offers(bits: u16) -> String {
    let mut reply = "250-x\r\n".to_owned();
    for (at, extension) in EXTENSIONS.iter().enumerate() {
        if bits & (1 << at) != 0 {
            reply.push_str(&format!("250-{extension}\r\n"));
        }
    }
    reply.push_str("250 X\r\n");
    reply
}

/// Whether the spans are the line that was written, but for gaps where secrets stood and for the white space before them.
fn tells_of(spans: &[Span], written: &str) -> bool {
    let template: String = spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Secret => SECRET,
        })
        .collect();
    let even = |text: &str| text.replace('\t', " ");
    let (template, written) = (even(&template), even(written));
    let pieces: Vec<&str> = template.split(SECRET).collect();
    let [first, middle @ .., last] = &pieces[..] else {
        return template == written;
    };
    let Some(mut rest) = written.strip_prefix(first) else {
        return false;
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn facts() -> TlsFacts {
    TlsFacts {
        version: "TLS 1.3".into(),
        cipher: "AES-256-GCM".into(),
        key_exchange: None,
        name: "mail.example".into(),
        names: vec!["mail.example".into()],
        issuer: "Example CA".into(),
        not_after: "2030-01-01T00:00:00Z".into(),
        trust: Trust::Platform,
    }
}
