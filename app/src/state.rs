//! What the page knows, as signals; and what a person can do, as functions. Components use these
//! and never build what goes over the wire.

mod drafts;
mod places;
mod unseen;

use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use smtp::{Operator, Security, SendMode};
use wire::{FromBridge, FromPage, MailboxState, MailboxUpdate, Open, Start, Welcome};

use self::places::Here;
pub(crate) use self::places::listen;
use crate::compose::draft::{Built, Draft, Moment, Place, Problem, Wrong};
use crate::compose::drafts::{Drafts, Other, StoreError};
use crate::connection::{self, Arrived, Connection, Link, News, TextFrame};
use crate::explain::meaning::Meanings;
use crate::i18n::Locale;
use crate::inbox::seen::Seen;
pub use crate::state::drafts::DraftNotice;
use crate::storage::{self, LocalDrafts, keys};
use crate::submission::model::{SentTo, Session};

/// Which pane has the page: on wide screens the first two stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The message.
    Write,
    /// The conversation.
    Wire,
    /// The practice mailbox.
    Inbox,
}

/// Which server the next message goes to. The password is in [`State::password`], for as long as
/// the tab lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerChoice {
    /// The built-in practice server, rather than the host below.
    pub practice: bool,
    /// How the practice server is spoken to.
    pub practice_security: Security,
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the host is spoken to.
    pub security: Security,
    /// Whether to sign in.
    pub sign_in: bool,
    /// With which name.
    pub user: String,
    /// Open a connection ahead of the message, and keep it for the next.
    pub keep_open: bool,
    /// Use BDAT where it is offered.
    pub chunking: bool,
}

impl Default for ServerChoice {
    fn default() -> Self {
        ServerChoice {
            practice: true,
            practice_security: Security::Starttls,
            host: String::new(),
            port: 587,
            security: Security::Starttls,
            sign_in: false,
            user: String::new(),
            keep_open: false,
            chunking: false,
        }
    }
}

impl ServerChoice {
    /// How the chosen server is spoken to.
    #[must_use]
    pub fn effective_security(&self) -> Security {
        if self.practice {
            self.practice_security
        } else {
            self.security
        }
    }
}

impl ServerChoice {
    fn server(&self) -> wire::Server {
        if self.practice {
            wire::Server::Practice {
                security: self.practice_security,
            }
        } else {
            wire::Server::Host {
                host: self.host.clone(),
                port: self.port,
                security: self.security,
            }
        }
    }

    fn credentials(&self, password: String) -> Option<wire::Credentials> {
        self.sign_in.then(|| wire::Credentials {
            user: self.user.clone().into(),
            password: password.into(),
        })
    }
}

/// A message of the inbox, opened.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its id.
    pub id: u64,
    /// As it arrived.
    pub raw: Vec<u8>,
    /// As it reads, or why it can't be decoded for reading.
    pub text: Result<wire::Reading, wire::NotRead>,
}

/// The page's state. A copy is the same state: its fields are signals, which belong to the page's
/// root.
#[derive(Clone, Copy)]
pub struct State {
    /// The link to the bridge.
    link: StoredValue<Option<Link>, LocalStorage>,
    /// How the page stands to its bridge.
    pub connection: RwSignal<Connection>,
    /// What the bridge said of itself, the last time it was there.
    pub welcome: RwSignal<Option<Welcome>>,
    /// The send under way, or the last one.
    pub session: RwSignal<Session>,
    /// The message being written.
    pub draft: RwSignal<Draft>,
    /// What was in the way the last time Send was tried; gone with the next change.
    pub problems: RwSignal<Vec<Problem>>,
    /// The drafts that are kept besides it, the one to bring back first.
    pub other_drafts: RwSignal<Vec<Other>>,
    /// What has happened to drafts that the person should know.
    pub draft_notice: RwSignal<Option<DraftNotice>>,
    /// Why what is written here is not stored, while it can't be.
    pub unsaved: RwSignal<Option<StoreError>>,
    /// When the draft was last saved; None while it has changes that are not, or can't be.
    pub saved_at: RwSignal<Option<String>>,
    /// The date and the random part of the Message-ID that the draft would be sent with.
    stamp: RwSignal<(i64, [u8; 16])>,
    /// Which server.
    pub server: RwSignal<ServerChoice>,
    /// The password for it. Never stored.
    pub password: RwSignal<String>,
    /// Whether the server picker is open.
    pub picking: RwSignal<bool>,
    /// Which pane has the page.
    pub pane: RwSignal<Pane>,
    /// The transcript entry explained; None follows the newest.
    pub selected: RwSignal<Option<u32>>,
    /// The practice mailbox.
    pub mailbox: RwSignal<Option<MailboxState>>,
    /// The same, while its news is coming.
    mail: StoredValue<MailboxState>,
    /// The newest message that has been seen.
    pub seen: RwSignal<Seen>,
    /// The entry of the browser's history that the page stands on.
    here: StoredValue<Here>,
    /// The message that is open, or asked for.
    pub reading: RwSignal<Option<Reading>>,
    /// The message asked for.
    pub wanted: RwSignal<Option<u64>>,
    /// The language.
    pub locale: RwSignal<Locale>,
    /// What everything means, in that language, or in the last one that could be loaded. None: not
    /// there yet.
    pub meanings: RwSignal<Option<Meanings>>,
    /// Which language [`State::meanings`] is in.
    explained_in: StoredValue<Option<Locale>>,
    /// Where drafts are kept.
    drafts: StoredValue<Drafts<LocalDrafts>, LocalStorage>,
    /// Whether the draft is going to be saved in a moment.
    save_planned: StoredValue<bool>,
}

