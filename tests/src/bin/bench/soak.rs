//! Whether memory and file descriptors of the program stay constant over very many dialogues.
//!
//! One program serves 64 pages and 64 dialogues at once (`bridge/src/app_state.rs`), which is more
//! than one person needs. So a thousand dialogues at once take several programs, and a thousand
//! dialogues of one program run in turns.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::{job, process};
use smtp::{Operator, Outcome, Security, SendMode};
use tokio::sync::{Barrier, Mutex, mpsc};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use wire::{FromBridge, FromPage};

use super::table::{Table, grouped};

/// Most pages that one program serves at once.
const PAGES: usize = 64;
const PROGRAMS: usize = 16;
const IN_TURN: usize = 1_000;
const IN_SEQUENCE: u32 = 100_000;
/// How often memory and descriptors are read.
const STRETCH: u32 = 10_000;
/// Most time for a thousand dialogues.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let at_once = tokio::time::timeout(TIMEOUT, at_once())
        .await
        .context("a thousand at once did not end")??;
    let in_turn = tokio::time::timeout(TIMEOUT, in_turn())
        .await
        .context("a thousand in turn did not end")??;
    let in_sequence = in_sequence().await?;
    Ok(format!("{at_once}\n{in_turn}\n{in_sequence}"))
}

/// The state of a program.
#[derive(Clone, Copy)]
struct Look {
    descriptors: usize,
    memory: u64,
}

impl Look {
    fn at(bridge: &Bridge) -> Look {
        Look {
            descriptors: process::descriptors(bridge.pid()),
            memory: process::memory_kib(bridge.pid(), "VmRSS"),
        }
    }

    fn cells(self) -> [String; 2] {
        let mib = self.memory as f64 / 1024.0;
        [self.descriptors.to_string(), format!("{mib:.1}")]
    }
}

fn program() -> Bridge {
    Bridge::with(&["--log", "warn"])
}

/// Every program runs its maximum of dialogues, and every dialogue is paused before its first line
/// until all are.
async fn at_once() -> Result<String> {
    let bridges: Vec<Bridge> = (0..PROGRAMS).map(|_| program()).collect();
    let first = &bridges[0];
    let before = Look::at(first);
    let gate = Arc::new(Barrier::new(PROGRAMS * PAGES + 1));
    let mut tasks = JoinSet::new();
    for bridge in &bridges {
        for n in 0..PAGES {
            let mut page = Page::open(bridge).await;
            let gate = Arc::clone(&gate);
            tasks.spawn(async move { task(&mut page, n as u32, Some(&gate)).await });
        }
    }
    // If one failed before the barrier, all others would wait forever.
    tokio::select! {
        _ = gate.wait() => {}
        Some(ended) = tasks.join_next() => {
            ended??;
            bail!("a dialogue ended before the barrier");
        }
    }
    let started = Instant::now();
    let during = Look::at(first);
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let took = started.elapsed();
    let after = wait_for_idle(first, before).await?;
    let mut table = Table::new(&["one of the programs", "descriptors", "MiB"]);
    for (when, look) in [
        ("before", before),
        ("64 pages, 64 dialogues paused", during),
        ("after", after),
    ] {
        table.row([when.to_owned()].into_iter().chain(look.cells()));
    }
    Ok(format!(
        "{}\n\
         {} dialogues at once, in {PROGRAMS} programs with {PAGES} each, paused until all had \
         started; from then to the last outcome {:.1} s.\n",
        table.text(),
        grouped((PROGRAMS * PAGES) as u64),
        took.as_secs_f64(),
    ))
}

