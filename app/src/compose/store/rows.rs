//! The drafts, as the list of drafts shows them.

use leptos::prelude::*;

use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::draft::Draft;
use crate::compose::rail::DraftRow;

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
        let search = search.to_lowercase();
        std::iter::once(shown)
            .chain(others)
            .filter(|row| row.matches(&search))
            .collect()
    }

    /// The draft that is shown, as it is while someone types. Follows it.
    pub(in crate::compose) fn shown_row(self) -> DraftRow {
        self.draft.with(|draft| DraftRow::of("", draft))
    }

    /// Discards a draft of the list. Where that is the one shown, a new one is begun; a draft with
    /// nothing in it stays.
    pub(in crate::compose) fn discard_row(self, row: &DraftRow) {
        if !row.current {
            return self.discard_draft(&row.id);
        }
        if self.draft.with_untracked(Draft::is_blank) {
            return;
        }
        self.new_message();
        let others = self.state.others();
        let left = others.with_untracked(|others| others.first().map(|left| left.id.clone()));
        if let Some(left) = left {
            self.discard_draft(&left);
        }
    }
}
