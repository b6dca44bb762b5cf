//! What a person writes is kept, in a real browser, whatever happens to tabs, storage and bridge.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::{Browser, Tab};
use glasspost_tests::visitor::Visitor;
use glasspost_tests::visitor::faults::{FORBIDDEN, QUOTA};
use serde_json::Value;

/// Allows a test to keep a tab from hearing of others, as one that is frozen. Must be added before
/// the page is loaded: the window calls its listeners in the order in which they were added.
const STORAGE_EVENTS: &str = "\
    const block = event => { if (window.blocked) event.stopImmediatePropagation(); }; \
    for (const name of ['storage', 'focus', 'pageshow', 'visibilitychange']) \
    window.addEventListener(name, block, true); \
    const Channel = window.BroadcastChannel; \
    window.BroadcastChannel = class extends Channel { \
    set onmessage(hear) { super.onmessage = event => window.blocked || hear(event); } };";

/// Has locks as a browser without them.
const NO_LOCKS: &str = "Object.defineProperty(navigator, 'locks', { value: undefined })";

/// The texts of the page's alerts.
const ALERTS: &str = "[...document.querySelectorAll('[role=alert]')].map(e => e.innerText).join()";

/// Blocks storage events from now on.
const BLOCK_EVENTS: &str = "window.blocked = true";

/// Allows storage events again.
const ALLOW_EVENTS: &str = "(window.blocked = false, window.dispatchEvent(new Event('focus')))";

/// Opens the page in another tab, which may show a draft that it can't write to.
async fn another_tab(page: &Visitor, bridge: &Bridge) -> Tab {
    let tab = page.browser.new_tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready_to_read().await;
    tab
}

/// Where files to attach are chosen.
const FILES: &str = ".attached input[type=file]:not(.folder)";

#[tokio::test]
async fn an_older_tab_never_replaces_a_newer_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let older = page.browser.tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "old").await;
    page.stored("\"old\"").await;
    page.browser.evaluate(BLOCK_EVENTS).await;

    let newer = another_tab(&page, &bridge).await;
    page.has("Subject", "old").await;
    page.browser.press("Edit here").await;
    page.editable().await;
    page.browser.fill("Subject", "newest").await;
    page.stored("newest").await;

    page.browser.to(&older).await;
    assert_eq!(page.browser.value("Subject").await, "old");
    page.browser.reload().await;
    page.ready_to_read().await;
    page.has("Subject", "newest").await;

    // Closed, not reloaded.
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.to(&newer).await;
    page.browser.fill("Subject", "newest of all").await;
    page.stored("newest of all").await;
    page.browser.to(&older).await;
    page.browser.close_tab(&newer).await;
    page.browser.reload().await;
    page.ready_to_read().await;
    page.has("Subject", "newest of all").await;
    another_tab(&page, &bridge).await;
    page.has("Subject", "newest of all").await;
    page.close().await;
}

#[tokio::test]
async fn a_tab_without_changes_shows_another_tabs_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    another_tab(&page, &bridge).await;
    page.browser.fill("Message", "written in the second").await;
    page.stored("written in the second").await;
    page.browser.to(&first).await;
    page.has("Message", "written in the second").await;
    page.compose_shows("being edited in another tab").await;
    assert!(
        page.browser
            .evaluate("named('textbox', 'Message').readOnly")
            .await
            == true
    );
    page.close().await;
}

