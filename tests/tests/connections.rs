//! The connections of other programs to the practice server, in a browser: those that brought a
//! message, and those that brought none.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::typed::{connect, types};
use glasspost_tests::visitor::Visitor;

/// The texts of the connections that are listed, the newest first.
const LISTED: &str = "[...document.querySelectorAll('.connections li')] \
    .map(row => row.innerText.replace(/\\s+/g, ' '))";

/// Waits until so many connections are listed, and the newest is as wanted.
async fn lists(page: &Visitor, count: usize, newest: &str) {
    page.browser
        .until(&format!(
            "(rows => rows.length === {count} && {newest}.test(rows[0]) || null)({LISTED})"
        ))
        .await;
}

async fn chooses_the_newest(page: &Visitor) {
    page.browser
        .evaluate("(document.querySelector('.connections li button').click(), true)")
        .await;
}

/// Waits until what was said on the chosen connection has this line.
async fn said(page: &Visitor, line: &str) {
    page.browser
        .until(&format!(
            "document.querySelector('.connection')?.innerText.includes('{line}') || null"
        ))
        .await;
}

#[tokio::test]
async fn a_program_that_brings_no_message_is_seen() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    page.browser.press("Connections").await;
    page.browser
        .until("document.querySelector('dialog[open]')?.innerText.includes('No program') || null")
        .await;
    // It tells how another program gets here.
    let starttls = bridge.practice().starttls.clone();
    page.browser
        .until(&format!(
            "document.querySelector('dialog[open]').innerText.includes('{starttls}') || null"
        ))
        .await;

    let mut printer = connect(&starttls).await;
    types(&mut printer, &["EHLO printer.example"], "250 SIZE").await;
    lists(&page, 1, "/still open/").await;
    types(
        &mut printer,
        &["AUTH PLAIN AG1pbmEAd3Jvbmc=", "QUIT"],
        "221 ",
    )
    .await;
    drop(printer);
    lists(&page, 1, "/printer.example .*535 5.7.8 .* no message/").await;
    chooses_the_newest(&page).await;
    said(&page, "AUTH PLAIN ⟨secret⟩").await;
    said(&page, "535 5.7.8").await;

    // Another one that comes leaves the keyboard where it is.
    page.browser
        .evaluate("(document.querySelector('.connections li button').focus(), true)")
        .await;

    // One that brings a message leads to it.
    let mut client = connect(&starttls).await;
    let lines = [
        "HELO sends.example",
        "MAIL FROM:<>",
        "RCPT TO:<joon@practice.test>",
        "DATA",
        "Subject: By hand\r\n\r\nHi\r\n.",
        "QUIT",
    ];
    types(&mut client, &lines, "221 ").await;
    drop(client);
    lists(&page, 2, "/sends.example .*messages: 1/").await;
    page.browser
        .until("document.activeElement.innerText.includes('printer.example') || null")
        .await;
    #[cfg(feature = "axe")]
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("connections, {scheme}"))
            .await;
    }
    chooses_the_newest(&page).await;
    said(&page, "HELO sends.example").await;
    page.browser.press("By hand").await;
    page.inbox_shows("Hi").await;
    assert!(!page.browser.has("dialog", "Connections").await);

    // Beside the message is what brought it.
    page.browser.press("Conversation").await;
    page.inbox_shows("HELO sends.example").await;
    page.inbox_shows("queued as").await;
    page.close().await;
}
