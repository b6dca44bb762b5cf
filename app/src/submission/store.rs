//! The submission under way, or the last one, and what a person does with it.

use std::rc::Rc;

use leptos::prelude::*;
use reactive_stores::Store;
use smtp::{Entry, Operator, Outcome, Paused, SendMode, Stage};
use wire::{FromBridge, FromPage, Open, Start};

use super::brought::{Conversations, Lines, brought, carried_octets, record};
use super::limits::{self, Limits};
use super::message::Message;
use super::model::{Ending, Stopped, Submission, kind};
use super::record::{About, Recorded, SendEvent};
use crate::accounts::{AccountsStore, Destination, ServerChoice, use_accounts};
use crate::connection::{ConnectionStore, Frame, LinkEvent, LinkState, use_connection};
use crate::inbox::ConversationView;
use crate::ui::{dom, use_later};

#[derive(Store)]
pub(super) struct SubmissionState {
    /// The submission under way, or the last one, whatever is shown.
    live: Submission,
    /// One that was recorded, while it is shown in the place of that.
    recorded: Option<Submission>,
    /// The largest message that each server takes.
    limits: Limits,
    /// The number of the entry that is chosen, to be explained. None: the newest is.
    selected: Option<u32>,
}

/// How a submission has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its number.
    pub id: u32,
    /// In a word: `accepted`, `refused`, `unknown`, `ended`, `failed` or `not-started`.
    pub kind: &'static str,
    /// The server has refused to let the user sign in.
    pub at_sign_in: bool,
}

/// What has happened on a connection on which a person types the lines.
#[derive(Clone, Copy, Debug)]
pub struct Rehearsed<'a> {
    /// Everything, in order.
    pub entries: &'a [Entry],
    /// How it ended.
    pub ending: Option<&'a Ending>,
    /// What it is paused before.
    pub paused: Option<&'a Paused>,
}

/// Addresses, user name and password together are more than the bridge takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// The submission under way, or the last one. Copies are the same submission.
#[derive(Clone, Copy)]
pub struct SubmissionStore {
    pub(super) state: Store<SubmissionState>,
    /// What brought messages to the practice server.
    conversations: StoredValue<Conversations>,
    accounts: AccountsStore,
    connection: ConnectionStore,
    handlers: StoredValue<Vec<Handler>, LocalStorage>,
    /// The number of the submission whose lines a person types, and what the editor has of them.
    by_hand: StoredValue<Option<(u32, Offer)>, LocalStorage>,
}

type Handler = Rc<dyn Fn(&SendEvent)>;

/// What the editor has at a pause. None: what is planned.
type Offer = Rc<dyn Fn() -> Option<String>>;

impl SubmissionStore {
    /// Provides the submission to all components below.
    pub fn provide() {
        let submission = SubmissionStore {
            state: Store::new(SubmissionState {
                live: Submission::default(),
                recorded: None,
                limits: Limits::stored(),
                selected: None,
            }),
            conversations: StoredValue::new(Conversations::default()),
            accounts: use_accounts(),
            connection: use_connection(),
            handlers: StoredValue::new_local(Vec::new()),
            by_hand: StoredValue::new_local(None),
        };
        provide_context(submission);
        let carried = use_later().get(carried_octets);
        provide_context(ConversationView {
            lines: || Box::pin(brought()),
            record: || Box::pin(record()),
            carried: Callback::new(move |(queue_id, size): (String, u64)| {
                let carried = carried.get_untracked();
                carried.map_or(Vec::new(), |carried| carried(submission, &queue_id, size))
            }),
        });
        let connection = submission.connection;
        connection.on_event(move |event| submission.on_event(event));
        // A connection that is open may be to another server, or for another user.
        let accounts = submission.accounts;
        let chosen = move || (accounts.server(), accounts.password());
        Effect::watch(chosen, move |_, _, _| submission.reopen(), false);
    }

    fn on_event(self, event: &LinkEvent) {
        match event {
            LinkEvent::State(state) => {
                if let LinkState::Open(welcome) = state {
                    self.conversations
                        .update_value(|conversations| conversations.of_run(&welcome.run));
                }
                if !matches!(state, LinkState::Open(_) | LinkState::Connecting) {
                    self.update(Submission::bridge_lost);
                }
                self.open_ahead();
            }
            LinkEvent::Transferred { id } => self.update(|submission| submission.transferred(*id)),
            LinkEvent::FileUnreadable { id, name, why } => {
                let current = self.live_untracked(|submission| submission.id == *id);
                if current {
                    let (name, why) = (name.clone(), *why);
                    self.stop(Stopped::FileUnreadable { name, why });
                }
            }
            LinkEvent::Submission(said) => self.apply(said),
            LinkEvent::Alone(_)
            | LinkEvent::Scenario(_)
            | LinkEvent::Mailbox(_)
            | LinkEvent::Message(_)
            | LinkEvent::Fetched(_) => {}
        }
    }

