//! Rich text in a browser: what the buttons and keys do, what is sent, drafts, pictures, input
//! methods.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;

/// The editor of a rich text.
const EDITOR: &str = "document.querySelector('.rich[contenteditable=true]')";

/// Opens the page with a rich text that is empty.
async fn writing(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.write("joon@example.net", "Rich", "").await;
    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.focus("Message").await;
    page
}

/// Waits until the editor has this text.
async fn shows(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!("{EDITOR}?.innerText.includes({text})"))
        .await;
}

/// Waits until the editor has an element that this selector finds, with this text.
async fn has(page: &Visitor, selector: &str, text: &str) {
    let (selector, text) = (Value::from(selector), Value::from(text));
    page.browser
        .until(&format!(
            "[...({EDITOR}?.querySelectorAll({selector}) ?? [])]\
             .some(e => e.textContent === {text}) || null"
        ))
        .await;
}

/// Sends the draft to the practice server. The parts that are text, each with its media type.
async fn sent(page: &Visitor, bridge: &Bridge) -> Vec<(String, String)> {
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let mut reader = Page::open(bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    let message = reader.read(newest).await.expect("its octets");
    let read = MessageParser::default().parse(&message).expect("a message");
    let texts = read.parts.iter().filter_map(|part| {
        let kind = part.content_type()?;
        let text = part.text_contents()?.replace("\r\n", "\n");
        Some((format!("{}/{}", kind.ctype(), kind.subtype()?), text))
    });
    texts.collect()
}

const CONTROL: &str = "\u{e009}";
const ENTER: &str = "\u{e007}";
const NULL: &str = "\u{e000}";

#[tokio::test]
async fn a_rich_text_is_written_by_keyboard_and_sent() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.keys("Hello ").await;
    page.browser.keys(format!("{CONTROL}b{NULL}")).await;
    page.browser
        .until("named('button', 'Bold').getAttribute('aria-pressed') === 'true' || null")
        .await;
    page.browser.keys("bold").await;
    page.browser.keys(format!("{CONTROL}b{NULL}")).await;
    page.browser.keys(format!(" text{ENTER}")).await;
    page.browser.keys("one").await;
    page.browser.press("Bulleted list").await;
    page.browser.keys(format!("{ENTER}two")).await;
    has(&page, "b", "bold").await;
    has(&page, "ul li", "two").await;
    page.browser.press("Bulleted list").await;
    page.browser.keys(format!("{CONTROL}k{NULL}")).await;
    page.browser.named("textbox", "Link address").await;
    page.browser.keys(format!("example.org{ENTER}")).await;
    has(&page, "a[href='https://example.org']", "example.org").await;
    #[cfg(feature = "axe")]
    page.without_violations("rich text").await;
    let texts = sent(&page, &bridge).await;
    assert_eq!(texts[0].0, "text/plain");
    assert!(
        texts[0].1.starts_with("Hello bold text\n\n- one\n"),
        "{:?}",
        texts[0].1
    );
    assert!(texts[0].1.contains("example.org"));
    let html = &texts[1].1;
    assert!(html.contains("<div>Hello <b>bold</b> text</div>"), "{html}");
    assert!(
        html.contains("<li><div>one</div>") || html.contains("<li>one</li>"),
        "{html}"
    );
    assert!(!html.contains("class="), "{html}");
    page.close().await;
}

#[tokio::test]
async fn a_rich_text_survives_a_reload_and_other_formats() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.keys("plain ").await;
    page.browser.keys(format!("{CONTROL}i{NULL}")).await;
    page.browser.keys("slanted").await;
    page.stored("<i>slanted</i>").await;
    page.browser.reload().await;
    page.ready().await;
    has(&page, "i", "slanted").await;
    page.browser.press("Markdown").await;
    page.has("Message", "plain *slanted*").await;
    page.browser.press("Rich text").await;
    has(&page, "i", "slanted").await;
    // What a plain text can't show is lost, until that is undone.
    page.browser.press("Plain text").await;
    page.has("Message", "plain slanted").await;
    page.browser.press("Undo").await;
    has(&page, "i", "slanted").await;
    page.browser.press("Plain text").await;
    page.has("Message", "plain slanted").await;
    page.focus("Message").await;
    page.browser.keys("!").await;
    page.browser
        .until("named('button', 'Undo') === null || null")
        .await;
    page.close().await;
}

#[tokio::test]
async fn hangul_is_composed_and_undone() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    for text in ["ㅎ", "하", "한"] {
        page.browser.composes(text).await;
    }
    page.browser.composed("한").await;
    for text in ["ㄱ", "그", "글"] {
        page.browser.composes(text).await;
    }
    page.browser.composed("글").await;
    shows(&page, "한글").await;
    page.stored("<div>한글</div>").await;
    page.browser.keys(format!("{ENTER}more")).await;
    shows(&page, "more").await;
    page.browser.keys(format!("{CONTROL}z{NULL}")).await;
    page.browser
        .until(&format!("!{EDITOR}.innerText.includes('more') || null"))
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_picture_is_shown_in_the_text_and_sent_with_it() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.keys("see ").await;
    page.browser
        .evaluate(
            "(async () => { const canvas = new OffscreenCanvas(8, 8); \
             canvas.getContext('2d').fillRect(0, 0, 8, 8); \
             const blob = await canvas.convertToBlob(); \
             const data = new DataTransfer(); \
             data.items.add(new File([blob], 'dot.png', { type: 'image/png' })); \
             const field = document.querySelector('.format input[type=file]'); \
             field.files = data.files; \
             field.dispatchEvent(new Event('change', { bubbles: true })); return true; })()",
        )
        .await;
    page.browser
        .until(&format!(
            "{EDITOR}.querySelector('img[alt=\"dot.png\"]')?.naturalWidth === 8 || null"
        ))
        .await;
    page.browser.keys(" end").await;
    shows(&page, "end").await;
    page.stored("alt=\\\"dot.png\\\"").await;
    page.browser.reload().await;
    page.ready().await;
    page.browser
        .until(&format!(
            "{EDITOR}?.querySelector('img[alt=\"dot.png\"]')?.naturalWidth === 8 || null"
        ))
        .await;
    let texts = sent(&page, &bridge).await;
    assert!(texts[0].1.contains("[image: dot.png]"), "{texts:?}");
    assert!(texts[1].1.contains("<img src=\"cid:"), "{texts:?}");
    assert!(!texts[1].1.contains("blob:"), "{texts:?}");
    page.close().await;
}
