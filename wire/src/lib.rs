//! What the page and the bridge say to each other, over one WebSocket.
//!
//! Text frames hold one JSON value each: [`FromPage`] one way, [`FromBridge`] the other. Binary frames hold octets of a message:
//! from the page those of the message being sent, within the [`FromBridge::Credit`] it was given; from the bridge those of the
//! [`FromBridge::Message`] announced just before. A transcript entry, a held line and an outcome are the types of [`smtp`] as
//! they are.

mod from_bridge;
mod from_page;
pub mod handshake;

pub use from_bridge::{
    Content, Field, FromBridge, MailboxState, MailboxSummary, NotStarted, Part, Practice,
    PracticeFault, Reading, Welcome,
};
pub use from_page::{Credentials, FromPage, Open, Server, Start};

/// The version of this protocol. Page and bridge speak only with their own.
pub const VERSION: u32 = 1;

/// The largest text frame that the bridge takes from a page, in octets. Its own are larger only where they carry a message for reading.
pub const TEXT_FRAME: usize = 256 * 1024;

/// The largest binary frame either side takes, in octets.
pub const BINARY_FRAME: usize = 256 * 1024;

/// Octets of a message that the bridge holds at most for one page: it gives no more credit than this beyond what the server's
/// socket has taken.
pub const WINDOW: u64 = 1024 * 1024;
