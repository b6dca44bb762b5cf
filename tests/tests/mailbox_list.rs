//! The inbox as a list, in a real browser: searching, marking, deleting and taking that back,
//! exporting, choosing several, the keyboard, and messages from files.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use std::path::Path;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::mail::deliver;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// The subjects in the list, in its order.
const LIST: &str =
    "[...document.querySelectorAll('.summary-subject')].map(e => words(e.innerText))";

/// Waits until the list has these subjects.
async fn listed(page: &Visitor, subjects: &[&str]) {
    let subjects = json!(subjects.join("; "));
    page.browser
        .until(&format!("{LIST}.join('; ') === {subjects}"))
        .await;
}

/// Delivers a message with this subject and text.
async fn mail(bridge: &Bridge, subject: &str, text: &str) {
    let message = format!(
        "From: Mina <mina@practice.test>\r\nSubject: {subject}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    deliver(bridge, message.as_bytes()).await;
}

/// The page with three messages in its inbox, which is shown.
async fn three(bridge: &Bridge) -> Visitor {
    mail(bridge, "one", "about apples").await;
    mail(bridge, "two", "about 사과").await;
    mail(bridge, "three", "about pears").await;
    let page = Visitor::first_visit(bridge).await;
    page.inbox().await;
    listed(&page, &["three", "two", "one"]).await;
    page
}

/// Gives the focus to the row with this subject.
async fn focus_row(page: &Visitor, subject: &str) {
    let subject = Value::from(subject);
    page.browser
        .evaluate(&format!(
            "([...document.querySelectorAll('[data-message]')]\
             .find(e => e.innerText.includes({subject})).focus(), true)"
        ))
        .await;
}

/// Waits until the row with this subject has the focus.
async fn has_focus(page: &Visitor, subject: &str) {
    let subject = Value::from(subject);
    page.browser
        .until(&format!(
            "document.activeElement.matches('[data-message]') && \
             document.activeElement.innerText.includes({subject}) || null"
        ))
        .await;
}

#[tokio::test]
async fn the_list_is_searched_with_the_texts() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    page.browser.fill("Search", "사과").await;
    listed(&page, &["two"]).await;
    page.inbox_shows("Messages found: 1.").await;
    page.browser.fill("Search", "about mina").await;
    listed(&page, &["three", "two", "one"]).await;
    page.browser.fill("Search", "TWO").await;
    listed(&page, &["two"]).await;
    // What arrives meanwhile is searched too.
    page.browser.fill("Search", "pears").await;
    listed(&page, &["three"]).await;
    mail(&bridge, "four", "more pears").await;
    listed(&page, &["four", "three"]).await;
    page.browser.fill("Search", "nothing of it").await;
    listed(&page, &[]).await;
    page.inbox_shows("Messages found: 0.").await;
    // Ctrl+A and Backspace.
    page.browser
        .evaluate("(named('textbox', 'Search').focus(), true)")
        .await;
    page.browser.keys("\u{e009}a\u{e000}\u{e003}").await;
    listed(&page, &["four", "three", "two", "one"]).await;
    page.close().await;
}

#[tokio::test]
async fn the_next_message_is_the_neighbour_in_the_list_that_a_search_left() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    page.has_commands().await;
    let open = "words(document.querySelector('[data-reading] h2')?.innerText)";
    page.browser
        .evaluate("document.querySelectorAll('[data-message]')[1].click()")
        .await;
    page.becomes(open, "two").await;
    page.browser.fill("Search", "apples").await;
    listed(&page, &["one"]).await;
    page.leaves_field().await;
    page.browser.presses("j").await;
    page.becomes(open, "one").await;
    page.browser.fill("Search", "pears").await;
    listed(&page, &["three"]).await;
    page.leaves_field().await;
    page.browser.presses("k").await;
    page.becomes(open, "three").await;
    page.close().await;
}

