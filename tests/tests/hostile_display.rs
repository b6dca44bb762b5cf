//! Replies of hostile servers in a real browser. A message is sent to every file of
//! `tests/hostile/display` from the page. Everything the server sent is shown completely and as
//! text. Characters that are invisible or change the display of others are made visible.
//!
//! The browser's own Unicode tables decide which characters those are, not the page's tables.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::hostile::{Case, Runner};
use glasspost_tests::job;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};
use smtp::{Event, Reply};

/// Characters that are invisible or change the order of others: controls, format characters, line
/// separators, and everything that Unicode says to ignore if unknown. Except those that select a
/// picture for the symbol before them.
const HIDDEN: &str = r"(?!(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]";

/// Elements that the page never creates. Its own pictures are from its memory, and its own frame
/// can run nothing.
const FOREIGN: &str = "img:not([src^='blob:']), script:not([src]), \
    iframe:not([sandbox='allow-same-origin'][src='/frame']), object, embed, base, \
    meta[http-equiv], a[href^='javascript'], [onerror], [onload], [onfocus], [onmouseover], \
    [ontoggle]";

#[tokio::test]
async fn server_text_is_shown_as_text_and_made_visible() {
    let runner = Runner::new();
    let bridge = runner.bridge("1").await;
    let page = Visitor::first_visit(&bridge).await;
    page.write("hana@example.org", "A note", "To a hostile server.")
        .await;
    page.browser.fill("From", "mina@example.org").await;
    page.saved().await;
    let before = foreign_elements(&page).await;
    let mut failures = Vec::new();
    for case in Case::all("display") {
        let received = received(&runner, &bridge, &case).await;
        let mut server = runner.server(&case, None);
        choose(&page, server.port()).await;
        page.browser.press("Send").await;
        page.browser
            .until("document.querySelector('[data-outcome]') && true")
            .await;
        server.client_gave_up();
        drop(server.connection().await);
        failures.extend(
            problems(&page, &lines(&received), &before)
                .await
                .into_iter()
                .map(|what| format!("{}: {what}", case.name)),
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    page.close().await;
    drop(bridge);
    // A log is read in a terminal.
    let log = runner.finish();
    for sequence in ["\u{1b}[2J", "\u{1b}]0;", "\u{202e}", "\u{9b}"] {
        assert!(!log.contains(sequence), "{sequence:?} is in the log");
    }
}

/// What the bridge sends to a page about this server.
async fn received(runner: &Runner, bridge: &Bridge, case: &Case) -> Sent {
    let mut page = Page::open(bridge).await;
    runner.run_once(case, 1, None, &mut page).await.sent
}

/// Every line of text from the server.
fn lines(sent: &Sent) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in &sent.entries {
        match &entry.event {
            Event::Received {
                reply:
                    Reply {
                        lines: server_lines,
                        ..
                    },
                ..
            } => lines.extend(server_lines.iter().cloned()),
            Event::Violation { text, .. } if !text.is_empty() => lines.push(text.clone()),
            _ => (),
        }
    }
    lines
}

/// Enters the server on this port in the server picker.
async fn choose(page: &Visitor, port: u16) {
    let choice = json!({
        "practice": false, "practice_security": "none", "host": glasspost_tests::hostile::MAIL, "port": port,
        "security": "none", "sign_in": false, "user": "", "keep_open": false, "chunking": false,
    });
    let text = Value::from(choice.to_string());
    page.browser
        .evaluate(&format!(
            "(localStorage.setItem('glasspost.undo', '[0,0]'), \
             localStorage.setItem('glasspost.server', {text}), true)"
        ))
        .await;
    page.browser.reload().await;
    page.ready().await;
}

/// The number of elements that the page and its frames should not have, or should have no more of
/// than at the start.
async fn foreign_elements(page: &Visitor) -> Value {
    page.browser
        .evaluate(&format!(
            "[document, ...[...document.querySelectorAll('iframe')].map(e => e.contentDocument)]\
             .flatMap(one => [...one.querySelectorAll({})]).length",
            Value::from(FOREIGN)
        ))
        .await
}

/// Selects and checks every line. Returns what is wrong with the page.
async fn problems(page: &Visitor, server_lines: &[String], before: &Value) -> Vec<String> {
    let mut failures = Vec::new();
    // Selecting a line explains it, and expands a reply of several lines.
    let seen = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.lines [role=option]')].map(row => { row.click(); \
             return row.textContent; })",
        )
        .await;
    let seen: Vec<String> = serde_json::from_value(seen).unwrap_or_default();
    let all = page.browser.evaluate("document.body.textContent").await;
    let hidden = page
        .browser
        .evaluate(&format!(
            "[...document.querySelectorAll('.wirepane, .wirepane *')].flatMap(e => \
             [...e.childNodes].filter(n => n.nodeType === 3).map(n => \
             n.data)).concat([document.title]).filter(text => new RegExp({}, 'u').test(text))",
            Value::from(HIDDEN)
        ))
        .await;
    if hidden != json!([]) {
        failures.push(format!("hidden characters are on the page: {hidden}"));
    }
    if page.browser.evaluate("'pwned' in window").await != json!(false) {
        failures.push("the server's script ran".to_owned());
    }
    // Stacked combining marks would cover the lines above and below.
    let clipped = "[...document.querySelectorAll('.lines [role=option]')].every(row => \
        getComputedStyle(row).overflow === 'clip')";
    if page.browser.evaluate(clipped).await != json!(true) {
        failures.push("a row can overflow into others".to_owned());
    }
    let foreign_elements = foreign_elements(page).await;
    if foreign_elements != *before {
        failures.push(format!(
            "{foreign_elements} elements from the server, expected {before}"
        ));
    }
    let all = all.as_str().unwrap_or_default();
    for line in server_lines {
        if !seen.iter().any(|row| is_shown(line, row)) {
            failures.push(format!("{line:?} is in none of {seen:?}"));
        }
        if !is_shown(line, all) {
            failures.push(format!("{line:?} is not on the page"));
        }
    }
    failures
}

