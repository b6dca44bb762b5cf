//! Authentication with a server that offers any mechanisms and sends any challenges.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use smtp::{Action, Dialogue, Failure, Input, Outcome, SendMode, Stage, limits};

use crate::encodings;
use crate::shown::Shown;

#[derive(Debug)]
struct Scenario<'a> {
    user: &'a str,
    password: &'a str,
    /// The text after `AUTH` in the reply to EHLO.
    offered: Offered<'a>,
    messages: Vec<ServerReply<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Offered<'a> {
    Plain,
    Login,
    Both,
    Old,
    Text(&'a str),
}

/// One reply of the server.
#[derive(Arbitrary, Debug)]
enum ServerReply<'a> {
    /// A challenge in base64.
    Challenge(&'a [u8]),
    /// A challenge of any text.
    Odd(&'a str),
    Accept,
    Refuse(u8),
    Octets(&'a [u8]),
    Close,
    DeadlinePassed,
}

const REFUSALS: [&str; 9] = [
    "454 4.7.0 later\r\n",
    "535 5.7.8 no\r\n",
    "538 5.7.11 encrypt\r\n",
    "534 5.7.9 weak\r\n",
    "504 5.5.4 not this\r\n",
    "504 not this\r\n",
    "504 5.7.8 no\r\n",
    "500 5.5.2 what\r\n",
    "421 4.3.2 bye\r\n",
];

/// Runs one authentication to its end.
pub fn run(octets: &[u8]) {
    let Ok(scenario) = Scenario::read(&mut Unstructured::new(octets)) else {
        return;
    };
    // No fixed text contains such a password, so any occurrence is an echo.
    let password = format!("{}§§§", scenario.password);
    let mut play = Play {
        dialogue: Dialogue::new(
            crate::sign_in_job(scenario.user, &password, true),
            SendMode::Run,
        ),
        now: Duration::ZERO,
        written: String::new(),
        received: String::new(),
        known_from: None,
        auth_positions: Vec::new(),
        responses: scenario.responses(&password),
        password: password.clone(),
        shown: Shown::default(),
        outcome: None,
    };
    play.drain();
    if let Some(outcome) = &play.outcome {
        let cause = Failure::BadCredentials;
        assert!(
            matches!(outcome, Outcome::Failed { at: Stage::SignIn, cause: c, .. } if *c == cause),
            "{outcome:?}"
        );
        let long = scenario.user.len().max(password.len()) > limits::CREDENTIAL;
        let nul = scenario.user.contains('\0') || password.contains('\0');
        assert!(scenario.user.is_empty() || long || nul, "{scenario:?}");
        return;
    }
    let peer = "192.0.2.1:25".to_owned();
    play.feed(crate::resolved());
    play.feed(Input::Connected { peer });
    play.send("220 x\r\n");
    play.send(&format!("250-x\r\n{}\r\n", scenario.offered.line()));
    let mut accepted = false;
    for message in &scenario.messages {
        if play.outcome.is_some() || play.written.contains("MAIL") {
            break;
        }
        accepted |= message.accepts();
        message.apply(&mut play);
    }
    if play.outcome.is_none() {
        play.feed(Input::Closed);
    }
    play.check(&scenario, accepted);
}

impl<'a> Scenario<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Scenario<'a>> {
        Ok(Scenario {
            user: Arbitrary::arbitrary(octets)?,
            password: Arbitrary::arbitrary(octets)?,
            offered: Arbitrary::arbitrary(octets)?,
            messages: crate::read_all(octets),
        })
    }

    /// What may be sent for authentication: the response of PLAIN, and both responses of LOGIN.
    fn responses(&self, password: &str) -> [String; 3] {
        [
            STANDARD.encode(format!("\0{}\0{password}", self.user)),
            STANDARD.encode(self.user),
            STANDARD.encode(password),
        ]
    }
}

impl Offered<'_> {
    fn line(&self) -> String {
        match self {
            Offered::Plain => "250 AUTH PLAIN".into(),
            Offered::Login => "250 AUTH LOGIN".into(),
            Offered::Both => "250 AUTH LOGIN PLAIN XOAUTH2".into(),
            Offered::Old => "250 AUTH=LOGIN".into(),
            Offered::Text(any) => format!("250 AUTH {}", any.replace(['\r', '\n'], " ")),
        }
    }
}

impl ServerReply<'_> {
    /// Whether it may contain a `235`.
    fn accepts(&self) -> bool {
        match self {
            ServerReply::Accept => true,
            ServerReply::Octets(octets) => octets.contains(&b'3'),
            _ => false,
        }
    }

    fn apply(&self, play: &mut Play) {
        match self {
            ServerReply::Challenge(octets) => {
                play.send(&format!("334 {}\r\n", STANDARD.encode(octets)));
            }
            ServerReply::Odd(text) => {
                play.send(&format!("334 {}\r\n", text.replace(['\r', '\n'], " ")))
            }
            ServerReply::Accept => play.send("235 2.7.0 in\r\n"),
            ServerReply::Refuse(which) => play.send(REFUSALS[usize::from(*which) % REFUSALS.len()]),
            ServerReply::Octets(octets) => {
                play.received.push_str(&String::from_utf8_lossy(octets));
                play.feed(Input::Received(octets));
            }
            ServerReply::Close => play.feed(Input::Closed),
            ServerReply::DeadlinePassed => {
                if let Some(deadline) = play.dialogue.deadline() {
                    play.now = deadline;
                    play.feed(Input::DeadlinePassed);
                }
            }
        }
    }
}

