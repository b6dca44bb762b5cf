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
async fn what_needs_the_part_waits_for_it_and_nothing_is_lost() {
    let bridge = Bridge::start();
    let page = with_parts(&bridge, "held").await;
    page.browser.until("parts.held.length > 0").await;
    page.write("bob@예시.한국, mina@example.org", "Early", "Sent early")
        .await;
    // A list that is pasted stays a list.
    page.browser.press("Cc").await;
    page.browser
        .evaluate(
            "(() => {
                const data = new DataTransfer();
                data.setData('text/plain', 'a@example.org\\nb@example.org\\n');
                const field = document.getElementById('cc');
                field.focus();
                field.dispatchEvent(new ClipboardEvent('paste', {
                    clipboardData: data, bubbles: true, cancelable: true
                }));
                return true;
            })()",
        )
        .await;
    let both = "[...document.querySelectorAll('[data-place=cc] .addr-text')]
        .map((chip) => chip.textContent).join() === 'a@example.org,b@example.org'";
    page.browser.until(both).await;
    page.browser.press("Send").await;

    page.browser
        .evaluate("parts.held.forEach((go) => go()) ?? true")
        .await;
    page.finished("accepted").await;
    for address in [
        "bob@xn--vv4b11d.xn--3e0b707e",
        "a@example.org",
        "b@example.org",
    ] {
        page.wire_shows(&format!("RCPT TO:<{address}>")).await;
    }
    page.close().await;
}

#[tokio::test]
async fn a_message_that_comes_before_the_part_is_shown_with_it() {
    let bridge = Bridge::start();
    let page = with_parts(&bridge, "held").await;
    let release = "parts.held.forEach((go) => go()) ?? true";
    page.browser.until("parts.held.length > 0").await;
    page.browser.evaluate(release).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;

    // Its octets come between frames that the page can't read yet.
    page.browser.reload().await;
    page.browser.until("parts.held.length > 0").await;
    page.browser.evaluate(release).await;
    page.browser
        .until("document.querySelector('[data-reading]') && true")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_message_is_not_sent_without_the_part() {
    let bridge = Bridge::start();
    let page = with_parts(&bridge, "failed").await;
    page.browser.until("parts.asked.length === 1").await;
    page.write("bob@example.org", "Parts", "Sent in the end")
        .await;
    let said = "document.querySelector('.send [role=alert]') !== null";
    assert_eq!(page.browser.evaluate(said).await, json!(false));
    page.browser.press("Send").await;
    page.browser.until("parts.asked.length === 2").await;
    page.browser.until(said).await;

    // It is sent when the person says so again, and not before.
    page.browser.evaluate("parts.next = 'real'").await;
    page.browser
        .evaluate("document.querySelector('.send [role=alert] button').click() ?? true")
        .await;
    page.browser
        .until("document.querySelector('.send [role=alert]') === null")
        .await;
    page.drafts_show("Parts").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.browser
        .until("document.querySelectorAll('[data-message]').length === 1")
        .await;
    let errors = page.browser.console_errors().await;
    assert_eq!(errors.len(), 2, "{errors:?}");
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