    /// Takes in what the bridge says of the submission under way.
    fn apply(self, said: &[FromBridge]) {
        let before = self.live_untracked(|submission| submission.connection);
        self.update(|submission| {
            let said = said.iter().cloned();
            said.for_each(|message| submission.apply(message));
            submission.pace.at(dom::now_ms(), submission.sent);
        });
        self.learn_limit();
        self.conversations.update_value(|conversations| {
            self.live_untracked(|submission| conversations.keep(submission));
        });
        let destination = untrack(|| self.accounts.destination());
        let (now, elsewhere) = self.live_untracked(|submission| {
            let elsewhere =
                submission.kept_open && submission.destination.as_ref() != Some(&destination);
            (submission.connection, elsewhere)
        });
        if now != before {
            self.lines_began_anew();
        }
        if elsewhere {
            // Another server has been chosen meanwhile: nothing more goes over this connection.
            self.reopen();
        }
    }

    /// Whether a message can be submitted now.
    #[must_use]
    pub fn can_send(self) -> bool {
        self.connection.is_open() && !self.live(Submission::is_busy)
    }

    /// Submits a message to the chosen server, see [`SubmissionStore::send_to`].
    ///
    /// # Errors
    /// It is too long, and nothing is submitted.
    pub fn send(self, message: Message, mode: SendMode, about: About) -> Result<u32, TooLong> {
        let server = untrack(|| self.accounts.server());
        let password = untrack(|| self.accounts.password());
        self.send_to(message, mode, &server, password, about)
    }

    /// Submits a message to a server. The number of the submission. `about`: what it was made of.
    ///
    /// # Errors
    /// It is too long, and nothing is submitted.
    pub fn send_to(
        self,
        message: Message,
        mode: SendMode,
        server: &ServerChoice,
        password: String,
        about: About,
    ) -> Result<u32, TooLong> {
        self.submit(message, mode, server, password, Some(about))
    }

    /// Opens a connection on which a person types the lines, and nobody keeps records of it. The
    /// number of the submission. `offer`: what the editor has at a pause, with the escapes of
    /// [`unescaped`](super::unescaped); None: what is planned.
    ///
    /// # Errors
    /// It is too long, and nothing is submitted.
    pub fn rehearse(
        self,
        message: Message,
        mode: SendMode,
        server: &ServerChoice,
        password: String,
        offer: impl Fn() -> Option<String> + 'static,
    ) -> Result<u32, TooLong> {
        // The connection begins with the greeting.
        self.close();
        let id = self.submit(message, mode, server, password, None)?;
        self.by_hand.set_value(Some((id, Rc::new(offer))));
        Ok(id)
    }

    /// What the editor has at a pause of the submission under way, where a person types its lines.
    /// Follows it.
    pub(super) fn offered(self) -> Option<Option<String>> {
        let id = self.live_untracked(|submission| submission.id);
        // A copy, because the answer may need the submission.
        let (of, offer) = self.by_hand.get_value()?;
        (of == id && !self.shows_recorded()).then(|| offer())
    }

