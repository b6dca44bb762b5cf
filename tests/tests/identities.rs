//! Senders in a real browser: keeping, choosing, changing and removing them, and what a message of
//! theirs begins with.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// The field of the text.
const MESSAGE: &str = "named('textbox', 'Message')";

/// Adds a sender in the dialog, which is open and stays open.
async fn add(page: &Visitor, name: &str, address: &str, reply_to: &str, signature: &str) {
    page.browser.press("Add identity").await;
    page.browser.fill("Sender name", name).await;
    page.browser.fill("Sender address", address).await;
    page.browser.fill("Reply-To address", reply_to).await;
    page.browser.fill("Signature", signature).await;
    page.browser.press("Save identity").await;
    page.browser.named("button", "Add identity").await;
}

async fn manage(page: &Visitor) {
    page.browser.press("Choose sender").await;
    page.browser.press("Manage identities").await;
    page.browser.named("dialog", "Identities").await;
}

async fn choose(page: &Visitor, sender: &str) {
    page.browser.press("Choose sender").await;
    page.browser.press(sender).await;
}

/// Opens the page, and keeps two senders.
async fn two_senders(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    manage(&page).await;
    add(&page, "Mina Park", "mina@practice.test", "", "Mina\nSeoul").await;
    add(
        &page,
        "Team, Seoul",
        "team@practice.test",
        "help@practice.test",
        "The team",
    )
    .await;
    page.browser.press("Close").await;
    page
}

#[tokio::test]
async fn a_sender_brings_from_reply_to_and_signature() {
    let bridge = Bridge::start();
    let page = two_senders(&bridge).await;
    page.browser.press("New message").await;
    page.has("From", "Mina Park <mina@practice.test>").await;
    page.has("Message", "\n\n-- \nMina\nSeoul").await;
    assert!(!page.browser.has("textbox", "Reply-To").await);

    // A message with only a signature is blank, so this begins no other.
    page.browser.press("New message").await;
    choose(&page, "\"Team, Seoul\" <team@practice.test>").await;
    page.has("From", "\"Team, Seoul\" <team@practice.test>")
        .await;
    page.has("Reply-To", "help@practice.test").await;
    page.has("Message", "\n\n-- \nThe team").await;

    // The caret is above the signature.
    page.browser.evaluate(&format!("{MESSAGE}.focus()")).await;
    page.browser.keys("Hello").await;
    page.has("Message", "Hello\n\n-- \nThe team").await;
    choose(&page, "Mina Park <mina@practice.test>").await;
    page.has("Message", "Hello\n\n-- \nMina\nSeoul").await;
    page.browser.until("!named('textbox', 'Reply-To')").await;
    // The caret stays where it was.
    page.browser.evaluate(&format!("{MESSAGE}.focus()")).await;
    page.browser.keys(", Joon").await;
    page.has("Message", "Hello, Joon\n\n-- \nMina\nSeoul").await;

    // A changed signature is the person's own.
    page.browser
        .fill("Message", "Hello\n\n-- \nMina, at sea")
        .await;
    choose(&page, "\"Team, Seoul\" <team@practice.test>").await;
    page.has("Reply-To", "help@practice.test").await;
    page.has("Message", "Hello\n\n-- \nMina, at sea").await;

    page.browser.fill("To", "joon@practice.test").await;
    page.browser.fill("Subject", "From the team").await;
    page.browser.press("Send").await;
    page.wire_shows("MAIL FROM:<team@practice.test>").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("help@practice.test").await;
    page.compose().await;

    // The next message is from the sender used last, after a reload too.
    page.browser.press("New message").await;
    page.has("Message", "\n\n-- \nThe team").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("From", "\"Team, Seoul\" <team@practice.test>")
        .await;
    page.has("Message", "\n\n-- \nThe team").await;
    page.close().await;
}

#[tokio::test]
async fn a_reply_to_that_was_typed_stays_with_another_sender() {
    let bridge = Bridge::start();
    let page = two_senders(&bridge).await;
    page.browser.press("New message").await;
    page.browser.press("Reply-To").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Reply-To')")
        .await;
    page.browser.keys("own@practice.test").await;
    choose(&page, "\"Team, Seoul\" <team@practice.test>").await;
    page.has("From", "\"Team, Seoul\" <team@practice.test>")
        .await;
    page.has("Reply-To", "own@practice.test").await;
    page.browser.fill("Reply-To", "no address").await;
    page.browser.fill("To", "joon@practice.test").await;
    page.browser.press("Send").await;
    page.compose_shows("“no address” is not a valid address")
        .await;
    page.browser
        .until("document.activeElement === named('textbox', 'Reply-To')")
        .await;
    page.close().await;
}

#[tokio::test]
async fn the_first_sender_is_offered_to_be_kept() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .fill("From", "박민아 <mina@practice.test>")
        .await;
    page.write("joon@practice.test", "A note", "Hello").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.compose_shows("Keep 박민아 <mina@practice.test> as an identity?")
        .await;
    page.browser.press("Keep as identity").await;
    page.browser
        .until("!region('Compose').includes('as an identity?')")
        .await;
    page.browser.press("Choose sender").await;
    page.browser
        .named("button", "박민아 <mina@practice.test>")
        .await;
    assert!(!page.browser.has("button", "Keep as identity").await);
    // Escape closes the list, and the focus is on its button.
    page.browser.keys("\u{e00c}").await;
    page.browser
        .until("document.activeElement === named('button', 'Choose sender')")
        .await;
    assert!(!page.browser.has("button", "Manage identities").await);
    page.close().await;
}

