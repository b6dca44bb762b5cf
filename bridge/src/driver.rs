//! Drives one dialogue over a socket. It decides nothing: it does what [`smtp::Dialogue`] says and
//! tells it what happens.
//!
//! A dialogue may serve several of a page's requests, one after the other; each brings the [`Page`]
//! that is told of it.

use std::sync::Arc;

use smtp::limits::Timeouts;
use smtp::{Action, Dialogue, Input, Job, Mail, Operator, Outcome, Secrets, SendMode, TlsFailure};
use tokio::sync::mpsc;
use tokio::time::Instant;
use wire::{FromBridge, NotStarted, WINDOW};

use crate::approach::{Approach, Host, Step};
use crate::body::Body;
use crate::going::Going;
use crate::hub::{Hub, Way};
use crate::stream::{Connection, Turn};
use crate::tls::Realm;
use crate::voice::{Gone, Voice};

/// Where a dialogue goes.
#[derive(Debug)]
pub(crate) struct Target {
    /// Where it is.
    pub(crate) host: Host,
    /// Its name, which its certificate has to bear.
    pub(crate) name: String,
    /// Whose certificates count.
    pub(crate) realm: Realm,
}

/// What a page wants of a dialogue.
pub(crate) enum Act {
    Operator(Operator),
    /// The next message over this connection.
    Next(Box<Next>),
}

/// A message that may go over a connection that is there, and else needs one of its own.
pub(crate) struct Next {
    pub(crate) way: Way,
    pub(crate) mail: Mail,
    pub(crate) mode: SendMode,
    pub(crate) page: Page,
}

/// The page's end of one request.
pub(crate) struct Page {
    pub(crate) id: u32,
    /// What comes for this request, and at its end the next. Closed when the page is gone.
    pub(crate) acts: mpsc::Receiver<Act>,
    /// What the page is told. A page that does not read is felt by the server.
    pub(crate) voice: Voice,
    pub(crate) body: Arc<Body>,
    /// The secrets that the page has used so far.
    pub(crate) secrets: Secrets,
}

impl Page {
    /// The message that came as its dialogue ended. Later ones find the channel closed.
    pub(crate) fn too_late(mut self) -> Option<Box<Next>> {
        self.acts.close();
        std::iter::from_fn(|| self.acts.try_recv().ok()).find_map(|act| match act {
            Act::Next(next) => Some(next),
            Act::Operator(_) => None,
        })
    }

    /// Tells the page that nothing was begun. Gives the message that came meanwhile.
    pub(crate) async fn not_started(self, why: NotStarted) -> Option<Box<Next>> {
        self.body.finish();
        let id = self.id;
        // A page that is gone needs no telling.
        drop(self.voice.say(FromBridge::NotStarted { id, why }).await);
        self.too_late()
    }
}

/// A page is told of progress, and given credit, each time so many octets have left.
const STRIDE: u64 = WINDOW / 4;

/// Holds the dialogue to its end and tells the page of it, while there is one. Gives the message
/// that came too late to go over this connection.
pub(crate) async fn converse(
    job: Job,
    mode: SendMode,
    target: Target,
    hub: &Hub,
    page: Page,
) -> Option<Box<Next>> {
    let timeouts = job.timeouts;
    let Target { host, name, realm } = target;
    let size = job.mail.as_ref().map_or(0, |mail| mail.message.size);
    let driver = Driver {
        dialogue: Dialogue::with_secrets(job, mode, page.secrets.clone(), &name),
        start: Instant::now(),
        timeouts,
        hub,
        name,
        realm,
        approach: Approach::new(hub, host),
        connection: None,
        told: Vec::new(),
        size,
        sent: 0,
        credit: 0,
        reported: 0,
        early: None,
        told_to_end: false,
        answered: false,
        late: None,
        page,
        going: hub.going.clone(),
    };
    driver.run().await
}

struct Driver<'a> {
    dialogue: Dialogue,
    start: Instant,
    timeouts: Timeouts,
    hub: &'a Hub,
    /// The name that the server's certificate has to bear.
    name: String,
    /// Whose certificates count.
    realm: Realm,
    approach: Approach<'a>,
    connection: Option<Connection>,
    /// What the page is to be told once everything written is on its way.
    told: Vec<FromBridge>,
    size: u64,
    /// Octets of the message that the dialogue has taken.
    sent: u64,
    credit: u64,
    reported: u64,
    /// A pace chosen while nothing could be paused.
    early: Option<SendMode>,
    told_to_end: bool,
    /// The page has its answer, and the connection waits for the next message.
    answered: bool,
    /// A message that can't go over this connection any more.
    late: Option<Box<Next>>,
    page: Page,
    going: Going,
}

