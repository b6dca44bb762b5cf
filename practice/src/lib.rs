//! The built-in practice mail server. It speaks real SMTP (RFC 5321) to any client, and delivers
//! only to a bounded mailbox in memory.
//!
//! - [`Session`] is the protocol: bytes in, actions out, no I/O.
//! - [`Mailbox`] stores delivered messages.
//! - [`Server`] drives sessions over loopback TCP and TLS.
//! - [`FAULTS`] lists the addresses that make the server misbehave on purpose.

mod certificate;
mod faults;
pub mod limits;
mod mailbox;
mod reading;
mod server;
mod session;

pub use faults::{Effect, FAULTS, Fault, Side, fault};
pub use mailbox::{Capacity, Delta, Mailbox, Message, Stats, Summary};
pub use reading::{Content, Entity, Part, Reading, Slice, Transfer, View};
pub use server::{Bind, Config, Server};
pub use session::{
    Action, Delivered, Extension, Input, PASSWORD, Profile, SERVER_NAME, Security, Session,
    queue_id, queued,
};
