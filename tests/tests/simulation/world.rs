//! One dialogue: client, network, server, operator, clock.

use std::collections::VecDeque;
use std::time::Duration;

use practice::{Action as ServerAction, Delivered, Extension, Input as ServerInput, Profile};
use smtp::{
    Action, Dialogue, Entry, Input, Job, Next, Operator, Outcome, Paused, SECRET, Security,
    SendMode, TlsFacts, Trust,
};

use crate::messages::{self, Message};
use crate::server::Server;
use glasspost_tests::rng::Rng;

/// Most steps of a dialogue before it counts as stuck.
const TURNS: usize = 200_000;

pub(crate) struct World {
    pub(crate) job: Job,
    /// Whether the server is on this machine.
    pub(crate) loopback: bool,
    pub(crate) messages: Vec<Message>,
    /// The messages that were started.
    pub(crate) started: usize,
    /// Whether the last of them is not completed yet.
    busy: bool,
    /// Whether the operator typed, changed or skipped something.
    pub(crate) operator_interfered: bool,
    /// The outcome of each message that was started.
    pub(crate) completed: Vec<Outcome>,
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
    pub(crate) message: Option<usize>,
    pub(crate) octets: Vec<u8>,
}

struct Peers {
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
    server_gets_nothing: bool,
    client_gets_nothing: bool,
    /// Whether nothing that the client writes is sent any more.
    stuck: bool,
    paused: Option<Paused>,
    sent: u64,
}

impl Peers {
    /// Octets from the server inside TLS, which wait for the handshake.
    fn readable(&self, job: &Job) -> bool {
        self.secured || job.security != Security::Tls
    }
}

impl World {
    pub(crate) fn run(seed: u64) -> World {
        let mut rng = Rng::new(seed);
        let (mut job, loopback) = messages::job(&mut rng);
        // Most connections are for one message. Some are for more, or wait for another that never
        // comes.
        let count = if rng.once_in(3) { 1 + rng.below(4) } else { 1 };
        let waits = rng.once_in(8);
        let messages: Vec<Message> = (1..=count)
            .map(|n| Message::new(&mut rng, n < count || waits))
            .collect();
        let ahead = rng.once_in(8);
        if !ahead {
            job.mail = Some(messages[0].mail.clone());
        }
        let mut ends = Peers {
            client: Dialogue::new(job.clone(), messages[0].mode),
            server: server(&mut rng, job.security),
            now: Duration::ZERO,
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            client_wants_tls: false,
            server_wants_tls: job.security == Security::Tls,
            secured: false,
            server_closed: false,
            server_gets_nothing: false,
            client_gets_nothing: false,
            stuck: false,
            paused: None,
            sent: 0,
        };
        let mut world = World {
            job,
            loopback,
            messages,
            started: usize::from(!ahead),
            busy: !ahead,
            operator_interfered: false,
            completed: Vec::new(),
            ends: Vec::new(),
            entries: Vec::new(),
            written: Vec::new(),
            delivered: Vec::new(),
            log: Vec::new(),
        };
        // The step in which the network breaks. In most dialogues it never does.
        let breaks_at = rng.once_in(3).then(|| rng.below(400));
        let break_kind = rng.below(5);
        for turn in 0..TURNS {
            world.run_client(&mut ends, &mut rng);
            if !world.ends.is_empty() {
                // When the client closes, some or all of what is in transit still reaches the
                // server, which may deliver the message after that.
                world.flush_to_server(&mut ends, &mut rng);
                world.after_the_end(&mut ends);
                return world;
            }
            world.run_server(&mut ends);
            if Some(turn) == breaks_at {
                world.break_network(&mut ends, break_kind);
            }
            world.random_event(&mut ends, &mut rng);
        }
        panic!("seed {seed} is stuck:\n{}", world.transcript());
    }

    fn run_client(&mut self, ends: &mut Peers, rng: &mut Rng) {
        while self.perform_client_actions(ends, rng) {
            if !ends.stuck {
                ends.client.handle(Input::Drained, ends.now);
            }
        }
    }

