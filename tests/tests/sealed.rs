//! A stranger's HTML in the inbox: shown in a frame, with what it would have loaded.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{NEWSLETTER, deliver};
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// Waits until the opened message is shown in its frame, and evaluates an expression with `d`, the
/// document of the frame.
async fn in_frame(page: &Visitor, expression: &str) -> Value {
    page.browser
        .until("document.querySelector('.sealed iframe[data-shown=true]') && true")
        .await;
    page.browser
        .evaluate(&format!(
            "(d => ({expression}))(document.querySelector('.sealed iframe').contentDocument)"
        ))
        .await
}

async fn opened(page: &Visitor, bridge: &Bridge, message: &str) {
    page.inbox().await;
    deliver(bridge, message.as_bytes()).await;
    page.opens_the_newest().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn html_is_shown_in_a_frame_that_loads_nothing() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    opened(&page, &bridge, NEWSLETTER).await;

    let text = in_frame(&page, "d.body.innerText").await;
    let text = text.as_str().expect("a text");
    for part in [
        "Hi Joon,",
        "44,870",
        "Logo · not loaded · track.example/o.gif?id=83f1&x",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for (what, expect) in [
        (
            "d.querySelectorAll('script, form, input, button').length",
            json!(0),
        ),
        ("d.querySelector('img').src.slice(0, 5)", json!("blob:")),
        (
            "d.querySelector('img').complete && d.querySelector('img').naturalWidth",
            json!(1),
        ),
        (
            "[...d.querySelectorAll('a')].map(a => a.getAttribute('href'))",
            json!(["https://example.org/report?q=3", "#bold", null]),
        ),
        (
            "d.defaultView.getComputedStyle(d.querySelector('th')).textAlign",
            json!("left"),
        ),
    ] {
        assert_eq!(in_frame(&page, what).await, expect, "{what}");
    }
    page.browser
        .until(
            "(w => w.document.documentElement.scrollHeight <= w.innerHeight)(\
             document.querySelector('.sealed iframe').contentWindow)",
        )
        .await;
    page.inbox_shows("Remote content not loaded: 3.").await;
    for address in [
        "http://track.example/bg.png",
        "http://track.example/o.gif?id=83f1&x",
        "http://track.example/pixel.gif",
    ] {
        let listed = json!(address);
        let listed = format!(
            "[...document.querySelectorAll('.remote li')].some(e => e.textContent === {listed})"
        );
        assert_eq!(
            page.browser.evaluate(&listed).await,
            json!(true),
            "{address}"
        );
    }
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("formatted, {scheme}"))
            .await;
    }

    page.browser.press("Text").await;
    page.inbox_shows("The figures, as text.").await;
    assert_eq!(
        page.browser
            .evaluate("document.querySelector('iframe') === null")
            .await,
        json!(true)
    );
    page.browser.press("Formatted").await;
    in_frame(&page, "1").await;
    if let Some(folder) = std::env::var_os("READING_PICTURES") {
        for scheme in ["light", "dark"] {
            page.browser.prefer_color_scheme(scheme).await;
            let picture = page.browser.picture().await;
            let path = std::path::Path::new(&folder).join(format!("newsletter-{scheme}.png"));
            std::fs::write(path, picture).expect("a picture");
        }
    }
    page.close().await;
}
