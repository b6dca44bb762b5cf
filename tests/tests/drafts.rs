//! What a person writes is kept, in a real browser, whatever happens to tabs, storage and bridge.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Tab;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// Allows a test to block storage events in a tab. Must be added before the page is loaded, because
/// the window calls its listeners in the order in which they were added.
const STORAGE_EVENTS: &str = "\
    const block = event => { if (window.blocked) event.stopImmediatePropagation(); }; \
    for (const name of ['storage', 'focus', 'pageshow', 'visibilitychange']) \
    window.addEventListener(name, block, true)";

/// The texts of the page's alerts.
const ALERTS: &str = "[...document.querySelectorAll('[role=alert]')].map(e => e.innerText).join()";

/// Blocks storage events from now on.
const BLOCK_EVENTS: &str = "window.blocked = true";

/// Allows storage events again.
const ALLOW_EVENTS: &str = "(window.blocked = false, window.dispatchEvent(new Event('focus')))";

/// Opens the page in another tab.
async fn another_tab(page: &Visitor, bridge: &Bridge) -> Tab {
    let tab = page.browser.new_tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    tab
}

/// Waits until a stored draft contains this.
async fn stored(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!(
            "Object.keys(localStorage).some(key => \
             key.startsWith('glasspost.draft') && localStorage[key].includes({text}))"
        ))
        .await;
}

/// Waits until a field has this text.
async fn has(page: &Visitor, field: &str, text: &str) {
    let (field, text) = (Value::from(field), Value::from(text));
    page.browser
        .until(&format!("named('textbox', {field})?.value === {text}"))
        .await;
}

#[tokio::test]
async fn an_older_tab_never_replaces_a_newer_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let older = page.browser.tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "old").await;
    stored(&page, "\"old\"").await;
    page.browser.evaluate(BLOCK_EVENTS).await;

    let newer = another_tab(&page, &bridge).await;
    has(&page, "Subject", "old").await;
    page.browser.fill("Subject", "newest").await;
    stored(&page, "newest").await;

    page.browser.to(&older).await;
    assert_eq!(page.browser.value("Subject").await, "old");
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Subject", "newest").await;

    // Closed, not reloaded.
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.to(&newer).await;
    page.browser.fill("Subject", "newest of all").await;
    stored(&page, "newest of all").await;
    page.browser.to(&older).await;
    page.browser.close_tab(&newer).await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Subject", "newest of all").await;
    another_tab(&page, &bridge).await;
    has(&page, "Subject", "newest of all").await;
    page.close().await;
}

#[tokio::test]
async fn a_tab_without_changes_shows_another_tabs_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    another_tab(&page, &bridge).await;
    page.browser.fill("Message", "written in the second").await;
    stored(&page, "written in the second").await;
    page.browser.to(&first).await;
    has(&page, "Message", "written in the second").await;
    page.compose_shows("changed in another tab").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_changed_in_two_tabs_is_kept_twice() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "common").await;
    stored(&page, "common").await;
    let second = another_tab(&page, &bridge).await;
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.to(&first).await;
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.fill("Subject", "by the first").await;
    stored(&page, "by the first").await;
    page.browser.to(&second).await;
    page.browser.fill("Subject", "by the second").await;
    stored(&page, "by the second").await;
    for (tab, own, other) in [
        (&first, "by the first", "by the second"),
        (&second, "by the second", "by the first"),
    ] {
        page.browser.to(tab).await;
        page.browser.evaluate(ALLOW_EVENTS).await;
        page.compose_shows("Both versions are kept").await;
        assert_eq!(page.browser.value("Subject").await, own);
        page.browser.press("Restore previous draft").await;
        has(&page, "Subject", other).await;
        page.browser.press("Restore previous draft").await;
        has(&page, "Subject", own).await;
    }
    page.close().await;
}

#[tokio::test]
async fn text_typed_without_a_pause_survives_a_crash() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let safe = page.browser.tab().await;
    page.browser.go("about:blank").await;
    another_tab(&page, &bridge).await;
    page.browser
        .evaluate(
            "(field => { field.focus(); field.select(); let count = 0; \
             setInterval(() => document.execCommand('insertText', false, `t${++count} `), 20); \
             })(named('textbox', 'Message'))",
        )
        .await;
    // The typing continues during this wait and when the tab crashes.
    stored(&page, "t60 ").await;
    page.browser.crash(&safe).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    let body = page.browser.value("Message").await;
    assert!(
        body.starts_with("t1 t2 ") && body.contains("t60 "),
        "{body}"
    );
    page.browser.close().await;
}

