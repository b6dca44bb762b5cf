//! `docs/wire.md` contains every value of `wire/tests/golden.json` exactly once. `UPDATE_GOLDEN=1`
//! writes them into it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

const BEGIN: &str = "<!-- golden: ";
const END: &str = "<!-- end -->";

type Golden = BTreeMap<String, Box<RawValue>>;

#[test]
fn the_document_shows_every_golden_value() {
    let path = project().join("docs/wire.md");
    let golden: Golden = serde_json::from_str(&read(&project().join("wire/tests/golden.json")))
        .expect("golden.json is an object");
    let written = read(&path);
    let (text, shown) = filled(&written, &golden);
    let all: BTreeSet<String> = golden.keys().cloned().collect();
    assert_eq!(shown, all, "left: shown, right: golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("docs/wire.md can be written");
    } else {
        assert!(
            text == written,
            "docs/wire.md is out of date: run with UPDATE_GOLDEN=1 and check the changes"
        );
    }
}

#[test]
fn an_outdated_block_is_detected() {
    let golden: Golden = serde_json::from_str(r#"{"A::X":{"x":1},"A::Y":"y"}"#).expect("an object");
    let text = "before\n<!-- golden: A::X A::Y -->\nold\n<!-- end -->\nbehind\n";
    let (new, shown) = filled(text, &golden);
    assert_eq!(
        new,
        "before\n<!-- golden: A::X A::Y -->\n```json\n{\"x\":1}\n\"y\"\n```\n<!-- end -->\nbehind\n"
    );
    assert_eq!(shown.len(), 2);
    assert_eq!(filled(&new, &golden).0, new);
}

/// The text with every block filled in, and the names of the values.
fn filled(text: &str, golden: &Golden) -> (String, BTreeSet<String>) {
    let (mut out, mut shown) = (String::new(), BTreeSet::new());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        let Some(names) = line
            .trim_end()
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        out.push_str("```json\n");
        for name in names.split(' ') {
            let Some(json) = golden.get(name) else {
                panic!("{name} is not in golden.json");
            };
            assert!(shown.insert(name.to_owned()), "{name} is shown twice");
            out.push_str(json.get());
            out.push('\n');
        }
        out.push_str("```\n");
        let end = lines.find(|line| line.trim_end() == END);
        out.push_str(end.unwrap_or_else(|| panic!("the block of {names} has no end")));
    }
    (out, shown)
}

/// The numbers in the description are those of the code.
#[test]
fn the_document_has_the_right_codes_and_limits() {
    use wire::handshake;
    let text = read(&project().join("docs/wire.md"));
    fn check(text: &str, expect: &str) {
        assert!(text.contains(expect), "docs/wire.md does not say {expect}");
    }
    for code in [
        handshake::CLOSE_VERSION,
        handshake::CLOSE_MALFORMED,
        handshake::CLOSE_CREDIT,
        handshake::CLOSE_BUSY,
        handshake::CLOSE_SHUTTING_DOWN,
    ] {
        check(&text, &format!("| {code} |"));
    }
    check(&text, &format!("`{}`", handshake::PROTOCOL));
    check(&text, &format!("`{}`", handshake::TOKEN_PREFIX));
    check(&text, &format!("8025{}\"", handshake::PATH));
    check(&text, &format!("#{}=", handshake::FRAGMENT_KEY));
    check(&text, &format!("version {} of the protocol", wire::VERSION));
    check(
        &text,
        &format!("at most {} octets", thousands(wire::TEXT_FRAME as u64)),
    );
    assert_eq!(
        wire::TEXT_FRAME,
        wire::BINARY_FRAME,
        "the description says the same"
    );
    check(&text, &format!("{} octets beyond", thousands(wire::WINDOW)));
    check(&text, smtp::SECRET);
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
