//! The page in a real browser, against the built program: what a person sees and does.
//!
//! At its end, each test reads the console. An error, a warning or a violation of the content
//! security policy fails it.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::Visitor;

/// Keys that WebDriver encodes as code points of the private use area (W3C WebDriver §17.4.2).
mod keys {
    pub(crate) const DOWN: &str = "\u{e015}";
    pub(crate) const TAB: &str = "\u{e004}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const CONTROL_ENTER: &str = "\u{e009}\u{e007}";
}

#[tokio::test]
async fn the_first_send_is_one_click() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    assert!(
        !page.browser.address().await.contains(bridge.token()),
        "the token stays in the address bar"
    );

    page.browser.press("Send").await;
    page.wire_shows("QUIT").await;
    page.wire_shows("221").await;
    page.finished("accepted").await;
    // The newest line is in view, although all lines came at once and the outcome took space.
    page.browser
        .until(
            "(wire => wire.scrollHeight - wire.scrollTop - wire.clientHeight < \
                4)(document.querySelector('.wire'))",
        )
        .await;
    for line in ["EHLO", "STARTTLS", "MAIL FROM:<", "RCPT TO:<", "DATA"] {
        page.wire_shows(line).await;
    }
    page.inbox().await;
    page.opens_the_newest().await;
    page.close().await;
}

#[tokio::test]
async fn stepping_through_pauses_before_every_line() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    let mut seen = Vec::new();
    loop {
        let line = page.paused_line().await;
        seen.push(line);
        page.browser.press("Send line").await;
        if seen.last().is_some_and(|line| line == "QUIT") {
            break;
        }
        page.next_pause(seen.len()).await;
    }
    page.finished("accepted").await;
    let verbs: Vec<&str> = seen
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        verbs.starts_with(&["EHLO", "STARTTLS", "EHLO", "MAIL", "RCPT"]),
        "{verbs:?}"
    );
    assert!(verbs.ends_with(&["DATA", "", ".", "QUIT"]), "{verbs:?}");
    page.close().await;
}

#[tokio::test]
async fn a_paused_line_can_be_edited_skipped_and_preceded_by_another() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Step through").await;
    page.send_until("MAIL").await;
    page.edit_paused_line("mail from:<changed@practice.test>")
        .await;
    page.browser.press("Send line").await;
    page.wire_shows("mail from:<changed@practice.test>").await;
    page.pauses_at("RCPT").await;
    page.edit_paused_line("NOOP typed by hand").await;
    page.browser.press("Insert").await;
    page.wire_shows("NOOP typed by hand").await;
    page.pauses_at("RCPT").await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;

    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser.press("Abort").await;
    page.finished("failed").await;
    page.close().await;
}

#[tokio::test]
async fn a_refused_recipient_is_distinguished_from_the_others() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write(
        "joon@practice.test, refused@practice.test",
        "Two of you",
        "Hello, both.",
    )
    .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.wire_shows("550").await;
    page.wire_shows("refused@practice.test").await;
    page.close().await;
}

#[tokio::test]
async fn korean_arrives_as_it_was_written() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write(
        "joon@practice.test",
        "분기 보고서",
        "안녕하세요.\n.점으로 시작하는 줄\n",
    )
    .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.inbox_shows("분기 보고서").await;
    page.opens_the_newest().await;
    page.inbox_shows(".점으로 시작하는 줄").await;
    page.close().await;
}

#[tokio::test]
async fn a_selected_line_is_explained_in_the_language_of_the_page() {
    const CHOSEN: &str = "document.querySelector('[role=option][aria-selected=true]')";
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.explanation_shows("Accepted for delivery").await;

    let ehlo =
        "[...document.querySelectorAll('[role=option]')].find(e => e.innerText.includes('EHLO'))";
    page.browser.evaluate(&format!("({ehlo}).click()")).await;
    page.explanation_shows("Greet the server and ask what it offers")
        .await;
    page.browser
        .evaluate("document.querySelector('[role=listbox]').focus()")
        .await;
    page.browser.keys(keys::DOWN).await;
    page.explanation_shows("What the server offers").await;
    // The whole reply is expanded, and no other.
    let unfolded = "[...document.querySelectorAll('[role=option] .all')].filter(visible)";
    page.browser
        .until(&format!(
            "{unfolded}.length === 1 && {CHOSEN}.innerText.includes('250-')"
        ))
        .await;
    page.browser.press("Language").await;
    page.explanation_shows("서버가 제공하는 기능").await;
    page.browser.press("언어").await;
    page.explanation_shows("What the server offers").await;

    // The next send starts with an empty transcript, and its newest line is selected.
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser
        .until("document.querySelectorAll('[role=option]').length === 3 || null")
        .await;
    page.explanation_shows("Greet the server and ask what it offers")
        .await;
    page.browser.press("Abort").await;
    page.finished("failed").await;
    page.close().await;
}

