//! The submission of a message to a mail server: its transcript, the line before which it is
//! paused, and how it ended.

mod brought;
mod by_hand;
mod entry;
mod explanation;
mod export;
mod limits;
mod message;
mod model;
mod outcome;
mod pane;
mod pause;
mod progress;
mod record;
mod stages;
mod store;
mod strip;
mod transcript;

pub use self::by_hand::{escaped, unescaped};
pub use self::export::transcript;
pub use self::message::Message;
pub use self::model::{Delivered, Ending, kind};
pub use self::outcome::{Recipient, ending_words};
pub use self::pane::PANE;
pub use self::record::{About, Recorded, SendEvent};
pub use self::store::{Ended, Rehearsed, SubmissionStore, TooLong, use_submission};
