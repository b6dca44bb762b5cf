//! Words for what can go wrong when files are attached.

use super::list::MOST;
use super::store::Problem;
use crate::i18n::Locale;
use crate::storage::StoreError;
use crate::ui::visible::visible;

/// What went wrong, and what to do.
pub(super) fn problem(locale: Locale, problem: &Problem) -> String {
    match problem {
        Problem::TooMany => locale.attach_too_many(MOST),
        Problem::Nothing => locale.attach_nothing().to_owned(),
        Problem::Unreadable(name) => locale.attach_unreadable(visible(name)),
        Problem::NotEnclosed(name) => locale.attach_not_enclosed(visible(name)),
        Problem::ReadOnly => locale.attach_read_only().to_owned(),
        Problem::OtherDraft(name) => locale.attach_other_draft(visible(name)),
        Problem::NotStored(name, StoreError::Full) => locale.attach_full(visible(name)),
        Problem::NotStored(name, StoreError::Unavailable) => {
            locale.attach_unavailable(visible(name))
        }
        Problem::NotStored(name, _) => locale.attach_failed(visible(name)),
    }
}
