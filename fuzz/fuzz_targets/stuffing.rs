//! [`glasspost_fuzz::stuffing`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::stuffing::run(octets));
