//! The dialog in which a command is searched and chosen.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use glasspost_tests::visitor::commands::LISTED;
use serde_json::json;

#[tokio::test]
async fn the_palette_finds_runs_and_remembers_commands() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    let first = "words(document.querySelector('.palette li.current .command-name')?.innerText)";
    page.browser.presses("Ctrl+k").await;
    let field = "nameOf(document.activeElement) + ' ' + document.activeElement.role";
    page.becomes(field, "Search commands combobox").await;
    for (typed, found) in [
        ("inb", "Inbox"),
        ("받은편지", "Inbox"),
        ("ㅂㅇㅍㅈㅎ", "Inbox"),
        ("nm", "New message"),
        ("key short", "Keyboard shortcuts"),
    ] {
        page.browser.keys("\u{e009}a\u{e000}").await;
        page.browser.keys(typed).await;
        page.becomes(first, found).await;
    }
    let active = "document.getElementById(\
        document.activeElement.getAttribute('aria-activedescendant'))?.id";
    page.becomes(active, "palette-sheet").await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("reply all").await;
    // Not without an open message, and it says why.
    page.browser
        .until("document.querySelector('#palette-reply-all')?.ariaDisabled === 'true'")
        .await;
    page.becomes(
        "words(document.querySelector('.palette-said').innerText)",
        "Needs an open message.",
    )
    .await;
    page.browser.presses("Enter").await;
    page.dialog_is("Commands").await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("zzz").await;
    page.becomes(
        "words(document.querySelector('.palette-said').innerText)",
        "No command has this in its name.",
    )
    .await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("inbox").await;
    page.browser.presses("Enter").await;
    page.becomes(LISTED, "three,two,one").await;
    // In another view: that is shown first.
    page.browser.presses("Ctrl+k").await;
    page.becomes(first, "Inbox").await;
    page.browser.keys("source").await;
    page.browser.presses("Enter").await;
    page.browser.named("region", "Source").await;
    // The focus goes back where it was.
    page.focus("Subject").await;
    page.browser.presses("Ctrl+k").await;
    page.becomes(first, "Source").await;
    page.browser.presses("ArrowDown").await;
    page.becomes(first, "Inbox").await;
    page.browser.presses("Escape").await;
    page.becomes("nameOf(document.activeElement)", "Subject")
        .await;
    // By mouse, too.
    page.browser.press("Commands").await;
    page.browser
        .until("named('option', 'x') || document.querySelector('#palette-theme')")
        .await;
    page.browser
        .evaluate("(document.querySelector('#palette-theme').click(), true)")
        .await;
    page.browser
        .until("document.documentElement.dataset.theme === 'dark'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn every_command_of_the_palette_is_marked_or_offered_where_it_says() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.browser.presses("Ctrl+k").await;
    page.dialog_is("Commands").await;
    // What can't be done now needs something that is not there, and says so.
    let disabled = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.palette li[aria-disabled]')]\
             .map(e => e.id.replace('palette-', ''))",
        )
        .await;
    let without_reason = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.palette li[aria-disabled]')]\
             .filter(e => !e.querySelector('.command-name small')).map(e => e.id)",
        )
        .await;
    assert_eq!(without_reason, json!([]));
    assert_eq!(
        disabled,
        json!(["open", "choose", "send", "undo", "abort", "run"])
    );
    page.close().await;
}
