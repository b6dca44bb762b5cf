//! What a person at the page waits for, in Chromium: the server's first line after a click, and a
//! long transcript while scrolling.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::client::{FROM, TO};
use super::sender::QUIET;
use super::sink::Sink;
use super::table::{Samples, Table, grouped, ms};
use super::tool;

const RUNS: usize = 7;
/// Recipients of one message, and messages over one connection. Each recipient is a line and its
/// reply.
const RECIPIENTS: usize = 1_000;
const MESSAGES: usize = 5;

/// Measures the time from a click on Send to the `start` frame, to the arrival of the greeting at
/// the page, and to the end of the frame that shows it. The click's own time is the reference. A
/// task queued in a frame's callback runs after that frame.
const WATCH: &str = "(() => {
  window.shown = undefined;
  const marks = {};
  const mark = (name, clicked) => { marks[name] ??= performance.now() - clicked; };
  const { send } = WebSocket.prototype;
  document.addEventListener('click', click => {
    WebSocket.prototype.send = function (data) {
      WebSocket.prototype.send = send;
      this.addEventListener('message', ({ data }) => {
        if (String(data).includes('\"code\":220')) mark('received', click.timeStamp);
      });
      mark('asked', click.timeStamp);
      return send.call(this, data);
    };
    const pane = document.querySelector('.wire');
    const watch = new MutationObserver(() => {
      if (![...pane.querySelectorAll('.row')].some(row => row.textContent.includes('220 '))) return;
      watch.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => { mark('shown', click.timeStamp); window.shown = marks; };
        after.port2.postMessage(0);
      });
    });
    watch.observe(pane, { childList: true, subtree: true });
  }, { once: true, capture: true });
})()";

/// The results of [`WATCH`], in milliseconds after the click.
#[derive(Deserialize)]
struct Shown {
    asked: f64,
    received: f64,
    shown: f64,
}

/// Scrolls from the top to the end, one pane height each frame, and reports the frames.
const SCROLL: &str = "(window.scrolled = undefined, (async () => {
  const pane = document.querySelector('.wire');
  const frame = () => new Promise(requestAnimationFrame);
  // The page keeps the newest line in view, so wait until nothing is drawn any more: it would
  // scroll back.
  let height;
  do {
    height = pane.scrollHeight;
    await frame(); await frame();
  } while (pane.scrollHeight !== height);
  do {
    pane.scrollTop = 0;
    await frame(); await frame();
  } while (pane.scrollTop > 0);
  const gaps = [], work = [], started = performance.now();
  let last = await frame();
  while (pane.scrollTop + pane.clientHeight < pane.scrollHeight - 1 && performance.now() - started < 20000) {
    const started = performance.now();
    pane.scrollTop += pane.clientHeight;
    pane.getBoundingClientRect();
    pane.scrollHeight;
    work.push(performance.now() - started);
    const now = await frame();
    gaps.push(now - last);
    last = now;
  }
  window.scrolled = { rows: document.querySelectorAll('.wire .row').length, gaps, work };
})(), true)";

/// The results of [`SCROLL`].
#[derive(Deserialize)]
struct Scrolled {
    rows: u64,
    /// Milliseconds between frames.
    gaps: Vec<f64>,
    /// Milliseconds for scrolling and layout.
    work: Vec<f64>,
}

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let sink = Sink::without_tls().await?;
    let bridge = Bridge::with(&QUIET);
    Ok(format!(
        "{}\n{}",
        first_line(&bridge, &sink).await?,
        long_transcript(&bridge, &sink).await?
    ))
}