#[tokio::test]
async fn senders_are_changed_moved_removed_and_brought_back() {
    let bridge = Bridge::start();
    let page = two_senders(&bridge).await;
    manage(&page).await;
    let order = "[...document.querySelectorAll('.rows .row-name')].map(e => words(e.innerText))";
    let is = async |expect: &str| {
        let (expect, order) = (Value::from(expect), order.to_owned());
        page.browser
            .until(&format!("{order}.join('; ') === {expect}"))
            .await;
    };
    let (mina, team) = (
        "Mina Park <mina@practice.test>",
        "\"Team, Seoul\" <team@practice.test>",
    );
    is(&format!("{mina}; {team}")).await;
    page.browser.press(&format!("Move {mina} down")).await;
    is(&format!("{team}; {mina}")).await;
    page.browser.press("Undo").await;
    is(&format!("{mina}; {team}")).await;
    page.browser.press(&format!("Delete {mina}")).await;
    is(team).await;
    page.browser.press("Undo").await;
    is(&format!("{mina}; {team}")).await;

    page.browser.press(&format!("Edit {team}")).await;
    page.browser.fill("Sender address", "team").await;
    page.browser.press("Save identity").await;
    page.browser
        .until("named('dialog', 'Identities').innerText.includes('“team” is not a valid address')")
        .await;
    page.browser.fill("Sender address", "team@예시.한국").await;
    page.browser.press("Save identity").await;
    is(&format!("{mina}; \"Team, Seoul\" <team@예시.한국>")).await;
    page.close().await;
}

#[tokio::test]
async fn a_sender_brings_the_server_and_its_password_is_kept_in_memory_only() {
    let bridge = Bridge::start();
    let page = two_senders(&bridge).await;
    page.browser.press("Mail server").await;
    page.browser
        .evaluate("named('radio', 'Another server').click()")
        .await;
    page.browser.fill("Host", "mail.example.org").await;
    page.browser.tick("Sign in").await;
    page.browser.fill("User name", "team").await;
    page.browser.fill("Password", "s3cret-of-the-team").await;
    page.browser.press("Use this server").await;
    manage(&page).await;
    page.browser
        .press("Edit \"Team, Seoul\" <team@practice.test>")
        .await;
    let select = "document.getElementById('identity-server')";
    let pick = |text: &str| {
        format!(
            "(({select}.value = [...{select}.options].find(o => o.text === '{text}').value), \
             {select}.dispatchEvent(new Event('change', {{bubbles: true}})))"
        )
    };
    page.browser.evaluate(&pick("mail.example.org:587")).await;
    page.browser.press("Save identity").await;
    page.browser
        .press("Edit Mina Park <mina@practice.test>")
        .await;
    page.browser.evaluate(&pick("Practice server")).await;
    page.browser.press("Save identity").await;
    page.browser.press("Close").await;

    let server = async |text: &str| {
        let text = Value::from(text);
        page.browser
            .until(&format!(
                "named('button', 'Mail server').innerText.includes({text})"
            ))
            .await;
    };
    choose(&page, "Mina Park <mina@practice.test> Practice server").await;
    server("Practice server").await;
    page.compose_shows("Messages now go through Practice server")
        .await;
    choose(
        &page,
        "\"Team, Seoul\" <team@practice.test> mail.example.org",
    )
    .await;
    server("mail.example.org:587").await;
    page.compose_shows("Messages now go through mail.example.org:587")
        .await;
    // The password is still known.
    assert!(!page.browser.has("button", "Enter the password").await);
    let stored = "JSON.stringify(localStorage) + JSON.stringify(sessionStorage)";
    let stored = page.browser.evaluate(stored).await.to_string();
    assert!(
        stored.contains("mail.example.org") && !stored.contains("s3cret"),
        "{stored}"
    );

    // Not after a reload.
    page.browser.reload().await;
    page.browser.named("button", "Choose sender").await;
    choose(&page, "Mina Park <mina@practice.test> Practice server").await;
    server("Practice server").await;
    choose(
        &page,
        "\"Team, Seoul\" <team@practice.test> mail.example.org",
    )
    .await;
    page.browser.press("Enter the password").await;
    page.browser.named("dialog", "Mail server").await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn senders_are_accessible_in_both_languages_on_a_narrow_screen() {
    let bridge = Bridge::start();
    for (language, choose, manage, add) in [
        (
            "en-US",
            "Choose sender",
            "Manage identities",
            "Add identity",
        ),
        (
            "ko-KR",
            "보내는 사람 선택",
            "보내는 사람 관리",
            "보내는 사람 추가",
        ),
    ] {
        let browser = Browser::open_in(language, 390, 844).await;
        browser.go(&bridge.announcement().url).await;
        let page = Visitor { browser };
        page.browser.press(choose).await;
        page.without_violations("the senders").await;
        let wide = "document.documentElement.scrollWidth <= innerWidth \
            && document.querySelector('.menu').getBoundingClientRect().left >= 0";
        assert_eq!(page.browser.evaluate(wide).await, Value::Bool(true));
        page.browser.press(manage).await;
        page.browser.named("button", add).await;
        page.without_violations("the dialog").await;
        page.browser.press(add).await;
        page.without_violations("the form").await;
        page.close().await;
    }
}
