//! The main roads in Firefox: write, attach, send, read, reload; keys and pasted lists. As in
//! Chromium, an error, a warning or a violation of the content security policy on the console fails
//! a test.

use std::path::PathBuf;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{NEWSLETTER, deliver};
use glasspost_tests::merging::Merging;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use glasspost_tests::visitor::commands::LISTED;
use glasspost_tests::visitor::faults::{FORBIDDEN, QUOTA};
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::{Value, json};

/// Keys that WebDriver encodes as code points of the private use area (W3C WebDriver §17.4.2).
mod keys {
    pub(crate) const BACKSPACE: &str = "\u{e003}";
    pub(crate) const CONTROL_ENTER: &str = "\u{e009}\u{e007}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const PASTE: &str = "\u{e009}v";
    pub(crate) const TAB: &str = "\u{e004}";
    pub(crate) const UNDO: &str = "\u{e009}z";
}

/// The texts of the chips in the field To.
const CHIPS: &str =
    "[...document.querySelectorAll('.addresses:has(#to) .addr')].map(e => words(e.innerText))";

/// The field behind the button Attach files.
const FILES: &str = ".attached input[type=file]:not(.folder)";

/// The names of the attached files, in order.
const NAMES: &str = "[...document.querySelectorAll('.file-name')].map(e => e.innerText)";

/// Waits until the field To has these chips and this text after them.
async fn to_is(page: &Visitor, chips: &[&str], typing: &str) {
    let (chips, typing) = (json!(chips), Value::from(typing));
    page.browser
        .until(&format!(
            "JSON.stringify({CHIPS}) === JSON.stringify({chips}) \
             && named('textbox', 'To').value === {typing}"
        ))
        .await;
}

/// Presses Tab until a field has the focus.
async fn tab_to(page: &Visitor, field: &str) {
    let reached = format!(
        "document.activeElement === named('textbox', {})",
        Value::from(field)
    );
    for _ in 0..20 {
        page.browser.keys(keys::TAB).await;
        if page.browser.evaluate(&reached).await == Value::Bool(true) {
            return;
        }
    }
    panic!("{field} is not among the next 20 tab stops");
}

#[tokio::test]
async fn a_message_is_written_sent_and_read() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    assert!(
        !page.browser.address().await.contains(bridge.token()),
        "the token stays in the address bar"
    );
    page.write(
        "민호 <joon@practice.test>",
        "안녕하세요, Firefox 🦊",
        "첫 줄\n.a dot\n\nlast line",
    )
    .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    for line in [
        "STARTTLS",
        "MAIL FROM:<",
        "RCPT TO:<joon@practice.test>",
        "221",
    ] {
        page.wire_shows(line).await;
    }
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("안녕하세요, Firefox 🦊").await;
    page.inbox_shows("첫 줄").await;
    page.inbox_shows(".a dot").await;
    page.inbox_shows("last line").await;
    page.browser.back().await;
    page.close().await;
}

#[tokio::test]
async fn a_message_is_found_answered_deleted_and_put_back() {
    let bridge = Bridge::start();
    let asked = b"From: Joon <joon@practice.test>\r\nTo: mina@practice.test\r\n\
        Subject: Figures\r\nMessage-ID: <1@practice.test>\r\n\r\nHow are they?\r\n";
    deliver(&bridge, asked).await;
    deliver(&bridge, b"Subject: Another\r\n\r\n").await;
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.inbox().await;
    let rows = async |count: usize| {
        let rows = format!("document.querySelectorAll('[data-message]').length === {count}");
        page.browser.until(&rows).await;
    };
    rows(2).await;
    page.browser.fill("Search", "how are").await;
    rows(1).await;
    page.opens_the_newest().await;
    page.browser.press("Reply").await;
    page.has("Subject", "Re: Figures").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Message')")
        .await;
    page.browser.keys("Fine.").await;
    page.browser
        .until("named('textbox', 'Message').value.startsWith('Fine.\\n\\nJoon wrote:\\n> How')")
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let mut other = Page::open(&bridge).await;
    let mailbox = other.mailbox(|mailbox| mailbox.messages.len() == 3).await;
    let sent = other
        .read(mailbox.messages[0].id)
        .await
        .expect("it is there");
    let sent = String::from_utf8_lossy(&sent);
    let thread = "In-Reply-To: <1@practice.test>\r\nReferences: <1@practice.test>\r\n";
    assert!(sent.contains(thread), "{sent}");

    page.inbox().await;
    page.inbox_shows("Replied").await;
    page.opens_the_newest().await;
    page.browser.press("Delete").await;
    page.browser.press("Undo").await;
    page.inbox_shows("Figures").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_is_there_after_a_reload() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("joon@practice.test, half typ", "임시 보관", "한글\nEnglish")
        .await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "임시 보관").await;
    page.has("Message", "한글\nEnglish").await;
    page.compose_shows("joon@practice.test").await;
    page.compose_shows("half typ").await;
    page.close().await;
}