    /// Performs the client's actions. Returns whether anything was written.
    fn perform_client_actions(&mut self, ends: &mut Peers, rng: &mut Rng) -> bool {
        let mut wrote = false;
        while let Some(action) = ends.client.poll() {
            assert!(self.ends.is_empty(), "{action:?} after the end");
            match action {
                Action::Resolve => {
                    let resolved = Input::Resolved {
                        lookup: None,
                        loopback: self.loopback,
                    };
                    ends.client.handle(resolved, ends.now);
                }
                Action::Connect if rng.once_in(50) => {
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
                        message: self.busy.then(|| self.started - 1),
                        octets,
                    });
                }
                Action::StartTls => ends.client_wants_tls = true,
                Action::Record(entry) => {
                    self.log.push(format!("   {:?}", entry.event));
                    self.entries.push(entry);
                }
                Action::Pause(paused) => ends.paused = Some(paused),
                Action::Complete(outcome) => {
                    self.log.push("   completed".into());
                    assert_eq!(outcome != Outcome::Ready, self.busy, "{outcome:?}");
                    self.complete(outcome);
                }
                Action::Finish(outcome) => {
                    self.ends.push(outcome.clone());
                    self.complete(outcome);
                }
            }
        }
        wrote
    }

    fn complete(&mut self, outcome: Outcome) {
        if std::mem::take(&mut self.busy) {
            self.completed.push(outcome);
        }
    }

    fn run_server(&mut self, ends: &mut Peers) {
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
                    let during = self.started.checked_sub(1).expect("of no message");
                    self.delivered.push((during, *delivered));
                }
                ServerAction::Close => ends.server_closed = true,
                // There is no scenario.
                ServerAction::Cork
                | ServerAction::Uncork
                | ServerAction::Stall
                | ServerAction::Leave(_) => unreachable!("without a scenario"),
            }
        }
    }

    fn break_network(&mut self, ends: &mut Peers, kind: usize) {
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
            2 => ends.server_gets_nothing = true,
            // The server stops reading, and the buffers are full.
            3 => ends.stuck = true,
            _ => ends.client_gets_nothing = true,
        }
    }

    /// Performs one random possible event. If there is none, time passes.
    fn random_event(&mut self, ends: &mut Peers, rng: &mut Rng) {
        ends.now += Duration::from_micros(1 + rng.below(900) as u64);
        if rng.once_in(700) {
            return self.rare_event(ends, rng);
        }
        for _ in 0..8 {
            match rng.below(7) {
                0 | 1
                    if !ends.to_server.is_empty()
                        && !ends.server_gets_nothing
                        && !ends.server_closed =>
                {
                    let most = 1 + rng.below(2_000);
                    let upto = 1 + rng.below(ends.to_server.len().min(most));
                    let octets: Vec<u8> = ends.to_server.drain(..upto).collect();
                    return ends.server.receive(&octets, ends.now, rng);
                }
                2 | 3
                    if !ends.to_client.is_empty()
                        && !ends.client_gets_nothing
                        && ends.readable(&self.job) =>
                {
                    let most = 1 + rng.below(300);
                    let upto = 1 + rng.below(ends.to_client.len().min(most));
                    let octets: Vec<u8> = ends.to_client.drain(..upto).collect();
                    ends.client.handle(Input::Received(&octets), ends.now);
                    return;
                }
                4 if ends.paused.is_some() => return self.operator_step(ends, rng),
                5 if ends.client.wants_message() > 0
                    && ends.to_server.len() < 4_096
                    && !ends.stuck =>
                {
                    return self.page_sends(ends, rng);
                }
                6 if ends.client.accepts_mail() && self.started < self.messages.len() => {
                    return self.start_next_message(ends);
                }
                _ => {}
            }
        }
        self.time_passes(ends, rng);
    }

    fn rare_event(&mut self, ends: &mut Peers, rng: &mut Rng) {
        match rng.below(12) {
            0 => {
                self.log.push("the page disconnects".into());
                ends.client.handle(Input::PageGone, ends.now);
            }
            1 => {
                self.log.push("the bridge shuts down".into());
                ends.paused = None;
                ends.client.handle(Input::ShutDown, ends.now);
            }
            2 if ends.client.wants_message() > 0 => {
                self.log.push("the page has closed".into());
                ends.client.handle(Input::MessageLost, ends.now);
            }
            3 => ends.server.handle(ServerInput::ShuttingDown, ends.now),
            4 => ends.server.handle(ServerInput::DeadlinePassed, ends.now),
            5 => ends.server.handle(ServerInput::NoRoom, ends.now),
            // A timer that fires early.
            6 if ends.client.deadline().is_none_or(|by| by > ends.now) => {
                ends.client.handle(Input::DeadlinePassed, ends.now);
                assert_eq!(ends.client.poll(), None, "an action before its time");
            }
            // The network, or a person, takes long.
            _ => {
                ends.now += Duration::from_millis(rng.below(400_000) as u64);
                self.log.push(format!("it is {:?}", ends.now));
                if ends.client.deadline().is_some_and(|by| by <= ends.now) {
                    ends.client.handle(Input::DeadlinePassed, ends.now);
                }
            }
        }
    }

    fn time_passes(&mut self, ends: &mut Peers, rng: &mut Rng) {
        let quiet = ends.to_client.is_empty() || ends.client_gets_nothing;
        let idle = !self.busy && self.started == self.messages.len() && ends.to_server.is_empty();
        if ends.client_wants_tls && ends.server_wants_tls && ends.to_server.is_empty() {
            ends.client_wants_tls = false;
            ends.server_wants_tls = false;
            if rng.once_in(30) {
                let why = smtp::TlsFailure::SelfSigned;
                ends.client.handle(Input::TlsFailed(why), ends.now);
                return;
            }
            ends.secured = true;
            ends.client.handle(Input::TlsEstablished(facts()), ends.now);
            if self.job.security != Security::Tls {
                ends.server.handle(ServerInput::TlsEstablished, ends.now);
            }
        } else if ends.server_closed && quiet {
            ends.client.handle(Input::Closed, ends.now);
        } else if ends.client_gets_nothing
            || ends.server_gets_nothing
            || ends.stuck
            || (idle && quiet)
        {
            if !rng.once_in(20) {
                return;
            }
            if ends.paused.is_some() {
                return self.operator_step(ends, rng);
            }
            if let Some(deadline) = ends.client.deadline() {
                self.log.push(format!("the deadline passes, {deadline:?}"));
                ends.now = ends.now.max(deadline);
                ends.client.handle(Input::DeadlinePassed, ends.now);
            }
        }
    }

    fn start_next_message(&mut self, ends: &mut Peers) {
        let message = &self.messages[self.started];
        self.log.push("the next message".into());
        self.started += 1;
        self.busy = true;
        ends.sent = 0;
        let (mail, mode) = (message.mail.clone(), message.mode);
        ends.client.handle(Input::Mail { mail, mode }, ends.now);
    }

    fn page_sends(&mut self, ends: &mut Peers, rng: &mut Rng) {
        let body = &self.messages[self.started - 1].body;
        let from = usize::try_from(ends.sent).unwrap_or(usize::MAX);
        let upto = from + 1 + rng.below(body.len() - from);
        ends.sent = upto as u64;
        ends.client
            .handle(Input::Message(&body[from..upto]), ends.now);
    }

    fn operator_step(&mut self, ends: &mut Peers, rng: &mut Rng) {
        let Some(paused) = ends.paused.take() else {
            return;
        };
        let step = paused.step;
        let act = match rng.below(40) {
            0 => Operator::Skip { step },
            1 => {
                let line = (*rng.pick(&[
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
            2 => match &paused.next {
                Next::Line { line, .. } => Operator::Send {
                    step,
                    line: Some(
                        rng.pick(&[
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
                Next::Message { .. } => Operator::Send { step, line: None },
            },
            3 if rng.once_in(4) => Operator::Abort,
            4 => Operator::SetMode {
                mode: SendMode::Run,
            },
            // A click that comes too late.
            5 => {
                let late = Operator::Skip {
                    step: step.wrapping_sub(1),
                };
                ends.client.handle(Input::Operator(late), ends.now);
                Operator::Send { step, line: None }
            }
            _ => Operator::Send { step, line: None },
        };
        let plain = matches!(
            act,
            Operator::Send { line: None, .. } | Operator::SetMode { .. }
        );
        self.operator_interfered |= !plain;
        self.log.push(format!("   operator: {act:?}"));
        ends.client.handle(Input::Operator(act), ends.now);
    }

    fn flush_to_server(&mut self, ends: &mut Peers, rng: &mut Rng) {
        if !ends.server_gets_nothing && !ends.server_closed {
            let all = ends.to_server.len();
            let upto = if rng.once_in(4) && all > 0 {
                rng.below(all)
            } else {
                all
            };
            let octets: Vec<u8> = ends.to_server.drain(..upto).collect();
            ends.server.receive(&octets, ends.now, rng);
        }
        ends.server.handle(ServerInput::Closed, ends.now);
        self.run_server(ends);
    }

    fn after_the_end(&mut self, ends: &mut Peers) {
        // A dialogue that has ended ignores further input.
        let (mail, mode) = (self.messages[0].mail.clone(), SendMode::Run);
        for input in [
            Input::Received(b"250 late\r\n"),
            Input::Closed,
            Input::DeadlinePassed,
            Input::Mail { mail, mode },
            Input::Operator(Operator::Abort),
        ] {
            ends.client.handle(input, ends.now);
        }
        assert_eq!(ends.client.poll(), None, "an action after the outcome");
        assert_eq!(ends.client.deadline(), None);
        assert_eq!(ends.client.wants_message(), 0);
        assert!(!ends.client.accepts_mail());
    }

    pub(crate) fn transcript(&self) -> String {
        let messages: Vec<String> = self
            .messages
            .iter()
            .map(|message| format!("{:?} {:?}", message.mode, message.mail))
            .collect();
        format!(
            "{:#?}\n{}\n{}\n{:#?}\n{:#?}",
            self.job,
            messages.join("\n"),
            self.log.join("\n"),
            self.completed,
            self.ends
        )
    }
}

fn server(rng: &mut Rng, security: Security) -> Server {
    let without = [
        Extension::Pipelining,
        Extension::EightBitMime,
        Extension::SmtpUtf8,
        Extension::Chunking,
        Extension::StartTls,
        Extension::Auth,
    ]
    .into_iter()
    .filter(|_| rng.once_in(9))
    .collect();
    let profile = Profile {
        require_auth: rng.once_in(12),
        without,
    };
    let security = match security {
        Security::Tls => practice::Security::Tls,
        Security::None | Security::Starttls => practice::Security::Clear,
    };
    let refusal_rate = if rng.once_in(5) { 2 + rng.below(30) } else { 0 };
    Server::new(profile, security, refusal_rate)
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
