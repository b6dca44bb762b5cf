//! Applies the steps of a scenario to a dialogue, and checks what must hold after every step.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{
    Action, ConnectFailure, Dialogue, Entry, Event, Input, Mail, Operator, Origin, Outcome, Paused,
    SECRET, SendMode, Span, TlsFacts, TlsFailure, Trust, limits,
};

use super::{Act, CODES, EXTENSIONS, Encoding, Message, Scenario, ServerText, Step, USER};
use crate::encodings;
use crate::shown::Shown;

const PEER: &str = "192.0.2.1:25";

/// A dialogue that was run to its end, with everything observed on the way.
#[derive(Debug)]
pub(super) struct Play {
    dialogue: Dialogue,
    now: Duration,
    password: Option<&'static str>,
    resolve_due: bool,
    connect_due: bool,
    tls_due: bool,
    secured: bool,
    paused: Option<Paused>,
    steps: u32,
    /// Lines that were sent and have no reply yet, as a server would count them. The first entry,
    /// empty, is the connection, which the greeting answers.
    unanswered: VecDeque<String>,
    /// After DATA: a well-behaved server reads lines as the message until a dot.
    in_data: bool,
    /// Octets still expected after a BDAT command.
    payload: u64,
    /// Every line sent, and whether TLS protected it.
    pub(super) lines: Vec<(bool, String)>,
    /// What the server sent before it could know the secret.
    pub(super) before: Vec<u8>,
    /// Whether the secret was sent.
    known: bool,
    /// Everything the operator typed.
    pub(super) typed: String,
    seq: u32,
    at_us: u64,
    pub(super) shown: Shown,
    /// The messages, in order. All but the last are completed.
    pub(super) messages: Vec<MessageRun>,
    /// Whether the last message is not completed yet.
    busy: bool,
    /// Whether the dialogue has ended.
    over: bool,
    /// A log of inputs and actions, printed on failure. Off under libFuzzer, for speed.
    log: Vec<String>,
}

impl Drop for Play {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log.join("\n"));
        }
    }
}

/// One message, and what was observed of it.
#[derive(Debug)]
pub(super) struct MessageRun {
    pub(super) mail: Mail,
    pub(super) body: Vec<u8>,
    sent: usize,
    /// Everything sent since this message started.
    pub(super) wire: Vec<u8>,
    /// The octets of the message in it.
    pub(super) octets: Vec<u8>,
    /// The BDAT lines in it.
    pub(super) chunks: Vec<String>,
    pub(super) outcome: Option<Outcome>,
}

impl MessageRun {
    fn of(message: &Message<'_>) -> MessageRun {
        MessageRun {
            mail: message.mail(),
            body: message.body(),
            sent: 0,
            wire: Vec::new(),
            octets: Vec::new(),
            chunks: Vec::new(),
            outcome: None,
        }
    }
}

impl Play {
    pub(super) fn of(scenario: &Scenario<'_>) -> Play {
        let mode = scenario.first.as_ref().map_or(SendMode::Run, Message::mode);
        let mut play = Play {
            dialogue: Dialogue::new(scenario.job(), mode),
            now: Duration::ZERO,
            password: scenario.password(),
            resolve_due: false,
            connect_due: false,
            tls_due: false,
            secured: false,
            paused: None,
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
            messages: scenario.first.iter().map(MessageRun::of).collect(),
            busy: scenario.first.is_some(),
            over: false,
            log: Vec::new(),
        };
        play.drain();
        if std::mem::take(&mut play.resolve_due) {
            play.feed(Input::Resolved {
                lookup: None,
                loopback: scenario.connection.loopback,
            });
        }
        for step in &scenario.steps {
            if play.over {
                break;
            }
            play.perform(step);
        }
        if !play.over {
            play.feed(Input::Closed);
        }
        play.after_the_end();
        play
    }

    /// The number of accepted messages.
    #[cfg(test)]
    pub(super) fn accepted(&self) -> usize {
        let accepted =
            |message: &&MessageRun| matches!(message.outcome, Some(Outcome::Accepted { .. }));
        self.messages.iter().filter(accepted).count()
    }

