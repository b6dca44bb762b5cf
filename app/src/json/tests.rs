use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;
use serde_json::Value;
use wire::{FromBridge, FromPage};

use super::{read, write};

/// What both serde_json and this make of a text: the same, or both nothing.
fn check<T: serde::de::DeserializeOwned + PartialEq + Debug>(json: &str) -> Option<T> {
    let theirs = serde_json::from_str::<T>(json).ok();
    let ours = read::<T>(json);
    assert_eq!(ours.clone_ok(), theirs.as_ref(), "{json}: {ours:?}");
    theirs
}

trait CloneOk<T> {
    fn clone_ok(&self) -> Option<&T>;
}

impl<T> CloneOk<T> for Result<T, String> {
    fn clone_ok(&self) -> Option<&T> {
        self.as_ref().ok()
    }
}

#[test]
fn every_value_of_the_protocol_is_read_as_serde_json_reads_it() {
    let golden = include_str!("../../../wire/tests/golden.json");
    let golden: BTreeMap<String, Value> = serde_json::from_str(golden).expect("golden values");
    let (mut from_bridge, mut from_page) = (0, 0);
    for (name, json) in &golden {
        let json = json.to_string();
        if name.starts_with("FromBridge::") {
            assert!(check::<FromBridge>(&json).is_some(), "{name}");
            from_bridge += 1;
        } else if name.starts_with("FromPage::") {
            assert!(check::<FromPage>(&json).is_some(), "{name}");
            from_page += 1;
        }
    }
    assert!(from_bridge > 5 && from_page > 3);
}

/// Every golden value, with each of its parts in turn replaced by something else.
#[test]
fn what_is_not_of_the_protocol_is_an_error_here_too() {
    let golden = include_str!("../../../wire/tests/golden.json");
    let golden: BTreeMap<String, Value> = serde_json::from_str(golden).expect("golden values");
    let odd = [
        "null",
        "true",
        "-1",
        "1.5",
        "70000",
        "5000000000",
        "\"what\"",
        "[]",
        "{}",
        "{\"what\":null}",
    ];
    for (_, json) in golden
        .iter()
        .filter(|(name, _)| name.starts_with("FromBridge::"))
    {
        for place in places(json, String::new()) {
            for odd in odd {
                let mut other = json.clone();
                let Some(part) = other.pointer_mut(&place) else {
                    panic!("{place} of {json}");
                };
                *part = serde_json::from_str(odd).expect("JSON");
                let json = other.to_string();
                let theirs = serde_json::from_str::<FromBridge>(&json).ok();
                // serde_json takes an array for a struct, by position; nobody writes one.
                if odd != "[]" {
                    assert_eq!(read::<FromBridge>(&json).ok(), theirs, "{place} {odd}");
                }
            }
        }
    }
}

fn places(json: &Value, at: String) -> Vec<String> {
    let mut all = vec![at.clone()];
    match json {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                all.extend(places(item, format!("{at}/{index}")));
            }
        }
        Value::Object(members) => {
            for (name, item) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                all.extend(places(item, format!("{at}/{name}")));
            }
        }
        _ => (),
    }
    all
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Kept {
    name: String,
    port: u16,
    signed: bool,
}

#[test]
fn what_an_older_page_has_kept_gets_defaults() {
    let kept = check::<Kept>(r#"{"port": 25, "gone": [1]}"#).expect("a struct");
    assert_eq!(kept.port, 25);
    assert_eq!(kept.name, "");
    assert!(check::<Kept>(r#"{"port": "25"}"#).is_none());
    assert!(check::<Kept>("null").is_none());
    assert!(check::<Kept>("no JSON").is_none());
}

#[test]
fn plain_values() {
    assert_eq!(check::<u64>("17"), Some(17));
    assert_eq!(check::<Option<u8>>("null"), Some(None));
    assert_eq!(check::<i32>("-3"), Some(-3));
    assert_eq!(check::<u8>("256"), None);
    assert_eq!(
        check::<(String, bool)>(r#"["a", true]"#).map(|pair| pair.1),
        Some(true)
    );
    assert_eq!(check::<(String, bool)>(r#"["a"]"#), None);
    // Past 2^53 the browser has lost digits already.
    assert!(read::<u64>("9007199254740993").is_err());
    let all = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
    assert_eq!(read(&write(&all).expect("JSON")), Ok(all));
}
