//! One dialogue: client, network, server, operator, clock.

use std::collections::VecDeque;
use std::time::Duration;

use practice::{Action as ServerAction, Delivered, Extension, Input as ServerInput, Profile};
use smtp::{
    Action, Dialogue, Entry, Held, Input, Job, Next, Operator, Outcome, Pace, SECRET, Security,
    TlsFacts, Trust,
};

use crate::letters::{self, Letter};
use crate::luck::Luck;
use crate::server::Server;

/// Most steps of a dialogue before it counts as stuck.
const TURNS: usize = 200_000;

pub(crate) struct World {
    pub(crate) job: Job,
    /// Whether the server is on this machine.
    pub(crate) loopback: bool,
    pub(crate) letters: Vec<Letter>,
    /// The messages that were started.
    pub(crate) begun: usize,
    /// Whether the last of them is not completed yet.
    busy: bool,
    /// Whether the operator typed, changed or skipped something.
    pub(crate) meddled: bool,
    /// The outcome of each message that was started.
    pub(crate) settled: Vec<Outcome>,
    /// The outcome of the dialogue.
    pub(crate) ends: Vec<Outcome>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) written: Vec<Written>,
    /// What the server has delivered, and during which message.
    pub(crate) delivered: Vec<(usize, Delivered)>,
    /// What happened, for a person who examines a failure.
    log: Vec<String>,
}

/// Octets that the client sent.
pub(crate) struct Written {
    pub(crate) secured: bool,
    /// During which message.
    pub(crate) letter: Option<usize>,
    pub(crate) octets: Vec<u8>,
}

struct Ends {
    client: Dialogue,
    server: Server,
    now: Duration,
    to_server: VecDeque<u8>,
    to_client: VecDeque<u8>,
    client_wants_tls: bool,
    server_wants_tls: bool,
    secured: bool,
    server_closed: bool,
    /// Whether nothing arrives any more in this direction.
    deaf_server: bool,
    deaf_client: bool,
    /// Whether nothing that the client writes is sent any more.
    stuck: bool,
    held: Option<Held>,
    sent: u64,
}

impl Ends {
    /// Octets from the server inside TLS, which wait for the handshake.
    fn readable(&self, job: &Job) -> bool {
        self.secured || job.security != Security::Tls
    }
}

impl World {
    pub(crate) fn run(seed: u64) -> World {
        let mut luck = Luck::new(seed);
        let (mut job, loopback) = letters::job(&mut luck);
        // Most connections are for one message. Some are for more, or wait for another that never
        // comes.
        let many = if luck.once_in(3) {
            1 + luck.below(4)
        } else {
            1
        };
        let waits = luck.once_in(8);
        let letters: Vec<Letter> = (1..=many)
            .map(|n| Letter::new(&mut luck, n < many || waits))
            .collect();
        let ahead = luck.once_in(8);
        if !ahead {
            job.mail = Some(letters[0].mail.clone());
        }
        let mut ends = Ends {
            client: Dialogue::new(job.clone(), letters[0].pace),
            server: server(&mut luck, job.security),
            now: Duration::ZERO,
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            client_wants_tls: false,
            server_wants_tls: job.security == Security::Tls,
            secured: false,
            server_closed: false,
            deaf_server: false,
            deaf_client: false,
            stuck: false,
            held: None,
            sent: 0,
        };
        let mut world = World {
            job,
            loopback,
            letters,
            begun: usize::from(!ahead),
            busy: !ahead,
            meddled: false,
            settled: Vec::new(),
            ends: Vec::new(),
            entries: Vec::new(),
            written: Vec::new(),
            delivered: Vec::new(),
            log: Vec::new(),
        };
        // The step in which the network breaks. In most dialogues it never does.
        let breaks_at = luck.once_in(3).then(|| luck.below(400));
        let break_kind = luck.below(5);
        for turn in 0..TURNS {
            world.client_acts(&mut ends, &mut luck);
            if !world.ends.is_empty() {
                // When the client closes, some or all of what is in transit still reaches the
                // server, which may deliver the message after that.
                world.flush_to_server(&mut ends, &mut luck);
                world.after_the_end(&mut ends);
                return world;
            }
            world.server_acts(&mut ends);
            if Some(turn) == breaks_at {
                world.network_breaks(&mut ends, break_kind);
            }
            world.something_happens(&mut ends, &mut luck);
        }
        panic!("seed {seed} is stuck:\n{}", world.transcript());
    }

