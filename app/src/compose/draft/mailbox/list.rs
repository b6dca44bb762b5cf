//! Lists of addresses as people type and paste them.

use smtp::Address;

use super::Mailbox;
use super::walk::{Context, walk};

/// The longest text before a [`FULL_WIDTH`] separator that is tried as an address.
const TRIED: usize = 1_000;

/// Commas and semicolons of East Asian and Arabic input methods. A name or local part may hold
/// them, so each separates only behind a whole address.
const FULL_WIDTH: [char; 5] = ['，', '、', '､', '；', '،'];

/// Splits what a person typed or pasted into a field of addresses.
///
/// Addresses end at commas, semicolons and line ends that stand outside of quotes, comments and
/// angle brackets, and at a closing angle bracket with more text after it. A group (RFC 5322
/// §3.4), `Team: a@x, b@x;`, becomes its members. Empty parts are left out, the others trimmed and
/// otherwise kept as they are, whether they are addresses or not.
#[must_use]
pub fn split_addresses(typed: &str) -> Vec<String> {
    let mut parts = Vec::new();
    // A quote or bracket left open must not take in the following lines of a pasted list.
    for line in typed.split(is_line_end) {
        split_line(line, &mut parts);
    }
    parts
}

/// Splits a text at its spaces if each of its words is an address. A field must not do so while
/// someone types: `a@x b@y` may go on as `a@x b@y.org` or `a@x b@y <c@z>`.
#[must_use]
pub fn split_at_spaces(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| Address::parse(word).is_ok()) {
        words.into_iter().map(str::to_owned).collect()
    } else {
        vec![text.to_owned()]
    }
}

/// LF, VT, FF, CR, NEL, LS and PS: Unicode's mandatory breaks.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn split_line(line: &str, parts: &mut Vec<String>) {
    let mut start = 0;
    // Up to here the line has been looked through for a group, or belongs to one.
    let (mut no_group, mut done) = (0, 0);
    let (mut angle, mut closed) = (false, false);
    let mut chars = walk(line);
    while let Some((at, c, context)) = chars.next() {
        if at < done || context == Context::Comment {
            continue;
        }
        let part = &line[start..at];
        let apart = matches!(c, '<' | '"') || part.ends_with(char::is_whitespace);
        if closed && apart && !c.is_whitespace() && !is_separator(c) {
            push(part, parts);
            (start, closed) = (at, false);
        }
        if context == Context::Quoted {
            continue;
        }
        match c {
            '<' => angle = true,
            '>' => {
                closed = angle;
                angle = false;
            }
            _ if angle => {}
            ':' if at >= no_group && is_group_name(part) => {
                let end = chars
                    .clone()
                    .find(|(_, c, context)| *c == ';' && *context == Context::Plain)
                    .map(|(at, _, _)| at);
                no_group = end.unwrap_or(line.len());
                if let Some(end) = end
                    && let Some(mut members) = group_members(&line[at + 1..end])
                {
                    parts.append(&mut members);
                    done = end + 1;
                    start = done;
                }
            }
            c if is_separator(c) && (c.is_ascii() || is_mailbox(part)) => {
                push(part, parts);
                (start, closed) = (at + c.len_utf8(), false);
            }
            _ => {}
        }
    }
    push(&line[start..], parts);
}

fn push(part: &str, parts: &mut Vec<String>) {
    let part = part.trim();
    if !part.is_empty() {
        parts.push(part.to_owned());
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';') || FULL_WIDTH.contains(&c)
}

fn is_mailbox(part: &str) -> bool {
    part.len() <= TRIED && part.contains('@') && Mailbox::parse(part).is_ok()
}

/// A name as it may stand before the colon of a group; `mailto` begins a link there.
fn is_group_name(text: &str) -> bool {
    let name = text.trim();
    !name.is_empty() && !name.contains([':', '@', '<']) && !name.eq_ignore_ascii_case("mailto")
}