#[tokio::test]
async fn an_incomplete_address_and_other_drafts_survive_a_reload() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "first").await;
    page.browser.press("New message").await;
    has(&page, "Subject", "").await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Subject", "").await;
    page.browser.press("Restore previous draft").await;
    has(&page, "Subject", "first").await;

    page.browser.press("New message").await;
    has(&page, "Subject", "").await;
    page.browser.fill("Subject", "second").await;
    page.browser.press("Cc").await;
    page.focus("Cc").await;
    page.browser.keys("joon@prac").await;
    stored(&page, "joon@prac").await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Cc", "joon@prac").await;
    // The text written in the meantime is put aside in turn.
    page.browser.press("Restore previous draft").await;
    has(&page, "Subject", "first").await;
    page.browser.press("Restore previous draft").await;
    has(&page, "Subject", "second").await;
    page.compose_shows("joon@prac").await;
    page.close().await;
}

#[tokio::test]
async fn full_storage_is_reported_and_retried() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .evaluate(
            "(() => { for (let size = 1 << 20; size >= 1; size >>= 1) \
             for (;;) try { localStorage['junk' + Math.random()] = 'x'.repeat(size); } \
             catch { break; } })()",
        )
        .await;
    page.browser.fill("Message", "kept all the same").await;
    page.browser
        .until(&format!(
            "{ALERTS}.includes('storage for this page is full')"
        ))
        .await;
    page.browser
        .evaluate(
            "Object.keys(localStorage).filter(key => key.startsWith('junk'))\
             .forEach(key => localStorage.removeItem(key))",
        )
        .await;
    page.saved().await;
    page.browser
        .until(&format!("!{ALERTS}.includes('storage')"))
        .await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Message", "kept all the same").await;
    page.close().await;
}

#[tokio::test]
async fn without_storage_the_page_works_and_says_so() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .first_run(
            "Object.defineProperty(window, 'localStorage', \
             { get() { throw new DOMException('no', 'SecurityError'); } })",
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "first").await;
    page.compose_shows("the browser does not store data for this page")
        .await;
    page.browser.press("New message").await;
    has(&page, "Subject", "").await;
    page.browser.press("Restore previous draft").await;
    has(&page, "Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_removed_from_storage_is_stored_again() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "still on the screen").await;
    stored(&page, "still on the screen").await;
    let first = page.browser.tab().await;
    let second = another_tab(&page, &bridge).await;
    page.browser.evaluate("localStorage.clear()").await;
    stored(&page, "still on the screen").await;
    page.browser.to(&first).await;
    page.browser.close_tab(&second).await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Subject", "still on the screen").await;
    page.close().await;
}

#[tokio::test]
async fn drafts_of_the_earlier_format_are_read_and_unreadable_ones_kept() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .evaluate(
            r#"localStorage['glasspost.draft'] =
                '{"v":1,"draft":{"from":"","to":["a@x.org"],"subject":"of old","body":"b"}}'"#,
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "Subject", "of old").await;
    page.browser.fill("Subject", "changed").await;
    stored(&page, "changed").await;
    for broken in ["{", "{}"] {
        let broken = Value::from(broken);
        page.browser
            .evaluate(&format!(
                "localStorage['glasspost.draft.' + {broken}.length] = {broken}"
            ))
            .await;
    }
    page.browser.reload().await;
    page.ready().await;
    page.compose_shows("can't be read").await;
    page.browser.fill("Subject", "changed again").await;
    stored(&page, "changed again").await;
    let kept = page
        .browser
        .evaluate("[localStorage['glasspost.draft.1'], localStorage['glasspost.draft.2']].join()")
        .await;
    assert_eq!(kept, "{,{}");
    page.close().await;
}

#[tokio::test]
async fn a_discarded_draft_can_be_restored() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "first").await;
    page.browser.press("New message").await;
    has(&page, "Subject", "").await;
    page.browser.press("Discard first").await;
    page.drafts_show("The draft was discarded.").await;
    assert!(!page.browser.has("button", "Restore previous draft").await);
    page.browser.press("Undo").await;
    page.browser.press("Restore previous draft").await;
    has(&page, "Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn a_bridge_restarted_on_the_same_port_finds_the_draft() {
    let bridge = Bridge::start();
    let address = bridge.address().to_string();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "before the restart").await;
    stored(&page, "before the restart").await;
    drop(bridge);
    let bridge = Bridge::with(&["--listen", &address]);
    another_tab(&page, &bridge).await;
    has(&page, "Subject", "before the restart").await;
    page.browser.close().await;
}
