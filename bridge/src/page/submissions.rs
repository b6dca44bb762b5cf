//! The messages that a page sends: one at a time, each over the connection of the one before if it
//! can use that, otherwise over one of its own.

use std::sync::Arc;

use engine::request::{self, ConnectionKey};
use engine::{EndedMessages, Overdrawn};
use hyper::body::Bytes;
use smtp::{Mail, Operator, Secrets, SendMode};
use tokio::sync::mpsc;
use wire::{FromBridge, NotStarted, Open, Start};

use super::dialogues::{self, Dialogues, NoRoom};
use crate::app_state::{AppState, MAX_DIALOGUES};
use crate::outbox::Outbox;
use crate::submission::body::Body;
use crate::submission::driver::{self, Channels, Command, NextMessage, TooManyCommands};

/// Most commands for a dialogue that it has not acted on yet.
const PENDING_COMMANDS: usize = 64;

/// All submissions of one page.
pub(super) struct Submissions {
    app: Arc<AppState>,
    outbox: Outbox,
    current: Option<Current>,
    /// Messages that are over, of which the page may have sent more octets meanwhile.
    ended: EndedMessages,
    dialogues: Dialogues,
    secrets: Secrets,
}

/// The latest request. Its connection may wait for another, or be closed by now.
struct Current {
    id: u32,
    key: ConnectionKey,
    commands: mpsc::Sender<Command>,
    body: Arc<Body>,
}

impl Submissions {
    /// A page that has asked for nothing yet.
    pub(super) fn new(app: Arc<AppState>, outbox: Outbox) -> Submissions {
        Submissions {
            app,
            outbox,
            current: None,
            ended: EndedMessages::default(),
            dialogues: Dialogues::default(),
            secrets: Secrets::new(),
        }
    }

    /// Starts sending a message, or tells the page why it is not started.
    pub(super) async fn start(&mut self, start: Start) {
        let (id, mode) = (start.id, start.mode);
        let started = match request::mail(&start) {
            Ok(mail) => {
                let key = ConnectionKey::of_start(&start);
                drop(start);
                self.begin(id, key, Some(mail), mode).await
            }
            Err(why) => Err(why),
        };
        self.report(id, started).await;
    }

    /// Opens a connection ahead of its message, or tells the page why it is not started.
    pub(super) async fn open(&mut self, open: Open) {
        let id = open.id;
        let key = ConnectionKey::of_open(open);
        let started = self.begin(id, key, None, SendMode::Run).await;
        self.report(id, started).await;
    }

    async fn report(&self, id: u32, started: Result<(), NotStarted>) {
        if let Err(why) = started {
            // A writer that has ended is noticed where the page is read.
            self.outbox
                .send(FromBridge::NotStarted { id, why })
                .await
                .ok();
        }
    }

