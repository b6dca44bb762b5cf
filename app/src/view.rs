//! What is on the page.

pub mod addresses;
pub mod compose;
pub mod drafts;
pub mod entry;
pub mod explain;
pub mod hold;
pub mod icon;
pub mod inbox;
pub mod message;
pub mod outcome;
pub mod picker;
pub(crate) mod text;
pub mod transcript;
pub mod ui;
pub mod wire;
