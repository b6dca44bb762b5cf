//! What was said on a connection to the practice server, as the server has it. Every client's is
//! kept, not only the bridge's own.

use serde::{Deserialize, Serialize};

/// Which conversation is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationOf {
    /// The one that brought the practice mailbox's message of this id.
    Message(u64),
    /// The one on the connection of this id.
    Connection(u64),
}

/// A connection to the practice server, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownConnection {
    /// Its id, never used again in this run.
    pub id: u64,
    /// When it began, milliseconds since 1970-01-01 UTC.
    pub began_ms: u64,
    /// What the client has called itself in EHLO or HELO. None: it has not.
    pub client_name: Option<String>,
    /// The last line that the server has sent.
    pub last_reply: Option<String>,
    /// The last line of the server that refused something (4yz or 5yz), or why TLS failed.
    pub last_failure: Option<String>,
    /// The ids of the messages in the practice mailbox that it has brought.
    pub messages: Vec<u64>,
    /// Whether it has ended.
    pub ended: bool,
}

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
