//! Two tabs and a crash at every step of a write, in a real browser: what is there afterwards, as
//! a table. The same in a simulation, for steps and orders that no browser can be made to take, is
//! in `app/src/compose/drafts/tests/crash_table.rs`.
//!
//! The first tab writes "first" behind "common", and is stopped at a step by holding back what
//! would take it to the next one. Then it crashes.

use glasspost_tests::bridge::Bridge;
#[cfg(feature = "linux")]
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

use Other::{Alone, Reads, Takes, Took};
use Step::{Asked, Committed, Journaled, Known, Released, Told, Typed, Waits, Written};

/// How far the write of the first tab is when the tab crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Typed; the page will save it in half a second.
    Typed,
    /// It is to be saved, and waits for the transaction of another page.
    Waits,
    /// The transaction has all of it, and has not been committed.
    Written,
    /// It has been committed, and the page does not know.
    Committed,
    /// The page knows, and the other tabs do not.
    Known,
    /// The other tabs have been told.
    Told,
    /// The page was hidden while it waited, so the text is in the journal too.
    Journaled,
    /// The other tab has asked for the draft. The text is written, and not committed.
    Asked,
    /// The other tab has asked for the draft, and has got it.
    Released,
}

/// What the second tab does with the same draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    /// There is none.
    Alone,
    /// It shows the draft.
    Reads,
    /// It shows the draft, gets it by the crash, and writes "second".
    Takes,
    /// It has taken the draft before the crash, and has written "second".
    Took,
}

/// Stops the page at the step in `window.stopAt`, and says in the document that it is there.
const STEPS: &str = "(() => {
    const at = step => {
        if (window.stopAt !== step) return false;
        document.documentElement.dataset.reached = step;
        return true;
    };
    // Going to another tab hides this one; only a test says so to the page.
    for (const name of ['visibilitychange', 'freeze']) {
        document.addEventListener(name, event => event.stopImmediatePropagation(), true);
    }
    const timeout = window.setTimeout;
    window.setTimeout = (task, wait, ...more) =>
        wait === 500 && at('Typed') ? 0 : timeout(task, wait, ...more);
    // A transaction goes on as long as it is asked for something.
    const keep = store => { const ask = () => { store.count().onsuccess = ask; }; ask(); };
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (names, mode, ...more) {
        if (mode === 'readwrite' && window.stopAt === 'Waits' && !window.first) {
            window.first = begin.call(this, ['heads', 'drafts'], mode);
            keep(window.first.objectStore('heads'));
            at('Waits');
        }
        const begun = begin.call(this, names, mode, ...more);
        if (mode === 'readwrite') begun.addEventListener('complete', event => {
            if (at('Committed')) event.stopImmediatePropagation();
        });
        return begun;
    };
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...values) {
        const request = put.apply(this, values);
        if (this.name === 'heads' && at('Written')) keep(this);
        return request;
    };
    const post = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = function (text) {
        if (text.includes('changed') && at('Known')) return;
        post.call(this, text);
        if (text.includes('changed')) at('Told');
    };
})()";

/// Writes behind what is there.
async fn write(page: &Visitor, word: &str) {
    let word = Value::from(format!(" {word}"));
    page.browser
        .evaluate(&format!(
            "(field => {{ field.value += {word}; \
             field.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); return true; }})\
             (named('textbox', 'Message'))"
        ))
        .await;
}

/// Waits until the message has this text, also in a hidden tab.
async fn shows(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .evaluate(&format!(
            "(async () => {{ while (named('textbox', 'Message')?.value !== {text}) \
             await new Promise(done => setTimeout(done)); }})()"
        ))
        .await;
}

/// Opens the page in the first tab, with the stored text "common".
async fn begin(page: &Visitor, bridge: &Bridge) {
    page.browser.first_run(STEPS).await;
    // Otherwise the same address would not load the page anew.
    page.browser.go("about:blank").await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    page.browser.press("New message").await;
    page.has("Message", "").await;
    page.browser.fill("Message", "common").await;
    page.stored("common").await;
    page.saved().await;
}

/// Has the first tab write, and stops it.
async fn stop_at(page: &Visitor, step: Step) {
    let stop = match step {
        Journaled => Waits,
        Asked => Written,
        Released => return write(page, "first").await,
        step => step,
    };
    let name = Value::from(format!("{stop:?}"));
    page.browser
        .evaluate(&format!("(window.stopAt = {name}, true)"))
        .await;
    write(page, "first").await;
    let reached = format!("document.documentElement.dataset.reached === {name}");
    page.browser.until_hidden(&reached).await;
    if step == Journaled {
        // As when it is hidden or closed.
        page.browser
            .evaluate(
                "(window.dispatchEvent(new PageTransitionEvent('pagehide')), \
                 Object.keys(localStorage).some(key => key.startsWith('glasspost.journal')))",
            )
            .await;
    }
}

/// What is stored once everything has come to rest: the text of each draft.
async fn outcome(page: &Visitor, bridge: &Bridge) -> Vec<String> {
    page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready_to_read().await;
    loop {
        let stored = page.all_stored().await;
        if stored.waiting == 0 {
            return stored.bodies().into_iter().map(str::to_owned).collect();
        }
    }
}

