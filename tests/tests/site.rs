//! The page without a bridge: as files of any web server, and opened with a dead link.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::file_server::FileServer;
use glasspost_tests::program;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

const NOTE: &str = "Simulated in this tab: no TLS, nothing leaves it.";

/// Opens the folder that `cargo xtask site` leaves.
async fn site() -> (FileServer, Visitor) {
    let server = FileServer::start(program::site()).await;
    let browser = Browser::open(1440, 900).await;
    browser.go(server.address()).await;
    let page = Visitor { browser };
    page.ready().await;
    (server, page)
}

/// Waits until the page shows this text anywhere.
async fn shows(page: &Visitor, text: &str) {
    let text = json!(text);
    page.browser
        .until(&format!("document.body.innerText.includes({text})"))
        .await;
}

#[tokio::test]
async fn a_first_visit_needs_no_bridge() {
    let (server, page) = site().await;
    shows(&page, NOTE).await;
    shows(&page, "Practice server, in this tab").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("220 mail.practice.test").await;
    page.wire_shows("simulated: no TLS").await;
    page.wire_shows("250 2.0.0 OK: queued as").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.browser.named("button", "Reply").await;
    // Formatted text is shown in its sealed frame, too.
    page.browser.press("Reply").await;
    page.browser.press("Rich text").await;
    page.browser
        .until("document.querySelector('.rich[contenteditable=true]') !== null")
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.browser
        .until("document.querySelector('iframe')?.dataset.shown === 'true'")
        .await;
    #[cfg(feature = "axe")]
    page.without_violations("the page alone").await;
    let asked = server.asked();
    assert!(!asked.is_empty());
    for one in &asked {
        assert!(one.starts_with("200 "), "{one} in {asked:?}");
    }
    // Nothing but files of the folder has been loaded, and no connection was made.
    let elsewhere = page
        .browser
        .evaluate(
            "performance.getEntriesByType('resource').map(one => one.name)\
             .filter(name => !name.startsWith(location.href.replace(/[^/]*$/, '')) && \
             !name.startsWith('blob:') && !name.startsWith('data:'))",
        )
        .await;
    assert_eq!(elsewhere, json!([]));
    page.close().await;
}

#[tokio::test]
async fn lines_are_paused_and_changed_and_time_passes() {
    let (_server, page) = site().await;
    page.browser.named("slider", "Round trip").await;
    page.browser
        .evaluate(
            "(() => { const field = named('slider', 'Round trip'); field.value = '100'; \
             field.dispatchEvent(new InputEvent('input', {bubbles: true})); })()",
        )
        .await;
    shows(&page, "100 ms").await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.edit_paused_line("EHLO").await;
    page.browser.press("Send line").await;
    page.wire_shows("501").await;
    page.close().await;
}

/// What is said when the first message is sent over this network, without its times and the name
/// that the server gives the message. `network`: a script that sets it.
async fn said_over(network: &str) -> Vec<String> {
    let (_server, page) = site().await;
    page.browser.named("slider", "Round trip").await;
    page.browser
        .evaluate(&format!("(() => {{ {network} }})()"))
        .await;
    if !network.is_empty() {
        shows(&page, "30 ms").await;
    }
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("Connection closed").await;
    let said = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.lines .row .l')] \
             .map(line => line.innerText.replace(/queued as .*/, ''))",
        )
        .await;
    page.close().await;
    serde_json::from_value(said).expect("texts")
}

#[tokio::test]
async fn a_network_that_loses_and_splits_segments_changes_nothing_that_is_said() {
    let clean = said_over("").await;
    assert!(clean.len() > 20, "{clean:?}");
    let poor = "const set = (field, value, event) => { \
            field.value = value; field.dispatchEvent(new Event(event, {bubbles: true})); }; \
        set(named('slider', 'Round trip'), '30', 'input'); \
        set(document.querySelector('.simulation select'), '20', 'change'); \
        document.querySelector('.simulation [type=checkbox]').click();";
    assert_eq!(said_over(poor).await, clean);
}

#[tokio::test]
async fn a_real_server_is_not_reached_and_the_page_says_so() {
    let (_server, page) = site().await;
    page.browser.press("Mail server").await;
    page.browser
        .evaluate("named('radio', 'Another server').click()")
        .await;
    page.browser.fill("Host", "mail.example.org").await;
    page.browser.press("Use this server").await;
    page.browser.press("Send").await;
    page.browser.press("Send now").await;
    page.browser.press("Show the conversation").await;
    shows(&page, "There is no bridge").await;
    page.browser
        .evaluate("document.querySelector('.real-thing summary').click()")
        .await;
    shows(&page, "cargo xtask run").await;
    page.close().await;
}

#[tokio::test]
async fn a_dead_link_leaves_the_page_usable_until_the_right_one_is_opened() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    let link = &bridge.announcement().url;
    let (address, token) = link.split_once("#token=").expect("a link with a token");
    let wrong = format!("{address}#token={}", "0".repeat(token.len()));
    browser.go(&wrong).await;
    let page = Visitor { browser };
    page.ready().await;
    shows(&page, "no longer accepts this page's token").await;
    shows(&page, NOTE).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    // The right link in the same tab: the bridge takes over.
    page.browser.go(link).await;
    page.ready().await;
    page.browser
        .until(&format!(
            "!document.body.innerText.includes({})",
            json!(NOTE)
        ))
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("practice CA").await;
    // The browser reports that the wrong link was refused.
    page.browser.close().await;
}