#[tokio::test]
async fn a_draft_goes_from_tab_to_tab_and_has_one_writer() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.fill("Subject", "by the first").await;
    page.stored("by the first").await;
    let second = another_tab(&page, &bridge).await;
    page.has("Subject", "by the first").await;
    page.compose_shows("being edited in another tab").await;
    // What the first tab writes appears here.
    page.browser.to(&first).await;
    page.browser.fill("Subject", "more by the first").await;
    page.browser.to(&second).await;
    page.has("Subject", "more by the first").await;
    page.browser.press("Edit here").await;
    page.editable().await;
    page.browser.fill("Subject", "by the second").await;
    page.browser.to(&first).await;
    page.has("Subject", "by the second").await;
    page.compose_shows("being edited in another tab").await;
    // The second tab is closed: the first writes again.
    page.browser.to(&second).await;
    page.browser.close_tab(&first).await;
    page.editable().await;
    page.browser.fill("Subject", "by the first again").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "by the first again").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_changed_in_two_tabs_is_kept_twice() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.first_run(NO_LOCKS).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "common").await;
    page.stored("common").await;
    let second = page.browser.new_tab().await;
    page.browser.first_run(STORAGE_EVENTS).await;
    page.browser.first_run(NO_LOCKS).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    page.has("Subject", "common").await;
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.to(&first).await;
    page.browser.evaluate(BLOCK_EVENTS).await;
    page.browser.fill("Subject", "by the first").await;
    page.stored("by the first").await;
    page.browser.to(&second).await;
    page.browser.fill("Subject", "by the second").await;
    page.stored("by the second").await;
    page.compose_shows("Both versions are kept").await;
    for (tab, own, other) in [
        (&second, "by the second", "by the first"),
        (&first, "by the first", "by the second"),
    ] {
        page.browser.to(tab).await;
        page.browser.evaluate(ALLOW_EVENTS).await;
        assert_eq!(page.browser.value("Subject").await, own);
        page.browser.press("Restore previous draft").await;
        page.has("Subject", other).await;
        page.browser.press("Restore previous draft").await;
        page.has("Subject", own).await;
    }
    page.close().await;
}

#[tokio::test]
async fn text_typed_without_a_pause_survives_a_crash() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let safe = page.browser.tab().await;
    page.browser.go("about:blank").await;
    another_tab(&page, &bridge).await;
    page.browser
        .evaluate(
            "(field => { field.focus(); field.select(); let count = 0; \
             setInterval(() => document.execCommand('insertText', false, `t${++count} `), 20); \
             })(named('textbox', 'Message'))",
        )
        .await;
    // The typing continues during this wait and when the tab crashes.
    page.stored("t60 ").await;
    page.browser.crash(&safe).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    let body = page.browser.value("Message").await;
    assert!(
        body.starts_with("t1 t2 ") && body.contains("t60 "),
        "{body}"
    );
    page.browser.close().await;
}

#[tokio::test]
async fn an_incomplete_address_and_other_drafts_survive_a_reload() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "first").await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "first").await;

    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.fill("Subject", "second").await;
    page.browser.press("Cc").await;
    page.focus("Cc").await;
    page.browser.keys("joon@prac").await;
    page.stored("joon@prac").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Cc", "joon@prac").await;
    // The text written in the meantime is put aside in turn.
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "first").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "second").await;
    page.compose_shows("joon@prac").await;
    page.close().await;
}

#[tokio::test]
async fn full_storage_is_reported_and_retried() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.first_run(QUOTA).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.evaluate("(window.full = true)").await;
    page.browser.fill("Message", "kept all the same").await;
    page.browser
        .until(&format!(
            "{ALERTS}.includes('storage for this page is full')"
        ))
        .await;
    assert!(page.browser.has("button", "Save a copy").await);
    page.browser.evaluate("(window.full = false, true)").await;
    page.saved().await;
    page.browser
        .until(&format!("!{ALERTS}.includes('storage')"))
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Message", "kept all the same").await;
    page.close().await;
}

#[tokio::test]
async fn a_text_that_finds_no_room_survives_a_reload() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.first_run(QUOTA).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.evaluate("(window.full = true)").await;
    page.browser.fill("Message", "never in the database").await;
    page.browser
        .until("Object.keys(localStorage).some(key => key.startsWith('glasspost.journal'))")
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Message", "never in the database").await;
    page.stored("never in the database").await;
    page.browser
        .until("!Object.keys(localStorage).some(key => key.startsWith('glasspost.journal'))")
        .await;
    page.close().await;
}