    fn perform(&mut self, step: &Step<'_>) {
        match step {
            Step::Succeed => self.succeed(),
            Step::Reply(code) => {
                if let Some(line) = self.unanswered.pop_front() {
                    let code = CODES[usize::from(*code) % CODES.len()];
                    self.in_data |= code == 354 && verb(&line) == "DATA";
                    self.server(format!("{code} x\r\n").as_bytes(), usize::MAX);
                }
            }
            Step::ServerText { what, size } => {
                let octets = self.server_text(what);
                self.server(&octets, usize::from(*size));
            }
            Step::Fail if self.connect_due => {
                self.connect_due = false;
                let why = ConnectFailure::Refused;
                let peer = PEER.to_owned();
                self.feed(Input::Connecting { peer: peer.clone() });
                self.feed(Input::ConnectFailed { peer, why });
                self.feed(Input::NotConnected(ConnectFailure::Unreachable));
                assert!(self.over, "no attempt is left");
            }
            Step::Fail if self.tls_due => {
                self.tls_due = false;
                self.feed(Input::TlsFailed(TlsFailure::SelfSigned));
            }
            Step::Closed if !self.connect_due => {
                self.feed(Input::Closed);
            }
            Step::DeadlinePassed => {
                if let Some(deadline) = self.dialogue.deadline() {
                    self.now = self.now.max(deadline);
                    let actions = self.feed(Input::DeadlinePassed);
                    assert!(actions > 0, "the deadline passed without an action");
                }
            }
            Step::EarlyTimer => {
                // No deadline has passed.
                let later = self.now + Duration::from_millis(1);
                if self.dialogue.deadline().is_none_or(|by| by > later) {
                    let actions = self.feed(Input::DeadlinePassed);
                    assert_eq!(actions, 0, "an action before the deadline");
                }
            }
            Step::Wait(ms) => self.now += Duration::from_millis(u64::from(*ms)),
            Step::MessagePart(most) => self.send_message(usize::from(*most) + 1),
            Step::ExcessOctet if self.dialogue.wants_message() > 0 => {
                let left = usize::try_from(self.dialogue.wants_message()).expect("it is small");
                self.feed(Input::Message(&vec![b'x'; left + 1]));
                assert!(self.over, "more octets than announced were accepted");
            }
            Step::MessageLost => {
                self.feed(Input::MessageLost);
            }
            Step::NewMessage(message) => self.message(message),
            Step::Operator { act, stale } => self.operator(act, *stale),
            Step::PageGone => {
                self.feed(Input::PageGone);
                assert!(self.over, "the dialogue continues without a page");
            }
            Step::ShutDown => {
                self.paused = None;
                self.feed(Input::ShutDown);
            }
            Step::Fail | Step::Closed | Step::ExcessOctet => {}
        }
    }

