//! Names of files that the page saves. Pure.

use smtp::invisible::{is_invisible, is_odd_space};

/// The longest name in bytes. Most systems allow 255; a browser may add to it, as in `a (1).txt`.
const LONGEST: usize = 200;

/// The longest ending in bytes, with its dot, that stays when a name is cut.
const LONGEST_ENDING: usize = 20;

/// `name` as it may be used for a file on every system, or `fallback` if nothing is left of it.
///
/// No character of it can be taken for a path, none is invisible, and no system has a meaning of
/// its own for it. Letters of any script stay.
#[must_use]
pub fn file_name(name: &str, fallback: &str) -> String {
    let name = cleaned(name);
    let name = if name.is_empty() { fallback } else { &name };
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if name.len() - dot <= LONGEST_ENDING => name.split_at(dot),
        _ => (name, ""),
    };
    joined(stem, ending)
}

/// The name of a file with this title and ending, for example the subject of a message and `.eml`.
/// `fallback` replaces a title of which nothing is left.
#[must_use]
pub fn titled(title: &str, ending: &str, fallback: &str) -> String {
    let title = cleaned(title);
    let has_ending = |at: &usize| {
        title
            .get(*at..)
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    let stem = title.len().checked_sub(ending.len()).filter(has_ending);
    let stem = cleaned(&title[..stem.unwrap_or(title.len())]);
    joined(if stem.is_empty() { fallback } else { &stem }, ending)
}

/// A stem, cut where the name would be too long, and an ending.
fn joined(stem: &str, ending: &str) -> String {
    let room = LONGEST.saturating_sub(ending.len());
    let stem = match &stem[..stem.floor_char_boundary(room)] {
        cut if cut.len() < stem.len() => cut.trim_end_matches(is_dropped_at_edges),
        _ => stem,
    };
    let name = format!("{stem}{ending}");
    if is_device(&name) {
        format!("_{name}")
    } else {
        name
    }
}

fn cleaned(name: &str) -> String {
    let mut clean = String::with_capacity(name.len());
    let mut rest = name.trim_matches(is_dropped_at_edges).chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        if is_space(c) {
            if !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if is_reserved(c) {
            // `Re: a/b` becomes `Re a_b`.
            if !clean.ends_with(' ') && !next.is_some_and(is_space) {
                clean.push('_');
            }
        } else if !is_invisible(c) || joins(clean.chars().next_back(), c, next) {
            clean.push(c);
        }
    }
    clean
}

/// Whether `c` joins two characters of a script or emoji that is written with joiners.
fn joins(before: Option<char>, c: char, next: Option<char>) -> bool {
    let beside = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !is_invisible(c));
    matches!(c, '\u{200c}' | '\u{200d}') && beside(before) && beside(next)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || is_odd_space(c)
}

/// Whether a system reserves `c`: it separates parts of a path, or is a wildcard or a redirection.
fn is_reserved(c: char) -> bool {
    matches!(
        c,
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{2044}' | '\u{2215}'
    )
}

/// A dot at the start hides a file, and Windows drops dots and spaces at the end.
fn is_dropped_at_edges(c: char) -> bool {
    c == '.' || is_space(c) || is_reserved(c) || is_invisible(c)
}

