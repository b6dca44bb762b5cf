//! What a person does with drafts.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{ComposeStateStoreFields as _, ComposeStore, sender};
use crate::compose::draft::Draft;
use crate::compose::drafts::{
    Access, DraftNotice, Head, Message, Session, database, now, unreadable,
};
use crate::storage::{self, StoreError};

/// A draft that was deleted last.
#[derive(Clone, Debug)]
pub(super) enum Discarded {
    /// One that is in the database, and marked. Whether it was the one shown.
    Stored(String, bool),
    /// One that is not in the database.
    Unstored(u64, Box<Draft>),
    /// One that can't be read: its key in localStorage, and its text.
    Unreadable(String, String),
}

impl ComposeStore {
    /// Changes the draft, if a person can write to it here. It is saved a moment later. Otherwise
    /// the notice that says why not draws attention to itself.
    pub(in crate::compose) fn edit(self, change: impl FnOnce()) -> bool {
        let writes = self.state.access().get_untracked().writes();
        if writes {
            change();
            self.act(|session, _| session.edited());
            self.changed();
        } else {
            self.state.refused().update(|times| *times += 1);
        }
        writes
    }

    /// Saves what has changed, now.
    pub(in crate::compose) fn save(self) {
        self.act(Session::save);
    }

    /// Whether a person can write here. Follows it.
    pub(in crate::compose) fn writes(self) -> bool {
        self.state.access().get().writes()
    }

    /// Writes to the draft here, rather than in the other tab.
    pub(in crate::compose) fn take_draft(self) {
        self.act(|session, _| session.take());
    }

    /// Puts the draft aside and begins a new one from the same sender.
    pub(in crate::compose) fn new_message(self) {
        let mut next = None;
        self.act(|session, shown| {
            if session.begin(shown) {
                next = Some(Draft::from_sender(&shown.from));
            }
        });
        if let Some(mut next) = next {
            sender::begin(self.identities, &mut next);
            self.show(next);
        }
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
        self.act(|session, shown| next = session.open_left(id, shown));
        if let Some(next) = next {
            return self.show(next);
        }
        if let Some((_, text)) = unreadable().into_iter().find(|(key, _)| key == id) {
            return self.open_unreadable(text);
        }
        let id = id.to_owned();
        self.set_opening(Some(id.clone()));
        spawn_local(async move {
            let read = database::get(&id).await;
            self.set_opening(None);
            match read {
                Ok(Some(stored)) => {
                    let mut opened = false;
                    self.act(|session, shown| opened = session.open(&stored, shown));
                    if opened {
                        self.show(stored.draft);
                    }
                }
                Ok(None) => self.look(),
                Err(error) => self.state.unread().set(Some(error)),
            }
        });
    }

    /// What can't be read as a draft is shown as it is. The record stays.
    fn open_unreadable(self, text: String) {
        let mut next = None;
        self.act(|session, shown| {
            session.open_text(shown);
            next = Some(Draft {
                body: text,
                ..Draft::from_sender(&shown.from)
            });
        });
        if let Some(next) = next {
            self.show(next);
            self.save();
        }
    }

    /// Shows this text as a new draft, and puts aside the one shown.
    pub(in crate::compose) fn open_as_new(self, next: Draft) {
        self.act(Session::open_text);
        self.show(next);
        self.save();
    }

    /// The revision of the draft shown that is stored; 0: none.
    pub(in crate::compose) fn revision(self) -> u64 {
        self.with_session(Session::revision)
    }

    /// A draft is kept elsewhere now. If it is still the one shown, a new message takes its place.
    pub(in crate::compose) fn give_away(self, id: &str, draft: &Draft) {
        let shown = self.shown_id() == id && self.draft.with_untracked(|now| now == draft);
        if shown {
            let mut next = Draft::from_sender(&draft.from);
            self.act(Session::give_away);
            sender::begin(self.identities, &mut next);
            return self.show(next);
        }
        let id = id.to_owned();
        let wanted = draft.clone();
        spawn_local(async move {
            // One that has been changed since stays.
            if let Ok(Some(stored)) = database::get(&id).await
                && stored.draft == wanted
            {
                self.purge(vec![(id, Some(stored.head.revision))]);
            }
        });
    }

    /// A draft has come back from where it was kept.
    pub(in crate::compose) fn came_back(self, head: Head) {
        self.post(&Message::Changed {
            id: head.id.clone(),
            revision: head.revision,
        });
        self.note_head(head);
        self.list_drafts();
    }

