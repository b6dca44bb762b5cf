//! Messages that are held back, in a real browser: undone, sent later, and what becomes of them
//! across reloads, tabs, crashes, and a bridge that goes. The table of all that a clock and a
//! network can do is in `app/src/compose/held/model/tests.rs`.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

/// The text of all that is said about held messages.
const TOASTS: &str = "words(document.querySelector('.toasts')?.innerText)";

/// Sending to the practice server can be undone for so many seconds.
async fn undo_for(page: &Visitor, seconds: u32) {
    page.browser
        .evaluate(&format!(
            "localStorage.setItem('glasspost.undo', '[{seconds},{seconds}]') ?? true"
        ))
        .await;
    page.browser.reload().await;
    page.ready().await;
}

/// Opens the page with a message that can be sent, and for so many seconds undone.
async fn writing(bridge: &Bridge, seconds: u32) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    undo_for(&page, seconds).await;
    page.write("joon@practice.test", "Held", "The text.").await;
    page.saved().await;
    page
}

/// Waits until this is said.
async fn said(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!("{TOASTS}.includes({text})"))
        .await;
}

/// Waits until so many messages are held back, as the database has them.
async fn held(page: &Visitor, count: usize) {
    page.browser
        .evaluate(&format!(
            "(async () => {{ while ((await ({RECORDS})).length !== {count}) \
             await new Promise(done => setTimeout(done)); }})()"
        ))
        .await;
}

/// The records of the held messages.
const RECORDS: &str = "new Promise(done => { \
    const open = indexedDB.open('glasspost'); \
    open.onsuccess = () => { \
    const all = open.result.transaction('held').objectStore('held').getAll(); \
    all.onsuccess = () => { open.result.close(); \
    done(all.result.map(text => JSON.parse(text))); }; }; })";

/// Moves the time at which all held messages are due, as if the clock had gone on meanwhile.
async fn move_due(page: &Visitor, milliseconds: i64) {
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
async fn arrived(bridge: &Bridge) -> usize {
    let mut reader = Page::open(bridge).await;
    reader.mailbox(|_| true).await.messages.len()
}

/// Sends the draft in an hour.
async fn send_in_an_hour(page: &Visitor) {
    page.browser.press("Send later, undo send").await;
    page.browser
        .until("document.querySelector('.send-menu button')")
        .await;
    page.browser
        .evaluate("(document.querySelector('.send-menu > button').click(), true)")
        .await;
    held(page, 1).await;
}

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
    page.browser.press("Mail server").await;
    page.browser.tick("Sign in").await;
    page.browser.fill("User name", "mina").await;
    page.browser.fill("Password", "practice").await;
    page.browser.press("Use this server").await;
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

/// What holds the message back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Undo,
    Later,
}

/// What happens before it is due, and how late it is then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The page is loaded again.
    Reload,
    /// The page is closed, and opened again before it is due.
    ClosedSoon,
    /// The page is closed, and opened an hour after it was due.
    ClosedLong,
    /// The page is hidden.
    Hidden,
    /// The bridge goes and comes back soon.
    BridgeSoon,
    /// The bridge goes, and comes back an hour after it was due.
    BridgeLong,
    /// Two more tabs are open.
    Tabs,
    /// The tab that held it crashes; another one is open.
    Crash,
    /// The browser is killed, and opened again before it is due.
    Killed,
    /// The clock is set an hour ahead.
    ClockAhead,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is sent, once.
    Sent,
    /// It is asked about, and not sent.
    Asked,
    /// It waits for its time.
    Waits,
}

/// A bridge that can go and come back, and a page beside it.
struct Scene {
    bridge: Bridge,
    page: Visitor,
    profile: tempfile::TempDir,
}

async fn open(bridge: &Bridge, profile: &tempfile::TempDir) -> Visitor {
    let browser = Browser::open_profile(profile.path(), 1440, 900).await;
    // The clock of the page can be set.
    let clock = "(() => { const now = Date.now, ahead = () => \
        Number(localStorage.getItem('ahead') ?? 0); \
        Date.now = () => now() + ahead(); })()";
    browser.run_in_new_documents(clock).await;
    Visitor::with(browser, bridge).await
}

async fn play(kind: Kind, event: Event) -> Fate {
    let bridge = Bridge::start();
    let profile = tempfile::tempdir().expect("a profile");
    let page = open(&bridge, &profile).await;
    let scene = Scene {
        bridge,
        page,
        profile,
    };
    undo_for(&scene.page, 20).await;
    scene
        .page
        .write("joon@practice.test", "Held", "The text.")
        .await;
    scene.page.saved().await;
    match kind {
        Kind::Undo => scene.page.browser.press("Send").await,
        Kind::Later => send_in_an_hour(&scene.page).await,
    }
    held(&scene.page, 1).await;
    let scene = happens(scene, kind, event).await;
    let fate = fate(&scene).await;
    scene.page.browser.close().await;
    fate
}

/// Until it is due, in milliseconds, about.
fn until_due(kind: Kind) -> i64 {
    match kind {
        Kind::Undo => 20_000,
        Kind::Later => HOUR,
    }
}

