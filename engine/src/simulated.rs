//! A whole bridge without a socket: the practice server is at the other end of a network that is
//! simulated. A page without a bridge runs it, and speaks the same protocol with it.
//!
//! The caller owns the clock. It passes what the page sends to [`SimulatedBridge::text`] and
//! [`SimulatedBridge::octets`], calls [`SimulatedBridge::advance`] at the time that
//! [`SimulatedBridge::deadline`] names, and after each of these takes what is for the page from
//! [`SimulatedBridge::poll`]. The same inputs at the same times give the same outputs.

mod connection;
mod network;
mod searching;
mod server;
mod storing;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use practice::scenario::ScenarioRun;
use practice::{Mailbox, SERVER_NAME};
use smtp::limits::Timeouts;
use smtp::{ClientName, Domain, Job, Mail, Secrets, SendMode};
use wire::{
    FromBridge, FromPage, KnownConnection, NotStarted, Open, Practice, Server, Start, Welcome,
    read_message_frame,
};

use self::connection::{Connection, World};
pub use self::network::Network;
use self::network::Random;
use self::searching::Searching;
use self::storing::Storing;
use crate::request::{self, ConnectionKey};
use crate::{
    EndedMessages, MailboxFeed, Overdrawn, known_connections, known_scenarios, played,
    practice_faults, read_scenario,
};

/// Octets of a stored message in one binary frame.
const FRAME_OCTETS: usize = 64 * 1024;

/// What EHLO says unless the page chooses otherwise.
const CLIENT_NAME: &str = "[127.0.0.1]";

/// What a simulated bridge begins with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The version of the program.
    pub program: String,
    /// Names this run, see [`Welcome::run`].
    pub run: String,
    /// The time of day when it begins.
    pub time: SystemTime,
    /// Random numbers are those of this seed.
    pub seed: u64,
}

/// Something for the page.
#[derive(Debug, PartialEq)]
pub enum Outbound {
    /// A message. It may be longer than a text frame.
    Text(Box<FromBridge>),
    /// A binary frame.
    Octets(Vec<u8>),
}

/// A bridge with its practice server.
pub struct SimulatedBridge {
    settings: Settings,
    network: Network,
    random: Random,
    mailbox: Mailbox,
    scenario: Option<ScenarioRun>,
    feed: MailboxFeed,
    /// Whether the page is told of connections to the practice server, and what it was told last.
    follows: bool,
    connections: Vec<KnownConnection>,
    secrets: Secrets,
    /// The connection of the latest request.
    current: Option<Connection>,
    /// Connections that are closing.
    closing: Vec<Connection>,
    ended: EndedMessages,
    storing: Storing,
    searching: Searching,
    outbound: VecDeque<Outbound>,
    now: Duration,
}

impl SimulatedBridge {
    /// A bridge that a page connects to now. Its first output is the welcome.
    #[must_use]
    pub fn new(settings: Settings) -> SimulatedBridge {
        let welcome = Welcome {
            version: wire::VERSION,
            program: settings.program.clone(),
            run: settings.run.clone(),
            practice: Some(Practice {
                name: SERVER_NAME.to_owned(),
                starttls: format!("{SERVER_NAME}:587"),
                tls: format!("{SERVER_NAME}:465"),
                password: practice::PASSWORD.to_owned(),
                faults: practice_faults(),
            }),
            ports: Vec::new(),
            client_name: CLIENT_NAME.to_owned(),
            usual_port: None,
        };
        let mut bridge = SimulatedBridge {
            random: Random::new(settings.seed),
            settings,
            network: Network::default(),
            mailbox: Mailbox::default(),
            scenario: None,
            feed: MailboxFeed::default(),
            follows: false,
            connections: Vec::new(),
            secrets: Secrets::new(),
            current: None,
            closing: Vec::new(),
            ended: EndedMessages::default(),
            storing: Storing::default(),
            searching: Searching::default(),
            outbound: VecDeque::new(),
            now: Duration::ZERO,
        };
        bridge.send(FromBridge::Welcome(Box::new(welcome)));
        bridge.tell_mailbox();
        bridge
    }

