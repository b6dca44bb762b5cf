//! How the inbox shows messages from other programs, in a real browser.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// Korean as Outlook writes it.
const CP949: &[u8] = b"From: =?ks_c_5601-1987?B?udq5zr7G?= <mina@example.org>\r\n\
Subject: =?cp949?B?vsiz58fPvLy/5A==?=\r\n\
Content-Type: text/plain; charset=cp949\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
\x8cc\xb9\xe6\xb0\xa2\xc7\xcf\r\n";

/// HTML with an empty plain text alternative. Its text is shown when that is asked for.
const HTML: &str = "Subject: A newsletter\r\n\
Content-Type: multipart/alternative; boundary=a\r\n\
\r\n\
--a\r\n\
Content-Type: text/plain\r\n\
\r\n\
\r\n\
--a\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<h1>News</h1><ul><li>one<li>two</ul><table><tr><td>a<td>b</table>\
<a href=\"https://example.org/x\">more</a><script>no</script>\r\n\
--a--\r\n";

/// What the opened message shows, in order: texts, attachments, headings of enclosed messages.
const SHOWN: &str = "[...document.querySelectorAll(\
    '.reading-parts .text, .reading-parts .att b, .reading-parts .att > .muted, \
    .reading-parts .enclosed-head bdi')].map(e => e.innerText.trim())";

/// Waits until the opened message has this text, expands it, and returns everything that is shown.
async fn opened(page: &Visitor, subject: &str) -> serde_json::Value {
    page.opens_the_newest_named(subject).await;
    page.browser.evaluate(SHOWN).await
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn a_message_is_shown_completely() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;

    deliver(&bridge, MANY_PARTS.as_bytes()).await;
    assert_eq!(
        opened(&page, "Before and after").await,
        json!([
            "Before the picture.",
            "그림.png",
            "After the picture.",
            "The first one",
            "Text of the first one.",
            "(no name)",
        ])
    );
    for header in [
        "\"mina park\"@example.org",
        "Team: hana@example.org, joon@example.org;",
        "Hana <hana@example.org>",
        "image/png · 3 B",
        "application/pdf",
    ] {
        page.inbox_shows(header).await;
    }
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("a message of many parts, {scheme}"))
            .await;
    }

    deliver(&bridge, CP949).await;
    assert_eq!(opened(&page, "안녕하세요").await, json!(["똠방각하"]));
    page.inbox_shows("박민아 <mina@example.org>").await;

    deliver(&bridge, HTML.as_bytes()).await;
    assert_eq!(opened(&page, "A newsletter").await, json!([]));
    page.browser.press("Text").await;
    assert_eq!(
        page.browser.evaluate(SHOWN).await,
        json!(["News\n\n- one\n- two\n\na | b\n\nmore <https://example.org/x>"])
    );
    page.close().await;
}

#[tokio::test]
async fn omitted_parts_are_reported() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;

    // More HTML than is read, with little text in it.
    let tags = "<b></b>\r\n".repeat(practice::limits::READING_HTML / 8);
    let long = format!("Subject: Long\r\nContent-Type: text/html\r\n\r\nThe start\r\n{tags}");
    deliver(&bridge, long.as_bytes()).await;
    assert_eq!(opened(&page, "Long").await, json!([]));
    page.inbox_shows("The rest has too many elements to be shown formatted.")
        .await;
    page.browser.press("Text").await;
    assert_eq!(page.browser.evaluate(SHOWN).await, json!(["The start"]));
    page.inbox_shows("There is more. Source shows all of it.")
        .await;

    deliver(&bridge, b"Subject: Empty\r\n\r\n").await;
    assert_eq!(opened(&page, "Empty").await, json!([]));
    page.inbox_shows("This message has no text.").await;
    page.close().await;
}
