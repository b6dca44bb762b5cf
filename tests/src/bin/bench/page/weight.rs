//! How many octets a first visit to the page takes.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::http;
use glasspost_tests::visitor::Visitor;

use crate::table::{Table, grouped};

/// What the page may weigh.
const BOUND: u64 = 400_000;
/// A page of Leptos that does nothing, compressed the same way: what there is no getting below.
const BARE: u64 = 28_000;

/// Measures it.
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
         What a browser asked for, in bodies as the bridge serves them to one that takes brotli. Of {} octets, the bound: {:.2}. Of {}, a bare Leptos page: \
         {:.1}.\n",
        table.text(),
        grouped(BOUND),
        sum as f64 / BOUND as f64,
        grouped(BARE),
        sum as f64 / BARE as f64,
    ))
}

/// The paths that a browser loads from the bridge until the page is up and can explain itself.
async fn loaded(bridge: &Bridge) -> Result<Vec<String>> {
    let page = Visitor::first_visit(bridge).await;
    // The last of it.
    page.browser
        .until("performance.getEntriesByType('resource').some(one => one.name.includes('/meaning/')) || null")
        .await;
    let all = "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind)).map(one => new URL(one.name).pathname)";
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

/// The path without the hash that trunk puts into it, so that two builds can be compared.
fn without_hash(path: &str) -> String {
    let Some((name, rest)) = path.rsplit_once('-') else {
        return path.to_owned();
    };
    let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
    // Sixteen digits, fewer where they would begin with zeros.
    if rest.len() - behind.len() >= 12 {
        format!("{name}{behind}")
    } else {
        path.to_owned()
    }
}
