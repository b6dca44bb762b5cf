//! The history of what was sent, in a real browser.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// How many messages the list shows.
const ROWS: &str = "document.querySelectorAll('[data-sent]').length";

/// The field behind the button Attach files.
const FILES: &str = ".attached input[type=file]:not(.folder)";

/// Waits until the pane shows this text.
async fn shows(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!("region('History').includes({text})"))
        .await;
}

/// Opens the history.
async fn history(page: &Visitor) {
    page.go_to("History").await;
    page.browser.named("region", "History").await;
}

/// Opens the newest message of the history.
async fn open_newest(page: &Visitor) {
    page.browser
        .until("document.querySelector('[data-sent]') && true")
        .await;
    page.browser
        .evaluate("(document.querySelector('[data-sent]').click(), true)")
        .await;
    page.browser
        .until("document.querySelector('[data-sent-open]') && true")
        .await;
}

/// Sends a message and waits for its outcome.
async fn send(page: &Visitor, to: &str, subject: &str, outcome: &str) {
    page.write(to, subject, "The text of it.").await;
    page.saved().await;
    page.browser.press("Send").await;
    page.wire_shows("QUIT").await;
    page.finished(outcome).await;
}

/// How many messages the practice mailbox has.
async fn arrived(bridge: &Bridge) -> usize {
    let mut reader = Page::open(bridge).await;
    reader.mailbox(|_| true).await.messages.len()
}

#[tokio::test]
async fn each_send_is_kept_with_its_message_transcript_and_results() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    history(&page).await;
    shows(&page, "Nothing has been sent yet.").await;
    page.compose().await;
    let people = "joon@practice.test, refused@practice.test";
    send(&page, people, "분기 보고서", "accepted").await;
    history(&page).await;
    shows(&page, "accepted in part").await;
    page.browser.reload().await;
    page.browser.named("region", "History").await;
    open_newest(&page).await;
    for text in [
        "분기 보고서",
        "refused@practice.test 550",
        "joon@practice.test 250",
        "Subject: =?utf-8?",
        "The text of it.",
    ] {
        shows(&page, text).await;
    }
    // The transcript, where the dialogue is. Nothing is sent for it.
    page.browser.press("Open transcript").await;
    page.wire_shows("From the history.").await;
    page.wire_shows("RCPT TO:<refused@practice.test>").await;
    page.finished("accepted").await;
    page.browser
        .evaluate("(document.querySelector('.lines .row.c').click(), true)")
        .await;
    page.explanation_shows("EHLO").await;
    page.browser.press("Close").await;
    page.browser
        .until("!document.querySelector('.recorded')")
        .await;
    assert_eq!(arrived(&bridge).await, 1);
    page.close().await;
}

#[tokio::test]
async fn a_message_is_written_again_or_to_those_refused() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.txt");
    std::fs::write(&file, "hello").expect("a file");
    page.write(
        "joon@practice.test, refused@practice.test",
        "Twice",
        "The text.",
    )
    .await;
    page.browser.choose_files(FILES, &[&file]).await;
    page.compose_shows("a.txt").await;
    page.saved().await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.browser.press("Discard Twice").await;
    history(&page).await;
    open_newest(&page).await;
    page.browser.press("Write to those refused").await;
    page.has("Subject", "Twice").await;
    page.has("Message", "The text.").await;
    page.compose_shows("refused@practice.test").await;
    let chips = "[...document.querySelectorAll('.addr')].length";
    assert_eq!(page.browser.evaluate(chips).await, 1);
    history(&page).await;
    page.browser.press("Resend as new").await;
    page.browser.until(&format!("{chips} === 2 || null")).await;
    page.compose_shows("a.txt").await;
    // Nothing has been sent by that.
    assert_eq!(arrived(&bridge).await, 1);
    // It can be sent again, with its file, and has a Message-ID of its own.
    page.browser.press("Send").await;
    history(&page).await;
    page.browser.until(&format!("{ROWS} === 2 || null")).await;
    page.close().await;
}

#[tokio::test]
async fn the_history_is_searched_deleted_and_exported() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    for (to, subject) in [
        ("joon@practice.test", "First"),
        ("mina@practice.test", "Second"),
    ] {
        page.write(to, subject, &format!("needle{subject}")).await;
        page.browser.press("Send").await;
        page.wire_shows(&format!("RCPT TO:<{to}>")).await;
        page.wire_shows("QUIT").await;
        page.finished("accepted").await;
    }
    history(&page).await;
    page.browser.until(&format!("{ROWS} === 2 || null")).await;
    page.browser.fill("Search history", "needleFirst").await;
    page.browser.until(&format!("{ROWS} === 1 || null")).await;
    shows(&page, "First").await;
    page.browser.fill("Search history", "nobody at all").await;
    shows(&page, "No message has all these words.").await;
    page.browser.fill("Search history", "mina@practice").await;
    page.browser.until(&format!("{ROWS} === 1 || null")).await;
    shows(&page, "Second").await;
    page.browser.fill("Search history", "").await;
    page.browser
        .evaluate("(named('textbox', 'Search history').dispatchEvent(new Event('input')), true)")
        .await;
    page.browser.until(&format!("{ROWS} === 2 || null")).await;
    open_newest(&page).await;
    page.browser.press("Delete").await;
    page.browser.until(&format!("{ROWS} === 1 || null")).await;
    page.browser.named("button", "Undo").await;
    page.leaves_field().await;
    page.browser.presses("z").await;
    page.browser.until(&format!("{ROWS} === 2 || null")).await;
    page.browser.press("Delete all").await;
    shows(&page, "Nothing has been sent yet.").await;
    page.browser.press("Undo").await;
    page.browser.until(&format!("{ROWS} === 2 || null")).await;
    page.browser.press("Delete all").await;
    shows(&page, "Nothing has been sent yet.").await;
    page.browser.reload().await;
    shows(&page, "Nothing has been sent yet.").await;
    page.close().await;
}

