//! Messages and conversations on paper.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::deliver;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// How many lines the messages have: more than a page of paper holds.
const LINES: usize = 200;

/// The number of pages that the browser prints.
async fn pages(page: &Visitor) -> usize {
    let options = json!({"printBackground": true});
    let printed = page.browser.ask_devtools("Page.printToPDF", options).await;
    let pdf = STANDARD.decode(printed["data"].as_str().unwrap_or_default());
    let pdf = pdf.expect("a PDF");
    let count = |what: &[u8]| pdf.windows(what.len()).filter(|part| *part == what).count();
    // PDF 32000, 7.7.3: a dictionary for each page, and one for all.
    count(b"/Type /Page\n") + count(b"/Type /Page>") + count(b"/Type /Page ")
}

/// What can be read on paper: the texts that are shown.
async fn shown(page: &Visitor) -> String {
    page.browser.show_for("print").await;
    let text = page.browser.evaluate("document.body.innerText").await;
    page.browser.show_for("").await;
    text.as_str().unwrap_or_default().to_owned()
}

/// Elements that show less than they have, as they are on paper.
const CUT: &str = "[...document.querySelectorAll('main *')].filter(e => \
    e.checkVisibility() && getComputedStyle(e).overflowY !== 'visible' \
    && getComputedStyle(e).overflowY !== 'clip' && !e.closest('.unseen') \
    && e.scrollHeight > e.clientHeight + 1 && e.clientHeight).map(e => e.outerHTML.slice(0, 120))";

async fn is_whole(page: &Visitor) {
    page.browser.show_for("print").await;
    page.browser
        .evaluate("(dispatchEvent(new Event('beforeprint')), true)")
        .await;
    let cut = page.browser.evaluate(CUT).await;
    let width = page
        .browser
        .evaluate("document.documentElement.scrollWidth <= innerWidth")
        .await;
    let scheme = "getComputedStyle(document.querySelector('.pane')).backgroundColor";
    let background = page.browser.evaluate(scheme).await;
    page.browser
        .evaluate("(dispatchEvent(new Event('afterprint')), true)")
        .await;
    page.browser.show_for("").await;
    assert_eq!(cut, json!([]));
    assert_eq!(width, true);
    assert_eq!(background, "rgb(255, 255, 255)");
}

fn lines(end: &str) -> String {
    (1..=LINES).map(|at| format!("Line {at}{end}")).collect()
}

async fn with_message(bridge: &Bridge, kind: &str, text: &str) -> Visitor {
    let message = format!(
        "From: Mina <mina@practice.test>\r\nTo: Joon <joon@practice.test>\r\n\
         Subject: On paper\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\
         \r\n{text}\r\n"
    );
    deliver(bridge, message.as_bytes()).await;
    let page = Visitor::first_visit(bridge).await;
    page.browser
        .evaluate("document.documentElement.dataset.theme = 'dark'")
        .await;
    page.inbox().await;
    page.opens_the_newest().await;
    page
}

#[tokio::test]
async fn a_message_is_printed_whole_and_alone() {
    let bridge = Bridge::start();
    let page = with_message(&bridge, "text/plain", &lines("\r\n")).await;
    page.inbox_shows("Line 200").await;
    let text = shown(&page).await;
    for there in [
        "On paper",
        "Mina",
        "joon@practice.test",
        "Line 1\n",
        "Line 200",
    ] {
        assert!(text.contains(there), "{there}: {text}");
    }
    for not_there in ["Reply", "Glasspost", "Practice server", "Delete", "Compose"] {
        assert!(!text.contains(not_there), "{not_there}: {text}");
    }
    is_whole(&page).await;
    assert!(pages(&page).await >= 4);
    page.close().await;
}

#[tokio::test]
async fn a_formatted_message_is_printed_whole() {
    let bridge = Bridge::start();
    let html = format!("<p>First</p>{}<p>Last</p>", lines("<br>\r\n"));
    let page = with_message(&bridge, "text/html", &html).await;
    page.browser
        .until("document.querySelector('iframe[data-shown=true]')?.height > 1000 || null")
        .await;
    // As high as its content at the width it has on paper.
    page.browser
        .evaluate(
            "void addEventListener('beforeprint', () => { \
             const frame = document.querySelector('iframe'); \
             const inside = frame.contentDocument; \
             window.printed = [frame.clientWidth, frame.clientHeight \
               - inside.body.getBoundingClientRect().height, \
               getComputedStyle(inside.documentElement).colorScheme]; })",
        )
        .await;
    let before = "document.querySelector('iframe').clientWidth";
    let on_screen = page.browser.evaluate(before).await;
    assert!(pages(&page).await >= 4);
    let printed = page.browser.evaluate("window.printed").await;
    assert_eq!(printed[0], 640, "{printed}");
    assert!(
        printed[1]
            .as_f64()
            .is_some_and(|more| (0.0..40.0).contains(&more)),
        "{printed}"
    );
    assert_eq!(printed[2], "light", "{printed}");
    // And as it was, afterwards.
    page.browser
        .until(&format!("{before} === {on_screen} || null"))
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_conversation_and_a_draft_are_printed_whole() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "Printed", &lines("\n"))
        .await;
    page.focus("Message").await;
    let text = shown(&page).await;
    assert!(text.contains("From") && !text.contains("Send"), "{text}");
    is_whole(&page).await;
    assert!(pages(&page).await >= 4);

    page.browser.press("Send").await;
    page.finished("accepted").await;
    let text = shown(&page).await;
    for there in ["EHLO", "MAIL FROM:", "250", "QUIT"] {
        assert!(text.contains(there), "{there}: {text}");
    }
    assert!(!text.contains("Line 200"), "{text}");
    is_whole(&page).await;
    page.close().await;
}

#[tokio::test]
async fn the_command_prints() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.has_commands().await;
    page.browser
        .evaluate("(window.print = () => { window.asked = true; }, true)")
        .await;
    page.browser.presses("F1").await;
    page.browser.named("combobox", "Search commands").await;
    page.browser.keys("print").await;
    page.browser.presses("Enter").await;
    page.browser.until("window.asked").await;
    page.close().await;
}
