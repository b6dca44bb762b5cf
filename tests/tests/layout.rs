//! How the panes stand beside each other: the list of drafts, the message, the conversation.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// Keys that WebDriver encodes as code points of the private use area (W3C WebDriver §17.4.2).
mod keys {
    pub(crate) const DELETE: &str = "\u{e017}";
    pub(crate) const DOWN: &str = "\u{e015}";
    pub(crate) const END: &str = "\u{e010}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const LEFT: &str = "\u{e012}";
    pub(crate) const UP: &str = "\u{e013}";
}

const SHOW: &str = "Show the conversation";
const HIDE: &str = "Hide the conversation";
const WIRE_EDGE: &str = "[role=separator][aria-label='Width of the conversation']";
const DRAFTS_EDGE: &str = "[role=separator][aria-label='Width of the list of drafts']";
/// The titles in the list of drafts.
const TITLES: &str = "[...document.querySelectorAll('.draft-title')].map(textOf).map(words)";

async fn width(page: &Visitor, region: &str) -> f64 {
    let region = Value::from(region);
    let width = format!("named('region', {region}).getBoundingClientRect().width");
    page.browser
        .evaluate(&width)
        .await
        .as_f64()
        .expect("a width")
}

/// Waits until a pane is this wide, give or take a pixel.
async fn is_wide(page: &Visitor, region: &str, expect: f64) {
    let region = Value::from(region);
    page.browser
        .until(&format!(
            "Math.abs(named('region', {region}).getBoundingClientRect().width - {expect}) < 1.5"
        ))
        .await;
}

/// The middle of the separator that this selector finds.
async fn middle(page: &Visitor, separator: &str) -> (f64, f64) {
    let place = format!(
        "(({{ x, y, width, height }}) => [x + width / 2, y + height / 2])\
         (document.querySelector(\"{separator}\").getBoundingClientRect())"
    );
    let place = page.browser.evaluate(&place).await;
    let at = |index: usize| place[index].as_f64().expect("a position");
    (at(0), at(1))
}

/// Drags the separator that this selector finds to the right.
async fn drag(page: &Visitor, separator: &str, by: f64) {
    let (x, y) = middle(page, separator).await;
    page.browser.point_at(x, y).await;
    page.browser.mouse_down(x, y).await;
    page.browser.drag_to(x + by / 2.0, y + 9.0).await;
    page.browser.drag_to(x + by, y).await;
    page.browser.mouse_up(x + by, y).await;
}

async fn focus(page: &Visitor, element: &str) {
    page.browser
        .evaluate(&format!("document.querySelector(\"{element}\").focus()"))
        .await;
}

/// Waits until the list of drafts has these titles.
async fn titles(page: &Visitor, expect: &[&str]) {
    let expect = serde_json::to_string(expect).expect("JSON");
    page.browser
        .until(&format!(
            "JSON.stringify({TITLES}) === JSON.stringify({expect})"
        ))
        .await;
}

/// Waits until the draft with this title has the focus in the list.
async fn row_has_focus(page: &Visitor, title: &str) {
    let title = Value::from(title);
    page.browser
        .until(&format!(
            "document.activeElement.matches('.draft-title') && \
             nameOf(document.activeElement) === {title}"
        ))
        .await;
}

