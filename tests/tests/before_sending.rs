//! What a person is asked before a message is sent, and its options, in a real browser.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// The question.
const ASK: &str = "words(document.querySelector('.ask')?.innerText)";

/// Waits until the question says this.
async fn asked(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser.until(&format!("{ASK}.includes({text})")).await;
}

/// Waits until nothing is asked.
async fn not_asked(page: &Visitor) {
    page.browser.until("!document.querySelector('.ask')").await;
}

/// Fails if anything has been sent.
async fn nothing_sent(page: &Visitor) {
    let lines = page
        .browser
        .evaluate("document.querySelectorAll('.lines .row').length");
    assert_eq!(lines.await, 0);
}

/// The octets of the newest message in the practice mailbox.
async fn newest(bridge: &Bridge) -> String {
    let mut reader = Page::open(bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    let octets = reader.read(newest).await.expect("its octets");
    String::from_utf8(octets).expect("UTF-8")
}

/// Chooses an option of a list.
async fn choose(page: &Visitor, list: &str, value: &str) {
    page.browser.named("combobox", list).await;
    let (list, value) = (Value::from(list), Value::from(value));
    page.browser
        .evaluate(&format!(
            "(list => {{ list.value = {value}; \
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})\
             (named('combobox', {list}))"
        ))
        .await;
}

#[tokio::test]
async fn a_missing_attachment_is_asked_about_once() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "보고서", "보고서를 첨부합니다.")
        .await;
    page.browser.press("Send").await;
    asked(&page, "“첨부합니다”, but no file is attached").await;
    page.browser
        .until("document.activeElement === named('button', 'Choose a file')")
        .await;
    // Nothing is built anew: the text and its caret are as they were.
    page.has("Message", "보고서를 첨부합니다.").await;
    page.focus("Subject").await;
    page.browser.control_enter().await;
    asked(&page, "no file is attached").await;
    nothing_sent(&page).await;
    page.browser.press("Send anyway").await;
    page.finished("accepted").await;
    not_asked(&page).await;
    // The same question is not asked again about this draft.
    page.browser.press("Send").await;
    page.browser
        .until("document.querySelectorAll('.lines .row').length > 0")
        .await;
    page.finished("accepted").await;
    not_asked(&page).await;
    // About another draft it is.
    page.write("joon@practice.test", "Report", "See the attachment")
        .await;
    page.browser.press("Step through").await;
    asked(&page, "“attachment”").await;
    page.close().await;
}

#[tokio::test]
async fn what_others_wrote_is_not_asked_about() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let text = "Thanks.\n\n> The report is attached.\n\n-----Original Message-----\nSee attachment";
    page.write("joon@practice.test", "Re: attached", text).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn an_empty_subject_is_asked_about_and_what_is_mended_is_not() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "", "").await;
    page.browser.press("Send").await;
    asked(&page, "The subject is empty.").await;
    asked(&page, "The message has no text.").await;
    page.browser.press("Edit subject").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Subject')")
        .await;
    page.browser.keys("A subject").await;
    page.browser
        .until(&format!("!{ASK}.includes('subject')"))
        .await;
    page.browser.press("Edit text").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Message')")
        .await;
    page.browser.keys("A text").await;
    not_asked(&page).await;
    nothing_sent(&page).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    // No recipient is a problem, not a question.
    page.write("", "", "").await;
    page.browser.press("Send").await;
    page.compose_shows("Add at least one recipient.").await;
    not_asked(&page).await;
    page.close().await;
}

#[tokio::test]
async fn many_visible_recipients_are_said_in_one_place() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let people: Vec<String> = (0..15).map(|at| format!("p{at}@practice.test")).collect();
    page.write(&people.join(", "), "All", "Hi all").await;
    let warning = "will see each other's addresses";
    let count = format!(
        "document.body.innerText.split({}).length - 1",
        json!(warning)
    );
    page.browser.until(&format!("({count}) === 1")).await;
    page.browser.press("Send").await;
    asked(&page, warning).await;
    page.browser.until(&format!("({count}) === 1")).await;
    page.browser.press("Move all to Bcc").await;
    not_asked(&page).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn a_sender_that_the_server_is_not_for_is_asked_about() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let choice = json!({ "practice": false, "host": "mail.example.org", "port": 587 });
    let text = Value::from(choice.to_string());
    let set = format!("localStorage.setItem('glasspost.server', {text}) ?? true");
    page.browser.evaluate(&set).await;
    page.browser.reload().await;
    page.ready().await;
    page.write("joon@practice.test", "s", "text").await;
    page.browser.fill("From", "mina@gmail.com").await;
    page.browser.press("Send").await;
    asked(&page, "Mail from gmail.com goes through smtp.gmail.com").await;
    nothing_sent(&page).await;
    page.browser.press("Choose server").await;
    page.browser.named("dialog", "Mail server").await;
    page.browser
        .evaluate("named('radio', 'Practice server').click()")
        .await;
    page.browser.press("Use this server").await;
    not_asked(&page).await;
    page.close().await;
}

