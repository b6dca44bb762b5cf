//! The JSON of page and bridge: any text as one frame of either.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::{FromBridge, FromPage};

/// Parses any text as a frame of the page and as a frame of the bridge.
pub fn run(octets: &[u8]) {
    if let Ok(text) = std::str::from_utf8(octets) {
        check_round_trip::<FromPage>(text);
        check_round_trip::<FromBridge>(text);
    }
}

/// A decoded value can be encoded, and decodes to the same value.
fn check_round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) {
    let Ok(value) = serde_json::from_str::<T>(text) else {
        return;
    };
    let json = serde_json::to_string(&value).expect("what was decoded can be encoded");
    let again: T = match serde_json::from_str(&json) {
        Ok(again) => again,
        Err(error) => panic!("{json} does not decode: {error}"),
    };
    assert_eq!(again, value, "through {json}");
    assert_eq!(serde_json::to_string(&again).ok(), Some(json));
}