#[tokio::test]
async fn a_page_closed_while_it_sends_leaves_a_record() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "Closed", "The text.")
        .await;
    page.browser.press("Step through").await;
    page.send_until("RCPT").await;
    history(&page).await;
    shows(&page, "being sent").await;
    page.browser.reload().await;
    page.browser.named("region", "History").await;
    shows(&page, "interrupted: unknown").await;
    open_newest(&page).await;
    shows(&page, "Whether it was delivered is not known.").await;
    page.browser.named("button", "Resend as new").await;
    // What had happened until then is there, too.
    page.browser.press("Open transcript").await;
    page.wire_shows("MAIL FROM:").await;
    assert_eq!(arrived(&bridge).await, 0);
    page.browser.close().await;
}

#[tokio::test]
async fn a_page_whose_lock_is_given_up_late_leaves_a_record_all_the_same() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "Closed", "The text.")
        .await;
    page.browser.press("Step through").await;
    page.send_until("RCPT").await;
    history(&page).await;
    shows(&page, "being sent").await;
    // Another tab gets the lock of the message when the page is left.
    let first = page.browser.tab().await;
    let second = page.browser.new_tab().await;
    page.browser
        .go(&format!("{}/icon.svg", bridge.origin()))
        .await;
    page.browser
        .evaluate(
            "navigator.locks.query().then(all => { \
             const { name } = all.held.find(one => one.name.startsWith('glasspost.send.')); \
             window.got = false; \
             navigator.locks.request(name, () => new Promise(release => { \
             window.got = true; window.release = release; })); \
             return true; })",
        )
        .await;
    page.browser.to(&first).await;
    page.browser.reload().await;
    page.browser.named("region", "History").await;
    shows(&page, "being sent").await;
    page.browser.to(&second).await;
    page.browser.until("window.got || null").await;
    page.browser.evaluate("(window.release(), true)").await;
    page.browser.to(&first).await;
    shows(&page, "interrupted: unknown").await;
    page.browser.close().await;
}

#[tokio::test]
async fn a_database_of_the_earlier_format_keeps_what_is_in_it() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "From before", "The text.")
        .await;
    page.saved().await;
    // The same database as format 2 had it.
    page.browser
        .evaluate(
            "(async () => { \
             const answer = (request, name) => new Promise((done, failed) => { \
             request[name] = () => done(request.result); request.onerror = failed; }); \
             const tables = ['heads', 'drafts', 'files', 'contacts', 'held']; \
             const now = await answer(indexedDB.open('glasspost'), 'onsuccess'); \
             const read = now.transaction(tables); const rows = []; \
             for (const name of tables) { const table = read.objectStore(name); \
             const keys = await answer(table.getAllKeys(), 'onsuccess'); \
             const values = await answer(table.getAll(), 'onsuccess'); \
             keys.forEach((key, at) => rows.push([name, key, values[at]])); } \
             now.close(); \
             await answer(indexedDB.deleteDatabase('glasspost'), 'onsuccess'); \
             const open = indexedDB.open('glasspost', 2); \
             open.onupgradeneeded = () => tables.forEach(name => \
             open.result.createObjectStore(name)); \
             const old = await answer(open, 'onsuccess'); \
             const write = old.transaction(tables, 'readwrite'); \
             rows.forEach(([name, key, value]) => write.objectStore(name).put(value, key)); \
             await answer(write, 'oncomplete'); old.close(); return rows.length > 1; })()",
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "From before").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    history(&page).await;
    shows(&page, "From before").await;
    page.close().await;
}

#[tokio::test]
async fn no_password_is_in_the_history() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.signs_in_as("mina", "s3cret-of-mina").await;
    // A wrong one; nothing else is different.
    send(&page, "joon@practice.test", "Signed in", "refused").await;
    history(&page).await;
    open_newest(&page).await;
    let stored = page
        .browser
        .evaluate(
            "new Promise(done => { const open = indexedDB.open('glasspost'); \
             open.onsuccess = () => { \
             const read = open.result.transaction(['sends', 'sent']); let all = ''; \
             for (const name of ['sends', 'sent']) \
             read.objectStore(name).getAll().onsuccess = event => \
             all += event.target.result.join(); \
             read.oncomplete = () => { open.result.close(); done(all); }; }; })",
        )
        .await;
    let stored = stored.as_str().expect("a text");
    assert!(stored.contains("AUTH"), "{stored}");
    // AG1pbmEAczNjcmV0LW9mLW1pbmE= is what AUTH PLAIN sends.
    for secret in ["s3cret-of-mina", "czNjcmV0LW9mLW1pbm", "AG1pbmEAczNj"] {
        assert!(!stored.contains(secret), "{secret} in {stored}");
    }
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn the_history_is_accessible() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let people = "joon@practice.test, refused@practice.test";
    send(&page, people, "First", "accepted").await;
    history(&page).await;
    open_newest(&page).await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("history, {scheme}")).await;
    }
    page.browser.press("Open transcript").await;
    page.without_violations("a recorded transcript").await;
    history(&page).await;
    page.browser.resize(390, 844).await;
    page.without_violations("history, narrow").await;
    page.close().await;
}
