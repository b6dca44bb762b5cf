//! Messages that are held back, in a real browser: undone, sent later, and what becomes of them
//! on a person's word. `tests/tests/held_table.rs` has what happens to pages meanwhile.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::holding::{
    HOUR, RECORDS, TOASTS, arrived, held, move_due, said, send_in_an_hour, writing,
};
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

#[tokio::test]
async fn sending_can_be_undone() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 20).await;
    page.browser.press("Send").await;
    said(&page, "Sending in").await;
    held(&page, 1).await;
    page.browser.press("Undo").await;
    held(&page, 0).await;
    page.browser.until(&format!("{TOASTS} === ''")).await;
    page.has("Subject", "Held").await;
    page.has("Message", "The text.").await;
    assert_eq!(arrived(&bridge).await, 0);

    // Also after another draft was opened, and this one was changed: nothing is lost.
    page.browser.press("Send").await;
    held(&page, 1).await;
    page.browser.fill("Message", "Changed meanwhile.").await;
    page.saved().await;
    page.browser.press("New message").await;
    page.has("Message", "").await;
    page.browser.press("Undo").await;
    page.has("Message", "The text.").await;
    held(&page, 0).await;
    page.stored("Changed meanwhile.").await;
    assert_eq!(arrived(&bridge).await, 0);
    page.close().await;
}

#[tokio::test]
async fn what_is_not_undone_is_sent_once() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 5).await;
    page.browser.press("Send").await;
    said(&page, "Sending in").await;
    // Pressed twice, it is one message.
    page.browser.press("Send").await;
    page.finished("accepted").await;
    held(&page, 0).await;
    said(&page, "was accepted by the server").await;
    assert_eq!(arrived(&bridge).await, 1);

    page.browser.fill("Subject", "Held again").await;
    page.browser.press("Send").await;
    page.browser.press("Send now").await;
    page.wire_shows("RCPT TO").await;
    held(&page, 0).await;
    said(&page, "“Held again” was accepted by the server").await;
    assert_eq!(arrived(&bridge).await, 2);
    page.close().await;
}

#[tokio::test]
async fn nothing_is_held_back_at_the_practice_server_unless_chosen() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    assert_eq!(page.browser.evaluate(TOASTS).await, "");
    page.browser.press("Send later, undo send").await;
    page.browser.until("named('radio', 'Off')?.checked").await;
    page.browser
        .evaluate("(named('radio', '20 seconds').click(), true)")
        .await;
    page.browser.keys("\u{e00c}").await;
    page.browser
        .until("!document.querySelector('.send-menu')")
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.press("Send").await;
    said(&page, "Sending in").await;
    page.browser.press("Undo").await;
    held(&page, 0).await;
    page.close().await;
}

#[tokio::test]
async fn a_message_sent_later_leaves_the_drafts_and_can_be_taken_back() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    send_in_an_hour(&page).await;
    said(&page, "“Held” waits until").await;
    page.has("Subject", "").await;
    page.drafts_show("Waiting Held").await;
    let stored = page.all_stored().await;
    assert!(!stored.bodies().contains(&"The text."), "{stored:?}");
    page.browser.reload().await;
    page.ready().await;
    page.drafts_show("Waiting Held").await;
    page.browser
        .evaluate("(document.querySelector('.waiting-title').click(), true)")
        .await;
    // A time that has passed is refused.
    page.browser
        .evaluate(
            "(field => { field.value = '2020-01-01T08:00'; return true; })\
             (document.querySelector('.waiting input'))",
        )
        .await;
    page.browser.press("Change time").await;
    page.drafts_show("Choose a time that is still to come.")
        .await;
    page.browser
        .evaluate(
            "(field => { field.value = '2037-05-06T08:09'; return true; })\
             (document.querySelector('.waiting input'))",
        )
        .await;
    page.browser.press("Change time").await;
    page.drafts_show("2037 08:09").await;
    page.browser
        .evaluate("(document.querySelector('.waiting-title').click(), true)")
        .await;
    page.browser.press("Back to drafts").await;
    page.has("Subject", "Held").await;
    page.has("Message", "The text.").await;
    held(&page, 0).await;
    page.browser
        .until("!document.querySelector('.waiting')")
        .await;
    assert_eq!(arrived(&bridge).await, 0);

    // At once, by Undo.
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    page.browser.press("Undo").await;
    page.has("Subject", "Held").await;
    held(&page, 0).await;
    page.close().await;
}

#[tokio::test]
async fn what_is_due_while_a_page_is_open_is_sent() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    move_due(&page, -HOUR).await;
    page.finished("accepted").await;
    held(&page, 0).await;
    said(&page, "“Held” was accepted by the server").await;
    assert_eq!(arrived(&bridge).await, 1);
    page.close().await;
}

