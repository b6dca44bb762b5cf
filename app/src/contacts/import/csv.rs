//! Tables as text (RFC 4180): of columns with headings, or without.

use super::headings::{Column, columns};
use super::{Import, Reason, whole_name};

/// Reads a table.
pub(super) fn read(text: &str) -> Import {
    let mut import = Import::default();
    // Excel's line that names the separator.
    let (named, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (first.chars().nth(4), rest, 1)
        }
        _ => (None, text, 0),
    };
    let separator = named.unwrap_or_else(|| separator(text));
    let mut rows = records(text, separator)
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
        .map(|(line, cells)| (line + skipped, cells))
        .peekable();
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

/// The separator: whichever stands most often in the first record, outside of quotes.
fn separator(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [('\t', 0), (';', 0), (',', 0)];
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            c if !quoted => {
                let of_it = counts.iter_mut().filter(|(separator, _)| *separator == c);
                of_it.for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(',', |(separator, _)| separator)
}

/// The records, each with the number of its first line.
fn records(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let mut records = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut line, mut begins, mut quoted) = (1, 1, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_line = c == '\n' || (c == '\r' && chars.peek() != Some(&'\n'));
        line += usize::from(ends_line);
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            // A quotation mark within a cell is one like any other character.
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if quoted => cell.push(c),
            c if c == separator => cells.push(std::mem::take(&mut cell)),
            _ if ends_line => {
                cells.push(std::mem::take(&mut cell));
                records.push((begins, std::mem::take(&mut cells)));
                begins = line;
            }
            '\r' => {}
            c => cell.push(c),
        }
    }
    cells.push(cell);
    records.push((begins, cells));
    records
}