#[tokio::test]
async fn a_link_that_goes_elsewhere_is_asked_about() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "Link", "").await;
    page.browser.press("Markdown").await;
    page.browser
        .fill("Message", "See [example.org](https://track.example/x).")
        .await;
    page.browser.press("Send").await;
    asked(&page, "A link says example.org and goes to track.example.").await;
    nothing_sent(&page).await;
    page.browser.press("Edit link").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Message')")
        .await;
    page.browser
        .fill("Message", "See [example.org](https://example.org/x).")
        .await;
    not_asked(&page).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn options_are_sent_as_fields_and_lit_up_in_the_source() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "A subject", "Hi.").await;
    page.browser.press("Options").await;
    choose(&page, "Priority", "high").await;
    page.browser.tick("Ask for a read receipt").await;
    page.browser.press("Add a header field").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Name of header field 1')")
        .await;
    page.browser.keys("X-Ticket").await;
    page.browser
        .fill("Value of header field 1", "안녕 42")
        .await;
    page.browser.press("Source").await;
    page.browser
        .until("document.querySelector('pre.source').innerText.includes('X-Ticket: =?utf-8?')")
        .await;
    page.focus("Value of header field 1").await;
    page.browser
        .until(
            "[...CSS.highlights.get('source-field') ?? []].some(range => \
             range.toString().startsWith('X-Ticket:')) || null",
        )
        .await;
    page.browser
        .named("combobox", "Priority")
        .await
        .focus()
        .await
        .expect("the list");
    page.browser
        .until("(CSS.highlights.get('source-field')?.size ?? 0) >= 3 || null")
        .await;
    page.browser
        .until("named('button', 'Options 3') !== null")
        .await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let message = newest(&bridge).await;
    for field in [
        "\r\nImportance: high\r\nPriority: urgent\r\nX-Priority: 1 (Highest)\r\n",
        "\r\nDisposition-Notification-To: ",
        "\r\nX-Ticket: =?utf-8?",
    ] {
        assert!(message.contains(field), "{field:?} in {message}");
    }
    page.close().await;
}

#[tokio::test]
async fn header_fields_that_would_break_the_message_are_refused() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "A subject", "Hi.").await;
    page.browser.press("Options").await;
    page.browser.press("Add a header field").await;
    page.browser.fill("Name of header field 1", "Bcc").await;
    page.browser
        .fill("Value of header field 1", "x@x.org")
        .await;
    page.focus("Subject").await;
    page.compose_shows("Glasspost writes this field itself.")
        .await;
    page.browser.press("Options 1").await;
    page.browser
        .until("!document.querySelector('#options')")
        .await;
    page.browser.press("Send").await;
    page.browser
        .until("document.activeElement === named('textbox', 'Name of header field 1')")
        .await;
    nothing_sent(&page).await;
    page.browser.fill("Name of header field 1", "X Y").await;
    page.focus("Subject").await;
    page.compose_shows("The name contains “ ”.").await;
    page.browser.press("Remove this header field").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn questions_and_options_are_accessible() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "", "attached").await;
    page.browser.press("Options").await;
    page.browser.press("Add a header field").await;
    page.browser.fill("Name of header field 1", "To").await;
    page.focus("Message").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("options, {scheme}")).await;
    }
    page.browser.press("Remove this header field").await;
    page.browser.press("Send").await;
    asked(&page, "The subject is empty.").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("questions, {scheme}"))
            .await;
    }
    page.browser.resize(390, 844).await;
    page.without_violations("questions, narrow").await;
    page.close().await;
}
