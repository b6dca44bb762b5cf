//! Messages that are held back across everything that happens to pages. The table of all that a
//! clock and a network can do is in `app/src/compose/held/model/tests.rs`; the same for a message
//! to many is in `tests/tests/merge_table.rs`.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::holding::{
    HOUR, RECORDS, TOASTS, arrived, held, move_due, said, send_in_an_hour, undo_for,
};
use glasspost_tests::visitor::Visitor;

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
            page.leaves_for(&url).await;
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
