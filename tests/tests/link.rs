//! The page's connection to its bridge, in a real browser: what interrupts it, what a hidden tab
//! does to it, and what the page shows about a send and the inbox in the meantime.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::job;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;
use smtp::Security;
use wire::{FromPage, Start};

/// Makes the page's sockets accessible, counts what they receive, and lets a test control the next
/// one.
const SOCKETS: &str = "
window.sockets = [];
window.credits = 0;
window.next = 'real';
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(...args) {
    if (window.next === 'stuck') {
      const close = function () { this.readyState = 3; };
      const fake = { readyState: 0, bufferedAmount: 0, close, send() {} };
      window.sockets.push(fake);
      return fake;
    }
    super(...args);
    window.sockets.push(this);
    this.addEventListener('message', (event) => {
      if (String(event.data).startsWith('{\"credit\"')) window.credits += 1;
      if (window.next === 'mute') event.stopImmediatePropagation();
    });
  }
};
";

/// Opens the page with accessible sockets.
async fn connection(bridge: &Bridge) -> Visitor {
    let browser = Browser::open(1440, 900).await;
    browser.run_in_new_documents(SOCKETS).await;
    browser.go(&bridge.announcement().url).await;
    let page = Visitor { browser };
    page.ready().await;
    page
}

/// Timers that run twenty times as fast.
const HASTE: &str = "(() => {
    const real = setTimeout;
    window.setTimeout = (then, ms, ...more) => real(then, ms / 20, ...more);
    return true;
})()";

/// Lets the page's newest socket receive this text.
async fn bring(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .evaluate(&format!(
            "sockets.at(-1).onmessage(new MessageEvent('message', {{ data: {text} }})) ?? true"
        ))
        .await;
}

async fn sockets(page: &Visitor) -> u64 {
    let count = page.browser.evaluate("sockets.length").await;
    count.as_u64().expect("a number")
}

async fn open_sockets(page: &Visitor) -> u64 {
    let count = "sockets.filter((socket) => socket.readyState < 2).length";
    let count = page.browser.evaluate(count).await;
    count.as_u64().expect("a number")
}

/// Lets another client deliver a note with this subject to the practice server.
async fn deliver(other: &mut Page, id: u32, subject: &str) {
    let note = String::from_utf8_lossy(job::NOTE).replace("A note", subject);
    let start = Start {
        id,
        ..job::start(job::practice(Security::None), note.as_bytes())
    };
    let sent = other.send(start, note.as_bytes()).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

/// Waits until the page's list has this many rows.
async fn rows(page: &Visitor, count: usize) {
    page.browser
        .until(&format!(
            "document.querySelectorAll('[data-message]').length === {count} || null"
        ))
        .await;
}

#[tokio::test]
async fn link_reconnects_after_an_unreadable_frame() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    for (at, text) in ["{\"nonsense\":1}", "no JSON", "{\"credit\":{\"id\":\"x\"}}"]
        .into_iter()
        .enumerate()
    {
        page.browser.press("Step through").await;
        page.pauses_at("EHLO").await;
        // There is no timer for the next connection: a person starts it.
        page.browser
            .evaluate("(window.realTimeout = window.setTimeout, window.setTimeout = () => 0, true)")
            .await;
        bring(&page, text).await;
        page.browser
            .until(
                "/received invalid data/\
                 .test(document.querySelector('.notice')?.innerText)",
            )
            .await;
        // What was in progress is lost with the connection, and the page says so.
        page.finished("failed").await;
        page.browser
            .until("named('button', 'Send').disabled && sockets.at(-1).readyState >= 2")
            .await;
        page.browser
            .evaluate("(window.setTimeout = window.realTimeout, true)")
            .await;
        page.browser.press("Try now").await;
        page.ready().await;
        assert_eq!(sockets(&page).await, at as u64 + 2);
        assert_eq!(open_sockets(&page).await, 1);
        // A late event of the old socket changes nothing.
        page.browser
            .evaluate(
                "sockets.at(-2).dispatchEvent(new CloseEvent('close', { code: 4001 })) ?? true",
            )
            .await;
    }
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn link_reconnects_by_itself_with_one_connection() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    page.browser.evaluate(HASTE).await;
    bring(&page, "no JSON").await;
    // A person asks while the timer runs.
    page.browser
        .until("named('button', 'Try now')?.click() ?? document.querySelector('.notice') === null")
        .await;
    page.ready().await;
    let before = sockets(&page).await;
    bring(&page, "no JSON").await;
    page.browser
        .until(&format!("sockets.length > {before} || null"))
        .await;
    page.ready().await;
    assert_eq!(open_sockets(&page).await, 1);
    page.close().await;
}

