//! Answering messages of the inbox in a real browser.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;

/// A message of a conversation, to the person and others.
const ASKED: &str = "From: Joon <joon@practice.test>\r\n\
To: Mina <mina@practice.test>, \"Kim, Minho\" <minho@practice.test>\r\n\
Cc: hana@practice.test\r\n\
Subject: AW: Re: Figures\r\n\
Date: Wed, 18 Nov 2026 20:06:40 +0900\r\n\
Message-ID: <2@practice.test>\r\n\
In-Reply-To: <1@practice.test>\r\n\
References: <0@practice.test>\r\n <1@practice.test>\r\n\
Content-Type: text/plain; charset=utf-8; format=flowed\r\n\
\r\n\
How are \r\nthe figures?\r\n\
> Soon.\r\n\
-- \r\n\
Joon\r\n";

/// Keeps a sender.
async fn add_sender(page: &Visitor, name: &str, address: &str, signature: &str) {
    page.browser.press("Choose sender").await;
    page.browser.press("Manage identities").await;
    page.browser.press("Add identity").await;
    page.browser.fill("Sender name", name).await;
    page.browser.fill("Sender address", address).await;
    page.browser.fill("Signature", signature).await;
    page.browser.press("Save identity").await;
    page.browser.named("button", "Add identity").await;
    page.browser.press("Close").await;
}

/// Delivers a message and opens it.
async fn open(bridge: &Bridge, page: &Visitor, message: &str, subject: &str) {
    deliver(bridge, message.as_bytes()).await;
    page.inbox().await;
    let subject = serde_json::json!(subject);
    page.browser
        .until(&format!(
            "document.querySelector('[data-message]')?.innerText.includes({subject}) || null"
        ))
        .await;
    page.opens_the_newest().await;
    page.browser.named("button", "Reply").await;
}

/// The newest stored message, as the practice server has it.
async fn newest(bridge: &Bridge, subject: &str) -> String {
    let mut page = Page::open(bridge).await;
    let mailbox = page
        .mailbox(|mailbox| {
            mailbox
                .messages
                .first()
                .is_some_and(|one| one.subject == subject)
        })
        .await;
    let raw = page
        .read(mailbox.messages[0].id)
        .await
        .expect("it is there");
    String::from_utf8(raw).expect("UTF-8")
}

#[tokio::test]
async fn a_reply_is_written_sent_and_threaded() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    add_sender(&page, "Team", "team@practice.test", "The team").await;
    add_sender(&page, "Mina", "mina@practice.test", "Mina\nSeoul").await;
    page.write("someone@practice.test", "Unfinished", "Half a text")
        .await;
    open(&bridge, &page, ASKED, "Figures").await;
    page.browser.press("Reply").await;

    page.has("Subject", "Re: Figures").await;
    page.has("From", "Mina <mina@practice.test>").await;
    page.has(
        "Message",
        "\n\nOn Wed, 18 Nov 2026 at 20:06 +0900, Joon wrote:\n> How are the figures?\n>> Soon.\n\n\
         -- \nMina\nSeoul",
    )
    .await;
    page.compose_shows("Joon <joon@practice.test>").await;
    // The caret is above the quote.
    page.browser
        .until("document.activeElement === named('textbox', 'Message')")
        .await;
    page.browser.keys("They are fine.").await;
    page.browser
        .until("named('textbox', 'Message').value.startsWith('They are fine.\\n\\nOn Wed')")
        .await;
    // The draft before it is kept.
    page.drafts_show("Unfinished").await;

    page.browser.press("Send").await;
    page.finished("accepted").await;
    let sent = newest(&bridge, "Re: Figures").await;
    for field in [
        "From: \"Mina\" <mina@practice.test>\r\n",
        "To: \"Joon\" <joon@practice.test>\r\n",
        "In-Reply-To: <2@practice.test>\r\n",
        "References: <0@practice.test> <1@practice.test> <2@practice.test>\r\n",
        "\r\n\r\nThey are fine.\r\n",
    ] {
        assert!(sent.contains(field), "{field:?} in {sent}");
    }

    // The message that was answered is marked, here and after a reload.
    page.inbox().await;
    page.inbox_shows("Replied").await;
    page.browser.reload().await;
    page.browser
        .until("region('Inbox').includes('Replied')")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_reply_to_all_goes_to_all_but_oneself() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    add_sender(&page, "Mina", "mina@practice.test", "").await;
    open(&bridge, &page, ASKED, "Figures").await;
    page.browser.press("Reply all").await;
    page.has("Subject", "Re: Figures").await;
    page.browser.named("textbox", "Cc").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let sent = newest(&bridge, "Re: Figures").await;
    let to = "To: \"Joon\" <joon@practice.test>, \"Kim, Minho\" <minho@practice.test>\r\n\
              Cc: <hana@practice.test>\r\n";
    assert!(sent.contains(to), "{sent}");
    page.close().await;
}

