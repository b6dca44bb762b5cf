//! The practice mailbox: the messages that the practice server accepted.

mod download;
mod focus;
mod list;
mod message;
mod pane;
mod parts;
mod seen;
mod store;

pub use self::pane::PANE;
pub use self::store::{InboxStore, use_inbox};
