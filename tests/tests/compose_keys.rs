//! Writing a message in a real browser: keys, input methods, pasted lists, chips.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

mod keys {
    pub(crate) const BACKSPACE: &str = "\u{e003}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const UNDO: &str = "\u{e009}z";
    pub(crate) const PASTE: &str = "\u{e009}v";
}

/// The texts of the chips in the field To.
const CHIPS: &str =
    "[...document.querySelectorAll('.addresses:has(#to) .addr')].map(e => words(e.innerText))";

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

/// Opens the page with a new message and the focus in the field To.
async fn new_message(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.browser.press("New message").await;
    to_is(&page, &[], "").await;
    page.focus("To").await;
    page
}

#[tokio::test]
async fn address_fields_ignore_keys_of_input_methods() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    for syllable in ["ㅂ", "바", "박"] {
        page.browser.composes(syllable).await;
        to_is(&page, &[], syllable).await;
    }
    for key in ["Enter", "Backspace", ",", "Process"] {
        page.browser.composes_with(key).await;
    }
    page.browser.two_frames().await;
    to_is(&page, &[], "박").await;
    page.browser.composed("박").await;
    page.browser.composes("민").await;
    page.browser.composes_with("Enter").await;
    page.browser.composed("민").await;
    to_is(&page, &[], "박민").await;
    page.browser.composes("아").await;
    page.browser.composed("아").await;
    page.browser.keys("@practice.test").await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["박민아@practice.test"], "").await;

    // Safari sends the key that ended the composition after the end of the composition.
    page.browser.keys("joon@practice.test").await;
    page.browser.composes_with("Enter").await;
    page.browser.two_frames().await;
    to_is(&page, &["박민아@practice.test"], "joon@practice.test").await;
    page.close().await;
}

#[tokio::test]
async fn a_separator_in_a_composition_waits_for_its_end() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.composes("a@x.org, 박").await;
    page.browser.two_frames().await;
    to_is(&page, &[], "a@x.org, 박").await;
    page.browser.composed("a@x.org, 박").await;
    to_is(&page, &["a@x.org", "박"], "").await;

    // Leaving the field also ends the composition.
    page.browser.composes("민").await;
    page.focus("Subject").await;
    to_is(&page, &["a@x.org", "박", "민"], "").await;
    page.close().await;
}

#[tokio::test]
async fn keys_of_input_methods_neither_send_nor_close() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.focus("Subject").await;
    page.browser.composes("제").await;
    page.browser.composes_with("Enter").await;
    page.browser.composed("제").await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Paused line')")
        .await;
    page.browser.composes("한").await;
    page.browser.composes_with("Enter").await;
    page.browser.two_frames().await;
    page.browser.composed("한").await;
    assert!(page.paused_line().await.ends_with('한'));
    page.browser.press("Abort").await;
    page.finished("failed").await;

    page.browser.press("Mail server").await;
    page.browser
        .evaluate("named('radio', 'Another server').click()")
        .await;
    page.focus("Host").await;
    page.browser.composes("메일").await;
    for key in ["Enter", "Escape"] {
        page.browser.composes_with(key).await;
    }
    page.browser.two_frames().await;
    page.browser.composed("메일").await;
    assert_eq!(page.browser.value("Host").await, "메일");
    page.close().await;
}

#[tokio::test]
async fn a_pasted_list_becomes_one_address_each() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    let paste = async |text: &str, chips: &[&str]| {
        page.browser.copy("Message", text).await;
        page.focus("To").await;
        page.browser.keys(keys::PASTE).await;
        to_is(&page, chips, "").await;
        for _ in chips {
            page.browser
                .evaluate("document.querySelector('.addr button:last-child').click()")
                .await;
        }
        to_is(&page, &[], "").await;
    };
    paste("a@x.org\nb@x.org\n", &["a@x.org", "b@x.org"]).await;
    paste(
        "a@x.org, b@x.org;c@x.org",
        &["a@x.org", "b@x.org", "c@x.org"],
    )
    .await;
    paste(
        "박민아\tmina@x.org\n\"Park, Joon\" <joon@x.org>\nno address\n",
        &[
            "박민아 <mina@x.org>",
            "\"Park, Joon\" <joon@x.org>",
            "no address",
        ],
    )
    .await;
    paste("a@x.org\n", &["a@x.org"]).await;

    // At the caret, within the existing text.
    page.browser.copy("Message", "b@x.org\nc@").await;
    page.focus("To").await;
    page.browser.keys("a@x.org; ").await;
    page.browser.keys("x.org").await;
    page.browser
        .evaluate("named('textbox', 'To').setSelectionRange(0, 0)")
        .await;
    page.browser.keys(keys::PASTE).await;
    to_is(&page, &["a@x.org", "b@x.org", "c@x.org"], "").await;
    page.close().await;
}

#[tokio::test]
async fn a_single_address_is_pasted_by_the_browser_and_can_be_undone() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.copy("Message", "joon@practice.test").await;
    page.focus("To").await;
    page.browser.keys(keys::PASTE).await;
    to_is(&page, &[], "joon@practice.test").await;
    page.browser.keys(keys::UNDO).await;
    to_is(&page, &[], "").await;
    page.close().await;
}

