//! The sending of a message: its transcript, the line that is paused, and how it ended.

pub mod entry;
pub mod model;
pub mod outcome;
pub mod pane;
pub mod pause;
pub mod transcript;
