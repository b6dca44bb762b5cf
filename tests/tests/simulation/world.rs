//! One conversation: client, network, server, operator, clock.

use std::collections::VecDeque;
use std::time::Duration;

use practice::{Action as ServerAction, Delivered, Extension, Input as ServerInput, Profile};
use smtp::{
    Action, Dialogue, Entry, Input, Job, Next, Operator, Outcome, Paused, SECRET, Security,
    SendMode, TlsFacts, Trust,
};

use crate::letters::{self, Letter};
use crate::luck::Luck;
use crate::server::Server;

/// Turns a conversation may take before it counts as stuck.
const TURNS: usize = 200_000;

pub(crate) struct World {
    pub(crate) job: Job,
    /// The server is on this machine.
    pub(crate) loopback: bool,
    pub(crate) letters: Vec<Letter>,
    /// Letters whose turn has come.
    pub(crate) begun: usize,
    /// The last of them is not settled yet.
    busy: bool,
    /// The operator typed, changed or left out something.
    pub(crate) meddled: bool,
    /// What became of each letter whose turn has come.
    pub(crate) settled: Vec<Outcome>,
    /// How the dialogue ended.
    pub(crate) ends: Vec<Outcome>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) written: Vec<Written>,
    /// What the server keeps, and during which letter's turn it came.
    pub(crate) delivered: Vec<(usize, Delivered)>,
    /// What happened, for a person reading a failure.
    log: Vec<String>,
}

/// Octets that the client wrote.
pub(crate) struct Written {
    pub(crate) secured: bool,
    /// During this letter's turn.
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
    /// Nothing arrives any more in this direction.
    deaf_server: bool,
    deaf_client: bool,
    /// Nothing that the client writes leaves it any more.
    stuck: bool,
    paused: Option<Paused>,
    sent: u64,
}

impl Ends {
    /// What a server says inside TLS waits for the handshake.
    fn readable(&self, job: &Job) -> bool {
        self.secured || job.security != Security::Tls
    }
}

impl World {
    pub(crate) fn run(seed: u64) -> World {
        let mut luck = Luck::new(seed);
        let (mut job, loopback) = letters::job(&mut luck);
        // Most connections serve one message; some serve more, or wait for one more in vain.
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
            client: Dialogue::new(job.clone(), letters[0].mode),
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
            paused: None,
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
        // When the network breaks, in turns; most never do.
        let breaks_at = luck.once_in(3).then(|| luck.below(400));
        let break_kind = luck.below(5);
        for turn in 0..TURNS {
            world.client_acts(&mut ends, &mut luck);
            if !world.ends.is_empty() {
                // What is still on its way when the client closes reaches the server, or some of
                // it: it may deliver after that.
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

    /// Does what the client wants; says whether anything was written.
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
                Action::Pause(paused) => ends.paused = Some(paused),
                Action::Complete(outcome) => {
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
            // The connection goes, and what was on its way with it.
            0 => {
                ends.to_client.clear();
                ends.to_server.clear();
                ends.server_closed = true;
            }
            // The server goes, but what it had said still arrives.
            1 => ends.server_closed = true,
            // Silence, one way or the other: only the deadline is left.
            2 => ends.deaf_server = true,
            // The server reads nothing any more, and there is no room for what is written.
            3 => ends.stuck = true,
            _ => ends.deaf_client = true,
        }
    }

    /// One thing that can happen now, by chance; time passes where nothing can.
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
                4 if ends.paused.is_some() => return self.operator_acts(ends, luck),
                5 if ends.client.wants_message() > 0
                    && ends.to_server.len() < 4_096
                    && !ends.stuck =>
                {
                    return self.page_hands_over(ends, luck);
                }
                6 if ends.client.accepts_mail() && self.begun < self.letters.len() => {
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
                ends.paused = None;
                ends.client.handle(Input::ShutDown, ends.now);
            }
            2 if ends.client.wants_message() > 0 => {
                self.log.push("the page has no more".into());
                ends.client.handle(Input::MessageLost, ends.now);
            }
            3 => ends.server.handle(ServerInput::ShuttingDown),
            4 => ends.server.handle(ServerInput::DeadlinePassed),
            5 => ends.server.handle(ServerInput::NoRoom),
            // A clock that is fast.
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
            if ends.paused.is_some() {
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
        let (mail, mode) = (letter.mail.clone(), letter.mode);
        ends.client.handle(Input::Mail { mail, mode }, ends.now);
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
        let Some(paused) = ends.paused.take() else {
            return;
        };
        let step = paused.step;
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
            2 => match &paused.next {
                Next::Line { line, .. } => Operator::Send {
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
                Next::Message { .. } => Operator::Send { step, line: None },
            },
            3 if luck.once_in(4) => Operator::Abort,
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
        // A dialogue that is over stays over, whatever comes.
        let (mail, mode) = (self.letters[0].mail.clone(), SendMode::Run);
        for input in [
            Input::Received(b"250 late\r\n"),
            Input::Closed,
            Input::DeadlinePassed,
            Input::Mail { mail, mode },
            Input::Operator(Operator::Abort),
        ] {
            ends.client.handle(input, ends.now);
        }
        assert_eq!(ends.client.poll(), None, "an action behind the outcome");
        assert_eq!(ends.client.deadline(), None);
        assert_eq!(ends.client.wants_message(), 0);
        assert!(!ends.client.accepts_mail());
    }

    pub(crate) fn transcript(&self) -> String {
        let letters: Vec<String> = self
            .letters
            .iter()
            .map(|letter| format!("{:?} {:?}", letter.mode, letter.mail))
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