    /// The network from now on. What is on its way already arrives as before.
    pub fn set_network(&mut self, network: Network) {
        self.network = network;
    }

    /// What new connections to the practice server meet from now on. Certificates are no part of it:
    /// there is no TLS.
    pub fn set_scenario(&mut self, scenario: Option<ScenarioRun>) {
        self.scenario = scenario;
    }

    /// The page has sent a message. `now`: the time since the bridge began.
    pub fn text(&mut self, message: FromPage, now: Duration) {
        self.now = self.now.max(now);
        match message {
            FromPage::Start(start) => self.start(*start),
            FromPage::Open(open) => self.open(open_of(*open)),
            FromPage::Operator { id, act } => {
                if let Some(current) = self.current.as_mut().filter(|one| one.id() == id) {
                    current.operator(act, self.now);
                }
            }
            FromPage::Read { id } => self.read(id, true),
            FromPage::Fetch { id } => self.read(id, false),
            FromPage::Connections { follow } => {
                self.follows = follow;
                self.tell_connections();
            }
            FromPage::Conversation { of } => {
                self.send(crate::conversation(Some(&self.mailbox), of));
            }
            FromPage::Search(search) => self.searching.begin(search, &self.mailbox),
            FromPage::Store { id, size } => {
                if let Err(why) = self.storing.begin(id, size) {
                    self.send(FromBridge::NotStored { id, why });
                }
            }
            FromPage::Restore { ids } => {
                for id in self.mailbox.restore(&ids) {
                    self.send(FromBridge::MessageGone { id });
                }
            }
            FromPage::Delete { id } => drop(self.mailbox.delete(id)),
            FromPage::Clear => self.mailbox.clear(),
            FromPage::Scenarios => {
                let known = known_scenarios();
                self.send(FromBridge::Scenarios { known });
            }
            FromPage::Play { text } => self.play(text.as_deref()),
        }
        self.run();
    }

    /// The page has sent a binary frame.
    ///
    /// # Errors
    /// It is more than its credit allows, or belongs to no message.
    pub fn octets(&mut self, frame: &[u8], now: Duration) -> Result<(), Overdrawn> {
        self.now = self.now.max(now);
        let (id, begin) = read_message_frame(frame).ok_or(Overdrawn)?;
        let octets = &frame[begin..];
        if let Some(taken) = self.storing.octets(id, octets) {
            taken?;
        } else {
            match &mut self.current {
                Some(current) if current.id() == id => current.push(octets)?,
                _ => self.ended.drop_octets(id, octets.len() as u64)?,
            }
        }
        self.run();
        Ok(())
    }

