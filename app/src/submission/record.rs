//! What is told to whoever keeps records of the messages that are sent, and shown again.

use smtp::Entry;

use super::message::Message;
use super::model::Ending;
use crate::accounts::Destination;

/// Something that happens to a message.
#[derive(Clone, Debug, PartialEq)]
pub enum SendEvent {
    /// It begins to be sent.
    Begun {
        /// The number of the submission.
        id: u32,
        /// The message.
        message: Message,
        /// Where it goes.
        destination: Destination,
        /// What it was made of, as it was given with it.
        about: String,
    },
    /// It is over.
    Ended {
        /// The number of the submission.
        id: u32,
        /// What happened.
        entries: Vec<Entry>,
        /// How it ended.
        ending: Ending,
    },
}

/// A submission as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Where it went.
    pub destination: Destination,
    /// What happened.
    pub entries: Vec<Entry>,
    /// How it ended.
    pub ending: Ending,
}
