//! The practice mailbox.

mod focus;
pub mod list;
pub mod message;
pub mod pane;
pub mod seen;