#[tokio::test]
async fn separators_are_dragged_and_keep_their_place() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press(SHOW).await;
    page.browser.named("button", HIDE).await;
    let (drafts, wire) = (width(&page, "Drafts").await, width(&page, "Wire").await);

    drag(&page, WIRE_EDGE, -90.0).await;
    is_wide(&page, "Wire", wire + 90.0).await;
    drag(&page, DRAFTS_EDGE, 60.0).await;
    is_wide(&page, "Drafts", drafts + 60.0).await;
    // With a finger.
    let (x, y) = middle(&page, DRAFTS_EDGE).await;
    let to = (x + 40.0, y);
    page.browser.drag_with_a_finger((x, y), to).await;
    is_wide(&page, "Drafts", drafts + 100.0).await;

    let wire = width(&page, "Wire").await;
    page.browser.reload().await;
    page.ready().await;
    is_wide(&page, "Drafts", drafts + 100.0).await;
    is_wide(&page, "Wire", wire).await;

    // However far they are dragged, each pane can still be used.
    drag(&page, WIRE_EDGE, -1300.0).await;
    drag(&page, DRAFTS_EDGE, 1300.0).await;
    drag(&page, WIRE_EDGE, 1300.0).await;
    for (pane, least) in [("Drafts", 170.0), ("Compose", 420.0), ("Wire", 340.0)] {
        let width = width(&page, pane).await;
        assert!(width >= least, "{pane} is {width} wide");
    }
    let page_width = page
        .browser
        .evaluate("document.documentElement.scrollWidth")
        .await;
    assert_eq!(page_width, 1440);

    // What is between the panes does not take the text that is dragged over.
    let selected = page.browser.evaluate("getSelection().toString()").await;
    assert_eq!(selected, "");
    page.close().await;
}

#[tokio::test]
async fn separators_are_moved_by_keys_and_put_back() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press(SHOW).await;
    page.browser.named("button", HIDE).await;
    let (drafts, wire) = (width(&page, "Drafts").await, width(&page, "Wire").await);
    let now = async |separator: &str| {
        let now = format!("document.querySelector(\"{separator}\").ariaValueNow");
        let now = page.browser.evaluate(&now).await;
        now.as_str()
            .and_then(|now| now.parse::<f64>().ok())
            .expect("a value")
    };
    let before = now(WIRE_EDGE).await;
    focus(&page, WIRE_EDGE).await;
    page.browser.keys(keys::LEFT).await;
    is_wide(&page, "Wire", wire + 24.0).await;
    assert!(now(WIRE_EDGE).await > before, "the value says nothing");
    page.browser.keys(keys::END).await;
    is_wide(&page, "Wire", 340.0).await;
    page.browser.reload().await;
    page.ready().await;
    is_wide(&page, "Wire", 340.0).await;

    let reset = |separator: &str| {
        let event = "new MouseEvent('dblclick', { bubbles: true })";
        format!("document.querySelector(\"{separator}\").dispatchEvent({event})")
    };
    page.browser.evaluate(&reset(WIRE_EDGE)).await;
    is_wide(&page, "Wire", wire).await;
    focus(&page, DRAFTS_EDGE).await;
    page.browser.keys(keys::LEFT).await;
    is_wide(&page, "Drafts", drafts - 24.0).await;
    page.browser.evaluate(&reset(DRAFTS_EDGE)).await;
    is_wide(&page, "Drafts", drafts).await;

    focus(&page, WIRE_EDGE).await;
    page.browser.keys(keys::ENTER).await;
    is_wide(&page, "Wire", 44.0).await;
    page.close().await;
}

