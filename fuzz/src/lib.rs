//! Fuzz targets, one in each module. Each takes any octets and panics if a property does not hold.
//!
//! The targets run in two ways. `cargo xtask fuzz` links each to libFuzzer (`fuzz_targets/`), which
//! searches for octets that make it panic, take long or use much memory. The ordinary test
//! `tests/corpus.rs` runs the inputs that were kept: `corpus/` has a file for each target with one
//! input in base64 on each line, and `found/` has every input that once revealed a bug.
//!
//! The targets use only public items of the other crates. The redactor, which is private, is tested
//! through the dialogue that uses it.

#![forbid(unsafe_code)]

use arbitrary::{Arbitrary, Unstructured};
use smtp::{
    Address, Credentials, Domain, Envelope, Input, Job, Mail, MessageFacts, Security, limits,
};

pub mod address;
pub mod capabilities;
pub mod dialogue;
pub mod encodings;
pub mod framer;
pub mod practice_session;
pub mod reading;
pub mod redactor;
pub mod sasl;
pub mod shown;
pub mod stuffing;
pub mod wire_json;

/// A target: takes any octets, and panics if a property does not hold.
pub type Target = fn(&[u8]);

/// Every target with its name, which is also the name of its file in `fuzz_targets/` and in
/// `corpus/`, and of its folder in `found/`.
pub const TARGETS: [(&str, Target); 10] = [
    ("address", address::run),
    ("capabilities", capabilities::run),
    ("dialogue", dialogue::run),
    ("framer", framer::run),
    ("practice_session", practice_session::run),
    ("reading", reading::run),
    ("redactor", redactor::run),
    ("sasl", sasl::run),
    ("stuffing", stuffing::run),
    ("wire_json", wire_json::run),
];

/// Reads values until the input is used up.
fn read_all<'a, T: Arbitrary<'a>>(octets: &mut Unstructured<'a>) -> Vec<T> {
    let mut all = Vec::new();
    while !octets.is_empty()
        && let Ok(one) = T::arbitrary(octets)
    {
        all.push(one);
    }
    all
}

/// The input that [`sign_in_job`] needs before it can connect: a server on this machine.
fn resolved() -> Input<'static> {
    Input::Resolved {
        lookup: None,
        loopback: true,
    }
}

/// A job without TLS that signs in, with a message of one octet.
fn sign_in_job(user: &str, password: &str, pipelining: bool) -> Job {
    Job {
        security: Security::None,
        client_name: Domain::parse("client.example").expect("a domain"),
        credentials: Some(Credentials::new(user, password)),
        mail: Some(Mail {
            envelope: Envelope {
                from: None,
                to: vec![Address::parse("hana@example.org").expect("an address")],
            },
            message: MessageFacts {
                size: 1,
                eight_bit: false,
                utf8: false,
            },
            pipelining,
            chunking: false,
            keep_open: false,
        }),
        timeouts: limits::Timeouts::RFC,
    }
}
