//! What must hold whatever comes in, one module a target: each takes any octets, and panics where
//! something does not hold.
//!
//! The same functions run in two ways. `cargo xtask fuzz` links each to libFuzzer
//! (`fuzz_targets/`), which looks for octets that make it panic, take long or take much memory. The
//! ordinary test `tests/corpus.rs` runs what is kept of such searches: `corpus/`, a file for each
//! target with one input a line in base64, and `found/`, every input that once brought something to
//! light.
//!
//! Nothing private of the other crates is reached for: what has no public door (the redactor) is
//! tried through the dialogue it serves.

#![forbid(unsafe_code)]

use arbitrary::{Arbitrary, Unstructured};
use smtp::{
    Address, Credentials, Domain, Envelope, Input, Job, Mail, MessageFacts, Security, limits,
};

pub mod address;
pub mod capabilities;
pub mod dialogue;
pub mod dress;
pub mod framer;
pub mod practice_session;
pub mod reading;
pub mod redactor;
pub mod sasl;
pub mod shown;
pub mod stuffing;
pub mod wire_json;

/// A target: takes any octets, and panics where something does not hold that must.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also that of its file in `fuzz_targets/` and of its folders
/// in `corpus/` and `found/`.
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

/// Reads one after the other until nothing is left.
fn all_of<'a, T: Arbitrary<'a>>(octets: &mut Unstructured<'a>) -> Vec<T> {
    let mut all = Vec::new();
    while !octets.is_empty()
        && let Ok(one) = T::arbitrary(octets)
    {
        all.push(one);
    }
    all
}

/// What [`signing_in`] needs before it can connect: a server on this machine.
fn resolved() -> Input<'static> {
    Input::Resolved {
        lookup: None,
        loopback: true,
    }
}

/// A job in clear that signs in, with a message of one octet.
fn signing_in(user: &str, password: &str, pipelining: bool) -> Job {
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
