//! A message to many: what it is made of, what is wrong with its rows, and what became of each.
//! Pure.

mod check;
mod guess;
mod run;
mod turn;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::check::{Checked, Fault, NoColumn, Repeat};
pub use self::run::{Counts, Halt, RowState, Run, Verdict, verdict};
pub use self::turn::{Grant, Turn};
use crate::accounts::ServerChoice;
use crate::compose::{Attachment, Draft, Fill, recipients};
use crate::ui::table_text;

/// The most rows of a table.
pub const MOST_ROWS: usize = 10_000;

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 500;

/// With more rows than this, the page says that a mail server is the better place for them.
pub const MANY: usize = 300;

/// A table of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// What the file is called.
    pub name: String,
    /// The names of the columns: their headings, as fields have them. Several may be equal.
    pub columns: Vec<String>,
    /// The rows, each with as many cells as there are headings.
    pub rows: Vec<Vec<String>>,
}

/// A name that several columns have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameName {
    /// The name of the first, which a field takes.
    pub name: String,
    /// How many have it.
    pub many: usize,
}

/// Why a table can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTable {
    /// It has no row below the headings.
    NoRows,
    /// It has more rows than [`MOST_ROWS`].
    TooManyRows,
    /// It has more columns than [`MOST_COLUMNS`].
    TooManyColumns,
}

/// What is sent, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The message, with its fields.
    pub draft: Draft,
    /// The people.
    pub table: Table,
    /// The column with the addresses. None: the message says who it is for.
    pub to: Option<usize>,
    /// The column with the names.
    pub name: Option<usize>,
    /// The column that names a file for each row.
    pub attach: Option<usize>,
    /// The files that it names.
    pub given: Vec<Attachment>,
    /// The keys of these files and of those of the message, which are kept as long as this is.
    pub files: Vec<String>,
    /// The rows that are left out.
    pub left_out: BTreeSet<usize>,
    /// Whether fields may be empty.
    pub may_be_empty: bool,
    /// The fields of which the table has no column and which are sent as they are written.
    pub literal: BTreeSet<String>,
    /// One message is sent every so many seconds. 0: as fast as the server takes them.
    pub every: u32,
    /// The server.
    pub server: ServerChoice,
}

impl Table {
    /// Reads a table with headings. `unnamed`: what the column in this place, from 1, is called
    /// if it has none.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn read(
        name: &str,
        text: &str,
        unnamed: impl Fn(usize) -> String,
    ) -> Result<Table, BadTable> {
        let mut records = table_text::records(text)
            .into_iter()
            .map(|(_, cells)| cells);
        let headings = records.next().ok_or(BadTable::NoRows)?;
        let mut rows: Vec<Vec<String>> = records.take(MOST_ROWS + 1).collect();
        match rows.len() {
            0 => return Err(BadTable::NoRows),
            many if many > MOST_ROWS => return Err(BadTable::TooManyRows),
            _ => {}
        }
        // A column without a heading is one if there is something in it.
        let filled = |cells: &Vec<String>| {
            let last = cells.iter().rposition(|cell| !cell.trim().is_empty());
            last.map_or(0, |last| last + 1)
        };
        let many = rows.iter().chain([&headings]).map(filled).max();
        let many = many.unwrap_or_default();
        if many > MOST_COLUMNS {
            return Err(BadTable::TooManyColumns);
        }
        let mut columns: Vec<String> = headings.iter().map(|cell| field_name(cell)).collect();
        columns.resize(many, String::new());
        name_columns(&mut columns, unnamed);
        for cells in &mut rows {
            cells.resize(columns.len(), String::new());
        }
        Ok(Table {
            name: name.to_owned(),
            columns,
            rows,
        })
    }

    /// The first column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = field_name(name);
        let is_it = |column: &String| lower(column).eq(lower(&name));
        self.columns.iter().position(is_it)
    }

    /// Whether another column has the name of this one.
    #[must_use]
    pub fn shares_name(&self, column: usize) -> bool {
        let Some(name) = self.columns.get(column) else {
            return false;
        };
        let same = |column: &&String| lower(column).eq(lower(name));
        self.columns.iter().filter(same).count() > 1
    }

    /// The names that several columns have.
    #[must_use]
    pub fn same_names(&self) -> Vec<SameName> {
        let mut same: Vec<SameName> = Vec::new();
        let mut places = BTreeMap::new();
        for name in &self.columns {
            let place = *places
                .entry(lower(name).collect::<String>())
                .or_insert_with(|| {
                    let name = name.clone();
                    same.push(SameName { name, many: 0 });
                    same.len() - 1
                });
            same[place].many += 1;
        }
        same.retain(|one| one.many > 1);
        same
    }

    /// The cell of a row, without spaces around it.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let cell = self.rows.get(row).and_then(|cells| cells.get(column));
        cell.map_or("", |cell| cell.trim())
    }

    /// These rows as a file.
    #[must_use]
    pub fn as_file(&self, rows: impl Iterator<Item = usize>) -> String {
        // By the mark Excel knows that it is UTF-8.
        let mut file = String::from("\u{feff}");
        file.push_str(&table_text::line(&self.columns));
        for row in rows.filter_map(|row| self.rows.get(row)) {
            file.push_str(&table_text::line(row));
        }
        file
    }
}

