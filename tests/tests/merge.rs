//! A message to many, in a real browser: a table, its fields and files, and what becomes of the
//! rows. `tests/tests/merge_table.rs` has what happens to pages meanwhile.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use std::path::PathBuf;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::merging::{self, Merging};
use glasspost_tests::page::Page;
use glasspost_tests::scripted::Scripted;
use glasspost_tests::visitor::Visitor;

/// The texts of the messages of the practice mailbox, the oldest first.
async fn arrived(bridge: &Bridge) -> Vec<String> {
    let mut reader = Page::open(bridge).await;
    let messages = reader.mailbox(|_| true).await.messages;
    let mut texts = Vec::new();
    for message in messages {
        let octets = reader.read(message.id).await.expect("a message");
        texts.push(String::from_utf8_lossy(&octets).into_owned());
    }
    // The newest is the first of the mailbox.
    texts.reverse();
    texts
}

/// Writes a text in Markdown.
async fn write_markdown(page: &Visitor, text: &str) {
    page.write("", "Formats", "").await;
    page.saved().await;
    page.browser.press("Markdown").await;
    page.browser
        .until("named('button', 'Markdown').getAttribute('aria-pressed') === 'true' || null")
        .await;
    page.browser.fill("Message", text).await;
    page.saved().await;
}

#[tokio::test]
async fn each_row_is_a_message_of_its_own() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "For {name}", "Dear {name},\n\nyour seat is {Seat no}.")
        .await;
    let table = "Name;E-mail;Seat no;File\r\n\"Kim; Mina\";mina@practice.test;\"4\nA\";a.txt\r\n\
                 Joon;joon@practice.test;5;b.txt\r\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging.shows("2 rows").await;
    // Files, one for each row.
    merging.choose("merge-attach", "File").await;
    merging.shows("The file “a.txt” was not added.").await;
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> = ["a.txt", "b.txt"]
        .map(|name| folder.path().join(name))
        .to_vec();
    for (path, text) in files.iter().zip(["file of Mina", "file of Joon"]) {
        std::fs::write(path, text).expect("a file");
    }
    let paths: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(".merge-files", &paths).await;
    merging.shows("Files: 2").await;
    // The message for each.
    merging.shows("\"Kim; Mina\" <mina@practice.test>").await;
    merging.shows("your seat is 4\nA.").await;
    page.browser.press("Next").await;
    merging.shows("Joon <joon@practice.test>").await;
    merging.shows("your seat is 5.").await;
    page.browser.press("Start: 2 messages").await;
    merging.shows("2 of 2").await;
    merging.shows("Accepted: 2. Refused: 0.").await;
    page.browser.press("Done").await;
    let arrived = arrived(&bridge).await;
    assert_eq!(arrived.len(), 2);
    let ids: std::collections::BTreeSet<&str> = arrived
        .iter()
        .filter_map(|text| text.lines().find(|line| line.starts_with("Message-ID:")))
        .collect();
    assert_eq!(ids.len(), 2);
    for (text, expect) in arrived.iter().zip([
        [
            "To: \"Kim; Mina\" <mina@practice.test>",
            "Subject: For Kim; Mina",
        ],
        ["To: \"Joon\" <joon@practice.test>", "Subject: For Joon"],
    ]) {
        for line in expect {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
    // The history has both in a line.
    page.go_to("History").await;
    page.browser
        .until("region('History').includes('2 messages, 2 accepted')")
        .await;
    page.browser
        .evaluate("(document.querySelector('[data-batch]').click(), true)")
        .await;
    page.browser
        .until("document.querySelectorAll('[data-sent]').length === 2 || null")
        .await;
    // One connection for both: the first message has an EHLO in clear and one under TLS, the
    // second has none.
    let sent = page.texts_of("sent").await;
    let greetings = sent
        .iter()
        .map(|one| one.matches(r#""command":"ehlo""#).count());
    let mut greetings: Vec<usize> = greetings.collect();
    greetings.sort_unstable();
    assert_eq!(greetings, [0, 2]);
    page.close().await;
}

#[tokio::test]
async fn columns_with_equal_headings_are_told_apart() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "{name}", "{name}, {Column 5}, {e-mal}, {{}name}")
        .await;
    let long = "a very long heading ".repeat(5);
    let table = format!(
        "name,e-mail,{long},E-Mail,,name\n\
         Mina,old@practice.test,x,mina@practice.test,five,Kim\n"
    );
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging
        .shows("2 columns are called “name”. {name} takes the first.")
        .await;
    merging
        .shows("2 columns are called “e-mail”. {e-mail} takes the first.")
        .await;
    merging
        .shows("a very long heading a very long heading …")
        .await;
    merging
        .shows("The table has no column for {e-mal}. Did you mean {e-mail}?")
        .await;
    merging.shows("To write a brace itself, write {{}").await;
    let cannot = "named('button', 'Start: 1 messages').disabled";
    assert_eq!(page.browser.evaluate(cannot).await, true);
    merging.choose("merge-to", "E-Mail (column 4)").await;
    merging.choose("merge-name", "name (column 6)").await;
    merging.shows("Kim <mina@practice.test>").await;
    page.browser.tick("Send these as they are written").await;
    page.browser.press("Start: 1 messages").await;
    merging.shows("Accepted: 1.").await;
    let arrived = arrived(&bridge).await;
    for line in [
        "To: \"Kim\" <mina@practice.test>",
        "Subject: Mina",
        "Mina, five, {e-mal}, {name}",
    ] {
        assert!(arrived[0].contains(line), "{line} in {}", arrived[0]);
    }
    page.browser.press("Done").await;
    page.close().await;
}

#[tokio::test]
async fn formatting_is_shown_as_it_is_sent() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    write_markdown(&page, "**Dear {name}**").await;
    let table = b"name,email\n<i>Mina*,mina@practice.test\nJoon,joon@practice.test\n";
    let merging = Merging::open(&page, table).await;
    let frame = "document.querySelector('.merge-preview iframe[data-shown=true]')?.contentDocument";
    let bold =
        |name: &str| format!("{frame}?.querySelector('b')?.textContent === {name:?} || null");
    page.browser.until(&bold("Dear <i>Mina*")).await;
    page.browser.press("Next").await;
    page.browser.until(&bold("Dear Joon")).await;
    #[cfg(feature = "axe")]
    page.without_violations("the preview of a row").await;
    merging.shows("Row 2 of 2").await;
    page.close().await;
}

