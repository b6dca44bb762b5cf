//! What was sent, and what a person does with it.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{Details, Line, Sent, lines};
use super::recording::UnderWay;
use super::records;
use crate::compose::{self, ShownDraft, use_shown_draft};
use crate::storage::StoreError;
use crate::storage::channel::Channel;
use crate::submission::{self, Recorded, SubmissionStore, use_submission};
use crate::ui::part::{at_once_or_soon, part};
use crate::ui::{Pane, dom, use_later};

/// Whole texts are searched when nothing has been typed for this time.
const SEARCHED_AFTER: Duration = Duration::from_millis(200);

/// What was sent. Copies are the same.
#[derive(Clone, Copy)]
pub struct HistoryStore {
    /// What the list shows, the newest first. None: it has not been read.
    pub(super) all: RwSignal<Option<Vec<Sent>>>,
    /// The one that is open, and the rest of it once that has been read.
    pub(super) open: RwSignal<Option<String>>,
    pub(super) details: RwSignal<Option<Arc<Details>>>,
    pub(super) search: RwSignal<String>,
    /// What was searched for in the whole texts, and the keys of those that have it.
    found: RwSignal<(String, Vec<String>)>,
    /// The batches whose messages are listed.
    unfolded: RwSignal<Vec<String>>,
    /// What was deleted last, and can be restored.
    pub(super) deleted: RwSignal<Vec<String>>,
    /// Why something could not be stored or read.
    pub(super) trouble: RwSignal<Option<StoreError>>,
    /// A file could not be saved.
    pub(super) not_saved: RwSignal<bool>,
    pub(super) under_way: StoredValue<Option<UnderWay>, LocalStorage>,
    /// The messages that this tab has begun to send.
    pub(super) begun: StoredValue<Vec<String>>,
    channel: StoredValue<Option<Channel>, LocalStorage>,
    pub(super) submission: SubmissionStore,
    draft: ShownDraft,
}

impl HistoryStore {
    /// Provides it to all components below, and records what is sent from now on. Nothing is read
    /// before someone looks.
    pub(super) fn provide() {
        let history = HistoryStore {
            all: RwSignal::new(None),
            open: RwSignal::new(None),
            details: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            found: RwSignal::new((String::new(), Vec::new())),
            unfolded: RwSignal::new(Vec::new()),
            deleted: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            not_saved: RwSignal::new(false),
            under_way: StoredValue::new_local(None),
            begun: StoredValue::new(Vec::new()),
            channel: StoredValue::new_local(None),
            submission: use_submission(),
            draft: use_shown_draft(),
        };
        provide_context(history);
        history.record_all();
        let later = use_later();
        Effect::new(move |_| {
            if later.is_there() {
                at_once_or_soon(find(history), |()| {});
            }
        });
    }

    /// Reads what was sent, when someone looks for the first time.
    pub(super) fn look(self) {
        self.open_channel();
        self.reload();
    }

    /// Opens the channel to the other tabs, once.
    fn open_channel(self) {
        if self.channel.with_value(Option::is_some) {
            return;
        }
        let channel = Channel::open("glasspost.history", move |_| {
            if self.all.with_untracked(Option::is_some) {
                self.reload();
            }
        });
        self.channel.set_value(Some(channel));
    }

