//! The SMTP session: what the server offers, whether the client has signed in, and how the server
//! reads the next line.

use super::Progress;
use super::plan::{Plan, Planned};
use super::sign_in::SignIn;
use crate::capability::Capabilities;
use crate::command::Command;
use crate::lenient;

/// The state of the session. It lasts for many messages. Once TLS is established, what was learned
/// in clear is forgotten.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) capabilities: Capabilities,
    /// What the latest reply offers if it answers EHLO. It is read before secrets are redacted, so
    /// that a redacted word can't hide a capability.
    pub(super) offered: Capabilities,
    pub(super) hello: Progress,
    /// The server does not know EHLO, so HELO is sent.
    pub(super) plain_hello: bool,
    pub(super) starttls: Progress,
    pub(super) sign_in: SignIn,
    pub(super) quit: Progress,
    /// The server may have the beginning of a transaction in its buffers.
    pub(super) begun: bool,

    // How the server reads what is sent next.
    /// Everything up to a final dot is the message.
    pub(super) in_data: bool,
    /// A line that the operator typed inside the message could be taken for its end.
    ambiguous_end: bool,
    /// So many octets are the payload of a BDAT that the operator typed.
    pub(super) payload: u64,
    /// A 334 answered a command that was not AUTH, so the next line may be read as a response.
    pub(super) stray_challenge: bool,
}

impl Session {
    pub(super) fn new() -> Session {
        Session {
            capabilities: Capabilities::default(),
            offered: Capabilities::default(),
            hello: Progress::Todo,
            plain_hello: false,
            starttls: Progress::Todo,
            sign_in: SignIn::default(),
            quit: Progress::Todo,
            begun: false,
            in_data: false,
            ambiguous_end: false,
            payload: 0,
            stray_challenge: false,
        }
    }

    /// Forgets what was said in clear: nothing from before TLS counts, for either side, signing in
    /// included (RFC 3207 §4.2).
    pub(super) fn restart(&mut self) {
        self.capabilities = Capabilities::default();
        self.hello = Progress::Todo;
        self.plain_hello = false;
        self.sign_in = SignIn::default();
    }

    /// Which greeting is sent next. None: the session has begun.
    pub(super) fn plan_hello(&self) -> Option<Plan> {
        match self.hello {
            Progress::Todo if self.plain_hello => Some(Plan::Next(Planned::Helo)),
            Progress::Todo => Some(Plan::Next(Planned::Ehlo)),
            Progress::Sent => Some(Plan::Wait),
            Progress::Done | Progress::Skipped => None,
        }
    }

    /// EHLO is accepted.
    pub(super) fn extended(&mut self) {
        self.capabilities = std::mem::take(&mut self.offered);
        self.hello = Progress::Done;
    }

    /// HELO is accepted.
    pub(super) fn plain(&mut self) {
        self.capabilities = Capabilities::default();
        self.hello = Progress::Done;
    }

    /// The server does not know EHLO.
    pub(super) fn fall_back_to_helo(&mut self) {
        self.hello = Progress::Todo;
        self.plain_hello = true;
    }

    /// DATA is accepted: the message follows.
    pub(super) fn enter_data(&mut self) {
        self.in_data = true;
        self.ambiguous_end = false;
    }

    /// How the server reads a line.
    pub(super) fn read(&self, line: &str) -> Command {
        if self.in_data {
            return if line == "." {
                Command::Dot
            } else {
                Command::Text
            };
        }
        if self.sign_in.awaits_response() {
            return if line == "*" {
                Command::AuthCancel
            } else {
                Command::AuthResponse
            };
        }
        Command::read(line)
    }

    /// Follows what the server does with a line that is sent.
    pub(super) fn sent(&mut self, command: &Command, line: &str) {
        match command {
            Command::Dot => self.in_data = false,
            Command::Auth(name) => {
                let response = &line[lenient::response_of_auth(line)..];
                self.sign_in.begin(name, !response.trim().is_empty());
            }
            Command::AuthResponse => self.sign_in.responded(),
            Command::AuthCancel => self.sign_in.cancelled(),
            Command::Bdat { octets, .. } => self.payload = *octets,
            Command::Mail(_) => self.begun = true,
            _ => {}
        }
    }

    /// A line of a BDAT's payload is sent, CRLF behind it.
    pub(super) fn payload_sent(&mut self, line: &str) {
        self.payload = self.payload.saturating_sub(line.len() as u64 + 2);
    }

    /// A line that the operator typed is sent.
    pub(super) fn typed(&mut self, line: &str) {
        if self.in_data && line != "." && lenient::has_dot(line) {
            self.ambiguous_end = true;
        }
    }

    /// Whether the server reads the next line as part of a message.
    pub(super) fn is_in_message(&self) -> bool {
        self.in_data || self.payload > 0
    }

    /// Whether the server may take the next line for a response.
    pub(super) fn awaits_response(&self) -> bool {
        self.stray_challenge || self.sign_in.awaits_response()
    }

    /// Where in a typed line some server could see the secret part of signing in begin.
    pub(super) fn secret_in(&self, line: &str) -> Option<usize> {
        let (from, commands) = self.commands_in(line)?;
        Some(from + lenient::sign_in(commands)?)
    }

    /// What of a line some server could take for commands, and where that begins. None: all of it
    /// is a message's text.
    fn commands_in<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        let as_text = if self.payload > 0 {
            // A server that offers no BDAT reads what follows it as commands.
            self.capabilities.chunking
        } else {
            self.in_data && !self.ambiguous_end
        };
        if !as_text {
            return Some((0, text));
        }
        let behind = lenient::behind_dot(text).filter(|_| self.in_data)?;
        Some((text.len() - behind.len(), behind))
    }
}