#[tokio::test]
async fn rows_that_cant_be_sent_are_mended_or_left_out() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "Seat", "{name}: {seat} {colour}").await;
    let table = "name,email,seat\nMina,mina@practice.test,4\nJoon,joon,5\n\
                 Hana,hana@practice.test,\nAgain,MINA@practice.test,7\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging.shows("no column for {colour}").await;
    merging.shows("are: 2.").await;
    merging.shows("“seat” is empty.").await;
    let cannot = "named('button', 'Start: 4 messages').disabled";
    assert_eq!(page.browser.evaluate(cannot).await, true);
    page.browser.tick("Send these as they are written").await;
    // Row 2 is mended in its cells.
    page.browser
        .evaluate(
            "([...document.querySelectorAll('.merge-rows button')]\
             .find(one => one.innerText.startsWith('Row 2')).click(), \
             document.querySelector('.merge-cells').open = true)",
        )
        .await;
    page.browser.fill("email", "joon@practice.test").await;
    page.browser.keys("\u{e004}").await;
    merging.shows("are: 1.").await;
    page.browser.press("Leave out row 3").await;
    merging.shows("Rows left out: 1").await;
    // The same address is said, and not refused.
    merging
        .shows("Rows with the address of an earlier row: 1")
        .await;
    page.browser.press("Start: 3 messages").await;
    merging.shows("3 of 3").await;
    let arrived = arrived(&bridge).await;
    assert_eq!(arrived.len(), 3);
    assert!(arrived[1].contains("Joon: 5 {colour}"), "{}", arrived[1]);
    page.browser.press("Done").await;
    page.close().await;
}

