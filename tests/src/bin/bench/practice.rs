//! How many messages a second pages send to the practice server while each of them watches its
//! mailbox.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::Page;
use smtp::Security;
use tokio::task::JoinSet;

use super::message::TestMessage;
use super::sender::{self, SendTask};
use super::table::{Samples, Table};

const RUNS: usize = 5;
const OCTETS: u64 = 1_000;
const MESSAGES: usize = 2_000;
/// Numbers of pages at once. The last is the most that one program serves.
const WAYS: [usize; 3] = [1, 8, 64];

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let mut samples = vec![Samples::default(); WAYS.len()];
    for run in 0..=RUNS {
        for turn in 0..WAYS.len() {
            let at = (run + turn) % WAYS.len();
            let took = once(WAYS[at]).await?;
            if run > 0 {
                samples[at].add_number(MESSAGES as f64 / took.as_secs_f64());
            }
        }
    }
    let mut table = Table::new(&["pages", "messages a second", "spread", "ratio to one page"]);
    let alone = samples[0].median();
    for (pages, samples) in WAYS.iter().zip(&samples) {
        let (least, most) = samples.ends();
        table.row([
            pages.to_string(),
            format!("{:.0}", samples.median()),
            format!("{least:.0} – {most:.0}"),
            format!("{:.2}", samples.median() / alone),
        ]);
    }
    Ok(format!(
        "{}\n\
         {RUNS} runs each, in turn, after one warm-up run each, each with a new program and \
         {MESSAGES} messages of {OCTETS} octets in total. Every page receives every change of \
         the mailbox, which is full with 200 messages.\n",
        table.text()
    ))
}

async fn once(at_once: usize) -> Result<Duration> {
    let bridge = Bridge::with(&["--log", "warn"]);
    let message = TestMessage::new(OCTETS)?;
    let mut pages = Vec::new();
    for _ in 0..at_once {
        pages.push(Page::open(&bridge).await);
    }
    let mut senders = JoinSet::new();
    let started = Instant::now();
    for (at, mut page) in pages.into_iter().enumerate() {
        let message = message.clone();
        senders.spawn(async move {
            for _ in (at..MESSAGES).step_by(at_once) {
                let server = job::practice(Security::None);
                sender::send(&mut page, SendTask::new(server, &message)).await?;
            }
            anyhow::Ok(page)
        });
    }
    let mut done = Vec::new();
    while let Some(ended) = senders.join_next().await {
        done.push(ended??);
    }
    let took = started.elapsed();
    for mut page in done {
        let state = page.mailbox(|state| state.dropped > 0).await;
        ensure!(state.messages.len() == 200, "a full mailbox");
    }
    Ok(took)
}