/// What has to be done before anything else can happen.
enum Todo {
    Wait,
    StartTls,
    Finish(Outcome),
}

impl Driver<'_> {
    async fn run(mut self) -> Option<Box<Next>> {
        let mut buffer = Vec::new();
        let mut there = true;
        loop {
            match self.act() {
                Todo::Wait => {}
                Todo::StartTls => {
                    // What was said in clear is told before the wait for what follows.
                    if self.tell().await.is_err() {
                        there = false;
                        self.handle(Input::PageGone);
                        continue;
                    }
                    self.start_tls().await;
                    self.keep_mode();
                    continue;
                }
                Todo::Finish(outcome) => return self.finish(outcome).await,
            }
            let told = self.tell().await;
            if told.is_err() && there {
                there = false;
                self.handle(Input::PageGone);
                continue;
            }
            if let Err(why) = self.wait(&mut buffer, &mut there).await {
                return self.page.not_started(why).await;
            }
        }
    }

    fn handle(&mut self, input: Input<'_>) {
        self.dialogue.handle(input, self.start.elapsed());
    }

    fn keep_mode(&mut self) {
        if let Some(mode) = self.early.take() {
            self.handle(Input::Operator(Operator::SetMode { mode }));
        }
    }

    /// Does what can be done at once.
    fn act(&mut self) -> Todo {
        while let Some(action) = self.dialogue.poll() {
            let id = self.page.id;
            match action {
                Action::Write(octets) => {
                    if let Some(connection) = &mut self.connection {
                        connection.write(octets);
                    }
                }
                Action::Record(entry) => self.told.push(FromBridge::Entry {
                    id,
                    entry: Box::new(entry),
                }),
                Action::Pause(paused) => self.told.push(FromBridge::Paused { id, paused }),
                Action::Resolve => {
                    if let Some(input) = self.approach.resolve() {
                        self.handle(input);
                    }
                }
                Action::Connect => self.approach.connect(self.timeouts.attempt),
                Action::StartTls => return Todo::StartTls,
                Action::Complete(outcome) => {
                    self.answered = true;
                    self.page.body.finish();
                    self.told.extend(FromBridge::finished(id, outcome, true));
                }
                Action::Finish(outcome) => return Todo::Finish(outcome),
            }
        }
        Todo::Wait
    }

    /// The next message goes over this connection, or, where that is past, needs another.
    fn take_over(&mut self, next: Box<Next>) {
        if !self.dialogue.accepts_mail() {
            self.late = Some(next);
            return self.handle(Input::PageGone);
        }
        let Next {
            mail, mode, page, ..
        } = *next;
        self.page = page;
        self.answered = false;
        self.early = None;
        self.size = mail.message.size;
        (self.sent, self.credit, self.reported) = (0, 0, 0);
        self.handle(Input::Mail { mail, mode });
    }

    /// Tells the page what it may know by now.
    async fn tell(&mut self) -> Result<(), Gone> {
        let drained = self.connection.as_ref().is_none_or(Connection::is_drained);
        if !drained {
            return Ok(());
        }
        for message in std::mem::take(&mut self.told) {
            self.say(message).await?;
        }
        let id = self.page.id;
        if self.sent > self.reported
            && (self.sent - self.reported >= STRIDE || self.sent == self.size)
        {
            self.reported = self.sent;
            self.say(FromBridge::Progress {
                id,
                sent: self.sent,
            })
            .await?;
        }
        let upto = (self.sent + WINDOW).min(self.size);
        let due = upto - self.credit >= STRIDE || upto == self.size;
        if self.dialogue.wants_message() > 0 && upto > self.credit && due {
            self.credit = upto;
            self.page.body.grant(upto);
            self.say(FromBridge::Credit { id, upto }).await?;
        }
        Ok(())
    }

    async fn say(&mut self, message: FromBridge) -> Result<(), Gone> {
        self.page.voice.say(message).await
    }

    /// Waits for the next thing to happen, and tells the dialogue.
    ///
    /// # Errors
    /// Why the dialogue is not to begin: it has recorded nothing by then.
    async fn wait(&mut self, buffer: &mut Vec<u8>, there: &mut bool) -> Result<(), NotStarted> {
        let deadline = self
            .dialogue
            .deadline()
            .map(|deadline| self.start + deadline);
        let wanted = self.dialogue.wants_message();
        let connection = self.connection.as_mut();
        let drained = connection
            .as_ref()
            .is_none_or(|connection| connection.is_drained());
        tokio::select! {
            step = step_by(deadline, &mut self.approach) => match step {
                Some(step) => {
                    let (input, stream) = step?;
                    self.connection = stream.map(Connection::plain);
                    self.handle(input);
                }
                None => self.handle(Input::DeadlinePassed),
            },
            turn = turn(connection, buffer) => match turn {
                Turn::Read(count) => self.handle(Input::Received(&buffer[..count])),
                Turn::Closed => self.handle(Input::Closed),
                Turn::TlsFailed(why) => self.handle(Input::TlsFailed(why)),
                Turn::Drained => self.handle(Input::Drained),
            },
            octets = self.page.body.take(), if drained && wanted > 0 => self.hand_over(&octets),
            act = self.page.acts.recv(), if *there => match act {
                Some(Act::Operator(act)) => self.handle(Input::Operator(act)),
                Some(Act::Next(next)) => self.take_over(next),
                None => {
                    *there = false;
                    self.handle(Input::PageGone);
                }
            },
            () = self.going.heard(), if !self.told_to_end => {
                self.told_to_end = true;
                self.handle(Input::ShutDown);
            }
        }
        Ok(())
    }

    fn hand_over(&mut self, octets: &[u8]) {
        self.sent += octets.len() as u64;
        self.handle(Input::Message(octets));
    }

    async fn start_tls(&mut self) {
        let Some(stream) = self.connection.take().and_then(Connection::into_plain) else {
            let detail = "the connection is not ready for it".to_owned();
            return self.handle(Input::TlsFailed(TlsFailure::Other { detail }));
        };
        let name = self.name.clone();
        let handshake = self.hub.roots.shake_hands(stream, &name, self.realm);
        let Some(shaken) = self
            .meanwhile(tokio::time::timeout(self.timeouts.tls, handshake))
            .await
        else {
            return;
        };
        match shaken.unwrap_or(Err(TlsFailure::TimedOut)) {
            Ok((stream, facts)) => {
                self.connection = Some(Connection::tls(stream));
                self.handle(Input::TlsEstablished(facts));
            }
            Err(why) => self.handle(Input::TlsFailed(why)),
        }
    }

    /// What `work` comes to, while the page may still say something; None where the dialogue was
    /// told of something else first. Giving up is the one act that counts at once while there is no
    /// line to hold; a pace chosen meanwhile is kept.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            let instead = tokio::select! {
                done = &mut work => return Some(done),
                act = self.page.acts.recv() => match act {
                    None => Input::PageGone,
                    Some(Act::Operator(Operator::Abort)) => Input::Operator(Operator::Abort),
                    Some(Act::Operator(Operator::SetMode { mode })) => {
                        self.early = Some(mode);
                        continue;
                    }
                    Some(Act::Operator(_)) => continue,
                    Some(Act::Next(next)) if self.dialogue.accepts_mail() => {
                        self.take_over(next);
                        continue;
                    }
                    Some(Act::Next(next)) => {
                        self.late = Some(next);
                        Input::PageGone
                    }
                },
                () = self.going.heard() => Input::ShutDown,
            };
            self.handle(instead);
            return None;
        }
    }

    async fn finish(mut self, outcome: Outcome) -> Option<Box<Next>> {
        // The page first: what there is to know is known, and a server that does not read can't
        // hold it back. Then the socket, in order but without patience for it.
        self.approach.give_up();
        for message in std::mem::take(&mut self.told) {
            if self.say(message).await.is_err() {
                break;
            }
        }
        if let Some(mut connection) = self.connection.take() {
            let brief = self
                .timeouts
                .quit
                .min(std::time::Duration::from_millis(500));
            // A server that has stopped reading gets its end of the connection anyway.
            drop(tokio::time::timeout(brief, connection.close()).await);
        }
        self.page.body.finish();
        let id = self.page.id;
        if self.answered {
            // A page that is gone needs no telling, here and below.
            drop(self.say(FromBridge::Closed { id }).await);
        } else {
            for message in FromBridge::finished(id, outcome, false) {
                if self.say(message).await.is_err() {
                    break;
                }
            }
        }
        let late = self.page.too_late();
        self.late.or(late)
    }
}

async fn turn(connection: Option<&mut Connection>, buffer: &mut Vec<u8>) -> Turn {
    match connection {
        Some(connection) => connection.turn(buffer).await,
        None => std::future::pending().await,
    }
}

/// The next step to the server, or None at the deadline. A connection that stands by then counts,
/// however late this is woken.
async fn step_by(
    deadline: Option<Instant>,
    approach: &mut Approach<'_>,
) -> Option<Result<Step, NotStarted>> {
    tokio::select! {
        biased;
        step = approach.next() => Some(step),
        () = until(deadline) => None,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
