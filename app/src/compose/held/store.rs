//! The messages that are held back, as all tabs know them, and what a person does with them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{Facts, Held, Next, UNDO_SECONDS, undo_seconds};
use super::records;
use crate::accounts::{AccountsStore, use_accounts};
use crate::compose::draft::MessageStamp;
use crate::compose::drafts::{Write, Writer, database, new_id, now};
use crate::compose::store::{ComposeStore, use_compose};
use crate::connection::{ConnectionStore, use_connection};
use crate::storage::channel::Channel;
use crate::storage::{self, StoreError};
use crate::submission::{SubmissionStore, use_submission};
use crate::ui::dom;

/// The key in localStorage of what was chosen for undoing.
const UNDO: &str = "glasspost.undo";

/// Something about held messages that the person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// This one will be sent at its time.
    Scheduled(String),
    /// One of this title was sent, and this is how it ended.
    Ended {
        /// The title.
        title: String,
        /// See [`crate::submission::SubmissionStore::ended`].
        kind: &'static str,
    },
    /// Another tab has sent it, or taken it back.
    Gone,
}

#[derive(Default)]
pub(super) struct Inner {
    /// When each was held by this page, by a clock that can't be set.
    pub(super) since: BTreeMap<String, f64>,
    /// When the person said that each is to be sent now.
    pub(super) words: BTreeMap<String, u64>,
    /// Those that could not be stored, and are lost with this page.
    pub(super) unstored: Vec<String>,
    /// The one that this tab sends, and the number of its submission once it has one.
    pub(super) sending: Option<(String, Option<u32>)>,
    /// The locks that were asked for.
    pub(super) asked: Vec<String>,
    /// Numbers the timers: only the last one counts.
    pub(super) timer: u64,
    pub(super) channel: Option<Channel>,
}

/// The messages that are held back. Copies are the same.
#[derive(Clone, Copy)]
pub struct HeldStore {
    pub(super) items: RwSignal<Vec<Held>>,
    /// The ids of those that this tab is in charge of.
    pub(super) mine: RwSignal<Vec<String>>,
    /// The time at which the page looked last.
    pub(super) now: RwSignal<u64>,
    pub(super) said: RwSignal<Option<Said>>,
    /// Why something of them could not be stored or read.
    pub(super) trouble: RwSignal<Option<StoreError>>,
    /// For how many seconds sending can be undone: with the practice server, and with others.
    undo: RwSignal<(Option<u32>, Option<u32>)>,
    pub(super) inner: StoredValue<Inner, LocalStorage>,
    pub(super) compose: ComposeStore,
    pub(super) submission: SubmissionStore,
    pub(super) accounts: AccountsStore,
    pub(super) connection: ConnectionStore,
}

impl HeldStore {
    /// Provides them to all components below. Nothing is read before its view is shown.
    pub fn provide() {
        provide_context(HeldStore {
            items: RwSignal::new(Vec::new()),
            mine: RwSignal::new(Vec::new()),
            now: RwSignal::new(0),
            said: RwSignal::new(None),
            trouble: RwSignal::new(None),
            undo: RwSignal::new((None, None)),
            inner: StoredValue::new_local(Inner::default()),
            compose: use_compose(),
            submission: use_submission(),
            accounts: use_accounts(),
            connection: use_connection(),
        });
    }

    /// Reads what was chosen for undoing.
    pub(super) fn read_choice(self) {
        self.undo.set(storage::value(UNDO).unwrap_or_default());
    }

    /// For how many seconds sending to the chosen server can be undone. Follows the choice.
    pub(in crate::compose) fn undo_seconds(self) -> u32 {
        let practice = self.accounts.server().practice;
        let (of_practice, others) = self.undo.get();
        undo_seconds(if practice { of_practice } else { others }, practice)
    }

