//! Scripts of C: and S: lines, replayed at every chunk size and cut off after every action.
//!
//! | line | meaning |
//! | --- | --- |
//! | `S: …` | the server sends this line, CRLF behind it |
//! | `s: …` | the same without CRLF |
//! | `C: …` | the client has written this line, and nothing that is not in a `C:` line |
//! | `TLS` | the client wants a handshake; it succeeds |
//! | `no TLS` | the same; it fails |
//! | `CLOSE` | the server closes |
//! | `LATE` | the deadline passes |
//! | `BLOCKED` | what is written from here on does not leave |
//! | `> send`, `> send LINE`, `> skip`, `> insert LINE` | the operator, on a line |
//! | `> run`, `> step`, `> abort` | the operator, on the dialogue |
//! | `P: …` | the client pauses before this line |
//! | `MAIL` | the next message is handed in: the job's, or [`mail`] if the job has none |
//! | `~ …` | a message is completed with this outcome, and the connection stays open |
//! | `= …` | the outcome, as [`summary`] writes it; the last line |

use std::time::Duration;

use super::*;
use crate::entry::{Span, Trust};
use crate::job::Mail;
use crate::operator::{Next, Operator};
use crate::outcome::{Fate, Outcome};
use crate::reply::Reply;
use crate::{Address, Credentials, Envelope, MessageFacts};

mod cases;
mod chunks;
mod connecting;
mod greeting;
mod open;
mod secrets;
mod sign_in;
mod transcript;

const BODY: &str = "Subject: x\r\n\r\n.dot\r\nlast";

struct Run {
    dialogue: Dialogue,
    now: Duration,
    written: Vec<u8>,
    entries: Vec<Entry>,
    paused: Option<crate::Paused>,
    wants_tls: bool,
    blocked: bool,
    /// The server is on this machine.
    loopback: bool,
    completed: VecDeque<Outcome>,
    outcome: Option<Outcome>,
    /// Actions still allowed before the connection is cut.
    fuse: usize,
    cut: bool,
}

impl Run {
    fn new(job: Job, mode: SendMode, fuse: usize) -> Run {
        let mut run = Run {
            dialogue: Dialogue::new(job, mode),
            now: Duration::ZERO,
            written: Vec::new(),
            entries: Vec::new(),
            paused: None,
            wants_tls: false,
            blocked: false,
            loopback: false,
            completed: VecDeque::new(),
            outcome: None,
            fuse,
            cut: false,
        };
        run.drain();
        run
    }

    fn feed(&mut self, input: Input<'_>) {
        self.now += Duration::from_millis(1);
        self.dialogue.handle(input, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            while let Some(action) = self.dialogue.poll() {
                assert!(self.outcome.is_none(), "{action:?} behind the outcome");
                match action {
                    Action::Resolve => {
                        let loopback = self.loopback;
                        let lookup = None;
                        let resolved = Input::Resolved { lookup, loopback };
                        self.dialogue.handle(resolved, self.now);
                    }
                    Action::Connect => self.dialogue.handle(
                        Input::Connected {
                            peer: "192.0.2.1:25".into(),
                        },
                        self.now,
                    ),
                    Action::Write(octets) => self.written.extend(octets),
                    Action::StartTls => self.wants_tls = true,
                    Action::Record(entry) => self.entries.push(entry),
                    Action::Pause(paused) => self.paused = Some(paused),
                    Action::Complete(outcome) => self.completed.push_back(outcome),
                    Action::Finish(outcome) => self.outcome = Some(outcome),
                }
                if self.fuse == 0 && !self.cut {
                    self.cut = true;
                    self.dialogue.handle(Input::Closed, self.now);
                }
                self.fuse = self.fuse.saturating_sub(1);
            }
            if !self.blocked {
                self.dialogue.handle(Input::Drained, self.now);
            }
            let wanted = self.dialogue.wants_message() as usize;
            if wanted == 0 {
                return;
            }
            let from = BODY.len() - wanted;
            // The final dot must hold at every cut of the message, too.
            let upto = BODY.len().min(from + 1 + from % 3);
            self.dialogue
                .handle(Input::Message(&BODY.as_bytes()[from..upto]), self.now);
        }
    }
}