async fn first_line(bridge: &Bridge, sink: &Sink) -> Result<String> {
    let page = Visitor::first_visit(bridge).await;
    choose(&page, sink, false).await;
    let mut ours: [Samples; 3] = Default::default();
    let (mut curl, mut swaks) = (Samples::default(), Samples::default());
    for run in 0..=RUNS {
        page.browser.evaluate(WATCH).await;
        page.browser.press("Send").await;
        let shown = page.browser.until("window.shown").await;
        page.finished("accepted").await;
        let shown: Shown = serde_json::from_value(shown)?;
        let by_curl = printed(&mut curl_first_line(sink)?, "< 220").await?;
        let by_swaks = printed(&mut swaks_first_line(sink)?, "<-  220").await?;
        if run > 0 {
            for (samples, ms) in ours
                .iter_mut()
                .zip([shown.asked, shown.received, shown.shown])
            {
                samples.add_number(ms / 1e3);
            }
            curl.add(by_curl);
            swaks.add(by_swaks);
        }
        page.browser.press("New message").await;
        page.browser.fill("To", TO).await;
        page.browser.fill("Subject", "Once more").await;
    }
    page.close().await;
    let best = curl.median().min(swaks.median());
    let mut table = Table::new(&[
        "the server's greeting",
        "median ms",
        "spread ms",
        "ratio to best peer",
    ]);
    for (name, samples) in [
        ("glasspost: `start` frame", &ours[0]),
        ("glasspost: greeting received", &ours[1]),
        ("glasspost: greeting shown", &ours[2]),
        ("curl --verbose", &curl),
        ("swaks", &swaks),
    ] {
        table.row([
            name.to_owned(),
            samples.median_ms(),
            samples.spread_ms(),
            format!("{:.2}", samples.median() / best),
        ]);
    }
    Ok(format!(
        "{}\n\
         {RUNS} runs each, in turn, after one warm-up run each; smtp-sink without TLS. \
         glasspost: from the click on Send to the page's `start` frame, to the arrival of the \
         greeting at the page, and to the end of the frame that shows it, in headless Chromium \
         at 60 frames a second. Most of the last step is Chromium's next frame (up to 16.7 ms) \
         and its communication between processes; curl prints straight to a terminal. The \
         others: from the start of the process to the greeting in its output.\n",
        table.text()
    ))
}

async fn long_transcript(bridge: &Bridge, sink: &Sink) -> Result<String> {
    let page = Visitor::first_visit(bridge).await;
    choose(&page, sink, true).await;
    send_to(&page, 100).await;
    let short = scroll(&page).await?;
    let mut sends = Samples::default();
    for _ in 0..MESSAGES {
        sends.add(send_to(&page, RECIPIENTS).await);
    }
    let long = scroll(&page).await?;
    page.close().await;
    ensure!(long.rows >= 10_000, "only {} rows", long.rows);
    let mut table = Table::new(&[
        "rows",
        "frames",
        "median ms between frames",
        "95th percentile",
        "longest",
        "median ms for scrolling and layout",
        "longest",
    ]);
    for scrolled in [&short, &long] {
        let (gaps, work) = (ordered(&scrolled.gaps), ordered(&scrolled.work));
        table.row([
            grouped(scrolled.rows),
            gaps.len().to_string(),
            ms(part(&gaps, 0.5) / 1e3),
            ms(part(&gaps, 0.95) / 1e3),
            ms(part(&gaps, 1.0) / 1e3),
            ms(part(&work, 0.5) / 1e3),
            ms(part(&work, 1.0) / 1e3),
        ]);
    }
    Ok(format!(
        "{}\n\
         The transcript, scrolled from top to end by its height in each frame, in headless \
         Chromium at 60 frames a second. The long transcript: {MESSAGES} messages to {} \
         recipients each over one connection; from click to outcome, with every line drawn, {} \
         ms each (median; {}).\n",
        table.text(),
        grouped(RECIPIENTS as u64),
        sends.median_ms(),
        sends.spread_ms(),
    ))
}

/// Sends to this many recipients. Returns the time from the click to the outcome.
async fn send_to(page: &Visitor, recipients: usize) -> Duration {
    let all: Vec<String> = (0..recipients)
        .map(|n| format!("r{n}@example.org"))
        .collect();
    page.browser.press("New message").await;
    put(page, "To", &all.join(", ")).await;
    page.browser.fill("Subject", "To very many").await;
    let started = Instant::now();
    page.browser.press("Send").await;
    page.finished("accepted").await;
    started.elapsed()
}