    /// Tells the other tabs that something has changed.
    pub(super) fn tell(self) {
        self.open_channel();
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.post("changed");
            }
        });
    }

    /// Reads all anew.
    pub(super) fn reload(self) {
        spawn_local(async move {
            match records::all().await {
                Ok(mut all) => {
                    all.retain(|one| one.deleted.is_none());
                    all.sort_by_key(|one| std::cmp::Reverse(one.time));
                    // A browser that was killed has left no note of these.
                    let open = all.iter().filter(|one| one.kind.is_empty());
                    open.for_each(|one| self.end_if_gone(&one.id));
                    self.all.set(Some(all));
                    self.read_open();
                }
                Err(error) => {
                    self.trouble.set(Some(error));
                    if self.all.with_untracked(Option::is_none) {
                        self.all.set(Some(Vec::new()));
                    }
                }
            }
        });
    }

    /// One has been stored, and others were removed.
    pub(super) fn note(self, sent: Sent, removed: &[String]) {
        let is_open = self
            .open
            .with_untracked(|open| open.as_ref() == Some(&sent.id));
        self.all.update(|all| {
            if let Some(all) = all {
                all.retain(|one| one.id != sent.id && !removed.contains(&one.id));
                all.insert(0, sent);
                all.sort_by_key(|one| std::cmp::Reverse(one.time));
            }
        });
        if is_open {
            self.read_open();
        }
    }

    /// Those that match what is searched for. Follows both.
    pub(super) fn listed(self) -> Vec<Sent> {
        let search = self.search.get();
        let lower = search.to_lowercase();
        self.all.with(|all| {
            self.found.with(|(searched, ids)| {
                let in_text = |one: &Sent| *searched == search && ids.contains(&one.id);
                let all = all.iter().flatten();
                all.filter(|one| one.matches(&lower) || in_text(one))
                    .cloned()
                    .collect()
            })
        })
    }

    /// The lines of the list. What was found is not folded.
    pub(super) fn lines(self) -> Vec<Line> {
        let listed = self.listed();
        if self.search.with(|search| search.trim().is_empty()) {
            self.unfolded.with(|unfolded| lines(listed, unfolded))
        } else {
            listed.into_iter().map(Line::One).collect()
        }
    }

    /// Lists the messages of a batch, or its one line only.
    pub(super) fn unfold(self, batch: &str, unfold: bool) {
        self.unfolded.update(|unfolded| {
            unfolded.retain(|one| one != batch);
            if unfold {
                unfolded.push(batch.to_owned());
            }
        });
    }

    /// Searches, also in the whole texts a moment later.
    pub(super) fn search(self, wanted: String) {
        self.search.set(wanted.clone());
        let words: Vec<String> = wanted
            .to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if words.is_empty() {
            return;
        }
        let is_wanted = move |wanted: &String| self.search.with_untracked(|now| now == wanted);
        let begin = move || {
            if !is_wanted(&wanted) {
                return;
            }
            let ids = self.all.with_untracked(|all| {
                let all = all.iter().flatten();
                all.map(|one| one.id.clone()).collect::<Vec<_>>()
            });
            spawn_local(async move {
                if let Ok(found) = records::search(&ids, &words).await
                    && is_wanted(&wanted)
                {
                    self.found.set((wanted, found));
                }
            });
        };
        set_timeout(begin, SEARCHED_AFTER);
    }

    /// Opens one. None: closes the one that is open.
    pub(super) fn open(self, id: Option<String>) {
        self.details.set(None);
        self.open.set(id);
        self.read_open();
    }

    fn read_open(self) {
        let Some(id) = self.open.get_untracked() else {
            return;
        };
        let there = self.all.with_untracked(|all| {
            let mut all = all.iter().flatten();
            all.any(|one| one.id == id)
        });
        if !there {
            return self.open.set(None);
        }
        spawn_local(async move {
            let read = records::details(&id).await;
            if self.open.get_untracked().as_ref() != Some(&id) {
                return;
            }
            match read {
                Ok(Some(details)) => self.details.set(Some(Arc::new(details))),
                Ok(None) => self.open.set(None),
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Writes it again, as a new draft. Nothing is sent.
    pub(super) fn resend(self, details: &Details, show: Callback<&'static Pane>) {
        if let Some(draft) = details.draft.clone() {
            self.draft.open_new(draft);
            show.run(&compose::PANE);
        }
    }

    /// Writes to those who were refused, as a new draft. Nothing is sent.
    pub(super) fn write_to_refused(self, details: &Details, show: Callback<&'static Pane>) {
        if let Some(draft) = &details.draft {
            self.draft.open_new(draft.only_to(&details.refused()));
            show.run(&compose::PANE);
        }
    }

    /// Shows the transcript where the dialogue is.
    pub(super) fn show_transcript(self, details: &Details, show: Callback<&'static Pane>) {
        if let Some(ending) = details.ending.clone() {
            self.submission.show_recorded(Recorded {
                destination: details.destination.clone(),
                entries: details.entries.clone(),
                ending,
            });
            show.run(&submission::PANE);
        }
    }

    /// Deletes those of these keys. That can be undone.
    pub(super) fn delete(self, ids: Vec<String>) {
        spawn_local(async move {
            match records::mark(&ids, Some(dom::now())).await {
                Ok(()) => {
                    self.all.update(|all| {
                        if let Some(all) = all {
                            all.retain(|one| !ids.contains(&one.id));
                        }
                    });
                    let is_gone = |open: &Option<String>| {
                        open.as_ref().is_some_and(|open| ids.contains(open))
                    };
                    if self.open.with_untracked(is_gone) {
                        self.open(None);
                    }
                    self.deleted.set(ids);
                    self.tell();
                }
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Takes back the last [`HistoryStore::delete`].
    pub(super) fn undo_delete(self) {
        let ids = self.deleted.get_untracked();
        spawn_local(async move {
            match records::mark(&ids, None).await {
                Ok(()) => {
                    self.deleted.set(Vec::new());
                    self.reload();
                    self.tell();
                }
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }
}

part! { later:
    /// What pages that are gone have left.
    fn find(history: HistoryStore) -> () {
        history.find_interrupted();
    }
}

/// What was sent, from any component of this feature.
pub(super) fn use_history() -> HistoryStore {
    expect_context()
}
