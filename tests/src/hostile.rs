//! Servers that misbehave, a file each: reads the files of `tests/hostile`, tries them against the
//! built program, and says of every one what went otherwise than it must. `tests/hostile/README.md`
//! describes the files.

mod case;
mod certificate;
mod house;
mod judge;

pub use case::Case;
pub use house::{House, Tried};

/// The host name that leads to the scripted servers.
pub const MAIL: &str = "mail.hostile.test";

/// A host name that leads to an address of another machine, where nothing is ever dialled.
pub const AWAY: &str = "away.hostile.test";
