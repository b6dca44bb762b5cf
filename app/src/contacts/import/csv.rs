//! Tables as text (RFC 4180): of columns with headings, or without.

use super::headings::{Column, columns};
use super::{Import, Reason, whole_name};
use crate::ui::table_text::records;

/// Reads a table.
pub(super) fn read(text: &str) -> Import {
    let mut import = Import::default();
    let mut rows = records(text).into_iter().peekable();
    let headings = rows.peek().and_then(|(_, cells)| columns(cells));
    if headings.is_some() {
        rows.next();
    }
    for (line, cells) in rows {
        match &headings {
            Some(columns) => add_row(&mut import, columns, &cells, line),
            None => add_plain(&mut import, &cells, line),
        }
    }
    import
}

/// A row whose columns are known.
fn add_row(import: &mut Import, columns: &[Option<Column>], cells: &[String], line: usize) {
    let of = |sought: Column| {
        let mut fitting = columns.iter().zip(cells);
        fitting
            .find(|(column, cell)| **column == Some(sought) && !cell.trim().is_empty())
            .map_or("", |(_, cell)| cell.trim())
    };
    let parts = whole_name(of(Column::Given), of(Column::Middle), of(Column::Family));
    let names = [of(Column::Name), &parts, of(Column::Other)];
    let name = names.into_iter().find(|name| !name.is_empty());
    // A name has one line.
    let name: Vec<&str> = name.unwrap_or_default().split_whitespace().collect();
    let name = name.join(" ");
    let addresses = columns.iter().zip(cells);
    let addresses = addresses.filter(|(column, _)| **column == Some(Column::Address));
    let mut none = true;
    for (_, cell) in addresses.filter(|(_, cell)| !cell.trim().is_empty()) {
        none = false;
        import.add(&name, cell, line);
    }
    if none {
        let shown = if name.is_empty() {
            cells.join(" ")
        } else {
            name
        };
        import.reject(line, shown.trim(), Reason::NoAddress);
    }
}

/// A row of a table without headings: whatever has an `@` is an address, the rest the name.
fn add_plain(import: &mut Import, cells: &[String], line: usize) {
    let (addresses, rest): (Vec<&String>, Vec<&String>) =
        cells.iter().partition(|cell| cell.contains('@'));
    if addresses.is_empty() {
        import.reject(line, cells.join(" ").trim(), Reason::NoAddress);
        return;
    }
    let name = rest.iter().map(|cell| cell.trim()).find(|cell| {
        let is_number = cell.chars().all(|c| !c.is_alphabetic());
        !cell.is_empty() && !is_number
    });
    for cell in addresses {
        let before = cell
            .split_once('<')
            .map(|(name, _)| name.trim().trim_matches('"'));
        let own = before.filter(|name| !name.is_empty());
        import.add(own.or(name).unwrap_or_default(), cell, line);
    }
}
