//! Addresses in a real browser, against the built program: an address is sent exactly as typed, or
//! it is marked and nothing is sent.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// The number of chips marked as invalid.
const MARKED: &str = "document.querySelectorAll('.addr.bad').length";

/// Enters `to` and presses Send.
async fn send_to(page: &Visitor, to: &str) {
    page.write(to, "A note", "To whom it concerns.").await;
    page.browser.press("Send").await;
}

#[tokio::test]
async fn an_address_that_would_be_misread_is_marked_and_not_sent() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("From", "mina@practice.test").await;
    for (to, why) in [
        // The path, port, query, fragment, password and percent escapes of a URL.
        ("m@한국.kr/evil", "is not a domain"),
        ("m@한국.kr:25", "is not a domain"),
        ("m@한국.kr?evil.org", "is not a domain"),
        ("m@한국.kr#evil.org", "is not a domain"),
        ("m@한국.kr\\evil.org", "is not a domain"),
        ("m@%ED%95%9C국.kr", "is not a domain"),
        ("m@evil.org:x@한국.kr", "more than one address"),
        ("m@１２７.0.0.1", "is not a domain"),
    ] {
        send_to(&page, to).await;
        page.compose_shows(&format!("“{to}” is not a valid address"))
            .await;
        page.compose_shows(why).await;
        let marked = page.browser.evaluate(MARKED).await;
        assert_eq!(marked, Value::from(1), "{to:?}");
    }
    let sent =
        "document.querySelector('[data-outcome]') !== null || region('Wire').includes('EHLO')";
    assert_eq!(page.browser.evaluate(sent).await, Value::Bool(false));
    page.close().await;
}

#[tokio::test]
async fn an_invisible_character_is_shown_by_its_code_point() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("From", "mina@practice.test").await;
    for (to, shown) in [
        ("m\u{3164}@practice.test", "m⟨U+3164⟩@practice.test"),
        ("m@prac\u{34f}tice.test", "m@prac⟨U+034F⟩tice.test"),
        ("\u{2060}m@practice.test", "⟨U+2060⟩m@practice.test"),
        ("m\u{a0}a@practice.test", "m⟨U+00A0⟩a@practice.test"),
        // UTS 46 removes these from a domain.
        ("m@한\u{ad}국.kr", "m@한⟨U+00AD⟩국.kr"),
        ("m@한\u{200b}국.kr", "m@한⟨U+200B⟩국.kr"),
        ("m@한국.kr\u{fe0f}", "m@한국.kr⟨U+FE0F⟩"),
    ] {
        send_to(&page, to).await;
        page.compose_shows(&format!("“{shown}” is not a valid address"))
            .await;
        page.compose_shows("an invisible character").await;
        let marked = page.browser.evaluate(MARKED).await;
        assert_eq!(marked, Value::from(1), "{to:?}");
    }
    let sent =
        "document.querySelector('[data-outcome]') !== null || region('Wire').includes('EHLO')";
    assert_eq!(page.browser.evaluate(sent).await, Value::Bool(false));
    page.close().await;
}

#[tokio::test]
async fn real_world_addresses_are_sent_unchanged() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("From", "mina@practice.test").await;
    let reply = format!("reply+{}@practice.test", "x7".repeat(60));
    for (to, path) in [
        (reply.as_str(), reply.as_str()),
        ("a..b.@practice.test", "\"a..b.\"@practice.test"),
        ("m@my_host.test", "m@my_host.test"),
        ("m@한국。kr", "m@xn--3e0b707e.kr"),
        ("mailto:m@faß.test", "m@xn--fa-hia.test"),
    ] {
        send_to(&page, to).await;
        // The reply depends on the practice server, which accepts mail only for its own domain.
        page.wire_shows(&format!("RCPT TO:<{path}>")).await;
        page.browser
            .until("document.querySelector('[data-outcome]') && true")
            .await;
    }
    page.close().await;
}
