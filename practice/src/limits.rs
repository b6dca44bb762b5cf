//! All limits of the practice server.

use std::time::Duration;

/// Longest command line in bytes, CRLF included. RFC 5321 §4.5.3.1.4 requires 512; its extensions
/// add up to 2,000.
pub const COMMAND_LINE: usize = 4096;

/// Largest message in bytes, as announced by SIZE (RFC 1870 §4): 35 MiB.
pub const MESSAGE: usize = 36_700_160;

/// A client that sends more than this many times [`MESSAGE`] for one refused message is
/// disconnected.
pub const REFUSED_BODY_FACTOR: u64 = 4;

/// Most recipients of one message: the minimum that RFC 5321 §4.5.3.1.8 requires.
pub const RECIPIENTS: usize = 100;

/// Longest path in bytes, angle brackets included (RFC 5321 §4.5.3.1.3).
pub const PATH: usize = 256;

/// Longest domain label in bytes (RFC 1035 §2.3.4).
pub const DOMAIN_LABEL: usize = 63;

/// Longest user name in bytes (RFC 4616 §2 allows 255).
pub const USER_NAME: usize = 255;

/// Most erroneous commands in one session. After one more, it is closed with 421.
pub const ERRORS: u32 = 20;

/// How long a session may go without completing a command or sending part of a message (RFC 5321
/// §4.5.3.2.7: 5 minutes).
pub const IDLE: Duration = Duration::from_secs(300);

/// How long a client that has sent EHLO or HELO may be idle before it can lose its connection to a
/// new client.
pub const SILENCE: Duration = Duration::from_secs(60);

/// How long a TLS handshake may take.
pub const HANDSHAKE: Duration = Duration::from_secs(30);

/// How long one write may wait for a client that does not read.
pub const WRITE: Duration = Duration::from_secs(60);

/// How long a closed connection is still read, so that a TCP reset does not discard the last reply.
pub const DRAIN: Duration = Duration::from_secs(2);

/// How long shutdown waits for sessions to send 421 and close.
pub const SHUTDOWN: Duration = Duration::from_secs(3);

/// How long to wait before accepting again after `accept` failed, for example because of too many
/// open files.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Most connections served at once, on both ports together.
pub const CONNECTIONS: usize = 200;

/// Most memory for incomplete messages of all sessions, in bytes: 128 MiB.
pub const UNFINISHED: usize = 128 * 1024 * 1024;

/// Most messages in the mailbox.
pub const MAILBOX_MESSAGES: usize = 200;

/// Most raw bytes in the mailbox: 64 MiB.
pub const MAILBOX_BYTES: usize = 64 * 1024 * 1024;

/// How many bytes at the start of a message are searched for Subject and From.
pub const HEADER_SEARCH: usize = 256 * 1024;

/// Longest decoded Subject or From in a summary, in characters.
pub const HEADER_TEXT: usize = 500;

/// Largest scenario file in bytes: 64 KiB.
pub const SCENARIO: usize = 64 * 1024;

/// Most rules of one scenario.
pub const SCENARIO_RULES: usize = 200;

/// Most steps of one rule or dialogue.
pub const SCENARIO_STEPS: usize = 2000;

/// Most bytes that a scenario may repeat while what it sends is held back: 1 MiB.
pub const SCENARIO_CORKED: usize = 1024 * 1024;

/// Most addresses, connections and rules together that a scenario counts separately. Beyond it the
/// one that was counted first is forgotten.
pub const SCENARIO_COUNTERS: usize = 10_000;

/// How long a server that has stopped reading (`STALL`) waits for the client to give up.
pub const STALL: Duration = Duration::from_secs(300);

/// The pause between the two pieces of a reply that a scenario splits: long enough for a client to
/// read the first one alone.
pub const SPLIT: Duration = Duration::from_millis(15);

/// Most lines of one conversation that are kept.
pub const CONVERSATION_LINES: usize = 1000;

/// Most bytes of text of one conversation that are kept: 64 KiB.
pub const CONVERSATION_BYTES: usize = 64 * 1024;

/// Longest line of a conversation that is kept, in bytes.
pub const CONVERSATION_LINE: usize = 1024;

/// Most conversations that are kept besides those of stored messages.
pub const CONVERSATIONS: usize = 100;

/// The certificates are valid from this long before the start, for clients whose clock is slow.
pub const CERTIFICATE_SKEW: Duration = Duration::from_secs(24 * 60 * 60);

/// The certificates are valid until this long after the start. Some platforms refuse more than 398
/// days.
pub const CERTIFICATE_LIFE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Most text of one message decoded for reading, in bytes, all parts together: 768 KiB.
pub const READING_TEXT: usize = 768 * 1024;

/// Longest header field or file name decoded for reading, in bytes.
pub const READING_FIELD: usize = 4096;

/// Most bytes of header fields, file names, media types and the like of one message together.
pub const READING_NAMES: usize = 1536 * 1024;

/// Most parts of one message that are decoded for reading.
pub const READING_PARTS: usize = 20_000;

/// Most levels of nested messages and multiparts that are parsed. Anything deeper is shown as
/// source.
pub const READING_DEPTH: usize = 64;

/// Most bytes of one encoded header field that are decoded. Encoding makes a field of
/// [`READING_FIELD`] bytes up to four times as long.
pub const READING_SOURCE: usize = 16 * 1024;

/// Most header fields of one message or part that are read.
pub const READING_FIELDS: usize = 100;

/// Most header fields of one message whose decoded values are listed.
pub const READING_DECODED: usize = 1000;

/// Most sections of one parameter (RFC 2231 §3) that are joined.
pub const READING_SECTIONS: usize = 1000;

/// Most bytes of HTML source of one message that are read: 4 MiB.
pub const READING_HTML: usize = 4 * 1024 * 1024;
