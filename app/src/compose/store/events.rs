//! What happens to the page that concerns drafts: it may be left, other tabs write, the database is
//! closed.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::drafts::{
    DraftNotice, Loaded, OLD_PREFIX, Session, database, lock, now, take_over, unreadable, unstored,
};
use crate::storage::channel::Channel;
use crate::storage::database::on_close;
use crate::storage::locks::{self, Answer, Claim};
use crate::ui::dom::{self, listen};

/// Deleted drafts are removed for good after this time, in milliseconds: 30 days.
const KEPT_DELETED: u64 = 30 * 24 * 60 * 60 * 1000;

/// The lock that all pages share. A page that has it alone may remove files that no draft names.
const PAGES: &str = "glasspost.pages";

impl ComposeStore {
    /// Stores what other pages left in localStorage, and reads what is stored.
    fn take_over(self) {
        spawn_local(async move {
            let read = match take_over().await {
                Ok(_) => self.read_heads().await,
                Err(error) => Err(error),
            };
            if let Err(error) = read {
                self.state.unread().set(Some(error));
            }
        });
    }

    /// Saves whenever the page may be closed, and follows other tabs, until the page is closed.
    pub(super) fn keep_drafts(self, loaded: &Loaded) {
        self.state.unread().set(loaded.error);
        let channel = Channel::open("glasspost.drafts", move |text| {
            if let Ok(message) = serde_json::from_str(&text) {
                self.heard(message);
            }
        });
        self.saving.listens_on(channel);
        lock::listen(move |id, answer| {
            self.act(|session, shown| match answer {
                Answer::Granted => session.granted(id),
                Answer::Refused => session.refused(id, shown),
                Answer::Lost => session.lost(id, shown),
            });
        });
        self.act(|_, _| {});
        self.list_drafts();
        if !unreadable().is_empty() {
            self.state.notice().set(Some(DraftNotice::Unreadable));
        }
        self.follow_events();
        self.tidy();
        if loaded.late {
            self.take_over();
        }
    }

    fn follow_events(self) {
        let hidden = move || self.act(Session::hidden);
        let on = |name: &str, handle: fn(ComposeStore)| {
            drop(window_event_listener_untyped(name, move |_| handle(self)));
        };
        drop(window_event_listener_untyped("pagehide", move |_| hidden()));
        on("pageshow", ComposeStore::look);
        on("focus", ComposeStore::look);
        on("compositionend", ComposeStore::look);
        listen(&document(), "visibilitychange", move |_| {
            if dom::is_hidden() {
                hidden();
            } else {
                self.look();
            }
        });
        listen(&document(), "freeze", move |_| hidden());
        listen(&document(), "resume", move |_| self.look());
        on_close(move || self.look());
        drop(window_event_listener_untyped("storage", move |event| {
            let Some(event) = event.dyn_ref::<web_sys::StorageEvent>() else {
                return;
            };
            let key = event.key().unwrap_or_default();
            let written = event.new_value().is_some();
            if written && (key.starts_with(OLD_PREFIX) || key.starts_with(unstored::PREFIX)) {
                self.take_over();
            }
        }));
        drop(window_event_listener_untyped(
            "beforeunload",
            move |event| {
                hidden();
                let at_risk = self.with_session(|session| {
                    self.draft.with_untracked(|draft| session.is_at_risk(draft))
                });
                // It can't be stored: the browser asks before it is lost.
                if at_risk {
                    event.prevent_default();
                }
            },
        ));
    }

    /// Removes what nobody can bring back: drafts deleted long ago, and files that no draft names.
    fn tidy(self) {
        let long_ago = now().saturating_sub(KEPT_DELETED);
        let old = self.state.heads().with_untracked(|heads| {
            let old = heads
                .iter()
                .filter(|head| head.deleted.is_some_and(|deleted| deleted < long_ago));
            old.map(|head| (head.id.clone(), Some(head.revision)))
                .collect::<Vec<_>>()
        });
        if !old.is_empty() {
            self.purge(old);
        }
        locks::request(PAGES, Claim::Try, move |answer| {
            spawn_local(async move {
                if answer == Answer::Granted {
                    database::remove_unused_files().await.ok();
                }
                locks::request(PAGES, Claim::Share, |_| {});
            });
        });
    }
}