async fn happens(mut scene: Scene, kind: Kind, event: Event) -> Scene {
    let url = scene.bridge.announcement().url.clone();
    let page = &scene.page;
    match event {
        Event::Reload => {
            page.browser.reload().await;
            page.ready().await;
            move_due(page, -until_due(kind)).await;
        }
        Event::ClosedSoon | Event::ClosedLong => {
            let late = if event == Event::ClosedLong { HOUR } else { 0 };
            // A page of the same origin that is not this page.
            page.browser
                .go(&format!("{}/icon.svg", scene.bridge.origin()))
                .await;
            move_due(page, -until_due(kind) - late).await;
            page.browser.go(&url).await;
            page.ready().await;
        }
        Event::Hidden => {
            let tab = page.browser.open_tab_in_front().await;
            page.browser.until_hidden("document.hidden").await;
            if kind == Kind::Later {
                move_due(page, -HOUR).await;
            }
            let done = "document.querySelector('[data-outcome]')?.dataset.outcome === 'accepted'";
            page.browser.until_hidden(done).await;
            page.browser.close_tab_in_front(&tab).await;
        }
        Event::BridgeSoon | Event::BridgeLong => {
            let late = if event == Event::BridgeLong { HOUR } else { 0 };
            let address = scene.bridge.address().to_string();
            drop(scene.bridge);
            page.browser
                .until("document.querySelector('.notice button') && true")
                .await;
            if kind == Kind::Later {
                move_due(page, -HOUR - late).await;
            } else if late > 0 {
                page.browser
                    .evaluate(
                        "(performance.now = (now => () => now.call(performance) + 3600000)\
                         (performance.now), window.dispatchEvent(new Event('focus')), true)",
                    )
                    .await;
            }
            said(
                page,
                if late > 0 {
                    "has not been sent"
                } else {
                    "the bridge is away"
                },
            )
            .await;
            scene.bridge = Bridge::with(&["--listen", &address]);
            let url = scene.bridge.announcement().url.clone();
            page.browser
                .evaluate(&format!("(location.href = {}, true)", json!(url)))
                .await;
            page.browser
                .until("!named('button', 'Send').disabled || null")
                .await;
        }
        Event::Tabs => {
            for _ in 0..2 {
                page.browser.new_tab().await;
                page.browser.go(&url).await;
                page.ready_to_read().await;
            }
            if kind == Kind::Later {
                move_due(page, -HOUR).await;
            }
        }
        Event::Crash => {
            let first = page.browser.tab().await;
            let second = page.browser.new_tab().await;
            page.browser.go(&url).await;
            page.ready_to_read().await;
            page.browser.to(&first).await;
            page.browser.crash(&second).await;
            move_due(page, -until_due(kind)).await;
        }
        Event::Killed => {
            scene.page.browser.kill();
            scene.page = open(&scene.bridge, &scene.profile).await;
            move_due(&scene.page, -until_due(kind)).await;
        }
        Event::ClockAhead => {
            page.browser
                .evaluate(&format!(
                    "(localStorage.setItem('ahead', {}), \
                     window.dispatchEvent(new Event('focus')), true)",
                    2 * HOUR
                ))
                .await;
        }
    }
    scene
}

/// What has become of it: sent, asked about, or neither.
async fn fate(scene: &Scene) -> Fate {
    let page = &scene.page;
    let asked = page
        .browser
        .evaluate(&format!(
            "(async () => {{ for (;;) {{ const all = await ({RECORDS}); \
             const toasts = {TOASTS} ?? ''; \
             if (!all.length) return 'sent'; \
             if (toasts.includes('has not been sent')) return 'asked'; \
             const ahead = Number(localStorage.getItem('ahead') ?? 0); \
             if (ahead && toasts.includes('Sending in')) return 'waits'; \
             await new Promise(done => setTimeout(done)); }} }})()"
        ))
        .await;
    let fate = match asked.as_str() {
        Some("sent") => Fate::Sent,
        Some("asked") => Fate::Asked,
        _ => Fate::Waits,
    };
    let many = arrived(&scene.bridge).await;
    assert_eq!(many, usize::from(fate == Fate::Sent), "{fate:?}");
    fate
}

#[tokio::test]
async fn a_held_message_across_everything_that_happens_to_pages() {
    use Event::{
        BridgeLong, BridgeSoon, ClockAhead, ClosedLong, ClosedSoon, Crash, Hidden, Killed, Reload,
        Tabs,
    };
    use Fate::{Asked, Sent, Waits};
    let table = [
        (Kind::Undo, Reload, Sent),
        (Kind::Undo, ClosedSoon, Sent),
        (Kind::Undo, ClosedLong, Asked),
        (Kind::Undo, Hidden, Sent),
        (Kind::Undo, BridgeSoon, Sent),
        (Kind::Undo, BridgeLong, Asked),
        (Kind::Undo, Tabs, Sent),
        (Kind::Undo, Crash, Sent),
        (Kind::Undo, Killed, Sent),
        // Its seconds are counted by a clock that can't be set.
        (Kind::Undo, ClockAhead, Waits),
        (Kind::Later, Reload, Sent),
        (Kind::Later, ClosedSoon, Sent),
        (Kind::Later, ClosedLong, Asked),
        (Kind::Later, Hidden, Sent),
        (Kind::Later, BridgeSoon, Sent),
        (Kind::Later, BridgeLong, Asked),
        (Kind::Later, Tabs, Sent),
        (Kind::Later, Crash, Sent),
        (Kind::Later, Killed, Sent),
        (Kind::Later, ClockAhead, Asked),
    ];
    let mut wrong = String::new();
    for (kind, event, expect) in table {
        let got = play(kind, event).await;
        println!("{kind:?} | {event:?} | {got:?}");
        if got != expect {
            wrong.push_str(&format!("{kind:?} {event:?}: {got:?}, not {expect:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
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
