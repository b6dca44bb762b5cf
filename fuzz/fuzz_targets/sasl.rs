//! [`glasspost_fuzz::sasl`] under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| glasspost_fuzz::sasl::run(octets));
