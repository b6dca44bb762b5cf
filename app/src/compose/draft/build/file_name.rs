//! Names of attached files, as they are sent.

use smtp::invisible::{is_invisible, is_odd_space};

/// A name without what programs could take for a path, and without characters that can't be seen
/// or that turn the direction of the text. Letters of any script and all other signs stay. What a
/// name becomes is what the page shows.
#[must_use]
pub fn sent_name(name: &str) -> String {
    let mut sent = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if matches!(c, '/' | '\\' | '\u{2044}' | '\u{2215}') {
            sent.push('_');
        } else if c.is_whitespace() || is_odd_space(c) {
            sent.push(' ');
        } else if !is_invisible(c) || joins(sent.chars().next_back(), c, rest.peek()) {
            sent.push(c);
        }
    }
    // A dot at the start hides a file, and some systems drop dots and spaces at the end.
    let sent = sent
        .trim()
        .trim_start_matches(['.', ' '])
        .trim_end_matches(['.', ' ']);
    if sent.is_empty() {
        "attachment".to_owned()
    } else {
        sent.to_owned()
    }
}

/// Whether `c` belongs to the characters around it: a joiner, or how an emoji is drawn.
fn joins(before: Option<char>, c: char, next: Option<&char>) -> bool {
    let beside = |c: char| !c.is_ascii() && !is_invisible(c);
    match c {
        '\u{200c}' | '\u{200d}' => {
            before.is_some_and(|c| beside(c) || c == '\u{fe0f}') && next.is_some_and(|c| beside(*c))
        }
        '\u{fe0f}' => before.is_some_and(|c| !is_invisible(c)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |name: &str, expect: &str| {
            assert_eq!(sent_name(name), expect, "{name:?}");
            assert_eq!(sent_name(expect), expect, "{name:?}");
        };
        for name in [
            "report.pdf",
            "분기 보고서.hwpx",
            "what? \"now\": <it>*.txt",
            "=?utf-8?Q?x?=",
            "👩\u{200d}💻.png",
            "❤\u{fe0f}.png",
            "می\u{200c}خواهم.txt",
            "a  b",
        ] {
            check(name, name);
        }
        check("../../etc/passwd", "_.._etc_passwd");
        check("photos\\2026/a.png", "photos_2026_a.png");
        check(".bashrc", "bashrc");
        check(" a.txt . ", "a.txt");
        check("a\r\nBcc: b", "a  Bcc: b");
        check("a\0\u{1b}b", "ab");
        check("photo\u{202e}gpj.exe", "photogpj.exe");
        check("a\u{200d}b\u{feff}", "ab");
        check("a\u{3000}b", "a b");
        for nothing in ["", " ", "...", "\u{202e}"] {
            check(nothing, "attachment");
        }
    }
}
