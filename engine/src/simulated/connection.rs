//! One connection: a dialogue and a session of the practice server, with a network between them.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use practice::scenario::ScenarioRun;
use practice::{Mailbox, SERVER_NAME};
use smtp::{
    Action, Dialogue, Input, Job, Mail, Operator, Outcome, Secrets, Security, SendMode, TlsFacts,
    Trust,
};
use wire::FromBridge;

use super::network::{Arrival, Network, Path, Random};
use super::server::{Did, Server};
use crate::request::ConnectionKey;
use crate::{Overdrawn, Transfer};

/// What a connection acts upon.
pub(super) struct World<'a> {
    /// The time since the bridge began.
    pub(super) now: Duration,
    /// The same as the time of day.
    pub(super) time: SystemTime,
    pub(super) network: Network,
    pub(super) random: &'a mut Random,
    pub(super) mailbox: &'a Mailbox,
    /// What new connections meet.
    pub(super) scenario: Option<&'a ScenarioRun>,
    /// What the page is told.
    pub(super) outbox: &'a mut Vec<FromBridge>,
}

/// A message of the page, and what it may still send of it.
#[derive(Debug, Default)]
struct Body {
    /// Octets that the dialogue has not accepted.
    waiting: VecDeque<u8>,
    received: u64,
    credit: u64,
    over: bool,
}

/// A connection to the practice server.
pub(super) struct Connection {
    /// The page's number for the latest request.
    id: u32,
    key: ConnectionKey,
    dialogue: Dialogue,
    /// When the dialogue began.
    begun: Duration,
    security: Security,
    server: Option<Server>,
    to_server: Path,
    to_client: Path,
    /// When TCP is established at the client.
    connected_at: Option<Duration>,
    /// When TCP, or TLS where that comes first, is established at the server.
    accepted_at: Option<Duration>,
    /// When TLS is established at the client.
    secured_at: Option<Duration>,
    transfer: Transfer,
    body: Body,
    /// The page has the outcome of its message, and the connection waits for the next.
    completed: bool,
    /// The dialogue is over.
    over: bool,
}

impl Connection {
    /// A dialogue at its beginning.
    pub(super) fn new(
        id: u32,
        key: ConnectionKey,
        job: Job,
        mode: SendMode,
        secrets: Secrets,
        now: Duration,
    ) -> Connection {
        let size = job.mail.as_ref().map_or(0, |mail| mail.message.size);
        Connection {
            id,
            key,
            security: job.security,
            transfer: Transfer::new(size),
            // There is no message yet, so the next one need not wait for this.
            body: Body {
                over: job.mail.is_none(),
                ..Body::default()
            },
            dialogue: Dialogue::with_secrets(job, mode, secrets, SERVER_NAME),
            begun: now,
            server: None,
            to_server: Path::default(),
            to_client: Path::default(),
            connected_at: None,
            accepted_at: None,
            secured_at: None,
            completed: false,
            over: false,
        }
    }

    /// The page's number for the latest request.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// The connection that was asked for.
    pub(super) fn key(&self) -> &ConnectionKey {
        &self.key
    }

    /// Whether the page waits for the outcome of a message.
    pub(super) fn is_busy(&self) -> bool {
        !self.body.over
    }

    /// Octets that the page may still send.
    pub(super) fn credit_left(&self) -> u64 {
        self.body.credit.saturating_sub(self.body.received)
    }

    /// Whether another message can be sent over it.
    pub(super) fn accepts_mail(&self) -> bool {
        !self.over && self.dialogue.accepts_mail()
    }

    /// Whether nothing will happen any more.
    pub(super) fn is_done(&self) -> bool {
        let silent = self.to_server.next_at().is_none();
        let ended = self.server.as_ref().is_none_or(Server::is_closed);
        self.over && (ended || silent) && self.accepted_at.is_none()
    }

    /// The next message.
    pub(super) fn next(&mut self, id: u32, mail: Mail, mode: SendMode, now: Duration) {
        self.id = id;
        self.completed = false;
        self.transfer = Transfer::new(mail.message.size);
        self.body = Body::default();
        self.handle(Input::Mail { mail, mode }, now);
    }

