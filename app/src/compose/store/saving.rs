//! Carries out what a [`Session`] decides, and tells it what happens.

use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::drafts::Discarded;
use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::draft::Draft;
use crate::compose::drafts::{
    Head, Loaded, Message, Output, Session, TabMemory, Written, database, keep_tab_memory, lock,
    new_id, now, unstored,
};
use crate::compose::shown_draft::number;
use crate::storage::StoreError;
use crate::storage::channel::Channel;
use crate::ui::dom::is_reload;
use crate::ui::ime;

/// What has been written is saved after this time. Writing on does not delay it: what has been on
/// the screen for a second is stored.
const SAVED_AFTER: Duration = Duration::from_millis(500);

/// A save that failed is tried again after this time.
const RETRIED_AFTER: Duration = Duration::from_secs(1);

/// A tab that does not answer within this time loses its lock to another.
const ANSWERED_AFTER: Duration = Duration::from_secs(1);

/// The drafts of this page, and when they are saved.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    session: StoredValue<Session, LocalStorage>,
    channel: StoredValue<Option<Channel>, LocalStorage>,
    planned: StoredValue<bool>,
    pub(super) discarded: StoredValue<Option<Discarded>>,
    memory: StoredValue<TabMemory>,
    /// What is searched for.
    pub(super) searched: StoredValue<String>,
    /// The draft that is being read, to be shown.
    opening: StoredValue<Option<String>>,
}

impl Saving {
    /// The draft that a page begins with. Without any, it is `sample`.
    pub(super) fn open(loaded: &mut Loaded, sample: Draft) -> (Saving, Draft) {
        let memory = std::mem::take(&mut loaded.memory);
        let (mut session, draft) = match (loaded.shown.take(), loaded.unstored.take()) {
            (Some((stored, access)), _) => {
                let mut session = Session::of(new_id, now, &stored.head, access);
                if memory.writes && is_reload() {
                    // A tab that waited for the lock got it while this one was reloaded.
                    session.take();
                }
                (session, stored.draft)
            }
            (None, Some(write)) => (Session::of_unstored(new_id, now, &write), write.draft),
            (None, None) => {
                let mut session = Session::new(new_id, now);
                match &memory.blank_from {
                    Some(from) => {
                        let draft = Draft::from_sender(from);
                        session.begin(&draft);
                        (session, draft)
                    }
                    None => (session, sample),
                }
            }
        };
        session.set_aside(memory.left.clone());
        let saving = Saving {
            session: StoredValue::new_local(session),
            channel: StoredValue::new_local(None),
            planned: StoredValue::new(false),
            discarded: StoredValue::new(None),
            memory: StoredValue::new(memory),
            searched: StoredValue::new(String::new()),
            opening: StoredValue::new(None),
        };
        (saving, draft)
    }

    /// Messages to other tabs are sent on this channel.
    pub(super) fn listens_on(self, channel: Channel) {
        self.channel.set_value(Some(channel));
    }
}

impl ComposeStore {
    /// Tells the session something, with the draft that is shown, and does what it wants.
    pub(super) fn act(self, tell: impl FnOnce(&mut Session, &Draft)) {
        self.saving
            .session
            .update_value(|session| self.draft.with_untracked(|draft| tell(session, draft)));
        loop {
            let mut next = None;
            self.saving
                .session
                .update_value(|session| next = session.poll());
            match next {
                Some(output) => self.perform(output),
                None => break,
            }
        }
        self.reflect();
    }

    fn perform(self, output: Output) {
        match output {
            Output::Write(serial, write) => spawn_local(async move {
                let edits = write.by.edits;
                match database::store(*write).await {
                    Ok((head, newer)) => self.stored(&Written {
                        serial,
                        edits,
                        head,
                        newer,
                    }),
                    Err(error) => {
                        self.act(|session, shown| session.failed(serial, error, shown));
                    }
                }
            }),
            Output::Read(id) => self.read(id),
            Output::Lock(id, claim) => lock::ask(&id, claim),
            Output::Unlock(id) => lock::release(&id),
            Output::Post(message) => self.post(&message),
            Output::Journal(serial, entry) => {
                let edits = entry.write.by.edits;
                if unstored::keep(&entry).is_ok() {
                    self.saving
                        .session
                        .update_value(|session| session.journaled(serial, edits));
                }
            }
            Output::Unjournal(key) => unstored::remove(&key),
            Output::Purge(id, revision) => self.purge(vec![(id, Some(revision))]),
            Output::Show(draft) => {
                self.replace(*draft);
                self.list_drafts();
            }
            Output::Notify(notice) => self.state.notice().set(Some(notice)),
            Output::Wake => self.plan_save(SAVED_AFTER),
            Output::Retry => self.plan_save(RETRIED_AFTER),
            Output::Expect(id) => {
                let overdue = move || self.act(|session, _| session.overdue(&id));
                set_timeout(overdue, ANSWERED_AFTER);
            }
        }
    }

    fn stored(self, written: &Written) {
        let shown = self.shown_id();
        self.note_head(written.head.clone());
        self.act(|session, draft| session.written(written, draft));
        let now = Date::new_0();
        let clock = format!("{:02}:{:02}", now.get_hours(), now.get_minutes());
        let saved = self.saving.session.with_value(|session| {
            let saved = self.draft.with_untracked(|draft| session.is_saved(draft));
            saved && session.is_stored()
        });
        if saved {
            self.state.saved_at().set(Some(clock));
        }
        // What is shown has a row of its own, which follows what is typed.
        if written.head.id != shown || self.shown_id() != shown {
            self.list_drafts();
        }
    }

