//! The bridge and the bridge that a page simulates hold the same dialogues with the practice
//! server, times and TLS aside.

use std::time::{Duration, SystemTime};

use engine::{Outbound, Settings, SimulatedBridge};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job::{self, NOTE};
use glasspost_tests::page::Page;
use smtp::{Entry, Event, Outcome, Security};
use wire::{FromBridge, FromPage, Start, message_frame};

/// What a dialogue is, without what differs by its nature: times, addresses, what TLS agreed, and
/// the names that the server gives to messages.
fn normal(entries: &[Entry], outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = entries
        .iter()
        .map(|entry| {
            let mut event = entry.event.clone();
            match &mut event {
                Event::Connecting { peer } | Event::Connected { peer } => peer.clear(),
                Event::Received { wait_us, .. } => *wait_us = 0,
                Event::Secured { tls } => return format!("secured for {}", tls.name),
                _ => {}
            }
            without_names(&format!("{} {event:?}", entry.secured))
        })
        .collect();
    lines.push(without_names(&format!("{outcome:?}")));
    lines
}

/// The text without the names of messages, `queued as 4F2A91C7`.
fn without_names(text: &str) -> String {
    const BEFORE: &str = "queued as ";
    let mut pieces = text.split(BEFORE);
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        result.push_str(BEFORE);
        result.push_str(rest);
    }
    result
}

/// The dialogue of the simulated bridge.
fn simulated(start: &Start) -> Vec<String> {
    let mut bridge = SimulatedBridge::new(Settings {
        program: String::new(),
        run: String::new(),
        time: SystemTime::UNIX_EPOCH,
        seed: 1,
    });
    let (mut entries, mut sent, mut now) = (Vec::new(), 0, Duration::ZERO);
    bridge.text(FromPage::Start(Box::new(start.clone())), now);
    loop {
        while let Some(outbound) = bridge.poll() {
            let Outbound::Text(message) = outbound else {
                continue;
            };
            match *message {
                FromBridge::Entry { entry, .. } => entries.push(*entry),
                FromBridge::Credit { id, upto } => {
                    let upto = usize::try_from(upto).expect("a short message");
                    let frame = message_frame(id, &NOTE[sent..upto]);
                    sent = upto;
                    bridge.octets(&frame, now).expect("credit");
                }
                FromBridge::Finished { outcome, .. } => return normal(&entries, &outcome),
                _ => {}
            }
        }
        now = bridge.deadline().expect("something happens next");
        bridge.advance(now);
    }
}

#[tokio::test]
async fn both_hold_the_same_dialogues() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let recipients: [&[&str]; 6] = [
        &["hana@practice.test"],
        &["refused@practice.test", "hana@practice.test"],
        &["refused@practice.test", "full@practice.test"],
        &["spam@practice.test"],
        &["lost@practice.test"],
        &["greylisted@practice.test"],
    ];
    let mut id = 0;
    for security in [Security::None, Security::Starttls, Security::Tls] {
        for password in [None, Some(practice::PASSWORD), Some("wrong")] {
            // With both, it is a matter of time whether the message leaves before the replies to
            // its envelope arrive.
            for (pipelining, chunking) in [(false, false), (true, false), (false, true)] {
                for to in recipients {
                    id += 1;
                    let mut start = job::start(job::practice(security), NOTE);
                    start.id = id;
                    start.to = to.iter().map(|&to| to.to_owned()).collect();
                    start.pipelining = pipelining;
                    start.chunking = chunking;
                    start.credentials =
                        password.and_then(|password| job::credentials("mina", password));
                    let expect = simulated(&start);
                    let case = format!("{start:?}");
                    let sent = page.send(start, NOTE).await;
                    let got = normal(&sent.entries, sent.outcome());
                    assert_eq!(got, expect, "{case}");
                }
            }
        }
    }
}