    /// Passes on what the operator decided. It is ignored if that dialogue is over: the page learns
    /// of its end.
    ///
    /// # Errors
    /// The dialogue has not acted on many earlier ones yet.
    pub(super) fn operator(&self, id: u32, act: Operator) -> Result<(), TooManyCommands> {
        let Some(current) = self.current.as_ref().filter(|current| current.id == id) else {
            return Ok(());
        };
        match current.commands.try_send(Command::Operator(act)) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(TooManyCommands),
        }
    }

    /// Octets of a message have come from the page.
    ///
    /// # Errors
    /// More than the credit of that message, or there was no message of this id.
    pub(super) fn octets(&mut self, id: u32, octets: Bytes) -> Result<(), Overdrawn> {
        match &self.current {
            Some(current) if current.id == id => current.body.push(octets),
            _ => self.ended.drop_octets(id, octets.len() as u64),
        }
    }

    /// Waits until the running dialogue has ended in order. It learns of the shutdown by itself.
    pub(super) async fn shut_down(&mut self) {
        if let Some(current) = self.current.take() {
            let timeout = self.app.environment.timeouts.quit * 2;
            drop(tokio::time::timeout(timeout, current.commands.closed()).await);
        }
    }

    /// Ends all dialogues: the page is gone.
    pub(super) async fn end(self) {
        let Submissions {
            current, dialogues, ..
        } = self;
        // Closing the channel tells its driver that the page is gone.
        drop(current);
        dialogues.end().await;
    }

    async fn begin(
        &mut self,
        id: u32,
        key: ConnectionKey,
        mail: Option<Mail>,
        mode: SendMode,
    ) -> Result<(), NotStarted> {
        if self.app.shutdown.is_cancelled() {
            return Err(NotStarted::ShuttingDown);
        }
        self.app.environment.check(&key)?;
        let busy = |current: &Current| !current.body.is_over();
        if self.current.as_ref().is_some_and(busy) {
            return Err(NotStarted::Busy);
        }
        let before = self.current.take();
        if let Some(before) = &before {
            self.ended.remember(before.id, before.body.credit_left());
        }
        let (commands, received) = mpsc::channel(PENDING_COMMANDS);
        let body = Arc::new(Body::new());
        let channels = Channels {
            id,
            commands: received,
            outbox: self.outbox.clone(),
            body: body.clone(),
            secrets: self.secrets.clone(),
        };
        let current = Current {
            id,
            key: key.clone(),
            commands,
            body,
        };
        match mail {
            None => {
                // There is no message to send yet, so the next one need not wait for this.
                current.body.finish();
                self.dismiss(before);
                self.spawn(key, None, mode, channels).await?;
            }
            Some(mail) => {
                let next = Box::new(NextMessage {
                    key,
                    mail,
                    mode,
                    channels,
                });
                self.send_over(before, next).await?;
            }
        }
        self.current = Some(current);
        Ok(())
    }

    /// Sends a message over the connection of the request before it, or over one of its own.
    async fn send_over(
        &mut self,
        before: Option<Current>,
        next: Box<NextMessage>,
    ) -> Result<(), NotStarted> {
        let unsent = match before {
            Some(before) if before.key == next.key => pass_on(&before, next),
            before => {
                self.dismiss(before);
                Some(next)
            }
        };
        let Some(next) = unsent else {
            return Ok(());
        };
        let NextMessage {
            key,
            mail,
            mode,
            channels,
        } = *next;
        self.spawn(key, Some(mail), mode, channels).await
    }

    /// Lets a connection that waits close.
    fn dismiss(&mut self, before: Option<Current>) {
        if let Some(Current { commands, .. }) = before {
            self.dialogues.dismiss(commands);
        }
    }

    /// Runs a dialogue, and then one more for each message that came too late for the one before.
    async fn spawn(
        &mut self,
        key: ConnectionKey,
        mail: Option<Mail>,
        mode: SendMode,
        channels: Channels,
    ) -> Result<(), NotStarted> {
        let too_many = |most| NotStarted::TooMany { most: most as u32 };
        let room = self.dialogues.make_room().await;
        room.map_err(|NoRoom| too_many(dialogues::MOST))?;
        let permits = self.app.dialogue_permits.clone();
        let permit = permits
            .try_acquire_owned()
            .map_err(|_| too_many(MAX_DIALOGUES))?;
        let app = self.app.clone();
        self.dialogues.spawn(async move {
            let _permit = permit;
            let mut unsent = run(&app, &key, mail, mode, channels).await;
            while let Some(next) = unsent {
                let NextMessage {
                    key,
                    mail,
                    mode,
                    channels,
                } = *next;
                unsent = run(&app, &key, Some(mail), mode, channels).await;
            }
        });
        Ok(())
    }
}

/// Passes a message on to the dialogue of the one before. Returns it if that dialogue is over.
fn pass_on(before: &Current, next: Box<NextMessage>) -> Option<Box<NextMessage>> {
    match before.commands.try_send(Command::Next(next)) {
        Ok(()) => None,
        Err(
            mpsc::error::TrySendError::Closed(Command::Next(next))
            | mpsc::error::TrySendError::Full(Command::Next(next)),
        ) => Some(next),
        Err(_) => None,
    }
}

async fn run(
    app: &AppState,
    key: &ConnectionKey,
    mail: Option<Mail>,
    mode: SendMode,
    channels: Channels,
) -> Option<Box<NextMessage>> {
    let environment = &app.environment;
    match environment.job(key, mail) {
        Ok((job, target)) => {
            let shutdown = app.shutdown.clone();
            driver::run(job, mode, target, environment, channels, shutdown).await
        }
        Err(why) => channels.not_started(why).await,
    }
}
