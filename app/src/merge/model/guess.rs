//! Which column is which, by its heading and by what is in it.

use super::Table;

/// Headings of columns with addresses, in lower case.
const ADDRESS: [&str; 9] = [
    "email",
    "e-mail",
    "mail",
    "address",
    "email address",
    "e-mail address",
    "이메일",
    "메일",
    "이메일 주소",
];

/// Headings of columns with names.
const NAME: [&str; 6] = ["name", "full name", "display name", "이름", "성명", "성함"];

/// How many rows are looked at.
const ROWS: usize = 50;

/// The column with the addresses: by its heading, else the first in which there are some.
pub(super) fn addresses(table: &Table) -> Option<usize> {
    let has_addresses = |column: &usize| {
        let rows = 0..table.rows.len().min(ROWS);
        let many = rows.len();
        let with = rows.filter(|row| table.cell(*row, *column).contains('@'));
        with.count() * 2 > many
    };
    let mut columns = 0..table.columns.len();
    named(table, &ADDRESS)
        .filter(has_addresses)
        .or_else(|| columns.find(has_addresses))
}

/// The column with the names.
pub(super) fn names(table: &Table) -> Option<usize> {
    named(table, &NAME)
}

fn named(table: &Table, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| table.column(name))
}
