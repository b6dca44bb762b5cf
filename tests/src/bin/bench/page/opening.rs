//! How long it takes to open a stored message, from the click until it is drawn.

use anyhow::{Context, Result};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::deliver;
use glasspost_tests::visitor::Visitor;

use crate::table::{Samples, Table, grouped, ms};

/// How often each message is opened.
const TIMES: usize = 7;

/// The time in which a message of ten thousand parts is to be shown, in seconds.
const BOUND: f64 = 1.0;

/// Opens the newest message, and returns the milliseconds until what is first seen of it is drawn.
const OPENING: &str = "new Promise(done => {
  const row = document.querySelector('[data-message]');
  const shown = () => {
    const reading = document.querySelector(`[data-reading='${row.dataset.message}']`);
    const frame = reading?.querySelector('.sealed iframe');
    const parts = reading?.querySelector('.reading-parts');
    return parts?.firstElementChild && (!frame || frame.dataset.shown === 'true');
  };
  const look = () => {
    if (!shown()) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - began);
    requestAnimationFrame(() => port2.postMessage(0));
  };
  const began = performance.now();
  row.click();
  requestAnimationFrame(look);
})";

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let bridge = Bridge::start();
    let mut table = Table::new(&["a stored message", "octets", "median ms", "highest ms"]);
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    let mut worst = 0_f64;
    for (name, message) in messages() {
        let known = page.browser.evaluate(COUNT).await;
        deliver(&bridge, message.as_bytes()).await;
        page.browser.until(&format!("{COUNT} > {known}")).await;
        let mut samples = Samples::default();
        for _ in 0..TIMES {
            let took = page.browser.until(OPENING).await;
            samples.add_number(took.as_f64().context("a time")? / 1_000.0);
            page.browser
                .evaluate("document.querySelector('.back').click()")
                .await;
        }
        worst = worst.max(samples.percentile(100));
        table.row([
            name.to_owned(),
            grouped(message.len() as u64),
            samples.median_ms(),
            ms(samples.percentile(100)),
        ]);
    }
    page.close().await;
    Ok(format!(
        "{}\n\
         From the click until the frame is drawn that shows the message; decoding it in a process \
         of its own is part of it. Lists of thousands are shown in steps, and the first is what \
         counts. The highest time is {:.2} of the limit of {} ms.\n",
        table.text(),
        worst / BOUND,
        ms(BOUND),
    ))
}

/// How many messages are listed.
const COUNT: &str = "document.querySelectorAll('[data-message]').length";

fn messages() -> Vec<(&'static str, String)> {
    let mixed = |subject: &str, parts: String| {
        format!(
            "Subject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}\
             --b--\r\n"
        )
    };
    let row = "<tr><td style=\"padding:4px;color:#123456\">A row of a newsletter</td>\
               <td><a href=\"https://example.org/x\">a link</a></td></tr>\r\n";
    let newsletter = format!(
        "Subject: Newsletter\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <style>td {{ border: 1px solid #ccc }}</style><table>{}</table>\r\n",
        row.repeat(1_000)
    );
    let files =
        |n: usize| format!("--b\r\nContent-Type: application/pdf; name=file-{n}.pdf\r\n\r\nx\r\n");
    let texts = |n: usize| format!("--b\r\n\r\nThe text of part {n}.\r\n");
    let field = "X-Field: some value of a header field that is not short\r\n";
    vec![
        ("a text", "Subject: Text\r\n\r\nHello\r\n".to_owned()),
        ("a newsletter of 1,000 rows, HTML", newsletter),
        (
            "10,000 attachments",
            mixed("Attachments", (0..10_000).map(files).collect()),
        ),
        (
            "10,000 texts",
            mixed("Texts", (0..10_000).map(texts).collect()),
        ),
        (
            "100,000 header fields",
            format!("Subject: Fields\r\n{}\r\nHello\r\n", field.repeat(100_000)),
        ),
    ]
}
