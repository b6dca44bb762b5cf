//! What happens in a story, done to a dialogue. What must hold at every step is asserted on the
//! way.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{
    Action, ConnectFailure, Dialogue, Entry, Event, Held, Input, Mail, Operator, Origin, Outcome,
    Pace, SECRET, Span, TlsFacts, TlsFailure, Trust, limits,
};

use super::{Act, CODES, Dress, EXTENSIONS, Happening, Letter, Said, Story, USER};
use crate::dress;
use crate::shown::Shown;

const PEER: &str = "192.0.2.1:25";

/// A dialogue that was played to its end, and what came of it.
#[derive(Debug)]
pub(super) struct Play {
    dialogue: Dialogue,
    now: Duration,
    password: Option<&'static str>,
    resolve_due: bool,
    connect_due: bool,
    tls_due: bool,
    secured: bool,
    held: Option<Held>,
    steps: u32,
    /// Lines that left and have no reply yet, as a server would count them; the first is the
    /// connection, which the greeting answers.
    unanswered: VecDeque<String>,
    /// A server that is well disposed takes what comes as the message, until a dot.
    in_data: bool,
    /// Octets that are still to come behind a BDAT.
    payload: u64,
    /// Every line written, and whether TLS protected it.
    pub(super) lines: Vec<(bool, String)>,
    /// What the server said before it could know the secret.
    pub(super) before: Vec<u8>,
    /// The secret has left.
    known: bool,
    /// What an operator typed.
    pub(super) typed: String,
    seq: u32,
    at_us: u64,
    pub(super) shown: Shown,
    /// The messages, in order; all but the last are settled.
    pub(super) turns: Vec<Turn>,
    /// The last of them is not settled yet.
    busy: bool,
    /// The dialogue is over.
    over: bool,
    /// What was said, for a person reading a failure; libFuzzer has no time for it.
    log: Vec<String>,
}

impl Drop for Play {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log.join("\n"));
        }
    }
}

/// One message, and what became of it.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) mail: Mail,
    pub(super) body: Vec<u8>,
    handed: usize,
    /// All that was written since its turn came.
    pub(super) wire: Vec<u8>,
    /// What of it is the message.
    pub(super) message: Vec<u8>,
    /// The BDAT lines among it.
    pub(super) chunks: Vec<String>,
    pub(super) outcome: Option<Outcome>,
}

impl Turn {
    fn of(letter: &Letter<'_>) -> Turn {
        Turn {
            mail: letter.mail(),
            body: letter.body(),
            handed: 0,
            wire: Vec::new(),
            message: Vec::new(),
            chunks: Vec::new(),
            outcome: None,
        }
    }
}

impl Play {
    pub(super) fn of(story: &Story<'_>) -> Play {
        let pace = story.first.as_ref().map_or(Pace::Run, Letter::pace);
        let mut play = Play {
            dialogue: Dialogue::new(story.job(), pace),
            now: Duration::ZERO,
            password: story.password(),
            resolve_due: false,
            connect_due: false,
            tls_due: false,
            secured: false,
            held: None,
            steps: 0,
            unanswered: VecDeque::from([String::new()]),
            in_data: false,
            payload: 0,
            lines: Vec::new(),
            before: Vec::new(),
            known: false,
            typed: String::new(),
            seq: 0,
            at_us: 0,
            shown: Shown::default(),
            turns: story.first.iter().map(Turn::of).collect(),
            busy: story.first.is_some(),
            over: false,
            log: Vec::new(),
        };
        play.drain();
        if std::mem::take(&mut play.resolve_due) {
            play.feed(Input::Resolved {
                lookup: None,
                loopback: story.connection.loopback,
            });
        }
        for happening in &story.happenings {
            if play.over {
                break;
            }
            play.happens(happening);
        }
        if !play.over {
            play.feed(Input::Closed);
        }
        play.after_the_end();
        play
    }

    /// Messages that were taken.
    #[cfg(test)]
    pub(super) fn accepted(&self) -> usize {
        let taken = |turn: &&Turn| matches!(turn.outcome, Some(Outcome::Accepted { .. }));
        self.turns.iter().filter(taken).count()
    }

