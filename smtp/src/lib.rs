//! A sans-IO SMTP client (RFC 5321): octets in, octets out, and every line of the conversation
//! recorded on the way.
//!
//! No socket, no clock, no async, no environment. [`Dialogue`] is given what arrived and the time,
//! and returns [`Action`]s; its driver owns the socket. The same code runs in
//! the bridge, in simulated time under test, and in the page, which draws the very [`Entry`] values
//! the dialogue made.

mod action;
mod address;
mod auth;
mod capability;
mod command;
mod dialogue;
mod entry;
mod framer;
mod input;
pub mod invisible;
mod job;
mod lenient;
pub mod limits;
mod operator;
mod outcome;
mod redact;
mod reply;
mod stuffing;
mod tls_failure;

pub use action::Action;
pub use address::{Address, AddressError, ClientName, Domain, uts46};
pub use auth::Mechanism;
pub use capability::Capabilities;
pub use command::{Command, CommandKind, MailParameters, SECRET};
pub use dialogue::Dialogue;
pub use entry::{Entry, Event, Lookup, Origin, Side, Span, Stage, TlsFacts, Trust, Violation};
pub use framer::{Framer, FramingError};
pub use input::Input;
pub use job::{Credentials, Envelope, Job, Mail, MessageFacts, Security};
pub use operator::{Next, Operator, Paused, SendMode};
pub use outcome::{
    CertificateFault, ConnectFailure, Failure, Fate, Outcome, RecipientResult, TlsFailure,
};
pub use redact::Secrets;
pub use reply::{Class, Code, EnhancedCode, Reply};
pub use stuffing::Stuffer;
