//! How many octets a first visit to the page loads.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::http;
use serde::Deserialize;

use super::load::WATCH;
use crate::table::{Table, grouped};

/// The largest allowed weight of the page, in octets.
const BOUND: u64 = 400_000;
/// A Leptos page that does nothing, compressed in the same way: the minimum with Leptos.
const BARE: u64 = 28_000;

/// Runs the benchmark.
pub(crate) async fn measure(bridge: &Bridge) -> Result<String> {
    let host = bridge.address().to_string();
    let mut table = Table::new(&["a first visit loads", "encoding", "octets"]);
    let mut sums = Vec::new();
    let loaded = loaded(bridge).await?;
    for (paths, which) in [
        (loaded.first, "until Send can be pressed"),
        (loaded.behind, "behind the page"),
        (lesson(bridge).await?, "when a lesson is opened"),
        (alone(bridge).await?, "without a bridge"),
    ] {
        let mut sum = 0;
        for path in paths {
            let fields = [("Host", host.as_str()), ("Accept-Encoding", "br")];
            let file = http::get_with(bridge.address(), &path, &fields).await;
            ensure!(file.status == 200, "{path} answers {}", file.status);
            let encoding = file.header("content-encoding");
            let octets = file.body.len() as u64;
            sum += octets;
            let encoding = encoding.unwrap_or_else(|| "none".to_owned());
            table.row([without_hash(&path), encoding, grouped(octets)]);
        }
        table.row([format!("all {which}"), String::new(), grouped(sum)]);
        sums.push(sum);
    }
    let first = sums[0];
    Ok(format!(
        "{}\n\
         The files that a browser loads, with the sizes of the bodies that the bridge sends to a \
         browser that accepts brotli. What is loaded until Send can be pressed is {:.2} times the \
         limit of {} octets, and {:.1} times a bare Leptos page ({} octets). The rest is code and \
         words that are needed later, and nobody waits for them. What lessons and a page without a \
         bridge need besides is loaded when they are wanted.\n",
        table.text(),
        first as f64 / BOUND as f64,
        grouped(BOUND),
        first as f64 / BARE as f64,
        grouped(BARE),
    ))
}

/// The paths that a browser loads from the bridge.
#[derive(Deserialize)]
struct Loaded {
    /// Requested before Send could be pressed.
    first: BTreeSet<String>,
    /// Requested after that.
    behind: BTreeSet<String>,
}

/// The paths that a browser loads until nothing of the page is missing.
async fn loaded(bridge: &Bridge) -> Result<Loaded> {
    let browser = Browser::open(1440, 900).await;
    browser.run_in_new_documents(WATCH).await;
    browser.go(&bridge.announcement().url).await;
    // The words that explain, and the code of the later views, are the last.
    let paths = browser
        .until(
            "(() => {
                const all = ['navigation', 'resource']
                    .flatMap((kind) => performance.getEntriesByType(kind));
                const there = (part) => all.some((one) =>
                    one.name.includes(part) && one.responseEnd > 0);
                if (!window.loaded || !there('/meaning/') || !there('/split_')) return null;
                const paths = (which) => all.filter(which).map((one) => new URL(one.name).pathname);
                return {
                    first: paths((one) => one.startTime < window.loaded.interactive),
                    behind: paths((one) => one.startTime >= window.loaded.interactive),
                };
            })()",
        )
        .await;
    browser.close().await;
    let loaded: Loaded = serde_json::from_value(paths)?;
    for kind in ["/", ".wasm", ".js", ".css"] {
        ensure!(
            loaded.first.iter().any(|path| path.ends_with(kind)),
            "no {kind} among {:?}",
            loaded.first
        );
    }
    Ok(loaded)
}

/// The paths that a browser loads to show a lesson.
async fn lesson(bridge: &Bridge) -> Result<BTreeSet<String>> {
    let browser = Browser::open(1440, 900).await;
    browser.go(&bridge.announcement().url).await;
    browser.press("Lessons").await;
    browser
        .until("(one => one ? (one.click(), true) : null)(document.querySelector('.lesson-row'))")
        .await;
    browser
        .until("document.querySelector('.lesson-goal') !== null || null")
        .await;
    let paths = paths_with(&browser, &["/split_lessons", "/lessons/"]).await;
    browser.close().await;
    paths
}

/// The paths that a browser loads to simulate the bridge in the page.
async fn alone(bridge: &Bridge) -> Result<BTreeSet<String>> {
    let browser = Browser::open(1440, 900).await;
    browser.go(&bridge.origin()).await;
    browser
        .until("document.querySelector('.simulation') !== null || null")
        .await;
    let paths = paths_with(&browser, &["/split_alone"]).await;
    browser.close().await;
    paths
}

/// The paths that the browser has loaded with any of these in them. Each must be there.
async fn paths_with(browser: &Browser, parts: &[&str]) -> Result<BTreeSet<String>> {
    let paths = browser
        .evaluate(
            "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)",
        )
        .await;
    let mut paths: BTreeSet<String> = serde_json::from_value(paths)?;
    paths.retain(|path| parts.iter().any(|part| path.contains(part)));
    for part in parts {
        let there = paths.iter().any(|path| path.contains(part));
        ensure!(there, "no {part} among {paths:?}");
    }
    Ok(paths)
}

/// The path without the hash that trunk adds, so that two builds can be compared.
fn without_hash(path: &str) -> String {
    let Some((name, rest)) = path.rsplit_once('-') else {
        return path.to_owned();
    };
    let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
    // A hash has sixteen digits, or fewer if it would begin with zeros.
    if rest.len() - behind.len() >= 12 {
        format!("{name}{behind}")
    } else {
        path.to_owned()
    }
}
