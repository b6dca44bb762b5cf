//! What a person does with drafts, and when they are saved.

use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::{set_timeout, window_event_listener_untyped};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::{State, stamp};
use crate::compose::draft::{Draft, Place};
use crate::compose::drafts::{Change, Drafts, PREFIX};
use crate::i18n::Locale;
use crate::storage::{self, LocalDrafts};
use crate::ui::ime;

/// After so long what has been written is saved. Writing on does not put it off: what has stood on
/// the screen for a second is stored.
const SAVED_AFTER: Duration = Duration::from_millis(500);

/// After so long a save that failed is tried again.
const RETRIED_AFTER: Duration = Duration::from_secs(1);

/// Something about drafts that the person should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftNotice {
    /// The text was replaced by a newer one, written in another tab.
    Newer,
    /// The draft was changed here and in another tab.
    Both,
    /// A draft was discarded, which can be undone.
    Discarded,
    /// A record can't be read.
    Unreadable,
}

/// Reads the draft to begin with.
pub(super) fn open(locale: Locale) -> (Drafts<LocalDrafts>, Draft) {
    let sample = match locale {
        Locale::ko => Draft::sample_ko(),
        Locale::en => Draft::sample_en(),
    };
    let tab = storage::tab_memory();
    Drafts::open(LocalDrafts, storage::new_id, &tab, sample)
}

impl State {
    /// Changes the draft, and saves it a moment later.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.drafts.update_value(Drafts::edited);
        self.changed();
        self.plan_save(SAVED_AFTER);
    }

    /// Saves what has changed, now.
    pub fn save(self) {
        let mut done = Ok(false);
        self.drafts.update_value(|drafts| {
            done = self.draft.with_untracked(|draft| drafts.save(draft));
        });
        match done {
            Ok(true) => {
                self.unsaved.set(None);
                let now = Date::new_0();
                let clock = format!("{:02}:{:02}", now.get_hours(), now.get_minutes());
                self.saved_at.set(Some(clock));
                self.remember();
            }
            Ok(false) => {}
            Err(error) => {
                self.unsaved.set(Some(error));
                self.plan_save(RETRIED_AFTER);
            }
        }
    }

    fn plan_save(self, after: Duration) {
        if !self.save_planned.get_value() {
            self.save_planned.set_value(true);
            let save = move || {
                self.save_planned.set_value(false);
                self.save();
            };
            set_timeout(save, after);
        }
    }

    /// Takes all addresses that are being typed for finished.
    pub fn finish_addresses(self) {
        let fields = [Place::To, Place::Cc, Place::Bcc];
        let unfinished = |draft: &Draft| {
            let text = |place: &Place| !draft.addresses(*place).1.is_empty();
            fields.iter().any(text)
        };
        if self.draft.with_untracked(unfinished) {
            self.edit(|draft| {
                for place in fields {
                    draft.finish_addresses(place);
                }
            });
        }
    }

    /// Puts the draft aside and begins a new one from the same sender.
    pub fn new_message(self) {
        let shown = self.draft.get_untracked();
        let mut next = None;
        self.drafts
            .update_value(|drafts| next = Some(drafts.begin(&shown)));
        self.show(next.filter(|next| *next != shown));
    }

    /// Brings back the draft that was put aside last, and puts aside the one shown.
    pub fn bring_back(self) {
        let first = self
            .other_drafts
            .with_untracked(|others| others.first().map(|other| other.id.clone()));
        if let Some(id) = first {
            self.open_draft(&id);
        }
    }

    /// Shows one of [`State::other_drafts`], and puts aside the one
    /// shown.
    pub fn open_draft(self, id: &str) {
        let mut next = None;
        self.drafts.update_value(|drafts| {
            next = self
                .draft
                .with_untracked(|shown| drafts.switch_to(id, shown));
        });
        self.show(next);
    }

    /// Discards one of [`State::other_drafts`].
    pub fn discard_draft(self, id: &str) {
        self.drafts.update_value(|drafts| drafts.discard(id));
        self.draft_notice.set(Some(DraftNotice::Discarded));
        self.list_others();
        // There may be room now.
        self.save();
    }

    /// Takes back the last [`State::discard_draft`].
    pub fn undo_discard(self) {
        let mut done = Ok(());
        self.drafts
            .update_value(|drafts| done = drafts.undo_discard());
        match done {
            Ok(()) => self.draft_notice.set(None),
            Err(error) => self.unsaved.set(Some(error)),
        }
        self.save();
        self.list_others();
    }

    /// Shows another draft.
    fn show(self, next: Option<Draft>) {
        if let Some(next) = next {
            self.draft_notice.set(None);
            self.draft.set(next);
            self.changed();
        }
        self.save();
        self.remember();
        self.list_others();
    }

    /// Looks what other tabs have stored. Not while text is being composed: it would be lost.
    fn look(self) {
        if ime::composes() {
            return;
        }
        let mut change = Change::None;
        self.drafts.update_value(|drafts| {
            change = self.draft.with_untracked(|shown| drafts.look(shown));
        });
        match change {
            Change::None => {}
            Change::Newer(draft) => {
                self.draft.set(*draft);
                self.changed();
                self.draft_notice.set(Some(DraftNotice::Newer));
            }
            Change::Both => {
                self.draft_notice.set(Some(DraftNotice::Both));
                self.save();
            }
            Change::Removed => self.save(),
        }
        self.remember();
        self.list_others();
    }

    /// What is shown has changed: nothing that was said of it holds any more.
    fn changed(self) {
        self.problems.set(Vec::new());
        self.stamp.set(stamp());
        self.saved_at.set(None);
    }

    fn remember(self) {
        self.drafts
            .with_value(|drafts| storage::keep_tab_memory(&drafts.tab_memory()));
    }

    fn list_others(self) {
        let others = self
            .drafts
            .with_value(|drafts| self.draft.with_untracked(|shown| drafts.others(shown)));
        self.other_drafts.set(others);
    }

    /// Begins to save when the page may go, and to follow other tabs, for as long as it lives.
    pub fn keep_drafts(self) {
        self.remember();
        self.list_others();
        let unreadable = |others: &Vec<_>| {
            let mut others = others.iter();
            others.any(|other: &crate::compose::drafts::Other| other.title.is_none())
        };
        if self.other_drafts.with_untracked(unreadable) {
            self.draft_notice.set(Some(DraftNotice::Unreadable));
        }
        let on = |name: &str, handle: fn(State)| {
            drop(window_event_listener_untyped(name, move |_| handle(self)));
        };
        on("pagehide", State::save);
        on("pageshow", State::look);
        on("focus", State::look);
        on("compositionend", State::look);
        on_document("visibilitychange", move || {
            if document().hidden() {
                self.save();
            } else {
                self.look();
            }
        });
        on_document("freeze", move || self.save());
        on_document("resume", move || self.look());
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
                if self.drafts.with_value(Drafts::is_dirty) {
                    event.prevent_default();
                }
            },
        ));
    }
}

fn on_document(name: &str, handle: impl FnMut() + 'static) {
    let handle = Closure::<dyn FnMut()>::new(handle);
    document()
        .add_event_listener_with_callback(name, handle.as_ref().unchecked_ref())
        .ok();
    handle.forget();
}
