//! The whole browser is killed while someone writes or attaches files, and opened again with the
//! same profile.

use std::time::{SystemTime, UNIX_EPOCH};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::{Visitor, checksum};

/// Where files to attach are chosen.
const FILES: &str = ".attached input[type=file]:not(.folder)";

/// The names of the attached files.
const NAMES: &str = "[...document.querySelectorAll('.file-name')].map(e => e.innerText).join()";

/// The octets of the file that is attached, which no browser compresses.
const SIZE: u32 = 40_000_000;

async fn open(bridge: &Bridge, profile: &tempfile::TempDir) -> Visitor {
    let browser = Browser::open_profile(profile.path(), 1440, 900).await;
    Visitor::with(browser, bridge).await
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.expect("a time after 1970").as_millis();
    u64::try_from(ms).expect("milliseconds")
}

#[tokio::test]
async fn what_was_typed_is_there_after_the_browser_was_killed() {
    let bridge = Bridge::start();
    let profile = tempfile::tempdir().expect("a profile");
    let page = open(&bridge, &profile).await;
    // Each word is the time at which it was typed.
    page.browser
        .evaluate(
            "(field => { field.focus(); field.select(); window.typed = 0; \
             setInterval(() => document.execCommand('insertText', false, \
             `t${++window.typed}=${Date.now()} `), 20); })(named('textbox', 'Message')) ?? true",
        )
        .await;
    page.stored("t60=").await;
    // It is stored while the typing goes on.
    let typed = page.browser.evaluate("window.typed").await;
    page.stored(&format!("t{typed}=")).await;
    page.browser.kill();
    let killed = now();

    let page = open(&bridge, &profile).await;
    let body = page.browser.value("Message").await;
    let times: Vec<(u64, u64)> = body
        .split_whitespace()
        .map(|word| {
            let (number, time) = word[1..].split_once('=').expect("a word that was typed");
            (
                number.parse().expect("a number"),
                time.parse().expect("a time"),
            )
        })
        .collect();
    let numbers = times.iter().map(|(number, _)| *number);
    assert!(numbers.eq(1..=times.len() as u64), "{body}");
    let (last, time) = times.last().expect("words");
    assert!(Some(*last) >= typed.as_u64(), "{body}");
    println!(
        "{last} words are there; the last was typed {} ms before the end",
        killed.saturating_sub(*time)
    );
    page.close().await;
}

/// When the browser is killed, and what is there then.
struct Moment {
    name: &'static str,
    /// What the page is made to do before, if anything.
    hook: &'static str,
    /// What is waited for before it is killed.
    until: &'static str,
    /// None: the file is there or not.
    attached: Option<bool>,
}

/// Calls `then` with the store when the page puts something into this table.
const ON_PUT: &str = "const put = IDBObjectStore.prototype.put; \
    const onPut = (name, then) => { \
    IDBObjectStore.prototype.put = function (...values) { \
    const request = put.apply(this, values); \
    if (this.name === name) then(this); return request; }; };";

const MOMENTS: [Moment; 5] = [
    Moment {
        name: "before the file is committed",
        // The transaction goes on as long as it is asked for something.
        hook: "onPut('files', store => { const ask = () => { store.count().onsuccess = ask; }; \
               ask(); window.reached = true; })",
        until: "window.reached",
        attached: Some(false),
    },
    Moment {
        name: "while the file is committed",
        hook: "onPut('files', () => { window.reached = true; })",
        until: "window.reached",
        attached: None,
    },
    Moment {
        name: "when the file is committed",
        hook: "const begin = IDBDatabase.prototype.transaction; \
               IDBDatabase.prototype.transaction = function (names, ...more) { \
               const begun = begin.call(this, names, ...more); \
               if (String(names) === 'files') begun.addEventListener('complete', event => { \
               event.stopImmediatePropagation(); window.reached = true; }); return begun; }",
        until: "window.reached",
        attached: Some(false),
    },
    Moment {
        name: "when the page shows the file",
        hook: "",
        until: "document.querySelector('.file-name')",
        attached: None,
    },
    Moment {
        name: "when the draft with the file is saved",
        hook: "",
        until: "document.querySelector('.file-name') && /Draft saved/.test(region('Compose'))",
        attached: Some(true),
    },
];

/// The octets of the file.
fn octets() -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let octets = (0..SIZE).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    octets.collect()
}

#[tokio::test]
async fn no_half_file_is_there_after_the_browser_was_killed() {
    let bridge = Bridge::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.bin");
    let octets = octets();
    std::fs::write(&path, &octets).expect("a file");
    let whole = (u64::from(SIZE), checksum(&octets));
    for moment in MOMENTS {
        let name = moment.name;
        let profile = tempfile::tempdir().expect("a profile");
        let page = open(&bridge, &profile).await;
        page.write("hana@practice.test", "Files", "Here they are.")
            .await;
        page.stored("Here they are.").await;
        page.saved().await;
        page.browser
            .evaluate(&format!(
                "(() => {{ {ON_PUT} {}; }})() ?? true",
                moment.hook
            ))
            .await;
        page.browser.choose_files(FILES, &[&path]).await;
        page.browser.until(moment.until).await;
        page.browser.kill();

        let page = open(&bridge, &profile).await;
        page.has("Message", "Here they are.").await;
        // The list of files comes behind the page.
        page.browser
            .until("document.querySelector('.attached') && true")
            .await;
        let names = page.browser.evaluate(NAMES).await;
        let attached = names == "large.bin";
        assert!(attached || names == "", "{name}: {names}");
        assert!(
            moment.attached.is_none_or(|expect| expect == attached),
            "{name}: {attached}"
        );
        // A file that no draft names is removed: nobody could ever find it again.
        page.has_files(usize::from(attached)).await;
        let stored = page.all_stored().await;
        assert!(stored.files.iter().all(|file| *file == whole), "{name}");
        println!(
            "killed {name}: the file is {}",
            if attached { "there" } else { "not there" }
        );
        page.close().await;
    }
}
