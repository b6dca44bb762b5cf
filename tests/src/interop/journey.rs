//! All roads to one server, through the built program and its WebSocket, to what arrives at the far
//! end.

use std::collections::BTreeMap;

use smtp::{Fate, Next, Operator, Paused};
use wire::{FromPage, Open, Start};

use super::far_end::FarEnd;
use super::relay::Relay;
use super::road::{Act, Connections, Hand, NO_DOOR, Road, SignIn};
use super::server::{Installed, Kind, Server};
use super::{NAME, PASSWORD, WRONG, conduct, surprise};
use crate::bridge::Bridge;
use crate::page::{self, End, Page, Sent};
use crate::{job, secret};

/// What came of all roads to one server.
pub struct Column {
    /// Which server.
    pub kind: Kind,
    /// Its version.
    pub version: String,
    /// What came of each road, by its name.
    pub cells: BTreeMap<&'static str, Cell>,
    /// Whatever is wrong with it, in words; nothing should be.
    pub wrong: Vec<String>,
}

/// What came of one road.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// In a few words: what came of it, and where something else might have, that too.
    pub text: String,
    /// The conversations.
    pub transcript: String,
}

/// Starts the server and goes along every road, in their order.
pub async fn go(installed: Installed, roads: &[Road]) -> Column {
    let kind = installed.kind();
    let mut server = Server::start(installed).await;
    let (believing, doubting) = (server.bridge(true), server.bridge(false));
    let mut column = Column {
        kind,
        version: server.version.clone(),
        cells: BTreeMap::new(),
        wrong: Vec::new(),
    };
    let mut far_end = FarEnd::default();
    for road in roads {
        let bridge = if road.believed { &believing } else { &doubting };
        let (mut cell, mut wrong) = along(road, &server, bridge, &mut far_end).await;
        match road.expected(kind, &cell.text) {
            Some(expected) => cell.text = expected.to_owned(),
            None => wrong.push(format!(
                "expected {:?}, got {:?}",
                (road.expect)(kind),
                cell.text
            )),
        }
        let wrong = wrong.into_iter();
        column.wrong.extend(wrong.map(|wrong| {
            format!(
                "{}, {}: {wrong}\n{}",
                kind.name(),
                road.name,
                cell.transcript
            )
        }));
        column.cells.insert(road.name, cell);
    }
    column.wrong.extend(far_end.reached(&mut server).await);
    let log = [believing.finish(), doubting.finish()].concat();
    let shown: String = column
        .cells
        .values()
        .map(|cell| &*cell.transcript)
        .collect();
    for (text, place) in [(&log, "the bridge's log"), (&shown, "a transcript")] {
        for secret in [PASSWORD, WRONG] {
            if let Some(dress) = secret::found(secret, text) {
                column.wrong.push(format!(
                    "{}: a password stands in {place} ({dress})",
                    kind.name()
                ));
            }
        }
    }
    column.wrong.extend(surprise::absent(&column));
    if !column.wrong.is_empty() {
        column.wrong.push(server.log());
    }
    column.wrong.extend(
        server
            .stop()
            .await
            .iter()
            .map(|arrived| format!("{}: nobody expected {arrived:?}", kind.name())),
    );
    column
}

/// One road. Gives what came of it, and whatever is wrong with that besides the outcome; what has
/// to arrive goes to `far_end`.
async fn along(
    road: &Road,
    server: &Server,
    bridge: &Bridge,
    far_end: &mut FarEnd,
) -> (Cell, Vec<String>) {
    let (door, hand) = road.door_at(server);
    let Some(address) = server.door(door) else {
        let cell = Cell {
            text: NO_DOOR.to_owned(),
            transcript: String::new(),
        };
        return (cell, Vec::new());
    };
    let relay = Relay::start(address).await;
    let mut page = Page::open(bridge).await;
    let (mut outcomes, mut transcript, mut wrong) = (Vec::new(), String::new(), Vec::new());
    let (mut offered, mut waiting) = (None, None);
    let to = job::host(NAME, relay.address().port(), door.security());
    let start =
        |id, message: &[u8]| road.start(server.kind, id, to.clone(), hand.is_some(), message);
    if road.connections == Connections::OneAhead {
        let Start {
            id,
            server,
            credentials,
            client_name,
            ..
        } = start(0, b"");
        let opened = page
            .open_ahead(Open {
                id,
                server,
                credentials,
                client_name,
            })
            .await;
        transcript += &opened.transcript();
        outcomes.push(cell(&opened));
        offered = conduct::offered(&opened);
        waiting = opened.waits.then_some(id);
    }
    let messages = (road.messages)();
    for (id, message) in (1..).zip(&messages) {
        let message = far_end.marked(message);
        let start = start(id, &message);
        let kind = server.kind;
        let mut by_hand = |paused: &Paused| operate(kind, hand, paused);
        let sent = page.run(start.clone(), &message, &mut by_hand).await;
        transcript += &sent.transcript();
        outcomes.push(cell(&sent));
        waiting = sent.waits.then_some(id);
        wrong.extend(conduct::protected(&sent, &start));
        offered = conduct::offered(&sent).or(offered);
        if let Some(offered) = &offered {
            wrong.extend(conduct::grouped(&sent, &start, offered));
            wrong.extend(conduct::chunked(&sent, &start, offered));
        }
        if road.sign_in == SignIn::Wrong && sent.transcript().contains("MAIL FROM") {
            wrong.push("it went on without having signed in".to_owned());
        }
        if sent.accepted() {
            far_end.expect(road.name, start, &sent, message);
        }
    }
    if let Some(id) = waiting {
        let act = Operator::Abort;
        page.say(&FromPage::Operator { id, act }).await;
        transcript += &page::transcript(&page.connection_closed(id).await);
    }
    let mut text = runs(&outcomes);
    let ought = match road.connections {
        Connections::Each => messages.len(),
        Connections::One | Connections::OneAhead => 1,
    };
    if relay.connections() != ought {
        text += &format!(", {} connections", relay.connections());
    }
    (Cell { text, transcript }, wrong)
}

/// What came one after the other, with a number before what came more than once.
fn runs(all: &[String]) -> String {
    all.chunk_by(|one, next| one == next)
        .map(|run| match run {
            [one] => one.clone(),
            _ => format!("{} × {}", run.len(), run[0]),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn operate(kind: Kind, hand: Option<Hand>, paused: &Paused) -> Operator {
    let act = match (&paused.next, hand) {
        (Next::Line { line, .. }, Some(hand)) => hand(kind, line),
        _ => Act::Release,
    };
    let (step, line) = match act {
        Act::Release => (paused.step, None),
        Act::Change(line) => (paused.step, Some(line)),
        // The answer to a hold that was never there is passed over.
        Act::Tarry => (0, None),
    };
    Operator::Send { step, line }
}

/// How a job ended, in a few words: [`Sent::summary`], and the code for each recipient where not
/// all have the same fate.
#[must_use]
pub fn cell(sent: &Sent) -> String {
    let fates: Vec<String> = match &sent.end {
        End::Finished(outcome) => outcome
            .recipients()
            .iter()
            .map(|recipient| match &recipient.fate {
                Fate::Accepted { reply } | Fate::Refused { reply } => reply.code.to_string(),
                Fate::NotTried => "–".to_owned(),
            })
            .collect(),
        End::NotStarted(_) => Vec::new(),
    };
    let summary = sent.summary();
    if fates.iter().all(|fate| fate == &fates[0]) {
        return summary;
    }
    format!("{summary} [{}]", runs(&fates))
}