#[tokio::test]
async fn link_replaces_a_silent_connection() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    page.browser.evaluate(HASTE).await;
    for what in ["stuck", "mute"] {
        // A socket that never opens, or opens and sends nothing.
        page.browser
            .evaluate(&format!("(window.next = '{what}')"))
            .await;
        let before = sockets(&page).await;
        page.browser
            .evaluate("sockets.at(-1).close() ?? true")
            .await;
        page.browser
            .until("/not answering/.test(document.querySelector('.notice')?.innerText)")
            .await;
        page.browser
            .until(&format!("sockets.length >= {} || null", before + 2))
            .await;
        page.browser.evaluate("(window.next = 'real')").await;
        page.browser
            .until("document.querySelector('.notice') === null")
            .await;
        page.ready().await;
        assert_eq!(open_sockets(&page).await, 1);
    }
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn link_closing_as_send_is_pressed_leaves_nothing_running() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    // The code that makes messages is there.
    page.compose_shows("on the wire").await;
    page.browser
        .evaluate(
            "(() => {
                window.realTimeout = window.setTimeout;
                window.setTimeout = () => 0;
                sockets.at(-1).close();
                named('button', 'Send').click();
                return true;
            })()",
        )
        .await;
    page.finished("failed").await;
    page.browser
        .evaluate("(window.setTimeout = window.realTimeout, true)")
        .await;
    page.browser.press("Try now").await;
    page.ready().await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn link_survives_text_too_long_for_a_frame() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    let paste = async |name: &str, length: usize| {
        let name = Value::from(name);
        page.browser
            .evaluate(&format!(
                "(() => {{
                    const field = named('textbox', {name})
                        ?? document.querySelector('[type=password]');
                    field.focus();
                    field.select();
                    return document.execCommand('insertText', false, 'x'.repeat({length}));
                }})()"
            ))
            .await;
    };
    // A line in the step editor.
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    paste("Paused line", 300_000).await;
    page.browser.press("Send line").await;
    page.wire_shows("too long").await;
    page.edit_paused_line("EHLO page.example").await;
    page.browser.press("Send line").await;
    page.next_pause(1).await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    // Credentials, which are sent together with the addresses.
    page.browser.press("Mail server").await;
    page.browser.named("dialog", "Mail server").await;
    page.browser.tick("Sign in").await;
    page.browser.fill("User name", "mina").await;
    paste("Password", 300_000).await;
    page.browser.press("Use this server").await;
    page.browser.press("Send").await;
    page.compose_shows("too long").await;
    assert_eq!(page.browser.evaluate("sockets.length").await, 1);
    page.browser.close().await;
}

#[tokio::test]
async fn link_of_another_run_opened_in_the_same_tab_is_used() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    browser.go(&format!("{}/", bridge.origin())).await;
    browser
        .until("/without its token/.test(document.body.innerText)")
        .await;
    // Only the fragment differs, so the browser does not load the page again.
    let url = Value::from(bridge.announcement().url.as_str());
    browser.evaluate(&format!("(location.href = {url})")).await;
    let page = Visitor { browser };
    page.ready().await;
    let shown = "location.href + JSON.stringify(history.state)";
    let shown = page.browser.evaluate(shown).await.to_string();
    assert!(!shown.contains(bridge.token()), "{shown}");
    page.browser.back().await;
    page.ready().await;
    page.close().await;
}

#[tokio::test]
async fn link_sends_a_message_in_a_hidden_tab_without_timers() {
    const SIZE: usize = 3_000_000;
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    let mut other = Page::open(&bridge).await;
    page.browser
        .evaluate(&format!(
            "(() => {{
                const field = named('textbox', 'Message');
                field.value = 'x'.repeat(70).concat('\\n').repeat({});
                field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
                return true;
            }})()",
            SIZE / 71
        ))
        .await;
    page.compose_shows("MB").await;
    let tab = page.browser.open_tab_in_front().await;
    let hidden = "document.visibilityState";
    assert_eq!(page.browser.evaluate(hidden).await, Value::from("hidden"));
    page.browser
        .evaluate(
            "(() => {
                window.setTimeout = () => 0;
                window.setInterval = () => 0;
                window.requestAnimationFrame = () => 0;
                named('button', 'Send').click();
                return true;
            })()",
        )
        .await;
    let mailbox = other.mailbox(|state| !state.messages.is_empty()).await;
    assert!(mailbox.messages[0].size > SIZE as u64 - 100);
    // The page knows it while it is still hidden.
    page.browser
        .until_hidden("document.querySelector('[data-outcome=accepted]') !== null")
        .await;
    assert_eq!(page.browser.evaluate(hidden).await, Value::from("hidden"));
    // The first credit is one window, and then a quarter of one each time that much has been sent.
    let credits = page.browser.evaluate("credits").await;
    let most = SIZE as u64 / (wire::WINDOW / 4) + 2;
    assert!(
        credits.as_u64().is_some_and(|credits| credits <= most),
        "{credits}"
    );
    page.browser.close_tab_in_front(&tab).await;
    page.close().await;
}