#[tokio::test]
async fn stars_and_unread_messages_are_kept_and_shared_by_tabs() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let unread = "[...document.querySelectorAll('li.unread .summary-subject')]\
                  .map(e => words(e.innerText)).join()";
    let starred = "[...document.querySelectorAll('li:has(.star[aria-pressed=true]) \
                   .summary-subject')].map(e => words(e.innerText)).join()";
    let is = async |what: &str, expect: &str| {
        page.browser
            .until(&format!("({what}) === {}", Value::from(expect)))
            .await;
    };
    is(unread, "three,two,one").await;
    page.opens_the_newest().await;
    is(unread, "two,one").await;
    page.browser.press("Mark as unread").await;
    is(unread, "three,two,one").await;
    page.browser.press("Star two").await;
    is(starred, "two").await;

    let first = page.browser.tab().await;
    let second = page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    page.inbox().await;
    is(starred, "two").await;
    page.browser.press("Star two").await;
    page.browser.press("Star one").await;
    is(starred, "one").await;
    page.browser.close_tab(&first).await;
    is(starred, "one").await;
    drop(second);
    page.browser.reload().await;
    is(starred, "one").await;
    page.close().await;
}

#[tokio::test]
async fn deleting_can_be_undone_and_is_final_without() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    focus_row(&page, "two").await;
    // The key Delete.
    page.browser.keys("\u{e017}").await;
    listed(&page, &["three", "one"]).await;
    page.inbox_shows("Messages deleted: 1.").await;
    has_focus(&page, "one").await;
    page.browser.press("Undo").await;
    listed(&page, &["three", "two", "one"]).await;
    page.browser.press("Delete all").await;
    listed(&page, &[]).await;
    page.browser.press("Undo").await;
    listed(&page, &["three", "two", "one"]).await;

    // Another tab agrees at once, and a closed tab has deleted.
    let first = page.browser.tab().await;
    page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    page.inbox().await;
    listed(&page, &["three", "two", "one"]).await;
    focus_row(&page, "three").await;
    page.browser.keys("\u{e017}").await;
    listed(&page, &["two", "one"]).await;
    page.browser.close_tab(&first).await;
    listed(&page, &["two", "one"]).await;
    assert!(!page.browser.has("button", "Undo").await);
    page.browser.reload().await;
    listed(&page, &["two", "one"]).await;
    page.close().await;
}

#[tokio::test]
async fn several_messages_are_chosen_by_mouse_and_keyboard() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    mail(&bridge, "four", "").await;
    listed(&page, &["four", "three", "two", "one"]).await;
    focus_row(&page, "four").await;
    page.browser.keys("\u{e015}").await;
    has_focus(&page, "three").await;
    // Shift and arrow down.
    page.browser.keys("\u{e008}\u{e015}").await;
    has_focus(&page, "two").await;
    page.inbox_shows("2 selected").await;
    page.browser.press("Mark as read").await;
    page.browser
        .until("document.querySelectorAll('li.unread').length === 2")
        .await;
    // Escape.
    focus_row(&page, "two").await;
    page.browser.keys("\u{e00c}").await;
    page.browser
        .until("!region('Inbox').includes('selected')")
        .await;
    page.browser.tick("Select one").await;
    page.inbox_shows("1 selected").await;
    page.browser
        .evaluate(
            "(named('checkbox', 'Select four').dispatchEvent(new MouseEvent('click', \
             {shiftKey: true, bubbles: true, cancelable: true})), true)",
        )
        .await;
    page.inbox_shows("4 selected").await;
    page.browser.tick("Select two").await;
    page.inbox_shows("3 selected").await;
    page.browser.press("Delete selected").await;
    listed(&page, &["two"]).await;
    page.browser.press("Undo").await;
    listed(&page, &["four", "three", "two", "one"]).await;
    page.close().await;
}