#[tokio::test]
async fn without_storage_the_page_works_and_says_so() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.first_run(FORBIDDEN).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "first").await;
    page.compose_shows("the browser does not store data for this page")
        .await;
    assert!(page.browser.has("button", "Save a copy").await);
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_removed_from_storage_is_stored_again() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "still on the screen").await;
    page.stored("still on the screen").await;
    // As if the browser had made room: everything of this origin is gone.
    page.browser
        .evaluate(
            "(async () => { const gone = await new Promise(done => { \
             const open = indexedDB.open('glasspost'); \
             open.onsuccess = () => { const change = open.result.transaction( \
             ['heads', 'drafts', 'files'], 'readwrite'); \
             for (const name of change.objectStoreNames) change.objectStore(name).clear(); \
             change.oncomplete = () => { open.result.close(); done(true); }; }; }); \
             window.dispatchEvent(new Event('focus')); return gone; })()",
        )
        .await;
    page.compose_shows("removed this draft from its storage")
        .await;
    page.stored("still on the screen").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "still on the screen").await;
    page.close().await;
}

#[tokio::test]
async fn drafts_of_the_earlier_formats_are_taken_over_and_unreadable_ones_kept() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let old = r#"{"v":2,"revision":7,"includes":[{"id":"b","revision":6}],
        "draft":{"from":"","to":["a@x.org"],"subject":"of format 2","body":"b"}}"#;
    let old = Value::from(old);
    page.browser
        .evaluate(&format!(
            r#"(localStorage['glasspost.draft'] =
                '{{"v":1,"draft":{{"to":["a@x.org"],"subject":"of format 1","body":""}}}}',
                localStorage['glasspost.draft.a'] = {old},
                localStorage['glasspost.draft.b'] = {old}.replace('7', '6').replace('of', 'not'),
                localStorage['glasspost.draft.1'] = '{{',
                localStorage['glasspost.draft.2'] = '{{}}', true)"#
        ))
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "of format 2").await;
    page.compose_shows("can't be read").await;
    page.drafts_show("of format 1").await;
    page.browser.fill("Subject", "changed").await;
    page.stored("changed").await;
    let kept = page
        .browser
        .evaluate(
            "Object.keys(localStorage).filter(key => key.startsWith('glasspost.draft'))\
             .sort().map(key => localStorage[key]).join()",
        )
        .await;
    assert_eq!(kept, "{,{}");
    let drafts = page.all_stored().await.heads.len();
    assert_eq!(drafts, 2, "the superseded text is no draft of its own");
    page.close().await;
}

#[tokio::test]
async fn a_discarded_draft_can_be_restored() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "first").await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.press("Discard first").await;
    page.drafts_show("The draft was discarded.").await;
    assert!(!page.browser.has("button", "Restore previous draft").await);
    page.browser.press("Undo").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn a_bridge_restarted_on_the_same_port_finds_the_draft() {
    let bridge = Bridge::start();
    let address = bridge.address().to_string();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "before the restart").await;
    page.stored("before the restart").await;
    drop(bridge);
    let bridge = Bridge::with(&["--listen", &address]);
    another_tab(&page, &bridge).await;
    page.has("Subject", "before the restart").await;
    page.browser.close().await;
}

#[tokio::test]
async fn a_deleted_draft_can_be_restored_after_a_reload_and_removed_for_good() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "unwanted").await;
    page.stored("unwanted").await;
    page.browser.press("Discard unwanted").await;
    page.has("Subject", "").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "").await;
    let unfold = "(document.querySelector('.deleted summary')?.click(), true)";
    page.browser
        .until("document.querySelector('.deleted summary')")
        .await;
    page.browser.evaluate(unfold).await;
    page.browser.press("Restore unwanted").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "unwanted").await;
    page.browser.press("Discard unwanted").await;
    page.browser.press("Undo").await;
    page.has("Subject", "unwanted").await;
    page.browser.press("Discard unwanted").await;
    page.browser
        .until("document.querySelector('.deleted summary')")
        .await;
    page.browser.evaluate(unfold).await;
    page.browser.press("Delete unwanted permanently").await;
    page.browser
        .until("!document.querySelector('.deleted')")
        .await;
    let drafts = page.all_stored().await.drafts.len();
    assert_eq!(drafts, 0);
    page.close().await;
}

