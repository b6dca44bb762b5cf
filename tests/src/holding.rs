//! A person whose messages are held back.

use serde_json::Value;

use crate::bridge::Bridge;
use crate::page::Page;
use crate::visitor::Visitor;

/// An hour, in milliseconds.
pub const HOUR: i64 = 3_600_000;

/// The text of all that is said about held messages.
pub const TOASTS: &str = "words(document.querySelector('.toasts')?.innerText)";

/// Sending to the practice server can be undone for so many seconds.
pub async fn undo_for(page: &Visitor, seconds: u32) {
    page.browser
        .evaluate(&format!(
            "localStorage.setItem('glasspost.undo', '[{seconds},{seconds}]') ?? true"
        ))
        .await;
    page.browser.reload().await;
    page.ready().await;
}

/// Opens the page with a message that can be sent, and for so many seconds undone.
pub async fn writing(bridge: &Bridge, seconds: u32) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    undo_for(&page, seconds).await;
    page.write("joon@practice.test", "Held", "The text.").await;
    page.saved().await;
    page
}

/// Waits until this is said.
pub async fn said(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!("{TOASTS}.includes({text})"))
        .await;
}

/// Waits until so many messages are held back, as the database has them.
pub async fn held(page: &Visitor, count: usize) {
    page.browser
        .evaluate(&format!(
            "(async () => {{ while ((await ({RECORDS})).length !== {count}) \
             await new Promise(done => setTimeout(done)); }})()"
        ))
        .await;
}

/// The records of the held messages.
pub const RECORDS: &str = "new Promise(done => { \
    const open = indexedDB.open('glasspost'); \
    open.onsuccess = () => { \
    const all = open.result.transaction('held').objectStore('held').getAll(); \
    all.onsuccess = () => { open.result.close(); \
    done(all.result.map(text => JSON.parse(text))); }; }; })";

/// Moves the time at which all held messages are due, as if the clock had gone on meanwhile.
pub async fn move_due(page: &Visitor, milliseconds: i64) {
    page.browser
        .evaluate(&format!(
            "new Promise(done => {{ \
             const open = indexedDB.open('glasspost'); \
             open.onsuccess = () => {{ \
             const change = open.result.transaction('held', 'readwrite'); \
             const store = change.objectStore('held'); \
             store.getAll().onsuccess = event => {{ \
             for (const one of event.target.result.map(text => JSON.parse(text))) {{ \
             one.due += {milliseconds}; store.put(JSON.stringify(one), one.id); }} }}; \
             change.oncomplete = () => {{ open.result.close(); \
             new BroadcastChannel('glasspost.held').postMessage('changed'); done(true); }}; }}; }})"
        ))
        .await;
}

/// How many messages the practice mailbox has.
pub async fn arrived(bridge: &Bridge) -> usize {
    let mut reader = Page::open(bridge).await;
    reader.mailbox(|_| true).await.messages.len()
}

/// Sends the draft in an hour.
pub async fn send_in_an_hour(page: &Visitor) {
    page.browser.press("Send later, undo send").await;
    page.browser
        .until("document.querySelector('.send-menu button')")
        .await;
    page.browser
        .evaluate("(document.querySelector('.send-menu > button').click(), true)")
        .await;
    held(page, 1).await;
}