/// Python reads the file that is exported, and finds the messages in it as they were.
#[cfg(feature = "python")]
#[tokio::test]
async fn messages_are_exported_as_python_reads_them() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let odd = "From here\r\n>From there\r\n\r\n.\r\n 끝";
    mail(&bridge, "odd", odd).await;
    listed(&page, &["odd", "three", "two", "one"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Export all").await;
    page.browser
        .saved(folder.path(), "inbox.mbox", |file| !file.is_empty())
        .await;
    let script = "import mailbox, sys\n\
                  for message in mailbox.mbox(sys.argv[1]):\n\
                  \x20   print(message['Subject'], repr(message.get_payload(decode=True)))";
    let output = std::process::Command::new(glasspost_tests::program::python())
        .args(["-c", script])
        .arg(folder.path().join("inbox.mbox"))
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines.len(),
        4,
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(lines[0], "one b'about apples\\n'");
    // Python leaves the quoting of mboxrd in place.
    assert!(
        lines[3].starts_with("odd b'>From here\\n>>From there\\n\\n.\\n "),
        "{said}"
    );
    page.close().await;
}

/// However much is exported, the page holds one message at a time.
#[tokio::test]
async fn an_export_takes_no_more_memory_than_a_message() {
    const MIB: usize = 1024 * 1024;
    let bridge = Bridge::start();
    let text = "a line of the text\r\n".repeat(8 * MIB / 20);
    for at in 0..5 {
        mail(&bridge, &format!("large {at}"), &text).await;
    }
    let page = Visitor::first_visit(&bridge).await;
    page.browser.watch_memory().await;
    page.browser.reload().await;
    page.ready().await;
    page.inbox().await;
    listed(
        &page,
        &["large 4", "large 3", "large 2", "large 1", "large 0"],
    )
    .await;
    let before = page.browser.wasm_memory().await;
    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Export all").await;
    page.browser
        .saved(folder.path(), "inbox.mbox", |file| file.len() > 35 * MIB)
        .await;
    let grown = page.browser.wasm_memory().await - before;
    assert!(grown < 20 * MIB as u64, "{grown} octets");
    page.close().await;
}

fn file(folder: &Path, name: &str, content: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

#[tokio::test]
async fn a_message_from_a_file_is_one_of_the_inbox() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let folder = tempfile::tempdir().expect("a folder");
    let unix = file(
        folder.path(),
        "unix.eml",
        b"From: Joon <joon@example.net>\nTo: mina@example.org\nSubject: From a file\n\
          Message-ID: <9@example.net>\n\nThe text.\n",
    );
    let field = ".inbox input[type=file]";
    page.browser.choose_files(field, &[&unix]).await;
    page.inbox_shows("The text.").await;
    listed(&page, &["From a file", "three", "two", "one"]).await;
    page.browser
        .until("document.querySelector('.summary-to').innerText.includes('From a file')")
        .await;
    // It is answered as others are.
    page.browser.press("Reply").await;
    page.has("Subject", "Re: From a file").await;
    page.compose_shows("Joon <joon@example.net>").await;
    page.inbox().await;

    // Several at once, one of which is no message, by dropping.
    let empty = file(folder.path(), "empty.eml", b"");
    let other = file(
        folder.path(),
        "other.eml",
        b"Subject: Dropped\r\n\r\nHi\r\n",
    );
    page.browser
        .drop_files(200.0, 300.0, &[&empty, &other])
        .await;
    page.inbox_shows("empty.eml is empty.").await;
    listed(&page, &["Dropped", "From a file", "three", "two", "one"]).await;
    let large = vec![b'a'; practice::limits::MESSAGE + 1];
    let large = file(folder.path(), "large.eml", &large);
    page.browser.choose_files(field, &[&large]).await;
    page.inbox_shows("large.eml is too large: the practice server accepts messages of at most")
        .await;
    page.close().await;

    let without = Bridge::with(&["--no-practice"]);
    let page = Visitor::first_visit(&without).await;
    page.inbox().await;
    page.inbox_shows("Start glasspost without --no-practice")
        .await;
    assert!(!page.browser.has("button", "Open message").await);
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn the_list_is_accessible_in_both_languages_schemes_and_widths() {
    let bridge = Bridge::start();
    mail(&bridge, "one", "about apples").await;
    mail(&bridge, "two", "about pears").await;
    for (language, inbox, search, select, delete) in [
        ("en-US", "Inbox", "Search", "Select one", "Delete selected"),
        (
            "ko-KR",
            "받은편지함",
            "검색",
            "선택: one",
            "선택한 메시지 삭제",
        ),
    ] {
        for (width, height) in [(1440, 900), (390, 844)] {
            let browser = Browser::open_in(language, width, height).await;
            browser.go(&bridge.announcement().url).await;
            let page = Visitor { browser };
            page.go_to(inbox).await;
            page.browser.fill(search, "apples").await;
            listed(&page, &["one"]).await;
            page.browser.tick(select).await;
            page.browser.named("button", delete).await;
            for scheme in ["light", "dark"] {
                page.browser.prefer_color_scheme(scheme).await;
                page.without_violations(&format!("the list, {language}, {width}, {scheme}"))
                    .await;
            }
            page.browser.press(delete).await;
            listed(&page, &[]).await;
            page.without_violations(&format!("a deleted message, {language}, {width}"))
                .await;
            let undo = if language == "en-US" {
                "Undo"
            } else {
                "실행 취소"
            };
            page.browser.press(undo).await;
            listed(&page, &["one"]).await;
            page.close().await;
        }
    }
}
