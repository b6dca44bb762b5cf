//! Connections that end after every octet of a dialogue, closed by the server or with the page.
//! Each job has exactly one outcome, and the right one: a decided outcome stands, a message that
//! may have been delivered is unknown, and everything else is failed.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use glasspost_tests::hostile::{Case, RunResult, Runner};
use glasspost_tests::http::find;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::{After, Connection, Cut, Leave, Level};
use glasspost_tests::{job, process, secret, soon};
use smtp::Security;
use tokio_tungstenite::tungstenite::Message;
use wire::{FromBridge, FromPage};

/// Jobs at once, each on a page of its own.
const PAGES: usize = 12;

const WAYS: [Leave; 3] = [Leave::Fin, Leave::Cut, Leave::Rst];

/// Tries every cut of every dialogue in `happy`.
async fn try_cuts(runner: Runner, cuts: impl Fn(&Case, &Connection) -> Vec<Cut>) {
    let bridge = runner.bridge("1").await;
    let cases = Case::all("happy");
    let mut all = Vec::new();
    for case in &cases {
        let mut page = Page::open(&bridge).await;
        let whole = runner.run_once(case, 1, None, &mut page).await;
        assert_eq!(whole.sent.summary(), case.outcome(), "{}", case.name);
        let connection = whole.connection.expect("a connection");
        all.extend(cuts(case, &connection).into_iter().map(|cut| (case, cut)));
    }
    let ids = AtomicU32::new(1);
    let work = (0..PAGES).map(|worker| {
        let (runner, bridge, all, ids) = (&runner, &bridge, &all, &ids);
        async move {
            let mut failures = Vec::new();
            let mut page = Page::open(bridge).await;
            for (case, cut) in all.iter().skip(worker).step_by(PAGES) {
                let id = ids.fetch_add(1, Ordering::Relaxed);
                let result = runner.run_once(case, id, Some(*cut), &mut page).await;
                let right = outcomes(case, *cut, &result);
                let got = result.sent.summary();
                if !right.contains(&got.as_str()) {
                    let transcript = result.sent.transcript();
                    failures.push(format!(
                        "{} {cut:?}: {got:?} instead of {right:?}\n{transcript}",
                        case.name
                    ));
                }
                failures
                    .extend(given_away(case, &result).map(|what| format!("{}: {what}", case.name)));
            }
            failures
        }
    });
    let failures = join_all(work).await.concat();
    let shown: Vec<&String> = failures.iter().take(20).collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{shown:#?}",
        failures.len(),
        all.len()
    );
    println!("{} cuts", all.len());
    let next = job::start(job::practice(Security::None), job::NOTE);
    let sent = Page::open(&bridge).await.send(next, job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

/// The allowed outcomes of a job whose server closed in this way.
fn outcomes<'a>(case: &'a Case, cut: Cut, result: &RunResult) -> Vec<&'a str> {
    let connection = result.connection.as_ref().expect("a connection");
    if connection.sent >= case.decided() {
        return vec![case.outcome()];
    }
    let mut right = Vec::new();
    let received = ended(&connection.clear) || ended(&connection.secured);
    if received {
        return vec!["unknown connection_lost"];
    }
    // Octets that the server has not read may still have left the client.
    if cut.how != Leave::Fin && says_end(&result.sent) {
        right.push("unknown connection_lost");
    }
    right.push("failed connection_lost");
    if case.has_tls() && !connection.tls {
        right.push("failed tls closed");
    }
    if cut.how == Leave::Rst && connection.sent == 0 {
        // The reset may arrive before the connection is established.
        right.push("failed not_connected reset");
    }
    right
}

/// Whether a server has read the end of the message.
fn ended(octets: &[u8]) -> bool {
    let last = find(octets, b" LAST\r\n").map(|at| at + b" LAST\r\n".len());
    match (find(octets, b"\r\nDATA\r\n"), last) {
        (Some(data), _) => find(&octets[data + 6..], b"\r\n.\r\n").is_some(),
        // The chunk of the file has 26 octets.
        (None, Some(chunk)) => octets.len() >= chunk + 26,
        (None, None) => false,
    }
}

/// Whether the transcript has the end of the message.
fn says_end(sent: &Sent) -> bool {
    let transcript = sent.transcript();
    ["C: .\n", "C:: .\n", " LAST\n"]
        .iter()
        .any(|end| transcript.contains(end))
}