#[tokio::test]
async fn a_draft_has_one_writer_in_two_tabs() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.fill("Subject", "in the first tab").await;
    page.saved().await;
    let first = page.browser.tab().await;
    page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready_to_read().await;
    page.has("Subject", "in the first tab").await;
    page.compose_shows("being edited in another tab").await;
    page.browser.press("Edit here").await;
    page.editable().await;
    page.browser.fill("Subject", "in the second tab").await;
    page.saved().await;
    page.browser.to(&first).await;
    page.has("Subject", "in the second tab").await;
    page.compose_shows("being edited in another tab").await;
    page.close().await;
}

#[tokio::test]
async fn someone_who_was_written_to_is_suggested() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("김민호 <minho@practice.test>", "A note", "Hello")
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.browser.press("New message").await;
    to_is(&page, &[], "").await;
    page.focus("To").await;
    page.browser.keys("ㅁㅎ").await;
    page.browser
        .until("document.querySelector('[role=option]')?.innerText.includes('minho@practice.test')")
        .await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["김민호 <minho@practice.test>"], "").await;
    page.close().await;
}

#[tokio::test]
async fn attached_files_survive_a_reload_and_arrive_as_they_were() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("joon@practice.test", "Files", "Two of them.")
        .await;
    page.browser.named("button", "Attach files").await;

    let folder = tempfile::tempdir().expect("a folder");
    let long: Vec<u8> = (0..200_001_u32)
        .map(|at| (at.wrapping_mul(at) >> 7) as u8)
        .collect();
    let given = [
        ("보고서 3분기 (최종).hwpx", long.as_slice()),
        ("=?utf-8?Q?x?=.txt", b""),
    ];
    let paths = given.map(|(name, octets)| {
        let path = folder.path().join(name);
        std::fs::write(&path, octets).expect("a file");
        path
    });
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    let names = json!(given.map(|(name, _)| name));
    let attached = format!("JSON.stringify({NAMES}) === JSON.stringify({names})");
    page.browser.until(&attached).await;
    page.saved().await;

    // Without the files that they were copied from.
    drop(folder);
    page.browser.reload().await;
    page.ready().await;
    page.browser.until(&attached).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    for (name, _) in given {
        page.inbox_shows(name).await;
    }

    let mut reader = Page::open(&bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    let message = reader.read(newest).await.expect("its octets");
    let read = MessageParser::default().parse(&message).expect("a message");
    let files: Vec<_> = read
        .attachments()
        .map(|part| (part.attachment_name().unwrap_or_default(), part.contents()))
        .collect();
    assert_eq!(files, given);
    page.close().await;
}

#[tokio::test]
async fn messages_and_their_files_are_saved() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("joon@practice.test", "저장할 것", "A text.")
        .await;
    page.browser.named("button", "Attach files").await;
    let given = tempfile::tempdir().expect("a folder");
    let path = given.path().join("보고서.bin");
    let octets: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    std::fs::write(&path, &octets).expect("a file");
    page.browser.choose_files(FILES, &[path.as_path()]).await;
    page.saved().await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("보고서.bin").await;

    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Download 보고서.bin").await;
    let complete = |content: &[u8]| content == octets;
    page.browser
        .saved(folder.path(), "보고서.bin", complete)
        .await;

    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Download").await;
    let mut reader = Page::open(&bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    let message = reader.read(newest).await.expect("its octets");
    page.browser
        .saved(folder.path(), "저장할 것.eml", |content| {
            content == message
        })
        .await;
    page.close().await;
}

