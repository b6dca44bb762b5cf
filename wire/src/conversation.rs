//! What was said on a connection to the practice server, as the server has it. Every client's is
//! kept, not only the bridge's own.

use serde::{Deserialize, Serialize};

/// A conversation, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// What was said, in its order.
    pub lines: Vec<ConversationLine>,
    /// Lines that were said after these and are not kept, because there are too many.
    pub left_out: u64,
    /// Whether the connection has ended.
    pub ended: bool,
}

/// A line of a conversation. It has no password: what follows AUTH is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationLine {
    /// When, in microseconds since the connection began.
    pub at_us: u64,
    /// Who said it.
    pub who: Speaker,
    /// Whether it was inside TLS.
    pub tls: bool,
    /// Without its CRLF; a long line is cut, and says so. Notes are in English, as other programs
    /// get them.
    pub text: String,
}

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
    /// Nobody: a note of the server on what has happened.
    Note,
}
