//! Takes the pictures of the page for the README: `cargo xtask pictures`. They are written to
//! `docs/pictures/`. If a folder is given, all pictures in both languages are written there
//! instead.

use std::path::{Path, PathBuf};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::typed::{connect, types};
use glasspost_tests::visitor::Visitor;

/// The pictures in the README.
const SHOWN: [&str; 8] = [
    "source-wide-light",
    "written-wide-dark",
    "paused-wide-light",
    "sent-wide-dark",
    "inbox-wide-light",
    "lesson-wide-light",
    "paused-narrow-dark",
    "server-narrow-light",
];

/// Recipients, some of which are marked: one has an invisible character, and one a path after the
/// domain.
const NOT_ALL_ADDRESSES: &str =
    "joon@practice.test, hana@한국.kr, m\u{3164}@practice.test, m@한국.kr/evil, ";

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let all = folder.is_some();
    let folder = folder
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures"));
    std::fs::create_dir_all(&folder)?;
    for scheme in ["light", "dark"] {
        take(&folder, all, "wide", scheme, (1440, 900)).await?;
        take(&folder, all, "narrow", scheme, (390, 844)).await?;
    }
    Ok(())
}

/// One visit: the server picker, a paused line, the outcome, the inbox, a message with files, its
/// source. Other visits: the first screen without a bridge; a lesson and a scenario. If all
/// pictures are wanted, one more: marked recipients, a message with many parts, connections of
/// other programs.
async fn take(
    folder: &Path,
    all: bool,
    name: &str,
    scheme: &str,
    size: (u32, u32),
) -> std::io::Result<()> {
    let bridge = Bridge::start();
    let page = Visitor::in_a_window(&bridge, size.0, size.1).await;
    page.browser.prefer_color_scheme(scheme).await;
    let keep = async |page: &Visitor, what: &str| {
        let called = format!("{what}-{name}-{scheme}");
        if !all && !SHOWN.contains(&called.as_str()) {
            return Ok(());
        }
        write(page, folder.join(format!("{called}.png"))).await?;
        if all {
            speak(page, "ko").await;
            write(page, folder.join(format!("{called}-ko.png"))).await?;
            speak(page, "en").await;
        }
        std::io::Result::Ok(())
    };
    keep(&page, "compose").await?;
    page.browser.press("Mail server").await;
    page.browser.named("dialog", "Mail server").await;
    keep(&page, "server").await?;
    page.browser.press("Close").await;
    page.browser.press("Step through").await;
    page.send_until("DATA").await;
    keep(&page, "paused").await?;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    keep(&page, "sent").await?;
    page.inbox().await;
    page.opens_the_newest().await;
    keep(&page, "inbox").await?;
    page.go_to(if name == "wide" { "Compose" } else { "Write" })
        .await;
    write_with_files(&page).await?;
    keep(&page, "written").await?;
    page.browser.press("Source").await;
    page.focus("Subject").await;
    page.compose_shows("=?").await;
    keep(&page, "source").await?;
    page.browser.close().await;
    let alone = Browser::open(size.0, size.1).await;
    alone.go(&bridge.origin()).await;
    let page = Visitor { browser: alone };
    page.browser.prefer_color_scheme(scheme).await;
    page.shows(".simulation").await;
    keep(&page, "alone").await?;
    page.browser.close().await;
    let page = Visitor::in_a_window(&bridge, size.0, size.1).await;
    page.browser.prefer_color_scheme(scheme).await;
    page.go_to("Lessons").await;
    page.shows(".lesson-row").await;
    keep(&page, "lessons").await?;
    press_first(&page, ".lesson-row").await;
    // Two steps, which the page does for whoever asks it to.
    for next in [true, false] {
        page.shows(".lesson-goal").await;
        page.browser.press("Show me").await;
        page.shows(".lesson-reached").await;
        if next {
            page.browser.press("Next").await;
            page.shows(".lesson-goal:not(.lesson-reached)").await;
        }
    }
    keep(&page, "lesson").await?;
    page.browser.press("Scenarios").await;
    page.shows(".known-scenarios button").await;
    press_first(&page, ".known-scenarios button").await;
    keep(&page, "scenarios").await?;
    page.browser.close().await;
    if all {
        let mut client = connect(&bridge.practice().starttls).await;
        let lines = [
            "EHLO printer.example",
            "AUTH PLAIN AG1pbmEAd3Jvbmc=",
            "QUIT",
        ];
        types(&mut client, &lines, "221 ").await;
        drop(client);
        deliver(&bridge, MANY_PARTS.as_bytes()).await;
        let page = Visitor::in_a_window(&bridge, size.0, size.1).await;
        page.browser.prefer_color_scheme(scheme).await;
        page.browser.fill("To", "").await;
        page.focus("To").await;
        page.browser.keys(NOT_ALL_ADDRESSES).await;
        page.browser.press("Send").await;
        page.compose_shows("is not a valid address").await;
        keep(&page, "marked").await?;
        page.inbox().await;
        page.opens_the_newest().await;
        page.inbox_shows("After the picture.").await;
        keep(&page, "parts").await?;
        page.inbox().await;
        page.browser
            .evaluate("(document.querySelector('[data-command=back]')?.click(), true)")
            .await;
        page.browser.press("Connections").await;
        page.shows(".connections li button").await;
        page.browser
            .evaluate(
                "([...document.querySelectorAll('.connections li button')].at(-2).click(), true)",
            )
            .await;
        page.shows(".connection .row").await;
        keep(&page, "connections").await?;
        page.browser.close().await;
    }
    Ok(())
}

async fn press_first(page: &Visitor, selector: &str) {
    page.browser
        .evaluate(&format!(
            "(document.querySelector('{selector}').click(), true)"
        ))
        .await;
}

/// Writes a message with two files, a picture among them.
async fn write_with_files(page: &Visitor) -> std::io::Result<()> {
    let files = tempfile::tempdir()?;
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/sent-wide-dark.png");
    let chart = files.path().join("chart.png");
    let report = files.path().join("보고서-3분기.pdf");
    std::fs::copy(picture, &chart)?;
    std::fs::write(&report, vec![0x20; 2_400_000])?;
    page.browser.press("New message").await;
    page.browser.fill("To", "").await;
    page.focus("To").await;
    page.browser
        .keys("김민호 <minho@practice.test>, team@practice.test, ")
        .await;
    page.browser
        .fill("Subject", "3분기 보고서: the third quarter")
        .await;
    let text = "Hi both,\n\nthe report for the third quarter is attached. The chart shows how many \
                messages were delivered.\n\n고맙습니다.\nMina";
    page.browser.fill("Message", text).await;
    page.browser
        .choose_files(
            ".attached input[type=file]:not(.folder)",
            &[&chart, &report],
        )
        .await;
    page.compose_shows("보고서-3분기.pdf").await;
    page.saved().await;
    Ok(())
}

async fn write(page: &Visitor, file: PathBuf) -> std::io::Result<()> {
    println!("{}", file.display());
    std::fs::write(file, page.browser.picture().await)
}

/// Switches the page and the explanations to a language, with a script, because an open dialog
/// covers the switch.
async fn speak(page: &Visitor, language: &str) {
    let switch = "[...document.querySelectorAll('header button')]
        .find((button) => ['Language', '언어'].includes(nameOf(button)))";
    page.browser.evaluate(&format!("{switch}.click()")).await;
    page.browser
        .until(&format!(
            "document.documentElement.lang === '{language}' && performance
                .getEntriesByType('resource')
                .some((loaded) => loaded.name.includes('/meaning/{language}')) || null"
        ))
        .await;
}
