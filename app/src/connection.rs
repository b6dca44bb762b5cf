//! The connection to the bridge.

mod attempts;
mod event;
mod fetch;
mod incoming;
mod link;
mod outgoing;
mod socket;

pub use self::event::{Connection, News};
pub use self::fetch::file;
pub use self::incoming::Arrived;
pub use self::link::{Link, TextFrame};
