//! The parts of the page that are not loaded with it, in a real browser: when they are fetched, and
//! what a person sees of one that can't be.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// Counts the requests for parts, notes whether a message could be sent by the time of each, and
/// lets a test hold or fail them.
const PARTS: &str = "
window.parts = { asked: [], next: 'real', held: [] };
const real = window.fetch.bind(window);
window.fetch = (what, ...more) => {
  if (!String(what).includes('/split_')) return real(what, ...more);
  const buttons = [...document.querySelectorAll('button')];
  const send = buttons.find((button) => button.textContent.trim().startsWith('Send'));
  window.parts.asked.push(Boolean(send) && !send.disabled);
  if (window.parts.next === 'failed') return Promise.reject(new TypeError('no connection'));
  if (window.parts.next === 'real') return real(what, ...more);
  return new Promise((done) => window.parts.held.push(() => done(real(what, ...more))));
};
";

/// Opens the page while requests for parts are `next`: `real`, `held` or `failed`.
async fn with_parts(bridge: &Bridge, next: &str) -> Visitor {
    let browser = Browser::open(1440, 900).await;
    let script = format!("{PARTS}window.parts.next = '{next}';");
    browser.run_in_new_documents(&script).await;
    browser.go(&bridge.announcement().url).await;
    let page = Visitor { browser };
    page.ready().await;
    page
}

#[tokio::test]
async fn a_part_is_fetched_once_and_only_when_a_message_can_be_sent() {
    let bridge = Bridge::start();
    let page = with_parts(&bridge, "held").await;
    page.browser.until("parts.held.length > 0").await;
    // The page is used while the part is on its way.
    page.write("bob@example.org", "Parts", "Sent without it")
        .await;
    page.browser.press("Inbox").await;
    page.browser.press("Compose").await;
    page.browser.press("Inbox").await;
    assert!(!page.browser.has("region", "Inbox").await);

    page.browser
        .evaluate("parts.held.forEach((go) => go()) ?? true")
        .await;
    page.browser.named("region", "Inbox").await;
    page.browser.press("Compose").await;
    page.browser.press("Inbox").await;
    page.browser.named("region", "Inbox").await;
    assert_eq!(page.browser.evaluate("parts.asked").await, json!([true]));
    page.close().await;
}

#[tokio::test]
async fn a_part_that_can_not_be_loaded_is_said_and_can_be_tried_again() {
    let bridge = Bridge::start();
    let page = with_parts(&bridge, "failed").await;
    page.browser.until("parts.asked.length === 1").await;
    page.write("bob@example.org", "Parts", "Sent without it")
        .await;

    // To want it is to try again, and so is the button.
    page.browser.press("Inbox").await;
    page.browser.until("parts.asked.length === 2").await;
    let said = "document.body.innerText.includes('could not be loaded')";
    page.browser.until(said).await;
    page.browser.press("Try again").await;
    page.browser.until("parts.asked.length === 3").await;
    page.browser.until(said).await;
    assert_eq!(
        page.browser
            .evaluate("document.activeElement.textContent")
            .await,
        "Try again"
    );
    // Nothing else is lost by it.
    page.browser.press("Compose").await;
    assert_eq!(page.browser.value("Message").await, "Sent without it");

    page.browser.evaluate("parts.next = 'real'").await;
    page.browser.press("Inbox").await;
    page.browser.named("region", "Inbox").await;
    assert!(!page.browser.has("button", "Try again").await);
    // Each failure is in the console, and nothing else.
    let errors = page.browser.console_errors().await;
    assert_eq!(errors.len(), 3, "{errors:?}");
    let all_about_it = errors.iter().all(|error| error.contains("no connection"));
    assert!(all_about_it, "{errors:?}");
    page.close().await;
}
