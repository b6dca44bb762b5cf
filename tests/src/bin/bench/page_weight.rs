//! How many octets a first visit to the page takes.

use anyhow::{Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::http;

use super::courier::QUIET;
use super::table::{Table, grouped};

/// What the page may weigh.
const BOUND: u64 = 200_000;
/// A page of Leptos that does nothing, compressed the same way: what there is no getting below.
const BARE: u64 = 28_000;

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let bridge = Bridge::with(&QUIET);
    let host = bridge.address().to_string();
    let index = http::get(bridge.address(), "/").await;
    ensure!(index.status == 200, "the page answers {}", index.status);
    let mut table = Table::new(&["what the page's head names", "encoding", "octets"]);
    let mut sum = 0;
    for path in std::iter::once("/".to_owned()).chain(named(&index.text())) {
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
         Bodies as the bridge serves them to a browser that takes brotli. Of {} octets, the bound: {:.2}. Of {}, a bare Leptos page: \
         {:.1}.\n",
        table.text(),
        grouped(BOUND),
        sum as f64 / BOUND as f64,
        grouped(BARE),
        sum as f64 / BARE as f64,
    ))
}

/// Every path of this server that an attribute names, once each.
fn named(html: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for path in html.split('"') {
        let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_./".contains(&octet);
        let here = path.len() > 1 && path.starts_with('/') && path.bytes().all(plain);
        if here && !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
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
