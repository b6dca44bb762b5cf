//! Cells as a spreadsheet copies them: rows of columns separated by tabs, a cell in quotation
//! marks where it has a line end, a tab or a quotation mark in it.

use super::is_line_end;

/// The rows, each with its cells, without those that are empty.
pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![Vec::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = match quoted(rest) {
            Some((cell, after)) => (cell, after),
            None => {
                let end = rest.find(|c| c == '\t' || is_line_end(c));
                let (cell, after) = rest.split_at(end.unwrap_or(rest.len()));
                (cell.to_owned(), after)
            }
        };
        let cell = cell.trim();
        if !cell.is_empty()
            && let Some(row) = rows.last_mut()
        {
            row.push(cell.to_owned());
        }
        let mut separator = after.chars();
        if separator.next().is_some_and(|c| c != '\t') {
            rows.push(Vec::new());
        }
        rest = separator.as_str();
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// A cell in quotation marks, and what follows it. None where the text is a quoted name or
/// anything else: in a cell, a quotation mark is doubled or is the last character.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut cell = String::new();
    let mut needed = false;
    let mut rest = inner;
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        needed |= before.contains(|c| c == '\t' || is_line_end(c));
        if let Some(more) = after.strip_prefix('"') {
            cell.push('"');
            needed = true;
            rest = more;
        } else {
            let ends = after
                .chars()
                .next()
                .is_none_or(|c| c == '\t' || is_line_end(c));
            return (ends && needed).then_some((cell, after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&[&str]]) {
        assert_eq!(rows(text), expect, "{text:?}");
    }

    #[test]
    fn quoted_cells() {
        check("a\tb\nc", &[&["a", "b"], &["c"]]);
        check("a\t\t\n\n\r\nc", &[&["a"], &["c"]]);
        check("\"a\nb\"\tc", &[&["a\nb", "c"]]);
        check("x\t\"Park \"\"M\"\"\"\nc", &[&["x", "Park \"M\""], &["c"]]);
        // A quoted name, or a quotation mark without its partner.
        check(
            "\"Park, M\" <m@x>\nj@x",
            &[&["\"Park, M\" <m@x>"], &["j@x"]],
        );
        check("\"Park, M\"\tm@x", &[&["\"Park, M\"", "m@x"]]);
        check("\"open, m@x\nj@x", &[&["\"open, m@x"], &["j@x"]]);
        check("\"a\" <a@x>\n\"b\"", &[&["\"a\" <a@x>"], &["\"b\""]]);
    }
}