impl State {
    /// The state of a page that has just been opened. Connects.
    #[must_use]
    pub fn open(locale: Locale) -> State {
        let (drafts, draft) = drafts::open(locale);
        let state = State {
            link: StoredValue::new_local(None),
            connection: RwSignal::new(Connection::Connecting),
            welcome: RwSignal::new(None),
            session: RwSignal::new(Session::default()),
            draft: RwSignal::new(draft),
            problems: RwSignal::new(Vec::new()),
            other_drafts: RwSignal::new(Vec::new()),
            draft_notice: RwSignal::new(None),
            unsaved: RwSignal::new(None),
            saved_at: RwSignal::new(None),
            stamp: RwSignal::new(stamp()),
            server: RwSignal::new(storage::value(keys::SERVER).unwrap_or_default()),
            password: RwSignal::new(String::new()),
            picking: RwSignal::new(false),
            pane: RwSignal::new(Pane::Write),
            selected: RwSignal::new(None),
            mailbox: RwSignal::new(None),
            mail: StoredValue::new(MailboxState::default()),
            seen: RwSignal::new(storage::value(keys::SEEN).unwrap_or_default()),
            here: StoredValue::new(Here::START),
            reading: RwSignal::new(None),
            wanted: RwSignal::new(None),
            locale: RwSignal::new(locale),
            meanings: RwSignal::new(None),
            explained_in: StoredValue::new(None),
            drafts: StoredValue::new_local(drafts),
            save_planned: StoredValue::new(false),
        };
        let link = Link::open(move |news| state.hear(news));
        state.link.set_value(Some(link));
        // Behind the link, which takes the token out of the address first.
        state.keep_history();
        // Again when the bridge is back, if it was not there when they were wanted.
        Effect::new(move |_| {
            let locale = state.locale.get();
            state.connection.track();
            if state.explained_in.get_value() != Some(locale) {
                spawn_local(state.explain_in(locale));
            }
        });
        state
    }

    async fn explain_in(self, locale: Locale) {
        let path = Meanings::path(crate::i18n::words::tag(locale));
        let loaded = connection::file(&path)
            .await
            .map(|json| Meanings::read(&json));
        // Whoever has switched the language meanwhile wants the other.
        if let Some(Ok(meanings)) = loaded
            && self.locale.get_untracked() == locale
        {
            self.explained_in.set_value(Some(locale));
            self.meanings.set(Some(meanings));
        }
    }

    fn hear(self, news: News) {
        match news {
            News::Connection(connection) => {
                if let Connection::Open(welcome) = &connection {
                    self.welcome.set(Some((**welcome).clone()));
                    // Its news begins with all that it holds.
                    self.mail.set_value(MailboxState::default());
                    if welcome.practice.is_none() {
                        self.mailbox.set(None);
                    }
                    self.run_is(&welcome.run);
                } else if connection != Connection::Connecting {
                    self.session.update(Session::bridge_lost);
                }
                let open = matches!(connection, Connection::Open(_));
                self.connection.set(connection);
                self.open_ahead();
                if open {
                    self.ask_again();
                }
            }
            News::Transferred { id } => self.session.update(|session| session.transferred(id)),
            News::Said(said) => {
                let mut lines = Vec::new();
                for said in said {
                    match said {
                        FromBridge::Mailbox(news) => self.mailbox_news(news),
                        FromBridge::MessageGone { id } => {
                            if self.wanted.get_untracked() == Some(id) {
                                self.close_message();
                            }
                        }
                        said => lines.push(said),
                    }
                }
                if !lines.is_empty() {
                    self.conversation(lines);
                }
            }
            News::Mail(Arrived { id, raw, reading }) => {
                if self.wanted.get_untracked() == Some(id) {
                    let text = reading.map(|reading| *reading);
                    self.reading.set(Some(Reading { id, raw, text }));
                }
            }
        }
    }

