//! Every octet of a dialogue as the last one: servers and pages that go away. Each job ends with
//! one outcome, and with the right one: what was decided stands, what may have been delivered is
//! unknown, all else has failed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use glasspost_tests::hostile::{Case, House, Tried};
use glasspost_tests::http::find;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::{After, Cut, Leave, Level, Visit};
use glasspost_tests::{job, process, secret, soon};
use smtp::Security;
use wire::{FromBridge, FromPage};

/// Jobs at once, each on a page of its own.
const PAGES: usize = 12;

const WAYS: [Leave; 3] = [Leave::Fin, Leave::Cut, Leave::Rst];

/// Tries every cut of every dialogue in `happy`.
async fn try_cuts(house: House, cuts: impl Fn(&Case, &Visit) -> Vec<Cut>) {
    let bridge = house.bridge("1").await;
    let cases = Case::all("happy");
    let mut all = Vec::new();
    for case in &cases {
        let mut page = Page::open(&bridge).await;
        let whole = house.attempt(case, 1, None, &mut page).await;
        assert_eq!(whole.sent.summary(), case.outcome(), "{}", case.name);
        let visit = whole.visit.expect("a visit");
        all.extend(cuts(case, &visit).into_iter().map(|cut| (case, cut)));
    }
    let ids = AtomicU32::new(1);
    let work = (0..PAGES).map(|worker| {
        let (house, bridge, all, ids) = (&house, &bridge, &all, &ids);
        async move {
            let mut wrong = Vec::new();
            let mut page = Page::open(bridge).await;
            for (case, cut) in all.iter().skip(worker).step_by(PAGES) {
                let id = ids.fetch_add(1, Ordering::Relaxed);
                let tried = house.attempt(case, id, Some(*cut), &mut page).await;
                let right = outcomes(case, *cut, &tried);
                let got = tried.sent.summary();
                if !right.contains(&got.as_str()) {
                    let transcript = tried.sent.transcript();
                    wrong.push(format!(
                        "{} {cut:?}: {got:?} instead of {right:?}\n{transcript}",
                        case.name
                    ));
                }
                wrong.extend(given_away(case, &tried).map(|what| format!("{}: {what}", case.name)));
            }
            wrong
        }
    });
    let wrong = join_all(work).await.concat();
    let shown: Vec<&String> = wrong.iter().take(20).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{shown:#?}",
        wrong.len(),
        all.len()
    );
    println!("{} cuts", all.len());
    let next = job::start(job::practice(Security::None), job::NOTE);
    let sent = Page::open(&bridge).await.send(next, job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

/// The outcomes that are right for a job whose server went away like this.
fn outcomes<'a>(case: &'a Case, cut: Cut, tried: &Tried) -> Vec<&'a str> {
    let visit = tried.visit.as_ref().expect("a visit");
    if visit.sent >= case.decided() {
        return vec![case.outcome()];
    }
    let mut right = Vec::new();
    let heard = ended(&visit.clear) || ended(&visit.secured);
    if heard {
        return vec!["unknown connection_lost"];
    }
    // What such a server has not read may have left the client all the same.
    if cut.how != Leave::Fin && says_end(&tried.sent) {
        right.push("unknown connection_lost");
    }
    right.push("failed connection_lost");
    if case.has_tls() && !visit.tls {
        right.push("failed tls closed");
    }
    if cut.how == Leave::Rst && visit.sent == 0 {
        // The reset may overtake the connection's own coming about.
        right.push("failed not_connected reset");
    }
    right
}

/// Whether the end of the message is in what a server read.
fn ended(octets: &[u8]) -> bool {
    let last = find(octets, b" LAST\r\n").map(|at| at + b" LAST\r\n".len());
    match (find(octets, b"\r\nDATA\r\n"), last) {
        (Some(data), _) => find(&octets[data + 6..], b"\r\n.\r\n").is_some(),
        // The chunk of the file is 26 octets long.
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

/// What a server that went away should not have heard in clear.
fn given_away(case: &Case, tried: &Tried) -> Option<String> {
    let clear = tried.visit.as_ref()?.clear();
    let password = case.password().filter(|_| case.has_tls())?;
    secret::found(password, &clear).map(|dress| format!("the password went in clear, {dress}"))
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
async fn the_server_goes_away_after_each_octet_it_sends() {
    let house = House::with_log("warn");
    try_cuts(house, |_, whole| {
        // One more: the whole, and no more than that.
        at(After::Sent, whole.sent + 1, Level::Text, &WAYS)
    })
    .await;
}

#[tokio::test]
async fn the_server_goes_away_after_each_octet_it_reads() {
    let house = House::with_log("warn");
    try_cuts(house, |_, whole| {
        at(After::Read, whole.read, Level::Text, &WAYS)
    })
    .await;
}

#[tokio::test]
async fn the_server_goes_away_inside_tls_records() {
    let house = House::with_log("warn");
    try_cuts(house, |case, whole| {
        if !case.has_tls() {
            return Vec::new();
        }
        // Records are longer than what is in them, so not each octet of them.
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

/// How a page goes away.
#[derive(Clone, Copy, Debug)]
enum Parting {
    /// With a close frame.
    Closes,
    /// Its TCP connection ends.
    Ends,
    /// Its TCP connection is reset.
    Resets,
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_page_goes_away_behind_each_frame() {
    // Promised is one second; the rest is for a machine that is busy with other tests.
    let within = Duration::from_secs(4);
    let house = House::with_log("warn");
    let bridge = house.bridge("1").await;
    // The descriptors that a first page and a first dialogue need.
    for case in &Case::all("happy") {
        drop(house.attempts(case).await);
    }
    let before = process::descriptors(bridge.pid());
    let mut longest = Duration::ZERO;
    let mut times = 0;
    for case in &Case::all("happy") {
        for parting in [Parting::Closes, Parting::Ends, Parting::Resets] {
            for frames in 0.. {
                let mut server = house.server(case, None);
                let page = Page::open(&bridge).await;
                let (page, over) = listen(page, case, server.port(), frames).await;
                let gone = Instant::now();
                part(page, parting).await;
                if frames == 0 {
                    // It may have been gone before the bridge dialled.
                    continue;
                }
                let visit = server.visit().await;
                longest = longest.max(gone.elapsed());
                times += 1;
                assert!(
                    gone.elapsed() < within,
                    "{}: {:?} after the page, behind {frames} frames",
                    case.name,
                    gone.elapsed()
                );
                drop(visit);
                if over {
                    break;
                }
            }
        }
    }
    println!("{times} pages, the slowest connection closed after {longest:?}");
    bridge.lets_go(before).await;
}

/// Starts the job of a file and hears so many frames of it. Says whether that was all of them.
async fn listen(mut page: Page, case: &Case, port: u16, frames: usize) -> (Page, bool) {
    let start = case.start(1, port);
    let (message, mut given) = (case.message(), false);
    page.say(&FromPage::Start(Box::new(start))).await;
    let mut heard = 0;
    while heard < frames {
        heard += 1;
        match page.hear().await {
            // No word about the job.
            FromBridge::Mailbox(_) => heard -= 1,
            FromBridge::Credit { .. } if !given => {
                given = true;
                page.put(message.to_vec().into()).await;
            }
            FromBridge::Paused { id, paused } => {
                let (step, line) = (paused.step, None);
                let act = smtp::Operator::Send { step, line };
                page.say(&FromPage::Operator { id, act }).await;
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
        Parting::Closes => drop(soon("a close frame to leave", socket.close(None)).await),
        Parting::Ends => drop(socket),
        Parting::Resets => drop(socket.get_ref().set_zero_linger()),
    }
}
