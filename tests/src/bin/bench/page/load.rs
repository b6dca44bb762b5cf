//! How long a first visit takes until a person can send.

use anyhow::Result;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use serde::Deserialize;

use crate::table::{Samples, Table, ms};

/// Loads that count.
const LOADS: usize = 11;

/// The time in which the page is to be interactive, in seconds.
pub(super) const BOUND: f64 = 0.3;

/// Notes when the page is mounted, and when its Send button can first be pressed: by then the page
/// has drawn everything, and its WebSocket is open.
pub(super) const WATCH: &str = "(() => {
  const marks = {};
  const watch = new MutationObserver(() => {
    const buttons = [...document.querySelectorAll('button')];
    const send = buttons.find(button => button.textContent.trim().startsWith('Send'));
    if (!send) return;
    marks.mounted ??= performance.now();
    if (send.disabled) return;
    watch.disconnect();
    marks.interactive = performance.now();
    window.loaded = marks;
  });
  watch.observe(document, { subtree: true, childList: true, attributes: true });
})()";

/// Waits for what [`WATCH`] leaves and for what the browser has measured itself.
const MARKS: &str = "(() => {
  const wasm = performance.getEntriesByType('resource').find(one => one.name.endsWith('_bg.wasm'));
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  return window.loaded && wasm && painted
    && { ...window.loaded, painted: painted.startTime, fetched: wasm.responseEnd };
})()";

/// Milliseconds from the start of the navigation.
#[derive(Deserialize)]
struct Marks {
    /// The last octet of the wasm has arrived.
    fetched: f64,
    /// The compose form is in the document.
    mounted: f64,
    /// The browser has painted the first text.
    painted: f64,
    /// A message can be sent.
    interactive: f64,
}

/// Measures it, each time in a browser that has never seen the page.
pub(crate) async fn measure(bridge: &Bridge) -> Result<String> {
    let names = [
        "wasm fetched",
        "page mounted",
        "first paint",
        "Send can be pressed",
    ];
    let mut samples: [Samples; 4] = Default::default();
    for load in 0..=LOADS {
        let marks = cold_load(bridge).await?;
        if load == 0 {
            // The browser's own files may have come from the disk.
            continue;
        }
        let times = [
            marks.fetched,
            marks.mounted,
            marks.painted,
            marks.interactive,
        ];
        for (samples, time) in samples.iter_mut().zip(times) {
            samples.add_number(time / 1e3);
        }
    }
    let mut table = Table::new(&[
        "from the start of the navigation to",
        "median ms",
        "spread ms",
    ]);
    for (name, samples) in names.iter().zip(&samples) {
        table.row([(*name).to_owned(), samples.median_ms(), samples.spread_ms()]);
    }
    let [.., interactive] = &samples;
    Ok(format!(
        "{}\n\
         {LOADS} loads after one warm-up load, in headless Chromium, each with a new browser and \
         an empty profile, so nothing is cached, not even compiled code. The last time is {:.2} \
         of the limit of {} ms.\n",
        table.text(),
        interactive.median() / BOUND,
        ms(BOUND),
    ))
}

async fn cold_load(bridge: &Bridge) -> Result<Marks> {
    let browser = Browser::open(1440, 900).await;
    browser.run_in_new_documents(WATCH).await;
    browser.go(&bridge.announcement().url).await;
    let marks = browser.until(MARKS).await;
    browser.close().await;
    Ok(serde_json::from_value(marks)?)
}
