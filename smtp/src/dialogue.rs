//! The conversation itself.
//!
//! A *plan* says which line comes next ([`plan`]): a pure function of the job, of what the server can do and of what it has
//! answered. A *queue* holds the commands on their way; replies are matched to its front ([`replies`]). Lockstep is a queue of
//! one, pipelining a longer one, and step pace ([`operator`]) holds the plan's line instead of sending it. Everything that affects
//! the conversation lives here, so that it can be replayed from its inputs alone.
//!
//! A dialogue is a connection, and messages go over it one after the other: [`message`] is how one goes, and where one was to be the last or
//! the connection waits for another is for [`ending`] to say.

mod connecting;
mod ending;
mod message;
mod operator;
mod patience;
mod plan;
mod replies;
mod secrets;
mod sending;
#[cfg(test)]
mod tests;
mod typed;

use std::collections::VecDeque;
use std::time::Duration;

use crate::auth;
use crate::capability::Capabilities;
use crate::command::Command;
use crate::entry::{Entry, Event, Origin, Side, Span, Stage, Violation};
use crate::framer::Framer;
use crate::job::{Job, Mail, MessageFacts, Security};
use crate::limits;
use crate::outcome::Failure;
use crate::pace::{Action, Input, Pace};
use crate::redact::Secrets;
use crate::reply::Reply;
use crate::stuffing::Stuffer;

use connecting::Attempts;
use plan::{Plan, Planned};

/// One client's conversation with one server, over one connection.
///
/// The contract: after [`Dialogue::new`] and after every [`Dialogue::handle`], take [`Action`]s from [`Dialogue::poll`] until it
/// gives none, and do them in order. Each message has exactly one outcome: [`Action::Settle`] where the connection then waits for another,
/// [`Action::Finish`] where it is over. `Finish` comes exactly once, whatever happens; after it every input is passed over. When the
/// time [`Dialogue::deadline`] names has come, hand in [`Input::DeadlinePassed`].
pub struct Dialogue {
    job: Job,
    pace: Pace,
    /// The latest time seen, since the dialogue began.
    now: Duration,
    link: Link,
    attempts: Attempts,
    /// Every address of the server is one of this machine.
    loopback: bool,
    secured: bool,
    stage: Stage,
    framer: Framer,
    secrets: Secrets,
    /// The name the person knows the server by; empty where none was given.
    server_name: String,
    actions: VecDeque<Action>,
    /// The `seq` of the next entry.
    seq: u32,

    /// Commands that left and have no reply yet, oldest first.
    in_flight: VecDeque<InFlight>,
    /// Replies that may come beyond those: an operator's line held a bare CR or LF, which some servers take for a line end.
    slack: usize,
    /// Octets the server still takes as the payload of an operator's BDAT.
    payload: u64,
    /// The server answered 334 to what was no AUTH: it may take the next line for a response.
    odd_challenge: bool,
    /// A typed line of the message could be taken for its end.
    doubtful_end: bool,
    held: Option<(u32, Planned)>,
    steps: u32,

    // What the plan goes by.
    capabilities: Capabilities,
    /// What the latest reply offers if it answers EHLO, read before secrets were taken out of it.
    offered: Capabilities,
    hello: Progress,
    /// The server knows no EHLO: say HELO.
    plain_hello: bool,
    starttls: Progress,
    auth: Progress,
    /// Mechanisms that the server has answered for themselves, not for the credentials: each is
    /// tried once.
    refused: Vec<auth::Mechanism>,
    /// The AUTH exchange under way.
    signing: Option<Signing>,

