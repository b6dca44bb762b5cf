//! What the bridge says.

use serde::{Deserialize, Serialize};
use smtp::{AddressError, Entry, Outcome, Paused, RecipientResult};

use crate::conversation::{Conversation, ConversationOf, KnownConnection};
use crate::mailbox::MailboxUpdate;
use crate::reading::{NotRead, Reading};
use crate::scenario::{KnownScenario, PlayedScenario, ScenarioFault};

/// A text frame from the bridge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromBridge {
    /// The first frame on every WebSocket.
    Welcome(Box<Welcome>),
    /// A dialogue recorded something.
    Entry {
        /// The dialogue.
        id: u32,
        /// What it recorded.
        entry: Box<Entry>,
    },
    /// A dialogue is paused before its next line and waits for [`crate::FromPage::Operator`].
    Paused {
        /// The dialogue.
        id: u32,
        /// What would be sent.
        paused: Paused,
    },
    /// The page may send octets of the message up to this offset from its start. Offsets never
    /// shrink.
    Credit {
        /// The dialogue.
        id: u32,
        /// The offset.
        upto: u64,
    },
    /// So many octets of the message have left for the server.
    Progress {
        /// The dialogue.
        id: u32,
        /// Octets of the message as the page sent it.
        sent: u64,
    },
    /// Results of recipients, ahead of the [`FromBridge::Finished`] of this id: these in their
    /// order come before those in its outcome. See [`FromBridge::finished`].
    Recipients {
        /// The dialogue.
        id: u32,
        /// The results.
        results: Vec<RecipientResult>,
    },
    /// What was asked for under this id is completed. The only such frame for its id.
    Finished {
        /// The dialogue.
        id: u32,
        /// How it ended.
        outcome: Box<Outcome>,
        /// The connection stays open and waits for another message. What happens on it meanwhile
        /// comes as entries under this id, until [`FromBridge::Closed`], or until a message that
        /// goes over it brings its own.
        waits: bool,
    },
    /// The connection that waited under this id is closed.
    Closed {
        /// The dialogue.
        id: u32,
    },
    /// A dialogue did not start: nothing was sent anywhere. The only frame for its id.
    NotStarted {
        /// The dialogue.
        id: u32,
        /// Why.
        why: NotStarted,
    },
    /// What has changed in the practice mailbox; at first, all that it holds. A page applies these
    /// one after the other, see [`MailboxState::apply`](crate::MailboxState::apply).
    Mailbox(MailboxUpdate),
    /// A message of the practice mailbox, asked for by [`crate::FromPage::Read`]; its octets follow
    /// in binary frames, and then [`FromBridge::Reading`] or [`FromBridge::NotRead`].
    Message {
        /// The message's id.
        id: u64,
        /// Octets that follow.
        size: u64,
    },
    /// The octets of a message of the practice mailbox, asked for by [`crate::FromPage::Fetch`].
    /// They follow in binary frames, and nothing else.
    Octets {
        /// The message's id.
        id: u64,
        /// Octets that follow.
        size: u64,
    },
    /// The mailbox has no message of this id any more.
    MessageGone {
        /// The message's id.
        id: u64,
    },
    /// The last connections to the practice server, oldest first, asked for by
    /// [`crate::FromPage::Connections`].
    Connections {
        /// All that are kept.
        known: Vec<KnownConnection>,
    },
    /// What was said on a connection, asked for by [`crate::FromPage::Conversation`].
    Conversation {
        /// Which one.
        of: ConversationOf,
        /// What was said up to now. None: it is not kept, or the message did not come by SMTP.
        conversation: Option<Conversation>,
    },
    /// The message announced by [`FromBridge::Message`], decoded for reading.
    Reading {
        /// The message's id.
        id: u64,
        /// The message as it reads.
        reading: Box<Reading>,
    },
    /// The message announced by [`FromBridge::Message`] can't be decoded for reading. Its octets
    /// can be shown as they are.
    NotRead {
        /// The message's id.
        id: u64,
        /// Why.
        why: NotRead,
    },
    /// What a [`crate::FromPage::Search`] has found since the last such frame.
    Found {
        /// The page's number for the search.
        id: u32,
        /// Ids of messages in which all words are.
        messages: Vec<u64>,
        /// Messages that have been looked at so far.
        searched: u64,
        /// Those among them that can't be decoded, so that only their header was looked at.
        undecoded: u64,
        /// Whether all messages have been looked at.
        done: bool,
    },
    /// The message of a [`crate::FromPage::Store`] is in the practice mailbox.
    Stored {
        /// The page's number for it.
        id: u32,
        /// The message's id.
        message: u64,
    },
    /// The message of a [`crate::FromPage::Store`] is not taken.
    NotStored {
        /// The page's number for it.
        id: u32,
        /// Why.
        why: NotStored,
    },
    /// The scenarios that come with the program, asked for by [`crate::FromPage::Scenarios`].
    Scenarios {
        /// All of them, in the order in which they are listed.
        known: Vec<KnownScenario>,
    },
    /// What the practice server plays from now on. Comes also when another page or program has
    /// changed it, and at first if a scenario is played.
    Scenario {
        /// The scenario; None: there is none.
        playing: Option<PlayedScenario>,
    },
    /// The scenario of a [`crate::FromPage::Play`] has faults. What was played before goes on.
    NotPlayed {
        /// All of them.
        faults: Vec<ScenarioFault>,
    },
    /// A part of a JSON text that is longer than [`crate::TEXT_FRAME`]. The fragments of one text
    /// follow each other with no other text frame between; put together they are one other
    /// [`FromBridge`].
    Fragment {
        /// The next part of the text.
        text: String,
        /// Whether the text ends here.
        last: bool,
    },
}

