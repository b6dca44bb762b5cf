//! Drives one dialogue over a socket. It decides nothing: it carries out what [`smtp::Dialogue`]
//! asks for and reports to it what happens, in one loop.
//!
//! One connection may carry several of a page's messages, one after the other. Each brings the
//! [`Channels`] to the page that its results go to.

use std::sync::Arc;
use std::time::Duration;

use engine::Transfer;
use engine::request::ConnectionKey;
use smtp::{Action, Dialogue, Input, Job, Mail, Operator, Outcome, Secrets, SendMode};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wire::{FromBridge, NotStarted};

use super::body::Body;
use super::environment::{Environment, Target};
use super::transport::{Progress, Transport};
use crate::outbox::{Outbox, PageGone};

/// What a page asks of a running dialogue.
pub(crate) enum Command {
    Operator(Operator),
    /// The next message over this connection.
    Next(Box<NextMessage>),
}

/// A dialogue has not acted on earlier commands yet, and there is no room for more.
#[derive(Debug)]
pub(crate) struct TooManyCommands;

/// A message that uses an open connection if it can, and otherwise needs one of its own.
pub(crate) struct NextMessage {
    pub(crate) key: ConnectionKey,
    pub(crate) mail: Mail,
    pub(crate) mode: SendMode,
    pub(crate) channels: Channels,
}

/// The channels between a dialogue and the page that asked for it.
pub(crate) struct Channels {
    /// The page's number for the request.
    pub(crate) id: u32,
    /// What the page asks of the dialogue. Closed when the page is gone.
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) outbox: Outbox,
    pub(crate) body: Arc<Body>,
    /// The secrets that the page has used so far.
    pub(crate) secrets: Secrets,
}

impl Channels {
    /// Closes the channel, and returns the message that arrived as its dialogue ended.
    pub(crate) fn into_unsent(mut self) -> Option<Box<NextMessage>> {
        self.commands.close();
        std::iter::from_fn(|| self.commands.try_recv().ok()).find_map(|command| match command {
            Command::Next(next) => Some(next),
            Command::Operator(_) => None,
        })
    }

    /// Tells the page that its request is not started. Returns the message that arrived meanwhile.
    pub(crate) async fn not_started(self, why: NotStarted) -> Option<Box<NextMessage>> {
        self.body.finish();
        let id = self.id;
        // A page that is gone does not need to know.
        drop(self.outbox.send(FromBridge::NotStarted { id, why }).await);
        self.into_unsent()
    }
}

/// How long a connection may take to close in order, at most.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// Runs a dialogue to its end, and tells the page about it as long as there is a page. Returns the
/// message that arrived too late to use this connection.
pub(crate) async fn run(
    job: Job,
    mode: SendMode,
    target: Target,
    environment: &Environment,
    channels: Channels,
    shutdown: CancellationToken,
) -> Option<Box<NextMessage>> {
    let close_timeout = job.timeouts.quit.min(CLOSE_TIMEOUT);
    let size = job.mail.as_ref().map_or(0, |mail| mail.message.size);
    let secrets = channels.secrets.clone();
    let driver = Driver {
        dialogue: Dialogue::with_secrets(job, mode, secrets, &target.name),
        start: Instant::now(),
        transport: Transport::new(environment, target),
        pending: Vec::new(),
        transfer: Transfer::new(size),
        completed: false,
        unsent: None,
        channels,
        page_present: true,
        shutdown,
        shutdown_seen: false,
        close_timeout,
    };
    driver.run().await
}

struct Driver<'a> {
    dialogue: Dialogue,
    start: Instant,
    transport: Transport<'a>,
    /// Messages for the page that are sent once everything written has left for the server.
    pending: Vec<FromBridge>,
    transfer: Transfer,
    /// The page has the outcome of its message, and the connection waits for the next.
    completed: bool,
    /// A message that can't use this connection any more.
    unsent: Option<Box<NextMessage>>,
    channels: Channels,
    page_present: bool,
    shutdown: CancellationToken,
    shutdown_seen: bool,
    close_timeout: Duration,
}