#[tokio::test]
async fn full_storage_is_reported_and_nothing_is_lost() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.run_in_new_documents(QUOTA).await;
    // A reload would break off what is still being loaded, and the console would say so.
    page.browser.named("button", "Attach files").await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.evaluate("(window.full = true)").await;
    page.browser.fill("Message", "kept all the same").await;
    page.compose_shows("storage for this page is full").await;
    assert!(page.browser.has("button", "Save a copy").await);
    page.browser.reload().await;
    page.ready().await;
    page.has("Message", "kept all the same").await;
    page.stored("kept all the same").await;
    page.close().await;
}

#[tokio::test]
async fn without_storage_the_page_works_and_says_so() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.run_in_new_documents(FORBIDDEN).await;
    // A reload would break off what is still being loaded, and the console would say so.
    page.browser.named("button", "Attach files").await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.fill("Subject", "first").await;
    page.compose_shows("the browser does not store data for this page")
        .await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "first").await;
    page.close().await;
}

#[tokio::test]
async fn a_message_to_many_is_sent_and_kept_in_the_history() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("", "Seat", "Dear {name}").await;
    let table = b"name,email\nMina,mina@practice.test\nJoon,joon@practice.test\n";
    let merging = Merging::open(&page, table).await;
    page.browser.press("Start: 2 messages").await;
    merging.shows("2 of 2").await;
    page.browser.press("Done").await;
    page.go_to("History").await;
    page.browser
        .until("region('History').includes('2 messages, 2 accepted')")
        .await;
    page.browser
        .evaluate("(document.querySelector('[data-batch]').click(), true)")
        .await;
    page.browser
        .until(
            "(document.querySelector('[data-sent]')?.click(), \
                region('History').includes('Dear Joon'))",
        )
        .await;
    page.browser.press("Open transcript").await;
    page.wire_shows("RCPT TO:<joon@practice.test>").await;
    page.close().await;
}

#[tokio::test]
async fn a_message_is_written_and_sent_by_keyboard() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.press("New message").await;
    to_is(&page, &[], "").await;
    page.focus("To").await;
    page.browser.keys("joon@practice.test").await;
    page.browser.keys(keys::ENTER).await;
    page.browser.keys("x").await;
    to_is(&page, &["joon@practice.test"], "x").await;
    page.browser.keys(keys::BACKSPACE).await;
    tab_to(&page, "Subject").await;
    page.browser.keys("By keyboard").await;
    tab_to(&page, "Message").await;
    page.browser.keys("one\ntwo").await;
    page.browser.keys(keys::CONTROL_ENTER).await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("By keyboard").await;
    page.inbox_shows("two").await;
    page.close().await;
}

#[tokio::test]
async fn a_pasted_list_becomes_one_address_each() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.press("New message").await;
    to_is(&page, &[], "").await;
    page.browser
        .copy("Message", "박민아\tmina@x.org\nb@x.org\n")
        .await;
    page.focus("To").await;
    page.browser.keys(keys::PASTE).await;
    to_is(&page, &["박민아 <mina@x.org>", "b@x.org"], "").await;

    // A single address is pasted by the browser itself, which can undo it.
    page.browser.copy("Message", "joon@practice.test").await;
    page.focus("To").await;
    page.browser.keys(keys::PASTE).await;
    to_is(
        &page,
        &["박민아 <mina@x.org>", "b@x.org"],
        "joon@practice.test",
    )
    .await;
    page.browser.keys(keys::UNDO).await;
    to_is(&page, &["박민아 <mina@x.org>", "b@x.org"], "").await;
    page.close().await;
}

#[tokio::test]
async fn a_line_is_paused_edited_and_sent() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.browser.press("Step through").await;
    page.send_until("MAIL").await;
    page.edit_paused_line("mail from:<changed@practice.test>")
        .await;
    page.browser.press("Send line").await;
    page.wire_shows("mail from:<changed@practice.test>").await;
    page.pauses_at("RCPT").await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn the_inbox_is_used_by_shortcuts_and_the_palette() {
    let bridge = Bridge::start();
    let message = b"From: mina@practice.test\r\nSubject: Keys\r\n\r\nText.\r\n";
    deliver(&bridge, message).await;
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.has_commands().await;
    page.browser.presses("g i").await;
    page.becomes(LISTED, "Keys").await;
    page.browser.presses("j o").await;
    page.browser
        .until("named('button', 'Reply') !== null")
        .await;
    page.browser.presses("#").await;
    page.becomes(LISTED, "").await;
    page.browser.presses("z").await;
    page.becomes(LISTED, "Keys").await;
    // Firefox has a use of its own for this one, which is not for the page.
    page.browser.presses("Ctrl+k").await;
    page.dialog_is("Commands").await;
    page.browser.keys("settings").await;
    page.browser.presses("Enter").await;
    page.dialog_is("Settings").await;
    page.browser.presses("Escape").await;
    page.dialog_is("").await;
    page.close().await;
}

