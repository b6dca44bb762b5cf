//! A message of the practice mailbox, decoded for reading.

use serde::{Deserialize, Serialize};

/// A message decoded for reading. All of it is a stranger's: text for showing, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The header fields worth reading, name and decoded value, in the order a reader looks for
    /// them.
    pub headers: Vec<(String, String)>,
    /// The parts of its body, in their order.
    pub parts: Vec<Part>,
    /// Parts that are left out because there are too many.
    pub omitted: u64,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 0: of the message itself; 1: of a message enclosed in it; and so on.
    pub depth: u32,
    /// What it is.
    pub content: Content,
}

/// What a part of a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Text; of HTML, its text.
    Text {
        /// The text, line ends LF.
        text: String,
        /// Whether there is more of it than this.
        cut: bool,
    },
    /// A message enclosed in this one begins. Its parts follow, one deeper.
    Message {
        /// Its header fields worth reading, as in [`Reading::headers`].
        headers: Vec<(String, String)>,
    },
    /// Something that is not shown.
    Attachment {
        /// Its file name; empty where it has none.
        name: String,
        /// Its media type, such as `image/png`.
        media_type: String,
        /// Octets, decoded.
        size: u64,
    },
}

/// Why a message can't be decoded for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRead {
    /// Decoding it takes longer than the bridge allows.
    TooSlow,
    /// Decoding it takes more memory, or goes deeper, than the bridge allows.
    TooLarge,
    /// The decoder failed.
    Failed,
}