/// The members of a group, if each is an address. Otherwise it is none, and its name is kept.
fn group_members(members: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    split_line(members, &mut found);
    let sound = found.iter().all(|member| Mailbox::parse(member).is_ok());
    (sound && !found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(typed: &str, expect: &[&str]) {
        assert_eq!(split_addresses(typed), expect, "{typed:?}");
    }

    #[test]
    fn separators() {
        check("", &[]);
        check(" , ;", &[]);
        check("a@x", &["a@x"]);
        check("a@x,", &["a@x"]);
        check("a@x, b@x;c@x\nd@x\r\n", &["a@x", "b@x", "c@x", "d@x"]);
        check("a@x\u{2028}b@x\u{85}c@x", &["a@x", "b@x", "c@x"]);
        check(
            "\"Park, Mina\" <m@x>, j@x (a, b)",
            &["\"Park, Mina\" <m@x>", "j@x (a, b)"],
        );
        check("\"a,b\"@x, \"c\\\",d\"@x", &["\"a,b\"@x", "\"c\\\",d\"@x"]);
        check("a@[IPv6:::1], b@x", &["a@[IPv6:::1]", "b@x"]);
        check("no address, a@x", &["no address", "a@x"]);
    }

    #[test]
    fn what_stays_open_ends_with_its_line() {
        check("\"open, m@x\nj@x", &["\"open, m@x", "j@x"]);
        check("open <m@x, i@x\nj@x", &["open <m@x, i@x", "j@x"]);
        check("Mina :( <m@x>, j@x", &["Mina :( <m@x>", "j@x"]);
        check("Mina :) <m@x>, j@x", &["Mina :) <m@x>", "j@x"]);
    }

    #[test]
    fn a_closing_bracket_ends_an_address() {
        check("Mina <m@x> <j@y>", &["Mina <m@x>", "<j@y>"]);
        check(
            "\"Park, M\" <m@x> \"Joon\" <j@y> k@z",
            &["\"Park, M\" <m@x>", "\"Joon\" <j@y>", "k@z"],
        );
        check("<m@x><j@y>", &["<m@x>", "<j@y>"]);
        check("Mina <m@x> y", &["Mina <m@x>", "y"]);
        check("Mina <m@x>y", &["Mina <m@x>y"]);
        check("Mina <m@x> (work), j@y", &["Mina <m@x> (work)", "j@y"]);
        check("boss@corp <evil@x>", &["boss@corp <evil@x>"]);
    }

    #[test]
    fn separators_of_input_methods() {
        check(
            "a@x，b@x、c@x；d@x､e@x",
            &["a@x", "b@x", "c@x", "d@x", "e@x"],
        );
        check("Mina <m@x>，준 <j@x>", &["Mina <m@x>", "준 <j@x>"]);
        check("朴，民娥 <m@x>", &["朴，民娥 <m@x>"]);
        check("b、c@x", &["b、c@x"]);
    }

    #[test]
    fn groups() {
        check("Team: a@x, B <b@x>;", &["a@x", "B <b@x>"]);
        check("c@x, \"The Team\": a@x; d@x", &["c@x", "a@x", "d@x"]);
        check("A: a@x; B: b@x;", &["a@x", "b@x"]);
        // Without its semicolon, its members, or their addresses it is none.
        check("Team: a@x, b@x", &["Team: a@x", "b@x"]);
        check("undisclosed-recipients:;", &["undisclosed-recipients:"]);
        check("Note: ask bob@x; a@x", &["Note: ask bob@x", "a@x"]);
        check("mailto:a@x; b@x", &["mailto:a@x", "b@x"]);
    }

    #[test]
    fn spaces() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(split_at_spaces(text), expect, "{text:?}");
        };
        check("a@x b@y  c@z", &["a@x", "b@y", "c@z"]);
        check("a@x", &["a@x"]);
        check("Mina a@x", &["Mina a@x"]);
        check("a@x <b@y>", &["a@x <b@y>"]);
    }

    /// In time that grows with the length alone: none of these repeats work for each character.
    #[test]
    fn long_texts() {
        for unit in [
            "a:",
            "，",
            "a@x，",
            "(",
            "\"",
            "<",
            "a:;",
            ">",
            "\\",
            "Team: a@x;",
        ] {
            let found = split_addresses(&unit.repeat(100_000));
            assert!(found.len() <= 100_000, "{unit:?}");
        }
    }

    proptest! {
        /// Every character that is no separator, no space and no group's name is still there.
        #[test]
        fn nothing_is_lost(typed in "[a-c@<>\"(),;， \n가\\\\.\u{200b}]{0,40}") {
            let kept = |text: &str| -> String {
                text.chars().filter(|c| !c.is_whitespace() && !is_separator(*c)).collect()
            };
            prop_assert_eq!(kept(&split_addresses(&typed).concat()), kept(&typed));
        }
    }
}
