//! The conversation itself.
//!
//! A *plan* says which line comes next ([`plan`]): a pure function of the job, of what the server can do and of what it has
//! answered. A *queue* holds the commands on their way; replies are matched to its front ([`replies`]). Lockstep is a queue of
//! one, pipelining a longer one, and step pace ([`operator`]) holds the plan's line instead of sending it. Everything that affects
//! the conversation lives here, so that it can be replayed from its inputs alone.

mod operator;
mod plan;
mod replies;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use crate::auth;
use crate::capability::Capabilities;
use crate::command::Command;
use crate::entry::{Entry, Event, Origin, Side, Span, Stage};
use crate::framer::Framer;
use crate::job::{Job, Security};
use crate::limits;
use crate::outcome::{ConnectFailure, Failure, Fate, Outcome, RecipientResult, TlsFailure};
use crate::pace::{Action, Input, Pace};
use crate::redact::Redactor;
use crate::reply::Reply;
use crate::stuffing::Stuffer;

use plan::{Line, Plan, Planned};

/// One client's conversation with one server about one message.
///
/// The contract: after [`Dialogue::new`] and after every [`Dialogue::handle`], take [`Action`]s from [`Dialogue::poll`] until it
/// gives none, and do them in order. [`Action::Finish`] comes exactly once, whatever happens; after it every input is passed over. When the
/// time [`Dialogue::deadline`] names has come, hand in [`Input::DeadlinePassed`].
pub struct Dialogue {
    job: Job,
    pace: Pace,
    /// The latest time seen, since the dialogue began.
    now: Duration,
    link: Link,
    secured: bool,
    stage: Stage,
    framer: Framer,
    redactor: Redactor,
    actions: VecDeque<Action>,
    /// The `seq` of the next entry.
    seq: u32,

    /// Commands that left and have no reply yet, oldest first.
    in_flight: VecDeque<InFlight>,
    /// Replies that may come beyond those: an operator's line held a bare CR or LF, which some servers take for a line end.
    slack: usize,
    /// Octets the server still takes as the payload of an operator's BDAT.
    payload: u64,
    held: Option<(u32, Planned)>,
    steps: u32,

    // What the plan goes by.
    capabilities: Capabilities,
    hello: Progress,
    /// The server knows no EHLO: say HELO.
    plain_hello: bool,
    starttls: Progress,
    auth: Progress,
    /// The AUTH exchange under way.
    signing: Option<Signing>,
    mail: Progress,
    recipients: Vec<Recipient>,
    data: Progress,
    /// The server takes what comes as the message, until a final dot.
    in_data: bool,
    message: Message,
    stuffer: Stuffer,
    quit: Progress,
    verdict: Option<Verdict>,
    /// Set when the dialogue has to end soon, whatever is still to come.
    closing_by: Option<Duration>,
    closed_by_server: bool,
    /// A reply has begun to arrive with nothing to answer: it stays nobody's, whatever is sent before it is whole.
    early: bool,
    done: bool,
}

/// The way to the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Link {
    Connecting,
    Handshaking { since: Duration },
    Open,
}

/// How far one planned line has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Progress {
    Todo,
    Sent,
    Done,
    /// The operator left it out, or sent something else in its place.
    Skipped,
}

/// The message itself.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Message {
    Todo,
    Streaming {
        left: u64,
        since: Duration,
    },
    /// Written, or left out by the operator. Its octets can't be had a second time.
    Done,
}

#[derive(Debug)]
struct InFlight {
    command: Command,
    /// The entry of the line.
    seq: Option<u32>,
    sent: Duration,
    /// Since when the server owes the reply to this one.
    due: Duration,
}

#[derive(Debug)]
struct Signing {
    /// None: one that only the operator knows.
    mechanism: Option<auth::Mechanism>,
    /// Responses given so far, the initial one included.
    given: usize,
    /// Challenges received so far.
    challenges: usize,
    /// The server waits for a response.
    awaited: bool,
    /// The next response is `*`.
    cancel: bool,
}