    /// Deletes a draft. That can be undone.
    pub(in crate::compose) fn discard_draft(self, id: &str) {
        if self.shown_id() == id {
            return self.discard_shown();
        }
        let mut left = None;
        self.act(|session, _| left = session.discard_left(id));
        if let Some((edits, draft)) = left {
            return self.discarded(Discarded::Unstored(edits, Box::new(draft)));
        }
        if let Some((key, text)) = unreadable().into_iter().find(|(key, _)| key == id) {
            storage::remove(&key);
            return self.discarded(Discarded::Unreadable(key, text));
        }
        let id = id.to_owned();
        spawn_local(async move {
            if self.mark(&id, Some(now())).await {
                self.discarded(Discarded::Stored(id, false));
            }
        });
    }

    /// Deletes the draft shown, and begins a new one.
    fn discard_shown(self) {
        let id = self.shown_id();
        let mut next = None;
        self.act(|session, shown| {
            session.delete(shown);
            next = Some(Draft::from_sender(&shown.from));
        });
        if let Some(mut next) = next {
            sender::begin(self.identities, &mut next);
            self.show(next);
        }
        self.discarded(Discarded::Stored(id, true));
    }

    fn discarded(self, what: Discarded) {
        self.saving.discarded.set_value(Some(what));
        self.state.notice().set(Some(DraftNotice::Discarded));
        self.list_drafts();
        // There may be room now.
        self.save();
    }

    /// Takes back the last [`ComposeStore::discard_draft`].
    pub(in crate::compose) fn undo_discard(self) {
        let Some(discarded) = self.saving.discarded.get_value() else {
            return;
        };
        self.saving.discarded.set_value(None);
        self.state.notice().set(None);
        match discarded {
            Discarded::Stored(id, was_shown) => self.restore_draft(&id, was_shown),
            Discarded::Unstored(edits, draft) => {
                self.act(|session, _| session.undo_discard(edits, *draft));
            }
            Discarded::Unreadable(key, text) => {
                if let Err(error) = storage::keep_text(&key, &text) {
                    self.state.unsaved().set(Some(error));
                    let kept = Discarded::Unreadable(key, text);
                    self.saving.discarded.set_value(Some(kept));
                }
            }
        }
        self.list_drafts();
    }

    /// Takes back that a draft was deleted.
    pub(in crate::compose) fn restore_draft(self, id: &str, open: bool) {
        let mut here = false;
        self.act(|session, _| here = session.restore_left(id));
        if here {
            if open {
                self.open_draft(id);
            }
            return;
        }
        let id = id.to_owned();
        spawn_local(async move {
            if self.mark(&id, None).await && open {
                self.open_draft(&id);
            }
        });
    }

    /// Marks a draft as deleted, or not. Whether that is stored.
    async fn mark(self, id: &str, deleted: Option<u64>) -> bool {
        match database::mark(id, deleted).await {
            Ok(Some(head)) => {
                self.post(&Message::Changed {
                    id: head.id.clone(),
                    revision: head.revision,
                });
                self.note_head(head);
                self.list_drafts();
                true
            }
            Ok(None) => {
                self.look();
                false
            }
            Err(error) => {
                self.state.unread().set(Some(error));
                false
            }
        }
    }

    /// Removes the deleted drafts for good: this one, or all.
    pub(in crate::compose) fn purge_deleted(self, id: Option<&str>) {
        let ids = self.state.deleted().with_untracked(|deleted| {
            let ids = deleted.iter().map(|row| row.id.clone());
            ids.filter(|one| id.is_none_or(|id| id == one))
                .map(|id| (id, None))
                .collect::<Vec<_>>()
        });
        self.purge(ids);
    }

    /// Shows another draft.
    fn show(self, next: Draft) {
        self.state.notice().set(None);
        self.replace(next);
        self.list_drafts();
        self.save();
    }

    /// Shows this draft in place of the one that is shown.
    pub(super) fn replace(self, draft: Draft) {
        self.draft.set(draft);
        self.state.shown().update(|shown| *shown += 1);
        self.changed();
    }

    /// What is stored has become this.
    pub(in crate::compose) fn note_head(self, head: Head) {
        self.state.heads().update(|heads| {
            heads.retain(|one| one.id != head.id);
            heads.push(head);
        });
    }

    /// Why the text that is shown may be lost. Follows it.
    pub(in crate::compose) fn unsaved(self) -> Option<StoreError> {
        self.state.unsaved().get()
    }

    /// Whether another tab has the draft, and this one has asked for it. Follows it.
    pub(in crate::compose) fn access(self) -> Access {
        self.state.access().get()
    }
}
