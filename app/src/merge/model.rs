//! A message to many: what it is made of, what is wrong with its rows, and what became of each.
//! Pure.

mod check;
mod guess;
mod run;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::check::{Checked, Fault, Repeat};
pub use self::run::{Counts, Halt, RowState, Run, Verdict, verdict};
use crate::accounts::ServerChoice;
use crate::compose::{Attachment, Draft, Fill};
use crate::ui::table_text;

/// The most rows of a table.
pub const MOST_ROWS: usize = 10_000;

/// With more rows than this, the page says that a mail server is the better place for them.
pub const MANY: usize = 300;

/// A table of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// What the file is called.
    pub name: String,
    /// The headings.
    pub columns: Vec<String>,
    /// The rows, each with as many cells as there are headings.
    pub rows: Vec<Vec<String>>,
}

/// Why a table can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTable {
    /// It has no row below the headings.
    NoRows,
    /// It has more rows than [`MOST_ROWS`].
    TooManyRows,
}

/// What is sent, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Names it.
    pub id: String,
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
    /// Whether fields of which the table has no column are sent as they are written.
    pub as_written: bool,
    /// One message is sent every so many seconds. 0: as fast as the server takes them.
    pub every: u32,
    /// The server.
    pub server: ServerChoice,
}

impl Table {
    /// Reads a table with headings.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn read(name: &str, text: &str) -> Result<Table, BadTable> {
        let mut records = table_text::records(text)
            .into_iter()
            .map(|(_, cells)| cells);
        let columns = records.next().ok_or(BadTable::NoRows)?;
        let columns: Vec<String> = columns.iter().map(|cell| cell.trim().to_owned()).collect();
        let rows = records.map(|mut cells| {
            cells.resize(columns.len(), String::new());
            cells
        });
        let rows: Vec<Vec<String>> = rows.take(MOST_ROWS + 1).collect();
        match rows.len() {
            0 => Err(BadTable::NoRows),
            many if many > MOST_ROWS => Err(BadTable::TooManyRows),
            _ => Ok(Table {
                name: name.to_owned(),
                columns,
                rows,
            }),
        }
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        let is_it = |column: &String| column.to_lowercase() == name;
        self.columns.iter().position(is_it)
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
    /// The message for a row, and the fields that stay as they are written.
    #[must_use]
    pub fn message(&self, row: usize) -> (Draft, Vec<String>) {
        self.filled(row, Draft::filled)
    }

    /// The same without its text.
    #[must_use]
    pub fn head(&self, row: usize) -> Draft {
        self.filled(row, Draft::filled_head).0
    }

    fn filled(
        &self,
        row: usize,
        filled: impl FnOnce(&Draft, &mut Fill<'_>) -> Draft,
    ) -> (Draft, Vec<String>) {
        let value = |field: &str| {
            let column = self.table.column(field)?;
            Some(self.table.cell(row, column).to_owned())
        };
        let mut fill = Fill {
            value: &value,
            unknown: Vec::new(),
        };
        let mut template = self.draft.clone();
        if let Some(to) = self.to {
            template.to = vec![field(&self.table.columns[to])];
            let name = self
                .name
                .filter(|name| !self.table.cell(row, *name).is_empty());
            let single = !self.table.cell(row, to).contains(['<', ',', ';']);
            if let Some(name) = name.filter(|_| single) {
                let (name, to) = (&self.table.columns[name], &self.table.columns[to]);
                template.to = vec![format!("{} <{}>", field(name), field(to))];
            }
        }
        let mut draft = filled(&template, &mut fill);
        draft.answers = None;
        draft
            .attachments
            .extend(self.files_of(row).flatten().cloned());
        (draft, fill.unknown)
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

/// A field as it is written in a message.
fn field(column: &str) -> String {
    format!("{{{column}}}")
}

#[cfg(test)]
mod tests;
