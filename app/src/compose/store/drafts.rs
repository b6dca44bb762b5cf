//! What a person does with drafts, and when they are saved.

use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::{set_timeout, window_event_listener_untyped};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{ComposeStateStoreFields as _, ComposeStore, sender};
use crate::compose::draft::Draft;
use crate::compose::drafts::{
    self, Change, Drafts, LocalDrafts, PREFIX, keep_tab_memory, tab_memory,
};
use crate::compose::rail::DraftRow;
use crate::ui::dom::{self, listen};
use crate::ui::ime;

/// What has been written is saved after this time. Writing on does not delay it: what has been on
/// the screen for a second is stored.
const SAVED_AFTER: Duration = Duration::from_millis(500);

/// A save that failed is tried again after this time.
const RETRIED_AFTER: Duration = Duration::from_secs(1);

/// Something about drafts that the person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compose) enum DraftNotice {
    /// The text was replaced by a newer one, written in another tab.
    Newer,
    /// The draft was changed here and in another tab.
    Both,
    /// A draft was discarded, which can be undone.
    Discarded,
    /// A record can't be read.
    Unreadable,
}

/// Where drafts are kept, and whether the one that is shown is going to be saved.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    drafts: StoredValue<Drafts<LocalDrafts>, LocalStorage>,
    planned: StoredValue<bool>,
}

impl Saving {
    /// Opens the drafts of this browser, and the one that this tab begins with. Without any draft,
    /// that is `sample`.
    pub(super) fn open(sample: Draft) -> (Saving, Draft) {
        let (drafts, draft) = Drafts::open(LocalDrafts, drafts::new_id, &tab_memory(), sample);
        let saving = Saving {
            drafts: StoredValue::new_local(drafts),
            planned: StoredValue::new(false),
        };
        (saving, draft)
    }
}

impl ComposeStore {
    /// The draft has been changed here. It is saved a moment later.
    pub(in crate::compose) fn edited(self) {
        self.saving.drafts.update_value(Drafts::edited);
        self.changed();
        self.plan_save(SAVED_AFTER);
    }

    /// Saves what has changed, now.
    pub(in crate::compose) fn save(self) {
        let mut done = Ok(false);
        self.saving.drafts.update_value(|drafts| {
            done = self.draft.with_untracked(|draft| drafts.save(draft));
        });
        match done {
            Ok(true) => {
                self.state.unsaved().set(None);
                let now = Date::new_0();
                let clock = format!("{:02}:{:02}", now.get_hours(), now.get_minutes());
                self.state.saved_at().set(Some(clock));
                self.remember();
            }
            Ok(false) => {}
            Err(error) => {
                self.state.unsaved().set(Some(error));
                self.plan_save(RETRIED_AFTER);
            }
        }
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

    /// Puts the draft aside and begins a new one from the same sender.
    pub(in crate::compose) fn new_message(self) {
        let shown = self.draft.get_untracked();
        let mut next = None;
        self.saving
            .drafts
            .update_value(|drafts| next = Some(drafts.begin(&shown)));
        if let Some(next) = &mut next {
            sender::begin(self.identities, next);
        }
        self.show(next.filter(|next| *next != shown));
    }

    /// Brings back the draft that was put aside last, and puts aside the one shown.
    pub(in crate::compose) fn bring_back(self) {
        let first = self
            .state
            .others()
            .with_untracked(|others| others.first().map(|other| other.id.clone()));
        if let Some(id) = first {
            self.open_draft(&id);
        }
    }

    /// Shows one of the other drafts, and puts aside the one shown.
    pub(in crate::compose) fn open_draft(self, id: &str) {
        let mut next = None;
        self.saving.drafts.update_value(|drafts| {
            next = self
                .draft
                .with_untracked(|shown| drafts.switch_to(id, shown));
        });
        self.show(next);
    }

    /// Discards one of the other drafts.
    pub(in crate::compose) fn discard_draft(self, id: &str) {
        self.saving.drafts.update_value(|drafts| drafts.discard(id));
        self.state.notice().set(Some(DraftNotice::Discarded));
        self.list_others();
        // There may be room now.
        self.save();
    }

    /// Takes back the last [`ComposeStore::discard_draft`].
    pub(in crate::compose) fn undo_discard(self) {
        let mut done = Ok(());
        self.saving
            .drafts
            .update_value(|drafts| done = drafts.undo_discard());
        match done {
            Ok(()) => self.state.notice().set(None),
            Err(error) => self.state.unsaved().set(Some(error)),
        }
        self.save();
        self.list_others();
    }

    /// Shows another draft.
    fn show(self, next: Option<Draft>) {
        if let Some(next) = next {
            self.state.notice().set(None);
            self.replace(next);
        }
        self.save();
        self.remember();
        self.list_others();
    }

    /// Shows this draft in place of the one that is shown.
    fn replace(self, draft: Draft) {
        self.draft.set(draft);
        self.state.shown().update(|shown| *shown += 1);
        self.changed();
    }

    /// Looks what other tabs have stored. Not while text is being composed: it would be lost.
    fn look(self) {
        if ime::composes() {
            return;
        }
        let mut change = Change::None;
        self.saving.drafts.update_value(|drafts| {
            change = self.draft.with_untracked(|shown| drafts.look(shown));
        });
        match change {
            Change::None => {}
            Change::Newer(draft) => {
                self.replace(*draft);
                self.state.notice().set(Some(DraftNotice::Newer));
            }
            Change::Both => {
                self.state.notice().set(Some(DraftNotice::Both));
                self.save();
            }
            Change::Removed => self.save(),
        }
        self.remember();
        self.list_others();
    }

    fn remember(self) {
        self.saving
            .drafts
            .with_value(|drafts| keep_tab_memory(&drafts.tab_memory()));
    }

    fn list_others(self) {
        let others = self
            .saving
            .drafts
            .with_value(|drafts| self.draft.with_untracked(|shown| drafts.others(shown)));
        self.state.others().set(others);
    }

    /// Saves whenever the page may be closed, and follows other tabs, until the page is closed.
    pub(in crate::compose) fn keep_drafts(self) {
        self.remember();
        self.list_others();
        let unreadable = |others: &Vec<_>| {
            let mut others = others.iter();
            others.any(|other: &DraftRow| other.title.is_none())
        };
        if self.state.others().with_untracked(unreadable) {
            self.state.notice().set(Some(DraftNotice::Unreadable));
        }
        let on = |name: &str, handle: fn(ComposeStore)| {
            drop(window_event_listener_untyped(name, move |_| handle(self)));
        };
        on("pagehide", ComposeStore::save);
        on("pageshow", ComposeStore::look);
        on("focus", ComposeStore::look);
        on("compositionend", ComposeStore::look);
        listen(&document(), "visibilitychange", move |_| {
            if dom::is_hidden() {
                self.save();
            } else {
                self.look();
            }
        });
        listen(&document(), "freeze", move |_| self.save());
        listen(&document(), "resume", move |_| self.look());
        drop(window_event_listener_untyped("storage", move |event| {
            let Some(event) = event.dyn_ref::<web_sys::StorageEvent>() else {
                return;
            };
            // No key: everything was removed.
            if event.key().is_none_or(|key| key.starts_with(PREFIX)) {
                self.look();
            }
        }));
        drop(window_event_listener_untyped(
            "beforeunload",
            move |event| {
                self.save();
                // It can't be stored: the browser asks before it is lost.
                if self.saving.drafts.with_value(Drafts::is_dirty) {
                    event.prevent_default();
                }
            },
        ));
    }
}
