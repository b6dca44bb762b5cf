//! What a practice server offers and requires.

use crate::limits;

/// An extension that a server can leave out, to test clients without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// PIPELINING (RFC 2920). Only the EHLO keyword is left out: pipelined commands still work.
    Pipelining,
    /// 8BITMIME (RFC 6152).
    EightBitMime,
    /// SMTPUTF8 (RFC 6531).
    SmtpUtf8,
    /// CHUNKING (RFC 3030).
    Chunking,
    /// STARTTLS (RFC 3207).
    StartTls,
    /// AUTH (RFC 4954).
    Auth,
}

/// How a server behaves. The default offers everything and requires nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Whether MAIL is answered with 530 until the client has signed in.
    pub require_auth: bool,
    /// Extensions that are neither offered nor accepted.
    pub without: Vec<Extension>,
}

impl Profile {
    /// Whether the extension is offered.
    pub fn offers(&self, extension: Extension) -> bool {
        !self.without.contains(&extension)
    }

    /// The keyword lines of the EHLO reply.
    pub(super) fn announced(&self, tls: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let mut announce = |extension, line: &str| {
            if self.offers(extension) {
                lines.push(line.to_owned());
            }
        };
        announce(Extension::Pipelining, "PIPELINING");
        announce(Extension::EightBitMime, "8BITMIME");
        announce(Extension::SmtpUtf8, "SMTPUTF8");
        announce(Extension::Chunking, "CHUNKING");
        if !tls {
            announce(Extension::StartTls, "STARTTLS");
        }
        announce(Extension::Auth, "AUTH PLAIN LOGIN");
        lines.push("ENHANCEDSTATUSCODES".to_owned());
        lines.push(format!("SIZE {}", limits::MESSAGE));
        lines
    }
}