#[tokio::test]
async fn a_thousand_drafts_are_listed_and_searched() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.add_drafts(1000).await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "Draft number 0").await;
    let rows = "document.querySelectorAll('#draft-list .draft-title').length";
    page.browser.until(&format!("{rows} >= 100")).await;
    let search = "Search drafts";
    page.browser.fill(search, "number 999").await;
    page.browser.until(&format!("{rows} === 1")).await;
    // In the whole text only.
    page.browser.fill(search, "needle123.").await;
    page.browser.until(&format!("{rows} === 1")).await;
    page.drafts_show("Draft number 123").await;
    page.browser.press("Draft number 123").await;
    page.has("Subject", "Draft number 123").await;
    page.close().await;
}

#[tokio::test]
async fn back_and_forward_go_between_drafts() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "first").await;
    page.stored("first").await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.fill("Subject", "second").await;
    page.stored("second").await;
    page.browser.back().await;
    page.has("Subject", "first").await;
    page.browser.forward().await;
    page.has("Subject", "second").await;
    page.browser.press("Inbox").await;
    page.browser.until("region('Inbox')").await;
    page.browser.back().await;
    page.has("Subject", "second").await;
    page.browser.back().await;
    page.has("Subject", "first").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "first").await;
    page.browser.forward().await;
    page.has("Subject", "second").await;
    // A draft that is deleted has no place in the history.
    page.browser.press("Discard second").await;
    page.has("Subject", "").await;
    page.browser.back().await;
    page.has("Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn drafts_are_exported_and_imported_with_their_files() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let folder = tempfile::tempdir().expect("a folder");
    let octets: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    let file = folder.path().join("자료.bin");
    std::fs::write(&file, &octets).expect("a file");
    page.browser.fill("Subject", "with a file").await;
    page.browser.choose_files(FILES, &[&file]).await;
    page.compose_shows("자료.bin").await;
    page.stored("bin").await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.fill("Message", "half a message").await;
    page.focus("To").await;
    page.browser.keys("zoe@half").await;
    page.stored("zoe@half").await;

    let saved = tempfile::tempdir().expect("a folder");
    page.browser.save_in(saved.path()).await;
    page.browser.press("Export drafts").await;
    let name = "glasspost-drafts.tar";
    let complete = |tar: &[u8]| tar.len().is_multiple_of(512) && tar.ends_with(&[0; 1024]);
    page.browser.saved(saved.path(), name, complete).await;
    let archive = saved.path().join(name);
    let listed = std::process::Command::new("tar")
        .arg("--list")
        .arg("--file")
        .arg(&archive)
        .output()
        .expect("tar");
    let listed = String::from_utf8(listed.stdout).expect("names");
    assert_eq!(listed.matches("drafts/").count(), 2, "{listed}");
    assert_eq!(listed.matches("files/").count(), 1, "{listed}");

    // What is here already stays as it is.
    let chooser = ".archive input[type=file]";
    page.browser.choose_files(chooser, &[&archive]).await;
    page.drafts_show("Drafts added: 0. Already here: 2.").await;

    // In a browser that has none of it.
    page.close().await;
    let page = Visitor::first_visit(&bridge).await;
    page.browser.choose_files(chooser, &[&archive]).await;
    page.drafts_show("Drafts added: 2.").await;
    page.browser.press("with a file").await;
    page.has("Subject", "with a file").await;
    page.compose_shows("자료.bin").await;
    let sum = page
        .browser
        .evaluate(
            "(async () => await new Promise(done => { \
             const open = indexedDB.open('glasspost'); \
             open.onsuccess = () => { \
             const all = open.result.transaction('files').objectStore('files').getAll(); \
             all.onsuccess = async () => { open.result.close(); \
             const octets = new Uint8Array(await all.result[0].arrayBuffer()); \
             done(octets.length + ' ' + octets.reduce((sum, octet) => sum + octet, 0)); }; }; \
             }))()",
        )
        .await;
    let total: u64 = octets.iter().map(|octet| u64::from(*octet)).sum();
    assert_eq!(sum, format!("{} {total}", octets.len()));

    // Cut off in the middle: what is sound is imported, the rest is said.
    let broken = folder.path().join("broken.tar");
    let whole = std::fs::read(&archive).expect("the archive");
    std::fs::write(&broken, &whole[..whole.len() - 60_000]).expect("a file");
    page.browser.choose_files(chooser, &[&broken]).await;
    page.drafts_show("can't be read").await;
    let foreign = folder.path().join("foreign.tar");
    std::fs::write(&foreign, b"no archive").expect("a file");
    page.browser.choose_files(chooser, &[&foreign]).await;
    page.drafts_show("not an export of drafts").await;
    page.close().await;
}

