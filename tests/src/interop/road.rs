//! What a road is.

use smtp::SendMode;
use wire::Start;

use super::server::{Door, Kind, Server};
use super::{PASSWORD, USER, WRONG};
use crate::job;

/// What the table says of a road for which a server has no door.
pub const NO_DOOR: &str = "–";

/// What is sent to a server, and what has to come of it.
pub struct Road {
    /// As the table names it.
    pub name: &'static str,
    /// Through which door, at this server.
    pub door: fn(Kind) -> Door,
    /// Who signs in.
    pub sign_in: SignIn,
    /// Whether the server's certificate is believed.
    pub believed: bool,
    /// The messages, one job each, one after the other through one WebSocket.
    pub messages: fn() -> Vec<Vec<u8>>,
    /// How many connections they take.
    pub connections: Connections,
    /// What is different in the jobs from one by Mina to Hana, pipelined. Their ids count from 1.
    pub job: fn(&mut Start),
    /// Lines that are changed by hand, in step mode.
    pub by_hand: Option<Hand>,
    /// What has to come of it, in the words of [`super::journey::cell`]; where that hangs on who is
    /// faster, one thing [`OR`] the other.
    pub expect: fn(Kind) -> &'static str,
}

/// Between what may come of a road.
pub const OR: &str = " or ";

/// How many connections the messages of a road take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// One each.
    Each,
    /// One, which is kept open behind the first message for the others.
    One,
    /// One, which is there before the first message.
    OneAhead,
}

/// Who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Whoever has to, at this server.
    AsWanted,
    /// Nobody, even where the server wants it.
    Never,
    /// The user, with the right password.
    Right,
    /// The user, with a wrong one.
    Wrong,
}

/// What is done by hand with a planned line at this server.
pub type Hand = fn(Kind, &str) -> Act;

/// What is done with a paused line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It goes as planned.
    Release,
    /// This goes in its place.
    Change(String),
    /// Nothing, ever.
    Tarry,
}

impl Act {
    /// Lines that begin so become this one.
    pub(super) fn change(line: &str, begins: &str, into: impl FnOnce(&str) -> String) -> Act {
        match line.strip_prefix(begins) {
            Some(rest) => Act::Change(into(rest)),
            None => Act::Release,
        }
    }
}

impl Road {
    /// One by Mina to Hana in clear, which is accepted.
    pub(super) fn new(name: &'static str) -> Road {
        Road {
            name,
            door: |_| Door::Clear,
            sign_in: SignIn::AsWanted,
            believed: true,
            messages: || vec![job::NOTE.to_vec()],
            connections: Connections::Each,
            job: |_| (),
            by_hand: None,
            expect: |_| "accepted 250",
        }
    }

    pub(super) fn through(self, door: fn(Kind) -> Door) -> Road {
        Road { door, ..self }
    }

    pub(super) fn sign_in(self, sign_in: SignIn) -> Road {
        Road { sign_in, ..self }
    }

    pub(super) fn messages(self, messages: fn() -> Vec<Vec<u8>>) -> Road {
        Road { messages, ..self }
    }

    pub(super) fn connections(self, connections: Connections) -> Road {
        Road {
            connections,
            ..self
        }
    }

    pub(super) fn job(self, job: fn(&mut Start)) -> Road {
        Road { job, ..self }
    }

    pub(super) fn by_hand(self, hand: Hand) -> Road {
        Road {
            by_hand: Some(hand),
            ..self
        }
    }

    pub(super) fn expect(self, expect: fn(Kind) -> &'static str) -> Road {
        Road { expect, ..self }
    }

    /// What has to come of it at this server, if `text` is that or one of those.
    #[must_use]
    pub fn expected(&self, kind: Kind, text: &str) -> Option<&'static str> {
        let expect = (self.expect)(kind);
        expect.split(OR).any(|one| one == text).then_some(expect)
    }

    /// The door at this server, and what is done by hand because of it.
    #[must_use]
    pub fn door_at(&self, server: &Server) -> (Door, Option<Hand>) {
        let door = (self.door)(server.kind);
        if door == Door::Login && server.door(door).is_none() {
            // A server that offers PLAIN as well is asked for LOGIN by hand.
            let hand: Hand = |_, line| Act::change(line, "AUTH PLAIN", |_| "AUTH LOGIN".into());
            return (Door::Starttls, Some(hand));
        }
        (door, self.by_hand)
    }

    /// The job for one of its messages at this server.
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
