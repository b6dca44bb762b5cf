//! [`glasspost_fuzz::wire_json`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::wire_json::run(octets));