    fn client_acts(&mut self, ends: &mut Ends, luck: &mut Luck) {
        while self.client_acts_once(ends, luck) {
            if !ends.stuck {
                ends.client.handle(Input::Drained, ends.now);
            }
        }
    }

    /// Performs the client's actions. Returns whether anything was written.
    fn client_acts_once(&mut self, ends: &mut Ends, luck: &mut Luck) -> bool {
        let mut wrote = false;
        while let Some(action) = ends.client.poll() {
            assert!(self.ends.is_empty(), "{action:?} behind the end");
            match action {
                Action::Resolve => {
                    let resolved = Input::Resolved {
                        lookup: None,
                        loopback: self.loopback,
                    };
                    ends.client.handle(resolved, ends.now);
                }
                Action::Connect if luck.once_in(50) => {
                    let why = smtp::ConnectFailure::Refused;
                    ends.client.handle(Input::NotConnected(why), ends.now);
                }
                Action::Connect => {
                    let peer = "192.0.2.1:25".to_owned();
                    ends.client.handle(Input::Connected { peer }, ends.now);
                }
                Action::Write(octets) => {
                    self.log.push(format!("-> {}", octets.escape_ascii()));
                    if !ends.stuck {
                        ends.to_server.extend(&octets);
                    }
                    wrote = true;
                    self.written.push(Written {
                        secured: ends.secured,
                        letter: self.busy.then(|| self.begun - 1),
                        octets,
                    });
                }
                Action::StartTls => ends.client_wants_tls = true,
                Action::Record(entry) => {
                    self.log.push(format!("   {:?}", entry.event));
                    self.entries.push(entry);
                }
                Action::Hold(held) => ends.held = Some(held),
                Action::Settle(outcome) => {
                    self.log.push("   settled".into());
                    assert_eq!(outcome != Outcome::Ready, self.busy, "{outcome:?}");
                    self.settle(outcome);
                }
                Action::Finish(outcome) => {
                    self.ends.push(outcome.clone());
                    self.settle(outcome);
                }
            }
        }
        wrote
    }

    fn settle(&mut self, outcome: Outcome) {
        if std::mem::take(&mut self.busy) {
            self.settled.push(outcome);
        }
    }

    fn server_acts(&mut self, ends: &mut Ends) {
        while let Some(action) = ends.server.poll() {
            match action {
                ServerAction::Write(octets) => {
                    self.log.push(format!("<- {}", octets.escape_ascii()));
                    ends.to_client.extend(octets);
                }
                ServerAction::StartTls => ends.server_wants_tls = true,
                ServerAction::Pause(_) | ServerAction::Confirm => {}
                ServerAction::Deliver(delivered) => {
                    self.log.push("delivered".into());
                    let during = self.begun.checked_sub(1).expect("of no letter");
                    self.delivered.push((during, *delivered));
                }
                ServerAction::Close => ends.server_closed = true,
            }
        }
    }

    fn network_breaks(&mut self, ends: &mut Ends, kind: usize) {
        self.log.push(format!("the network breaks ({kind})"));
        match kind {
            // The connection is lost with everything in transit.
            0 => {
                ends.to_client.clear();
                ends.to_server.clear();
                ends.server_closed = true;
            }
            // The server closes, but what it has sent still arrives.
            1 => ends.server_closed = true,
            // One direction is silent: only the deadline can end it.
            2 => ends.deaf_server = true,
            // The server stops reading, and the buffers are full.
            3 => ends.stuck = true,
            _ => ends.deaf_client = true,
        }
    }

    /// Performs one random possible event. If there is none, time passes.
    fn something_happens(&mut self, ends: &mut Ends, luck: &mut Luck) {
        ends.now += Duration::from_micros(1 + luck.below(900) as u64);
        if luck.once_in(700) {
            return self.something_rare_happens(ends, luck);
        }
        for _ in 0..8 {
            match luck.below(7) {
                0 | 1 if !ends.to_server.is_empty() && !ends.deaf_server && !ends.server_closed => {
                    let most = 1 + luck.below(2_000);
                    let upto = 1 + luck.below(ends.to_server.len().min(most));
                    let octets: Vec<u8> = ends.to_server.drain(..upto).collect();
                    return ends.server.receive(&octets, luck);
                }
                2 | 3
                    if !ends.to_client.is_empty()
                        && !ends.deaf_client
                        && ends.readable(&self.job) =>
                {
                    let most = 1 + luck.below(300);
                    let upto = 1 + luck.below(ends.to_client.len().min(most));
                    let octets: Vec<u8> = ends.to_client.drain(..upto).collect();
                    ends.client.handle(Input::Received(&octets), ends.now);
                    return;
                }
                4 if ends.held.is_some() => return self.operator_acts(ends, luck),
                5 if ends.client.wants_message() > 0
                    && ends.to_server.len() < 4_096
                    && !ends.stuck =>
                {
                    return self.page_hands_over(ends, luck);
                }
                6 if ends.client.takes_mail() && self.begun < self.letters.len() => {
                    return self.next_letter(ends);
                }
                _ => {}
            }
        }
        self.nothing_happens(ends, luck);
    }

