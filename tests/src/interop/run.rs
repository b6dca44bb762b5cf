//! Runs all scenarios at one server, through the built program and its WebSocket, and checks what
//! is delivered.

use std::collections::BTreeMap;

use smtp::{Fate, Next, Operator, Paused};
use wire::{FromPage, Open, Start};

use super::delivery_check::DeliveryCheck;
use super::relay::Relay;
use super::scenario::{Act, Connections, Edit, NO_ENDPOINT, Scenario, SignIn};
use super::server::{Installed, Kind, Server};
use super::{NAME, PASSWORD, WRONG, dialogue_checks, quirk};
use crate::bridge::Bridge;
use crate::page::{self, End, Page, Sent};
use crate::{job, secret};

/// The results of all scenarios at one server.
pub struct ServerResults {
    /// The server.
    pub kind: Kind,
    /// Its version.
    pub version: String,
    /// The result of each scenario, by its name.
    pub by_scenario: BTreeMap<&'static str, ScenarioResult>,
    /// Descriptions of all failures.
    pub failures: Vec<String>,
}

/// The result of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioResult {
    /// A short summary: the result, and the alternative if timing decides.
    pub text: String,
    /// The transcripts.
    pub transcript: String,
}

/// Starts the server and runs all scenarios in order.
pub async fn run(installed: Installed, scenarios: &[Scenario]) -> ServerResults {
    let kind = installed.kind();
    let mut server = Server::start(installed).await;
    let (trusting, distrusting) = (server.bridge(true), server.bridge(false));
    let mut results = ServerResults {
        kind,
        version: server.version.clone(),
        by_scenario: BTreeMap::new(),
        failures: Vec::new(),
    };
    let mut deliveries = DeliveryCheck::default();
    for scenario in scenarios {
        let bridge = if scenario.trusted {
            &trusting
        } else {
            &distrusting
        };
        let (mut result, mut failures) =
            run_scenario(scenario, &server, bridge, &mut deliveries).await;
        match scenario.expected(kind, &result.text) {
            Some(expected) => result.text = expected.to_owned(),
            None => failures.push(format!(
                "expected {:?}, got {:?}",
                (scenario.expect)(kind),
                result.text
            )),
        }
        let failures = failures.into_iter();
        results.failures.extend(failures.map(|failures| {
            format!(
                "{}, {}: {failures}\n{}",
                kind.name(),
                scenario.name,
                result.transcript
            )
        }));
        results.by_scenario.insert(scenario.name, result);
    }
    results.failures.extend(deliveries.wait(&mut server).await);
    let log = [trusting.finish(), distrusting.finish()].concat();
    let shown: String = results
        .by_scenario
        .values()
        .map(|result| &*result.transcript)
        .collect();
    for (text, place) in [(&log, "the bridge's log"), (&shown, "a transcript")] {
        for secret in [PASSWORD, WRONG] {
            if let Some(encoding) = secret::found(secret, text) {
                results.failures.push(format!(
                    "{}: a password is in {place} ({encoding})",
                    kind.name()
                ));
            }
        }
    }
    results.failures.extend(quirk::absent(&results));
    if !results.failures.is_empty() {
        results.failures.push(server.log());
    }
    results.failures.extend(
        server
            .stop()
            .await
            .iter()
            .map(|arrived| format!("{}: unexpected message {arrived:?}", kind.name())),
    );
    results
}

/// Runs one scenario. Returns its result, and all failures except a wrong outcome. Accepted
/// messages are added to `deliveries`.
async fn run_scenario(
    scenario: &Scenario,
    server: &Server,
    bridge: &Bridge,
    deliveries: &mut DeliveryCheck,
) -> (ScenarioResult, Vec<String>) {
    let (endpoint, edit) = scenario.endpoint_at(server);
    let Some(address) = server.endpoint(endpoint) else {
        let result = ScenarioResult {
            text: NO_ENDPOINT.to_owned(),
            transcript: String::new(),
        };
        return (result, Vec::new());
    };
    let relay = Relay::start(address).await;
    let mut page = Page::open(bridge).await;
    let (mut outcomes, mut transcript, mut failures) = (Vec::new(), String::new(), Vec::new());
    let (mut offered, mut waiting) = (None, None);
    let to = job::host(NAME, relay.address().port(), endpoint.security());
    let start =
        |id, message: &[u8]| scenario.start(server.kind, id, to.clone(), edit.is_some(), message);
    if scenario.connections == Connections::OneAhead {
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
        outcomes.push(summary(&opened));
        offered = dialogue_checks::offered(&opened);
        waiting = opened.waits.then_some(id);
    }
    let messages = (scenario.messages)();
    for (id, message) in (1..).zip(&messages) {
        let message = deliveries.with_id(message);
        let start = start(id, &message);
        let kind = server.kind;
        let mut operator = |paused: &Paused| operate(kind, edit, paused);
        let sent = page.run(start.clone(), &message, &mut operator).await;
        transcript += &sent.transcript();
        outcomes.push(summary(&sent));
        waiting = sent.waits.then_some(id);
        failures.extend(dialogue_checks::protected(&sent, &start));
        offered = dialogue_checks::offered(&sent).or(offered);
        if let Some(offered) = &offered {
            failures.extend(dialogue_checks::grouped(&sent, &start, offered));
            failures.extend(dialogue_checks::chunked(&sent, &start, offered));
        }
        if scenario.sign_in == SignIn::Wrong && sent.transcript().contains("MAIL FROM") {
            failures.push("it continued without sign-in".to_owned());
        }
        if sent.accepted() {
            deliveries.expect(scenario.name, start, &sent, message);
        }
    }
    if let Some(id) = waiting {
        let act = Operator::Abort;
        page.send_frame(&FromPage::Operator { id, act }).await;
        transcript += &page::transcript(&page.connection_closed(id).await);
    }
    let mut text = join_equal(&outcomes);
    let expected = match scenario.connections {
        Connections::Each => messages.len(),
        Connections::One | Connections::OneAhead => 1,
    };
    if relay.connections() != expected {
        text += &format!(", {} connections", relay.connections());
    }
    (ScenarioResult { text, transcript }, failures)
}

/// Joins the texts, with a count for equal texts in a row.
fn join_equal(all: &[String]) -> String {
    all.chunk_by(|one, next| one == next)
        .map(|run| match run {
            [one] => one.clone(),
            _ => format!("{} × {}", run.len(), run[0]),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn operate(kind: Kind, edit: Option<Edit>, paused: &Paused) -> Operator {
    let act = match (&paused.next, edit) {
        (Next::Line { line, .. }, Some(edit)) => edit(kind, line),
        _ => Act::Send,
    };
    let (step, line) = match act {
        Act::Send => (paused.step, None),
        Act::Change(line) => (paused.step, Some(line)),
        // An answer to another step is ignored.
        Act::Wait => (0, None),
    };
    Operator::Send { step, line }
}

/// A short summary of a job: [`Sent::summary`], and the code of each recipient if they differ.
#[must_use]
pub fn summary(sent: &Sent) -> String {
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
    let text = sent.summary();
    if fates.iter().all(|fate| fate == &fates[0]) {
        return text;
    }
    format!("{text} [{}]", join_equal(&fates))
}
