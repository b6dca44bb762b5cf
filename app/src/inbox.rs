//! The practice mailbox: the messages that the practice server accepted.

mod answers;
mod commands;
mod connections;
mod conversation;
mod deleting;
mod download;
mod events;
mod export;
mod fields;
mod focus;
mod keys;
mod list;
mod marks;
mod mbox;
mod message;
mod notices;
mod opening;
mod pane;
mod parts;
mod pictures;
mod raw;
mod search;
mod seen;
mod selection;
mod steps;
mod store;
mod structure;
mod tools;

pub use self::answers::{Answering, How, Received};
pub use self::conversation::{Brought, Carried, ConversationView, LineLink, Record};
pub use self::download::{name_of_attachment, name_of_message};
pub use self::pane::PANE;
pub use self::store::{InboxStore, use_inbox};