/// Whether Windows takes this name for a device, whatever its ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|kind| {
        let number = stem.strip_prefix(kind).map(|number| number.chars());
        number.is_some_and(|mut number| {
            matches!(number.next(), Some('0'..='9' | '¹' | '²' | '³')) && number.next().is_none()
        })
    });
    numbered
        || matches!(
            stem.as_str(),
            "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(name: &str, expect: &str) {
        assert_eq!(file_name(name, "attachment"), expect, "{name:?}");
    }

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "report.pdf",
            "README",
            "__init__.py",
            "분기 보고서.hwpx",
            "분기.txt",
            "a.tar.gz",
            "Ünïcode – 100% (1) [x] {y} 'z' $HOME & #~;,=+@!.txt",
            "👩\u{200d}💻.png",
            "می\u{200c}خواهم.txt",
            "con.fig.txt_",
            "COM10",
            "comma.txt",
            "a..b .txt",
        ] {
            let expect = if name.starts_with("con.") {
                "_con.fig.txt_"
            } else {
                name
            };
            check(name, expect);
        }
    }

    #[test]
    fn nothing_of_a_path_is_left() {
        check("../../etc/passwd", "etc_passwd");
        check("..\\..\\boot.ini", "boot.ini");
        check("C:\\Users\\a.txt", "C__Users_a.txt");
        check("/etc/passwd", "etc_passwd");
        check("a/../b.txt", "a_.._b.txt");
        check("a\u{2215}b\u{2044}c", "a_b_c");
        check("file.txt:stream", "file.txt_stream");
        check("a*?.txt", "a__.txt");
        check(" . .bashrc", "bashrc");
        check("a.txt. . ", "a.txt");
        check("Re: what? <now> | \"then\".txt", "Re what now then_.txt");
    }

    #[test]
    fn what_can_not_be_seen_is_dropped() {
        check("photo\u{202e}gpj.exe", "photogpj.exe");
        check("a\u{0}b\r\nc\td\u{7f}.txt", "ab c d.txt");
        check("\u{feff}a\u{200b}\u{3164}\u{2066}b\u{2069}.txt", "ab.txt");
        check("a\u{200d}b", "ab");
        check("invoice.pdf          .exe", "invoice.pdf .exe");
        check("a\u{3000}\u{a0}b\u{2028}c", "a b c");
    }

    #[test]
    fn no_device_is_named() {
        for name in [
            "con",
            "NUL.txt",
            "Aux .tar.gz",
            "com1",
            "LPT9.log",
            "COM¹.x",
            "conin$",
        ] {
            check(name, &format!("_{name}"));
        }
        check(" nul", "_nul");
        assert_eq!(titled("con", ".eml", "message"), "_con.eml");
    }

    #[test]
    fn nothing_becomes_the_fallback() {
        for name in ["", " ", "...", "/", "\u{202e}\u{200b}", "\r\n", "::"] {
            check(name, "attachment");
            assert_eq!(titled(name, ".eml", "message"), "message.eml", "{name:?}");
        }
    }

    #[test]
    fn a_title_gets_its_ending_once() {
        let name = |title| titled(title, ".eml", "message");
        assert_eq!(name("Re: 회의 장소"), "Re 회의 장소.eml");
        assert_eq!(name("notes.EML"), "notes.eml");
        assert_eq!(name(".eml"), "eml.eml");
        assert_eq!(name("x ..eml"), "x.eml");
        assert_eq!(name("v1.2"), "v1.2.eml");
        assert_eq!(name("…"), "….eml");
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = "가".repeat(300);
        let name = file_name(&format!("{long}.hwpx"), "attachment");
        assert_eq!(name, format!("{}.hwpx", "가".repeat(65)));
        let name = file_name(&format!("a.{long}"), "attachment");
        assert!(name.len() <= LONGEST && name.starts_with("a.가"), "{name}");
        assert_eq!(
            titled(&long, ".eml", "message"),
            format!("{}.eml", "가".repeat(65))
        );
    }

    proptest! {
        #[test]
        fn any_name_is_safe(name in ".*", hostile in "[./\\\\: \u{202e}\u{0}nNuUlLcCoOmM1¹가]*") {
            for name in [name, hostile] {
                for safe in [file_name(&name, "attachment"), titled(&name, ".eml", "message")] {
                    prop_assert!(!safe.is_empty() && safe.len() <= LONGEST + 1);
                    prop_assert!(!safe.starts_with(['.', ' ']) && !safe.ends_with(['.', ' ']));
                    prop_assert!(!safe.contains(['/', '\\', ':']) && !is_device(&safe));
                    prop_assert!(!safe.chars().any(char::is_control));
                    prop_assert_eq!(&file_name(&safe, "attachment"), &safe);
                }
            }
        }
    }
}
