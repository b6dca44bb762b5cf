//! A message to many across everything that happens to pages: no row is sent twice, and nothing
//! goes on without the person's word where the page was gone. The same table for messages that are
//! held back is in `tests/tests/held_table.rs`.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::merging::{Merging, shows};
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;

/// What happens while the message of the second of three rows is being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The page is loaded anew.
    Reload,
    /// Another tab is in front.
    Hidden,
    /// The page is closed, and opened later.
    Closed,
    /// The bridge goes, and comes back.
    Bridge,
    /// Another tab shows the page, too.
    Tabs,
    /// The tab crashes, and another is opened.
    Crash,
    /// The browser is killed.
    Killed,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It goes on by itself, and all three arrive.
    GoesOn,
    /// It halts before the second row, which was not delivered. The person resumes, and all three
    /// arrive.
    Halts,
    /// It halts, and what became of the second row is not known. The person resumes with the
    /// third.
    Asks,
}

/// A bridge that can go and come back, and a page beside it.
struct Scene {
    bridge: Bridge,
    page: Visitor,
    profile: tempfile::TempDir,
}

const TABLE: &[u8] = b"name,email\nA,a@practice.test\nB,slow@practice.test\nC,c@practice.test\n";

async fn open(bridge: &Bridge, profile: &tempfile::TempDir) -> Visitor {
    let browser = Browser::open_profile(profile.path(), 1440, 900).await;
    Visitor::with(browser, bridge).await
}

/// The recipients of the messages of the practice mailbox.
async fn arrived(bridge: &Bridge) -> Vec<String> {
    let mut reader = Page::open(bridge).await;
    let messages = reader.mailbox(|_| true).await.messages;
    let mut all = Vec::new();
    for message in messages {
        let octets = reader.read(message.id).await.expect("a message");
        let text = String::from_utf8_lossy(&octets);
        let to = text.lines().find_map(|line| line.strip_prefix("To: "));
        all.push(to.expect("a recipient").to_owned());
    }
    all
}

async fn play(event: Event) -> Fate {
    let bridge = Bridge::start();
    let profile = tempfile::tempdir().expect("a profile");
    let page = open(&bridge, &profile).await;
    let scene = Scene {
        bridge,
        page,
        profile,
    };
    let page = &scene.page;
    page.write("", "Seat", "Dear {name}").await;
    page.saved().await;
    drop(Merging::open(page, TABLE).await);
    page.browser.press("Start: 3 messages").await;
    page.wire_shows("RCPT TO:<slow@practice.test>").await;
    let before = arrived(&scene.bridge).await;
    assert_eq!(before.len(), 1, "{before:?}");
    let (scene, lost) = happens(scene, event).await;
    let fate = fate(&scene, lost).await;
    scene.page.browser.close().await;
    fate
}

/// The messages of a bridge that has gone are gone with it: how many.
async fn happens(mut scene: Scene, event: Event) -> (Scene, usize) {
    let url = scene.bridge.announcement().url.clone();
    let page = &scene.page;
    match event {
        Event::Reload => {
            page.browser.reload().await;
            page.ready().await;
        }
        Event::Hidden => {
            let tab = page.browser.open_tab_in_front().await;
            page.browser.until_hidden("document.hidden").await;
            let done = "document.querySelector('.merge')?.innerText.includes('3 of 3')";
            page.browser.until_hidden(done).await;
            page.browser.close_tab_in_front(&tab).await;
        }
        Event::Closed => {
            page.browser
                .go(&format!("{}/icon.svg", scene.bridge.origin()))
                .await;
            page.browser.go(&url).await;
            page.ready().await;
        }
        Event::Bridge => {
            let address = scene.bridge.address().to_string();
            drop(scene.bridge);
            shows(page, "The connection to the bridge was lost.").await;
            scene.bridge = Bridge::with(&["--listen", &address]);
            let url = scene.bridge.announcement().url.clone();
            page.leaves_for(&url).await;
            page.browser
                .until("!named('button', 'Resume').disabled || null")
                .await;
            return (scene, 1);
        }
        Event::Tabs => {
            let first = page.browser.tab().await;
            page.browser.new_tab().await;
            page.browser.go(&url).await;
            page.ready_to_read().await;
            page.browser
                .until("document.querySelector('.merge-bar')?.innerText.includes('Another tab')")
                .await;
            page.browser.close_tab(&first).await;
        }
        Event::Crash => {
            let first = page.browser.tab().await;
            let second = page.browser.new_tab().await;
            page.browser.to(&first).await;
            page.browser.crash(&second).await;
            page.browser.go(&url).await;
            page.ready().await;
        }
        Event::Killed => {
            scene.page.browser.kill();
            scene.page = open(&scene.bridge, &scene.profile).await;
        }
    }
    (scene, 0)
}

/// What has become of it, to the end. `lost`: so many messages are gone with their bridge.
async fn fate(scene: &Scene, lost: usize) -> Fate {
    let page = &scene.page;
    let bar = "document.querySelector('.merge-bar')";
    let there = format!("({bar} || document.querySelector('.merge')) && true");
    page.browser.until(&there).await;
    if page.browser.evaluate(&format!("!!{bar}")).await == true {
        page.browser.press("Show").await;
    }
    page.browser
        .until("/3 of 3|Resume/.test(document.querySelector('.merge')?.innerText)")
        .await;
    let text = page
        .browser
        .evaluate("document.querySelector('.merge').innerText")
        .await;
    let text = text.as_str().unwrap_or_default();
    let mut fate = Fate::GoesOn;
    if text.contains("Resume") {
        fate = if text.contains("Row 2: B <slow@practice.test>") {
            Fate::Asks
        } else {
            Fate::Halts
        };
        // Nothing of it is sent before.
        let before = arrived(&scene.bridge).await;
        assert!(
            !before.iter().any(|to| to.contains("c@practice")),
            "{before:?}"
        );
        page.browser.press("Resume").await;
        shows(page, "3 of 3").await;
    }
    let all = arrived(&scene.bridge).await;
    let count = |to: &str| all.iter().filter(|one| one.contains(to)).count();
    assert_eq!(count("a@practice.test"), 1 - lost, "{all:?}");
    assert_eq!(count("c@practice.test"), 1, "{all:?}");
    let second = count("slow@practice.test");
    match fate {
        Fate::Asks => assert!(second <= 1, "{all:?}"),
        Fate::GoesOn | Fate::Halts => assert_eq!(second, 1, "{all:?}"),
    }
    fate
}

#[tokio::test]
async fn a_message_to_many_across_everything_that_happens_to_pages() {
    use Event::{Closed, Crash, Hidden, Killed, Reload, Tabs};
    use Fate::{Asks, GoesOn, Halts};
    let table = [
        (Reload, Asks),
        (Hidden, GoesOn),
        (Closed, Asks),
        (Event::Bridge, Halts),
        (Tabs, GoesOn),
        (Crash, Asks),
        (Killed, Asks),
    ];
    let mut wrong = String::new();
    for (event, expect) in table {
        let got = play(event).await;
        println!("{event:?} | {got:?}");
        if got != expect {
            wrong.push_str(&format!("{event:?}: {got:?}, not {expect:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
