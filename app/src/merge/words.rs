//! What is said of a message to many.

use super::model::{BadTable, Fault, Halt, MOST_COLUMNS, MOST_ROWS, NoColumn, SameName, Table};
use super::store::Trouble;
use crate::compose::wrong;
use crate::i18n::Locale;
use crate::ui::visible::visible;

/// The most characters of a name that are shown.
const NAME_CHARS: usize = 40;

/// A name, cut where it is long.
fn cut(name: &str) -> String {
    let mut chars = name.chars();
    let mut shown: String = chars.by_ref().take(NAME_CHARS).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    visible(&shown)
}

/// The field of a column.
fn field(name: &str) -> String {
    format!("{{{}}}", cut(name))
}

/// What a column is called where it is shown. Its place tells it from others of the same name.
pub(super) fn column(locale: Locale, table: &Table, column: usize) -> String {
    let name = table.columns.get(column).map_or("", String::as_str);
    if table.shares_name(column) {
        locale.merge_column_at(cut(name), column + 1)
    } else {
        cut(name)
    }
}

/// What all columns are called.
pub(super) fn columns(locale: Locale, table: &Table) -> String {
    let columns = (0..table.columns.len()).map(|at| column(locale, table, at));
    columns.collect::<Vec<_>>().join(", ")
}

/// That columns have the same name.
pub(super) fn same_name(locale: Locale, same: &SameName) -> String {
    locale.merge_same_names(same.many, cut(&same.name), field(&same.name))
}

/// That the table has no column for fields: those that may be meant as another each by itself.
pub(super) fn no_columns(locale: Locale, fields: &[NoColumn]) -> Vec<String> {
    let near = fields.iter().filter_map(|one| {
        let near = field(one.near.as_ref()?);
        Some(locale.merge_near(cut(&one.field), near))
    });
    let others = fields.iter().filter(|one| one.near.is_none());
    let others: Vec<String> = others.map(|one| cut(&one.field)).collect();
    let others = (!others.is_empty()).then(|| locale.merge_unknown(others.join(", ")));
    near.chain(others).collect()
}

/// What is wrong with a row.
pub(super) fn fault(locale: Locale, table: &Table, fault: &Fault) -> String {
    match fault {
        Fault::Problem(problem) => wrong(locale, &problem.what),
        Fault::NoFile(name) => locale.merge_no_file(visible(name)),
        Fault::Empty(at) => locale.merge_empty(column(locale, table, *at)),
    }
}

/// What went wrong.
pub(super) fn trouble(locale: Locale, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Table(BadTable::NoRows) => locale.merge_no_rows().to_owned(),
        Trouble::Table(BadTable::TooManyRows) => locale.merge_too_many_rows(MOST_ROWS),
        Trouble::Table(BadTable::TooManyColumns) => locale.merge_too_many_columns(MOST_COLUMNS),
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
