//! [`glasspost_fuzz::framer`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::framer::run(octets));