    /// Sending to servers of the kind of the chosen one can be undone for so many seconds.
    pub(super) fn choose_undo(self, seconds: u32) {
        if !UNDO_SECONDS.contains(&seconds) {
            return;
        }
        let practice = untrack(|| self.accounts.server()).practice;
        self.undo.update(|(of_practice, others)| {
            *(if practice { of_practice } else { others }) = Some(seconds);
        });
        storage::keep(UNDO, &self.undo.get_untracked());
    }

    /// Holds the draft that is shown back: for some seconds, in which sending can be undone.
    pub(in crate::compose) fn hold_for(self, seconds: u32, stamp: Option<MessageStamp>) {
        let shown = self.compose.shown_id();
        let draft = self.compose.draft_now();
        let undo = u64::from(seconds) * 1000;
        let again = |held: &Held| held.draft_id == shown && held.draft == draft && !held.is_later();
        if self.items.with_untracked(|items| items.iter().any(again)) {
            // It has been pressed twice.
            return;
        }
        self.add(self.held(now() + undo, Some(undo), stamp));
    }

    /// Sends the draft that is shown at this time. It leaves the drafts.
    pub(in crate::compose) fn hold_until(self, due: u64) {
        self.add(self.held(due, None, None));
    }

    fn held(self, due: u64, undo: Option<u64>, stamp: Option<MessageStamp>) -> Held {
        Held {
            id: new_id(),
            draft_id: self.compose.shown_id(),
            draft: self.compose.draft_now(),
            stamp,
            server: untrack(|| self.accounts.server()),
            due,
            undo,
            ..Held::default()
        }
    }

    fn add(self, held: Held) {
        self.compose.save();
        self.compose.new_stamp();
        self.said.set(None);
        spawn_local(async move {
            let takes = held.is_later().then(|| self.compose.revision());
            let stored = records::add(&held, takes).await;
            match stored {
                Ok(()) => self.tell(),
                // It is sent in some seconds, or brought back, all the same.
                Err(_) if !held.is_later() => self.inner.update_value(|inner| {
                    inner.unstored.push(held.id.clone());
                }),
                Err(error) => return self.trouble.set(Some(error)),
            }
            if held.is_later() {
                self.said.set(Some(Said::Scheduled(held.id.clone())));
                self.compose.give_away(&held.draft_id, &held.draft);
            }
            self.inner.update_value(|inner| {
                inner.since.insert(held.id.clone(), dom::now_ms());
            });
            self.items.update(|items| items.push(held));
            self.take_charge();
            self.look();
        });
    }

