//! Tables as text (RFC 4180), with whatever separates the cells. Pure.
//!
//! A parser of our own, of one loop: a quotation mark within a cell, a line that names the
//! separator and other habits of spreadsheets are errors to crates that read CSV.

/// The records that are not empty, each with the number of its first line.
#[must_use]
pub fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    // Excel's line that names the separator.
    let (named, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (first.chars().nth(4), rest, 1)
        }
        _ => (None, text, 0),
    };
    let separator = named.unwrap_or_else(|| separator(text));
    split(text, separator)
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
        .map(|(line, cells)| (line + skipped, cells))
        .collect()
}

/// A record as text, separated by commas.
#[must_use]
pub fn line(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| {
        if cell.contains(['"', ',', ';', '\t', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    });
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
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

fn split(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        let check = |text: &str, expect: &[(usize, &[&str])]| {
            let got = records(text);
            let got: Vec<(usize, Vec<&str>)> = got
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(String::as_str).collect()))
                .collect();
            let expect: Vec<(usize, Vec<&str>)> = expect
                .iter()
                .map(|(line, cells)| (*line, cells.to_vec()))
                .collect();
            assert_eq!(got, expect, "{text:?}");
        };
        check("a,b\r\n1,2\r\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check(
            "a;b;c\n1;\"x\n\"\"y\";3\n2;",
            &[
                (1, &["a", "b", "c"]),
                (2, &["1", "x\n\"y", "3"]),
                (4, &["2", ""]),
            ],
        );
        check("sep=|\na|b\n", &[(2, &["a", "b"])]);
        check("a\tb 3\" c\n", &[(1, &["a", "b 3\" c"])]);
        check("", &[]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let cells = ["a,b", "c \"d\"", "e\nf", "", "\tg;"].map(str::to_owned);
        assert_eq!(records(&line(&cells)), [(1, cells.to_vec())]);
    }
}
