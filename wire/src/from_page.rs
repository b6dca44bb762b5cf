//! What the page says.

use std::fmt;

use serde::{Deserialize, Serialize};
use smtp::{Operator, Security, SendMode};
use zeroize::Zeroizing;

use crate::conversation::ConversationOf;

/// A text frame from the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FromPage {
    /// Send a message. Answered by entries and then exactly one [`crate::FromBridge::Finished`], or
    /// by one [`crate::FromBridge::NotStarted`]. It goes over the connection that waits, where that
    /// is to the same server, with the same credentials and the same client name; any other that
    /// waits is closed. One at a time on one WebSocket.
    Start(Box<Start>),
    /// Open a connection ahead of the message. Answered like [`FromPage::Start`]; if it succeeds,
    /// the connection then waits. A [`FromPage::Start`] for the same server may come before
    /// that: it replaces this, and only it is answered.
    Open(Box<Open>),
    /// What the operator decided about the running dialogue, or to close a connection that waits.
    /// Ignored when `id` is over.
    Operator {
        /// The dialogue.
        id: u32,
        /// What to do.
        act: Operator,
    },
    /// Send the practice mailbox's message with this id. Answered by [`crate::FromBridge::Message`]
    /// or [`crate::FromBridge::MessageGone`].
    Read {
        /// The message's id.
        id: u64,
    },
    /// Send only the octets of the practice mailbox's message with this id. Answered by
    /// [`crate::FromBridge::Octets`] or [`crate::FromBridge::MessageGone`].
    Fetch {
        /// The message's id.
        id: u64,
    },
    /// Send the last connections to the practice server, whoever made them. Answered by
    /// [`crate::FromBridge::Connections`].
    Connections {
        /// Send them again whenever one has begun or ended, until this is asked for without it.
        follow: bool,
    },
    /// Send what was said on a connection. Answered by [`crate::FromBridge::Conversation`].
    Conversation {
        /// Which one.
        of: ConversationOf,
    },
    /// Remove one message from the practice mailbox. [`FromPage::Restore`] can bring it back while
    /// there is room for it.
    Delete {
        /// The message's id.
        id: u64,
    },
    /// Empty the practice mailbox. Its messages can be brought back as after [`FromPage::Delete`].
    Clear,
    /// Put messages that were deleted back into the practice mailbox. What is not there any more is
    /// answered by [`crate::FromBridge::MessageGone`].
    Restore {
        /// Ids of messages.
        ids: Vec<u64>,
    },
    /// Search the practice mailbox for messages in which all of these words are. Answered by
    /// [`crate::FromBridge::Found`], several times; a search that is still running is given up.
    Search(Search),
    /// Put a message into the practice mailbox that did not come by SMTP. Its octets follow in
    /// binary frames with this id, as the bridge gives credit. Answered by
    /// [`crate::FromBridge::Stored`] or [`crate::FromBridge::NotStored`]. One at a time on one
    /// WebSocket.
    Store {
        /// The page's number for this, which no dialogue of the page has.
        id: u32,
        /// Octets of the message, exactly as many as will follow.
        size: u64,
    },
    /// Send the scenarios that come with the program. Answered by
    /// [`crate::FromBridge::Scenarios`].
    Scenarios,
    /// Let the practice server play this scenario on connections from now on, whoever makes them.
    /// Answered by [`crate::FromBridge::Scenario`] or [`crate::FromBridge::NotPlayed`].
    Play {
        /// The scenario's file; None: no scenario.
        text: Option<String>,
    },
}

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The page's number for this search.
    pub id: u32,
    /// The words, at most [`Search::MOST`] of them. Capital letters mean nothing.
    pub words: Vec<String>,
}

impl Search {
    /// The most words that are searched for. More are passed over.
    pub const MOST: usize = 20;
}

/// Everything a dialogue needs but the octets of its message, which follow in binary frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The page's number for this dialogue. The bridge repeats it in every frame about the
    /// dialogue, and the page in every binary frame with octets of its message.
    pub id: u32,
    /// Which server.
    pub server: Server,
    /// Sign in with these.
    pub credentials: Option<Credentials>,
    /// The reverse-path without angle brackets; None is the null path (RFC 5321 §4.5.5).
    pub from: Option<String>,
    /// The forward-paths without angle brackets, one recipient each.
    pub to: Vec<String>,
    /// Octets of the message, exactly as many as will follow.
    pub size: u64,
    /// Octets above 127 occur in the body.
    pub eight_bit: bool,
    /// Non-ASCII occurs in the header section.
    pub utf8: bool,
    /// Run, or pause before each line.
    pub mode: SendMode,
    /// Use PIPELINING where offered.
    pub pipelining: bool,
    /// Use BDAT where CHUNKING is offered (RFC 3030). Not under [`SendMode::Step`].
    pub chunking: bool,
    /// Let the connection wait for another message when this one is completed.
    pub keep_open: bool,
    /// What EHLO says; None lets the bridge choose an address literal.
    pub client_name: Option<String>,
}

/// What a connection needs that is opened ahead of its message. The fields are those of [`Start`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The page's number for this.
    pub id: u32,
    /// Which server.
    pub server: Server,
    /// Sign in with these.
    pub credentials: Option<Credentials>,
    /// What EHLO says.
    pub client_name: Option<String>,
}

/// Which server a dialogue is with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Server {
    /// The built-in practice server.
    Practice {
        /// How the connection is protected.
        security: Security,
    },
    /// A server elsewhere.
    Host {
        /// A host name or an IP address.
        host: String,
        /// The TCP port.
        port: u16,
        /// How the connection is protected.
        security: Security,
    },
}

/// A user name and a password. Wiped from memory when dropped; `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The user name.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}
