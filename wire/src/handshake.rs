//! The opening handshake (RFC 6455 §4) as both ends read it.
//!
//! The page offers two subprotocols: [`PROTOCOL`] and [`TOKEN_PREFIX`] followed by the token. The
//! bridge refuses the handshake with 403 when the token is absent or wrong. With a good token and
//! another version it accepts, selecting the version offered, and closes at once with
//! [`CLOSE_VERSION`], since a browser tells a page nothing of a refused handshake.

/// The subprotocol of this version.
pub const PROTOCOL: &str = "glasspost.v7";

/// Every version's subprotocol begins with this.
pub const PROTOCOL_PREFIX: &str = "glasspost.v";

/// The subprotocol that carries the token begins with this; base64url without padding follows.
pub const TOKEN_PREFIX: &str = "glasspost.token.";

/// The path of the WebSocket.
pub const PATH: &str = "/ws";

/// The key of the token in the fragment of the link that the bridge prints: `#token=…`.
pub const FRAGMENT_KEY: &str = "token";

/// The key of a `mailto:` link (RFC 6068) in a fragment, percent-encoded: the page opens a new
/// message for it. After the token and a `&`, or alone: `#mailto=…`.
pub const MAILTO_KEY: &str = "mailto";

/// Close code: page and bridge are of different versions. The reason says which version the bridge
/// speaks.
pub const CLOSE_VERSION: u16 = 4001;

/// Close code: a frame that is not of this protocol. The reason says what was wrong with it.
pub const CLOSE_MALFORMED: u16 = 4002;

/// Close code: octets of a message beyond the credit that its dialogue was given, or of a dialogue
/// that the page has not started.
pub const CLOSE_CREDIT: u16 = 4003;

/// Close code: too many pages at once.
pub const CLOSE_BUSY: u16 = 4004;

/// Close code: the bridge is shutting down.
pub const CLOSE_SHUTTING_DOWN: u16 = 4005;