#[tokio::test]
async fn a_connection_is_kept_open_for_several_messages() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let shown = |line: &str| {
        format!("document.querySelector('.wire').innerText.includes('{line}') || null")
    };
    page.browser.press("Mail server").await;
    page.browser.tick("Keep a connection open").await;
    page.browser
        .tick("Use BDAT when the server offers CHUNKING")
        .await;
    page.browser.press("Use this server").await;
    page.wire_shows("The connection stays open for the next message.")
        .await;
    page.explanation_shows("Ready for a message").await;

    for _ in 0..2 {
        page.browser.press("Send").await;
        page.finished("accepted").await;
        page.browser.until(&shown(" LAST")).await;
        page.wire_shows("The connection stays open for the next message.")
            .await;
    }
    let count = |line: &str| {
        format!("document.querySelector('.wire').innerText.split('{line}').length - 1")
    };
    for (line, expect) in [("MAIL FROM", 2), ("EHLO", 2), ("QUIT", 0)] {
        let got = page.browser.evaluate(&count(line)).await;
        assert_eq!(got.as_u64(), Some(expect), "{line}");
    }
    // The choice is kept: the page opens the connection again by itself.
    page.browser.reload().await;
    page.explanation_shows("Ready for a message").await;

    page.browser.press("Mail server").await;
    page.browser.tick("Keep a connection open").await;
    page.browser.press("Use this server").await;
    page.browser
        .until("!document.querySelector('.stays') || null")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_survives_a_reload() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("kept@practice.test", "Kept subject", "Kept body")
        .await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    assert_eq!(page.browser.value("Subject").await, "Kept subject");
    assert_eq!(page.browser.value("Message").await, "Kept body");
    page.compose_shows("kept@practice.test").await;
    page.close().await;
}

#[tokio::test]
async fn a_wrong_token_is_explained() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    let wrong = format!("{}/#token={}", bridge.origin(), "A".repeat(43));
    browser.go(&wrong).await;
    browser
        .until(
            "/link/i.test(document.body.innerText) && /glasspost/i.test(document.body.innerText)",
        )
        .await;
    // The only message allowed in the console is about the refused handshake.
    let console_errors = browser.console_errors().await;
    assert!(
        console_errors
            .iter()
            .all(|trouble| trouble.contains("WebSocket")),
        "{console_errors:?}"
    );
    browser.close().await;
}

#[tokio::test]
async fn nothing_is_lost_when_the_bridge_stops() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("kept@practice.test", "Still here", "Every word of it")
        .await;
    page.saved().await;
    drop(bridge);
    page.browser
        .until(
            "document.querySelector('[role=alert], [role=status]') && \
        /bridge/i.test(document.body.innerText)",
        )
        .await;
    assert_eq!(page.browser.value("Message").await, "Every word of it");
    page.browser.close().await;
}

#[tokio::test]
async fn the_keyboard_alone_can_send() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.focus("Subject").await;
    page.browser.keys(keys::TAB).await;
    page.browser.keys(keys::CONTROL_ENTER).await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn enter_sends_the_paused_line() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Paused line')")
        .await;
    page.browser.keys(keys::ENTER).await;
    page.pauses_at("STARTTLS").await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn the_checker_finds_nothing_in_any_view_or_theme() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("compose, {scheme}")).await;
        page.browser.press("Step through").await;
        page.send_until("RCPT").await;
        page.without_violations(&format!("paused, {scheme}")).await;
        page.browser.press("Run to end").await;
        page.finished("accepted").await;
        page.without_violations(&format!("sent, {scheme}")).await;
        page.inbox().await;
        page.opens_the_newest().await;
        page.without_violations(&format!("inbox, {scheme}")).await;
        page.compose().await;
        page.browser.press("Mail server").await;
        page.without_violations(&format!("server picker, {scheme}"))
            .await;
        page.browser.keys("\u{e00c}").await;
    }
    page.browser.resize(390, 844).await;
    page.without_violations("narrow").await;
    page.close().await;
}

#[tokio::test]
async fn narrow_screens_show_one_pane_and_switch_to_the_wire() {
    let bridge = Bridge::start();
    let page = Visitor::in_a_window(&bridge, 390, 844).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    assert!(
        !page.browser.has("region", "Compose").await,
        "two panes at once"
    );
    let wide = page
        .browser
        .evaluate("document.documentElement.scrollWidth")
        .await;
    assert!(
        wide.as_u64().is_some_and(|wide| wide <= 390),
        "the page is {wide} wide"
    );
    page.close().await;
}

#[tokio::test]
async fn the_page_is_translated_to_korean() {
    let bridge = Bridge::start();
    let browser = Browser::open_in("ko-KR", 1440, 900).await;
    browser.go(&bridge.announcement().url).await;
    browser
        .until("document.documentElement.lang === 'ko'")
        .await;
    browser
        .until("/보내기/.test(document.body.innerText)")
        .await;
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}
