//! Hostile servers, one in each file: reads the files of `tests/hostile`, runs them against the
//! built program, and reports every difference from the expected result. `tests/hostile/README.md`
//! describes the files.

mod case;
mod certificate;
mod checks;
mod runner;

pub use case::Case;
pub use runner::{RunResult, Runner};

/// The host name that resolves to the scripted servers.
pub const MAIL: &str = "mail.hostile.test";

/// A host name that resolves to an address of another machine, to which nothing connects.
pub const REMOTE: &str = "remote.hostile.test";
