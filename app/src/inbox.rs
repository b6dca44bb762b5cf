//! The practice mailbox: the messages that the practice server accepted.

mod answers;
mod download;
mod focus;
mod list;
mod marks;
mod message;
mod pane;
mod parts;
mod seen;
mod store;

pub use self::answers::{Answering, How, Received};
pub use self::download::{name_of_attachment, name_of_message};
pub use self::pane::PANE;
pub use self::store::{InboxStore, use_inbox};
