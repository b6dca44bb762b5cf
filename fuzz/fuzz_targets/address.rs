//! [`glasspost_fuzz::address`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::address::run(octets));