/// Returns what a server that closed received in cleartext and should not have.
fn given_away(case: &Case, result: &RunResult) -> Option<String> {
    let clear = result.connection.as_ref()?.clear();
    let password = case.password().filter(|_| case.has_tls())?;
    secret::found(password, &clear)
        .map(|encoding| format!("the password was sent in cleartext, {encoding}"))
}

fn at(after: fn(usize) -> After, octets: usize, level: Level, ways: &[Leave]) -> Vec<Cut> {
    let each = |n| ways.iter().map(move |how| (n, *how));
    (0..octets)
        .flat_map(each)
        .map(|(n, how)| Cut {
            after: after(n),
            how,
            level,
        })
        .collect()
}

#[tokio::test]
async fn the_server_closes_after_each_octet_it_sends() {
    let runner = Runner::with_log("warn");
    try_cuts(runner, |_, whole| {
        // One more than the length: the complete dialogue and nothing more.
        at(After::Sent, whole.sent + 1, Level::Text, &WAYS)
    })
    .await;
}

#[tokio::test]
async fn the_server_closes_after_each_octet_it_reads() {
    let runner = Runner::with_log("warn");
    try_cuts(runner, |_, whole| {
        at(After::Read, whole.read, Level::Text, &WAYS)
    })
    .await;
}

#[tokio::test]
async fn the_server_closes_inside_tls_records() {
    let runner = Runner::with_log("warn");
    try_cuts(runner, |case, whole| {
        if !case.has_tls() {
            return Vec::new();
        }
        // Records are longer than their content, so don't cut at every octet.
        at(
            After::Sent,
            whole.wire_sent,
            Level::Wire,
            &[Leave::Fin, Leave::Rst],
        )
        .into_iter()
        .step_by(5)
        .collect()
    })
    .await;
}

/// How a page disconnects.
#[derive(Clone, Copy, Debug)]
enum Parting {
    /// With a close frame.
    Closes,
    /// Its TCP connection is closed.
    Ends,
    /// Its TCP connection is reset.
    Resets,
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_page_disconnects_after_each_frame() {
    // One second is promised. The rest is for a machine that is busy with other tests.
    let within = Duration::from_secs(4);
    let runner = Runner::with_log("warn");
    let bridge = runner.bridge("1").await;
    // Run the first page and the first dialogue, which open descriptors that stay open.
    for case in &Case::all("happy") {
        drop(runner.run_case(case).await);
    }
    let before = process::descriptors(bridge.pid());
    let mut longest = Duration::ZERO;
    let mut times = 0;
    for case in &Case::all("happy") {
        for parting in [Parting::Closes, Parting::Ends, Parting::Resets] {
            for frames in 0.. {
                let mut server = runner.server(case, None);
                let page = Page::open(&bridge).await;
                let (page, over) = listen(page, case, server.port(), frames).await;
                let disconnected = Instant::now();
                part(page, parting).await;
                if frames == 0 {
                    // The page may have disconnected before the bridge connected.
                    continue;
                }
                let connection = server.connection().await;
                longest = longest.max(disconnected.elapsed());
                times += 1;
                assert!(
                    disconnected.elapsed() < within,
                    "{}: {:?} after the page disconnected, after {frames} frames",
                    case.name,
                    disconnected.elapsed()
                );
                drop(connection);
                if over {
                    break;
                }
            }
        }
    }
    println!("{times} pages, the slowest connection closed after {longest:?}");
    bridge.waits_for_descriptors(before).await;
}

/// Starts the job of a file and reads this many frames of it. Returns whether those were all.
async fn listen(mut page: Page, case: &Case, port: u16, frames: usize) -> (Page, bool) {
    let start = case.start(1, port);
    let (message, mut message_sent) = (case.message(), false);
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let mut received = 0;
    while received < frames {
        received += 1;
        match page.next_event().await {
            // Not about the job.
            FromBridge::Mailbox(_) => received -= 1,
            FromBridge::Credit { .. } if !message_sent => {
                message_sent = true;
                page.send_raw(Message::binary(wire::message_frame(1, message)))
                    .await;
            }
            FromBridge::Paused { id, paused } => {
                let (step, line) = (paused.step, None);
                let act = smtp::Operator::Send { step, line };
                page.send_frame(&FromPage::Operator { id, act }).await;
            }
            FromBridge::Finished { .. } => return (page, true),
            _ => {}
        }
    }
    (page, false)
}

async fn part(page: Page, how: Parting) {
    let mut socket = page.into_socket();
    match how {
        Parting::Closes => drop(soon("a close frame to be sent", socket.close(None)).await),
        Parting::Ends => drop(socket),
        Parting::Resets => drop(socket.get_ref().set_zero_linger()),
    }
}
