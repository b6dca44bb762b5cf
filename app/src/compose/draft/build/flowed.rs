//! Paragraphs that a reader may wrap anew (RFC 3676).
//!
//! A long line becomes several, of which each but the last ends with a space. A reader that knows
//! the format joins them; any other shows lines that are not too long.

use super::super::rich::width;

/// Lines longer than this become several, in columns.
const LONGEST: usize = 78;

/// How long these are, with their space.
const WRAPPED: usize = 74;

/// The text in this format, its lines ended by CRLF as before. None: no line is so long that it
/// would help, or the text is a patch, which it would break.
pub(super) fn flowed(text: &str) -> Option<String> {
    if !text.split("\r\n").any(|line| width(line) > LONGEST) || is_patch(text) {
        return None;
    }
    let mut wrapped = false;
    let mut flowed = String::with_capacity(text.len() + text.len() / 40);
    for line in text.split_inclusive("\r\n") {
        let end = if line.ends_with("\r\n") { "\r\n" } else { "" };
        let pieces = pieces(&line[..line.len() - end.len()]);
        wrapped |= pieces.len() > 1;
        flowed.push_str(&pieces.join("\r\n"));
        flowed.push_str(end);
    }
    wrapped.then_some(flowed)
}

/// Whether a text has lines of a patch in it.
fn is_patch(text: &str) -> bool {
    let is = |line: &str| {
        ["diff --git ", "@@ -", "--- a/", "+++ b/", "Index: "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    text.split("\r\n").any(is)
}

/// A text in this format as it was written, its lines ended by LF.
#[must_use]
pub fn joined(flowed: &str) -> String {
    let mut text = String::with_capacity(flowed.len());
    // The depth of the quote whose paragraph goes on.
    let mut open: Option<usize> = None;
    for line in flowed.split_inclusive('\n') {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open != Some(depth) {
            if open.is_some() {
                text.push('\n');
            }
            text.push_str(&">".repeat(depth));
            if depth > 0 && !content.is_empty() {
                text.push(' ');
            }
        }
        text.push_str(content);
        if content.ends_with(' ') && content != "-- " {
            open = Some(depth);
        } else {
            text.push('\n');
            open = None;
        }
    }
    text
}

/// The lines that one becomes.
fn pieces(line: &str) -> Vec<String> {
    let content = line.trim_start_matches('>');
    let (quote, content) = line.split_at(line.len() - content.len());
    let (space, content) = match content.strip_prefix(' ').filter(|_| !quote.is_empty()) {
        Some(content) => (" ", content),
        None => ("", content),
    };
    // The line above a signature ends with a space that does not mean that it goes on (§4.3).
    let content = if content == "-- " {
        content
    } else {
        content.trim_end_matches(' ')
    };
    let stuffed = |piece: &str| {
        let needs =
            space.is_empty() && (piece.starts_with([' ', '>']) || piece.starts_with("From "));
        format!("{quote}{space}{}{piece}", if needs { " " } else { "" })
    };
    if width(line) <= LONGEST {
        return vec![stuffed(content)];
    }
    let room = WRAPPED.saturating_sub(width(quote) + 1).max(20);
    let mut pieces = Vec::new();
    let mut rest = content;
    while let Some(at) = break_at(rest, room) {
        pieces.push(stuffed(&rest[..at]));
        rest = &rest[at..];
    }
    pieces.push(stuffed(rest));
    pieces
}

/// Where a text is to be broken, behind a space. None: it fits, or has no place for it.
fn break_at(text: &str, room: usize) -> Option<usize> {
    if width(text) <= room {
        return None;
    }
    let (mut last, mut column) = (None, 0);
    let mut after_space = false;
    for (at, c) in text.char_indices() {
        // Never within several spaces: a piece would begin with one.
        if after_space && c != ' ' && at > 0 {
            if column > room && last.is_some() {
                break;
            }
            last = Some(at);
            if column > room {
                break;
            }
        }
        after_space = c == ' ';
        column += width(c.encode_utf8(&mut [0; 4]));
    }
    // A piece of spaces alone would be read as an empty line that goes on.
    last.filter(|at| !text[..*at].trim().is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same of a text that is not in this format.
    pub(in super::super) fn plain(text: &str) -> String {
        let mut plain = String::new();
        for line in text.split_inclusive("\r\n") {
            let line = line.strip_suffix("\r\n").unwrap_or(line);
            let content = line.trim_start_matches('>');
            let quote = &line[..line.len() - content.len()];
            let content = match content.strip_prefix(' ') {
                Some(content) if !quote.is_empty() => content,
                _ => content,
            };
            let content = if content == "-- " {
                content
            } else {
                content.trim_end_matches(' ')
            };
            let space = if quote.is_empty() || content.is_empty() {
                ""
            } else {
                " "
            };
            plain.push_str(&format!("{quote}{space}{content}\n"));
        }
        plain
    }

    #[test]
    fn long_lines_become_several() {
        let long = "word ".repeat(30);
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(flowed(text).as_deref(), expect, "{text:?}");
        };
        check("short \r\n", None);
        check(&"x".repeat(200), None);
        check(&format!("diff --git a/x b/x\r\n{long}"), None);
        let line = "word ".repeat(14);
        let last = "word word";
        let expect = format!("{line}\r\n{line}\r\n{last}\r\n");
        check(&format!("{}\r\n", long.trim_end()), Some(&expect));
        let got = flowed(&format!(
            " indented \r\n-- \r\nFrom me\r\n> {long}\r\n>{long}>x"
        ));
        let got = got.expect("it helps");
        let lines: Vec<&str> = got.split("\r\n").collect();
        assert_eq!(lines[..3], ["  indented", "-- ", " From me"]);
        assert!(lines[3..6].iter().all(|line| line.starts_with("> word")));
        assert_eq!(*lines.last().expect("a line"), ">word word >x");
        assert!(lines.iter().all(|line| line.len() <= LONGEST), "{got}");
    }

    proptest! {
        /// Nothing but spaces at the ends of lines is lost, and no line is too long that has a
        /// space.
        #[test]
        fn a_reader_joins_what_was_written(
            text in "([>]{0,2}[ ]?([a-c가]{1,9}[ ]{1,2}){0,30}(From |-- |>| )?\r\n){1,6}",
        ) {
            if let Some(flowed) = flowed(&text) {
                prop_assert_eq!(joined(&flowed.replace("\r\n", "\n")), plain(&text));
                for line in flowed.split("\r\n") {
                    // One more for the space that marks a line as text.
                    prop_assert!(width(line) <= LONGEST + 1, "{line:?}");
                }
            }
        }
    }
}