#[tokio::test]
async fn a_copy_can_be_saved_where_nothing_can_be_stored() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.first_run(QUOTA).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.evaluate("(window.full = true)").await;
    page.browser.press("New message").await;
    page.browser.fill("Subject", "사본").await;
    page.browser.fill("Message", "one\ntwo").await;
    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Save a copy").await;
    // It has no recipient: it can't be sent, and is saved all the same.
    let complete = |copy: &[u8]| {
        let copy = String::from_utf8_lossy(copy);
        copy.contains("Subject: 사본\r\n") && copy.ends_with("one\r\ntwo\r\n")
    };
    page.browser
        .saved(folder.path(), "사본.eml", complete)
        .await;
    page.close().await;
}

/// Has the page count how often it was brought back as it was, rather than loaded anew.
const BACK: &str = "window.addEventListener('pageshow', event => { \
    if (event.persisted) sessionStorage.back = Number(sessionStorage.back ?? 0) + 1; });";

/// Closes the browser. Chromium calls it an error that it closes the socket of a page that it
/// keeps as it is; any other error fails the test.
async fn close_after_going_back(page: Visitor) {
    let mut errors = page.browser.console_errors().await;
    errors.retain(|error| !error.ends_with("failed: Page entered Back-Forward Cache."));
    assert_eq!(errors, Vec::<String>::new());
    page.browser.close().await;
}

#[tokio::test]
async fn a_duplicated_tab_is_no_second_writer() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.fill("Subject", "the original").await;
    page.stored("the original").await;
    // Typed, and not stored when the tab is duplicated.
    page.browser.fill("Message", "typed just before").await;
    let address = page.browser.address().await;
    let second = page.browser.duplicate_tab(&address).await;
    page.ready_to_read().await;
    page.has("Subject", "the original").await;
    page.has("Message", "typed just before").await;
    page.compose_shows("being edited in another tab").await;

    page.browser.to(&first).await;
    page.browser.fill("Message", "by the first").await;
    page.browser.to(&second).await;
    page.has("Message", "by the first").await;
    page.browser.press("Edit here").await;
    page.editable().await;
    page.browser.fill("Message", "by the second").await;
    page.browser.to(&first).await;
    page.has("Message", "by the second").await;
    page.compose_shows("being edited in another tab").await;
    page.stored("by the second").await;
    let stored = page.all_stored().await;
    assert_eq!(stored.bodies(), ["by the second"]);

    // A new message that is duplicated is another one from the first letter on.
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    let third = page.browser.duplicate_tab(&address).await;
    page.ready().await;
    page.has("Subject", "").await;
    page.browser.fill("Message", "new in the third").await;
    page.browser.to(&first).await;
    page.browser.fill("Message", "new in the first").await;
    page.stored("new in the first").await;
    page.stored("new in the third").await;
    let stored = page.all_stored().await;
    let expect = ["by the second", "new in the first", "new in the third"];
    assert_eq!(stored.bodies(), expect);
    page.browser.to(&third).await;
    page.has("Message", "new in the third").await;
    page.close().await;
}