#[tokio::test]
async fn tables_in_the_charsets_of_spreadsheets_are_read() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("{이름} <{메일}>", "안녕", "{이름} 님").await;
    let text = |case: &str| format!("Nr,이름,메일\r\n1,김미나,{case}@practice.test\r\n");
    let utf_16 = |case: &str, octets: fn(u16) -> [u8; 2]| {
        text(case)
            .encode_utf16()
            .flat_map(octets)
            .collect::<Vec<u8>>()
    };
    let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
    // "이름,메일" and "김미나" in CP949.
    let cp949 = [
        &b"Nr,\xc0\xcc\xb8\xa7,\xb8\xde\xc0\xcf\r\n1,\xb1\xe8\xb9\xcc\xb3\xaa,"[..],
        b"cp949@practice.test\r\n",
    ];
    let tables = [
        ("utf-8", text("utf-8").into_bytes()),
        (
            "with-mark",
            format!("\u{feff}{}", text("with-mark")).into_bytes(),
        ),
        (
            "le-mark",
            [vec![0xff, 0xfe], utf_16("le-mark", little)].concat(),
        ),
        (
            "be-mark",
            [vec![0xfe, 0xff], utf_16("be-mark", big)].concat(),
        ),
        ("le", utf_16("le", little)),
        ("be", utf_16("be", big)),
        ("cp949", cp949.concat()),
    ];
    for (case, table) in &tables {
        let merging = Merging::open(&page, table).await;
        merging.shows("Columns: Nr, 이름, 메일").await;
        merging
            .shows(&format!("김미나 <{case}@practice.test>"))
            .await;
        merging.shows("김미나 님").await;
        page.browser.press("Start: 1 messages").await;
        merging.shows("Accepted: 1.").await;
        page.browser.press("Done").await;
        page.browser
            .until("!document.querySelector('.merge') || null")
            .await;
    }
    let arrived = arrived(&bridge).await;
    assert_eq!(arrived.len(), tables.len());
    for (text, (case, _)) in arrived.iter().zip(&tables) {
        assert!(text.contains(&format!("<{case}@practice.test>")), "{text}");
    }
    page.close().await;
}

#[tokio::test]
async fn the_formats_have_their_values_escaped() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    write_markdown(&page, "**Dear {name}**").await;
    let table = b"name,email\n<b>*Mina*,mina@practice.test\n";
    let merging = Merging::open(&page, table).await;
    merging.shows("Start: 1 messages").await;
    page.browser.press("Start: 1 messages").await;
    merging.shows("1 of 1").await;
    page.browser.press("Done").await;
    let arrived = arrived(&bridge).await;
    assert!(
        arrived[0].contains("Dear &lt;b&gt;*Mina*"),
        "{}",
        arrived[0]
    );
    page.close().await;
}

#[tokio::test]
async fn one_refusal_is_noted_and_what_may_be_temporary_halts() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "Seat", "{name}").await;
    let table = "name,email\nA,a@practice.test\nB,refused@practice.test\n\
                 C,greylisted@practice.test\nD,d@practice.test\nE,lost@practice.test\n\
                 F,f@practice.test\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    page.browser.press("Start: 6 messages").await;
    merging.shows("can't take the message now: 451").await;
    merging.shows("2 of 6").await;
    merging.shows("Refused: 550 5.1.1").await;
    assert_eq!(arrived(&bridge).await.len(), 1);
    // It is tried again on the person's word only, and then left out.
    page.browser.press("Resume").await;
    merging.shows("can't take the message now: 451").await;
    page.browser.press("Leave out row 3 and resume").await;
    // The connection is lost after the message of row 5.
    merging
        .shows("The message of the row below may or may not")
        .await;
    merging.shows("4 of 5").await;
    merging.shows("Row 5: E <lost@practice.test>").await;
    page.browser.press("Resume").await;
    merging.shows("5 of 5").await;
    merging
        .shows("Accepted: 3. Refused: 1. Not known: 1.")
        .await;
    // What was lost had arrived, once.
    let arrived = arrived(&bridge).await;
    assert_eq!(arrived.len(), 4);
    // The rows that were not sent.
    let folder = tempfile::tempdir().expect("a folder");
    page.browser.save_in(folder.path()).await;
    page.browser.press("Save the rows that were not sent").await;
    page.browser
        .saved(folder.path(), "not-sent.csv", |octets| !octets.is_empty())
        .await;
    let rest = std::fs::read_to_string(folder.path().join("not-sent.csv")).expect("a file");
    assert_eq!(rest, "\u{feff}name,email\r\nB,refused@practice.test\r\n");
    page.browser.press("Done").await;
    page.browser
        .until("!document.querySelector('.merge') || null")
        .await;
    page.close().await;
}

/// A server that takes two messages over each connection and then ends it.
const TWO: &str = "
    S: 220 mail.example ESMTP
    C: EHLO
    S: 250 mail.example
    C: MAIL
    S: 250 OK
    C: RCPT
    S: 250 OK
    C: DATA
    S: 354 Go
    MESSAGE
    S: 250 One
    C: MAIL
    S: 250 OK
    C: RCPT
    S: 250 OK
    C: DATA
    S: 354 Go
    MESSAGE
    S: 250 Two
    C: MAIL
    S: 421 4.7.0 Too many messages
    FIN";