    fn happens(&mut self, happening: &Happening<'_>) {
        match happening {
            Happening::Well => self.goes_well(),
            Happening::Reply(code) => {
                if let Some(line) = self.unanswered.pop_front() {
                    let code = CODES[usize::from(*code) % CODES.len()];
                    self.in_data |= code == 354 && verb(&line) == "DATA";
                    self.server(format!("{code} x\r\n").as_bytes(), usize::MAX);
                }
            }
            Happening::Said { what, size } => {
                let octets = self.said(what);
                self.server(&octets, usize::from(*size));
            }
            Happening::Fails if self.connect_due => {
                self.connect_due = false;
                let why = ConnectFailure::Refused;
                let peer = PEER.to_owned();
                self.feed(Input::Connecting { peer: peer.clone() });
                self.feed(Input::ConnectFailed { peer, why });
                self.feed(Input::NotConnected(ConnectFailure::Unreachable));
                assert!(self.over, "no attempt is left");
            }
            Happening::Fails if self.tls_due => {
                self.tls_due = false;
                self.feed(Input::TlsFailed(TlsFailure::SelfSigned));
            }
            Happening::Closed if !self.connect_due => {
                self.feed(Input::Closed);
            }
            Happening::Late => {
                if let Some(deadline) = self.dialogue.deadline() {
                    self.now = self.now.max(deadline);
                    let actions = self.feed(Input::DeadlinePassed);
                    assert!(actions > 0, "patience has ended and nothing has");
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
                assert!(self.over, "more than announced was taken");
            }
            Happening::MessageLost => {
                self.feed(Input::MessageLost);
            }
            Happening::Letter(letter) => self.letter(letter),
            Happening::Operator { act, stale } => self.operator(act, *stale),
            Happening::PageGone => {
                self.feed(Input::PageGone);
                assert!(self.over, "nobody is there any more");
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
            let peer = PEER.to_owned();
            self.feed(Input::Connecting { peer: peer.clone() });
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
            self.hand_over(256 * 1024);
        } else if let Some(held) = &self.held {
            let step = held.step;
            self.held = None;
            self.feed(Input::Operator(Operator::Release { step, line: None }));
        } else if let Some(line) = self.unanswered.pop_front() {
            self.in_data |= verb(&line) == "DATA";
            let reply = fair_reply(&line);
            self.server(reply.as_bytes(), usize::MAX);
        }
    }

    fn hand_over(&mut self, most: usize) {
        let wanted = usize::try_from(self.dialogue.wants_message()).expect("it is small");
        if wanted == 0 {
            return;
        }
        let turn = self.turns.last_mut().expect("what is wanted is a message");
        assert_eq!(wanted, turn.body.len() - turn.handed);
        let upto = turn.handed + wanted.min(most);
        let octets = turn.body[turn.handed..upto].to_vec();
        turn.handed = upto;
        self.feed(Input::Message(&octets));
    }

    fn letter(&mut self, letter: &Letter<'_>) {
        let input = Input::Mail {
            mail: letter.mail(),
            pace: letter.pace(),
        };
        if self.dialogue.takes_mail() {
            assert!(!self.busy, "two messages at once");
            self.turns.push(Turn::of(letter));
            self.busy = true;
            self.feed(input);
        } else {
            let actions = self.feed(input);
            assert_eq!(actions, 0, "a message that is not taken did something");
        }
    }

    fn operator(&mut self, act: &Act<'_>, stale: bool) {
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
        let typed = match &input {
            Input::Operator(
                Operator::Release {
                    line: Some(line), ..
                }
                | Operator::Insert { line, .. },
            ) => line.len(),
            _ => 0,
        };
        if cfg!(not(feature = "libfuzzer")) {
            self.log.push(format!("{:?} {input:?}", self.now));
        }
        self.dialogue.handle(input, self.now);
        let actions = self.drain();
        // The shortest reply has five octets; a flight of commands may follow it, two actions each.
        let most = 8 + 4 * (octets / 5 + typed / 2) + 2 * limits::IN_FLIGHT;
        assert!(actions <= most, "{actions} actions after {octets} octets");
        actions
    }

    /// Does what the dialogue wants. Everything written is on its way at once; says how many
    /// actions that took.
    fn drain(&mut self) -> usize {
        let mut many = 0;
        loop {
            let (actions, wrote) = self.act();
            many += actions;
            if !wrote || self.over {
                return many;
            }
            self.dialogue.handle(Input::Drained, self.now);
        }
    }

    /// Does what the dialogue wants by now: how many actions that took, and whether one was to
    /// write.
    fn act(&mut self) -> (usize, bool) {
        let mut actions = Vec::new();
        while let Some(action) = self.dialogue.poll() {
            actions.push(action);
        }
        let many = actions.len();
        let wrote = actions
            .iter()
            .any(|action| matches!(action, Action::Write(_)));
        let mut actions = actions.into_iter().peekable();
        while let Some(action) = actions.next() {
            assert!(!self.over, "{action:?} behind the end");
            if cfg!(not(feature = "libfuzzer")) {
                self.log.push(format!("  {action:?}"));
            }
            match action {
                Action::Resolve => self.resolve_due = true,
                Action::Connect => self.connect_due = true,
                Action::StartTls => {
                    assert!(!self.secured, "TLS inside TLS");
                    self.tls_due = true;
                }
                Action::Write(octets) => {
                    assert!(!self.connect_due && !self.tls_due, "nobody is there");
                    if let Some(turn) = self.turns.last_mut().filter(|_| self.busy) {
                        turn.wire.extend(&octets);
                    }
                    // Every line is told of as soon as it is written; the message is told of at its
                    // end.
                    match actions.peek() {
                        Some(Action::Record(Entry {
                            event: Event::Sent { line, origin },
                            ..
                        })) => self.line(&octets, line, *origin),
                        _ => self.piece(&octets),
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
                Action::Settle(outcome) => {
                    assert_eq!(self.busy, outcome != Outcome::Ready, "{outcome:?}");
                    self.settled(outcome);
                }
                Action::Finish(outcome) => {
                    assert_ne!(outcome, Outcome::Ready);
                    self.settled(outcome);
                    self.over = true;
                }
            }
        }
        if !self.over {
            assert!(
                self.held.is_some() || self.dialogue.deadline().is_some(),
                "it waits for nothing, for ever"
            );
        }
        (many, wrote)
    }

    fn settled(&mut self, outcome: Outcome) {
        self.shown.outcome(&outcome);
        if std::mem::take(&mut self.busy)
            && let Some(turn) = self.turns.last_mut()
        {
            assert!(turn.outcome.is_none(), "two outcomes of one message");
            turn.outcome = Some(outcome);
        }
    }

    fn line(&mut self, octets: &[u8], told: &[Span], origin: Origin) {
        let line = std::str::from_utf8(octets).expect("what is typed is text");
        let line = line.strip_suffix("\r\n").expect("a line has an end");
        assert!(tells_of(told, line), "{told:?} is not {line:?}");
        self.lines.push((self.secured, line.to_owned()));
        if self.payload > 0 {
            self.payload = self.payload.saturating_sub(octets.len() as u64);
        } else if !self.in_data || line == "." {
            self.in_data = false;
            self.unanswered.push_back(line.to_owned());
            if verb(line) == "BDAT" {
                let octets = line.split_ascii_whitespace().nth(1);
                self.payload = octets.and_then(|octets| octets.parse().ok()).unwrap_or(0);
                if let Some(turn) = self.turns.last_mut().filter(|_| origin == Origin::Planned) {
                    turn.chunks.push(line.to_owned());
                }
            }
        }
        if let Some(password) = self.password {
            // As PLAIN and LOGIN send it.
            let sent = [response(password), STANDARD.encode(password)];
            self.known |= sent.iter().any(|sent| line.contains(sent));
        }
    }

    /// Octets of the message.
    fn piece(&mut self, octets: &[u8]) {
        let turn = self.turns.last_mut().expect("octets of no message");
        assert!(self.busy, "octets of a message that is settled");
        turn.message.extend(octets);
        if !turn.chunks.is_empty() {
            assert_eq!(self.payload, octets.len() as u64, "a chunk of another size");
            self.payload = 0;
        }
    }

    fn entry(&mut self, entry: &Entry) {
        assert_eq!(entry.seq, self.seq, "a gap in the transcript");
        self.seq += 1;
        assert!(entry.at_us >= self.at_us, "time runs backwards");
        self.at_us = entry.at_us;
        assert_eq!(entry.secured, self.secured);
        if let Event::Message {
            octets,
            wire_octets,
            lines,
            ..
        } = &entry.event
        {
            let turn = self.turns.last().expect("a message of nobody's");
            assert_eq!(*octets, turn.body.len() as u64);
            assert_eq!(*wire_octets, turn.message.len() as u64);
            let ends = turn.message.iter().filter(|b| **b == b'\n').count();
            assert_eq!(*lines, ends as u64);
        }
        self.shown.entry(entry);
    }

    /// A dialogue that is over stays over, whatever comes.
    fn after_the_end(&mut self) {
        assert!(self.over, "closed, and no end");
        assert!(!self.busy);
        let letter = self.turns.first().map(|turn| turn.mail.clone());
        if let Some(mail) = letter {
            let pace = Pace::Run;
            self.dialogue.handle(Input::Mail { mail, pace }, self.now);
        }
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
        assert!(!self.dialogue.takes_mail());
        assert_eq!(self.dialogue.wants_message(), 0);
    }
}

/// The one response of PLAIN.
fn response(password: &str) -> String {
    STANDARD.encode(format!("\0{USER}\0{password}"))
}

/// What a server that is well disposed says to a line.
fn fair_reply(line: &str) -> String {
    match verb(line).as_str() {
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

fn verb(line: &str) -> String {
    let verb = line.split([' ', '\t']).next().unwrap_or_default();
    verb.to_ascii_uppercase()
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

/// Whether the spans are the line that was written, but for gaps where secrets stood and for the
/// white space before them.
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
