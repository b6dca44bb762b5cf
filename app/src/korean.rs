//! Whatever the bridge says is said in Korean on the Korean page: the golden values of the
//! protocol, which have one of every variant, are put into words, and no English is left between
//! them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use smtp::{Entry, Event, Failure, FramingError, Outcome, Stage, Violation};
use wire::{NotStarted, PracticeEffect};

use crate::explain::{self, Explanation, Meanings};
use crate::i18n::{Locale, protocol};

/// Names and terms that are written so in Korean texts too.
const NAMES: [&str; 45] = [
    // Keys.
    "Ctrl",
    "Alt",
    "Cmd",
    "Enter",
    "Delete",
    "Alt+Shift",
    "Markdown",
    "glasspost",
    "Glasspost",
    "practice",
    "base64",
    "From",
    "Bcc",
    "Cc",
    "mailto",
    "null",
    "Gmail",
    "Postfix",
    "Google",
    "Microsoft",
    "OAuth",
    "myaccount.google.com/apppasswords",
    "smtp.example.org",
    "kB",
    "Content-Type",
    "subjectAltName",
    "subjectAltName=DNS",
    "openssl",
    "-addext",
    "critical",
    // Of the source of a message.
    "eml",
    "xn--",
    "Punycode",
    "Quoted-printable",
    "quoted-printable",
    "Received",
    "In-Reply-To",
    "References",
    "Message-ID",
    "Content-",
    "7bit",
    "8bit",
    "cid",
    "attachment",
    "inline",
];

fn korean() -> Meanings {
    Meanings::read(include_str!("../meaning/ko.json")).expect("words by key")
}

fn golden() -> Vec<(String, Value)> {
    let all: Value =
        serde_json::from_str(include_str!("../../wire/tests/golden.json")).expect("JSON");
    let all = all.as_object().expect("values by name");
    all.iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The texts in a value: what a server or a person wrote, which is shown as it is.
fn quoted(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| quoted(value, texts)),
        Value::Object(members) => members.values().for_each(|value| quoted(value, texts)),
        _ => {}
    }
}

/// The English words in a Korean text.
fn english(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "(),·;:“”‘’".contains(c))
        // What is put into the words, as `{name}`.
        .filter(|word| !word.starts_with('{'))
        // A particle follows its word without a space.
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
        .map(|word| {
            word.split(|c: char| !c.is_ascii())
                .next()
                .unwrap_or_default()
        })
        .filter(|word| word.contains(|c: char| c.is_ascii_lowercase()))
        // IP addresses, examples of addresses, options of the program, and names.
        .filter(|word| !word.starts_with("IPv") && *word != "db8" && !word.contains('@'))
        .filter(|word| !word.starts_with("--") && !NAMES.contains(word))
        .map(str::to_owned)
        .collect()
}

/// Fails where a text is not Korean, apart from what the value itself says.
fn check(name: &str, value: &Value, text: &str) {
    let mut quotes = Vec::new();
    quoted(value, &mut quotes);
    quotes.sort_by_key(|quote| std::cmp::Reverse(quote.len()));
    let mut own = text.to_owned();
    for quote in quotes.iter().filter(|quote| quote.len() > 1) {
        own = own.replace(quote, "");
    }
    assert!(
        own.contains(|c: char| ('가'..='힣').contains(&c)),
        "{name}: no Korean in {text:?}"
    );
    assert_eq!(english(&own), Vec::<String>::new(), "{name}: {text:?}");
}

fn whole(explanation: &Explanation) -> String {
    format!("{}\n{}", explanation.title, explanation.text)
}

fn failed(cause: Failure) -> String {
    let outcome = Outcome::Failed {
        at: Stage::Connect,
        cause,
        recipients: vec![],
    };
    whole(&explain::outcome(&korean(), &outcome))
}

fn happened(event: Event) -> String {
    let entry = Entry {
        seq: 0,
        at_us: 0,
        secured: false,
        stage: Stage::Envelope,
        event,
    };
    whole(&explain::entry(&korean(), &entry, None))
}

/// What a golden value is in words, where it is something that is put into words.
fn said(kind: &str, value: &Value) -> Option<String> {
    fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
        serde_json::from_value(value.clone()).expect("a golden value")
    }
    let wrapped = |member: &str| serde_json::json!({ member: { "why": value } });
    Some(match kind {
        "Event" => happened(read(value)),
        "Violation" => protocol::violation(Locale::Ko, &read::<Violation>(value)),
        "FramingError" => {
            let why: FramingError = read(value);
            let shown = protocol::violation(Locale::Ko, &Violation::BadReply { why });
            format!("{shown}\n{}", failed(Failure::BadReply { why }))
        }
        "PracticeEffect" => protocol::practice_effect(Locale::Ko, &read::<PracticeEffect>(value)),
        "Outcome" => whole(&explain::outcome(&korean(), &read::<Outcome>(value))),
        "Failure" => failed(read(value)),
        "ConnectFailure" => failed(read(&wrapped("not_connected"))),
        "TlsFailure" => failed(read(&wrapped("tls"))),
        "NotStarted" => whole(&explain::not_started(&korean(), &read::<NotStarted>(value))),
        _ => return None,
    })
}

#[test]
fn every_value_of_the_protocol_is_put_into_korean() {
    let mut seen = std::collections::BTreeSet::new();
    for (name, value) in golden() {
        let (kind, _) = name.split_once("::").expect("Type::Variant");
        if let Some(text) = said(kind, &value) {
            seen.insert(kind.to_owned());
            check(&name, &value, &text);
        }
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}

#[test]
fn what_was_waited_for_is_put_into_korean() {
    for awaiting in ["greeting", "message", "."] {
        let timed_out = Failure::TimedOut {
            awaiting: awaiting.into(),
            after_ms: 1,
        };
        let text = failed(timed_out);
        check(awaiting, &Value::Null, &text);
        assert!(!text.ends_with(awaiting), "{text}");
    }
}

#[test]
fn the_pages_own_words_are_korean() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    let features = fs::read_dir(app.join("src")).expect("features");
    let of_feature = |entry: fs::DirEntry| entry.path().join("words/ko.json");
    let mut files: Vec<PathBuf> = features
        .map(|entry| of_feature(entry.expect("an entry")))
        .filter(|file| file.exists())
        .collect();
    assert!(files.len() > 5, "{files:?}");
    files.push(app.join("meaning/ko.json"));
    for file in files {
        let json = fs::read_to_string(&file).expect("a file");
        let words: Value = serde_json::from_str(&json).expect("words by key");
        for (key, text) in words.as_object().expect("words by key") {
            let text = text.as_str().expect("words");
            assert_eq!(english(text), Vec::<String>::new(), "{key}: {text}");
        }
    }
}
