//! What is wrong with the rows of a message to many.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::compose::{Draft, Fill, Problem, nearest_field, recipient_key};

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A field of the message keeps it from being sent.
    Problem(Problem),
    /// The file of this name was not given.
    NoFile(String),
    /// The cell of this column is empty, and the message has it as a field.
    Empty(usize),
}

/// A field of which the table has no column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoColumn {
    /// The field as it is written, such as `{e-mal}`.
    pub field: String,
    /// The name of the column that may be meant.
    pub near: Option<String>,
}

/// A row with the same address as an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The row.
    pub row: usize,
    /// The first with the address.
    pub first: usize,
    /// The address.
    pub address: String,
}

/// What is wrong with all that is to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Fields of which the table has no column.
    pub unknown: Vec<NoColumn>,
    /// The rows with faults that are not left out.
    pub faults: Vec<(usize, Vec<Fault>)>,
    /// Rows with the same address as an earlier one.
    pub repeats: Vec<Repeat>,
    /// How many are to be sent.
    pub many: usize,
}

impl Checked {
    /// Whether all can be sent, with these fields as they are written.
    #[must_use]
    pub fn is_fine(&self, literal: &BTreeSet<String>) -> bool {
        self.faults.is_empty() && self.many > 0 && self.leaves_only(literal)
    }

    /// Whether only these fields stay as they are written.
    #[must_use]
    pub fn leaves_only(&self, literal: &BTreeSet<String>) -> bool {
        self.unknown.iter().all(|one| literal.contains(&one.field))
    }
}

impl Plan {
    /// What is wrong with the rows that are not left out.
    #[must_use]
    pub fn check(&self) -> Checked {
        let (used, unknown) = self.used();
        let mut checked = Checked {
            unknown,
            ..Checked::default()
        };
        let mut first = BTreeMap::new();
        for row in self.rows() {
            checked.many += 1;
            let head = self.head(row);
            let faults = self.faults(row, &head, &used);
            if !faults.is_empty() {
                checked.faults.push((row, faults));
            }
            for text in &head.to {
                let Some(address) = recipient_key(text) else {
                    continue;
                };
                match first.get(&address) {
                    Some(&first) => checked.repeats.push(Repeat {
                        row,
                        first,
                        address,
                    }),
                    None => drop(first.insert(address, row)),
                }
            }
        }
        checked
    }

    /// The rows that are not left out.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.table.rows.len()).filter(|row| !self.left_out.contains(row))
    }

    fn faults(&self, row: usize, head: &Draft, used: &BTreeSet<usize>) -> Vec<Fault> {
        let mut faults: Vec<Fault> = head.problems().into_iter().map(Fault::Problem).collect();
        let names = self.names_of(row).into_iter();
        let missing = names.zip(self.files_of(row));
        let missing = missing.filter(|(_, file)| file.is_none());
        faults.extend(missing.map(|(name, _)| Fault::NoFile(name.to_owned())));
        if !self.may_be_empty {
            let empty = used.iter().filter(|column| {
                // That there is no recipient is said already.
                Some(**column) != self.to && self.table.cell(row, **column).is_empty()
            });
            faults.extend(empty.map(|column| Fault::Empty(*column)));
        }
        faults
    }

    /// The columns that fields of the message take, and the fields of which there is no column.
    fn used(&self) -> (BTreeSet<usize>, Vec<NoColumn>) {
        let used = std::cell::RefCell::new(BTreeSet::new());
        let value = |field: &str| {
            let column = self.table.column(field)?;
            used.borrow_mut().insert(column);
            Some(String::new())
        };
        let mut fill = Fill {
            value: &value,
            unknown: Vec::new(),
        };
        let _ = self.draft.filled(&mut fill);
        let unknown = fill.unknown.into_iter().map(|field| {
            let names = self.table.columns.iter().map(String::as_str);
            let near = nearest_field(&field, names).map(str::to_owned);
            NoColumn { field, near }
        });
        let unknown = unknown.collect();
        (used.into_inner(), unknown)
    }
}