#[tokio::test]
async fn a_forwarded_message_takes_its_attachments_along() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    open(&bridge, &page, MANY_PARTS, "Before and after").await;
    page.browser.press("Forward").await;
    page.has("Subject", "Fwd: Before and after").await;
    page.browser
        .until("document.activeElement === named('textbox', 'To')")
        .await;
    page.compose_shows("그림.png").await;
    page.compose_shows("The first one.eml").await;
    page.compose_shows("attachment.pdf").await;
    let body = page.browser.value("Message").await;
    let expect = "\n\n---------- Forwarded message ---------\n\
                  From: \"mina park\"@example.org\nSubject: Before and after\n\
                  To: hana@example.org, joon@example.org\n\n\
                  Before the picture.\n\nAfter the picture.\n";
    assert_eq!(body, expect);
    page.browser.keys("joon@practice.test ").await;
    page.has_files(3).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let sent = newest(&bridge, "Fwd: Before and after").await;
    let parsed = mail_parser::MessageParser::default().parse(sent.as_bytes());
    let parsed = parsed.expect("a message");
    let octets: Vec<usize> = parsed
        .attachments()
        .map(|part| part.contents().len())
        .collect();
    assert_eq!(octets[0], 3, "{sent}");
    assert_eq!(octets.len(), 3, "{sent}");
    page.inbox().await;
    page.inbox_shows("Forwarded").await;
    page.close().await;
}

#[tokio::test]
async fn a_message_is_forwarded_as_it_is() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    open(&bridge, &page, ASKED, "Figures").await;
    page.browser.press("Forward as attachment").await;
    page.has("Subject", "Fwd: Re: Figures").await;
    page.compose_shows("AW Re Figures.eml").await;
    page.compose_shows("message/rfc822").await;
    page.has_files(1).await;
    page.browser
        .until("document.activeElement === named('textbox', 'To')")
        .await;
    page.browser.keys("joon@practice.test ").await;
    page.browser.press("Source").await;
    page.compose_shows("Content-Type: message/rfc822").await;
    page.compose_shows("AW Re Figures.eml as it is").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let sent = newest(&bridge, "Fwd: Re: Figures").await;
    assert!(sent.contains(ASKED), "{sent}");
    assert!(
        sent.contains("Content-Transfer-Encoding: 7bit\r\n"),
        "{sent}"
    );
    // It is read as a message in a message.
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("How are the figures?").await;
    page.inbox_shows("Forwarded").await;

    // One that some server would change goes along as a file, which is said.
    let long = format!("Subject: Long\r\n\r\n{}\r\n", "a".repeat(999));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("long.eml");
    std::fs::write(&file, &long).expect("a file");
    page.browser
        .choose_files(".inbox input[type=file]", &[&file])
        .await;
    page.browser
        .until("document.querySelector('[data-reading] h2')?.innerText === 'Long' || null")
        .await;
    page.browser.press("Forward as attachment").await;
    page.compose_shows("“Long.eml” goes along as a file").await;
    page.close().await;
}

/// It survives a reload, and its thread is in the source.
#[tokio::test]
async fn an_answer_is_a_draft_like_others() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    open(&bridge, &page, ASKED, "Figures").await;
    page.browser.press("Reply all").await;
    page.has("Subject", "Re: Figures").await;
    page.stored("2@practice.test").await;
    // Back is at the message that is answered.
    page.browser.back().await;
    page.inbox_shows("How are the figures?").await;
    page.browser.forward().await;
    page.has("Subject", "Re: Figures").await;
    page.browser.reload().await;
    page.ready().await;
    page.has("Subject", "Re: Figures").await;
    page.browser.press("Source").await;
    page.browser
        .until("region('Compose').includes('In-Reply-To: <2@practice.test>')")
        .await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn answering_is_accessible_in_both_languages_and_schemes() {
    use glasspost_tests::browser::Browser;
    let bridge = Bridge::start();
    deliver(&bridge, ASKED.as_bytes()).await;
    for (language, inbox, reply, subject) in [
        ("en-US", "Inbox", "Reply", "Subject"),
        ("ko-KR", "받은편지함", "답장", "제목"),
    ] {
        let browser = Browser::open_in(language, 390, 844).await;
        browser.go(&bridge.announcement().url).await;
        let page = Visitor { browser };
        page.go_to(inbox).await;
        page.opens_the_newest().await;
        page.browser.named("button", reply).await;
        for scheme in ["light", "dark"] {
            page.browser.prefer_color_scheme(scheme).await;
            page.without_violations(&format!("an opened message, {language}, {scheme}"))
                .await;
        }
        page.browser.press(reply).await;
        page.has(subject, "Re: Figures").await;
        page.without_violations(&format!("a reply, {language}"))
            .await;
        page.close().await;
    }
}

