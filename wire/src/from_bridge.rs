//! What the bridge says.

use serde::{Deserialize, Serialize};
use smtp::{AddressError, Entry, Held, Outcome};

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
    /// A dialogue holds its next line and waits for [`crate::FromPage::Operator`].
    Held {
        /// The dialogue.
        id: u32,
        /// What is held.
        held: Held,
    },
    /// The page may hand over octets of the message up to this offset from its start. Offsets never shrink.
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
        /// Octets of the message as the page handed it over.
        sent: u64,
    },
    /// What was asked for under this id is settled. The only such frame for its id.
    Finished {
        /// The dialogue.
        id: u32,
        /// How it ended.
        outcome: Box<Outcome>,
        /// The connection stays open and waits for another message. What happens on it meanwhile comes as entries under this id, until
        /// [`FromBridge::Closed`], or until a message that goes over it brings its own.
        waits: bool,
    },
    /// The connection that waited under this id is closed.
    Closed {
        /// The dialogue.
        id: u32,
    },
    /// A dialogue did not begin: nothing was sent anywhere. The only frame for its id.
    NotStarted {
        /// The dialogue.
        id: u32,
        /// Why.
        why: NotStarted,
    },
    /// What the practice mailbox holds. Sent behind the welcome and at every change.
    Mailbox(MailboxState),
    /// A message of the practice mailbox, asked for by [`crate::FromPage::Read`]; its octets follow in binary frames.
    Message {
        /// The message's id.
        id: u64,
        /// Octets that follow.
        size: u64,
        /// The message as it reads.
        reading: Box<Reading>,
    },
    /// The mailbox has no message of this id any more.
    MessageGone {
        /// The message's id.
        id: u64,
    },
}

/// What a page learns first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// [`crate::VERSION`] of the bridge.
    pub version: u32,
    /// The program's own version.
    pub program: String,
    /// The practice server, where it runs.
    pub practice: Option<Practice>,
    /// The ports that targets may have; empty means any.
    pub ports: Vec<u16>,
    /// What EHLO says unless the page chooses otherwise.
    pub client_name: String,
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
    /// What it can be asked to do wrong.
    pub faults: Vec<PracticeFault>,
}

/// One thing the practice server does wrong on demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeFault {
    /// The local part that asks for it.
    pub local_part: String,
    /// Whether it is asked for by the sender's address rather than a recipient's.
    pub sender: bool,
    /// What the server answers, or does.
    pub effect: String,
}

/// What the practice mailbox holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxState {
    /// Newest first.
    pub messages: Vec<MailboxSummary>,
    /// Octets of all messages.
    pub octets: u64,
    /// Messages that went, oldest first, to keep within the limits; since the bridge started.
    pub dropped: u64,
    /// Most messages it keeps.
    pub most_messages: u64,
    /// Most octets it keeps.
    pub most_octets: u64,
}

/// A message of the practice mailbox, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSummary {
    /// Its id, never used again.
    pub id: u64,
    /// When it arrived, milliseconds since 1970-01-01 UTC.
    pub received_ms: u64,
    /// The reverse-path; empty is the null path.
    pub from: String,
    /// The forward-paths.
    pub to: Vec<String>,
    /// The Subject field, decoded; empty where there is none.
    pub subject: String,
    /// The From field, decoded, for showing; empty where there is none.
    pub header_from: String,
    /// Octets.
    pub size: u64,
    /// Whether it came inside TLS.
    pub tls: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

/// A message decoded for reading. All of it is a stranger's: text for showing, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The header fields worth reading, name and decoded value, in the order a reader looks for
    /// them. A value that is cut ends with `…`.
    pub headers: Vec<(String, String)>,
    /// The parts of the message, in their order.
    pub parts: Vec<Part>,
    /// Parts left out because there are too many, or because they are too large together.
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
    /// Text, line ends LF; of HTML, its text.
    Text {
        /// The text.
        text: String,
        /// Whether there is more of it than this.
        cut: bool,
    },
    /// An enclosed message begins; its parts follow, one deeper.
    Message {
        /// As in [`Reading::headers`].
        headers: Vec<(String, String)>,
    },
    /// Something that is not shown as text.
    Attachment {
        /// Its file name; empty where it has none.
        name: String,
        /// Its media type, in lower case.
        media_type: String,
        /// Octets, decoded.
        size: u64,
    },
}

/// Why a dialogue did not begin. Each is something a person can act on.
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
    /// An address is none.
    BadAddress {
        /// Where it stands.
        field: Field,
        /// The address, cut to a sane length.
        address: String,
        /// What is wrong with it.
        why: AddressError,
    },
    /// No recipient at all.
    NoRecipients,
    /// More recipients than one job takes.
    TooManyRecipients {
        /// How many it takes.
        most: u32,
    },
    /// The host is no host name and no IP address.
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
    /// The bridge is shutting down.
    ShuttingDown,
}

/// A place where an address stands.
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
