//! The built-in practice mail server. It speaks real SMTP (RFC 5321) to any client, and delivers
//! only to a bounded mailbox in memory.
//!
//! - [`Session`] is the protocol: bytes in, actions out, no I/O and no clock.
//! - [`Mailbox`] stores delivered messages.
//! - [`scenario`] describes servers that misbehave on purpose.
//! - [`Conversation`] is what was said on a connection, without passwords.
//! - [`FAULTS`] lists the addresses that make the server misbehave on purpose.
//! - `Server` drives sessions over loopback TCP and TLS (feature `server`).
//! - `Reading` decodes a message for reading (feature `reading`).
//!
//! Without its features the crate runs wherever Rust does, in a browser's page too.

#[cfg(feature = "server")]
mod certificate;
mod changes;
mod conversation;
mod faults;
pub mod limits;
mod mailbox;
#[cfg(feature = "reading")]
mod reading;
pub mod scenario;
#[cfg(feature = "server")]
mod server;
mod session;

pub use changes::{Changes, MailboxGone};
pub use conversation::{Conversation, Line, Lines, SECRET, Speaker};
pub use faults::{Effect, FAULTS, Fault, Side, fault};
pub use mailbox::{Capacity, Connection, Delta, Mailbox, Message, Stats, Summary};
#[cfg(feature = "reading")]
pub use reading::{Content, Entity, Part, Reading, Slice, Transfer, View};
#[cfg(feature = "server")]
pub use server::{Bind, Config, Server};
pub use session::{
    Action, Delivered, Extension, Input, Leave, PASSWORD, Profile, SERVER_NAME, Security, Session,
    queue_id, queued,
};