    fn read(self, id: String) {
        spawn_local(async move {
            let Ok(stored) = database::get(&id).await else {
                return;
            };
            match &stored {
                Some(stored) => self.note_head(stored.head.clone()),
                None => self
                    .state
                    .heads()
                    .update(|heads| heads.retain(|head| head.id != id)),
            }
            // What is being composed would be lost. The page looks again when it is done.
            if !ime::composes() {
                self.act(|session, shown| session.read(&id, stored, shown));
            }
            self.list_drafts();
        });
    }

    pub(in crate::compose) fn post(self, message: &Message) {
        if let Ok(text) = serde_json::to_string(message) {
            self.saving.channel.with_value(|channel| {
                if let Some(channel) = channel {
                    channel.post(&text);
                }
            });
        }
    }

    pub(super) fn heard(self, message: Message) {
        match &message {
            Message::Changed { id, .. } if *id != self.shown_id() => self.read(id.clone()),
            Message::Removed { id } => {
                self.state
                    .heads()
                    .update(|heads| heads.retain(|head| head.id != *id));
                self.list_drafts();
            }
            _ => {}
        }
        if !ime::composes() {
            self.act(|session, shown| session.heard(&message, shown));
        }
    }

    /// Removes drafts for good.
    pub(super) fn purge(self, ids: Vec<(String, Option<u64>)>) {
        spawn_local(async move {
            match database::purge(&ids).await {
                Ok(purged) => {
                    let removed = |head: &Head| purged.contains(&head.id);
                    self.state
                        .heads()
                        .update(|heads| heads.retain(|head| !removed(head)));
                    self.list_drafts();
                    for id in purged {
                        self.post(&Message::Removed { id });
                    }
                }
                Err(error) => self.state.unread().set(Some(error)),
            }
        });
    }

    fn plan_save(self, after: Duration) {
        if !self.saving.planned.get_value() {
            self.saving.planned.set_value(true);
            let save = move || {
                self.saving.planned.set_value(false);
                self.save();
            };
            set_timeout(save, after);
        }
    }

    /// The id of the draft that is shown.
    pub(in crate::compose) fn shown_id(self) -> String {
        let shown = |session: &Session| session.shown().to_owned();
        self.saving.session.with_value(shown)
    }

    /// With the session, as it is now.
    pub(super) fn with_session<T>(self, ask: impl FnOnce(&Session) -> T) -> T {
        self.saving.session.with_value(ask)
    }

    /// Shows what has become of the session.
    fn reflect(self) {
        let (access, trouble, memory) = self.saving.session.with_value(|session| {
            let blank = self.draft.with_untracked(|draft| {
                let blank = draft.is_blank() && !session.is_stored();
                blank.then(|| draft.from.clone())
            });
            let memory = TabMemory {
                draft: blank.is_none().then(|| session.shown().to_owned()),
                blank_from: blank,
                left: session.aside().map(str::to_owned),
                writes: session.access().writes(),
                ..TabMemory::default()
            };
            (session.access(), session.trouble(), memory)
        });
        if self.state.access().get_untracked() != access {
            self.state.access().set(access);
            self.state.refused().set(0);
        }
        if self.state.unsaved().get_untracked() != trouble {
            self.state.unsaved().set(trouble);
        }
        self.number_shown();
        if self.saving.memory.with_value(|before| *before != memory) {
            keep_tab_memory(&memory);
            self.saving.memory.set_value(memory);
        }
    }

    /// The drafts that were left and may not be stored yet.
    pub(in crate::compose) fn left_drafts(self) -> Vec<(String, Draft)> {
        self.with_session(|session| {
            let left = session.left().filter(|(_, draft)| !draft.is_blank());
            let left = left.map(|(id, draft)| (id.to_owned(), draft.clone()));
            left.collect()
        })
    }

    fn number_shown(self) {
        let opening = self.saving.opening.get_value();
        let shown = number(&opening.unwrap_or_else(|| self.shown_id()));
        if self.state.shown_number().get_untracked() != shown {
            self.state.shown_number().set(shown);
        }
    }

    /// Another draft is being read, to be shown; or not any more.
    pub(super) fn set_opening(self, id: Option<String>) {
        self.saving.opening.set_value(id);
        self.number_shown();
    }

    /// The id of the draft of this number, if it can be opened.
    pub(in crate::compose) fn numbered(self, wanted: u64) -> Option<String> {
        let fits = |id: &str| number(id) == wanted;
        let here = self.with_session(|session| {
            let left = session.left().map(|(id, _)| id);
            let mut ids = left.chain([session.shown()]);
            ids.find(|id| fits(id)).map(str::to_owned)
        });
        here.or_else(|| {
            self.state.heads().with_untracked(|heads| {
                let deleting = |id: &str| self.with_session(|session| session.is_deleting(id));
                let mut kept = heads.iter().filter(|head| head.deleted.is_none());
                kept.find(|head| fits(&head.id) && !deleting(&head.id))
                    .map(|head| head.id.clone())
            })
        })
    }

    /// Reads what is stored, because messages of other tabs may have been missed.
    pub(super) fn look(self) {
        spawn_local(async move {
            self.read_heads().await.ok();
        });
    }

    /// Reads what is stored.
    pub(super) async fn read_heads(self) -> Result<(), StoreError> {
        let heads = database::heads().await?;
        self.state.heads().set(heads);
        if self.state.unread().get_untracked().is_some() {
            self.state.unread().set(None);
        }
        if !ime::composes() {
            let heads = self.state.heads();
            self.act(|session, shown| {
                heads.with_untracked(|heads| session.listed(heads, shown));
            });
        }
        self.list_drafts();
        Ok(())
    }
}
