//! One conversation with one server.
//!
//! [`Dialogue`] is made of parts that each own their fields and can be read alone:
//!
//! | part | what it owns |
//! | --- | --- |
//! | [`connection`] | the link, TLS, the framer, the secrets to redact |
//! | [`session`] | what the server offers, signing in, how the server reads the next line |
//! | [`transaction`] | one message: envelope, octets, chunks; new for each message |
//! | [`command_queue`] | commands in flight, replies owed |
//!
//! [`plan`] says which line comes next; it is a pure function of the parts. Everything else is in
//! files named for what happens: [`connecting`], [`sending`], [`replies`], [`message`],
//! [`operator`], [`timeouts`], [`ending`]. There is no other state, so a dialogue can be replayed
//! from its inputs alone.

mod command_queue;
mod connecting;
mod connection;
mod ending;
mod line;
mod message;
mod operator;
mod plan;
mod replies;
mod secrets;
mod sending;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod timeouts;
mod transaction;
mod typed;

use std::collections::VecDeque;
use std::time::Duration;

use crate::action::Action;
use crate::auth;
use crate::capability::Capabilities;
use crate::command::Command;
use crate::entry::{Entry, Event, Side, Stage, TlsFacts, Violation};
use crate::input::Input;
use crate::job::{Job, Security};
use crate::limits;
use crate::operator::SendMode;
use crate::outcome::{Failure, TlsFailure};
use crate::redact::Secrets;

use command_queue::CommandQueue;
use connection::{Connection, Link};
use ending::Verdict;
use operator::PausedLine;
use plan::Plan;
use session::Session;
use timeouts::Idle;
use transaction::Transaction;

/// One client's conversation with one server, over one connection, as a state machine without I/O.
///
/// The caller, called the driver, owns the socket, the clock and the message. It hands in
/// [`Input`]s and carries out [`Action`]s. One message after another can go over the connection.
///
/// # What the driver does
///
/// - After [`Dialogue::new`] and after every [`Dialogue::handle`], it calls [`Dialogue::poll`]
///   until that returns `None`, and carries out the actions in order.
/// - It answers [`Action::Resolve`], [`Action::Connect`] and [`Action::StartTls`] with the inputs
///   that their documentation names.
/// - When everything written has left for the server, it hands in [`Input::Drained`].
/// - It hands in at most [`Dialogue::wants_message`] octets of the message, and only when
///   everything written before has left.
/// - When the time [`Dialogue::deadline`] has come, it hands in [`Input::DeadlinePassed`]. Every
///   input may change the deadline.
/// - It hands in another message only while [`Dialogue::accepts_mail`].
///
/// # What the dialogue guarantees
///
/// - Each message has exactly one outcome: [`Action::Complete`] if the connection then waits for
///   another message, [`Action::Finish`] if the dialogue is over.
/// - `Finish` comes exactly once and is the last action. Every input after it is ignored.
/// - No [`Entry`], [`crate::Paused`] or [`crate::Outcome`] contains a secret, as far as [`Secrets`]
///   promises.
/// - The same inputs at the same times give the same actions.
pub struct Dialogue {
    job: Job,
    mode: SendMode,
    /// The latest time seen, since the dialogue began.
    now: Duration,
    stage: Stage,

    connection: Connection,
    session: Session,
    transaction: Transaction,
    queue: CommandQueue,
    paused: PausedLine,

    /// The outcome of the message, or of the dialogue, once it is decided.
    verdict: Option<Verdict>,
    /// Set while the connection waits for a message.
    idle: Option<Idle>,
    /// Set when the dialogue must end by this time, whatever is still to come.
    closing_by: Option<Duration>,
    done: bool,

    /// Pending actions, oldest first.
    actions: VecDeque<Action>,
    /// The `seq` of the next entry.
    seq: u32,
}

/// How far one planned line has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Progress {
    #[default]
    Todo,
    Sent,
    Done,
    /// The operator skipped it, or sent something else in its place.
    Skipped,
}

