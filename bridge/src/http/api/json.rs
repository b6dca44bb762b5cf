//! The JSON of the API. `docs/api.md` shows one value of each kind, and a test holds it to these
//! types.

#[cfg(test)]
mod golden;

use practice::scenario::{self, BuiltIn, ScenarioError, ScenarioRun};
use practice::{Connection, queue_id};
use serde::Serialize;
use wire::KnownConnection;

/// A message of the practice mailbox.
#[derive(Debug, Serialize)]
pub(super) struct Message {
    id: u64,
    /// What the server called it in its reply.
    queue_id: String,
    received_ms: u64,
    from: String,
    to: Vec<String>,
    parameters: Vec<String>,
    size: u64,
    tls: bool,
    user: Option<String>,
    client_name: String,
    esmtp: bool,
    subject: Option<String>,
    header_from: Option<String>,
}

/// All messages.
#[derive(Debug, Serialize)]
pub(super) struct Messages {
    pub(super) messages: Vec<Message>,
    pub(super) dropped: u64,
}

/// The last conversations.
#[derive(Debug, Serialize)]
pub(super) struct Conversations {
    conversations: Vec<Summary>,
}

#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    connection: KnownConnection,
    lines: usize,
}

/// The scenario that is played.
#[derive(Debug, Serialize)]
pub(super) struct Playing {
    scenario: Option<Scenario>,
}

#[derive(Debug, Serialize)]
struct Scenario {
    name: String,
    purpose: String,
    seed: u64,
    text: String,
}

/// The scenarios that come with the program.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    scenarios: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: &'static str,
    purpose: String,
}

/// What is wrong with a scenario.
#[derive(Debug, Serialize)]
pub(super) struct Errors {
    errors: Vec<AtLine>,
}

#[derive(Debug, Serialize)]
struct AtLine {
    line: usize,
    message: String,
}

/// Why a request has failed.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) error: String,
}

impl Message {
    pub(super) fn of(message: &practice::Message) -> Message {
        let delivered = &message.delivered;
        Message {
            id: message.id,
            queue_id: match message.added {
                true => String::new(),
                false => queue_id(message.id),
            },
            received_ms: message.received_ms,
            from: delivered.from.clone(),
            to: delivered.recipients.clone(),
            parameters: delivered.parameters.clone(),
            size: delivered.raw.len() as u64,
            tls: delivered.tls,
            user: delivered.user.clone(),
            client_name: delivered.client_name.clone(),
            esmtp: delivered.esmtp,
            subject: message.subject.clone(),
            header_from: message.header_from.clone(),
        }
    }
}

impl Conversations {
    pub(super) fn of(all: &[Connection]) -> Conversations {
        let summary = |connection: &Connection| Summary {
            connection: engine::known_connection(connection),
            lines: connection.conversation.lines().lines.len(),
        };
        Conversations {
            conversations: all.iter().map(summary).collect(),
        }
    }
}

impl Playing {
    pub(super) fn of(run: Option<&ScenarioRun>) -> Playing {
        Playing {
            scenario: run.map(|run| Scenario {
                name: run.scenario().name.clone(),
                purpose: run.scenario().purpose.clone(),
                seed: run.seed(),
                text: run.scenario().to_string(),
            }),
        }
    }
}

impl Known {
    pub(super) fn all(known: &[BuiltIn]) -> Known {
        let named = |known: &BuiltIn| Named {
            name: known.name,
            purpose: scenario::parse(known.text).map_or_else(|_| String::new(), |s| s.purpose),
        };
        Known {
            scenarios: known.iter().map(named).collect(),
        }
    }
}

impl Errors {
    pub(super) fn of(errors: &[ScenarioError]) -> Errors {
        let at = |error: &ScenarioError| AtLine {
            line: error.line,
            message: error.message.clone(),
        };
        Errors {
            errors: errors.iter().map(at).collect(),
        }
    }
}