#[tokio::test]
async fn a_message_that_is_refused_is_not_lost() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    page.browser.fill("To", "refused@practice.test").await;
    page.browser.fill("Subject", "Not wanted").await;
    page.browser
        .evaluate("(document.querySelector('.addr button:last-of-type')?.click(), true)")
        .await;
    page.saved().await;
    send_in_an_hour(&page).await;
    move_due(&page, -HOUR).await;
    page.finished("refused").await;
    said(&page, "“Not wanted” was not delivered").await;
    page.browser.named("button", "Send again").await;
    page.browser.press("Back to drafts").await;
    page.has("Subject", "Not wanted").await;
    held(&page, 0).await;
    page.close().await;
}

#[tokio::test]
async fn a_password_that_is_not_known_any_more_is_asked_for() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    page.signs_in_as("mina", "practice").await;
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    let records = page.browser.evaluate(RECORDS).await.to_string();
    assert!(!records.contains("password"), "{records}");
    page.browser.reload().await;
    page.ready().await;
    move_due(&page, -HOUR).await;
    said(&page, "To send “Held”, enter the password of mina").await;
    assert_eq!(arrived(&bridge).await, 0);
    page.browser
        .evaluate("(document.querySelector('.toast input[type=password]').focus(), true)")
        .await;
    page.browser.keys("practice\u{e007}").await;
    held(&page, 0).await;
    assert_eq!(arrived(&bridge).await, 1);
    page.close().await;
}

#[tokio::test]
async fn a_missed_message_is_sent_or_put_off_on_a_persons_word() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    move_due(&page, -2 * HOUR).await;
    said(&page, "“Held” was to be sent at").await;
    assert_eq!(arrived(&bridge).await, 0);
    page.browser
        .evaluate(
            "(field => { field.value = '2037-05-06T08:09'; return true; })\
             (document.querySelector('.toast input'))",
        )
        .await;
    page.browser.press("Send later").await;
    said(&page, "waits until").await;
    page.drafts_show("2037 08:09").await;
    let records = page.browser.evaluate(RECORDS).await;
    let due = records[0]["due"].as_i64().expect("a time");
    let now = page.browser.evaluate("Date.now()").await;
    let now = now.as_i64().expect("a time");
    move_due(&page, now - due - 2 * HOUR).await;
    said(&page, "“Held” was to be sent at").await;
    page.browser.press("Send now").await;
    held(&page, 0).await;
    assert_eq!(arrived(&bridge).await, 1);
    page.close().await;
}

#[tokio::test]
async fn a_page_closed_while_it_sends_says_that_the_end_is_not_known() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 0).await;
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    // As a page leaves it that is closed in the middle of sending.
    page.browser
        .evaluate(
            "new Promise(done => { const open = indexedDB.open('glasspost'); \
             open.onsuccess = () => { \
             const change = open.result.transaction('held', 'readwrite'); \
             const store = change.objectStore('held'); \
             store.getAll().onsuccess = event => { const one = JSON.parse(event.target.result[0]); \
             one.state = 'sending'; store.put(JSON.stringify(one), one.id); }; \
             change.oncomplete = () => { open.result.close(); done(true); }; }; })",
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    said(&page, "Whether it was delivered is not known.").await;
    assert!(!page.browser.has("button", "Send now").await);
    assert_eq!(arrived(&bridge).await, 0);
    page.browser.press("Back to drafts").await;
    page.has("Subject", "Held").await;
    held(&page, 0).await;
    page.close().await;
}

#[tokio::test]
async fn the_menu_beside_send_is_within_a_narrow_window() {
    let bridge = Bridge::start();
    for width in [360, 390] {
        let page = Visitor::in_a_window(&bridge, width, 740).await;
        page.browser.press("Send later, undo send").await;
        page.shows(".send-menu .hint").await;
        let outside = "(() => { const box = e => e.getBoundingClientRect(); \
            const menu = document.querySelector('.send-menu'); \
            const hint = box(menu.querySelector('.hint')).top; \
            const { left, right, top, bottom } = box(menu); \
            return [left < 0, right > innerWidth, top < 0, bottom > innerHeight, \
                menu.scrollWidth > menu.clientWidth, \
                [...menu.querySelectorAll('.choice')].some(e => box(e).bottom > hint)]; })()";
        let outside = page.browser.evaluate(outside).await;
        assert_eq!(outside, Value::from(vec![false; 6]), "{width} pixels");
        page.close().await;
    }
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn held_messages_are_accessible() {
    let bridge = Bridge::start();
    let page = writing(&bridge, 20).await;
    send_in_an_hour(&page).await;
    page.has("Subject", "").await;
    page.browser
        .evaluate("(document.querySelector('.waiting-title').click(), true)")
        .await;
    page.browser.press("Send later, undo send").await;
    page.browser
        .until("document.querySelector('.send-menu button')")
        .await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("sending later, {scheme}"))
            .await;
    }
    page.browser.keys("\u{e00c}").await;
    page.write("joon@practice.test", "Undo", "Text").await;
    page.browser.press("Send").await;
    said(&page, "Sending in").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("undo, {scheme}")).await;
    }
    page.browser.press("Undo").await;
    move_due(&page, -2 * HOUR).await;
    said(&page, "has not been sent").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("missed, {scheme}")).await;
    }
    page.close().await;
}
