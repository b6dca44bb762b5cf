//! The source beside the message: live, and explained.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

/// Opens the page, writes a message and shows its source.
async fn writing(bridge: &Bridge, subject: &str, text: &str) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.write("joon@example.net", subject, text).await;
    page.browser.press("Source").await;
    source_has(&page, "Subject:").await;
    page
}

/// Waits until the source has this text.
async fn source_has(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!("region('Source').includes({text}) || null"))
        .await;
}

/// The text that lights up, of this kind.
fn lit(kind: &str) -> String {
    let kind = Value::from(kind);
    format!("[...(CSS.highlights.get({kind}) ?? [])].map(range => range.toString()).join('|')")
}

/// Clicks the middle of the first occurrence of this text in the source.
async fn click(page: &Visitor, text: &str) {
    let text = Value::from(text);
    let place = page
        .browser
        .until(&format!(
            "(() => {{ const source = document.querySelector('.compose pre.source'); \
             for (const block of source.children) {{ \
             const at = block.textContent.indexOf({text}); if (at < 0) continue; \
             const range = new Range(); range.setStart(block.firstChild, at); \
             range.setEnd(block.firstChild, at + {text}.length); \
             block.scrollIntoView({{ block: 'nearest' }}); \
             const box = range.getClientRects()[0]; \
             return [box.x + box.width / 2, box.y + box.height / 2]; }} return null; }})()"
        ))
        .await;
    let at = |index: usize| place[index].as_f64().expect("a number");
    page.browser.mouse_down(at(0), at(1)).await;
    page.browser.mouse_up(at(0), at(1)).await;
}

/// Waits until the note about the chosen octets has this text.
async fn noted(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!(
            "document.querySelector('.source-note')?.innerText.includes({text}) || null"
        ))
        .await;
}

#[tokio::test]
async fn the_source_follows_what_is_typed() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "First", "Hello").await;
    source_has(&page, "Hello").await;
    page.browser.fill("Message", "Hello again").await;
    source_has(&page, "Hello again").await;
    page.browser.fill("Subject", "분기 보고서").await;
    source_has(&page, "Subject: =?utf-8?").await;
    // Exactly what is shown is sent.
    let shown = page
        .browser
        .evaluate("document.querySelector('.compose pre.source').textContent")
        .await;
    let shown = shown.as_str().expect("text").to_owned();
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.browser.press("Source").await;
    let stored = page
        .browser
        .until("document.querySelector('[data-reading] pre.source')?.textContent")
        .await;
    let stored = stored.as_str().expect("text");
    assert!(stored.ends_with(&shown), "{shown}\n---\n{stored}");
    page.close().await;
}

#[tokio::test]
async fn a_field_lights_up_its_octets() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "A subject", "Some text").await;
    for (field, expect) in [
        ("Subject", "Subject: A subject"),
        ("To", "To: <joon@example.net>"),
        ("Message", "Some text"),
    ] {
        page.focus(field).await;
        let (lit, expect) = (lit("source-field"), Value::from(expect));
        page.browser
            .until(&format!("{lit} === {expect} || null"))
            .await;
    }
    page.close().await;
}

#[tokio::test]
async fn octets_are_explained_by_mouse_and_keyboard() {
    let bridge = Bridge::start();
    let text = "Caf\u{e9} at noon, the one beside the station, where we met in spring last year.";
    let page = writing(&bridge, "박민아", text).await;
    click(&page, "=?utf-8?").await;
    noted(&page, "박민아").await;
    noted(&page, "RFC 2047").await;
    click(&page, "=C3=A9").await;
    noted(&page, "é").await;
    let chosen = lit("source-chosen");
    let chosen = page.browser.evaluate(&chosen).await;
    assert_eq!(chosen, "=C3=A9");
    click(&page, "MIME-Version").await;
    noted(&page, "RFC 2045 §4").await;
    page.browser.keys("\u{e014}").await;
    noted(&page, "Content-Type").await;
    page.browser.keys("\u{e012}").await;
    noted(&page, "RFC 2045 §4").await;
    #[cfg(feature = "axe")]
    page.without_violations("the source").await;
    page.close().await;
}