    /// Adds up what has changed in the practice mailbox; it shows when all that belongs together
    /// has come.
    fn mailbox_news(self, news: MailboxUpdate) {
        let mut state = self.mail.get_value();
        state.apply(news);
        self.mail.set_value(state.clone());
        if state.complete {
            self.new_mailbox(state);
        }
    }

    /// What the bridge says of the send under way.
    fn conversation(self, said: Vec<FromBridge>) {
        let shown = self.session.with_untracked(|session| session.connection);
        self.session
            .update(|session| said.into_iter().for_each(|said| session.apply(said)));
        let (now, elsewhere) = self.session.with_untracked(|session| {
            let elsewhere = session.waits && session.sent_to.as_ref() != Some(&self.send_to());
            (session.connection, elsewhere)
        });
        if now != shown {
            // The number of the line that was chosen is another line's now.
            self.selected.set(None);
        }
        if elsewhere {
            // Another server has been chosen meanwhile: nothing more goes over this connection.
            self.hang_up();
            self.open_ahead();
        }
    }

    /// Asks anew for the message whose request was lost with the connection.
    fn ask_again(self) {
        let fetched = self.reading.with_untracked(Option::is_some);
        if let Some(id) = self.wanted.get_untracked().filter(|_| !fetched) {
            self.say(&FromPage::Read { id });
        }
    }

    fn new_mailbox(self, state: MailboxState) {
        let gone = |id: u64| state.messages.iter().all(|message| message.id != id);
        if self
            .reading
            .with_untracked(|reading| reading.as_ref().is_some_and(|reading| gone(reading.id)))
        {
            self.close_message();
        }
        self.mailbox.set(Some(state));
        if self.pane.get_untracked() == Pane::Inbox {
            self.all_seen();
        }
    }

    fn say(self, said: &FromPage) {
        if let Some(frame) = TextFrame::new(said) {
            self.send_frame(&frame);
        }
    }

    fn send_frame(self, frame: &TextFrame) {
        self.with_link(|link| {
            link.send(frame);
        });
    }

    fn with_link(self, act: impl Fn(&Link)) {
        // A copy: whatever the link tells of this may need the link itself.
        if let Some(link) = self.link.get_value() {
            act(&link);
        }
    }

    /// Tries to reach the bridge now.
    pub fn reconnect(self) {
        self.with_link(Link::retry);
    }

    /// The tab has come into view, or gone out of it.
    pub fn visibility_changed(self) {
        self.with_link(Link::visibility_changed);
        if self.pane.get_untracked() == Pane::Inbox {
            self.all_seen();
        }
    }

    /// Whether something can be sent now.
    #[must_use]
    pub fn can_send(self) -> bool {
        matches!(self.connection.get(), Connection::Open(_)) && !self.session.with(Session::is_busy)
    }

    /// The draft as it would be sent now. Follows the draft.
    ///
    /// # Errors
    /// What is in the way.
    pub fn built(self) -> Result<Built, Vec<Problem>> {
        let (unix_ms, random) = self.stamp.get();
        // JavaScript counts the minutes from here to UTC, the other way round.
        #[expect(clippy::cast_possible_truncation, reason = "a day has 1440 minutes")]
        let offset_minutes = -(Date::new_0().get_timezone_offset() as i32);
        self.draft.with(|draft| {
            draft.build(
                Moment {
                    unix_ms,
                    offset_minutes,
                },
                random,
            )
        })
    }

    /// Sends the draft. `fresh`: dated now, rather than as it has just been shown.
    pub fn send(self, mode: SendMode, fresh: bool) {
        if !untrack(|| self.can_send()) {
            return;
        }
        if fresh {
            self.stamp.set(stamp());
        }
        self.finish_addresses();
        let built = match untrack(|| self.built()) {
            Ok(built) => built,
            Err(problems) => return self.problems.set(problems),
        };
        self.save();
        let server = self.server.get_untracked();
        let id = self.session.with_untracked(|session| session.id) + 1;
        let size = built.bytes.len() as u64;
        let start = FromPage::Start(Box::new(Start {
            id,
            credentials: server.credentials(self.password.get_untracked()),
            from: built.from,
            to: built.to,
            size,
            eight_bit: built.eight_bit,
            utf8: built.utf8,
            mode,
            pipelining: true,
            chunking: server.chunking,
            keep_open: server.keep_open,
            client_name: None,
            server: server.server(),
        }));
        let Some(start) = TextFrame::new(&start) else {
            return self.problems.set(vec![Problem {
                place: Place::To,
                what: Wrong::TooLong,
            }]);
        };
        self.session
            .update(|session| session.begin(id, size, self.send_to()));
        self.selected.set(None);
        self.pane.set(Pane::Wire);
        let link = self.link.get_value();
        if !link.is_some_and(|link| link.start(id, &start, built.bytes)) {
            self.session.update(Session::bridge_lost);
        }
        // The next send is another message, with a Message-ID of its own.
        self.stamp.set(stamp());
    }