    fn something_rare_happens(&mut self, ends: &mut Ends, luck: &mut Luck) {
        match luck.below(12) {
            0 => {
                self.log.push("the page goes".into());
                ends.client.handle(Input::PageGone, ends.now);
            }
            1 => {
                self.log.push("the bridge goes".into());
                ends.held = None;
                ends.client.handle(Input::ShutDown, ends.now);
            }
            2 if ends.client.wants_message() > 0 => {
                self.log.push("the page has no more".into());
                ends.client.handle(Input::MessageLost, ends.now);
            }
            3 => ends.server.handle(ServerInput::ShuttingDown),
            4 => ends.server.handle(ServerInput::DeadlinePassed),
            5 => ends.server.handle(ServerInput::NoRoom),
            // A timer that fires early.
            6 if ends.client.deadline().is_none_or(|by| by > ends.now) => {
                ends.client.handle(Input::DeadlinePassed, ends.now);
                assert_eq!(ends.client.poll(), None, "done before its time");
            }
            // The network, or a person, takes long.
            _ => {
                ends.now += Duration::from_millis(luck.below(400_000) as u64);
                self.log.push(format!("it is {:?}", ends.now));
                if ends.client.deadline().is_some_and(|by| by <= ends.now) {
                    ends.client.handle(Input::DeadlinePassed, ends.now);
                }
            }
        }
    }

    fn nothing_happens(&mut self, ends: &mut Ends, luck: &mut Luck) {
        let quiet = ends.to_client.is_empty() || ends.deaf_client;
        let idle = !self.busy && self.begun == self.letters.len() && ends.to_server.is_empty();
        if ends.client_wants_tls && ends.server_wants_tls && ends.to_server.is_empty() {
            ends.client_wants_tls = false;
            ends.server_wants_tls = false;
            if luck.once_in(30) {
                let why = smtp::TlsFailure::SelfSigned;
                ends.client.handle(Input::TlsFailed(why), ends.now);
                return;
            }
            ends.secured = true;
            ends.client.handle(Input::TlsEstablished(facts()), ends.now);
            if self.job.security != Security::Tls {
                ends.server.handle(ServerInput::TlsEstablished);
            }
        } else if ends.server_closed && quiet {
            ends.client.handle(Input::Closed, ends.now);
        } else if ends.deaf_client || ends.deaf_server || ends.stuck || (idle && quiet) {
            if !luck.once_in(20) {
                return;
            }
            if ends.held.is_some() {
                return self.operator_acts(ends, luck);
            }
            if let Some(deadline) = ends.client.deadline() {
                self.log.push(format!("the deadline passes, {deadline:?}"));
                ends.now = ends.now.max(deadline);
                ends.client.handle(Input::DeadlinePassed, ends.now);
            }
        }
    }

    fn next_letter(&mut self, ends: &mut Ends) {
        let letter = &self.letters[self.begun];
        self.log.push("the next letter".into());
        self.begun += 1;
        self.busy = true;
        ends.sent = 0;
        let (mail, pace) = (letter.mail.clone(), letter.pace);
        ends.client.handle(Input::Mail { mail, pace }, ends.now);
    }

    fn page_hands_over(&mut self, ends: &mut Ends, luck: &mut Luck) {
        let body = &self.letters[self.begun - 1].body;
        let from = usize::try_from(ends.sent).unwrap_or(usize::MAX);
        let upto = from + 1 + luck.below(body.len() - from);
        ends.sent = upto as u64;
        ends.client
            .handle(Input::Message(&body[from..upto]), ends.now);
    }

