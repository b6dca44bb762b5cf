//! What is submitted.

/// A finished message and its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message, RFC 5322, every line ended by CRLF.
    pub octets: Vec<u8>,
    /// The reverse-path.
    pub from: Option<String>,
    /// The forward-paths, each once: To, then Cc, then Bcc.
    pub to: Vec<String>,
    /// Octets above 127 occur in the body.
    pub eight_bit: bool,
    /// Octets above 127 occur in the header section: it needs SMTPUTF8.
    pub utf8: bool,
}