#[tokio::test]
async fn the_outcome_names_the_server_that_was_used() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let says = |text: &str| {
        format!("document.querySelector('.wirepane').innerText.includes('{text}') || null")
    };
    page.browser.until(&says("Open in Inbox")).await;
    let name = page
        .browser
        .evaluate("document.querySelector('.lanes').innerText")
        .await;

    page.browser.press("Mail server").await;
    page.browser
        .evaluate("(document.querySelectorAll('dialog input[name=kind]')[1].click(), true)")
        .await;
    page.browser.fill("Host", "mail.example.org").await;
    page.browser.press("Use this server").await;
    page.browser
        .until("/mail.example.org/.test(document.querySelector('.chip:not(.scenario)').innerText)")
        .await;
    page.browser.until(&says("Open in Inbox")).await;
    let lanes = page
        .browser
        .evaluate("document.querySelector('.lanes').innerText")
        .await;
    assert_eq!(lanes, name);
    page.close().await;
}

#[tokio::test]
async fn inbox_keeps_messages_seen_when_the_newest_is_deleted() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    let mut other = Page::open(&bridge).await;
    for (id, subject) in [(1, "first"), (2, "second"), (3, "third")] {
        deliver(&mut other, id, subject).await;
    }
    let unseen = |count: usize| {
        format!(
            "[...document.querySelectorAll('header .count')].map((e) => e.innerText).join() \
             === '{}' || null",
            if count == 0 {
                String::new()
            } else {
                count.to_string()
            }
        )
    };
    page.browser.until(&unseen(3)).await;
    page.inbox().await;
    page.browser.until(&unseen(0)).await;
    page.compose().await;

    let newest = other
        .mailbox(|state| state.messages.len() == 3)
        .await
        .messages[0]
        .id;
    other.send_frame(&FromPage::Delete { id: newest }).await;
    other.mailbox(|state| state.messages.len() == 2).await;
    // New messages are distinguished from seen ones.
    deliver(&mut other, 4, "fourth").await;
    page.browser.until(&unseen(1)).await;
    // So they are after a reload, and in another tab.
    page.browser.reload().await;
    page.browser.until(&unseen(1)).await;
    // Another run of the bridge starts again with its ids.
    page.browser
        .evaluate(
            "(localStorage.setItem('glasspost.seen', \
             JSON.stringify({ run: 'before', id: 99 })), true)",
        )
        .await;
    page.browser.reload().await;
    page.browser.until(&unseen(3)).await;
    page.close().await;
}

#[tokio::test]
async fn inbox_rows_keep_their_messages_when_mail_arrives_or_is_deleted() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    let mut other = Page::open(&bridge).await;
    for id in 1..=3 {
        deliver(&mut other, id, &format!("number {id}")).await;
    }
    page.inbox().await;
    rows(&page, 3).await;
    let middle = "[...document.querySelectorAll('[data-message]')]\
                  .find((e) => e.innerText.includes('number 2'))";
    page.browser
        .evaluate(&format!("({middle}.focus(), true)"))
        .await;
    deliver(&mut other, 4, "number 4").await;
    rows(&page, 4).await;
    page.browser
        .until(&format!("document.activeElement === {middle}"))
        .await;
    page.browser.keys("\u{e007}").await;
    page.inbox_shows("number 2").await;
    page.browser
        .until("document.querySelector('[data-reading] h2')?.innerText === 'number 2' || null")
        .await;

    // The pointer is pressed on a row, and a message arrives before it is released.
    let place = page
        .browser
        .evaluate(&format!(
            "(({{ x, y, width, height }}) => [x + width / 2, y + height / 2])\
             ({middle}.getBoundingClientRect())"
        ))
        .await;
    let (x, y) = (place[0].as_f64().expect("x"), place[1].as_f64().expect("y"));
    page.browser
        .evaluate("(document.activeElement.blur(), true)")
        .await;
    page.browser.press("Delete").await;
    rows(&page, 3).await;
    // The row that took its place has the focus.
    page.browser
        .until("document.activeElement.innerText.includes('number 1') || null")
        .await;
    let under = "number 1";
    page.browser.point_at(x, y).await;
    page.browser.mouse_down(x, y).await;
    deliver(&mut other, 5, "number 5").await;
    rows(&page, 4).await;
    page.browser.mouse_up(x, y).await;
    page.browser
        .until(&format!(
            "document.querySelector('[data-reading] h2')?.innerText === '{under}' || null"
        ))
        .await;
    page.close().await;
}

