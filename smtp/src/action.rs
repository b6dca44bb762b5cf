//! What a dialogue asks the driver to do.

use crate::entry::Entry;
use crate::operator::Paused;
use crate::outcome::Outcome;

/// Something for the driver to do. It carries out actions in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Find the server's addresses; answer with [`crate::Input::Resolved`] or
    /// [`crate::Input::NotConnected`].
    Resolve,
    /// Open the TCP connection. Hand in [`crate::Input::Connecting`] and
    /// [`crate::Input::ConnectFailed`] for each attempt, and answer with
    /// [`crate::Input::Connected`] or [`crate::Input::NotConnected`].
    Connect,
    /// Write these octets.
    Write(Vec<u8>),
    /// Start a TLS handshake, once everything written has left; answer with
    /// [`crate::Input::TlsEstablished`] or [`crate::Input::TlsFailed`].
    StartTls,
    /// Show this entry, once everything written before it has left.
    Record(Entry),
    /// Show the line that is paused, and wait for the operator.
    Pause(Paused),
    /// A message is completed, or there was none yet, and the connection waits for another.
    Complete(Outcome),
    /// The dialogue is over: close the connection. Comes exactly once, and last.
    Finish(Outcome),
}
