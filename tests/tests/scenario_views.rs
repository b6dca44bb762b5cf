//! Scenarios of the practice server, as a person chooses, writes and plays them: with a bridge and
//! without one.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::file_server::FileServer;
use glasspost_tests::program;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// Opens the scenarios, and puts the one with this name into the field.
async fn choose(page: &Visitor, name: &str) {
    page.browser.press("Scenarios").await;
    let row = "[...document.querySelectorAll('.known-scenarios button')]";
    let name = json!(name);
    page.browser
        .until(&format!(
            "(() => {{ const one = {row}.find(one => one.innerText.startsWith({name})); \
             one?.click(); return one?.getAttribute('aria-pressed') === 'true' || null; }})()"
        ))
        .await;
}

/// Waits until the dialog says this.
async fn says(page: &Visitor, text: &str) {
    let text = json!(text);
    page.browser
        .until(&format!(
            "document.querySelector('dialog[open]')?.innerText.includes({text}) || null"
        ))
        .await;
}

/// Greylisting, from the list to the second attempt; then a file with faults, and none.
async fn is_played(page: &Visitor) {
    choose(page, "greylisting").await;
    page.browser.press("Play").await;
    says(page, "greylisting is played, seed ").await;
    page.browser.press("Close").await;
    page.browser
        .until("named('button', 'Scenarios').innerText.includes('greylisting')")
        .await;
    page.browser.press("Send").await;
    page.finished("refused").await;
    page.wire_shows("451").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;

    // All faults are named, with their lines, and what is played goes on.
    page.browser.press("Scenarios").await;
    page.browser
        .fill("Scenario file", "name: mine\n\non NOWHERE\n  SAY hi")
        .await;
    page.browser.press("Play").await;
    says(page, "Line 3:").await;
    says(page, "Line 4:").await;
    says(page, "greylisting is played").await;
    page.browser.press("Line 4:").await;
    page.browser
        .until(
            "(() => { const field = document.activeElement; \
             return field.value?.slice(field.selectionStart, field.selectionEnd) === '  SAY hi' \
             || null; })()",
        )
        .await;
    page.browser
        .fill(
            "Scenario file",
            "name: mine\n\non QUIT\n  S: 221 So long\n  CUT",
        )
        .await;
    page.browser.press("Play").await;
    says(page, "mine is played").await;
    #[cfg(feature = "axe")]
    page.without_violations("scenarios").await;
    page.browser.press("Close").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("221 So long").await;
    page.browser.press("Scenarios").await;
    page.browser.press("Stop the scenario").await;
    says(page, "No scenario is played.").await;
    page.browser.press("Close").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("221 2.0.0 Bye").await;
}

#[tokio::test]
async fn a_scenario_is_played_by_the_bridge_and_shown_in_every_page() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let other = Visitor::first_visit(&bridge).await;
    choose(&page, "no-service").await;
    page.browser.press("Play").await;
    other
        .browser
        .until("named('button', 'Scenarios').innerText.includes('no-service')")
        .await;
    page.browser.press("Stop the scenario").await;
    other
        .browser
        .until("!named('button', 'Scenarios').innerText.includes('no-service')")
        .await;
    page.browser.press("Close").await;
    is_played(&page).await;
    page.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_scenario_is_played_without_a_bridge() {
    let server = FileServer::start(program::site()).await;
    let browser = Browser::open(1440, 900).await;
    browser.go(server.address()).await;
    let page = Visitor { browser };
    page.ready().await;
    is_played(&page).await;
    page.close().await;
}

#[tokio::test]
async fn a_program_starts_with_a_scenario_and_its_page_says_so() {
    let bridge = Bridge::with(&["--scenario", "greylisting"]);
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .until("named('button', 'Scenarios').innerText.includes('greylisting')")
        .await;
    page.close().await;
}
