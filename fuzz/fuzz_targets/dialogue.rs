//! [`glasspost_fuzz::dialogue`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::dialogue::run(octets));