    fn operator_acts(&mut self, ends: &mut Ends, luck: &mut Luck) {
        let Some(held) = ends.held.take() else {
            return;
        };
        let step = held.step;
        let act = match luck.below(40) {
            0 => Operator::Skip { step },
            1 => {
                let line = (*luck.pick(&[
                    "NOOP",
                    "RSET",
                    "VRFY x",
                    "nonsense",
                    "RCPT TO:<extra@practice.test>",
                    "EHLO again.example",
                    "NOOP\r\nNOOP",
                    "QUIT",
                    "MAIL FROM:<other@practice.test>",
                    "STARTTLS",
                    "AUTH LOGIN",
                    "AUTH PLAIN AGp1bgBzZWNyZXQ5",
                    "",
                ]))
                .to_owned();
                Operator::Insert { step, line }
            }
            2 => match &held.next {
                Next::Line { line } => Operator::Release {
                    step,
                    line: Some(
                        luck.pick(&[
                            line.to_lowercase(),
                            format!("{line} X=1"),
                            "NOOP".into(),
                            format!("NOOP {SECRET}"),
                            format!("RCPT TO:<{SECRET}>"),
                            "RCPT TO:<refused@practice.test>".into(),
                        ])
                        .clone(),
                    ),
                },
                Next::Message { .. } => Operator::Release { step, line: None },
            },
            3 if luck.once_in(4) => Operator::Abort,
            4 => Operator::SetPace { pace: Pace::Run },
            // A click that comes too late.
            5 => {
                let late = Operator::Skip {
                    step: step.wrapping_sub(1),
                };
                ends.client.handle(Input::Operator(late), ends.now);
                Operator::Release { step, line: None }
            }
            _ => Operator::Release { step, line: None },
        };
        let plain = matches!(
            act,
            Operator::Release { line: None, .. } | Operator::SetPace { .. }
        );
        self.meddled |= !plain;
        self.log.push(format!("   operator: {act:?}"));
        ends.client.handle(Input::Operator(act), ends.now);
    }

    fn flush_to_server(&mut self, ends: &mut Ends, luck: &mut Luck) {
        if !ends.deaf_server && !ends.server_closed {
            let all = ends.to_server.len();
            let upto = if luck.once_in(4) && all > 0 {
                luck.below(all)
            } else {
                all
            };
            let octets: Vec<u8> = ends.to_server.drain(..upto).collect();
            ends.server.receive(&octets, luck);
        }
        ends.server.handle(ServerInput::Closed);
        self.server_acts(ends);
    }

    fn after_the_end(&mut self, ends: &mut Ends) {
        // A dialogue that has ended ignores further input.
        let (mail, pace) = (self.letters[0].mail.clone(), Pace::Run);
        for input in [
            Input::Received(b"250 late\r\n"),
            Input::Closed,
            Input::DeadlinePassed,
            Input::Mail { mail, pace },
            Input::Operator(Operator::Abort),
        ] {
            ends.client.handle(input, ends.now);
        }
        assert_eq!(ends.client.poll(), None, "an action behind the outcome");
        assert_eq!(ends.client.deadline(), None);
        assert_eq!(ends.client.wants_message(), 0);
        assert!(!ends.client.takes_mail());
    }

    pub(crate) fn transcript(&self) -> String {
        let letters: Vec<String> = self
            .letters
            .iter()
            .map(|letter| format!("{:?} {:?}", letter.pace, letter.mail))
            .collect();
        format!(
            "{:#?}\n{}\n{}\n{:#?}\n{:#?}",
            self.job,
            letters.join("\n"),
            self.log.join("\n"),
            self.settled,
            self.ends
        )
    }
}

fn server(luck: &mut Luck, security: Security) -> Server {
    let without = [
        Extension::Pipelining,
        Extension::EightBitMime,
        Extension::SmtpUtf8,
        Extension::Chunking,
        Extension::StartTls,
        Extension::Auth,
    ]
    .into_iter()
    .filter(|_| luck.once_in(9))
    .collect();
    let profile = Profile {
        require_auth: luck.once_in(12),
        without,
    };
    let security = match security {
        Security::Tls => practice::Security::Tls,
        Security::None | Security::Starttls => practice::Security::Clear,
    };
    let mood = if luck.once_in(5) {
        2 + luck.below(30)
    } else {
        0
    };
    Server::new(profile, security, mood)
}

fn facts() -> TlsFacts {
    TlsFacts {
        version: "TLS 1.3".into(),
        cipher: "AES-256-GCM".into(),
        key_exchange: None,
        name: practice::SERVER_NAME.into(),
        names: vec![practice::SERVER_NAME.into()],
        issuer: "simulated".into(),
        not_after: "2030-01-01T00:00:00Z".into(),
        trust: Trust::PracticeCa,
    }
}
