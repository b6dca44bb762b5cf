//! How fast a large attachment is sent from the page, and how much memory that takes.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::collector::{Collected, Collector, Setup};
use glasspost_tests::process;
use serde_json::{Value, json};

use crate::client::{Client, SendTask};
use crate::sender::QUIET;
use crate::sink::Sink;
use crate::table::{Samples, Table, grouped};

/// Octets of the file, before encoding.
const SIZE: usize = 100_000_000;

const RUNS: usize = 5;

/// Bounds of the memory that sending it takes, in MiB.
const PAGE_BOUND: f64 = 16.0;
const BRIDGE_BOUND: f64 = 8.0;

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let file = folder.path().join("file.bin");
    std::fs::write(&file, octets())?;
    let bridge = Bridge::with(&QUIET);
    let browser = Browser::open(1440, 900).await;
    browser.watch_memory().await;
    browser.go(&bridge.announcement().url).await;
    browser.until("document.querySelector('#to') && true").await;

    // The finished message, for curl.
    let collector = Collector::start(Setup::default());
    choose(&browser, collector.port()).await;
    let page_idle = browser.wasm_memory().await;
    process::forget_peak(bridge.pid());
    let bridge_idle = process::memory_kib(bridge.pid(), "VmRSS");
    let field = ".attached input[type=file]:not(.folder)";
    browser.choose_files(field, &[&file]).await;
    browser.named("button", "Remove file.bin").await;
    send(&browser).await?;
    let Collected::Message(message) = collector.next() else {
        anyhow::bail!("the message did not arrive whole");
    };
    let finished = folder.path().join("message.eml");
    std::fs::write(&finished, &message)?;
    let size = message.len();
    drop(message);

    let sink = Sink::without_tls().await?;
    choose(&browser, sink.address().port()).await;
    let (mut ours, mut curl) = (Samples::default(), Samples::default());
    for run in 0..=RUNS {
        let took = send(&browser).await?;
        let theirs = Client::Curl.send(&task(&sink, &finished)).await?;
        // The first fills caches.
        if run > 0 {
            ours.add_number(took);
            curl.add(theirs);
        }
    }
    let mib = |octets: u64| octets as f64 / 1024.0 / 1024.0;
    let page = mib(browser.wasm_memory().await.saturating_sub(page_idle));
    let peak = process::memory_kib(bridge.pid(), "VmHWM");
    let bridge_more = mib(peak.saturating_sub(bridge_idle) * 1024);
    browser.close().await;

    let mut table = Table::new(&[
        "a file of 100 MB",
        "median s",
        "MB/s as sent",
        "ratio to curl",
    ]);
    for (name, samples) in [("page and bridge", &ours), ("curl", &curl)] {
        table.row([
            name.to_owned(),
            format!("{:.2}", samples.median()),
            format!("{:.0}", size as f64 / 1e6 / samples.median()),
            format!("{:.2}", samples.median() / curl.median()),
        ]);
    }
    let within = |is: f64, bound: f64| if is <= bound { "within" } else { "MORE THAN" };
    Ok(format!(
        "{}\n\
         {RUNS} runs each, in turn, after one warm-up run each, to an smtp-sink without TLS. The \
         message has {} octets. Page: headless Chromium, from the click on Send to the outcome on \
         the screen; it reads the file from the browser's database and encodes it meanwhile. curl \
         sends the finished message, from the start of the process to its exit.\n\
         Memory, over all runs: the page's WebAssembly memory grew by {page:.1} MiB, {} \
         {PAGE_BOUND} MiB; the bridge's peak (VmHWM) by {bridge_more:.1} MiB, {} {BRIDGE_BOUND} \
         MiB.\n",
        table.text(),
        grouped(size as u64),
        within(page, PAGE_BOUND),
        within(bridge_more, BRIDGE_BOUND),
    ))
}

fn task<'a>(sink: &Sink, file: &'a Path) -> SendTask<'a> {
    SendTask {
        to: sink.address(),
        tls: false,
        credentials: None,
        file,
        lines: file,
    }
}

/// Octets of every value, without a pattern.
fn octets() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut octets = Vec::with_capacity(SIZE + 4);
    while octets.len() < SIZE {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        octets.extend_from_slice(&state.to_le_bytes());
    }
    octets.truncate(SIZE);
    octets
}

/// Chooses the mail server at this port of 127.0.0.1.
async fn choose(browser: &Browser, port: u16) {
    let choice = json!({
        "practice": false, "practice_security": "none", "host": "127.0.0.1", "port": port,
        "security": "none", "sign_in": false, "user": "", "keep_open": false, "chunking": false,
    });
    let text = Value::from(choice.to_string());
    let store = format!("localStorage.setItem('glasspost.server', {text}) ?? true");
    browser.evaluate(&store).await;
    // Nothing is held back, so that sending can be undone.
    browser
        .evaluate("localStorage.setItem('glasspost.undo', '[0,0]') ?? true")
        .await;
    browser.reload().await;
    let ready = "named('button', 'Send') && !named('button', 'Send').disabled";
    browser.until(ready).await;
}

/// Sends the draft. The seconds from the click to the outcome on the screen.
async fn send(browser: &Browser) -> Result<f64> {
    browser
        .evaluate(
            "(() => {
                window.took = null;
                const start = performance.now();
                // That of the message before has to go first.
                let gone = false;
                const look = () => {
                    if (!document.querySelector('[data-outcome]')) {
                        gone = true;
                    } else if (gone) {
                        watch.disconnect();
                        window.took = performance.now() - start;
                    }
                };
                const watch = new MutationObserver(look);
                named('button', 'Send').click();
                watch.observe(document, { subtree: true, childList: true });
            })() ?? true",
        )
        .await;
    let took = browser.until("window.took").await;
    let outcome = browser
        .evaluate("document.querySelector('[data-outcome]').dataset.outcome")
        .await;
    ensure!(outcome == "accepted", "the outcome is {outcome}");
    took.as_f64()
        .map(|ms| ms / 1e3)
        .context("no time was measured")
}
