//! What is told to whoever keeps records of the messages that are sent, and shown again.

use smtp::Entry;

use super::message::Message;
use super::model::Ending;
use crate::accounts::Destination;

/// What a message was made of, for whoever keeps records. Nothing here reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The draft, in JSON.
    pub draft: String,
    /// Names the messages that were made of the same draft for many. Empty: it is alone.
    pub batch: String,
}

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
        /// What it was made of.
        about: About,
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
