//! Templates, finding and replacing, and the preview, in a browser.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// The editor of a rich text.
const EDITOR: &str = "document.querySelector('.rich[contenteditable=true]')";

const CONTROL: &str = "\u{e009}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const NULL: &str = "\u{e000}";

#[tokio::test]
async fn a_template_fills_its_fields() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write(
        "joon@example.net",
        "Minutes",
        "Dear {name},\n\nabout {subject} at {place}.",
    )
    .await;
    page.browser.press("Templates").await;
    page.browser.fill("Name", "Minutes of a meeting").await;
    page.browser.press("Save this text as a template").await;
    page.browser
        .named("button", "Insert Minutes of a meeting")
        .await;
    #[cfg(feature = "axe")]
    page.without_violations("templates").await;
    page.browser.press("Close").await;
    page.browser.press("New message").await;
    page.browser
        .fill("To", "\"Kim Joon\" <joon@example.net>,")
        .await;
    page.browser.press("Templates").await;
    page.browser.press("Insert Minutes of a meeting").await;
    page.has("Message", "Dear Kim Joon,\n\nabout Minutes at {place}.")
        .await;
    page.has("Subject", "Minutes").await;
    // What is not known is said, and selected, so that it can be typed over.
    page.compose_shows("Still to be filled in: {place}").await;
    page.browser
        .until(
            "(f => f.value.slice(f.selectionStart, f.selectionEnd) === '{place}' || null)\
                (named('textbox', 'Message'))",
        )
        .await;
    page.browser.keys("noon").await;
    page.has("Message", "Dear Kim Joon,\n\nabout Minutes at noon.")
        .await;
    page.browser
        .until("!region('Compose').includes('Still to be filled in') || null")
        .await;
    // In a rich text it is one, too, where the caret is.
    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.focus("Message").await;
    page.browser.press("Templates").await;
    page.browser.press("Insert Minutes of a meeting").await;
    page.browser
        .until(&format!(
            "{EDITOR}.innerText.includes('noon') && {EDITOR}.innerText.includes('at {{place}}.') \
             || null"
        ))
        .await;
    page.browser.press("Templates").await;
    page.browser
        .press("Delete template Minutes of a meeting")
        .await;
    page.browser.press("Undo").await;
    page.browser
        .named("button", "Insert Minutes of a meeting")
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_field_of_a_template_that_was_written_wrong_is_reported() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write(
        "joon@example.net",
        "Hello",
        "Dear {nmae}, {e-mal}, {{}name}",
    )
    .await;
    page.browser.press("Templates").await;
    page.browser.fill("Name", "Hello").await;
    page.browser.press("Save this text as a template").await;
    page.browser.named("button", "Insert Hello").await;
    page.browser.press("Close").await;
    page.browser.press("New message").await;
    page.browser.press("Templates").await;
    page.browser.press("Insert Hello").await;
    page.has("Message", "Dear {nmae}, {e-mal}, {name}").await;
    page.compose_shows("Still to be filled in: {nmae}, {e-mal}")
        .await;
    page.compose_shows("{nmae} is no field. Did you mean {name}?")
        .await;
    page.compose_shows("To write a brace itself, write {{} instead of it.")
        .await;
    #[cfg(feature = "axe")]
    page.without_violations("fields that are not known").await;
    page.close().await;
}

#[tokio::test]
async fn text_is_found_and_replaced_in_each_format() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@example.net", "Find", "one two\nOne three one")
        .await;
    page.focus("Message").await;
    page.browser.keys(format!("{CONTROL}f{NULL}")).await;
    page.browser.fill("Find", "one").await;
    page.compose_shows("of 3").await;
    #[cfg(feature = "axe")]
    page.without_violations("find").await;
    page.browser.fill("Replace with", "1").await;
    page.browser.press("Replace all").await;
    page.has("Message", "1 two\n1 three 1").await;
    page.browser.fill("Find", "three").await;
    page.browser.keys(ESCAPE).await;
    page.browser
        .until(
            "(f => document.activeElement === f && \
             f.value.slice(f.selectionStart, f.selectionEnd) === 'three' || null)\
             (named('textbox', 'Message'))",
        )
        .await;
    page.browser.keys(format!("{CONTROL}z{NULL}")).await;
    page.has("Message", "one two\nOne three one").await;

    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.focus("Message").await;
    page.browser.keys(format!("{CONTROL}f{NULL}")).await;
    page.browser.fill("Find", "one").await;
    page.compose_shows("of 3").await;
    page.browser.fill("Replace with", "1").await;
    page.browser.keys(ENTER).await;
    page.compose_shows("of 2").await;
    page.browser.press("Replace all").await;
    let text = json!("1 two\n1 three 1");
    page.browser
        .until(&format!("{EDITOR}.innerText.trim() === {text} || null"))
        .await;
    page.stored("1 three 1").await;
    page.close().await;
}

/// The width of the frame, and the colours of the text in it and behind it.
async fn frame(page: &Visitor) -> (f64, Value) {
    page.browser
        .until("document.querySelector('.preview iframe[data-shown=true]') && true")
        .await;
    let width = page
        .browser
        .evaluate("document.querySelector('.preview iframe').getBoundingClientRect().width")
        .await;
    let scheme = page
        .browser
        .evaluate(
            "(d => d.defaultView.getComputedStyle(d.body).color)\
             (document.querySelector('.preview iframe').contentDocument)",
        )
        .await;
    (width.as_f64().expect("a number"), scheme)
}

#[tokio::test]
async fn the_preview_is_what_a_recipient_sees() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@example.net", "Seen by others", "").await;
    page.browser.press("Markdown").await;
    page.focus("Message").await;
    page.browser
        .evaluate(
            "document.execCommand('insertText', false, \
             '# Title\\n\\n**bold** <script>hacked = 1</script> [x](https://example.org/)')",
        )
        .await;
    page.browser.press("Preview").await;
    let (wide, light) = frame(&page).await;
    let shown = page
        .browser
        .evaluate(
            "(d => [d.querySelector('h1').textContent, d.querySelector('b').textContent, \
             d.querySelector('a').getAttribute('href'), d.body.innerText.includes('<script>')])\
             (document.querySelector('.preview iframe').contentDocument)",
        )
        .await;
    assert_eq!(
        shown,
        json!(["Title", "bold", "https://example.org/", true])
    );
    page.browser.press("Phone").await;
    let (phone, _) = frame(&page).await;
    page.browser.press("Tablet").await;
    let (tablet, _) = frame(&page).await;
    // The pane beside the conversation may be narrower than a tablet.
    assert!(
        phone <= 360.0 && phone < tablet && tablet <= wide,
        "{phone} {tablet} {wide}"
    );
    page.browser.press("Dark").await;
    page.browser
        .until(&format!(
            "(d => d.defaultView.getComputedStyle(d.body).color !== {light} || null)\
             (document.querySelector('.preview iframe').contentDocument)"
        ))
        .await;
    #[cfg(feature = "axe")]
    page.without_violations("the preview").await;
    // What is written is as it was.
    page.browser.press("Write").await;
    page.browser
        .until("named('textbox', 'Message')?.value.startsWith('# Title') || null")
        .await;
    page.close().await;
}