#[tokio::test]
async fn a_page_that_is_left_and_comes_back_has_the_newest_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.first_run(BACK).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "before").await;
    page.stored("before").await;
    // Left in the middle of a word.
    page.browser.fill("Message", "half a wo").await;
    page.browser.go("about:blank").await;
    page.browser.back().await;
    page.ready().await;
    page.has("Message", "half a wo").await;

    // Left, and changed in another tab meanwhile.
    page.browser.go("about:blank").await;
    let second = another_tab(&page, &bridge).await;
    page.has("Message", "half a wo").await;
    page.editable().await;
    page.browser.fill("Message", "by the second").await;
    page.stored("by the second").await;
    page.browser.to(&first).await;
    page.browser.back().await;
    page.ready_to_read().await;
    page.has("Message", "by the second").await;
    page.compose_shows("being edited in another tab").await;
    let back = page.browser.evaluate("sessionStorage.back ?? 0").await;
    println!("brought back as it was: {back} of 2 times");
    page.browser.to(&second).await;
    page.browser.fill("Message", "more by the second").await;
    page.browser.to(&first).await;
    page.has("Message", "more by the second").await;
    page.stored("more by the second").await;
    let stored = page.all_stored().await;
    assert_eq!(stored.bodies(), ["more by the second"]);
    close_after_going_back(page).await;
}

#[tokio::test]
async fn a_frozen_tab_loses_the_draft_and_no_text() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    page.browser.fill("Subject", "common").await;
    page.stored("common").await;
    let second = another_tab(&page, &bridge).await;
    page.compose_shows("being edited in another tab").await;
    page.browser.to(&first).await;
    page.browser.fill("Message", "just before it froze").await;
    // A browser freezes no tab in the middle of a transaction.
    page.stored("just before it froze").await;
    page.browser.freeze().await;
    page.browser.to(&second).await;
    // It does not answer.
    page.browser.press("Edit here").await;
    page.editable().await;
    page.has("Message", "just before it froze").await;
    page.browser.fill("Message", "by the second").await;
    page.stored("by the second").await;
    page.browser.to(&first).await;
    page.browser.thaw().await;
    page.has("Message", "by the second").await;
    page.compose_shows("being edited in another tab").await;
    let stored = page.all_stored().await;
    assert_eq!(stored.bodies(), ["by the second"]);
    close_after_going_back(page).await;
}

/// Keeps the database from being opened until `answer` is called.
const SLOW: &str = "\
    const open = IDBFactory.prototype.open; const held = []; \
    window.answer = () => { IDBFactory.prototype.open = open; held.forEach(go => go()); }; \
    IDBFactory.prototype.open = function (...values) { \
    const answer = new EventTarget(); \
    held.push(() => { const request = open.apply(this, values); \
    for (const name of ['upgradeneeded', 'success', 'error', 'blocked']) \
    request.addEventListener(name, () => { \
    answer.result = request.readyState === 'done' && !request.error ? request.result : null; \
    answer.error = request.error; answer.dispatchEvent(new Event(name)); }); }); \
    return answer; };";

#[tokio::test]
async fn a_database_that_answers_late_delays_nothing_but_saving() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    browser.first_run(SLOW).await;
    // Nothing can be stored on a first visit, so it does not wait, and nothing is wrong.
    let page = Visitor::with(browser, &bridge).await;
    page.browser.fill("Subject", "before the answer").await;
    let complains = format!("{ALERTS}.includes('storage')");
    assert_eq!(page.browser.evaluate(&complains).await, false);
    page.browser.evaluate("(answer(), true)").await;
    page.saved().await;

    // Later ones wait for a while, and say that they could not read.
    page.browser.reload().await;
    page.browser.until(&complains).await;
    page.browser.evaluate("(answer(), true)").await;
    page.browser.until(&format!("!{complains}")).await;
    page.has("Subject", "before the answer").await;
    page.close().await;
}

#[tokio::test]
async fn a_reloaded_tab_goes_on_writing_although_another_waits_for_it() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("Subject", "written here").await;
    page.saved().await;
    let writer = page.browser.tab().await;
    page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready_to_read().await;
    page.browser.named("button", "Edit here").await;
    let reader = page.browser.tab().await;
    page.browser.to(&writer).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "and on").await;
    page.saved().await;
    page.browser.to(&reader).await;
    page.has("Subject", "and on").await;
    assert!(page.browser.has("button", "Edit here").await);
    page.browser.close_tab(&writer).await;
    page.close().await;
}
