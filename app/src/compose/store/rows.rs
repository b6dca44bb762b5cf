//! The drafts, as the list of drafts shows them.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::draft::Draft;
use crate::compose::drafts::{Head, database, unreadable};
use crate::compose::rail::DraftRow;

/// Whole texts are searched when nothing has been typed for this time.
const SEARCHED_AFTER: Duration = Duration::from_millis(200);

impl ComposeStore {
    /// The drafts in which all words of `search` are, in the order of the list. Follows them, but
    /// not what is typed into the one that is shown; see [`ComposeStore::shown_row`].
    pub(in crate::compose) fn draft_rows(self, search: &str) -> Vec<DraftRow> {
        self.state.shown().track();
        let shown = DraftRow {
            current: true,
            ..untrack(|| self.shown_row())
        };
        let others = self.state.others().get();
        let found = self.state.found().get();
        let in_text = |row: &DraftRow| found.0 == search && found.1.contains(&row.id);
        let lower = search.to_lowercase();
        std::iter::once(shown)
            .chain(others)
            .filter(|row| row.matches(&lower) || in_text(row))
            .collect()
    }

    /// Searches the whole texts of all drafts, for [`ComposeStore::draft_rows`]: what the list
    /// shows of them is searched at once.
    pub(in crate::compose) fn search_texts(self, search: &str) {
        let words = search.to_lowercase();
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let wanted = search.to_owned();
        self.saving.searched.set_value(wanted.clone());
        if words.is_empty() {
            return;
        }
        let begin = move || {
            let is_wanted = move |wanted: &String| {
                let searched = self.saving.searched;
                searched.with_value(|searched| searched == wanted)
            };
            // More has been typed meanwhile.
            if !is_wanted(&wanted) {
                return;
            }
            spawn_local(async move {
                if let Ok(ids) = database::search(&words).await
                    && is_wanted(&wanted)
                {
                    self.state.found().set((wanted, ids));
                }
            });
        };
        set_timeout(begin, SEARCHED_AFTER);
    }

    /// The draft that is shown, as it is while someone types. Follows it.
    pub(in crate::compose) fn shown_row(self) -> DraftRow {
        let id = self.shown_id();
        self.draft.with(|draft| DraftRow::of(&id, draft))
    }

    /// Deletes a draft of the list. Where that is the one shown, a new one is begun; a draft with
    /// nothing in it stays.
    pub(in crate::compose) fn discard_row(self, row: &DraftRow) {
        if !row.current {
            return self.discard_draft(&row.id);
        }
        if !self.draft.with_untracked(Draft::is_blank) {
            self.discard_draft(&self.shown_id());
        }
    }

    /// Lists the drafts besides the one shown: first the one that was left last in this tab, then
    /// the newest.
    pub(in crate::compose) fn list_drafts(self) {
        let shown = self.shown_id();
        let (left, aside) = self.with_session(|session| {
            let left = session.left();
            let left = left.map(|(id, draft)| DraftRow::of(id, draft));
            let aside = session.aside().map(str::to_owned);
            (left.collect::<Vec<_>>(), aside)
        });
        let is_left = |id: &str| left.iter().any(|row| row.id == *id);
        let (mut others, mut deleted) = self.state.heads().with_untracked(|heads| {
            let deleting = |id: &str| self.with_session(|session| session.is_deleting(id));
            let listed = heads.iter();
            let listed = listed.filter(|head| head.id != shown && !deleting(&head.id));
            let (gone, kept): (Vec<&Head>, _) = listed.partition(|head| head.deleted.is_some());
            let kept = kept.into_iter().filter(|head| !is_left(&head.id)).map(row);
            let gone = gone.into_iter().map(|head| (head.deleted, row(head)));
            (kept.collect::<Vec<_>>(), gone.collect::<Vec<_>>())
        });
        deleted.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let deleted: Vec<DraftRow> = deleted.into_iter().map(|(_, row)| row).collect();
        if self
            .state
            .deleted()
            .with_untracked(|before| *before != deleted)
        {
            self.state.deleted().set(deleted);
        }
        others.extend(
            left.iter()
                .filter(|row| row.title.as_deref() != Some(""))
                .cloned(),
        );
        // Those that are not stored yet are the newest.
        others.sort_by_key(|row| {
            let time = row.changed_ms.unwrap_or(u64::MAX);
            std::cmp::Reverse((Some(&row.id) == aside.as_ref(), time))
        });
        let unreadable = unreadable().into_iter().map(|(key, _)| DraftRow {
            id: key,
            ..DraftRow::default()
        });
        others.extend(unreadable);
        if self
            .state
            .others()
            .with_untracked(|before| *before != others)
        {
            self.state.others().set(others);
        }
    }
}

fn row(head: &Head) -> DraftRow {
    DraftRow {
        id: head.id.clone(),
        title: Some(head.title.clone()),
        people: head.people.clone(),
        words: head.words.clone(),
        changed_ms: Some(head.time),
        attachments: head.attachments,
        current: false,
    }
}