impl std::fmt::Debug for Dialogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The job holds a message's envelope and credentials; none of it belongs in a log.
        f.debug_struct("Dialogue")
            .field("stage", &self.stage)
            .field("in_flight", &self.queue.len())
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Dialogue {
    /// A dialogue at its beginning. [`Dialogue::poll`] has its first action.
    #[must_use]
    pub fn new(job: Job, mode: SendMode) -> Dialogue {
        Dialogue::with_secrets(job, mode, Secrets::new(), "")
    }

    /// A dialogue of a page that has used `secrets` before: they are redacted from what this server
    /// sends as well. `server_name` is what the person calls the server; it stays readable.
    #[must_use]
    pub fn with_secrets(
        mut job: Job,
        mode: SendMode,
        secrets: Secrets,
        server_name: &str,
    ) -> Dialogue {
        if let Some(credentials) = &job.credentials {
            secrets.add_credentials(credentials);
        }
        let mail = job.mail.take();
        let mut dialogue = Dialogue {
            mode,
            now: Duration::ZERO,
            stage: Stage::Connect,
            connection: Connection::new(secrets, server_name),
            session: Session::new(),
            transaction: Transaction::new(mail),
            queue: CommandQueue::default(),
            paused: PausedLine::default(),
            verdict: None,
            idle: None,
            closing_by: None,
            done: false,
            actions: VecDeque::new(),
            seq: 0,
            job,
        };
        match dialogue.unfit() {
            Some((at, cause)) => {
                dialogue.stage = at;
                dialogue.end(cause);
            }
            None => dialogue.actions.push_back(Action::Resolve),
        }
        dialogue
    }

    /// Takes in what happened at `now`, the time since the dialogue began. A time before the latest
    /// one seen counts as that one.
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
                self.closed_by_server();
                self.end(Failure::ConnectionLost);
            }
            Input::DeadlinePassed => self.deadline_passed(),
            Input::TlsEstablished(tls) => self.tls_established(tls),
            Input::TlsFailed(why) => self.tls_failed(why),
            Input::Drained => self.queue.flushed(),
            Input::Message(octets) => self.message_octets(octets),
            Input::MessageLost => self.end(Failure::MessageCutShort),
            Input::Mail { mail, mode } => {
                if self.accepts_mail() {
                    self.mode = mode;
                    self.idle = None;
                    self.transaction = Transaction::new(Some(mail));
                }
            }
            Input::Operator(act) => self.operate(act),
            Input::PageGone => self.end(Failure::PageGone),
            Input::ShutDown => self.shut_down(Failure::ShuttingDown),
        }
        self.advance();
    }

    /// The next thing to do. None: nothing, until another input is handed in.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// How far the dialogue has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether a message may be handed in: none is being sent, and the dialogue has not begun to
    /// end. It need not be ready to send it yet.
    #[must_use]
    pub fn accepts_mail(&self) -> bool {
        !self.done
            && self.transaction.mail.is_none()
            && self.verdict.is_none()
            && self.closing_by.is_none()
    }

    /// Checks the job for errors that need no connection to detect.
    fn unfit(&self) -> Option<(Stage, Failure)> {
        let mail = self.transaction.mail.as_ref();
        if mail.is_some_and(|mail| mail.envelope.to.is_empty()) {
            return Some((Stage::Envelope, Failure::NoRecipients));
        }
        let credentials = self.job.credentials.as_ref()?;
        (!auth::usable(credentials)).then_some((Stage::SignIn, Failure::BadCredentials))
    }

    fn start_tls(&mut self) {
        self.stage = Stage::Tls;
        self.connection.link = Link::Handshaking { since: self.now };
        self.actions.push_back(Action::StartTls);
    }

    fn tls_established(&mut self, tls: TlsFacts) {
        self.connection.secure();
        self.session.restart();
        self.stage = Stage::Tls;
        let tls = self.secrets().clean_facts(tls, &|| self.own_words());
        self.record(Event::Secured { tls });
        if self.job.security == Security::Tls {
            self.expect(Command::Greeting, None);
        }
    }

    fn tls_failed(&mut self, why: TlsFailure) {
        if self.connection.is_open() {
            // It was established, and the server has ended it, and with it the connection.
            self.closed_by_server();
        }
        let why = self.secrets().clean_tls_failure(why, &|| self.own_words());
        self.end(Failure::Tls { why });
    }

    fn closed_by_server(&mut self) {
        self.connection.closed_by_server = true;
        self.record(Event::Closed { by: Side::Server });
    }

    fn received(&mut self, mut octets: &[u8]) {
        // The plan moves on only when all that has arrived is read: what came before a line was
        // sent can't answer it.
        while !octets.is_empty() && !self.done {
            if !self.connection.is_open() {
                return self.injected();
            }
            match self.connection.framer.next(&mut octets) {
                Ok(None) => {
                    if !self.connection.framer.is_empty() {
                        self.queue.reply_begun();
                    }
                    return;
                }
                Ok(Some(reply)) => {
                    if self.queue.awaits(&Command::Ehlo) {
                        self.session.offered = Capabilities::read(&reply);
                    }
                    let reply = self.secrets().clean_reply(reply, &|| self.own_words());
                    self.replied(reply, octets.is_empty());
                }
                Err(why) => {
                    if self.greeting_awaited() && !self.connection.greeting_begun() {
                        // This is no mail server, and what it sends must not reach the page.
                        return self.violation(String::new(), Failure::NotMail);
                    }
                    // Cut after redaction: half a secret at the cut would not be recognised.
                    let text = self.connection.framer.pending(limits::REPLY_LINE);
                    let text = self.cleaned(&text).chars().take(200).collect();
                    return self.violation(text, Failure::BadReply { why });
                }
            }
        }
    }

    fn greeting_awaited(&self) -> bool {
        self.queue.awaits(&Command::Greeting)
    }

    fn injected(&mut self) {
        self.violation(String::new(), Failure::InjectedBeforeTls);
    }

    /// Records what the server sent, and ends the dialogue: `cause` says how the server broke the
    /// protocol.
    fn violation(&mut self, text: String, cause: Failure) {
        if let Some(what) = Violation::of(&cause) {
            self.record(Event::Violation { what, text });
        }
        self.end(cause);
    }

    /// Sends what is planned as far as it may be sent now, or pauses before it.
    fn advance(&mut self) {
        while !self.done && self.connection.is_open() && !self.paused.is_some() {
            match self.plan() {
                Plan::Wait => return,
                Plan::Over => return self.finish(),
                Plan::Complete if self.queue.is_empty() => self.complete(),
                Plan::Complete => return,
                Plan::Idle => return self.wait_for_mail(),
                Plan::Fail(at, cause) => {
                    let cause = self.secrets().clean_failure(cause, &|| self.own_words());
                    self.fail(at, cause);
                }
                Plan::Refuse(reply) => self.refuse(Stage::Envelope, reply),
                Plan::Next(planned) if !self.may_send(&planned) => return,
                Plan::Next(planned) if self.mode == SendMode::Step => self.pause(planned),
                Plan::Next(planned) => self.send_planned(&planned),
            }
        }
    }

    fn record(&mut self, event: Event) -> u32 {
        let seq = self.seq;
        self.seq += 1;
        self.actions.push_back(Action::Record(Entry {
            seq,
            at_us: u64::try_from(self.now.as_micros()).unwrap_or(u64::MAX),
            secured: self.connection.secured,
            stage: self.stage,
            event,
        }));
        seq
    }
}
