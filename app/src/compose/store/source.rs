//! What a person does with the source: edits it instead of the fields, goes back, saves it.

use leptos::prelude::*;

use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::draft::{DraftStoreFields as _, raw};

/// A source that was left for the fields, so that this can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) struct LeftSource {
    /// Which draft it is of, see `ComposeState::shown`.
    shown: u32,
    source: String,
}

impl ComposeStore {
    /// Whether the source is edited instead of the fields.
    pub(in crate::compose) fn is_raw(self) -> bool {
        self.draft.raw().with(Option::is_some)
    }

    /// The source that is edited; empty where the fields are.
    pub(in crate::compose) fn raw_source(self) -> String {
        self.draft.raw().get_untracked().unwrap_or_default()
    }

    /// What a person may want otherwise in the source that is edited.
    pub(in crate::compose) fn source_remarks(self) -> Vec<raw::Remark> {
        let attachments = self.draft.attachments();
        self.draft.raw().with(|source| {
            let remarks = |source: &String| raw::remarks(source, &attachments.read());
            source.as_ref().map(remarks).unwrap_or_default()
        })
    }

    /// From now on the source is edited, beginning with that of the fields. Their problems are
    /// shown where there is none.
    pub(in crate::compose) fn edit_source(self) {
        self.finish_addresses();
        match untrack(|| self.message()) {
            Ok(message) => {
                self.set_raw(Some(raw::editable(&message.segments)));
            }
            Err(problems) => self.state.problems().set(problems),
        }
    }

    /// A person has typed in the source.
    pub(in crate::compose) fn type_source(self, source: String) {
        self.edit(|| self.draft.raw().set(Some(source)));
    }

    /// The fields are edited again, as they were before.
    pub(in crate::compose) fn leave_source(self) {
        let source = self.raw_source();
        let shown = self.state.shown().get_untracked();
        if self.set_raw(None) {
            let left = LeftSource { shown, source };
            self.state.left_source().set(Some(left));
        }
    }

    /// Whether the source of this draft was left, and can be had again.
    pub(in crate::compose) fn has_left_source(self) -> bool {
        let shown = self.state.shown().get();
        let left = self.state.left_source();
        left.with(|left| left.as_ref().is_some_and(|left| left.shown == shown)) && !self.is_raw()
    }

    /// The source that was left is edited again.
    pub(in crate::compose) fn undo_leave_source(self) {
        if let Some(left) = self.state.left_source().get_untracked() {
            self.set_raw(Some(left.source));
        }
        self.forget_left_source();
    }

    /// The source that was left is not offered any more.
    pub(in crate::compose) fn forget_left_source(self) {
        self.state.left_source().set(None);
    }

    fn set_raw(self, raw: Option<String>) -> bool {
        self.edit(|| self.draft.raw().set(raw))
    }
}