impl Plan {
    /// The message for a row.
    #[must_use]
    pub fn message(&self, row: usize) -> Draft {
        self.fill(row, |fill| {
            let mut draft = self.draft.filled(fill);
            draft.answers = None;
            self.finish(row, draft)
        })
    }

    /// Only what becomes header fields of it, and its files.
    #[must_use]
    pub fn head(&self, row: usize) -> Draft {
        self.fill(row, |fill| self.finish(row, self.draft.filled_head(fill)))
    }

    /// Who the message for a row is for.
    #[must_use]
    pub fn recipients(&self, row: usize) -> Vec<String> {
        let of_column = self.recipients_of_column(row);
        of_column.unwrap_or_else(|| self.fill(row, |fill| self.draft.filled_to(fill)))
    }

    fn fill<T>(&self, row: usize, filled: impl FnOnce(&mut Fill<'_>) -> T) -> T {
        let value = |field: &str| {
            let column = self.table.column(field)?;
            Some(self.table.cell(row, column).to_owned())
        };
        filled(&mut Fill {
            value: &value,
            unknown: Vec::new(),
        })
    }

    /// Adds what does not come from fields.
    fn finish(&self, row: usize, mut draft: Draft) -> Draft {
        if let Some(to) = self.recipients_of_column(row) {
            draft.to = to;
        }
        let files = self.files_of(row).flatten();
        draft.attachments.extend(files.cloned());
        draft
    }

    /// Who the message for a row is for, where a column says so.
    fn recipients_of_column(&self, row: usize) -> Option<Vec<String>> {
        let name = self.name.map_or("", |name| self.table.cell(row, name));
        Some(recipients(name, self.table.cell(row, self.to?)))
    }

    /// The files that a row names: None for each that was not given.
    pub(super) fn files_of(&self, row: usize) -> impl Iterator<Item = Option<&Attachment>> {
        let names = self.names_of(row).into_iter();
        names.map(move |name| {
            let same = |one: &&Attachment| one.name.to_lowercase() == name.to_lowercase();
            self.given.iter().find(same)
        })
    }

    /// The names of the files that a row names.
    pub(super) fn names_of(&self, row: usize) -> Vec<&str> {
        let cell = self
            .attach
            .map_or("", |attach| self.table.cell(row, attach));
        let names = cell.split([';', '|', '\n']).map(|name| {
            let name = name.trim();
            // Without the folder.
            name.rsplit(['/', '\\']).next().unwrap_or(name)
        });
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Whether the message itself says by a field who it is for.
    #[must_use]
    pub fn says_to(&self) -> bool {
        self.draft.to.iter().any(|text| text.contains('{'))
    }

    /// Chooses the columns by their headings, and by what is in them.
    pub fn guess(&mut self) {
        let to = guess::addresses(&self.table);
        self.to = to.filter(|_| !self.says_to());
        self.name = self.to.and_then(|_| guess::names(&self.table));
        self.attach = None;
        self.left_out.clear();
    }
}

/// A heading as a field has it between its braces.
fn field_name(heading: &str) -> String {
    let words: Vec<&str> = heading.split_whitespace().collect();
    words.join(" ").replace('{', "(").replace('}', ")")
}

/// What is compared of a name that a field has.
fn lower(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}

/// Gives those that have no name one that no other has.
fn name_columns(columns: &mut [String], unnamed: impl Fn(usize) -> String) {
    for at in 0..columns.len() {
        if !columns[at].is_empty() {
            continue;
        }
        let name = unnamed(at + 1);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let is_free = |name: &String| columns.iter().all(|column| lower(column).ne(lower(name)));
        columns[at] = names.find(is_free).unwrap_or(name);
    }
}

#[cfg(test)]
mod tests;