async fn play(step: Step, other: Other) -> Vec<String> {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let second = page.browser.tab().await;
    page.browser.go("about:blank").await;
    let first = page.browser.new_tab().await;
    begin(&page, &bridge).await;
    if other != Alone {
        page.browser.to(&second).await;
        page.browser.go(&bridge.announcement().url).await;
        page.ready_to_read().await;
        page.has("Message", "common").await;
        page.browser.to(&first).await;
    }
    stop_at(&page, step).await;
    page.browser.to(&second).await;
    if other == Took {
        take(&page, step).await;
    }
    page.browser.to(&first).await;
    page.browser.crash(&second).await;
    match other {
        Alone => {}
        Reads => page.editable().await,
        Takes => {
            page.editable().await;
            if !matches!(step, Typed | Waits | Written) {
                shows(&page, "common first").await;
            }
            write(&page, "second").await;
            page.stored("second").await;
        }
        Took => page.stored("second").await,
    }
    let found = outcome(&page, &bridge).await;
    page.browser.close().await;
    found
}

/// The second tab takes the draft and writes to it. The first one answers, or does not.
async fn take(page: &Visitor, step: Step) {
    page.browser.press("Edit here").await;
    page.editable().await;
    if !matches!(step, Waits | Written | Journaled | Asked) {
        shows(page, "common first").await;
    }
    write(page, "second").await;
}

/// Plays every row, prints what is there after it, and fails if it is not what is expected.
async fn check(table: &[(Step, Other, &[&str])]) {
    let mut wrong = String::new();
    for (step, other, expect) in table {
        let found = play(*step, *other).await;
        println!("{step:?} | {other:?} | {}", found.join(", "));
        if found != *expect {
            wrong.push_str(&format!("{step:?} {other:?}: {found:?}, not {expect:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn a_crash_of_the_only_tab_at_every_step_of_a_write() {
    check(&[
        // What was typed within the last second, and never left the page, is gone.
        (Typed, Alone, &["common"]),
        (Waits, Alone, &["common"]),
        (Written, Alone, &["common"]),
        // From here on it is never lost.
        (Journaled, Alone, &["common first"]),
        (Committed, Alone, &["common first"]),
        (Known, Alone, &["common first"]),
        (Told, Alone, &["common first"]),
    ])
    .await;
}

#[tokio::test]
async fn a_crash_beside_a_tab_that_reads_at_every_step_of_a_write() {
    check(&[
        (Typed, Reads, &["common"]),
        (Waits, Reads, &["common"]),
        (Written, Reads, &["common"]),
        (Journaled, Reads, &["common first"]),
        (Committed, Reads, &["common first"]),
        (Known, Reads, &["common first"]),
        (Told, Reads, &["common first"]),
    ])
    .await;
}

#[tokio::test]
async fn a_crash_beside_a_tab_that_goes_on_at_every_step_of_a_write() {
    check(&[
        (Typed, Takes, &["common second"]),
        (Waits, Takes, &["common second"]),
        (Written, Takes, &["common second"]),
        // It has read all that is stored before it writes.
        (Journaled, Takes, &["common first second"]),
        (Committed, Takes, &["common first second"]),
        (Known, Takes, &["common first second"]),
        (Told, Takes, &["common first second"]),
    ])
    .await;
}

#[tokio::test]
async fn a_crash_after_another_tab_took_the_draft_at_every_step_of_a_write() {
    check(&[
        // Asked for the draft, a tab stores what was typed.
        (Typed, Took, &["common first second"]),
        // It can't. The other tab takes the draft as it is.
        (Waits, Took, &["common second"]),
        (Written, Took, &["common second"]),
        (Asked, Took, &["common second"]),
        // Both are kept where neither could know of the other.
        (Journaled, Took, &["common first", "common second"]),
        (Committed, Took, &["common first second"]),
        (Known, Took, &["common first second"]),
        (Told, Took, &["common first second"]),
        (Released, Took, &["common first second"]),
    ])
    .await;
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_browser_killed_at_every_step_of_a_write() {
    let table: &[(Step, &[&str])] = &[
        (Typed, &["common"]),
        (Waits, &["common"]),
        (Written, &["common"]),
        (Committed, &["common first"]),
        (Known, &["common first"]),
        (Told, &["common first"]),
    ];
    let mut wrong = String::new();
    for (step, expect) in table {
        let bridge = Bridge::start();
        let profile = tempfile::tempdir().expect("a profile");
        let browser = Browser::open_profile(profile.path(), 1440, 900).await;
        let page = Visitor::with(browser, &bridge).await;
        begin(&page, &bridge).await;
        stop_at(&page, *step).await;
        page.browser.kill();
        let browser = Browser::open_profile(profile.path(), 1440, 900).await;
        let page = Visitor::with(browser, &bridge).await;
        let found = outcome(&page, &bridge).await;
        page.browser.close().await;
        println!("{step:?} | browser killed | {}", found.join(", "));
        if found != *expect {
            wrong.push_str(&format!("{step:?}: {found:?}, not {expect:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
