//! [`glasspost_fuzz::reading`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::reading::run(octets));
