//! How long a keystroke takes in a long message, with the source open beside it.

use anyhow::Result;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

use crate::table::{Samples, Table, grouped, ms};

/// Octets of the body.
const BODY: usize = 200_000;

/// Keystrokes that count.
const KEYS: usize = 200;

/// The time in which a keystroke is to be handled, in seconds.
const BOUND: f64 = 0.016;

/// Notes of each keystroke when its handlers and what they set off are done, and when the frame
/// that shows it is.
const WATCH: &str = "(() => {
  const times = window.times = [];
  let began = 0;
  const { port1, port2 } = new MessageChannel();
  let then = () => {};
  port1.onmessage = () => then();
  const after = what => { then = what; port2.postMessage(0); };
  window.addEventListener('keydown', event => { began = event.timeStamp; }, true);
  window.addEventListener('input', () => {
    const from = began;
    queueMicrotask(() => queueMicrotask(() => {
      const handled = performance.now() - from;
      requestAnimationFrame(() => after(() => {
        times.push([handled, performance.now() - from]);
      }));
    }));
  });
})()";

/// What a body is made of.
#[derive(Clone, Copy)]
struct Text {
    name: &'static str,
    line: &'static str,
}

const TEXTS: [Text; 2] = [
    Text {
        name: "English",
        line: "The figures for the third quarter are attached, with the delivery rate.\n",
    },
    Text {
        name: "Korean",
        line: "3분기 수치를 첨부합니다. 배달률도 함께 보시기 바랍니다.\n",
    },
];

/// Measures it.
pub(crate) async fn measure(bridge: &Bridge) -> Result<String> {
    let mut table = Table::new(&[
        "a letter typed at the end of",
        "median ms until handled",
        "95th percentile ms",
        "median ms until the frame is drawn",
    ]);
    let mut worst = 0_f64;
    let mut first_use = Samples::default();
    for text in TEXTS {
        for source in [true, false] {
            let page = Visitor::first_visit(bridge).await;
            page.write("joon@example.net", "A long message", "").await;
            if source {
                page.browser.press("Source").await;
            }
            let (handled, drawn) = type_into(&page, text, "named('textbox', 'Message')").await?;
            let with = if source {
                "the source open"
            } else {
                "the source closed"
            };
            worst = worst.max(handled.percentile(95));
            row(
                &mut table,
                &format!("{} text, {with}", text.name),
                &handled,
                &drawn,
            );
            page.close().await;
        }
        let page = Visitor::first_visit(bridge).await;
        let bare = "(field => { field.style.cssText = 'position: fixed; inset: 0; z-index: 9; \
                    width: 40em; height: 30em'; document.body.append(field); return field; })\
                    (document.createElement('textarea'))";
        let (handled, drawn) = type_into(&page, text, bare).await?;
        row(
            &mut table,
            &format!("{} text, a bare text area", text.name),
            &handled,
            &drawn,
        );
        page.close().await;
        let (handled, drawn) = in_rich_text(bridge, text, &mut first_use).await?;
        worst = worst.max(handled.percentile(95));
        row(
            &mut table,
            &format!("{} rich text, the source closed", text.name),
            &handled,
            &drawn,
        );
    }
    Ok(format!(
        "{}\n\
         {KEYS} letters, a bare text area beside them, in a body of {} octets. Handled: all \
         handlers of the key have run, and what they set off before the browser goes on. The \
         highest 95th percentile is {:.2} of the limit of {} ms. From the click on Rich text until \
         the editor is there, with its code not loaded before and that text in it: {} ms.\n",
        table.text(),
        grouped(BODY as u64),
        worst / BOUND,
        ms(BOUND),
        first_use.median_ms(),
    ))
}

/// Types at the end of a long rich text. `first_use` gets the time until the editor is there.
async fn in_rich_text(
    bridge: &Bridge,
    text: Text,
    first_use: &mut Samples,
) -> Result<(Samples, Samples)> {
    let page = Visitor::first_visit(bridge).await;
    page.write("joon@example.net", "A long message", "").await;
    let body = Value::from(text.line.repeat(BODY / text.line.len()));
    let fill = format!(
        "(field => {{ field.value = {body}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})\
         (named('textbox', 'Message'))"
    );
    page.browser.evaluate(&fill).await;
    let opened = page
        .browser
        .evaluate(
            "new Promise(done => { const from = performance.now(); \
             named('button', 'Rich text').click(); \
             const look = () => document.querySelector('.rich[contenteditable=true] div') \
             ? done(performance.now() - from) : requestAnimationFrame(look); look(); })",
        )
        .await;
    first_use.add_number(opened.as_f64().unwrap_or_default() / 1e3);
    let focus = "(field => { field.focus(); const range = document.createRange(); \
                 range.selectNodeContents(field.lastChild); range.collapse(false); \
                 getSelection().removeAllRanges(); getSelection().addRange(range); return true; })\
                 (document.querySelector('.rich'))";
    page.browser.evaluate(focus).await;
    let samples = type_letters(&page).await?;
    page.close().await;
    Ok(samples)
}

fn row(table: &mut Table, name: &str, handled: &Samples, drawn: &Samples) {
    let last = ms(handled.percentile(95));
    table.row([
        name.to_owned(),
        handled.median_ms(),
        last,
        drawn.median_ms(),
    ]);
}

/// Types into the field that this expression yields, behind a long text.
async fn type_into(page: &Visitor, text: Text, field: &str) -> Result<(Samples, Samples)> {
    let body = Value::from(text.line.repeat(BODY / text.line.len()));
    let fill = format!(
        "(field => {{ field.value = {body}; field.setSelectionRange(9e9, 9e9); field.focus(); \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})({field})"
    );
    page.browser.evaluate(&fill).await;
    type_letters(page).await
}

/// Types into the element that has the focus.
async fn type_letters(page: &Visitor) -> Result<(Samples, Samples)> {
    page.browser.evaluate(WATCH).await;
    for key in 1..=KEYS {
        page.browser.letter('a').await;
        let typed = format!("window.times.length >= {key} || null");
        page.browser.until(&typed).await;
    }
    let times = page.browser.evaluate("window.times").await;
    let times: Vec<(f64, f64)> = serde_json::from_value(times)?;
    let mut samples = (Samples::default(), Samples::default());
    for (handled, drawn) in times {
        samples.0.add_number(handled / 1e3);
        samples.1.add_number(drawn / 1e3);
    }
    Ok(samples)
}