struct Play {
    dialogue: Dialogue,
    now: Duration,
    written: String,
    received: String,
    /// The length of `received` when the password was sent.
    known_from: Option<usize>,
    /// The length of `received` when each AUTH was sent.
    auth_positions: Vec<usize>,
    password: String,
    responses: [String; 3],
    shown: Shown,
    outcome: Option<Outcome>,
}

impl Play {
    fn send(&mut self, text: &str) {
        self.received.push_str(text);
        self.feed(Input::Received(text.as_bytes()));
    }

    fn feed(&mut self, input: Input<'_>) {
        self.now += Duration::from_millis(1);
        self.dialogue.handle(input, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(action) = self.dialogue.poll() {
            assert!(self.outcome.is_none(), "{action:?} after the outcome");
            match action {
                Action::Write(octets) => {
                    self.written
                        .push_str(std::str::from_utf8(&octets).expect("lines are text"));
                    if octets.starts_with(b"AUTH ") {
                        self.auth_positions.push(self.received.len());
                    }
                    let [plain, _, login] = &self.responses;
                    if self.known_from.is_none()
                        && (self.written.contains(plain) || self.written.contains(login))
                    {
                        self.known_from = Some(self.received.len());
                    }
                }
                Action::Record(entry) => self.shown.entry(&entry),
                Action::Finish(outcome) => {
                    self.shown.outcome(&outcome);
                    self.outcome = Some(outcome);
                }
                Action::Resolve | Action::Connect => {}
                Action::StartTls | Action::Pause(_) | Action::Complete(_) => {
                    panic!("unexpected {action:?}")
                }
            }
        }
    }

    fn check(&self, scenario: &Scenario<'_>, accepted: bool) {
        let password = self.password.as_str();
        let outcome = self.outcome.as_ref().expect("an end");
        assert!(!matches!(
            outcome,
            Outcome::Accepted { .. } | Outcome::Unknown { .. } | Outcome::Ended { .. }
        ));
        let lines: Vec<&str> = self.written.split_terminator("\r\n").collect();
        assert_eq!(lines.first(), Some(&"EHLO client.example"), "{scenario:?}");
        let auths: Vec<&&str> = lines
            .iter()
            .filter(|line| line.starts_with("AUTH "))
            .collect();
        let mechanism = |line: &str| line.split(' ').nth(1).map(str::to_owned);
        let mut named: Vec<Option<String>> = auths.iter().map(|line| mechanism(line)).collect();
        named.dedup();
        assert_eq!(named.len(), auths.len(), "a mechanism twice: {scenario:?}");
        assert!(named.len() <= 2, "an unsupported mechanism: {scenario:?}");
        if let [_, auth_positions] = self.auth_positions[..] {
            // Another mechanism is tried only after a reply about the mechanism.
            let last = self.received[..auth_positions].trim_end_matches("\r\n");
            let last = last.rsplit("\r\n").next().unwrap_or_default();
            let of_mechanism = ["504", "534", "5.5.4", "5.7.4", "5.7.9"];
            assert!(
                last.starts_with('5') && of_mechanism.iter().any(|code| last.contains(code)),
                "another mechanism after {last:?}: {scenario:?}"
            );
            assert!(
                !last.starts_with("535") && !last.contains("5.7.8"),
                "{last:?}"
            );
        }
        let mail = lines.iter().any(|line| line.starts_with("MAIL"));
        assert!(!mail || accepted, "MAIL without signing in: {scenario:?}");

        // Only responses of the mechanism may be between AUTH and the next command, each once.
        let own = scenario.responses(password);
        let mut responses_sent = Vec::new();
        for line in lines.iter().skip(1) {
            let commands = ["MAIL FROM:<>", "QUIT", "AUTH PLAIN", "AUTH LOGIN", "*"];
            let initial = line
                .strip_prefix("AUTH PLAIN ")
                .or_else(|| (!commands.contains(line)).then_some(line));
            let Some(response) = initial else { continue };
            assert!(
                own.iter().any(|own| own == response),
                "{response:?} is not a response: {scenario:?}"
            );
            assert!(
                !responses_sent.contains(&response) || own[1] == own[2],
                "the same response twice: {scenario:?}"
            );
            responses_sent.push(response);
        }
        // One response of PLAIN and two of LOGIN.
        assert!(
            responses_sent.len() <= 3,
            "{responses_sent:?}: {scenario:?}"
        );
        let cancelled = lines.iter().filter(|line| **line == "*").count();
        assert!(cancelled + responses_sent.len() <= 2 * (limits::CHALLENGES + 1) + 3);

        let before = &self.received[..self.known_from.unwrap_or(self.received.len())];
        if !encodings::found(password, before) {
            // Text that was received before the password was sent contains it by coincidence and is
            // not redacted.
            encodings::assert_absent(password, self.shown.text());
        }
    }
}
