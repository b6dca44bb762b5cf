//! What is pasted into a rich text, in a browser.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::hostile_html::{Lure, generate};
use glasspost_tests::rng::seed;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// The editor of a rich text.
const EDITOR: &str = "document.querySelector('.rich[contenteditable=true]')";

const CONTROL: &str = "\u{e009}";
const SHIFT: &str = "\u{e008}";
const NULL: &str = "\u{e000}";

/// Hostile texts in an ordinary run.
const HOSTILE: usize = 200;

async fn writing(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.write("joon@example.net", "Pasted", "").await;
    page.browser.press("Rich text").await;
    page.browser.until(&format!("{EDITOR} !== null")).await;
    page.focus("Message").await;
    page
}

async fn has(page: &Visitor, selector: &str, text: &str) {
    let (selector, text) = (Value::from(selector), Value::from(text));
    page.browser
        .until(&format!(
            "[...({EDITOR}?.querySelectorAll({selector}) ?? [])]\
             .some(e => e.textContent.trim() === {text}) || null"
        ))
        .await;
}

#[tokio::test]
async fn formatted_text_is_pasted_with_its_formatting_or_plain() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let html = "<meta charset=utf-8><style>p { color: red }</style>\
        <p class=MsoNormal style='margin:0'><span style='font-weight:700'>bold</span> \
        <a href=https://example.org/>link</a></p>\
        <p style='mso-list:l0 level1 lfo1'>item</p>\
        <table border=1><tr><td style='color:blue'>cell</td><td>1,000</td></tr></table>\
        <img src=https://example.org/a.png alt=Chart>";
    let html = Value::from(html);
    // As the browser passes it on. It would complain about the styles if a page put them into the
    // clipboard.
    page.browser
        .evaluate(&format!(
            "(editor => {{ const data = new DataTransfer(); data.setData('text/html', {html}); \
             editor.dispatchEvent(new ClipboardEvent('paste', \
             {{ clipboardData: data, bubbles: true, cancelable: true }})); }})({EDITOR})"
        ))
        .await;
    has(&page, "b", "bold").await;
    has(&page, "a[href='https://example.org/']", "link").await;
    has(&page, "table td", "1,000").await;
    // Nothing is loaded: the picture is a link to where it is.
    has(&page, "a[href='https://example.org/a.png']", "Chart").await;
    let styled = format!("{EDITOR}.querySelectorAll('[style], [class], style, img').length");
    assert_eq!(page.browser.evaluate(&styled).await, json!(0));
    page.stored("1,000</td>").await;
    // By its keys, and by others as plain text.
    let html = "<b>strong</b> <a href='https://example.org/b'>there</a>";
    page.browser.copy_html(html, "strong there").await;
    page.browser.keys(format!("{CONTROL}a{NULL}")).await;
    page.browser.keys(format!("{CONTROL}v{NULL}")).await;
    has(&page, "a[href='https://example.org/b']", "there").await;
    page.browser.keys(format!("{CONTROL}a{NULL}")).await;
    page.browser.keys(format!("{CONTROL}{SHIFT}v{NULL}")).await;
    // The driver makes more than one paste of it.
    page.browser
        .until(&format!(
            "{EDITOR}.innerText.includes('strong there') && !{EDITOR}.querySelector('b, a') \
             || null"
        ))
        .await;
    page.close().await;
}

#[tokio::test]
async fn pictures_become_part_of_the_message() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.copy_picture().await;
    page.browser.keys(format!("{CONTROL}v{NULL}")).await;
    page.browser
        .until(&format!(
            "{EDITOR}.querySelector('img[data-cid]')?.naturalWidth === 40 || null"
        ))
        .await;
    let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ\
               RU5ErkJggg==";
    page.browser
        .copy_html(
            &format!("<p>with <img src='data:image/png;base64,{dot}' alt=dot></p>"),
            "with",
        )
        .await;
    page.browser.keys(format!("{CONTROL}v{NULL}")).await;
    page.browser
        .until(&format!(
            "[...{EDITOR}.querySelectorAll('img[data-cid]')].filter(e => e.naturalWidth > 0)\
             .length === 2 || null"
        ))
        .await;
    page.has_files(2).await;
    page.close().await;
}

/// Pastes each of these texts in place of what is there, and returns what was wrong: script that
/// ran, or elements and attributes that a rich text does not have.
const PASTE: &str = "async (editor, texts) => {
  const tags = new Set(['A', 'B', 'BLOCKQUOTE', 'BR', 'CODE', 'DIV', 'H1', 'H2', 'H3', 'HR', 'I',
    'IMG', 'LI', 'OL', 'P', 'PRE', 'S', 'SUB', 'SUP', 'TABLE', 'TBODY', 'TD', 'TH', 'TR', 'U',
    'UL']);
  const attributes = new Set(['href', 'alt', 'start', 'colspan', 'rowspan', 'data-cid']);
  const wrong = [];
  for (const { html, mark } of texts) {
    editor.focus();
    getSelection().selectAllChildren(editor);
    const data = new DataTransfer();
    data.setData('text/html', html);
    const pasted = new Promise(done => new MutationObserver((_, watch) => {
      if (!editor.textContent.includes(mark)) return;
      watch.disconnect();
      done();
    }).observe(editor, { childList: true, subtree: true, characterData: true }));
    editor.dispatchEvent(new ClipboardEvent('paste',
      { clipboardData: data, bubbles: true, cancelable: true }));
    await pasted;
    for (const e of editor.querySelectorAll('*')) {
      if (!tags.has(e.tagName)) wrong.push([html, e.outerHTML]);
      for (const { name, value } of e.attributes) {
        const script = name === 'href' && !/^(https?|mailto|tel):/i.test(value);
        if (!attributes.has(name) || script) wrong.push([html, e.outerHTML]);
      }
    }
    if (window.stranger) { wrong.push([html, 'script ran']); window.stranger = undefined; }
  }
  return wrong;
}";

#[tokio::test]
async fn hostile_texts_run_and_load_nothing() {
    let seed = seed();
    let (bridge, lure) = (Bridge::start(), Lure::start());
    let page = writing(&bridge).await;
    let all = generate(seed, HOSTILE, &lure.host());
    let texts: Vec<Value> = all
        .iter()
        .map(|one| json!({"html": one.html, "mark": one.mark}))
        .collect();
    let wrong = page
        .browser
        .evaluate(&format!("({PASTE})({EDITOR}, {})", Value::from(texts)))
        .await;
    assert_eq!(wrong, json!([]));
    let foreign = "performance.getEntriesByType('resource').map(e => e.name)\
                   .filter(name => !name.startsWith(location.origin) && !name.startsWith('blob:'))";
    assert_eq!(page.browser.evaluate(foreign).await, json!([]));
    // What was asked for would have arrived before the console is read.
    page.close().await;
    assert_eq!(lure.visits(), 0, "something was loaded");
}