#[derive(Debug)]
struct Recipient {
    address: String,
    state: RecipientState,
}

#[derive(Clone, Debug, PartialEq)]
enum RecipientState {
    Todo,
    Sent,
    Accepted(Reply),
    Refused(Reply),
    Skipped,
}

/// What the outcome will be, once the dialogue has taken its leave.
#[derive(Clone, Debug)]
enum Verdict {
    Accepted(Reply),
    Refused(Stage, Reply),
    Failed(Stage, Failure),
}

impl std::fmt::Debug for Dialogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The job holds a message's envelope and credentials; none of it belongs in a log.
        f.debug_struct("Dialogue")
            .field("stage", &self.stage)
            .field("in_flight", &self.in_flight.len())
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Dialogue {
    /// A dialogue at its beginning. [`Dialogue::poll`] has its first action.
    #[must_use]
    pub fn new(job: Job, pace: Pace) -> Dialogue {
        let mut redactor = Redactor::default();
        if let Some(credentials) = &job.credentials {
            redactor.add(&credentials.password);
            if let Some(plain) = auth::Mechanism::Plain.response(credentials, 0) {
                redactor.add(&plain);
            }
        }
        let recipients = job
            .envelope
            .to
            .iter()
            .map(|address| Recipient {
                address: address.to_string(),
                state: RecipientState::Todo,
            })
            .collect();
        let mut dialogue = Dialogue {
            pace,
            now: Duration::ZERO,
            link: Link::Connecting,
            secured: false,
            stage: Stage::Connect,
            framer: Framer::new(),
            redactor,
            actions: VecDeque::new(),
            seq: 0,
            in_flight: VecDeque::new(),
            slack: 0,
            payload: 0,
            held: None,
            steps: 0,
            capabilities: Capabilities::default(),
            hello: Progress::Todo,
            plain_hello: false,
            starttls: Progress::Todo,
            auth: Progress::Todo,
            signing: None,
            mail: Progress::Todo,
            recipients,
            data: Progress::Todo,
            in_data: false,
            message: Message::Todo,
            stuffer: Stuffer::new(),
            quit: Progress::Todo,
            verdict: None,
            closing_by: None,
            closed_by_server: false,
            early: false,
            done: false,
            job,
        };
        match dialogue.impossible() {
            Some((at, cause)) => {
                dialogue.stage = at;
                dialogue.end(cause);
            }
            None => dialogue.actions.push_back(Action::Connect),
        }
        dialogue
    }

    /// Takes in what happened at `now`, the time since the dialogue began. A time before one seen already counts as that one.
    pub fn handle(&mut self, input: Input<'_>, now: Duration) {
        self.now = self.now.max(now);
        if self.done {
            return;
        }
        match input {
            Input::Connected { peer } => self.connected(peer),
            Input::NotConnected(why) => self.end(Failure::NotConnected { why }),
            Input::Received(octets) => self.received(octets),
            Input::Closed => {
                self.closed_by_server = true;
                self.record(Event::Closed { by: Side::Server });
                self.end(Failure::ConnectionLost);
            }
            Input::DeadlinePassed => self.deadline_passed(),
            Input::TlsEstablished(tls) => {
                self.secured = true;
                self.link = Link::Open;
                // RFC 3207 §4.2: nothing learned before TLS counts any more.
                self.framer = Framer::new();
                self.capabilities = Capabilities::default();
                self.hello = Progress::Todo;
                self.plain_hello = false;
                self.stage = Stage::Tls;
                self.record(Event::Secured { tls });
                if self.job.security == Security::Tls {
                    self.expect(Command::Greeting, None);
                }
            }
            Input::TlsFailed(why) => self.end(Failure::Tls { why }),
            Input::Message(octets) => self.message(octets),
            Input::MessageLost => self.end(Failure::MessageCutShort),
            Input::Operator(act) => self.operate(act),
            Input::PageGone => self.end(Failure::PageGone),
            Input::ShutDown => self.leave(Failure::ShuttingDown),
        }
        self.advance();
    }

    /// The next thing to do, or None: hand in what happens.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When the dialogue's patience ends, as time since it began. None: it waits for a person.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        if self.done {
            return None;
        }
        let times = &self.job.timeouts;
        let by = match (self.link, self.message) {
            (Link::Connecting, _) => Some(times.connect),
            (Link::Handshaking { since }, _) => Some(since + times.tls),
            (Link::Open, Message::Streaming { since, .. }) => Some(since + times.block),
            (Link::Open, _) => self
                .in_flight
                .front()
                .map(|front| front.due + self.patience(&front.command)),
        };
        match (by, self.closing_by) {
            (Some(by), Some(closing)) => Some(by.min(closing)),
            (by, closing) => by.or(closing),
        }
    }

    /// How many octets of the message may be handed in now; 0: none.
    #[must_use]
    pub fn wants_message(&self) -> u64 {
        match self.message {
            Message::Streaming { left, .. } if !self.done => left,
            _ => 0,
        }
    }

    /// Where the dialogue stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What can be known to fail before a connection is made.
    fn impossible(&self) -> Option<(Stage, Failure)> {
        if self.recipients.is_empty() {
            return Some((Stage::Envelope, Failure::NoRecipients));
        }
        let credentials = self.job.credentials.as_ref()?;
        if !auth::usable(credentials) {
            return Some((Stage::SignIn, Failure::BadCredentials));
        }
        let clear = self.job.security == Security::None && !self.job.loopback;
        clear.then_some((Stage::SignIn, Failure::SignInInClear))
    }

    fn connected(&mut self, peer: String) {
        self.link = Link::Open;
        self.record(Event::Connected { peer });
        if self.job.security == Security::Tls {
            self.start_tls();
        } else {
            self.expect(Command::Greeting, None);
        }
    }

    fn start_tls(&mut self) {
        self.stage = Stage::Tls;
        self.link = Link::Handshaking { since: self.now };
        self.actions.push_back(Action::StartTls);
    }

    fn received(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() && !self.done {
            if self.link != Link::Open {
                return self.injected();
            }
            match self.framer.next(&mut octets) {
                Ok(None) => {
                    self.early |= self.in_flight.is_empty() && !self.framer.is_empty();
                    return;
                }
                Ok(Some(reply)) => {
                    let reply = self.redactor.clean_reply(reply);
                    self.replied(reply, octets.is_empty());
                }
                Err(why) => {
                    if self.greeting_awaited() {
                        // What speaks there is no mail server, and none of a page's business.
                        return self.violation("no SMTP greeting", String::new(), Failure::NotMail);
                    }
                    let text = self.redactor.clean(&self.framer.pending(200));
                    return self.violation(&why.to_string(), text, Failure::BadReply { why });
                }
            }
            // The plan moves on only when all that has arrived is read: what came before a line left can't be its answer.
        }
    }

    fn greeting_awaited(&self) -> bool {
        self.in_flight
            .front()
            .is_some_and(|front| front.command == Command::Greeting)
    }

    fn injected(&mut self) {
        self.violation(
            "octets in clear behind the go-ahead for TLS",
            String::new(),
            Failure::InjectedBeforeTls,
        );
    }

    fn violation(&mut self, what: &str, text: String, cause: Failure) {
        self.record(Event::Violation {
            what: what.to_owned(),
            text,
        });
        self.end(cause);
    }

    fn deadline_passed(&mut self) {
        let Some(by) = self.deadline().filter(|by| *by <= self.now) else {
            return;
        };
        let cause = match (self.link, self.message) {
            (Link::Connecting, _) => Failure::NotConnected {
                why: ConnectFailure::TimedOut,
            },
            (Link::Handshaking { .. }, _) => Failure::Tls {
                why: TlsFailure::TimedOut,
            },
            (Link::Open, Message::Streaming { since, .. }) => {
                timed_out("message", by.saturating_sub(since))
            }
            (Link::Open, _) => match self.in_flight.front() {
                Some(front) => timed_out(front.command.name(), by.saturating_sub(front.due)),
                None => Failure::ConnectionLost,
            },
        };
        self.end(cause);
    }

    fn patience(&self, command: &Command) -> Duration {
        let times = &self.job.timeouts;
        match command {
            Command::Greeting
            | Command::Ehlo
            | Command::Helo
            | Command::Starttls
            | Command::Auth(_)
            | Command::AuthResponse
            | Command::AuthCancel => times.greeting,
            Command::Mail | Command::Rset | Command::Other(_) | Command::Text => times.mail,
            Command::Rcpt(_) => times.rcpt,
            Command::Data => times.data,
            Command::Dot | Command::Bdat(_) => times.dot,
            Command::Quit => times.quit,
        }
    }

    /// Sends whatever may go now, or holds it.
    fn advance(&mut self) {
        while !self.done && self.link == Link::Open && self.held.is_none() {
            match self.plan() {
                Plan::Wait => return,
                Plan::Over => return self.finish(),
                Plan::Fail(at, cause) => self.verdict = Some(Verdict::Failed(at, cause)),
                Plan::Refuse(reply) => {
                    self.verdict = Some(Verdict::Refused(Stage::Envelope, reply))
                }
                Plan::Next(planned) if !self.may_go(&planned) => return,
                Plan::Next(planned) if self.pace == Pace::Step => self.hold(planned),
                Plan::Next(planned) => self.go(&planned),
            }
        }
    }

    fn may_go(&self, planned: &Planned) -> bool {
        // What a BDAT announced goes without waiting for its reply.
        if self.in_flight.is_empty() || *planned == Planned::Payload {
            return true;
        }
        let groupable = |command: &Command| matches!(command, Command::Mail | Command::Rcpt(_));
        self.pace == Pace::Run
            && self.job.pipelining
            && self.capabilities.pipelining
            && self.in_flight.len() < limits::IN_FLIGHT
            // RFC 2920 §3.1: MAIL and RCPT go in groups, DATA ends one.
            && matches!(planned, Planned::Rcpt(_) | Planned::Data)
            && self.in_flight.iter().all(|flying| groupable(&flying.command))
    }

    fn go(&mut self, planned: &Planned) {
        if *planned == Planned::Message {
            return self.stream();
        }
        let line = self.line(planned);
        self.mark(planned, Progress::Sent);
        self.send(&line, Origin::Planned);
    }

    /// Puts a line on the wire, records it, and expects what the server owes to it: by what the line is, not by what it was meant to be.
    fn send(&mut self, line: &Line, origin: Origin) {
        if self.payload > 0 {
            self.payload = self.payload.saturating_sub(line.text.len() as u64 + 2);
            self.write(&line.text);
            self.record_sent(vec![Span::Text(line.template.clone())], origin);
            return;
        }
        for (text, template) in line.text.split("\r\n").zip(line.template.split("\r\n")) {
            // Where an operator put a secret into a line, whatever is named after the line must not name the secret.
            let command = self.read(template);
            if text != template {
                self.redactor.arm();
            }
            if matches!(command, Command::Auth(_) | Command::AuthResponse) && !self.may_sign_in() {
                // RFC 4954 §4 leaves it to policy; ours holds for an operator's line as well.
                self.verdict = Some(Verdict::Failed(Stage::SignIn, Failure::SignInInClear));
                return;
            }
            self.write(text);
            self.stage = self.stage_of(&command);
            let seq = self.record_sent(command.shown(template), origin);
            if origin != Origin::Planned {
                self.slack += text.matches(['\r', '\n']).count();
            }
            self.left(command, seq, text);
        }
    }

    fn write(&mut self, text: &str) {
        let mut octets = Vec::with_capacity(text.len() + 2);
        octets.extend_from_slice(text.as_bytes());
        octets.extend_from_slice(b"\r\n");
        self.actions.push_back(Action::Write(octets));
    }

    fn may_sign_in(&self) -> bool {
        self.secured || self.job.loopback
    }

    /// What the server takes a line for, given where the conversation stands.
    fn read(&self, line: &str) -> Command {
        if self.in_data {
            return if line == "." {
                Command::Dot
            } else {
                Command::Text
            };
        }
        if self.signing.as_ref().is_some_and(|signing| signing.awaited) {
            return if line == "*" {
                Command::AuthCancel
            } else {
                Command::AuthResponse
            };
        }
        Command::read(line)
    }

    /// A line is on its way.
    fn left(&mut self, command: Command, seq: u32, line: &str) {
        match &command {
            Command::Text => return,
            Command::Dot => self.in_data = false,
            Command::Auth(name) => {
                let secret = line
                    .split([' ', '\t'])
                    .filter(|word| !word.is_empty())
                    .nth(2);
                self.signing = Some(Signing {
                    mechanism: auth::Mechanism::named(name),
                    given: usize::from(secret.is_some()),
                    challenges: 0,
                    awaited: false,
                    cancel: false,
                });
                self.keep_secret(secret.unwrap_or_default());
            }
            Command::AuthResponse => {
                self.keep_secret(line);
                if let Some(signing) = &mut self.signing {
                    signing.given += 1;
                    signing.awaited = false;
                }
            }
            Command::AuthCancel => {
                if let Some(signing) = &mut self.signing {
                    signing.awaited = false;
                }
            }
            Command::Bdat(octets) => self.payload = *octets,
            Command::Rcpt(path) => self.claim(path),
            _ => {}
        }
        self.expect(command, Some(seq));
    }

    /// A response has been sent, planned or typed: from now on the server may echo it.
    fn keep_secret(&mut self, response: &str) {
        self.redactor.arm();
        for secret in auth::secrets_in(response) {
            self.redactor.add(&secret);
        }
    }

    /// A RCPT for `path` is on its way: it belongs to the recipient that waits under this address, or to a new one that the
    /// operator brought in.
    fn claim(&mut self, path: &str) {
        let waiting = self.recipients.iter().position(|recipient| {
            recipient.address == path
                && matches!(
                    recipient.state,
                    RecipientState::Todo | RecipientState::Skipped
                )
        });
        match waiting {
            Some(at) => self.recipients[at].state = RecipientState::Sent,
            None if self.recipients.len() < limits::RECIPIENTS => {
                self.recipients.push(Recipient {
                    address: path.to_owned(),
                    state: RecipientState::Sent,
                });
            }
            None => {}
        }
    }

    /// The server owes a reply.
    fn expect(&mut self, command: Command, seq: Option<u32>) {
        self.in_flight.push_back(InFlight {
            command,
            seq,
            sent: self.now,
            due: self.now,
        });
    }

    /// Begins to write the message.
    fn stream(&mut self) {
        self.stage = Stage::Message;
        self.message = Message::Streaming {
            left: self.job.message.size,
            since: self.now,
        };
        if self.job.message.size == 0 {
            self.message_written();
        }
    }

    fn message(&mut self, octets: &[u8]) {
        let Message::Streaming { left, .. } = self.message else {
            return;
        };
        if octets.len() as u64 > left {
            return self.end(Failure::MessageCutShort);
        }
        let left = left - octets.len() as u64;
        self.message = Message::Streaming {
            left,
            since: self.now,
        };
        let mut wire = Vec::new();
        self.stuffer.push(octets, &mut wire);
        if left == 0 {
            self.stuffer.finish(&mut wire);
        }
        self.actions.push_back(Action::Write(wire));
        if left == 0 {
            self.message_written();
        }
    }

    fn message_written(&mut self) {
        self.message = Message::Done;
        self.record(Event::Message {
            octets: self.job.message.size,
            wire_octets: self.stuffer.wire_octets(),
            lines: self.stuffer.lines(),
            stuffed: self.stuffer.stuffed(),
        });
    }

    fn record_sent(&mut self, line: Vec<Span>, origin: Origin) -> u32 {
        self.record(Event::Sent { line, origin })
    }

    fn record(&mut self, event: Event) -> u32 {
        let seq = self.seq;
        self.seq += 1;
        self.actions.push_back(Action::Record(Entry {
            seq,
            at_us: u64::try_from(self.now.as_micros()).unwrap_or(u64::MAX),
            secured: self.secured,
            stage: self.stage,
            event,
        }));
        seq
    }

    /// Takes leave with QUIT where the server can hear one, and closes at once where it can't: inside the message a QUIT would be text, and a
    /// final dot would deliver half of it.
    fn leave(&mut self, cause: Failure) {
        let deaf = self.link != Link::Open
            || self.greeting_awaited()
            || self.in_data
            || self.payload > 0
            || self.signing.is_some()
            || self.wants_message() > 0
            || self.in_flight.iter().any(|flying| {
                matches!(
                    flying.command,
                    Command::Data | Command::Dot | Command::Starttls | Command::Bdat(_)
                )
            });
        if deaf {
            return self.end(cause);
        }
        if self.verdict.is_none() {
            self.verdict = Some(Verdict::Failed(self.stage, cause));
        }
        self.pace = Pace::Run;
        self.held = None;
        self.closing_by = Some(self.now + self.job.timeouts.quit);
    }

    /// Ends the dialogue now, because of `cause` unless its outcome is settled already.
    fn end(&mut self, cause: Failure) {
        let dot = |flying: &InFlight| flying.command == Command::Dot;
        if self.verdict.is_none() {
            if self.in_flight.iter().any(dot) {
                return self.unknown(cause);
            }
            self.verdict = Some(Verdict::Failed(self.stage, cause));
        }
        self.finish();
    }

    /// Ends the dialogue now; whether the message was delivered can't be known.
    fn unknown(&mut self, cause: Failure) {
        let recipients = self.results();
        self.conclude(Outcome::Unknown { cause, recipients });
    }

    fn finish(&mut self) {
        let recipients = self.results();
        let outcome = match self.verdict.take() {
            Some(Verdict::Accepted(reply)) => Outcome::Accepted { reply, recipients },
            Some(Verdict::Refused(at, reply)) => Outcome::Refused {
                at,
                reply,
                recipients,
            },
            Some(Verdict::Failed(at, cause)) => Outcome::Failed {
                at,
                cause,
                recipients,
            },
            None => Outcome::Ended { recipients },
        };
        self.conclude(outcome);
    }

    fn conclude(&mut self, outcome: Outcome) {
        if self.done {
            return;
        }
        if self.link != Link::Connecting && !self.closed_by_server {
            self.record(Event::Closed { by: Side::Client });
        }
        self.done = true;
        self.held = None;
        self.message = Message::Done;
        self.actions.push_back(Action::Finish(outcome));
    }

    fn results(&self) -> Vec<RecipientResult> {
        self.recipients
            .iter()
            .map(|recipient| RecipientResult {
                address: recipient.address.clone(),
                fate: match &recipient.state {
                    RecipientState::Accepted(reply) => Fate::Accepted {
                        reply: reply.clone(),
                    },
                    RecipientState::Refused(reply) => Fate::Refused {
                        reply: reply.clone(),
                    },
                    RecipientState::Todo | RecipientState::Sent | RecipientState::Skipped => {
                        Fate::NotTried
                    }
                },
            })
            .collect()
    }
}

fn timed_out(awaiting: &str, after: Duration) -> Failure {
    Failure::TimedOut {
        awaiting: awaiting.to_owned(),
        after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
    }
}
