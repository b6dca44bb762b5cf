//! How many octets a first visit to the page loads.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::http;
use glasspost_tests::visitor::Visitor;

use crate::table::{Table, grouped};

/// The largest allowed weight of the page, in octets.
const BOUND: u64 = 400_000;
/// A Leptos page that does nothing, compressed in the same way: the minimum with Leptos.
const BARE: u64 = 28_000;

/// Runs the benchmark.
pub(crate) async fn measure(bridge: &Bridge) -> Result<String> {
    let host = bridge.address().to_string();
    let mut table = Table::new(&["a first visit loads", "encoding", "octets"]);
    let mut sum = 0;
    for path in loaded(bridge).await? {
        let fields = [("Host", host.as_str()), ("Accept-Encoding", "br")];
        let file = http::get_with(bridge.address(), &path, &fields).await;
        ensure!(file.status == 200, "{path} answers {}", file.status);
        let encoding = file.header("content-encoding");
        let octets = file.body.len() as u64;
        sum += octets;
        let encoding = encoding.unwrap_or_else(|| "none".to_owned());
        table.row([without_hash(&path), encoding, grouped(octets)]);
    }
    table.row(["all".to_owned(), String::new(), grouped(sum)]);
    Ok(format!(
        "{}\n\
         The files that a browser loads, with the sizes of the bodies that the bridge sends to a \
         browser that accepts brotli. The total is {:.2} times the limit of {} octets, and {:.1} \
         times a bare Leptos page ({} octets).\n",
        table.text(),
        sum as f64 / BOUND as f64,
        grouped(BOUND),
        sum as f64 / BARE as f64,
        grouped(BARE),
    ))
}

/// The paths that a browser loads from the bridge until the page is ready and can explain lines.
async fn loaded(bridge: &Bridge) -> Result<Vec<String>> {
    let page = Visitor::first_visit(bridge).await;
    // The last file that is loaded.
    page.browser
        .until(
            "performance.getEntriesByType('resource').some(one => \
                one.name.includes('/meaning/')) || null",
        )
        .await;
    let all = "['navigation', 'resource'].flatMap(kind => \
        performance.getEntriesByType(kind)).map(one => new URL(one.name).pathname)";
    let paths = page.browser.evaluate(all).await;
    page.close().await;
    let paths: BTreeSet<String> = serde_json::from_value(paths)?;
    for kind in ["/", ".wasm", ".js", ".css", ".json"] {
        ensure!(
            paths.iter().any(|path| path.ends_with(kind)),
            "no {kind} among {paths:?}"
        );
    }
    Ok(paths.into_iter().collect())
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