    /// The message that is being sent; what follows is how far it has come.
    current: Option<Mail>,
    mail: Progress,
    /// The server refused the sender, and nothing has made up for it: whatever it says to RCPT, there is no transaction.
    sender_refused: bool,
    recipients: Vec<Recipient>,
    data: Progress,
    /// The server takes what comes as the message, until a final dot.
    in_data: bool,
    message: Message,
    stuffer: Stuffer,
    /// The message goes by BDAT.
    chunking: bool,
    /// What of it waits to be a whole chunk.
    chunk: Vec<u8>,
    /// The server may have the beginning of a transaction in its buffers.
    begun: bool,
    /// The RSET that clears them for the next message.
    reset: Progress,
    /// Set while the connection waits for a message.
    idle: Option<Idle>,
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
    Resolving,
    Connecting { since: Duration },
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

/// Waiting for a message.
#[derive(Clone, Copy, Debug)]
struct Idle {
    since: Duration,
    /// When the server last heard something.
    stirred: Duration,
}

#[derive(Debug)]
struct InFlight {
    command: Command,
    /// The entry of the line.
    seq: Option<u32>,
    sent: Duration,
    /// Since when the server owes the reply to this one.
    due: Duration,
    /// All of it is on its way to the server.
    left: bool,
}

impl InFlight {
    /// The end of a message, or a chunk of one, that has not left as a whole: whatever arrives now is no answer to it.
    fn is_stuck(&self) -> bool {
        !self.left && matches!(self.command, Command::Dot | Command::Bdat { .. })
    }
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
        Dialogue::with_secrets(job, pace, Secrets::new(), "")
    }