/// The first text frame on a WebSocket, or what it is put together of: a [`FromBridge`] that is
/// read with less code than all of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstFromBridge {
    /// [`FromBridge::Welcome`].
    Welcome(Box<Welcome>),
    /// [`FromBridge::Fragment`] of it.
    Fragment {
        /// The next part of the text.
        text: String,
        /// Whether the text ends here.
        last: bool,
    },
}

/// Results in one [`FromBridge::Recipients`].
const RESULTS: usize = 64;

impl FromBridge {
    /// How a dialogue ended, in as many messages as it takes: the last one is
    /// [`FromBridge::Finished`].
    pub fn finished(
        id: u32,
        mut outcome: Outcome,
        waits: bool,
    ) -> impl Iterator<Item = FromBridge> {
        let mut results = outcome
            .recipients_mut()
            .map(std::mem::take)
            .unwrap_or_default()
            .into_iter();
        let mut outcome = Some(outcome);
        std::iter::from_fn(move || {
            if results.len() > RESULTS {
                let results = results.by_ref().take(RESULTS).collect();
                return Some(FromBridge::Recipients { id, results });
            }
            let mut outcome = outcome.take()?;
            if let Some(left) = outcome.recipients_mut() {
                *left = results.by_ref().collect();
            }
            Some(FromBridge::Finished {
                id,
                outcome: Box::new(outcome),
                waits,
            })
        })
    }
}

/// What a page learns first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// [`crate::VERSION`] of the bridge.
    pub version: u32,
    /// The program's own version.
    pub program: String,
    /// Names this run of the program: ids of messages in the practice mailbox begin anew with each.
    pub run: String,
    /// The practice server, where it runs.
    pub practice: Option<Practice>,
    /// The ports that targets may have; empty means any.
    pub ports: Vec<u16>,
    /// What EHLO says unless the page chooses otherwise.
    pub client_name: String,
    /// The usual port of the page, if another program had it when this bridge started. A browser
    /// stores data separately for each port.
    pub usual_port: Option<u16>,
}

/// The practice server as a page needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Its name in the greeting and the certificate.
    pub name: String,
    /// `address:port` of the port that begins in clear and offers STARTTLS.
    pub starttls: String,
    /// `address:port` of the port that speaks TLS from the first octet.
    pub tls: String,
    /// Any user name signs in with this password.
    pub password: String,
    /// Its test addresses.
    pub faults: Vec<PracticeFault>,
}

/// A test address of the practice server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeFault {
    /// The local part that triggers it.
    pub local_part: String,
    /// Whether the sender's address triggers it rather than a recipient's.
    pub sender: bool,
    /// What it does.
    pub effect: PracticeEffect,
}

/// What the practice server does for a test address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PracticeEffect {
    /// It refuses the address.
    Refuse {
        /// Its reply, on one line.
        reply: String,
    },
    /// It accepts the address and refuses the message at its end.
    RefuseMessage {
        /// Its reply, on one line.
        reply: String,
    },
    /// It keeps the message and closes the connection without a reply.
    Lose,
    /// It answers late.
    Delay {
        /// By so many seconds.
        seconds: u32,
    },
}

/// Why a dialogue did not start. Each is something a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotStarted {
    /// Another dialogue runs on this WebSocket.
    Busy,
    /// The bridge runs as many dialogues as it will.
    TooMany {
        /// How many that is.
        most: u32,
    },
    /// An address is not valid.
    BadAddress {
        /// Which address it is.
        field: Field,
        /// The address, cut if it is long.
        address: String,
        /// What is wrong with it.
        why: AddressError,
    },
    /// No recipient at all.
    NoRecipients,
    /// More recipients than one message may have.
    TooManyRecipients {
        /// How many that is.
        most: u32,
    },
    /// The host is neither a host name nor an IP address.
    BadHost,
    /// The policy does not allow this port.
    PortNotAllowed {
        /// The port asked for.
        port: u16,
        /// The ports allowed.
        allowed: Vec<u16>,
    },
    /// The policy does not allow this address: link-local, multicast, or the bridge itself.
    AddressNotAllowed,
    /// The practice server is switched off.
    NoPractice,
    /// The network is simulated, and reaches the practice server only.
    NoBridge,
    /// The bridge is shutting down.
    ShuttingDown,
}

/// The part of a request that an address is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The sender.
    From,
    /// A recipient.
    To,
    /// What EHLO says.
    ClientName,
}

/// Why a message was not put into the practice mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotStored {
    /// The practice server is switched off.
    NoPractice,
    /// It is larger than the practice server accepts.
    TooLarge {
        /// The most octets.
        most: u64,
    },
    /// Another one is on its way from this page, or too many from all pages.
    Busy,
}