/// A server on another machine.
fn resolved() -> Input<'static> {
    Input::Resolved {
        lookup: None,
        loopback: false,
    }
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

fn job() -> Job {
    Job {
        security: Security::None,
        client_name: crate::Domain::parse("client.example").expect("a domain"),
        credentials: None,
        mail: Some(mail()),
        timeouts: limits::Timeouts::RFC,
    }
}

fn mail() -> Mail {
    let address = |text| Address::parse(text).expect("an address");
    Mail {
        envelope: Envelope {
            from: Some(address("mina@example.org")),
            to: vec![address("joon@example.net"), address("team@example.com")],
        },
        message: MessageFacts {
            size: BODY.len() as u64,
            eight_bit: false,
            utf8: false,
        },
        pipelining: true,
        chunking: false,
        keep_open: false,
    }
}

/// The job with its message changed.
fn mailing(change: impl FnOnce(&mut Mail)) -> Job {
    let mut mail = mail();
    change(&mut mail);
    Job {
        mail: Some(mail),
        ..job()
    }
}

fn signing_in(security: Security) -> Job {
    Job {
        security,
        credentials: Some(Credentials::new("mina", "hunter2")),
        ..job()
    }
}

fn summary(outcome: &Outcome) -> String {
    let fates: Vec<String> = outcome
        .recipients()
        .iter()
        .map(|recipient| {
            let fate = match &recipient.fate {
                Fate::Accepted { reply } | Fate::Refused { reply } => reply.code.to_string(),
                Fate::NotTried => "-".into(),
            };
            format!("{} {fate}", recipient.address)
        })
        .collect();
    let head = match outcome {
        Outcome::Accepted { reply, .. } => format!("accepted {reply}"),
        Outcome::Refused { at, reply, .. } => format!("refused at {at:?}: {reply}"),
        Outcome::Unknown { cause, .. } => format!("unknown: {cause:?}"),
        Outcome::Ready => "ready".into(),
        Outcome::Ended { .. } => "ended".into(),
        Outcome::Failed { at, cause, .. } => format!("failed at {at:?}: {cause:?}"),
    };
    format!("{head} [{}]", fates.join(", "))
}

/// Replays a script at every chunk size, then once for each place where the connection can be cut.
fn check(job: &Job, mode: SendMode, script: &str) {
    let longest = script.len().min(120);
    for size in (1..=longest).chain([usize::MAX]) {
        replay(job, mode, script, size, usize::MAX);
    }
    for fuse in 0.. {
        let run = replay(job, mode, script, usize::MAX, fuse);
        if !run.cut {
            break;
        }
        let outcome = run.outcome.expect("a cut ends the dialogue");
        let dot = run.written.ends_with(b"\r\n.\r\n") || run.written.ends_with(b"\r\nQUIT\r\n");
        let last = find(&run.written, b" LAST\r\n");
        if let Outcome::Unknown { .. } = outcome {
            assert!(dot || last, "unknown without an end: {script}");
        }
    }
}

fn find(octets: &[u8], sought: &[u8]) -> bool {
    octets.windows(sought.len()).any(|window| window == sought)
}