/// A thousand senders with the pages of one program.
async fn in_turn() -> Result<String> {
    let bridge = program();
    let before = Look::at(&bridge);
    let (put_back, pages) = mpsc::channel(PAGES);
    for _ in 0..PAGES {
        put_back.send(Page::open(&bridge).await).await?;
    }
    let pages = Arc::new(Mutex::new(pages));
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for n in 0..IN_TURN {
        let (pages, put_back) = (Arc::clone(&pages), put_back.clone());
        tasks.spawn(async move {
            let next = pages.lock().await.recv().await;
            let mut page = next.context("no page was returned")?;
            task(&mut page, n as u32, None).await?;
            put_back.send(page).await?;
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let took = started.elapsed();
    let during = Look::at(&bridge);
    drop((put_back, pages));
    let after = wait_for_idle(&bridge, before).await?;
    let mut table = Table::new(&["one program", "descriptors", "MiB"]);
    for (when, look) in [
        ("before", before),
        ("64 pages, all sent", during),
        ("after", after),
    ] {
        table.row([when.to_owned()].into_iter().chain(look.cells()));
    }
    Ok(format!(
        "{}\n\
         {} dialogues requested at once, {PAGES} at a time, {:.1} s, {:.0} a second.\n",
        table.text(),
        grouped(IN_TURN as u64),
        took.as_secs_f64(),
        IN_TURN as f64 / took.as_secs_f64(),
    ))
}

/// One page, one dialogue after another.
async fn in_sequence() -> Result<String> {
    let bridge = program();
    let mut page = Page::open(&bridge).await;
    let mut table = Table::new(&["dialogues", "descriptors", "MiB", "a second"]);
    let mut looks = Vec::new();
    let mut started = Instant::now();
    for n in 0..IN_SEQUENCE {
        task(&mut page, n, None).await?;
        if (n + 1).is_multiple_of(STRETCH) {
            let look = Look::at(&bridge);
            let rate = f64::from(STRETCH) / started.elapsed().as_secs_f64();
            table.row(
                [grouped(u64::from(n + 1))]
                    .into_iter()
                    .chain(look.cells())
                    .chain([format!("{rate:.0}")]),
            );
            looks.push(look);
            started = Instant::now();
        }
    }
    let (first, last) = (looks[0], looks[looks.len() - 1]);
    Ok(format!(
        "{}\n\
         One page of one program, each dialogue over its own connection: without TLS, with \
         STARTTLS and with implicit TLS in turn, with sign-in if there is TLS, every second one \
         with BDAT. From the first {} to the last: {:+} descriptors, {:+.1} MiB.\n",
        table.text(),
        grouped(u64::from(STRETCH)),
        last.descriptors as i64 - first.descriptors as i64,
        (last.memory as f64 - first.memory as f64) / 1024.0,
    ))
}

/// Sends a note to the program's practice server. `n` selects the kind of connection. With a
/// barrier, waits there before the first line.
async fn task(page: &mut Page, n: u32, gate: Option<&Barrier>) -> Result<()> {
    let security = [Security::None, Security::Starttls, Security::Tls][n as usize % 3];
    let mut start = job::start(job::practice(security), job::NOTE);
    start.id = n;
    start.chunking = n.is_multiple_of(2);
    if security != Security::None {
        start.credentials = job::credentials("mina", practice::PASSWORD);
    }
    if gate.is_some() {
        start.mode = SendMode::Step;
    }
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let mut sent = 0;
    loop {
        match page.next_event().await {
            FromBridge::Paused { .. } => {
                if let Some(gate) = gate {
                    gate.wait().await;
                }
                let act = Operator::SetMode {
                    mode: SendMode::Run,
                };
                page.send_frame(&FromPage::Operator { id: n, act }).await;
            }
            FromBridge::Credit { upto, .. } => {
                let upto = usize::try_from(upto)?.min(job::NOTE.len());
                if sent < upto {
                    let frame = wire::message_frame(n, &job::NOTE[sent..upto]);
                    page.send_raw(Message::binary(frame)).await;
                    sent = upto;
                }
            }
            FromBridge::Finished { outcome, .. } => {
                let accepted = matches!(*outcome, Outcome::Accepted { .. });
                ensure!(accepted, "the note was not accepted: {outcome:?}");
                return Ok(());
            }
            FromBridge::NotStarted { why, .. } => bail!("the dialogue did not start: {why:?}"),
            FromBridge::Entry { .. } | FromBridge::Progress { .. } | FromBridge::Mailbox(_) => {}
            other => bail!("in the middle of a dialogue: {other:?}"),
        }
    }
}

/// Waits until the program has released everything of its pages. Until then, each new page adds
/// more to release.
async fn wait_for_idle(bridge: &Bridge, before: Look) -> Result<Look> {
    for _ in 0..1_000 {
        let mut page = Page::open(bridge).await;
        task(&mut page, 0, None).await?;
        drop(page);
        let look = Look::at(bridge);
        if look.descriptors <= before.descriptors + 4 {
            return Ok(look);
        }
    }
    let look = Look::at(bridge);
    bail!(
        "{} descriptors before, {} still open after",
        before.descriptors,
        look.descriptors
    )
}
