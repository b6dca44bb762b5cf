//! Where a message is written, and where drafts are kept.

pub mod addresses;
pub mod draft;
pub mod drafts;
pub mod other_drafts;
pub mod pane;
