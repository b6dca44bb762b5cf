//! What was sent: each message with its transcript, and what became of each recipient. Kept in this
//! browser, within bounds.

mod detail;
mod export;
mod list;
mod model;
mod pane;
mod recording;
mod records;
mod store;

pub use self::pane::PANE;
