//! The practice server's session with random refusals: a command may be refused before it reaches
//! the session.
//!
//! The session never sees a refused command, so both together are one server that keeps to the
//! protocol.

use std::collections::VecDeque;
use std::time::Duration;

use practice::{Action, Input, Profile, Security, Session, queued};

use glasspost_tests::rng::Rng;

pub(crate) struct Server {
    session: Session,
    actions: VecDeque<Action>,
    /// One command in this many is refused. 0: none.
    refusal_rate: usize,
    reading: Reading,
    /// The incomplete command line.
    line: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    Commands,
    /// The session reads something other than commands: a message or a response.
    Other,
    /// This many octets of a BDAT chunk follow.
    Chunk(u64),
    /// The same for a chunk that is discarded.
    DiscardedChunk(u64),
    Nothing,
}

impl Server {
    pub(crate) fn new(profile: Profile, security: Security, refusal_rate: usize) -> Server {
        let mut server = Server {
            session: Session::new(profile, security),
            actions: VecDeque::new(),
            refusal_rate,
            reading: Reading::Commands,
            line: Vec::new(),
        };
        server.perform_actions();
        server
    }

    pub(crate) fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Passes an input other than octets to the session.
    pub(crate) fn handle(&mut self, input: Input<'_>, now: Duration) {
        self.session.handle(input, now);
        self.perform_actions();
    }

    pub(crate) fn receive(&mut self, mut octets: &[u8], now: Duration, rng: &mut Rng) {
        if self.refusal_rate == 0 && self.reading != Reading::Nothing {
            return self.handle(Input::Received(octets), now);
        }
        while !octets.is_empty() {
            let upto = match self.reading {
                Reading::Nothing => return,
                // Pass octets one by one to see where the message ends.
                Reading::Other => {
                    self.handle(Input::Received(&octets[..1]), now);
                    1
                }
                Reading::Chunk(left) => {
                    let upto = most(left, octets);
                    self.reading = rest(left, upto, Reading::Chunk);
                    self.handle(Input::Received(&octets[..upto]), now);
                    upto
                }
                Reading::DiscardedChunk(left) => {
                    let upto = most(left, octets);
                    self.reading = rest(left, upto, Reading::DiscardedChunk);
                    if self.reading == Reading::Commands {
                        self.respond("552 5.3.4 No more of this");
                    }
                    upto
                }
                Reading::Commands => {
                    let end = octets.iter().position(|b| *b == b'\n');
                    let upto = end.map_or(octets.len(), |end| end + 1);
                    self.line.extend_from_slice(&octets[..upto]);
                    if end.is_some() {
                        self.command(now, rng);
                    }
                    upto
                }
            };
            octets = &octets[upto..];
        }
    }

    fn command(&mut self, now: Duration, rng: &mut Rng) {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line).into_owned();
        let mut words = text.split_ascii_whitespace();
        let verb = words.next().unwrap_or_default().to_ascii_uppercase();
        let chunk = match verb.as_str() {
            "BDAT" => words.next().and_then(|n| n.parse().ok()).unwrap_or(0),
            _ => 0,
        };
        let refusals = refusals(&verb);
        if line.ends_with(b"\r\n") && !refusals.is_empty() && rng.once_in(self.refusal_rate) {
            let reply = rng.pick(refusals);
            if reply.starts_with("421") {
                self.respond(reply);
                self.reading = Reading::Nothing;
                self.actions.push_back(Action::Close);
            } else if verb == "BDAT" {
                // RFC 3030 §2: after a refused chunk, the rest of its message is refused too.
                self.session.handle(Input::Received(b"RSET\r\n"), now);
                while self.session.poll().is_some() {}
                self.reading = Reading::DiscardedChunk(chunk);
                if chunk == 0 {
                    self.reading = Reading::Commands;
                    self.respond(reply);
                }
            } else {
                self.respond(reply);
            }
            return;
        }
        if chunk > 0 {
            self.reading = Reading::Chunk(chunk);
        }
        self.handle(Input::Received(&line), now);
    }

    /// Performs the actions of the session, and finds out from them how the next octets are read.
    fn perform_actions(&mut self) {
        while let Some(action) = self.session.poll() {
            let action = match action {
                Action::Confirm => Action::Write(queued(1).into_bytes()),
                other => other,
            };
            match &action {
                Action::Write(octets) => {
                    let last = octets
                        .strip_suffix(b"\r\n")
                        .and_then(|octets| octets.rsplit(|b| *b == b'\n').next());
                    let asks = last.is_some_and(|last| last.starts_with(b"3"));
                    match self.reading {
                        Reading::Commands if asks => self.reading = Reading::Other,
                        Reading::Other if !asks => self.reading = Reading::Commands,
                        _ => {}
                    }
                }
                Action::StartTls => self.line.clear(),
                Action::Close => self.reading = Reading::Nothing,
                _ => {}
            }
            self.actions.push_back(action);
        }
    }

    fn respond(&mut self, line: &str) {
        let octets = format!("{line}\r\n").into_bytes();
        self.actions.push_back(Action::Write(octets));
    }
}

fn most(left: u64, octets: &[u8]) -> usize {
    usize::try_from(left).map_or(octets.len(), |left| left.min(octets.len()))
}

fn rest(left: u64, taken: usize, reading: impl Fn(u64) -> Reading) -> Reading {
    match left - taken as u64 {
        0 => Reading::Commands,
        left => reading(left),
    }
}

/// A reply that may refuse a command.
fn refusals(verb: &str) -> &'static [&'static str] {
    match verb {
        "EHLO" => &["502 5.5.1 What?", "550 5.7.1 Not you", "421 4.3.2 Not now"],
        "HELO" => &["550 5.7.1 Not you", "451 4.3.0 Not now"],
        "STARTTLS" => &["454 4.7.0 No TLS now", "421 4.7.0 No TLS now"],
        "AUTH" => &["454 4.7.0 Not now", "535 5.7.8 No", "534 5.7.9 Too weak"],
        "MAIL" => &["451 4.3.0 Not now", "550 5.7.1 No", "421 4.3.2 Not now"],
        "RCPT" => &["450 4.2.1 Busy", "550 5.1.1 Who?", "421 4.7.0 Too many"],
        "DATA" => &["451 4.3.0 Not now", "554 5.5.1 No", "421 4.3.2 Not now"],
        "BDAT" => &["552 5.3.4 No more of this", "421 4.3.2 Not now"],
        "RSET" | "NOOP" => &["421 4.3.2 Enough", "500 5.5.2 What?"],
        "QUIT" => &["421 4.3.2 Gone already"],
        _ => &[],
    }
}