    /// What the operator decided.
    pub(super) fn operator(&mut self, act: Operator, now: Duration) {
        self.handle(Input::Operator(act), now);
    }

    /// The page does not want it any more.
    pub(super) fn dismiss(&mut self, now: Duration) {
        self.handle(Input::PageGone, now);
    }

    /// Octets of the message have come from the page.
    pub(super) fn push(&mut self, octets: &[u8]) -> Result<(), Overdrawn> {
        let body = &mut self.body;
        body.received = body.received.saturating_add(octets.len() as u64);
        if body.received > body.credit {
            return Err(Overdrawn);
        }
        if !body.over {
            body.waiting.extend(octets);
        }
        Ok(())
    }

    fn handle(&mut self, input: Input<'_>, now: Duration) {
        if !self.over {
            self.dialogue.handle(input, now.saturating_sub(self.begun));
        }
    }

    /// When something happens next, if nothing comes from the page.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let dialogue = self.dialogue.deadline().filter(|_| !self.over);
        let server = self.server.as_ref();
        [
            dialogue.map(|deadline| self.begun + deadline),
            self.connected_at,
            self.accepted_at,
            self.secured_at,
            self.to_client.next_at().filter(|_| !self.over),
            // A server that pauses reads nothing.
            self.to_server
                .next_at()
                .filter(|_| server.is_some_and(Server::reads)),
            server.and_then(Server::deadline),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Does all that can be done by now.
    pub(super) fn run(&mut self, world: &mut World<'_>) {
        loop {
            let mut moved = self.client(world);
            moved |= self.client_events(world);
            moved |= self.server_events(world);
            moved |= self.message(world);
            if !moved {
                return;
            }
        }
    }

    /// Carries out the dialogue's actions.
    fn client(&mut self, world: &mut World<'_>) -> bool {
        let mut moved = false;
        let (now, round_trip) = (world.now, world.network.delay * 2);
        while let Some(action) = self.dialogue.poll() {
            moved = true;
            let id = self.id;
            match action {
                Action::Write(octets) => {
                    self.to_server
                        .send(&octets, now, world.network, world.random);
                    self.handle(Input::Drained, now);
                }
                Action::Record(entry) => world.outbox.push(FromBridge::Entry {
                    id,
                    entry: Box::new(entry),
                }),
                Action::Pause(paused) => world.outbox.push(FromBridge::Paused { id, paused }),
                Action::Resolve => {
                    let resolved = Input::Resolved {
                        lookup: None,
                        loopback: true,
                    };
                    self.handle(resolved, now);
                }
                Action::Connect => {
                    let peer = self.peer();
                    self.handle(Input::Connecting { peer }, now);
                    self.connected_at = Some(now + round_trip);
                    if self.security != Security::Tls {
                        self.accepted_at = Some(now + round_trip + world.network.delay);
                    }
                }
                Action::StartTls => {
                    self.secured_at = Some(now + round_trip);
                    if self.security == Security::Tls {
                        self.accepted_at = Some(now + round_trip);
                    }
                }
                Action::Complete(outcome) => {
                    self.completed = true;
                    self.end_body();
                    let told = FromBridge::finished(id, outcome, true);
                    world.outbox.extend(told);
                }
                Action::Finish(outcome) => self.finish(outcome, world),
            }
        }
        moved
    }

    fn end_body(&mut self) {
        self.body.over = true;
        self.body.waiting.clear();
    }

    fn finish(&mut self, outcome: Outcome, world: &mut World<'_>) {
        self.over = true;
        self.end_body();
        (self.connected_at, self.secured_at) = (None, None);
        if self.server.is_none() {
            self.accepted_at = None;
        }
        self.to_server.end(world.now, world.network, world.random);
        let id = self.id;
        if self.completed {
            world.outbox.push(FromBridge::Closed { id });
        } else {
            let told = FromBridge::finished(id, outcome, false);
            world.outbox.extend(told);
        }
    }

    /// What has happened at the client's end.
    fn client_events(&mut self, world: &mut World<'_>) -> bool {
        let now = world.now;
        if self.connected_at.take_if(|at| *at <= now).is_some() {
            let peer = self.peer();
            self.handle(Input::Connected { peer }, now);
            return true;
        }
        if self.secured_at.take_if(|at| *at <= now).is_some() {
            self.handle(Input::TlsEstablished(no_tls()), now);
            return true;
        }
        if !self.over
            && let Some(arrival) = self.to_client.receive(now)
        {
            match arrival {
                Arrival::Octets(octets) => self.handle(Input::Received(&octets), now),
                Arrival::End => self.handle(Input::Closed, now),
            }
            return true;
        }
        let deadline = self.dialogue.deadline().filter(|_| !self.over);
        if deadline.is_some_and(|deadline| self.begun + deadline <= now) {
            self.handle(Input::DeadlinePassed, now);
            return true;
        }
        false
    }

    /// What has happened at the server's end.
    fn server_events(&mut self, world: &mut World<'_>) -> bool {
        let now = world.now;
        let mut moved = false;
        if self.accepted_at.take_if(|at| *at <= now).is_some() {
            let protected = if self.security == Security::Tls {
                practice::Security::Tls
            } else {
                practice::Security::Clear
            };
            let server = Server::new(protected, world.scenario, now);
            world
                .mailbox
                .begin(server.conversation().clone(), world.time);
            self.server = Some(server);
            moved = true;
        }
        let Some(server) = &mut self.server else {
            return moved;
        };
        if server.reads()
            && let Some(arrival) = self.to_server.receive(now)
        {
            server.arrived(arrival, now);
            moved = true;
        }
        moved |= server.time(now);
        while let Some(did) = server.act(now, world.network.delay) {
            moved = true;
            match did {
                Did::Wrote(octets) => {
                    self.to_client
                        .send(&octets, now, world.network, world.random);
                }
                Did::Delivered(mut delivered) => {
                    // There was none.
                    delivered.tls = false;
                    let conversation = server.conversation().clone();
                    let mailbox = world.mailbox;
                    let id = mailbox.deliver_with(*delivered, conversation, world.time);
                    server.stored(id);
                }
                Did::Closed => self.to_client.end(now, world.network, world.random),
            }
        }
        moved
    }

    /// Passes octets of the message on, and gives the page credit for more.
    fn message(&mut self, world: &mut World<'_>) -> bool {
        if self.over {
            return false;
        }
        let id = self.id;
        let wanted = self.dialogue.wants_message();
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        if wanted > 0
            && let Some(upto) = self.transfer.credit()
        {
            self.body.credit = self.body.credit.max(upto);
            world.outbox.push(FromBridge::Credit { id, upto });
        }
        let most = wanted.min(self.body.waiting.len());
        if most == 0 {
            return false;
        }
        let octets: Vec<u8> = self.body.waiting.drain(..most).collect();
        self.transfer.accepted(most as u64);
        self.handle(Input::Message(&octets), world.now);
        if let Some(sent) = self.transfer.progress() {
            world.outbox.push(FromBridge::Progress { id, sent });
        }
        true
    }

    /// The address that the transcript shows. There is none: it is one of this machine, as the
    /// practice server of a bridge has, so that the same is allowed.
    fn peer(&self) -> String {
        let port = match self.security {
            Security::Tls => 465,
            Security::None | Security::Starttls => 587,
        };
        format!("127.0.0.1:{port}")
    }
}

/// What stands for the facts of TLS, which is not there.
fn no_tls() -> TlsFacts {
    TlsFacts {
        version: String::new(),
        cipher: String::new(),
        key_exchange: None,
        name: SERVER_NAME.to_owned(),
        names: vec![SERVER_NAME.to_owned()],
        issuer: String::new(),
        not_after: String::new(),
        trust: Trust::Simulated,
    }
}
