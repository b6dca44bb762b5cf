//! What is said of a message to many.

use super::model::{BadTable, Fault, Halt, MOST_ROWS};
use super::store::Trouble;
use crate::compose::wrong;
use crate::i18n::Locale;
use crate::ui::visible::visible;

/// What is wrong with a row.
pub(super) fn fault(locale: Locale, fault: &Fault) -> String {
    match fault {
        Fault::Problem(problem) => wrong(locale, &problem.what),
        Fault::NoFile(name) => locale.merge_no_file(visible(name)),
        Fault::Empty(column) => locale.merge_empty(visible(column)),
    }
}

/// What went wrong.
pub(super) fn trouble(locale: Locale, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Table(BadTable::NoRows) => locale.merge_no_rows().to_owned(),
        Trouble::Table(BadTable::TooManyRows) => locale.merge_too_many_rows(MOST_ROWS),
        Trouble::Unreadable => locale.merge_unreadable().to_owned(),
        Trouble::File(name) => locale.merge_file_not_stored(visible(name)),
        Trouble::Store(_) => locale.merge_not_stored().to_owned(),
        Trouble::Elsewhere => locale.merge_elsewhere().to_owned(),
        Trouble::NotLoaded => locale.part_not_loaded().to_owned(),
    }
}

/// Why nothing more is sent, and what to do.
pub(super) fn halt(locale: Locale, halt: &Halt) -> String {
    match halt {
        Halt::Paused => locale.merge_paused().to_owned(),
        Halt::Temporary(reply) => locale.merge_temporary(visible(reply)),
        Halt::Refused(reply) => locale.merge_refused(visible(reply)),
        Halt::Lost => locale.merge_lost().to_owned(),
        Halt::BridgeLost => locale.merge_bridge_lost().to_owned(),
        Halt::NotStarted => locale.merge_not_started().to_owned(),
        Halt::Unknown => locale.merge_halt_unknown().to_owned(),
        Halt::Interrupted => locale.merge_interrupted().to_owned(),
        Halt::NotMade => locale.merge_not_made().to_owned(),
        Halt::NotStored => locale.merge_not_stored().to_owned(),
    }
}
