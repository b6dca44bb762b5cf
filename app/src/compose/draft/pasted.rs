//! Lists of addresses as they come from elsewhere: a column of a spreadsheet, a line each, or one
//! row of text.

use super::{split_addresses, split_at_spaces};

/// Splits pasted text into addresses: at line ends, tabs, at spaces between addresses alone, and
/// wherever [`split_addresses`] does.
/// In a line of columns of which exactly one has an `@`, the others are that address's name.
/// Nothing but separators is left out: what is no address is a part of its own.
#[must_use]
pub fn split_pasted(text: &str) -> Vec<String> {
    text.split(is_line_end)
        .flat_map(split_line)
        .flat_map(|part| split_at_spaces(&part))
        .collect()
}

/// Whether what has been typed so far ends an address: at a separator outside of quotes, comments
/// and angle brackets.
#[must_use]
pub fn ends_address(typed: &str) -> bool {
    split_addresses(&format!("{typed}x")).len() > 1
}

/// LF, VT, FF, CR, NEL, LS and PS: Unicode's mandatory breaks.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn split_line(line: &str) -> Vec<String> {
    let cells: Vec<&str> = line
        .split('\t')
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    let mut with_at = cells.iter().filter(|cell| cell.contains('@'));
    if cells.len() > 1
        && let (Some(address), None) = (with_at.next(), with_at.next())
        && is_bare(address)
    {
        let name: Vec<&str> = cells
            .iter()
            .filter(|cell| *cell != address)
            .copied()
            .collect();
        return vec![format!("{} <{address}>", display_name(&name.join(" ")))];
    }
    cells.into_iter().flat_map(split_addresses).collect()
}

/// One address and nothing else, so that it may stand in angle brackets.
fn is_bare(cell: &str) -> bool {
    !cell.contains(|c: char| c.is_whitespace() || "<>()\",;:".contains(c))
}

/// As it stands before an address: quoted (RFC 5322 §3.2.4) where it has characters that mean
/// something there.
fn display_name(name: &str) -> String {
    if !name.contains(|c: char| "()<>[]:;@\\,\"".contains(c)) {
        return name.to_owned();
    }
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compose::draft::Mailbox;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(split_pasted(text), expect, "{text:?}");
    }

    #[test]
    fn lists() {
        check("", &[]);
        check("\r\n\t\n", &[]);
        check("a@x.org", &["a@x.org"]);
        check("a@x.org\n", &["a@x.org"]);
        check("a@x\nb@x\r\nc@x\rd@x", &["a@x", "b@x", "c@x", "d@x"]);
        check("a@x\u{2028}b@x\u{85}c@x", &["a@x", "b@x", "c@x"]);
        check("a@x, b@x; c@x,", &["a@x", "b@x", "c@x"]);
        check(
            "Mina <m@x>,\n \"Park, Joon\" <j@x>",
            &["Mina <m@x>", "\"Park, Joon\" <j@x>"],
        );
        check("a@x b@y  c@z", &["a@x", "b@y", "c@z"]);
        check("no address\na@x", &["no address", "a@x"]);
    }

    #[test]
    fn columns() {
        check("박민아\tm@x.org", &["박민아 <m@x.org>"]);
        check("m@x.org\tMina\tPark", &["Mina Park <m@x.org>"]);
        check("Park, \"M\"\tm@x", &["\"Park, \\\"M\\\"\" <m@x>"]);
        check("Name\tMail\nMina\tm@x\n", &["Name", "Mail", "Mina <m@x>"]);
        check("a@x\tb@x\tMina", &["a@x", "b@x", "Mina"]);
        check("Mina\tM <m@x>, j@x", &["Mina", "M <m@x>", "j@x"]);
        let parsed = Mailbox::parse(&split_pasted("Park, \"M\" \\\tm@x.org")[0]);
        assert_eq!(parsed.map(|one| one.name), Ok("Park, \"M\" \\".to_owned()));
    }

    #[test]
    fn separators_end_an_address_outside_of_quotes() {
        let check = |typed: &str, expect| assert_eq!(ends_address(typed), expect, "{typed:?}");
        check("", false);
        check(",", false);
        check("a@x", false);
        check("a@x,", true);
        check("a@x;", true);
        check("\"Park,", false);
        check("\"Park, Mina\" <m@x>", false);
        check("\"Park, Mina\" <m@x>,", true);
        check("a@x, b@x", true);
    }

    proptest! {
        /// Every character that is no separator and no quoting is still there.
        #[test]
        fn nothing_is_lost(text in "[a-c@<>\",; \t\r\n가\\\\]{0,40}") {
            let letters = |text: &str| {
                let mut letters: Vec<char> =
                    text.chars().filter(|c| c.is_alphabetic() || *c == '@').collect();
                letters.sort_unstable();
                letters
            };
            prop_assert_eq!(letters(&split_pasted(&text).concat()), letters(&text));
        }
    }
}
