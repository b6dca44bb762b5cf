//! [`glasspost_fuzz::practice_session`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::practice_session::run(octets));
