//! One conversation: client, network, server, operator, clock.

use std::collections::VecDeque;
use std::time::Duration;

use practice::{
    Action as ServerAction, Delivered, Extension, Input as ServerInput, Profile, Session,
};
use smtp::{
    Action, Address, Credentials, Dialogue, Domain, Entry, Envelope, Event, Fate, Held, Input, Job,
    Mail, MessageFacts, Next, Operator, Outcome, Pace, Security, Span, TlsFacts, Trust,
};

use crate::luck::Luck;

/// Turns a conversation may take before it counts as stuck.
const TURNS: usize = 200_000;

pub(crate) struct World {
    job: Job,
    pace: Pace,
    body: Vec<u8>,
    /// The operator typed, changed or left out something.
    meddled: bool,
    outcomes: Vec<Outcome>,
    entries: Vec<Entry>,
    /// All octets the client wrote, and whether TLS protected each piece.
    written: Vec<(bool, Vec<u8>)>,
    delivered: Vec<Delivered>,
    /// What happened, for a person reading a failure.
    log: Vec<String>,
}

struct Ends {
    client: Dialogue,
    server: Session,
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
    held: Option<Held>,
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
        let body = body(&mut luck);
        let job = job(&mut luck, body.len() as u64);
        let pace = *luck.pick(&[Pace::Run, Pace::Run, Pace::Step]);
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
        let implicit = job.security == Security::Tls;
        let mut ends = Ends {
            client: Dialogue::new(job.clone(), pace),
            server: Session::new(
                profile,
                if implicit {
                    practice::Security::Tls
                } else {
                    practice::Security::Clear
                },
            ),
            now: Duration::ZERO,
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            client_wants_tls: false,
            server_wants_tls: implicit,
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
            pace,
            body,
            meddled: false,
            outcomes: Vec::new(),
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
            if !world.outcomes.is_empty() {
                // Whatever is still on its way when the client closes reaches the server: it may deliver after that.
                world.flush_to_server(&mut ends);
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
            assert!(self.outcomes.is_empty(), "{action:?} behind the outcome");
            match action {
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
                    self.written.push((ends.secured, octets));
                }
                Action::StartTls => ends.client_wants_tls = true,
                Action::Record(entry) => {
                    self.log.push(format!("   {:?}", entry.event));
                    self.entries.push(entry);
                }
                Action::Hold(held) => ends.held = Some(held),
                Action::Settle(outcome) => panic!("nobody asked to keep it open: {outcome:?}"),
                Action::Finish(outcome) => self.outcomes.push(outcome),
            }
        }
        wrote
    }

    fn server_acts(&mut self, ends: &mut Ends) {
        while let Some(action) = ends.server.poll() {
            match action {
                ServerAction::Write(octets) => {
                    self.log.push(format!("<- {}", octets.escape_ascii()));
                    ends.to_client.extend(octets);
                }
                ServerAction::StartTls => ends.server_wants_tls = true,
                ServerAction::Pause(_) => {}
                ServerAction::Deliver(delivered) => {
                    self.log.push("delivered".into());
                    self.delivered.push(*delivered);
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
        for _ in 0..8 {
            match luck.below(6) {
                0 | 1 if !ends.to_server.is_empty() && !ends.deaf_server && !ends.server_closed => {
                    let most = 1 + luck.below(2_000);
                    let upto = 1 + luck.below(ends.to_server.len().min(most));
                    let octets: Vec<u8> = ends.to_server.drain(..upto).collect();
                    ends.server.handle(ServerInput::Received(&octets));
                    return;
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
                _ => {}
            }
        }
        self.nothing_happens(ends, luck);
    }

    fn nothing_happens(&mut self, ends: &mut Ends, luck: &mut Luck) {
        let quiet = ends.to_client.is_empty() || ends.deaf_client;
        if ends.client_wants_tls && ends.server_wants_tls && ends.to_server.is_empty() {
            ends.client_wants_tls = false;
            ends.server_wants_tls = false;
            if luck.once_in(30) {
                let why = smtp::TlsFailure::UnknownIssuer;
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
        } else if (ends.deaf_client || ends.deaf_server || ends.stuck) && luck.once_in(20) {
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

    fn page_hands_over(&mut self, ends: &mut Ends, luck: &mut Luck) {
        if luck.once_in(3_000) {
            self.log.push("the page goes".into());
            ends.client.handle(Input::PageGone, ends.now);
            return;
        }
        let from = usize::try_from(ends.sent).unwrap_or(usize::MAX);
        let upto = from + 1 + luck.below(self.body.len() - from);
        ends.sent = upto as u64;
        ends.client
            .handle(Input::Message(&self.body[from..upto]), ends.now);
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

    fn flush_to_server(&mut self, ends: &mut Ends) {
        if !ends.deaf_server && !ends.server_closed {
            let octets: Vec<u8> = ends.to_server.drain(..).collect();
            ends.server.handle(ServerInput::Received(&octets));
        }
        ends.server.handle(ServerInput::Closed);
        self.server_acts(ends);
    }

    fn after_the_end(&mut self, ends: &mut Ends) {
        // A dialogue that is over stays over, whatever comes.
        ends.client
            .handle(Input::Received(b"250 late\r\n"), ends.now);
        ends.client.handle(Input::Closed, ends.now);
        ends.client.handle(Input::DeadlinePassed, ends.now);
        ends.client
            .handle(Input::Operator(Operator::Abort), ends.now);
        assert_eq!(ends.client.poll(), None, "an action behind the outcome");
        assert_eq!(ends.client.deadline(), None);
        assert_eq!(ends.client.wants_message(), 0);
    }

    /// How it ended, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        match self.outcomes[0] {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused { .. } => "refused",
            Outcome::Unknown { .. } => "unknown",
            Outcome::Ready => "ready",
            Outcome::Ended { .. } => "ended",
            Outcome::Failed { .. } => "failed",
        }
    }

    pub(crate) fn transcript(&self) -> String {
        format!(
            "{:#?}\n{:?}\n{}\n{:#?}",
            self.job,
            self.pace,
            self.log.join("\n"),
            self.outcomes
        )
    }

    /// What must hold.
    pub(crate) fn judge(&self) {
        let story = || self.transcript();
        assert_eq!(self.outcomes.len(), 1, "one terminal event: {}", story());
        let outcome = &self.outcomes[0];

        // Delivered and told so; not delivered and told so; or honestly not known.
        match outcome {
            Outcome::Accepted { .. } => {
                assert_eq!(
                    self.delivered.len(),
                    1,
                    "accepted is delivered, once: {}",
                    story()
                );
            }
            Outcome::Unknown { .. } => assert!(self.delivered.len() <= 1, "{}", story()),
            _ => assert!(
                self.delivered.is_empty(),
                "delivered in secret: {}",
                story()
            ),
        }

        // Every recipient has one result, in order.
        let to = match &self.job.mail {
            Some(mail) => &mail.envelope.to[..],
            None => &[],
        };
        let results = outcome.recipients();
        assert!(results.len() >= to.len(), "{}", story());
        for (asked, got) in to.iter().zip(results) {
            assert_eq!(asked.to_string(), got.address, "{}", story());
        }

        if !self.meddled {
            assert_eq!(results.len(), to.len(), "{}", story());
            for delivered in &self.delivered {
                let accepted: Vec<&str> = results
                    .iter()
                    .filter(|result| matches!(result.fate, Fate::Accepted { .. }))
                    .map(|result| result.address.as_str())
                    .collect();
                // By BDAT the message is behind RCPT in one flight: lost then, not even who was accepted is known.
                let open = |address: &String| {
                    matches!(outcome, Outcome::Unknown { .. })
                        && results.iter().any(|result| {
                            result.address == *address && result.fate == Fate::NotTried
                        })
                };
                let mut known = delivered.recipients.clone();
                known.retain(|address| !open(address));
                assert_eq!(known, accepted, "{}", story());
                assert_eq!(delivered.raw, canonical(&self.body), "{}", story());
            }
        }

        self.judge_secrets(outcome);
        self.judge_transcript();
        self.judge_dot();
    }

    fn judge_secrets(&self, outcome: &Outcome) {
        let Some(credentials) = &self.job.credentials else {
            return;
        };
        let shown = format!("{:?} {outcome:?}", self.entries);
        // The practice server's own name holds the practice password, and is no secret.
        let shown = shown.replace(practice::SERVER_NAME, "");
        let told = |secret: &str| shown.contains(secret) && secret != practice::PASSWORD;
        assert!(
            !told(&credentials.password),
            "a secret is shown: {}",
            self.transcript()
        );
        for (secured, octets) in &self.written {
            let credential = octets.starts_with(b"AUTH") && octets.len() > b"AUTH PLAIN\r\n".len();
            assert!(
                !credential || *secured || self.job.loopback,
                "a credential in clear: {}",
                self.transcript()
            );
            assert!(
                *secured
                    || self.meddled
                    || self.job.security == Security::None
                    || !octets.starts_with(b"MAIL"),
                "MAIL in clear where TLS was asked for: {}",
                self.transcript()
            );
        }
    }

    /// The transcript tells of every octet that was written, in order.
    fn judge_transcript(&self) {
        let wire: Vec<u8> = self
            .written
            .iter()
            .flat_map(|(_, octets)| octets.clone())
            .collect();
        let mut rest = &wire[..];
        for (at, entry) in self.entries.iter().enumerate() {
            assert_eq!(entry.seq as usize, at);
            match &entry.event {
                Event::Sent { line, .. } => {
                    for span in line {
                        match span {
                            Span::Text(text) => {
                                rest = rest.strip_prefix(text.as_bytes()).unwrap_or_else(|| {
                                    panic!("{text:?} was not written: {}", self.transcript())
                                });
                            }
                            Span::Secret => {
                                let end =
                                    rest.iter().position(|b| *b == b'\r').unwrap_or(rest.len());
                                rest = &rest[end..];
                            }
                        }
                    }
                    rest = rest
                        .strip_prefix(b"\r\n")
                        .unwrap_or_else(|| panic!("no CRLF: {}", self.transcript()));
                }
                Event::Message { wire_octets, .. } => {
                    rest = &rest[usize::try_from(*wire_octets).expect("a size")..];
                }
                _ => {}
            }
        }
        let streaming = self
            .entries
            .iter()
            .all(|entry| !matches!(entry.event, Event::Message { .. }));
        assert!(
            rest.is_empty() || streaming,
            "written and not told: {}",
            self.transcript()
        );
    }

    /// No message ends before its end.
    fn judge_dot(&self) {
        if self.meddled {
            return;
        }
        let wire: Vec<u8> = self
            .written
            .iter()
            .flat_map(|(_, octets)| octets.clone())
            .collect();
        // A chunk ends where its count says, and a dot in it is only a dot.
        let chunked = |entry: &Entry| matches!(&entry.event, Event::Sent { line, .. } if matches!(&line[..], [Span::Text(text)] if text.starts_with("BDAT ")));
        if self.entries.iter().any(chunked) {
            let last = wire.windows(7).filter(|w| w == b" LAST\r\n").count();
            assert_eq!(last, 1, "one last chunk: {}", self.transcript());
            return;
        }
        let dots = wire.windows(5).filter(|w| w == b"\r\n.\r\n").count();
        assert!(dots <= 1, "{dots} final dots: {}", self.transcript());
        if dots == 1 {
            let behind = wire
                .windows(5)
                .position(|w| w == b"\r\n.\r\n")
                .map_or(0, |at| at + 5);
            assert!(
                matches!(&wire[behind..], b"" | b"QUIT\r\n"),
                "{}",
                self.transcript()
            );
        }
    }
}

fn canonical(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let mut text = text.replace('\n', "\r\n");
    if !text.is_empty() && !text.ends_with("\r\n") {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn body(luck: &mut Luck) -> Vec<u8> {
    let pieces = [
        "Subject: x\r\n",
        "\r\n",
        ".",
        "..",
        "\n",
        "\r",
        "\r\n.\r\n",
        "text",
        "\n.\n",
        "\r.\r",
        "a longer run of words",
        "QUIT\r\n",
    ];
    let many = if luck.once_in(20) {
        3_000
    } else {
        luck.below(30)
    };
    (0..many).flat_map(|_| luck.pick(&pieces).bytes()).collect()
}

fn job(luck: &mut Luck, size: u64) -> Job {
    let address = |text: &str| Address::parse(text).expect("an address");
    let pool = [
        "joon@practice.test",
        "team@practice.test",
        "a.b+c@practice.test",
        "refused@practice.test",
        "greylisted@practice.test",
        "full@practice.test",
        "spam@practice.test",
        "lost@practice.test",
        "\"a b\"@practice.test",
    ];
    let senders = [
        "mina@example.org",
        "mina@example.org",
        "blocked@example.org",
        "민아@example.org",
    ];
    let mut to: Vec<Address> = Vec::new();
    let many = if luck.once_in(40) {
        90
    } else {
        1 + luck.below(4)
    };
    for n in 0..many {
        let next = if many > 10 {
            address(&format!("r{n}@practice.test"))
        } else {
            let one: &str = pool[luck.below(pool.len())];
            address(one)
        };
        if !to.contains(&next) {
            to.push(next);
        }
    }
    let passwords = ["practice", "practice", "wrong horse", "hunter2"];
    Job {
        security: *luck.pick(&[Security::None, Security::Starttls, Security::Tls]),
        loopback: luck.once_in(2),
        client_name: Domain::parse("client.example").expect("a domain"),
        credentials: luck
            .once_in(2)
            .then(|| Credentials::new("mina", *luck.pick(&passwords))),
        mail: Some(Mail {
            envelope: Envelope {
                from: (!luck.once_in(8)).then(|| {
                    let one: &str = senders[luck.below(senders.len())];
                    address(one)
                }),
                to,
            },
            message: MessageFacts {
                size,
                eight_bit: luck.once_in(6),
                utf8: luck.once_in(6),
            },
            pipelining: !luck.once_in(4),
            chunking: luck.once_in(2),
            keep_open: false,
        }),
        timeouts: smtp::limits::Timeouts::RFC,
    }
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
