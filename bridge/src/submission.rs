//! Submitting messages to mail servers: from what a page asks for to a dialogue over a socket.
//!
//! [`request`] reads what the page asks for, [`environment`] finds out where it goes, [`driver`]
//! runs the dialogue over a [`transport`].

pub(crate) mod body;
mod connect;
pub(crate) mod driver;
pub(crate) mod environment;
pub(crate) mod policy;
pub(crate) mod resolve;
mod stream;
pub(crate) mod tls;
mod transport;
