//! [`glasspost_fuzz::capabilities`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::capabilities::run(octets));
