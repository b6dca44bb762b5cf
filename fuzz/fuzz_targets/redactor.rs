//! [`glasspost_fuzz::redactor`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::redactor::run(octets));