#[tokio::test]
async fn inbox_list_keeps_its_scroll_position() {
    let bridge = Bridge::start();
    let page = connection(&bridge).await;
    let mut other = Page::open(&bridge).await;
    for id in 1..=20 {
        deliver(&mut other, id, &format!("number {id}.")).await;
    }
    page.inbox().await;
    rows(&page, 20).await;
    let top = "[...document.querySelectorAll('[data-message]')]\
               .find((e) => e.innerText.includes('number 17.')).getBoundingClientRect().top";
    // At the very top, with the pointer on a row. Then scrolled down, with the pointer elsewhere.
    for (scrolled, x, y) in [(0, 100.0, 300.0), (300, 900.0, 500.0)] {
        page.browser.point_at(x, y).await;
        page.browser
            .evaluate(&format!(
                "(document.querySelector('.inbox-list ul').scrollTop = {scrolled}, true)"
            ))
            .await;
        let before = page.browser.evaluate(top).await;
        let count = page
            .browser
            .evaluate("document.querySelectorAll('[data-message]').length")
            .await;
        let count = count.as_u64().expect("a number") as u32;
        deliver(&mut other, 21 + count, "new").await;
        rows(&page, count as usize + 1).await;
        let after = page.browser.evaluate(top).await;
        let moved = after.as_f64().expect("a place") - before.as_f64().expect("a place");
        // Scroll positions are rounded to pixels.
        assert!(moved.abs() < 1.0, "scrolled by {scrolled}: {moved}");
    }
    page.close().await;
}

#[tokio::test]
async fn back_closes_the_message_then_the_inbox() {
    let bridge = Bridge::start();
    for (width, height) in [(1440, 900), (390, 844)] {
        let page = Visitor::in_a_window(&bridge, width, height).await;
        page.browser.press("Send").await;
        page.finished("accepted").await;
        let reading = "document.querySelector('[data-reading]')";
        page.inbox().await;
        page.opens_the_newest().await;
        page.browser.back().await;
        page.browser.until(&format!("{reading} === null")).await;
        page.browser.named("region", "Inbox").await;
        page.browser.forward().await;
        page.browser.until(&format!("{reading} !== null")).await;

        // A reload keeps the page where it was.
        page.browser.reload().await;
        page.browser.until(&format!("{reading} !== null")).await;
        if width < 900 {
            page.browser.press("← Back").await;
        } else {
            page.browser.back().await;
        }
        page.browser.until(&format!("{reading} === null")).await;
        // The row that was open has the focus.
        page.browser
            .until("document.activeElement.matches('[data-message]') || null")
            .await;
        page.browser.back().await;
        page.browser.until("region('Inbox') === ''").await;
        let tokens = "location.href + JSON.stringify(history.state)";
        let tokens = page.browser.evaluate(tokens).await.to_string();
        assert!(!tokens.contains(bridge.token()), "{tokens}");

        // A message that is deleted is closed, and Forward does not open it again.
        page.inbox().await;
        page.opens_the_newest().await;
        page.browser.press("Delete").await;
        page.browser.until(&format!("{reading} === null")).await;
        page.browser.back().await;
        page.browser.until("region('Inbox') === ''").await;
        page.close().await;
    }
}

#[tokio::test]
async fn the_korean_page_describes_test_addresses_in_korean() {
    let bridge = Bridge::start();
    let browser = Browser::open_in("ko-KR", 1440, 900).await;
    browser.go(&bridge.announcement().url).await;
    browser.press("메일 서버").await;
    let effects =
        "[...document.querySelectorAll('.faults td:last-child')].map((e) => e.textContent)";
    browser
        .until(&format!("{effects}.length > 5 || null"))
        .await;
    let effects = browser.evaluate(effects).await;
    for effect in effects.as_array().expect("rows") {
        let effect = effect.as_str().expect("text");
        assert!(
            effect.contains(|c: char| ('가'..='힣').contains(&c)),
            "{effect}"
        );
    }
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}