#[tokio::test]
async fn the_conversation_opens_with_a_send() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    is_wide(&page, "Wire", 44.0).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("250").await;
    assert!(width(&page, "Wire").await > 400.0);

    page.browser.press(HIDE).await;
    is_wide(&page, "Wire", 44.0).await;
    page.wire_shows("Accepted").await;
    page.browser
        .until("document.activeElement === named('button', 'Show the conversation')")
        .await;
    page.browser.keys(keys::ENTER).await;
    page.wire_shows("QUIT").await;
    page.browser
        .until(
            "(wire => wire.scrollHeight - wire.scrollTop - wire.clientHeight < 4)\
             (document.querySelector('.wire'))",
        )
        .await;

    // What was chosen is kept, and a send opens it all the same.
    page.browser.reload().await;
    page.ready().await;
    page.browser.press(HIDE).await;
    page.browser.reload().await;
    page.ready().await;
    is_wide(&page, "Wire", 44.0).await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser.press(HIDE).await;
    page.wire_shows("Paused").await;
    page.browser.press(SHOW).await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn drafts_are_opened_discarded_and_brought_back_by_keys() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("one@practice.test", "one", "text of one").await;
    page.write("two@practice.test", "two", "text of two").await;
    page.browser.press("New message").await;
    page.browser
        .until("document.activeElement === named('textbox', 'To')")
        .await;
    page.focus("Subject").await;
    page.browser.keys("three").await;
    // The row of the draft being written follows it, and stays the same element.
    let first = "document.querySelector('.draft')";
    page.browser
        .evaluate(&format!("window.first = {first}"))
        .await;
    page.browser.keys(" and more").await;
    page.browser
        .until(&format!(
            "words(textOf({first})).startsWith('three and more')"
        ))
        .await;
    page.saved().await;
    assert_eq!(
        page.browser
            .evaluate(&format!("window.first === {first}"))
            .await,
        true
    );

    page.browser.press("Drafts").await;
    row_has_focus(&page, "three and more").await;
    page.browser.keys(keys::DOWN).await;
    row_has_focus(&page, "two").await;
    page.browser.keys(keys::DOWN).await;
    page.browser.keys(keys::UP).await;
    row_has_focus(&page, "two").await;
    page.browser.keys(keys::ENTER).await;
    page.browser
        .until("named('textbox', 'Message').value === 'text of two'")
        .await;
    page.browser
        .until("nameOf(document.querySelector('.draft-title[aria-current]')) === 'two'")
        .await;

    page.browser.press("Drafts").await;
    row_has_focus(&page, "two").await;
    page.browser
        .evaluate("named('button', 'one').focus()")
        .await;
    page.browser.keys(keys::DELETE).await;
    page.browser
        .until(&format!("!{TITLES}.includes('one')"))
        .await;
    page.browser
        .until("document.activeElement.matches('.draft-title')")
        .await;
    page.browser.press("Undo").await;
    page.browser
        .until(&format!("{TITLES}.includes('one')"))
        .await;

    // The draft that is shown can be discarded, too.
    page.browser.press("Discard two").await;
    page.browser
        .until("named('textbox', 'Message').value === ''")
        .await;
    page.browser
        .until(&format!("!{TITLES}.includes('two')"))
        .await;
    page.browser.press("Undo").await;
    page.browser.press("two").await;
    page.browser
        .until("named('textbox', 'Message').value === 'text of two'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_thousand_drafts_are_searched() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .evaluate(
            "(() => { for (let i = 0; i < 1000; i++) \
             localStorage['glasspost.draft.' + i] = JSON.stringify({ v: 2, revision: 5000 - i, \
             includes: [], draft: { from: 'mina@x.org', to: [`p${i}@x.org`], \
             subject: `분기 보고서 ${i}`, body: `text ${i}` } }); })()",
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.browser
        .until(&format!(
            "{TITLES}.some(title => title.startsWith('분기 보고서'))"
        ))
        .await;
    // Only what can be scrolled to is drawn.
    let drawn = page.browser.evaluate(&format!("{TITLES}.length")).await;
    assert!(
        drawn.as_u64().is_some_and(|drawn| drawn < 300),
        "{drawn} rows"
    );
    page.browser
        .until(&format!(
            "(list => (list.scrollTop = list.scrollHeight, \
             {TITLES}.includes('분기 보고서 999')))(document.querySelector('.draft-list'))"
        ))
        .await;
    page.browser.fill("Search drafts", "보고서 737").await;
    titles(&page, &["분기 보고서 737"]).await;
    page.browser.fill("Search drafts", "p42@X.org").await;
    titles(&page, &["분기 보고서 42"]).await;
    page.browser.fill("Search drafts", "p42 텍스트").await;
    page.browser
        .until("region('Drafts').includes('No draft matches')")
        .await;
    page.browser.fill("Search drafts", "p421").await;
    titles(&page, &["분기 보고서 421"]).await;
    page.browser.press("분기 보고서 421").await;
    page.browser
        .until("named('textbox', 'Message').value === 'text 421'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn the_list_of_drafts_opens_over_the_message_where_there_is_no_room_beside_it() {
    let bridge = Bridge::start();
    let page = Visitor::in_a_window(&bridge, 1024, 768).await;
    page.write("one@practice.test", "one", "text of one").await;
    page.write("two@practice.test", "two", "text of two").await;
    assert!(!page.browser.has("region", "Drafts").await);
    page.browser.press("Drafts").await;
    row_has_focus(&page, "two").await;
    page.browser.keys(keys::ESCAPE).await;
    page.browser
        .until("document.activeElement === named('button', 'Drafts')")
        .await;
    assert!(!page.browser.has("region", "Drafts").await);

    page.browser.keys(keys::ENTER).await;
    row_has_focus(&page, "two").await;
    page.browser.press("one").await;
    page.browser
        .until("named('region', 'Drafts') === null")
        .await;
    assert_eq!(page.browser.value("Message").await, "text of one");
    page.browser
        .until("document.activeElement === named('region', 'Compose')")
        .await;

    // Writing on closes it.
    page.browser.press("Drafts").await;
    page.browser.named("region", "Drafts").await;
    page.focus("Message").await;
    page.browser
        .until("named('region', 'Drafts') === null")
        .await;
    page.close().await;
}

#[tokio::test]
async fn narrow_screens_have_a_tab_for_drafts() {
    let bridge = Bridge::start();
    let page = Visitor::in_a_window(&bridge, 390, 844).await;
    page.write("one@practice.test", "one", "text of one").await;
    page.browser.press("New message").await;
    page.browser.press("Drafts").await;
    page.browser.named("region", "Drafts").await;
    assert!(
        !page.browser.has("region", "Compose").await,
        "two panes at once"
    );
    page.browser.press("Discard one").await;
    page.browser.press("Undo").await;
    page.browser.press("one").await;
    page.browser.named("region", "Compose").await;
    assert_eq!(page.browser.value("Message").await, "text of one");
    assert!(
        !page.browser.has("region", "Drafts").await,
        "two panes at once"
    );
    for (tab, region) in [("Wire", "Wire"), ("Drafts", "Drafts"), ("Write", "Compose")] {
        page.browser.press(tab).await;
        page.browser.named("region", region).await;
        let wide = page
            .browser
            .evaluate("document.documentElement.scrollWidth")
            .await;
        assert_eq!(wide, 390, "{tab}");
    }
    // There is nothing to fold.
    page.browser.press("Wire").await;
    page.wire_shows("Press Send").await;
    page.browser.back().await;
    page.browser.named("region", "Compose").await;
    page.close().await;
}

#[tokio::test]
async fn the_pane_in_use_is_the_one_that_stays() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.focus("Message").await;
    page.browser.resize(390, 844).await;
    page.browser.named("region", "Compose").await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn the_checker_finds_nothing_at_any_width() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("one@practice.test", "one", "text of one").await;
    page.browser.press("New message").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        for width in [901, 1024, 1440, 2560] {
            page.browser.resize(width, 900).await;
            if page.browser.has("button", HIDE).await {
                page.browser.press(HIDE).await;
            }
            page.without_violations(&format!("folded, {width}, {scheme}"))
                .await;
            page.browser.press("Drafts").await;
            page.without_violations(&format!("drafts, {width}, {scheme}"))
                .await;
            page.focus("Message").await;
            page.browser.press(SHOW).await;
            page.without_violations(&format!("open, {width}, {scheme}"))
                .await;
        }
        page.browser.resize(390, 844).await;
        page.browser.press("Drafts").await;
        page.browser.press("Discard one").await;
        page.without_violations(&format!("drafts, narrow, {scheme}"))
            .await;
        page.browser.press("Undo").await;
    }
    page.close().await;
}