#[tokio::test]
async fn a_server_that_ends_a_connection_after_some_messages_gets_another() {
    let mut server = Scripted::start(TWO).await;
    let bridge = Bridge::with(&["--allow-port", "any"]);
    let page = Visitor::first_visit(&bridge).await;
    merging::choose_server(&page, server.port()).await;
    page.write("", "Seat", "{name}").await;
    let table = "name,email\nA,a@x.test\nB,b@x.test\nC,c@x.test\nD,d@x.test\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    page.browser.press("Start: 4 messages").await;
    merging.shows("4 of 4").await;
    merging.shows("Accepted: 4.").await;
    assert_eq!(server.connections(), 2);
    let first = server.connection().await.clear();
    assert_eq!(first.matches("RCPT TO:").count(), 2, "{first}");
    page.browser.press("Done").await;
    page.close().await;
}

#[tokio::test]
async fn it_is_paused_stopped_and_paced() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "Seat", "{name}").await;
    let table = "name,email\nA,a@practice.test\nB,slow@practice.test\nC,c@practice.test\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging.choose("merge-pace", "One every 1 seconds").await;
    page.browser.press("Start: 3 messages").await;
    // While the second is being sent.
    page.wire_shows("RCPT TO:<slow@practice.test>").await;
    page.browser.press("Pause").await;
    merging.shows("Paused. Nothing is sent").await;
    merging.shows("2 of 3").await;
    assert_eq!(arrived(&bridge).await.len(), 2);
    // With the dialog closed it is said below the panes.
    page.browser.press("Close").await;
    page.browser
        .until("document.querySelector('.merge-bar')?.innerText.includes('2 of 3')")
        .await;
    page.browser.press("Show").await;
    page.browser.press("Resume").await;
    merging.shows("3 of 3").await;
    page.browser.press("Done").await;

    let table = "name,email\nB,slow@practice.test\nC,c@practice.test\n";
    let merging = Merging::open(&page, table.as_bytes()).await;
    page.browser.press("Start: 2 messages").await;
    page.wire_shows("RCPT TO:<slow@practice.test>").await;
    page.browser.press("Stop").await;
    merging.shows("Paused. Nothing is sent").await;
    merging.shows("0 of 2").await;
    page.browser.press("Send no more").await;
    page.browser
        .until("!document.querySelector('.merge') || null")
        .await;
    assert_eq!(arrived(&bridge).await.len(), 3);
    page.close().await;
}

#[tokio::test]
async fn a_password_is_not_stored_and_asked_for_where_it_is_refused() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.signs_in_as("mina", "s3cret-of-mina").await;
    page.write("", "Seat", "{name}").await;
    let table = b"name,email\nA,a@practice.test\nB,b@practice.test\n";
    let merging = Merging::open(&page, table).await;
    page.browser.press("Start: 2 messages").await;
    merging.shows("The server refuses to go on: 535").await;
    let stored = page.texts_of("merge").await.join("\n");
    assert!(stored.contains("a@practice.test"), "{stored}");
    assert!(!stored.contains("s3cret"), "{stored}");
    page.browser
        .until("document.getElementById('merge-password') && true")
        .await;
    page.browser
        .evaluate("(document.getElementById('merge-password').focus(), true)")
        .await;
    page.browser.keys("practice\u{e007}").await;
    merging.shows("2 of 2").await;
    assert_eq!(arrived(&bridge).await.len(), 2);
    page.browser.press("Done").await;
    page.close().await;
}

#[tokio::test]
async fn a_mail_server_is_named_for_many() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "Seat", "{name}").await;
    let rows = (0..301).map(|n| format!("N{n},n{n}@practice.test\n"));
    let table = format!("name,email\n{}", rows.collect::<String>());
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging.shows("better left to a mail server").await;
    merging.shows("127.0.0.1, port 25").await;
    let can = "!named('button', 'Start: 301 messages').disabled";
    assert_eq!(page.browser.evaluate(can).await, true);
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn it_is_accessible() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("", "Seat", "{name} {x}").await;
    let table = "name,email\nA,a@practice.test\nB,joon\nC,refused@practice.test\nA,a@practice.test";
    let merging = Merging::open(&page, table.as_bytes()).await;
    merging.shows("are: 1.").await;
    page.browser
        .evaluate(
            "(document.querySelectorAll('.merge details').forEach(one => one.open = true), true)",
        )
        .await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("before it begins, {scheme}"))
            .await;
    }
    page.browser.tick("Send these as they are written").await;
    page.browser.press("Leave out all of these").await;
    page.browser.press("Start: 3 messages").await;
    merging.shows("3 of 3").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("over, {scheme}")).await;
    }
    page.browser.resize(390, 844).await;
    page.without_violations("over, narrow").await;
    page.browser.press("Close").await;
    page.without_violations("below the panes").await;
    page.close().await;
}
