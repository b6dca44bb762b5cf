//! What the link tells the page.

use wire::{FromBridge, Welcome};

use super::incoming::Arrived;

/// How the page stands to its bridge.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// No answer yet.
    Connecting,
    /// Open, and greeted.
    Open(Box<Welcome>),
    /// It was open, or should be, and is not: trying again.
    Lost,
    /// The page was opened without a token.
    NoToken,
    /// The bridge is there and does not know this token: it has been started anew.
    Stale,
    /// Page and bridge are of different versions.
    OtherVersion,
    /// The bridge serves as many pages as it will.
    TooMany,
    /// One of page and bridge could not make sense of what the other sent, and has closed the
    /// connection; a fault of ours. Trying again.
    Misunderstood,
}

/// What the link tells the page.
#[derive(Debug)]
pub enum News {
    /// How the page stands to its bridge has changed.
    Connection(Connection),
    /// What the bridge said since last time.
    Said(Vec<FromBridge>),
    /// The last octet of a message has been sent to the bridge.
    Transferred {
        /// The page's number for the send.
        id: u32,
    },
    /// A message asked for has arrived whole.
    Mail(Arrived),
}
