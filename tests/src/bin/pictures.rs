//! Takes the pictures of the page that the README shows: `cargo xtask pictures`. They go to `docs/pictures/`; with a folder given, all there
//! are to take go there, for looking at.

use std::path::{Path, PathBuf};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;

/// Those that the README shows.
const SHOWN: [&str; 5] = [
    "held-wide-light",
    "sent-wide-dark",
    "inbox-wide-light",
    "held-narrow-dark",
    "server-narrow-light",
];

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let all = given.is_some();
    let folder =
        given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures"));
    std::fs::create_dir_all(&folder)?;
    for scheme in ["light", "dark"] {
        take(&folder, all, "wide", scheme, (1440, 900)).await?;
        take(&folder, all, "narrow", scheme, (390, 844)).await?;
    }
    Ok(())
}

/// One visit: a line held in mid-conversation, the end of it, the inbox, the server picker.
async fn take(
    folder: &Path,
    all: bool,
    name: &str,
    scheme: &str,
    size: (u32, u32),
) -> std::io::Result<()> {
    let bridge = Bridge::start();
    let page = Visitor::in_a_window(&bridge, size.0, size.1).await;
    page.browser.prefer(scheme).await;
    let keep = async |what: &str| {
        let called = format!("{what}-{name}-{scheme}");
        if !all && !SHOWN.contains(&called.as_str()) {
            return Ok(());
        }
        let file = folder.join(format!("{called}.png"));
        let picture = page.browser.picture().await;
        println!("{}", file.display());
        std::fs::write(file, picture)
    };
    keep("compose").await?;
    page.browser.press("Mail server").await;
    page.browser.named("dialog", "Mail server").await;
    keep("server").await?;
    page.browser.press("Close").await;
    page.browser.press("Step through").await;
    page.release_until("DATA").await;
    keep("held").await?;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    keep("sent").await?;
    page.inbox().await;
    page.opens_the_newest().await;
    keep("inbox").await?;
    page.browser.close().await;
    Ok(())
}
