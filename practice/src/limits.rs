//! Every bound the practice server keeps, in one place.

use std::time::Duration;

/// Longest command line in bytes, CRLF included. RFC 5321 §4.5.3.1.4 asks for 512, its extensions
/// for up to 2,000 more.
pub const COMMAND_LINE: usize = 4096;

/// Largest message in bytes, as announced by SIZE (RFC 1870 §4): 35 MiB.
pub const MESSAGE: usize = 36_700_160;

/// How many times [`MESSAGE`] a client may stream at one refused message before the connection is
/// closed.
pub const REFUSED_BODY_FACTOR: u64 = 4;

/// Recipients of one message; the least RFC 5321 §4.5.3.1.8 allows.
pub const RECIPIENTS: usize = 100;

/// Longest path in bytes, angle brackets included (RFC 5321 §4.5.3.1.3).
pub const PATH: usize = 256;

/// Longest domain label in bytes (RFC 1035 §2.3.4).
pub const DOMAIN_LABEL: usize = 63;

/// Longest user name in bytes (RFC 4616 §2 allows 255).
pub const USER_NAME: usize = 255;

/// Commands that may be wrong in one session before it is closed with 421.
pub const ERRORS: u32 = 20;

/// How long a session may go without completing a command or sending message bytes (RFC 5321
/// §4.5.3.2.7: 5 minutes).
pub const IDLE: Duration = Duration::from_secs(300);

/// How long a client that has said EHLO or HELO keeps its place without a further word when another
/// wants it.
pub const SILENCE: Duration = Duration::from_secs(60);

/// How long a TLS handshake may take.
pub const HANDSHAKE: Duration = Duration::from_secs(30);

/// How long one write may wait for a client that does not read.
pub const WRITE: Duration = Duration::from_secs(60);

/// How long a closed connection is still drained, so that the last reply is not lost to a TCP
/// reset.
pub const LINGER: Duration = Duration::from_secs(2);

/// How long shutdown waits for sessions to say their 421.
pub const SHUTDOWN: Duration = Duration::from_secs(3);

/// How long accepting rests after the system refused a socket (too many open files).
pub const ACCEPT_REST: Duration = Duration::from_millis(200);

/// Connections served at once, both ports together.
pub const CONNECTIONS: usize = 200;

/// Bytes of unfinished messages held at once by all sessions: 128 MiB.
pub const UNFINISHED: usize = 128 * 1024 * 1024;

/// Messages kept in the mailbox.
pub const MAILBOX_MESSAGES: usize = 200;

/// Raw bytes kept in the mailbox: 64 MiB.
pub const MAILBOX_BYTES: usize = 64 * 1024 * 1024;

/// Bytes at the top of a message searched for its Subject and From.
pub const HEADER_SEARCH: usize = 256 * 1024;

/// Longest decoded Subject or From in a summary, in characters.
pub const HEADER_TEXT: usize = 500;

/// How long before the start the certificates are valid already, for clients whose clock is slow.
pub const CERTIFICATE_SKEW: Duration = Duration::from_secs(24 * 60 * 60);

/// How long after the start the certificates stay valid; some platforms refuse more than 398 days.
pub const CERTIFICATE_LIFE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Longest text of one message decoded for reading, in bytes, all its parts together: 768 KiB.
pub const READING_TEXT: usize = 768 * 1024;

/// Longest header field or file name decoded for reading, in bytes.
pub const READING_FIELD: usize = 4096;

/// Header fields, file names and media types of one message together, in bytes.
pub const READING_NAMES: usize = 1536 * 1024;

/// Most parts of one message that are decoded for reading.
pub const READING_PARTS: usize = 20_000;

/// How deep messages and multiparts in one another are taken apart; what is deeper reads as source.
pub const READING_DEPTH: usize = 64;

/// Bytes of one header field, as it stands, that are decoded. Encoding makes a field of
/// [`READING_FIELD`] bytes up to four times as long.
pub const READING_SOURCE: usize = 16 * 1024;

/// Header fields of one message or part that are read.
pub const READING_FIELDS: usize = 100;

/// Pieces of one parameter (RFC 2231 §3) that are put together.
pub const READING_PIECES: usize = 1000;

/// Bytes of HTML source of one message that are made into text: 4 MiB.
pub const READING_HTML: usize = 4 * 1024 * 1024;
