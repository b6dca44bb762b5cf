//! How many dialogues one page may have, and that they end with the page.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{job, process};
use smtp::{Outcome, Security};
use wire::{FromBridge, FromPage, Open};

/// Accepts every connection and never answers QUIT.
const NO_ANSWER_TO_QUIT: &str = "S: 220 mail.test\nC: EHLO\nS: 250 mail.test\nC: QUIT\nSILENT";

fn open(id: u32, server: &Scripted) -> FromPage {
    FromPage::Open(Box::new(Open {
        id,
        server: job::host("127.0.0.1", server.port(), Security::None),
        credentials: None,
        client_name: Some(format!("c{id}.example")),
    }))
}

/// Reads until this dialogue waits for a message.
async fn ready(page: &mut Page, wanted: u32) {
    loop {
        match page.next_event().await {
            FromBridge::Finished { id, outcome, .. } if id == wanted => {
                assert_eq!(*outcome, Outcome::Ready, "{id}");
                return;
            }
            FromBridge::NotStarted { id, why } => panic!("{id}: {why:?}"),
            _ => {}
        }
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn one_page_can_not_use_all_dialogues() {
    let server = Scripted::start(NO_ANSWER_TO_QUIT).await;
    // The timeout for the reply to QUIT is minutes.
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "100"]);
    let mut page = Page::open(&bridge).await;
    let before = process::descriptors(bridge.pid());
    // First one after another, so that each is closing when the next starts. Then all at once.
    for id in 1..=20 {
        page.send_frame(&open(id, &server)).await;
        ready(&mut page, id).await;
    }
    for id in 21..=200 {
        page.send_frame(&open(id, &server)).await;
    }
    ready(&mut page, 200).await;
    bridge.waits_for_descriptors(before + 8).await;
    let mut other = Page::open(&bridge).await;
    let start = job::start(job::practice(Security::Starttls), job::NOTE);
    let sent = other.send(start, job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

#[tokio::test]
async fn connections_that_are_closing_end_with_their_page() {
    let mut server = Scripted::start(NO_ANSWER_TO_QUIT).await;
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "100"]);
    let mut page = Page::open(&bridge).await;
    for id in 1..=3 {
        page.send_frame(&open(id, &server)).await;
        ready(&mut page, id).await;
    }
    assert!(!server.has_connected(), "a server gets time to answer QUIT");
    drop(page);
    for _ in 0..3 {
        server.connection().await;
    }
}