    /// A dialogue of a page that has used `secrets` before: this server's words must not show them
    /// either. `server_name` is what the person calls the server; they may go on reading it.
    #[must_use]
    pub fn with_secrets(mut job: Job, pace: Pace, secrets: Secrets, server_name: &str) -> Dialogue {
        if let Some(credentials) = &job.credentials {
            secrets.add_credentials(credentials);
        }
        let mail = job.mail.take();
        let mut dialogue = Dialogue {
            pace,
            now: Duration::ZERO,
            link: Link::Resolving,
            attempts: Attempts::default(),
            loopback: false,
            secured: false,
            stage: Stage::Connect,
            framer: Framer::new(),
            secrets,
            server_name: server_name.to_owned(),
            actions: VecDeque::new(),
            seq: 0,
            in_flight: VecDeque::new(),
            slack: 0,
            payload: 0,
            odd_challenge: false,
            doubtful_end: false,
            held: None,
            steps: 0,
            capabilities: Capabilities::default(),
            offered: Capabilities::default(),
            hello: Progress::Todo,
            plain_hello: false,
            starttls: Progress::Todo,
            auth: Progress::Todo,
            refused: Vec::new(),
            signing: None,
            current: None,
            mail: Progress::Todo,
            sender_refused: false,
            recipients: Vec::new(),
            data: Progress::Todo,
            in_data: false,
            message: Message::Todo,
            stuffer: Stuffer::new(),
            chunking: false,
            chunk: Vec::new(),
            begun: false,
            reset: Progress::Todo,
            idle: None,
            quit: Progress::Todo,
            verdict: None,
            closing_by: None,
            closed_by_server: false,
            early: false,
            done: false,
            job,
        };
        if let Some(mail) = mail {
            dialogue.take_up(mail);
        }
        match dialogue.impossible() {
            Some((at, cause)) => {
                dialogue.stage = at;
                dialogue.end(cause);
            }
            None => dialogue.actions.push_back(Action::Resolve),
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
            Input::Resolved { lookup, loopback } => self.resolved(lookup, loopback),
            Input::Connecting { peer } => self.connecting(peer),
            Input::ConnectFailed { peer, why } => self.connect_failed(peer, why),
            Input::Connected { peer } => self.connected(peer),
            Input::NotConnected(why) => self.not_connected(why),
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
                let tls = self.secrets.clean_facts(tls, &|| self.own_words());
                self.record(Event::Secured { tls });
                if self.job.security == Security::Tls {
                    self.expect(Command::Greeting, None);
                }
            }
            Input::TlsFailed(why) => {
                if self.link == Link::Open {
                    // It was established, and the server has ended it: with it the connection.
                    self.closed_by_server = true;
                    self.record(Event::Closed { by: Side::Server });
                }
                let why = self.secrets.clean_tls_failure(why, &|| self.own_words());
                self.end(Failure::Tls { why });
            }
            Input::Drained => {
                for flying in &mut self.in_flight {
                    flying.left = true;
                }
            }
            Input::Message(octets) => self.message(octets),
            Input::MessageLost => self.end(Failure::MessageCutShort),
            Input::Mail { mail, pace } => {
                if self.takes_mail() {
                    self.pace = pace;
                    self.take_up(mail);
                }
            }
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

    /// Where the dialogue stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether a message may be handed in: none is being sent, and the dialogue has not begun to take its leave. It need not be ready
    /// for it yet.
    #[must_use]
    pub fn takes_mail(&self) -> bool {
        !self.done && self.current.is_none() && self.verdict.is_none() && self.closing_by.is_none()
    }

    /// Begins with a message.
    fn take_up(&mut self, mail: Mail) {
        self.idle = None;
        self.recipients = mail
            .envelope
            .to
            .iter()
            .map(|address| Recipient {
                address: address.to_string(),
                state: RecipientState::Todo,
            })
            .collect();
        self.mail = Progress::Todo;
        self.sender_refused = false;
        self.data = Progress::Todo;
        self.message = Message::Todo;
        self.chunking = false;
        self.chunk = Vec::new();
        self.stuffer = Stuffer::new();
        self.reset = Progress::Todo;
        self.current = Some(mail);
    }

    /// What is known of the message being sent.
    fn facts(&self) -> MessageFacts {
        let none = MessageFacts {
            size: 0,
            eight_bit: false,
            utf8: false,
        };
        self.current.as_ref().map_or(none, |mail| mail.message)
    }

    /// What can be known to fail before a connection is made.
    fn impossible(&self) -> Option<(Stage, Failure)> {
        if self.current.is_some() && self.recipients.is_empty() {
            return Some((Stage::Envelope, Failure::NoRecipients));
        }
        let credentials = self.job.credentials.as_ref()?;
        (!auth::usable(credentials)).then_some((Stage::SignIn, Failure::BadCredentials))
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
                    if self.awaits(&Command::Ehlo) {
                        self.offered = Capabilities::read(&reply);
                    }
                    let reply = self.secrets.clean_reply(reply, &|| self.own_words());
                    self.replied(reply, octets.is_empty());
                }
                Err(why) => {
                    if self.greeting_awaited() && !self.greeting_begun() {
                        // What speaks there is no mail server, and none of a page's business.
                        return self.violation(String::new(), Failure::NotMail);
                    }
                    // Cut behind the redactor: half a secret at the cut would be none to it.
                    let text = self.cleaned(&self.framer.pending(limits::REPLY_LINE));
                    let text = text.chars().take(200).collect();
                    return self.violation(text, Failure::BadReply { why });
                }
            }
            // The plan moves on only when all that has arrived is read: what came before a line left can't be its answer.
        }
    }

    fn greeting_awaited(&self) -> bool {
        self.awaits(&Command::Greeting)
    }

    /// Whether the next reply is to answer this.
    fn awaits(&self, command: &Command) -> bool {
        self.in_flight
            .front()
            .is_some_and(|front| front.command == *command)
    }

    /// Whether what has come of a reply begins as a mail server greets.
    fn greeting_begun(&self) -> bool {
        self.framer.begins_with().is_some_and(replies::greets)
    }

    fn injected(&mut self) {
        self.violation(String::new(), Failure::InjectedBeforeTls);
    }

    /// Records what the server sent, and ends the dialogue: `cause` says how it broke the protocol.
    fn violation(&mut self, text: String, cause: Failure) {
        if let Some(what) = Violation::of(&cause) {
            self.record(Event::Violation { what, text });
        }
        self.end(cause);
    }

    /// Sends whatever may go now, or holds it.
    fn advance(&mut self) {
        while !self.done && self.link == Link::Open && self.held.is_none() {
            match self.plan() {
                Plan::Wait => return,
                Plan::Over => return self.finish(),
                Plan::Settle if self.in_flight.is_empty() => self.settle(),
                Plan::Settle => return,
                Plan::Idle => return self.rest(),
                Plan::Fail(at, cause) => {
                    let cause = self.secrets.clean_failure(cause, &|| self.own_words());
                    self.verdict = Some(Verdict::Failed(at, cause));
                }
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
        self.pipelines()
            && self.in_flight.len() < limits::IN_FLIGHT
            && match planned {
                // RFC 2920 §3.1: MAIL and RCPT go in groups, DATA ends one.
                Planned::Rcpt(_) | Planned::Data => true,
                // Planned without DATA, it goes by BDAT (RFC 3030 §4.2).
                Planned::Message => self.facts().size <= limits::EAGER,
                _ => false,
            }
            && self
                .in_flight
                .iter()
                .all(|flying| groupable(&flying.command))
    }

    /// Whether commands may go in groups here (RFC 2920).
    fn pipelines(&self) -> bool {
        self.pace == Pace::Run
            && self.capabilities.pipelining
            && self.current.as_ref().is_some_and(|mail| mail.pipelining)
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
}
