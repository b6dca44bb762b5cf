//! How long the page takes to open with many drafts, and to show one of them.

use anyhow::Result;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::Value;

use super::load::{BOUND, WATCH};
use crate::table::{Samples, Table, grouped, ms};

/// Loads that count.
const LOADS: usize = 11;

/// How many drafts there are.
const COUNTS: [usize; 2] = [1, 1000];

/// Milliseconds from the start of the navigation until a message could be sent.
const INTERACTIVE: &str = "window.loaded?.interactive";

/// Measures it.
pub(crate) async fn measure(bridge: &Bridge) -> Result<String> {
    let mut pages = Vec::new();
    for count in COUNTS {
        let page = Visitor::first_visit(bridge).await;
        page.add_drafts(count).await;
        page.browser.run_in_new_documents(WATCH).await;
        pages.push(page);
    }
    let mut opened: [Samples; 2] = Default::default();
    let mut shown = Samples::default();
    for load in 0..=LOADS {
        for (at, page) in pages.iter().enumerate() {
            page.browser.reload().await;
            let interactive = page.browser.until(INTERACTIVE).await;
            let interactive: f64 = serde_json::from_value(interactive)?;
            // The first load of each is a warm-up.
            if load > 0 {
                opened[at].add_number(interactive / 1e3);
            }
        }
        let time = show(&pages[1], load + 1).await?;
        if load > 0 {
            shown.add_number(time / 1e3);
        }
    }
    for page in pages {
        page.close().await;
    }
    let mut table = Table::new(&["drafts", "Send can be pressed, median ms", "spread ms"]);
    for (at, count) in COUNTS.iter().enumerate() {
        table.row([
            grouped(*count as u64),
            opened[at].median_ms(),
            opened[at].spread_ms(),
        ]);
    }
    Ok(format!(
        "{}\n\
         {LOADS} loads each, in turn, after one warm-up load, in a browser that has loaded the \
         page before; the text of each draft is about {} octets. With 1,000 drafts it takes \
         {:.2} times as long as with one, which is {:.2} of the limit of {} ms. From a click on \
         one of the 1,000 in the list until the fields have it: {} ms.\n",
        table.text(),
        grouped(Visitor::DRAFT_BODY as u64),
        opened[1].median() / opened[0].median(),
        opened[1].median() / BOUND,
        ms(BOUND),
        shown.median_ms(),
    ))
}

/// Milliseconds from a click on a draft in the list until it is shown.
async fn show(page: &Visitor, number: usize) -> Result<f64> {
    let title = Value::from(format!("Draft number {number}"));
    page.browser
        .until(&format!(
            "[...document.querySelectorAll('#draft-list .draft-title')] \
             .some(e => e.innerText === {title})"
        ))
        .await;
    let time = page
        .browser
        .evaluate(&format!(
            "(async () => {{ \
             const subject = named('textbox', 'Subject'); \
             const row = [...document.querySelectorAll('#draft-list .draft-title')] \
             .find(e => e.innerText === {title}); \
             const began = performance.now(); row.click(); \
             const {{ port1, port2 }} = new MessageChannel(); \
             while (subject.value !== {title}) await new Promise(done => {{ \
             port1.onmessage = done; port2.postMessage(0); }}); \
             return performance.now() - began; }})()"
        ))
        .await;
    Ok(serde_json::from_value(time)?)
}
