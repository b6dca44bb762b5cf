//! What the page and the bridge say to each other, over one WebSocket.
//!
//! Text frames hold one JSON value each: [`FromPage`] one way, [`FromBridge`] the other. Binary
//! frames hold octets of a message: from the page those of a message being sent, behind the id of
//! its dialogue ([`message_frame`]) and within the [`FromBridge::Credit`] it was given; from the
//! bridge those of the [`FromBridge::Message`] or [`FromBridge::Octets`] announced just before. A
//! transcript entry, a paused line and an outcome are the types of [`smtp`] as they are.

mod conversation;
mod encoding;
mod frames;
mod from_bridge;
mod from_page;
pub mod handshake;
mod mailbox;
mod message_frame;
mod reading;
mod scenario;

pub use conversation::{Conversation, ConversationLine, ConversationOf, KnownConnection, Speaker};
pub use encoding::Encoding;
pub use frames::{Fragments, TextFrames, TooLarge};
pub use from_bridge::{
    Field, FirstFromBridge, FromBridge, NotStarted, NotStored, Practice, PracticeEffect,
    PracticeFault, Welcome,
};
pub use from_page::{Credentials, FromPage, Open, Search, Server, Start};
pub use mailbox::{MailboxState, MailboxSummary, MailboxUpdate};
pub use message_frame::{MESSAGE_OCTETS, message_frame, read_message_frame};
pub use reading::{Content, Entity, NotRead, OutOfRange, Part, Reading, Slice, View};
pub use scenario::{KnownScenario, PlayedScenario, ScenarioFault};

/// The version of this protocol. Page and bridge speak only with their own.
pub const VERSION: u32 = 7;

/// The largest text frame either side sends, in octets. A longer [`FromBridge`] is sent in several
/// frames, see [`FromBridge::Fragment`].
pub const TEXT_FRAME: usize = 256 * 1024;

/// The longest JSON text of one [`FromBridge`], in octets: what its fragments come to at most.
pub const LONGEST_TEXT: usize = 32 * 1024 * 1024;

/// The largest binary frame either side takes, in octets. From the page that is at most
/// [`MESSAGE_OCTETS`] of a message.
pub const BINARY_FRAME: usize = 256 * 1024;

/// Octets of a message that the bridge holds at most for one page: it gives no more credit than
/// this beyond what has left for the server.
pub const WINDOW: u64 = 1024 * 1024;