/// Whether `row` shows `line`: all visible characters in order, and something visible for each run
/// of other characters.
fn is_shown(line: &str, row: &str) -> bool {
    let mut rest = row;
    for (at, piece) in line
        .split(|c: char| !plain(c))
        .filter(|piece| !piece.is_empty())
        .enumerate()
    {
        let Some(found) = rest.find(piece) else {
            return false;
        };
        if at > 0 && found == 0 {
            return false;
        }
        rest = &rest[found + piece.len()..];
    }
    // Invisible characters at the end must also leave something visible.
    line.chars().next_back().is_none_or(plain) || !rest.is_empty()
}

/// The characters of a server's line that are shown unchanged.
fn plain(c: char) -> bool {
    c.is_ascii_graphic()
        || c == ' '
        || matches!(c, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '⟨' | '⟩' | '가'..='힣')
}

#[test]
fn checks_of_shown_lines() {
    fn check(line: &str, row: &str, expect: bool) {
        assert_eq!(is_shown(line, row), expect, "{line:?} in {row:?}");
    }
    check("a b", "250 a b", true);
    check("a b", "250 a c", false);
    check("a\u{200b}b", "250 ab", false);
    check("a\u{200b}b", "250 a⟨U+200B⟩b", true);
    check("a\u{7}", "250 a", false);
    check("a\u{7}", "250 a␇", true);
    check("<b>", "250 ", false);
}

/// Messages with such text: sender, subject and text also come from strangers.
#[tokio::test]
async fn strangers_text_is_shown_as_text_in_the_inbox() {
    let bridge = Bridge::start();
    let message = "From: \u{202e}<img src=x onerror=\"window.pwned=1\"> <mina@example.org>\r\n\
         To: hana@example.org\r\n\
         Subject: <script>window.pwned=1</script>\u{202e}\u{200b}\u{1b}[2J\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\
         \r\n\
         --b\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         \r\n\
         <p>Seen</p><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>\r\n\
         --b\r\n\
         Content-Type: image/png; name=\"<img src=x onerror=window.pwned=1>\u{202e}gnp.exe\"\r\n\
         Content-Disposition: attachment; filename=\"<img src=x onerror=window.pwned=1>\u{202e}gnp.exe\"\r\n\
         \r\n\
         x\r\n\
         --b--\r\n";
    let mut sender = Page::open(&bridge).await;
    let server = job::practice(smtp::Security::Starttls);
    let mut start = job::start(server, message.as_bytes());
    start.from = None;
    let sent = sender.send(start, message.as_bytes()).await;
    assert!(sent.accepted(), "{}", sent.transcript());

    let page = Visitor::first_visit(&bridge).await;
    let before = foreign_elements(&page).await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("<script>window.pwned=1</script>").await;
    page.inbox_shows("<img src=x onerror=").await;
    looks_plain(&page, &before).await;
    page.browser.press("Source").await;
    page.inbox_shows("Content-Disposition: attachment").await;
    looks_plain(&page, &before).await;
    page.close().await;
}

/// Nothing in the inbox is invisible, and nothing is more than text.
async fn looks_plain(page: &Visitor, before: &Value) {
    assert_eq!(foreign_elements(page).await, *before);
    let hidden = page
        .browser
        .evaluate(&format!(
            "[...document.querySelectorAll('.inbox *')].flatMap(e => [...e.childNodes].filter(n \
             => n.nodeType === 3).map(n => n.data.replace(/[\\r\\n\\t]/g, ''))).filter(text => \
             new RegExp({}, 'u').test(text))",
            Value::from(HIDDEN)
        ))
        .await;
    assert_eq!(hidden, json!([]), "invisible text is on the page");
    assert_eq!(
        page.browser.evaluate("'pwned' in window").await,
        json!(false)
    );
}
