//! Step mode: what the operator is shown before a line is sent, and what the operator decides.

use crate::command::CommandKind;
use crate::entry::Stage;

/// Whether lines are sent without waiting for an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum SendMode {
    /// Lines are sent as soon as the protocol allows it.
    Run,
    /// The dialogue pauses before each line, and only one command is in flight at a time.
    Step,
}

/// What an operator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Operator {
    /// Send the paused line.
    Send {
        /// The [`Paused::step`] this answers. An answer to another step is ignored, so a double
        /// click sends one line.
        step: u32,
        /// The line as the operator wants it, without CRLF; None sends it as planned.
        /// [`crate::SECRET`] in it stands for the secret that was there. It is sent as typed.
        /// Ignored where the message itself is paused.
        line: Option<String>,
    },
    /// Leave the paused line out.
    Skip {
        /// The [`Paused::step`] this answers.
        step: u32,
    },
    /// Send another line before the paused one.
    Insert {
        /// The [`Paused::step`] this answers.
        step: u32,
        /// The line, without CRLF. It is sent as typed, unless that would send a secret in clear
        /// to another machine ([`crate::Failure::SignInInClear`]).
        line: String,
    },
    /// Run to the end, or pause before each line from now on.
    SetMode {
        /// The new mode.
        mode: SendMode,
    },
    /// End the dialogue without delivering: with QUIT where the server can read one.
    Abort,
}

/// A pause before something is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Paused {
    /// Numbers the pauses of one dialogue, from 1.
    pub step: u32,
    /// Where the dialogue is.
    pub stage: Stage,
    /// Whether TLS will protect it.
    pub secured: bool,
    /// What would be sent.
    pub next: Next,
}

/// What would be sent next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Next {
    /// A line. It may be changed.
    Line {
        /// What the server will read it as.
        command: CommandKind,
        /// The line without CRLF, [`crate::SECRET`] in place of a secret.
        line: String,
    },
    /// The message, but for its final dot. It is sent as it is or not at all.
    Message {
        /// Its octets.
        octets: u64,
    },
}
