//! What is on the page.

pub mod compose;
pub mod entry;
pub mod explain;
pub mod hold;
pub mod icon;
pub mod inbox;
pub mod message;
pub mod outcome;
pub(crate) mod part;
pub mod picker;
pub mod transcript;
pub mod wire;