fn replay(job: &Job, mode: SendMode, script: &str, size: usize, fuse: usize) -> Run {
    let mut run = Run::new(job.clone(), mode, fuse);
    let mut said = Vec::new();
    let mut sought = 0;
    let lines: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let (kind, rest) = line
            .split_once(": ")
            .unwrap_or((line.trim_end_matches(':'), ""));
        match kind {
            "S" | "s" => {
                said.extend(rest.as_bytes());
                if kind == "S" {
                    said.extend(b"\r\n");
                }
                let more = lines
                    .get(at + 1)
                    .is_some_and(|next| next.starts_with(['S', 's']));
                if !more {
                    for chunk in said.chunks(size) {
                        run.feed(Input::Received(chunk));
                    }
                    said.clear();
                }
            }
            "C" => {
                let rest = &unescaped(rest);
                let behind = sought + rest.len() + 2;
                let got =
                    String::from_utf8_lossy(&run.written[sought..run.written.len().min(behind)])
                        .into_owned();
                if !run.cut {
                    assert_eq!(
                        got,
                        format!("{rest}\r\n"),
                        "at line {at}, chunks of {size}:\n{script}"
                    );
                }
                sought = behind.min(run.written.len());
            }
            "P" => {
                let paused = run.paused.take();
                if !run.cut {
                    let next = paused.map(|paused| match paused.next {
                        Next::Line { line, .. } => line,
                        Next::Message { octets } => format!("({octets} octets)"),
                    });
                    assert_eq!(next.as_deref(), Some(rest), "at line {at}:\n{script}");
                }
            }
            "TLS" | "no TLS" => {
                assert!(
                    run.cut || run.wants_tls,
                    "no handshake wanted at line {at}:\n{script}"
                );
                run.wants_tls = false;
                run.feed(if kind == "TLS" {
                    Input::TlsEstablished(facts())
                } else {
                    Input::TlsFailed(TlsFailure::SelfSigned)
                });
            }
            "MAIL" => {
                assert!(
                    run.cut || run.dialogue.accepts_mail(),
                    "no message is taken at line {at}:\n{script}"
                );
                run.feed(Input::Mail {
                    mail: job.mail.clone().unwrap_or_else(mail),
                    mode,
                });
            }
            "BLOCKED" => run.blocked = true,
            "CLOSE" => run.feed(Input::Closed),
            "LATE" => {
                if let Some(deadline) = run.dialogue.deadline() {
                    run.now = deadline;
                    run.dialogue.handle(Input::DeadlinePassed, deadline);
                    run.drain();
                } else {
                    assert!(run.cut, "no deadline at line {at}:\n{script}");
                }
            }
            _ if line.starts_with("> ") => {
                let (act, argument) = line[2..].split_once(' ').unwrap_or((&line[2..], ""));
                let step = run.dialogue.paused.steps;
                run.feed(Input::Operator(match act {
                    "send" => Operator::Send {
                        step,
                        line: (!argument.is_empty()).then(|| unescaped(argument)),
                    },
                    "skip" => Operator::Skip { step },
                    "insert" => Operator::Insert {
                        step,
                        line: unescaped(argument),
                    },
                    "run" => Operator::SetMode {
                        mode: SendMode::Run,
                    },
                    "step" => Operator::SetMode {
                        mode: SendMode::Step,
                    },
                    "abort" => Operator::Abort,
                    other => panic!("no such act: {other}"),
                }));
            }
            _ if line.starts_with("~ ") => {
                let got = run.completed.pop_front();
                if !run.cut {
                    let got = got.as_ref().map(summary);
                    assert_eq!(got.as_deref(), Some(&line[2..]), "at line {at}:\n{script}");
                }
            }
            _ if line.starts_with("= ") => {
                if !run.cut {
                    let got = run.outcome.as_ref().map(summary);
                    assert_eq!(
                        got.as_deref(),
                        Some(&line[2..]),
                        "chunks of {size}:\n{script}"
                    );
                }
            }
            _ => panic!("not a script line: {line}"),
        }
    }
    if !run.cut {
        let rest = String::from_utf8_lossy(&run.written[sought..]).into_owned();
        assert_eq!(
            rest, "",
            "written and not in the script, chunks of {size}:\n{script}"
        );
    }
    invariants(job, &run);
    run
}

fn unescaped(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n")
}

/// What holds for every dialogue, whatever was said.
fn invariants(job: &Job, run: &Run) {
    let outcome = run.outcome.as_ref().expect("exactly one outcome");
    if let Some(mail) = job.mail.as_ref().filter(|mail| !mail.keep_open) {
        assert!(outcome.recipients().len() >= mail.envelope.to.len());
    }
    for (at, entry) in run.entries.iter().enumerate() {
        assert_eq!(entry.seq as usize, at, "entries are numbered without gaps");
    }
    let shown = format!("{:?} {outcome:?}", run.entries);
    if let Some(credentials) = &job.credentials {
        let plain = auth::Mechanism::Plain
            .response(credentials, 0)
            .expect("one");
        assert!(!shown.contains(plain.as_str()), "{shown}");
        assert!(!shown.contains(credentials.password.as_str()), "{shown}");
        let clear = run.entries.iter().any(|entry| {
            !entry.secured
                && matches!(&entry.event, Event::Sent { line, .. } if line.contains(&Span::Secret))
        });
        assert!(!clear, "a credential in clear: {shown}");
    }
}