/// Chooses the server in the server picker.
async fn choose(page: &Visitor, sink: &Sink, keep_open: bool) {
    page.browser.press("Mail server").await;
    page.browser
        .evaluate("all('radio', 'Another server')[0].click()")
        .await;
    page.browser.fill("Host", "127.0.0.1").await;
    let port = sink.address().port();
    page.browser
        .evaluate(&format!(
            "(() => {{ const port = document.getElementById('port'); port.value = '{port}'; \
             port.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ))
        .await;
    page.browser
        .evaluate("[...document.querySelectorAll('input[name=security]')].at(-1).click()")
        .await;
    if keep_open {
        page.browser.tick("Keep a connection open").await;
    }
    page.browser.press("Use this server").await;
}

/// Puts a long text into a field, like a paste.
async fn put(page: &Visitor, field: &str, text: &str) {
    let (field, text) = (Value::from(field), Value::from(text));
    page.browser
        .evaluate(&format!(
            "(() => {{ const field = named('textbox', {field}); field.focus(); return \
             document.execCommand('insertText', false, {text}); }})()"
        ))
        .await;
}

async fn scroll(page: &Visitor) -> Result<Scrolled> {
    page.browser.evaluate(SCROLL).await;
    let scrolled = page.browser.until("window.scrolled").await;
    let scrolled: Scrolled = serde_json::from_value(scrolled)?;
    ensure!(!scrolled.gaps.is_empty(), "nothing was scrolled");
    Ok(scrolled)
}

fn ordered(numbers: &[f64]) -> Vec<f64> {
    let mut numbers = numbers.to_vec();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The quantile at `part`.
fn part(ordered: &[f64], part: f64) -> f64 {
    let at = (ordered.len().saturating_sub(1) as f64 * part).round();
    ordered.get(at as usize).copied().unwrap_or(f64::NAN)
}

fn curl_first_line(sink: &Sink) -> Result<Command> {
    let mut curl = Command::new(tool::find("curl", "curl")?);
    curl.args(["--disable", "--silent", "--verbose", "--noproxy", "*"])
        .arg(format!("smtp://{}", sink.address()))
        .args(["--mail-from", FROM, "--mail-rcpt", TO])
        .args(["--upload-file", "-"])
        .stdin(Stdio::null());
    Ok(curl)
}

fn swaks_first_line(sink: &Sink) -> Result<Command> {
    let mut swaks = Command::new(tool::find("swaks", "swaks")?);
    swaks
        .args(["--server", &sink.address().ip().to_string()])
        .args(["--port", &sink.address().port().to_string()])
        .args(["--helo", "client.example", "--from", FROM, "--to", TO])
        .stdin(Stdio::null());
    Ok(swaks)
}

/// Starts a program and returns the time until it prints a line with this prefix on stdout or
/// stderr.
async fn printed(command: &mut Command, start: &str) -> Result<Duration> {
    let started = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().context("a piped stdout")?;
    let stderr = child.stderr.take().context("a piped stderr")?;
    let (mut out, mut err) = (
        BufReader::new(stdout).lines(),
        BufReader::new(stderr).lines(),
    );
    let (mut time, mut open) = (None, [true; 2]);
    while open != [false; 2] {
        let line = tokio::select! {
            line = out.next_line(), if open[0] => { let line = line?; open[0] = line.is_some(); line }
            line = err.next_line(), if open[1] => { let line = line?; open[1] = line.is_some(); line }
        };
        if time.is_none() && line.is_some_and(|line| line.starts_with(start)) {
            time = Some(started.elapsed());
        }
    }
    child.wait().await?;
    time.with_context(|| format!("it did not print {start:?}"))
}
