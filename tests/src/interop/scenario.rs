//! The definition of a scenario.

use smtp::SendMode;
use wire::Start;

use super::server::{Endpoint, Kind, Server};
use super::{PASSWORD, USER, WRONG};
use crate::job;

/// The table entry of a scenario for which a server has no endpoint.
pub const NO_ENDPOINT: &str = "–";

/// What is sent to a server, and the expected result.
pub struct Scenario {
    /// The name in the table.
    pub name: &'static str,
    /// The endpoint, which may depend on the server.
    pub endpoint: fn(Kind) -> Endpoint,
    /// Who signs in.
    pub sign_in: SignIn,
    /// Whether the bridge trusts the server's certificate.
    pub trusted: bool,
    /// The messages. Each is one job. They are sent in turn through one WebSocket.
    pub messages: fn() -> Vec<Vec<u8>>,
    /// How the messages use connections.
    pub connections: Connections,
    /// Changes the jobs. By default a job is a message from Mina to Hana, pipelined. Ids count from
    /// 1.
    pub job: fn(&mut Start),
    /// Edits lines, in step mode.
    pub edit: Option<Edit>,
    /// The expected result in the words of [`super::run::summary`]. If timing decides, two results
    /// separated by [`OR`].
    pub expect: fn(Kind) -> &'static str,
}

/// Separates alternative results.
pub const OR: &str = " or ";

/// How the messages of a scenario use connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// Each message has its own connection.
    Each,
    /// All messages use one connection, which is kept open after the first.
    One,
    /// All messages use one connection, which is opened before the first.
    OneAhead,
}

/// Who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The user, if this server requires it.
    AsWanted,
    /// Nobody, even if the server requires it.
    Never,
    /// The user, with the right password.
    Right,
    /// The user, with a wrong password.
    Wrong,
}

/// What the operator does with a planned line at this server.
pub type Edit = fn(Kind, &str) -> Act;

/// What the operator does with a paused line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Sends it as planned.
    Send,
    /// Sends this line instead.
    Change(String),
    /// Never sends it.
    Wait,
}

impl Act {
    /// Replaces lines with this prefix.
    pub(super) fn change(line: &str, begins: &str, into: impl FnOnce(&str) -> String) -> Act {
        match line.strip_prefix(begins) {
            Some(rest) => Act::Change(into(rest)),
            None => Act::Send,
        }
    }
}

impl Scenario {
    /// A message from Mina to Hana without TLS, which is accepted.
    pub(super) fn new(name: &'static str) -> Scenario {
        Scenario {
            name,
            endpoint: |_| Endpoint::Clear,
            sign_in: SignIn::AsWanted,
            trusted: true,
            messages: || vec![job::NOTE.to_vec()],
            connections: Connections::Each,
            job: |_| (),
            edit: None,
            expect: |_| "accepted 250",
        }
    }

    pub(super) fn through(self, endpoint: fn(Kind) -> Endpoint) -> Scenario {
        Scenario { endpoint, ..self }
    }

    pub(super) fn sign_in(self, sign_in: SignIn) -> Scenario {
        Scenario { sign_in, ..self }
    }

    pub(super) fn messages(self, messages: fn() -> Vec<Vec<u8>>) -> Scenario {
        Scenario { messages, ..self }
    }

    pub(super) fn connections(self, connections: Connections) -> Scenario {
        Scenario {
            connections,
            ..self
        }
    }

    pub(super) fn job(self, job: fn(&mut Start)) -> Scenario {
        Scenario { job, ..self }
    }

    pub(super) fn edit(self, edit: Edit) -> Scenario {
        Scenario {
            edit: Some(edit),
            ..self
        }
    }

    pub(super) fn expect(self, expect: fn(Kind) -> &'static str) -> Scenario {
        Scenario { expect, ..self }
    }

    /// The expected result at this server, if `text` is that result or one of its alternatives.
    #[must_use]
    pub fn expected(&self, kind: Kind, text: &str) -> Option<&'static str> {
        let expect = (self.expect)(kind);
        expect.split(OR).any(|one| one == text).then_some(expect)
    }

    /// The endpoint at this server, and the operator's edits.
    #[must_use]
    pub fn endpoint_at(&self, server: &Server) -> (Endpoint, Option<Edit>) {
        let endpoint = (self.endpoint)(server.kind);
        if endpoint == Endpoint::Login && server.endpoint(endpoint).is_none() {
            // A server that also offers PLAIN gets AUTH LOGIN by an edit.
            let edit: Edit = |_, line| Act::change(line, "AUTH PLAIN", |_| "AUTH LOGIN".into());
            return (Endpoint::Starttls, Some(edit));
        }
        (endpoint, self.edit)
    }

    /// The job for one of the messages at this server.
    #[must_use]
    pub fn start(
        &self,
        kind: Kind,
        id: u32,
        server: wire::Server,
        stepped: bool,
        message: &[u8],
    ) -> Start {
        let mut start = Start {
            id,
            keep_open: self.connections != Connections::Each,
            ..job::start(server, message)
        };
        let password = match self.sign_in {
            SignIn::Right => Some(PASSWORD),
            SignIn::AsWanted => kind.wants_sign_in().then_some(PASSWORD),
            SignIn::Wrong => Some(WRONG),
            SignIn::Never => None,
        };
        start.credentials = password.and_then(|password| job::credentials(USER, password));
        if stepped {
            start.mode = SendMode::Step;
        }
        (self.job)(&mut start);
        start
    }
}
