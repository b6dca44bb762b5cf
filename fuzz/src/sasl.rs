//! Signing in to a server that offers what it likes and challenges as it likes.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use smtp::{Action, Dialogue, Failure, Input, Outcome, Pace, Stage, limits};

use crate::dress;
use crate::shown::Shown;

#[derive(Debug)]
struct Story<'a> {
    user: &'a str,
    password: &'a str,
    /// What stands behind `AUTH` in the reply to EHLO.
    offered: Offered<'a>,
    turns: Vec<Turn<'a>>,
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
enum Turn<'a> {
    /// A challenge in base64.
    Challenge(&'a [u8]),
    /// A challenge of any text.
    Odd(&'a str),
    Accept,
    Refuse(u8),
    Octets(&'a [u8]),
    Close,
    Late,
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

/// Plays one sign-in to its end.
pub fn run(octets: &[u8]) {
    let Ok(story) = Story::read(&mut Unstructured::new(octets)) else {
        return;
    };
    // No fixed text can hold such a password, so that what is found of it is an echo.
    let password = format!("{}§§§", story.password);
    let mut play = Play {
        dialogue: Dialogue::new(crate::signing_in(story.user, &password, true), Pace::Run),
        now: Duration::ZERO,
        written: String::new(),
        heard: String::new(),
        known_from: None,
        led_on: Vec::new(),
        responses: story.responses(&password),
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
        let long = story.user.len().max(password.len()) > limits::CREDENTIAL;
        let nul = story.user.contains('\0') || password.contains('\0');
        assert!(story.user.is_empty() || long || nul, "{story:?}");
        return;
    }
    let peer = "192.0.2.1:25".to_owned();
    play.feed(crate::resolved());
    play.feed(Input::Connected { peer });
    play.say("220 x\r\n");
    play.say(&format!("250-x\r\n{}\r\n", story.offered.line()));
    let mut accepted = false;
    for turn in &story.turns {
        if play.outcome.is_some() || play.written.contains("MAIL") {
            break;
        }
        accepted |= turn.accepts();
        turn.take(&mut play);
    }
    if play.outcome.is_none() {
        play.feed(Input::Closed);
    }
    play.judge(&story, accepted);
}

impl<'a> Story<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Story<'a>> {
        Ok(Story {
            user: Arbitrary::arbitrary(octets)?,
            password: Arbitrary::arbitrary(octets)?,
            offered: Arbitrary::arbitrary(octets)?,
            turns: crate::all_of(octets),
        })
    }

    /// What may be sent for the sake of signing in: the response of PLAIN, and both of LOGIN.
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

impl Turn<'_> {
    /// Whether there may be a `235` in it.
    fn accepts(&self) -> bool {
        match self {
            Turn::Accept => true,
            Turn::Octets(octets) => octets.contains(&b'3'),
            _ => false,
        }
    }

    fn take(&self, play: &mut Play) {
        match self {
            Turn::Challenge(octets) => {
                play.say(&format!("334 {}\r\n", STANDARD.encode(octets)));
            }
            Turn::Odd(text) => play.say(&format!("334 {}\r\n", text.replace(['\r', '\n'], " "))),
            Turn::Accept => play.say("235 2.7.0 in\r\n"),
            Turn::Refuse(which) => play.say(REFUSALS[usize::from(*which) % REFUSALS.len()]),
            Turn::Octets(octets) => {
                play.heard.push_str(&String::from_utf8_lossy(octets));
                play.feed(Input::Received(octets));
            }
            Turn::Close => play.feed(Input::Closed),
            Turn::Late => {
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
    heard: String,
    /// How much had been heard when the password left.
    known_from: Option<usize>,
    /// How much had been heard when each AUTH left.
    led_on: Vec<usize>,
    password: String,
    responses: [String; 3],
    shown: Shown,
    outcome: Option<Outcome>,
}

impl Play {
    fn say(&mut self, text: &str) {
        self.heard.push_str(text);
        self.feed(Input::Received(text.as_bytes()));
    }

    fn feed(&mut self, input: Input<'_>) {
        self.now += Duration::from_millis(1);
        self.dialogue.handle(input, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(action) = self.dialogue.poll() {
            assert!(self.outcome.is_none(), "{action:?} behind the outcome");
            match action {
                Action::Write(octets) => {
                    self.written
                        .push_str(std::str::from_utf8(&octets).expect("lines are text"));
                    if octets.starts_with(b"AUTH ") {
                        self.led_on.push(self.heard.len());
                    }
                    let [plain, _, login] = &self.responses;
                    if self.known_from.is_none()
                        && (self.written.contains(plain) || self.written.contains(login))
                    {
                        self.known_from = Some(self.heard.len());
                    }
                }
                Action::Record(entry) => self.shown.entry(&entry),
                Action::Finish(outcome) => {
                    self.shown.outcome(&outcome);
                    self.outcome = Some(outcome);
                }
                Action::Resolve | Action::Connect => {}
                Action::StartTls | Action::Hold(_) | Action::Settle(_) => {
                    panic!("nobody asked for {action:?}")
                }
            }
        }
    }

    fn judge(&self, story: &Story<'_>, accepted: bool) {
        let password = self.password.as_str();
        let outcome = self.outcome.as_ref().expect("an end");
        assert!(!matches!(
            outcome,
            Outcome::Accepted { .. } | Outcome::Unknown { .. } | Outcome::Ended { .. }
        ));
        let lines: Vec<&str> = self.written.split_terminator("\r\n").collect();
        assert_eq!(lines.first(), Some(&"EHLO client.example"), "{story:?}");
        let auths: Vec<&&str> = lines
            .iter()
            .filter(|line| line.starts_with("AUTH "))
            .collect();
        let mechanism = |line: &str| line.split(' ').nth(1).map(str::to_owned);
        let mut named: Vec<Option<String>> = auths.iter().map(|line| mechanism(line)).collect();
        named.dedup();
        assert_eq!(named.len(), auths.len(), "a mechanism twice: {story:?}");
        assert!(named.len() <= 2, "a mechanism we do not have: {story:?}");
        if let [_, led_on] = self.led_on[..] {
            // Only what a server says of a mechanism leads to another one.
            let last = self.heard[..led_on].trim_end_matches("\r\n");
            let last = last.rsplit("\r\n").next().unwrap_or_default();
            let of_mechanism = ["504", "534", "5.5.4", "5.7.4", "5.7.9"];
            assert!(
                last.starts_with('5') && of_mechanism.iter().any(|code| last.contains(code)),
                "another mechanism behind {last:?}: {story:?}"
            );
            assert!(
                !last.starts_with("535") && !last.contains("5.7.8"),
                "{last:?}"
            );
        }
        let mail = lines.iter().any(|line| line.starts_with("MAIL"));
        assert!(!mail || accepted, "MAIL without signing in: {story:?}");

        // Between AUTH and the next command stand responses, each the mechanism's own, each once.
        let own = story.responses(password);
        let mut given = Vec::new();
        for line in lines.iter().skip(1) {
            let commands = ["MAIL FROM:<>", "QUIT", "AUTH PLAIN", "AUTH LOGIN", "*"];
            let initial = line
                .strip_prefix("AUTH PLAIN ")
                .or_else(|| (!commands.contains(line)).then_some(line));
            let Some(response) = initial else { continue };
            assert!(
                own.iter().any(|own| own == response),
                "{response:?} is no response: {story:?}"
            );
            assert!(
                !given.contains(&response) || own[1] == own[2],
                "the same response twice: {story:?}"
            );
            given.push(response);
        }
        // One of PLAIN and two of LOGIN.
        assert!(given.len() <= 3, "{given:?}: {story:?}");
        let cancelled = lines.iter().filter(|line| **line == "*").count();
        assert!(cancelled + given.len() <= 2 * (limits::CHALLENGES + 1) + 3);

        let before = &self.heard[..self.known_from.unwrap_or(self.heard.len())];
        if !dress::found(password, before) {
            // Said before it was sent, it is a coincidence and stays.
            dress::assert_absent(password, self.shown.text());
        }
    }
}