impl Driver<'_> {
    async fn run(mut self) -> Option<Box<NextMessage>> {
        let mut buffer = Vec::new();
        loop {
            if let Some(outcome) = self.carry_out_actions() {
                return self.finish(outcome).await;
            }
            if self.notify().await.is_err() && self.page_present {
                self.page_gone();
                continue;
            }
            if let Err(why) = self.wait(&mut buffer).await {
                return self.channels.not_started(why).await;
            }
        }
    }

    fn handle(&mut self, input: Input<'_>) {
        self.dialogue.handle(input, self.start.elapsed());
    }

    fn page_gone(&mut self) {
        self.page_present = false;
        self.handle(Input::PageGone);
    }

    /// Carries out the dialogue's actions. Returns the outcome if the dialogue is over.
    fn carry_out_actions(&mut self) -> Option<Outcome> {
        while let Some(action) = self.dialogue.poll() {
            let id = self.channels.id;
            match action {
                Action::Write(octets) => self.transport.write(octets),
                Action::Record(entry) => self.pending.push(FromBridge::Entry {
                    id,
                    entry: Box::new(entry),
                }),
                Action::Pause(paused) => self.pending.push(FromBridge::Paused { id, paused }),
                Action::Resolve => {
                    if let Some(input) = self.transport.resolve() {
                        self.handle(input);
                    }
                }
                Action::Connect => self.transport.connect(),
                Action::StartTls => {
                    if let Err(why) = self.transport.start_tls() {
                        self.handle(Input::TlsFailed(why));
                    }
                }
                Action::Complete(outcome) => {
                    self.completed = true;
                    self.channels.body.finish();
                    self.pending.extend(FromBridge::finished(id, outcome, true));
                }
                Action::Finish(outcome) => return Some(outcome),
            }
        }
        None
    }

    /// Sends the page what is pending, its progress, and its credit.
    async fn notify(&mut self) -> Result<(), PageGone> {
        if !self.transport.is_drained() {
            return Ok(());
        }
        for message in std::mem::take(&mut self.pending) {
            self.channels.outbox.send(message).await?;
        }
        let id = self.channels.id;
        if let Some(sent) = self.transfer.progress() {
            let progress = FromBridge::Progress { id, sent };
            self.channels.outbox.send(progress).await?;
        }
        if self.dialogue.wants_message() > 0
            && let Some(upto) = self.transfer.credit()
        {
            self.channels.body.grant(upto);
            let credit = FromBridge::Credit { id, upto };
            self.channels.outbox.send(credit).await?;
        }
        Ok(())
    }

    /// Waits for the next thing to happen, and reports it to the dialogue.
    ///
    /// # Errors
    /// Why the dialogue does not start. It has recorded nothing by then.
    async fn wait(&mut self, buffer: &mut Vec<u8>) -> Result<(), NotStarted> {
        let deadline = self
            .dialogue
            .deadline()
            .map(|deadline| self.start + deadline);
        let wants_message = self.transport.is_drained() && self.dialogue.wants_message() > 0;
        tokio::select! {
            progress = self.transport.progress_by(deadline, buffer) => match progress {
                Progress::Input(input) => self.handle(input),
                Progress::Received(count) => self.handle(Input::Received(&buffer[..count])),
                Progress::Deadline => self.handle(Input::DeadlinePassed),
                Progress::NotStarted(why) => return Err(why),
            },
            octets = self.channels.body.take(), if wants_message => {
                self.transfer.accepted(octets.len() as u64);
                self.handle(Input::Message(&octets));
            }
            command = self.channels.commands.recv(), if self.page_present => match command {
                Some(Command::Operator(act)) => self.handle(Input::Operator(act)),
                Some(Command::Next(next)) => self.next_message(next),
                None => self.page_gone(),
            },
            () = self.shutdown.cancelled(), if !self.shutdown_seen => {
                self.shutdown_seen = true;
                self.handle(Input::ShutDown);
            }
        }
        Ok(())
    }

    /// Sends the next message over this connection. If the connection can't take it, it is kept for
    /// another one, and this connection is closed.
    fn next_message(&mut self, next: Box<NextMessage>) {
        if !self.dialogue.accepts_mail() {
            self.unsent = Some(next);
            return self.handle(Input::PageGone);
        }
        let NextMessage {
            mail,
            mode,
            channels,
            ..
        } = *next;
        self.channels = channels;
        self.completed = false;
        self.transfer = Transfer::new(mail.message.size);
        self.handle(Input::Mail { mail, mode });
    }

    async fn finish(mut self, outcome: Outcome) -> Option<Box<NextMessage>> {
        // The page first: all that there is to know is known, and a server that does not read must
        // not delay it. Then the connection, in order if that is quick.
        self.transport.give_up();
        for message in std::mem::take(&mut self.pending) {
            if self.channels.outbox.send(message).await.is_err() {
                break;
            }
        }
        // A server that has stopped reading sees the connection close anyway.
        drop(tokio::time::timeout(self.close_timeout, self.transport.close()).await);
        self.channels.body.finish();
        let id = self.channels.id;
        if self.completed {
            // A page that is gone does not need to know, here and below.
            drop(self.channels.outbox.send(FromBridge::Closed { id }).await);
        } else {
            for message in FromBridge::finished(id, outcome, false) {
                if self.channels.outbox.send(message).await.is_err() {
                    break;
                }
            }
        }
        let arrived = self.channels.into_unsent();
        self.unsent.or(arrived)
    }
}