/// The other tests rely on this.
#[tokio::test]
async fn what_goes_wrong_in_the_page_is_found() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    assert_eq!(page.browser.console_errors().await, Vec::<String>::new());
    for (script, entry) in [
        ("console.error('by the page')", "by the page"),
        ("console.warn('by the page')", "by the page"),
        (
            "document.body.setAttribute('onclick', 'x')",
            "Content-Security-Policy",
        ),
        (
            "document.body.setAttribute('style', 'top:0')",
            "Content-Security-Policy",
        ),
        (
            "void setTimeout(() => { throw new Error('thrown') })",
            "thrown",
        ),
        ("void Promise.reject(new Error('rejected'))", "rejected"),
        (
            "void (document.body.appendChild(new Image()).src = '/nothing.png')",
            "not loaded",
        ),
        (
            "void (document.body.appendChild(new Image()).src = 'http://127.0.0.2/')",
            "Content-Security-Policy",
        ),
    ] {
        page.browser.evaluate(script).await;
        let mut entries = page.browser.console_errors().await;
        while entries.is_empty() {
            entries = page.browser.console_errors().await;
        }
        assert!(
            entries.iter().any(|text| text.contains(entry)),
            "{script}: {entries:?}"
        );
    }
    page.browser.close().await;
}

#[tokio::test]
async fn a_stored_message_is_shown_whole() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.inbox().await;
    deliver(&bridge, NEWSLETTER.as_bytes()).await;
    page.opens_the_newest().await;
    page.browser
        .until("document.querySelector('.sealed iframe[data-shown=true]') && true")
        .await;
    let inside = "(d => [d.body.innerText.includes('44,870'), \
         d.querySelector('img').src.startsWith('blob:'), \
         d.querySelectorAll('script, form, [onload]').length])(\
         document.querySelector('.sealed iframe').contentDocument)";
    assert_eq!(page.browser.evaluate(inside).await, json!([true, true, 0]));
    page.inbox_shows("Remote content not loaded: 3.").await;
    // The frame is as high as its content.
    page.browser
        .until(
            "(w => w.document.documentElement.scrollHeight <= w.innerHeight)(\
             document.querySelector('.sealed iframe').contentWindow)",
        )
        .await;
    page.browser.press("Text").await;
    page.inbox_shows("The figures, as text.").await;
    for (view, text) in [
        ("Parts", "multipart/alternative"),
        ("Headers", "=?utf-8?B?67aE6riwIOuztOqzoOyEnA==?="),
        ("Source", "--r--"),
        ("Conversation", "Another program sent this message"),
    ] {
        page.browser.press(view).await;
        page.inbox_shows(text).await;
    }
    page.close().await;
}

#[tokio::test]
async fn an_invitation_is_sent_and_shown() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    page.write("joon@practice.test", "The figures", "Come.")
        .await;
    page.browser.press("Invitation").await;
    page.browser.fill("Place", "Room 3").await;
    page.browser
        .until("/^20..-..-..T..:00$/.test(document.getElementById('event-start')?.value)")
        .await;
    // A zone whose clocks are changed by a rule.
    page.browser
        .evaluate(
            "(zone => { zone.value = 'Europe/Berlin'; \
             zone.dispatchEvent(new Event('change', { bubbles: true })); })(\
             document.getElementById('event-zone'))",
        )
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("Room 3").await;
    let title = "document.querySelector('.event h3').innerText.includes('The figures') || null";
    page.browser.until(title).await;
    page.browser.press("Source").await;
    page.browser
        .until(
            "/multipart\\/alternative[^]*text\\/calendar[^]*invite.ics/.test(\
             document.querySelector('.inbox-message .source').textContent) || null",
        )
        .await;
    page.close().await;
}