    /// Opens the connection that is to be kept open, if there can be one now.
    fn open_ahead(self) {
        let server = self.server.get_untracked();
        let password = self.password.get_untracked();
        let unknown =
            (server.sign_in && password.is_empty()) || (!server.practice && server.host.is_empty());
        let there = self
            .connection
            .with_untracked(|connection| matches!(connection, Connection::Open(_)));
        let free = self
            .session
            .with_untracked(|session| !session.is_busy() && !session.is_open());
        if !server.keep_open || unknown || !there || !free {
            return;
        }
        let id = self.session.with_untracked(|session| session.id) + 1;
        let open = FromPage::Open(Box::new(Open {
            id,
            server: server.server(),
            credentials: server.credentials(password),
            client_name: None,
        }));
        let Some(open) = TextFrame::new(&open) else {
            // The send will say so.
            return;
        };
        self.session
            .update(|session| session.open(id, self.send_to()));
        self.selected.set(None);
        self.send_frame(&open);
    }

    /// Closes the connection that is kept open.
    fn hang_up(self) {
        let (id, open) = self
            .session
            .with_untracked(|session| (session.id, session.is_open()));
        if open {
            let act = Operator::Abort;
            self.say(&FromPage::Operator { id, act });
            self.session.update(Session::hang_up);
        }
    }

    /// Tells the dialogue what the operator decided. False: the line is too long to be sent to the
    /// bridge, and stays paused.
    pub fn operate(self, act: Operator) -> bool {
        let id = self.session.with_untracked(|session| session.id);
        let Some(frame) = TextFrame::new(&FromPage::Operator { id, act }) else {
            return false;
        };
        self.session.update(Session::released);
        self.send_frame(&frame);
        true
    }

    /// Opens a message of the inbox.
    pub fn read(self, id: u64) {
        self.reading.set(None);
        self.wanted.set(Some(id));
        self.say(&FromPage::Read { id });
    }

    /// Removes a message from the practice mailbox.
    pub fn delete(self, id: u64) {
        self.say(&FromPage::Delete { id });
    }

    /// Empties the practice mailbox.
    pub fn clear(self) {
        self.say(&FromPage::Clear);
    }

    /// Chooses a server, and remembers it without its password. Where a connection is to be kept
    /// open, it is opened.
    pub fn choose(self, server: ServerChoice, password: String) {
        storage::keep(keys::SERVER, &server);
        self.server.set(server);
        self.password.set(password);
        // What was open may be to another server, or for another user.
        self.hang_up();
        self.open_ahead();
    }

    /// `host:port` of the chosen server; empty while the practice server's is not known.
    #[must_use]
    pub fn server_address(self) -> String {
        self.server.with(|server| {
            if !server.practice {
                return format!("{}:{}", server.host, server.port);
            }
            let practice = self.welcome.with(|welcome| {
                welcome
                    .as_ref()
                    .and_then(|welcome| welcome.practice.clone())
            });
            practice.map_or_else(String::new, |practice| match server.practice_security {
                Security::Tls => practice.tls,
                Security::None | Security::Starttls => practice.starttls,
            })
        })
    }

    /// The chosen server, as a message would be sent to it now.
    fn send_to(self) -> SentTo {
        let name = untrack(|| self.server_name());
        self.server.with_untracked(|server| SentTo {
            name,
            server: server.server(),
            user: server.sign_in.then(|| server.user.clone()),
        })
    }

    /// The chosen server's name.
    fn server_name(self) -> String {
        self.server.with(|server| {
            let practice = || {
                self.welcome.with(|welcome| {
                    welcome
                        .as_ref()
                        .and_then(|welcome| welcome.practice.clone())
                })
            };
            if server.practice {
                practice().map_or_else(String::new, |practice| practice.name)
            } else {
                server.host.clone()
            }
        })
    }
}

/// The page's state, from anywhere below [`crate::app::App`].
#[must_use]
pub fn use_state() -> State {
    expect_context::<State>()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit an i64"
)]
fn stamp() -> (i64, [u8; 16]) {
    let mut random = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        crypto.get_random_values_with_u8_array(&mut random).ok();
    }
    (Date::now() as i64, random)
}