    /// Time has passed.
    pub fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.run();
    }

    /// The next thing for the page, if there is one.
    pub fn poll(&mut self) -> Option<Outbound> {
        self.outbound.pop_front()
    }

    /// When something happens next, if nothing comes from the page.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        if self.searching.is_under_way() {
            return Some(self.now);
        }
        let all = self.current.iter().chain(&self.closing);
        all.filter_map(Connection::deadline).min()
    }

    fn play(&mut self, text: Option<&str>) {
        match text.map(read_scenario).transpose() {
            Ok(scenario) => {
                let seed = self.random.number();
                let run = scenario.map(|scenario| ScenarioRun::new(scenario, seed));
                let playing = run.as_ref().map(played);
                self.scenario = run;
                self.send(FromBridge::Scenario { playing });
            }
            Err(faults) => self.send(FromBridge::NotPlayed { faults }),
        }
    }

    fn send(&mut self, message: FromBridge) {
        self.outbound.push_back(Outbound::Text(Box::new(message)));
    }

    fn start(&mut self, start: Start) {
        let (id, mode) = (start.id, start.mode);
        let begun = request::mail(&start)
            .and_then(|mail| self.begin(id, ConnectionKey::of_start(&start), Some(mail), mode));
        if let Err(why) = begun {
            self.send(FromBridge::NotStarted { id, why });
        }
    }

    fn open(&mut self, (id, key): (u32, ConnectionKey)) {
        if let Err(why) = self.begin(id, key, None, SendMode::Run) {
            self.send(FromBridge::NotStarted { id, why });
        }
    }

    fn begin(
        &mut self,
        id: u32,
        key: ConnectionKey,
        mail: Option<Mail>,
        mode: SendMode,
    ) -> Result<(), NotStarted> {
        let security = match &key.server {
            Server::Practice { security } => *security,
            Server::Host { .. } => return Err(NotStarted::NoBridge),
        };
        let client_name = match request::client_name(&key)? {
            Some(name) => name,
            None => own_name()?,
        };
        if self.current.as_ref().is_some_and(Connection::is_busy) {
            return Err(NotStarted::Busy);
        }
        let now = self.now;
        let before = self.current.take();
        if let Some(before) = &before {
            self.ended.remember(before.id(), before.credit_left());
        }
        match (before, mail) {
            (Some(mut before), Some(mail)) if *before.key() == key && before.accepts_mail() => {
                before.next(id, mail, mode, now);
                self.current = Some(before);
            }
            (before, mail) => {
                if let Some(mut before) = before {
                    before.dismiss(now);
                    self.closing.push(before);
                }
                let job = Job {
                    security,
                    client_name,
                    credentials: key.credentials.as_ref().map(|given| smtp::Credentials {
                        user: given.user.clone(),
                        password: given.password.clone(),
                    }),
                    mail,
                    timeouts: Timeouts::default(),
                };
                let secrets = self.secrets.clone();
                self.current = Some(Connection::new(id, key, job, mode, secrets, now));
            }
        }
        Ok(())
    }

    /// Sends a stored message, and what it reads as where that is wanted.
    fn read(&mut self, id: u64, decoded: bool) {
        let Some(message) = self.mailbox.get(id) else {
            return self.send(FromBridge::MessageGone { id });
        };
        let raw = &message.delivered.raw;
        let size = raw.len() as u64;
        self.send(if decoded {
            FromBridge::Message { id, size }
        } else {
            FromBridge::Octets { id, size }
        });
        let frames = raw.chunks(FRAME_OCTETS);
        self.outbound
            .extend(frames.map(|frame| Outbound::Octets(frame.to_vec())));
        if decoded {
            let reading = Box::new(searching::decode(raw));
            self.send(FromBridge::Reading { id, reading });
        }
    }

    /// Does all that can be done by now.
    fn run(&mut self) {
        let mut outbox = Vec::new();
        let mut world = World {
            now: self.now,
            time: self.settings.time + self.now,
            network: self.network,
            random: &mut self.random,
            mailbox: &self.mailbox,
            scenario: self.scenario.as_ref(),
            outbox: &mut outbox,
        };
        for connection in &mut self.closing {
            connection.run(&mut world);
        }
        if let Some(current) = &mut self.current {
            current.run(&mut world);
        }
        self.closing.retain(|connection| !connection.is_done());
        let time = self.settings.time + self.now;
        outbox.extend(self.storing.go_on(&self.mailbox, time));
        outbox.extend(self.searching.go_on(&self.mailbox));
        for message in outbox {
            self.send(message);
        }
        self.tell_mailbox();
        if self.follows && known_connections(Some(&self.mailbox)) != self.connections {
            self.tell_connections();
        }
    }

    fn tell_connections(&mut self) {
        let known = known_connections(Some(&self.mailbox));
        self.connections.clone_from(&known);
        self.send(FromBridge::Connections { known });
    }

    fn tell_mailbox(&mut self) {
        for update in self.feed.updates(&self.mailbox) {
            self.send(FromBridge::Mailbox(update));
        }
    }
}

fn open_of(open: Open) -> (u32, ConnectionKey) {
    (open.id, ConnectionKey::of_open(open))
}

fn own_name() -> Result<ClientName, NotStarted> {
    Domain::parse(CLIENT_NAME).map_err(|why| NotStarted::BadAddress {
        field: wire::Field::ClientName,
        address: CLIENT_NAME.to_owned(),
        why,
    })
}