#[tokio::test]
async fn a_long_text_stays_whole_in_the_source() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "Long", "begin").await;
    let fill = "(field => { field.value = Array.from({length: 4000}, \
                (_, at) => `line ${at} of a long text that goes on and on`).join('\\n'); \
                field.dispatchEvent(new Event('input', { bubbles: true })); })\
                (named('textbox', 'Message'))";
    page.browser.evaluate(fill).await;
    let whole = "document.querySelector('.compose pre.source').textContent";
    page.browser
        .until(&format!("{whole}.includes('line 3999 of') || null"))
        .await;
    // A line more at the beginning moves all others.
    let before = "(field => { field.setSelectionRange(0, 0); field.focus(); \
                  document.execCommand('insertText', false, 'new\\n'); })\
                  (named('textbox', 'Message'))";
    page.browser.evaluate(before).await;
    page.browser
        .until(&format!("{whole}.includes('new\\nline 0 of') || null"))
        .await;
    let lines = page
        .browser
        .evaluate(&format!("{whole}.split('line ').length - 1"))
        .await;
    assert_eq!(lines, 4000);
    page.close().await;
}

#[tokio::test]
async fn the_source_can_be_edited_and_is_sent_as_it_is() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "First", "Hello").await;
    page.browser.press("Edit the source").await;
    let before = page.browser.value("Message source").await;
    assert!(before.contains("\nSubject: First\n"), "{before}");
    let edited = before.replace("Subject: First", "Subject: =?utf-8?Q?x=C3=A9?=\nX-Mine: 1")
        + "\n.\n  trailing  \n";
    page.browser.fill("Message source", &edited).await;
    source_has(&page, "X-Mine: 1").await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    page.browser
        .until("named('textbox', 'Message source')?.value.includes('X-Mine') || null")
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows("xé").await;
    page.browser.press("Source").await;
    let stored = page
        .browser
        .until("document.querySelector('[data-reading] pre.source')?.textContent")
        .await;
    let stored = stored.as_str().expect("text").to_owned();
    assert!(stored.ends_with(&edited), "{edited}\n---\n{stored}");
    page.compose().await;
    page.browser.press("Source").await;
    page.browser.press("Back to the fields").await;
    assert_eq!(page.browser.value("Message").await, "Hello");
    page.browser.press("Undo").await;
    assert_eq!(page.browser.value("Message source").await, edited);
    page.close().await;
}

#[tokio::test]
async fn a_subject_that_looks_encoded_arrives_as_it_was_typed() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let subject = "=?utf-8?Q?x?=";
    page.write("joon@example.net", subject, "text").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.inbox_shows(subject).await;
    page.close().await;
}

/// Opens a file with this content as a message.
async fn open_eml(page: &Visitor, content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("message.eml");
    std::fs::write(&file, content).expect("a file");
    let field = ".source-tools input[type=file]";
    page.browser.choose_files(field, &[&file]).await;
    // The browser has read the file once the page has done something about it.
    page.browser
        .until("document.querySelector('.notice-place .notice') && true")
        .await;
}

const MESSAGE: &str = "From: =?utf-8?B?67CV66+87JWE?= <mina@example.org>\r\n\
    To: joon@example.net\r\n\
    Subject: =?euc-kr?B?wfq5rg==?=\r\n\
    X-Mine: 1\r\n\
    DKIM-Signature: v=1\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\
    \r\n\
    --b\r\n\
    \r\n\
    The text.\r\n\
    --b\r\n\
    Content-Disposition: attachment; filename=\"a.txt\"\r\n\
    Content-Transfer-Encoding: base64\r\n\
    \r\n\
    aGk=\r\n\
    --b--\r\n";

#[tokio::test]
async fn a_message_from_a_file_becomes_a_draft() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "Before", "Before").await;
    open_eml(&page, MESSAGE.as_bytes()).await;
    page.compose_shows("left out: DKIM-Signature.").await;
    page.browser.named("button", "Options 1").await;
    assert_eq!(page.browser.value("Subject").await, "질문");
    assert_eq!(page.browser.value("Message").await, "The text.");
    page.compose_shows("a.txt").await;
    page.browser.press("Edit its source instead").await;
    page.browser
        .until("named('textbox', 'Message source')?.value.includes('X-Mine: 1') || null")
        .await;
    page.close().await;
}

#[tokio::test]
async fn what_is_no_message_is_not_opened() {
    let bridge = Bridge::start();
    let page = writing(&bridge, "Before", "Before").await;
    open_eml(&page, b"").await;
    page.compose_shows("not an e-mail message").await;
    assert_eq!(page.browser.value("Subject").await, "Before");
    page.close().await;
}