/// A formatted message with a picture of its own, one from elsewhere, and a script.
const FORMATTED: &str = "From: Joon <joon@practice.test>\r\n\
To: mina@practice.test\r\n\
Subject: Formatted\r\n\
Date: Wed, 18 Nov 2026 20:06:40 +0900\r\n\
Message-ID: <9@practice.test>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/related; boundary=r\r\n\
\r\n\
--r\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<p>The <b>figures</b> are <a href=\"https://example.org/f\">here</a>:</p>\
<table><tr><th>Q1<td>12</table>\
<img src=\"cid:dot@x\" alt=\"a dot\"><img src=\"https://tracker.example/p.png\" width=1 height=1>\
<script>parent.hit = 1</script><p style=\"color:red\" onclick=\"parent.hit = 1\">Red</p>\r\n\
--r\r\n\
Content-Type: image/gif; name=dot.gif\r\n\
Content-ID: <dot@x>\r\n\
Content-Disposition: inline; filename=dot.gif\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n\
--r--\r\n";

/// The editor of a rich text.
const EDITOR: &str = "document.querySelector('.rich[contenteditable=true]')";

#[tokio::test]
async fn a_reply_in_rich_text_keeps_the_formatting_of_its_quote() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("someone@practice.test", "Rich", "").await;
    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;

    open(&bridge, &page, FORMATTED, "Formatted").await;
    // What is forwarded says what it does not have, and has the picture once.
    page.browser.press("Forward").await;
    page.has("Subject", "Fwd: Formatted").await;
    page.compose_shows("Some of the formatting").await;
    page.compose_shows("dot.gif").await;
    page.inbox().await;
    page.opens_the_newest_named("Formatted").await;
    page.browser.press("Reply").await;
    page.has("Subject", "Re: Formatted").await;
    let quote = "blockquote b:not(blockquote blockquote *)";
    page.browser
        .until(&format!(
            "{EDITOR}?.querySelector('{quote}')?.textContent === 'figures'"
        ))
        .await;
    // The caret is above the quote.
    page.browser
        .until(&format!("document.activeElement === {EDITOR}"))
        .await;
    page.browser.keys("All clear.").await;
    page.browser
        .until(&format!("{EDITOR}.innerText.startsWith('All clear.')"))
        .await;
    // Its own picture is shown, nothing is loaded from elsewhere, and nothing runs.
    page.browser
        .until(&format!(
            "{EDITOR}.querySelector('blockquote img')?.naturalWidth === 1"
        ))
        .await;
    page.browser
        .until(
            "performance.getEntriesByType('resource')\
             .every(one => !one.name.includes('tracker')) && window.hit === undefined",
        )
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let sent = newest(&bridge, "Re: Formatted").await;
    let read = mail_parser::MessageParser::default().parse(&sent);
    let read = read.expect("a message");
    let html = read.body_html(0).expect("HTML").replace("\r\n", "\n");
    for part in [
        "<blockquote type=\"cite\"",
        "The <b>figures</b> are <a href=\"https://example.org/f\">here</a>:",
        "Q1</th>",
        ">Red<",
    ] {
        assert!(html.contains(part), "{part:?} in {html}");
    }
    for part in ["script", "onclick", "tracker", "color:red", "cid:dot@x"] {
        assert!(!html.contains(part), "{part:?} in {html}");
    }
    let text = read.body_text(0).expect("text").replace("\r\n", "\n");
    assert!(text.starts_with("All clear.\n"), "{text}");
    assert!(
        text.contains("> The figures are here <https://example.org/f>:\n"),
        "{text}"
    );
    assert_eq!(read.attachment_count(), 1);
    let picture = read.attachment(0).expect("the picture");
    let id = mail_parser::MimeHeaders::content_id(picture).expect("its Content-ID");
    assert!(html.contains(&format!("src=\"cid:{id}\"")), "{html}");
    page.close().await;
}

#[tokio::test]
async fn new_messages_and_answers_are_in_the_format_chosen_last() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let pressed = |name: &str| {
        format!("named('button', '{name}')?.getAttribute('aria-pressed') === 'true' || null")
    };
    page.write("someone@practice.test", "One", "*one*").await;
    page.browser.press("Markdown").await;
    page.browser.until(&pressed("Markdown")).await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.until(&pressed("Markdown")).await;
    open(&bridge, &page, FORMATTED, "Formatted").await;
    page.browser.press("Reply").await;
    page.has("Subject", "Re: Formatted").await;
    page.browser.until(&pressed("Markdown")).await;
    page.browser
        .until(
            "named('textbox', 'Message').value\
             .includes('> The **figures** are [here](https://example.org/f):')",
        )
        .await;
    page.compose_shows("dot.gif").await;
    // A draft keeps its own format, a new message after a reload has the one chosen last.
    page.browser.press("Plain text").await;
    page.browser.until(&pressed("Plain text")).await;
    page.browser.press("New message").await;
    page.has("Subject", "").await;
    page.browser.until(&pressed("Plain text")).await;
    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.browser.reload().await;
    page.ready().await;
    page.browser.until(&pressed("Rich text")).await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.close().await;
}