    fn succeed(&mut self) {
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
            self.send_message(256 * 1024);
        } else if let Some(paused) = &self.paused {
            let step = paused.step;
            self.paused = None;
            self.feed(Input::Operator(Operator::Send { step, line: None }));
        } else if let Some(line) = self.unanswered.pop_front() {
            self.in_data |= verb(&line) == "DATA";
            let reply = expected_reply(&line);
            self.server(reply.as_bytes(), usize::MAX);
        }
    }

    fn send_message(&mut self, most: usize) {
        let wanted = usize::try_from(self.dialogue.wants_message()).expect("it is small");
        if wanted == 0 {
            return;
        }
        let message = self.messages.last_mut().expect("a message to send");
        assert_eq!(wanted, message.body.len() - message.sent);
        let upto = message.sent + wanted.min(most);
        let octets = message.body[message.sent..upto].to_vec();
        message.sent = upto;
        self.feed(Input::Message(&octets));
    }

    fn message(&mut self, message: &Message<'_>) {
        let input = Input::Mail {
            mail: message.mail(),
            mode: message.mode(),
        };
        if self.dialogue.accepts_mail() {
            assert!(!self.busy, "two messages at once");
            self.messages.push(MessageRun::of(message));
            self.busy = true;
            self.feed(input);
        } else {
            let actions = self.feed(input);
            assert_eq!(actions, 0, "a message that is not accepted had an effect");
        }
    }

    fn operator(&mut self, act: &Act<'_>, stale: bool) {
        let step = match &self.paused {
            Some(paused) if !stale => paused.step,
            _ => self.steps.wrapping_add(7),
        };
        let current = self
            .paused
            .as_ref()
            .is_some_and(|paused| paused.step == step);
        let operator = act.operator(step);
        if let Operator::Send {
            line: Some(line), ..
        }
        | Operator::Insert { line, .. } = &operator
        {
            self.typed.push_str(line);
            self.typed.push('\n');
        }
        let about_a_step = matches!(
            operator,
            Operator::Send { .. } | Operator::Skip { .. } | Operator::Insert { .. }
        );
        match &operator {
            Operator::SetMode {
                mode: SendMode::Step,
            } => {}
            Operator::SetMode { .. } | Operator::Abort => self.paused = None,
            _ if current => self.paused = None,
            _ => {}
        }
        let paused = self.paused.clone();
        let actions = self.feed(Input::Operator(operator));
        if about_a_step && !current {
            assert_eq!(actions, 0, "an answer to another step had an effect");
            assert_eq!(self.paused, paused);
        }
    }

    fn server_text(&self, text: &ServerText<'_>) -> Vec<u8> {
        match text {
            ServerText::Line { code, more, text } => {
                let code = CODES[usize::from(*code) % CODES.len()];
                let separator = if *more { '-' } else { ' ' };
                format!("{code}{separator}{text}\r\n").into_bytes()
            }
            ServerText::Offers(bits) => offers(*bits).into_bytes(),
            ServerText::Echo(encoding) => format!("250 {}\r\n", self.echo(*encoding)).into_bytes(),
            ServerText::Octets(octets) => octets.to_vec(),
        }
    }

    /// What a server sends of a secret that it knows.
    fn echo(&self, encoding: Encoding) -> String {
        let Some(password) = self.password.filter(|_| self.known) else {
            return "x".to_owned();
        };
        match encoding {
            Encoding::Plain => password.to_owned(),
            Encoding::Base64 => STANDARD.encode(password),
            Encoding::Base64Url => URL_SAFE.encode(format!("{USER}:{password}")),
            Encoding::Response => response(password),
            Encoding::Hex => encodings::hex(password, true),
            Encoding::Percent => encodings::percent(password),
            Encoding::Line => self
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

    /// Passes an input to the dialogue and performs its actions. Returns the number of actions.
    fn feed(&mut self, input: Input<'_>) -> usize {
        self.now += Duration::from_millis(1);
        let octets = match &input {
            Input::Received(octets) | Input::Message(octets) => octets.len(),
            _ => 0,
        };
        let typed = match &input {
            Input::Operator(
                Operator::Send {
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
        // The shortest reply has five octets. It may be followed by several commands, with two
        // actions each.
        let most = 8 + 4 * (octets / 5 + typed / 2) + 2 * limits::IN_FLIGHT;
        assert!(actions <= most, "{actions} actions after {octets} octets");
        actions
    }

    /// Performs the actions of the dialogue. Everything written counts as sent at once. Returns the
    /// number of actions.
    fn drain(&mut self) -> usize {
        let mut count = 0;
        loop {
            let (actions, written) = self.perform_actions();
            count += actions;
            if !written || self.over {
                return count;
            }
            self.dialogue.handle(Input::Drained, self.now);
        }
    }

    /// Performs the actions that are available now. Returns their number, and whether one was a
    /// write.
    fn perform_actions(&mut self) -> (usize, bool) {
        let mut actions = Vec::new();
        while let Some(action) = self.dialogue.poll() {
            actions.push(action);
        }
        let count = actions.len();
        let written = actions
            .iter()
            .any(|action| matches!(action, Action::Write(_)));
        let mut actions = actions.into_iter().peekable();
        while let Some(action) = actions.next() {
            assert!(!self.over, "{action:?} after the end");
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
                    assert!(
                        !self.connect_due && !self.tls_due,
                        "a write without a connection"
                    );
                    if let Some(message) = self.messages.last_mut().filter(|_| self.busy) {
                        message.wire.extend(&octets);
                    }
                    // The entry of a line follows its write. The entry of a message comes at its
                    // end.
                    match actions.peek() {
                        Some(Action::Record(Entry {
                            event: Event::Sent { line, origin, .. },
                            ..
                        })) => self.line(&octets, line, *origin),
                        _ => self.piece(&octets),
                    }
                }
                Action::Record(entry) => self.entry(&entry),
                Action::Pause(paused) => {
                    self.steps += 1;
                    assert_eq!(paused.step, self.steps, "pauses are numbered without gaps");
                    assert_eq!(paused.secured, self.secured);
                    assert!(self.paused.is_none(), "two lines are paused");
                    self.shown.paused(&paused);
                    self.paused = Some(paused);
                }
                Action::Complete(outcome) => {
                    assert_eq!(self.busy, outcome != Outcome::Ready, "{outcome:?}");
                    self.completed(outcome);
                }
                Action::Finish(outcome) => {
                    assert_ne!(outcome, Outcome::Ready);
                    self.completed(outcome);
                    self.over = true;
                }
            }
        }
        if !self.over {
            assert!(
                self.paused.is_some() || self.dialogue.deadline().is_some(),
                "waiting without a deadline"
            );
        }
        (count, written)
    }

    fn completed(&mut self, outcome: Outcome) {
        self.shown.outcome(&outcome);
        if std::mem::take(&mut self.busy)
            && let Some(message) = self.messages.last_mut()
        {
            assert!(message.outcome.is_none(), "two outcomes of one message");
            message.outcome = Some(outcome);
        }
    }

    fn line(&mut self, octets: &[u8], recorded: &[Span], origin: Origin) {
        let line = std::str::from_utf8(octets).expect("lines are text");
        let line = line.strip_suffix("\r\n").expect("a line has an end");
        assert!(matches_line(recorded, line), "{recorded:?} is not {line:?}");
        self.lines.push((self.secured, line.to_owned()));
        if self.payload > 0 {
            self.payload = self.payload.saturating_sub(octets.len() as u64);
        } else if !self.in_data || line == "." {
            self.in_data = false;
            self.unanswered.push_back(line.to_owned());
            if verb(line) == "BDAT" {
                let octets = line.split_ascii_whitespace().nth(1);
                self.payload = octets.and_then(|octets| octets.parse().ok()).unwrap_or(0);
                if let Some(message) = self
                    .messages
                    .last_mut()
                    .filter(|_| origin == Origin::Planned)
                {
                    message.chunks.push(line.to_owned());
                }
            }
        }
        if let Some(password) = self.password {
            // As PLAIN and LOGIN send it.
            let sent = [response(password), STANDARD.encode(password)];
            self.known |= sent.iter().any(|sent| line.contains(sent));
        }
    }

    /// Receives octets of the message.
    fn piece(&mut self, octets: &[u8]) {
        let message = self.messages.last_mut().expect("octets without a message");
        assert!(self.busy, "octets of a message that is completed");
        message.octets.extend(octets);
        if !message.chunks.is_empty() {
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
            let message = self.messages.last().expect("a message");
            assert_eq!(*octets, message.body.len() as u64);
            assert_eq!(*wire_octets, message.octets.len() as u64);
            let ends = message.octets.iter().filter(|b| **b == b'\n').count();
            assert_eq!(*lines, ends as u64);
        }
        self.shown.entry(entry);
    }

    /// Checks that a dialogue that has ended ignores further input.
    fn after_the_end(&mut self) {
        assert!(self.over, "closed, and no end");
        assert!(!self.busy);
        let mail = self.messages.first().map(|message| message.mail.clone());
        if let Some(mail) = mail {
            let mode = SendMode::Run;
            self.dialogue.handle(Input::Mail { mail, mode }, self.now);
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
        assert!(!self.dialogue.accepts_mail());
        assert_eq!(self.dialogue.wants_message(), 0);
    }
}

/// The only response of PLAIN.
fn response(password: &str) -> String {
    STANDARD.encode(format!("\0{USER}\0{password}"))
}

/// The reply of a well-behaved server to a line.
fn expected_reply(line: &str) -> String {
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

/// Whether the spans are the line that was sent, except for gaps in place of secrets and of the
/// white space before them.
fn matches_line(spans: &[Span], written: &str) -> bool {
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