    /// What `read` makes of the submission of this number, if it is the last one. Follows it.
    pub fn rehearsed<T>(self, id: u32, read: impl FnOnce(Rehearsed<'_>) -> T) -> Option<T> {
        self.live(|submission| {
            (submission.id == id).then(|| {
                read(Rehearsed {
                    entries: submission.own(),
                    ending: submission.ending(),
                    paused: submission.paused(),
                })
            })
        })
    }

    /// Decides what is done at a pause of the submission of this number, if it is the last one.
    pub fn operate_in(self, id: u32, act: Operator) {
        if self.live_untracked(|submission| submission.id == id && submission.is_busy()) {
            self.operate(act);
        }
    }

    /// `about`: what the message was made of. None: nobody keeps records of it.
    fn submit(
        self,
        message: Message,
        mode: SendMode,
        server: &ServerChoice,
        password: String,
        about: Option<About>,
    ) -> Result<u32, TooLong> {
        let id = self.next_id();
        let size = message.size();
        let files = message.files();
        let recorded = message.clone();
        let mut start = Start {
            id,
            server: server.server(),
            credentials: server.credentials(password),
            from: message.from,
            to: message.to,
            size,
            eight_bit: message.eight_bit,
            utf8: message.utf8,
            mode,
            pipelining: true,
            chunking: false,
            keep_open: false,
            client_name: None,
        };
        server.apply_options(&mut start);
        let start = Frame::new(&FromPage::Start(Box::new(start))).ok_or(TooLong)?;
        let destination = untrack(|| self.accounts.destination_of(server));
        self.close_recorded();
        self.update(|submission| {
            submission.begin(id, size, destination.clone());
            submission.files = files;
        });
        self.select(None);
        if let Some(about) = about {
            self.notify(&SendEvent::Begun {
                id,
                message: recorded,
                destination,
                about,
            });
        }
        if !self.connection.start(id, &start, message.segments) {
            self.update(Submission::bridge_lost);
        }
        Ok(id)
    }

    /// How the last submission has ended. None: it has not. Follows it.
    #[must_use]
    pub fn ended(self) -> Option<Ended> {
        self.live(|submission| {
            let ending = submission.ending()?;
            let at_sign_in = matches!(
                ending,
                Ending::Outcome(Outcome::Refused {
                    at: Stage::SignIn,
                    ..
                })
            );
            Some(Ended {
                id: submission.id,
                kind: kind(ending),
                at_sign_in,
            })
        })
    }

    /// Whether a message to this server would go over a connection that is open already.
    #[must_use]
    pub fn goes_on(self, server: &ServerChoice) -> bool {
        let destination = untrack(|| self.accounts.destination_of(server));
        self.live_untracked(|submission| {
            submission.is_open() && submission.destination.as_ref() == Some(&destination)
        })
    }

    /// Closes the connection that is kept open, and opens one to the chosen server if it is to be
    /// kept open.
    pub fn reopen(self) {
        self.close();
        self.open_ahead();
    }

    /// Opens the connection that is to be kept open, if there can be one now.
    fn open_ahead(self) {
        let (server, password) = untrack(|| (self.accounts.server(), self.accounts.password()));
        let there = untrack(|| self.connection.is_open());
        let free = self.live_untracked(|submission| !submission.is_busy() && !submission.is_open());
        if !server.keep_open || server.is_incomplete(&password) || !there || !free {
            return;
        }
        let id = self.next_id();
        let open = FromPage::Open(Box::new(Open {
            id,
            server: server.server(),
            credentials: server.credentials(password),
            client_name: None,
        }));
        let Some(open) = Frame::new(&open) else {
            // Sending a message will say so.
            return;
        };
        let destination = untrack(|| self.accounts.destination());
        self.update(|submission| submission.open(id, destination));
        self.lines_began_anew();
        self.connection.send_frame(&open);
    }

    /// Closes the connection that is kept open.
    fn close(self) {
        let (id, open) = self.live_untracked(|submission| (submission.id, submission.is_open()));
        if open {
            let act = Operator::Abort;
            self.connection.send(&FromPage::Operator { id, act });
            self.update(Submission::closed);
        }
    }

    /// Cancels the message that is being sent. The connection is closed, and a server drops a
    /// message that is not complete.
    pub fn cancel(self) {
        self.stop(Stopped::Cancelled);
    }

    fn stop(self, why: Stopped) {
        self.update(|submission| submission.stop(why));
        self.operate(Operator::Abort);
    }

    /// The conversation that brought the message to which the practice server gave this name.
    pub(super) fn brought(self, queue_id: &str) -> Option<Lines> {
        self.conversations
            .with_value(|conversations| conversations.find(queue_id))
    }

    /// The largest message that the chosen server takes, as far as that is known.
    #[must_use]
    pub fn size_limit(self) -> Option<u64> {
        let server = server_key(&self.accounts.destination());
        self.state.limits().with(|limits| limits.of(&server))
    }

    /// Keeps what the server says of the size of messages.
    fn learn_limit(self) {
        let said = self.live_untracked(|submission| {
            let server = server_key(submission.destination.as_ref()?);
            Some((server, limits::said(&submission.entries)?))
        });
        let Some((server, said)) = said else { return };
        let limits = self.state.limits();
        let mut known = limits.get_untracked();
        if known.learn(&server, said) {
            known.keep();
            limits.set(known);
        }
    }

    /// Sends the dialogue what the operator decided. False: the line is too long to be sent to the
    /// bridge, and the dialogue stays paused.
    pub(super) fn operate(self, act: Operator) -> bool {
        let id = self.live_untracked(|submission| submission.id);
        let Some(frame) = Frame::new(&FromPage::Operator { id, act }) else {
            return false;
        };
        self.update(Submission::resumed);
        self.connection.send_frame(&frame);
        true
    }

    /// The number of the entry that is chosen. None: none is.
    pub(super) fn selected(self) -> Option<u32> {
        self.state.selected().get()
    }

    /// The last submission has a new connection: if it is shown, the number of the line that was
    /// chosen is another line's now.
    fn lines_began_anew(self) {
        if !untrack(|| self.shows_recorded()) {
            self.select(None);
        }
    }

    /// Chooses an entry, to be explained.
    pub(super) fn select(self, seq: Option<u32>) {
        self.state.selected().set(seq);
    }

    /// What `read` makes of the submission that is shown: the last one, or a recorded one. Follows
    /// it.
    pub(super) fn read<T>(self, read: impl FnOnce(&Submission) -> T) -> T {
        let recorded = self.state.recorded();
        if recorded.with(Option::is_none) {
            return self.live(read);
        }
        recorded.with(|recorded| match recorded {
            Some(recorded) => read(recorded),
            None => read(&Submission::default()),
        })
    }

    /// The same, without following it.
    pub(super) fn read_untracked<T>(self, read: impl FnOnce(&Submission) -> T) -> T {
        untrack(|| self.read(read))
    }

    /// What `read` makes of the last submission. Follows it.
    fn live<T>(self, read: impl FnOnce(&Submission) -> T) -> T {
        self.state.live().with(read)
    }

    /// The same, without following it.
    fn live_untracked<T>(self, read: impl FnOnce(&Submission) -> T) -> T {
        untrack(|| self.live(read))
    }

    /// What has happened to the message of this number so far.
    #[must_use]
    pub fn entries_of(self, id: u32) -> Vec<Entry> {
        self.live_untracked(|submission| {
            let own = (submission.id == id).then(|| submission.own().to_vec());
            own.unwrap_or_default()
        })
    }

    /// Shows a submission that was recorded, until the next one begins or a person has seen it.
    pub fn show_recorded(self, recorded: Recorded) {
        let before = self.state.recorded().with_untracked(|before| {
            let before = before.as_ref();
            before.map(|before| before.connection)
        });
        // A number that no connection has, so that its lines are drawn anew.
        let connection = before.map_or(u32::MAX, |before| before - 1);
        let Recorded {
            destination,
            entries,
            ending,
        } = recorded;
        self.select(None);
        let recorded = Submission::recorded(connection, destination, entries, ending);
        self.state.recorded().set(Some(recorded));
    }

    /// Whether a recorded submission is shown. Follows it.
    pub(super) fn shows_recorded(self) -> bool {
        self.state.recorded().with(Option::is_some)
    }

    /// Shows the last submission again.
    pub(super) fn close_recorded(self) {
        if untrack(|| self.shows_recorded()) {
            self.select(None);
            self.state.recorded().set(None);
        }
    }

    /// Calls `handler` when a message begins to be sent, and when it is over.
    pub fn on_send(self, handler: impl Fn(&SendEvent) + 'static) {
        self.handlers
            .update_value(|handlers| handlers.push(Rc::new(handler)));
    }

    fn notify(self, event: &SendEvent) {
        for handler in self.handlers.get_value() {
            handler(event);
        }
    }

    /// Changes the submission. Whoever keeps records is told when that ends it.
    fn update(self, change: impl FnOnce(&mut Submission)) {
        let was_busy = self.live_untracked(Submission::is_busy);
        self.state.live().update(change);
        let ended = self.live_untracked(|submission| {
            let ending = submission.ending().filter(|_| was_busy)?;
            Some(SendEvent::Ended {
                id: submission.id,
                entries: submission.own().to_vec(),
                ending: ending.clone(),
            })
        });
        if let Some(ended) = ended {
            self.notify(&ended);
        }
    }

    fn next_id(self) -> u32 {
        self.live_untracked(|submission| submission.id) + 1
    }
}

/// The submission under way, or the last one, from any component.
#[must_use]
pub fn use_submission() -> SubmissionStore {
    expect_context()
}

/// What a server is called among the limits.
fn server_key(destination: &Destination) -> String {
    match &destination.server {
        wire::Server::Practice { .. } => "practice".to_owned(),
        wire::Server::Host { host, port, .. } => format!("{host}:{port}"),
    }
}