    /// What is to be done with a held message. Follows everything that decides it; the time is that
    /// of the last look.
    pub(super) fn next(self, held: &Held) -> Next {
        let now = self.now.get();
        let mine = self.mine.with(|mine| mine.contains(&held.id));
        let bridge = self.connection.is_open();
        let busy = !self.submission.can_send();
        let password = self.accounts.password_for(&held.server).is_some();
        let facts = self.inner.with_value(|inner| Facts {
            now,
            held_for: inner.since.get(&held.id).map(|since| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the time since then is not negative"
                )]
                let held_for = (dom::now_ms() - since).max(0.0) as u64;
                held_for
            }),
            mine: mine || inner.unstored.contains(&held.id),
            sending: inner.sending.as_ref().is_some_and(|(id, _)| *id == held.id),
            bridge,
            busy,
            password,
            word: inner.words.get(&held.id).copied(),
        });
        held.next(&facts)
    }

    /// The person wants this one to be sent now.
    pub(super) fn send_now(self, id: &str) {
        let id = id.to_owned();
        self.inner.update_value(|inner| {
            inner.words.insert(id.clone(), now());
        });
        let ended = self.get(&id).is_some_and(|held| held.has_ended());
        spawn_local(async move {
            if ended {
                match records::again(&id).await {
                    Ok(Some(held)) => self.replace(held),
                    Ok(None) => return self.gone(),
                    Err(error) => return self.trouble.set(Some(error)),
                }
                self.tell();
            }
            self.take_over(&id);
            self.look();
        });
    }

    /// The person wants this one to be sent at another time.
    pub(super) fn wait_until(self, id: &str, due: u64) {
        let id = id.to_owned();
        spawn_local(async move {
            match records::wait_until(&id, due).await {
                Ok(Some(held)) => {
                    self.inner.update_value(|inner| {
                        inner.words.remove(&id);
                        inner.since.remove(&id);
                    });
                    self.said.set(Some(Said::Scheduled(id)));
                    // A draft that was only held for some seconds is in the drafts, too.
                    self.compose.give_away(&held.draft_id, &held.draft);
                    self.replace(held);
                    self.tell();
                }
                Ok(None) => self.gone(),
                Err(error) => self.trouble.set(Some(error)),
            }
            self.look();
        });
    }

    /// Takes a message back: it is in the editor again, exactly as it was.
    pub(super) fn take_back(self, id: &str) {
        let Some(held) = self.get(id) else { return };
        let compose = self.compose;
        let interrupted = untrack(|| self.next(&held)) == Next::Ask(super::model::Why::Interrupted);
        self.said.set(None);
        spawn_local(async move {
            let shown = compose.shown_id() == held.draft_id && compose.draft_now() == held.draft;
            let in_drafts = shown
                || matches!(
                    database::get(&held.draft_id).await,
                    Ok(Some(stored)) if stored.draft == held.draft && stored.head.deleted.is_none()
                );
            let unstored = self
                .inner
                .with_value(|inner| inner.unstored.contains(&held.id));
            if unstored || in_drafts {
                let removed = if unstored {
                    Ok(true)
                } else {
                    records::remove(&held.id, interrupted).await
                };
                match removed {
                    Ok(true) => {}
                    Ok(false) => return self.gone(),
                    Err(error) => return self.trouble.set(Some(error)),
                }
                self.forget(&held.id);
                if in_drafts {
                    if !shown {
                        compose.open_draft(&held.draft_id);
                    }
                } else {
                    compose.open_as_new(held.draft);
                }
                return;
            }
            let id = new_id();
            let write = Write {
                id: id.clone(),
                by: Writer {
                    page: format!("held.{}", held.id),
                    edits: 1,
                },
                own_id: new_id(),
                draft: held.draft.clone(),
                time: now(),
                ..Write::default()
            };
            match records::give_back(&held.id, write, interrupted).await {
                Ok(Some(head)) => {
                    self.forget(&held.id);
                    compose.came_back(head);
                    compose.open_draft(&id);
                }
                Ok(None) => self.gone(),
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Removes one that needs no more decision.
    pub(super) fn dismiss(self, id: &str) {
        let id = id.to_owned();
        spawn_local(async move {
            match records::remove(&id, true).await {
                Ok(_) => self.forget(&id),
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Another tab was quicker.
    pub(super) fn gone(self) {
        self.said.set(Some(Said::Gone));
        self.reload();
    }

    /// It is not held any more.
    pub(super) fn forget(self, id: &str) {
        self.items
            .update(|items| items.retain(|held| held.id != id));
        self.inner.update_value(|inner| {
            inner.since.remove(id);
            inner.words.remove(id);
            inner.unstored.retain(|one| one != id);
            inner.asked.retain(|one| one != id);
        });
        self.mine.update(|mine| mine.retain(|one| one != id));
        super::countdown::release(id);
        self.tell();
    }

    pub(super) fn replace(self, held: Held) {
        self.items.update(|items| {
            if let Some(one) = items.iter_mut().find(|one| one.id == held.id) {
                *one = held;
            }
        });
    }

    pub(super) fn get(self, id: &str) -> Option<Held> {
        self.items
            .with_untracked(|items| items.iter().find(|held| held.id == id).cloned())
    }
}

/// The messages that are held back, from any component of this feature.
pub(in crate::compose) fn use_held() -> HeldStore {
    expect_context()
}