#[tokio::test]
async fn lines_pasted_as_the_sender_are_separated() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.copy("Message", "mina@x.org\njoon@x.org").await;
    page.browser
        .evaluate("named('textbox', 'From').select()")
        .await;
    page.browser
        .evaluate("named('textbox', 'From').focus()")
        .await;
    page.browser.keys(keys::PASTE).await;
    page.browser
        .until("named('textbox', 'From').value === 'mina@x.org, joon@x.org'")
        .await;
    page.browser.press("Send").await;
    page.compose_shows("“mina@x.org, joon@x.org” is not a valid address")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_list_dropped_on_a_field_becomes_addresses_too() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser
        .evaluate(
            "(data => { data.setData('text/plain', 'a@x.org\\nb@x.org'); \
             named('textbox', 'To').dispatchEvent(new DragEvent('drop', \
             {dataTransfer: data, bubbles: true, cancelable: true})); \
             })(new DataTransfer())",
        )
        .await;
    to_is(&page, &["a@x.org", "b@x.org"], "").await;
    page.close().await;
}

#[tokio::test]
async fn a_chip_can_be_edited_again() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.keys("a@x.org, b@x.org, c@x.org, ").await;
    to_is(&page, &["a@x.org", "b@x.org", "c@x.org"], "").await;
    page.browser.keys(keys::BACKSPACE).await;
    to_is(&page, &["a@x.org", "b@x.org"], "c@x.org").await;
    page.browser.keys(keys::BACKSPACE).await;
    to_is(&page, &["a@x.org", "b@x.org"], "c@x.or").await;
    page.browser.press("Edit a@x.org").await;
    to_is(&page, &["b@x.org", "c@x.or"], "a@x.org").await;
    page.browser.keys(".kr").await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["a@x.org.kr", "b@x.org", "c@x.or"], "").await;
    page.browser
        .evaluate("named('button', 'Edit b@x.org').focus()")
        .await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["a@x.org.kr", "c@x.or"], "b@x.org").await;
    // The text is completed when the focus leaves the field.
    page.browser.press("Remove c@x.or").await;
    to_is(&page, &["a@x.org.kr", "b@x.org"], "").await;
    page.close().await;
}

#[tokio::test]
async fn a_separator_in_quotes_does_not_end_an_address() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.keys("\"Park, Mina\" <mina@x.org>").await;
    to_is(&page, &[], "\"Park, Mina\" <mina@x.org>").await;
    page.browser.keys(",").await;
    to_is(&page, &["\"Park, Mina\" <mina@x.org>"], "").await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn a_chip_shows_invisible_characters_and_the_sent_form() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    page.browser.keys("m@한국.kr,").await;
    to_is(&page, &["m@한국.kr → m@xn--3e0b707e.kr"], "").await;
    page.browser.keys("b\u{200b}@x.org,").await;
    page.browser
        .until("document.querySelectorAll('.addr')[1]?.innerText.includes('b⟨U+200B⟩@x.org')")
        .await;
    page.browser.press("Send").await;
    page.compose_shows("“b⟨U+200B⟩@x.org” is not a valid address")
        .await;
    page.without_violations("chips").await;
    page.close().await;
}

#[tokio::test]
async fn control_enter_sends_once_from_anywhere() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.evaluate("document.activeElement.blur()").await;
    page.browser
        .until("document.activeElement === document.body")
        .await;
    page.browser.control_enter().await;
    page.finished("accepted").await;

    // With an address that is not completed yet.
    page.browser.press("New message").await;
    page.browser.fill("Subject", "Half").await;
    page.browser.fill("Message", "Text").await;
    page.focus("To").await;
    page.browser.keys("half@practice.test").await;
    page.browser.control_enter().await;
    page.wire_shows("RCPT TO:<half@practice.test>").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.browser
        .until("document.querySelectorAll('[data-message]').length === 2 || null")
        .await;
    // Not from the inbox, and not while a dialog is open.
    page.browser.control_enter().await;
    page.compose().await;
    page.browser.press("Mail server").await;
    page.browser.control_enter().await;
    page.browser.two_frames().await;
    page.inbox().await;
    let count = page
        .browser
        .evaluate("document.querySelectorAll('[data-message]').length")
        .await;
    assert_eq!(count, 2);
    page.close().await;
}

#[tokio::test]
async fn typing_keeps_caret_and_undo() {
    let bridge = Bridge::start();
    let page = new_message(&bridge).await;
    for field in ["From", "Subject", "Message"] {
        page.browser.fill(field, "abcdef").await;
        page.browser
            .evaluate(&format!(
                "named('textbox', '{field}').setSelectionRange(3, 3)"
            ))
            .await;
        page.browser
            .evaluate("document.execCommand('insertText', false, 'x')")
            .await;
        page.browser
            .evaluate("document.execCommand('insertText', false, 'y')")
            .await;
        page.browser.two_frames().await;
        assert_eq!(page.browser.value(field).await, "abcxydef");
        let caret = page
            .browser
            .evaluate(&format!("named('textbox', '{field}').selectionStart"))
            .await;
        assert_eq!(caret, 5, "{field}");
        page.browser.keys(keys::UNDO).await;
        page.browser.two_frames().await;
        assert_ne!(page.browser.value(field).await, "abcxydef", "{field}");
    }
    page.close().await;
}
