//! Searches the practice mailbox for one page.
//!
//! The texts are decoded as for reading: each message in a process of its own with limits, one
//! after the other, and in turn with what other pages read.

use std::sync::Arc;

use tokio::sync::watch;
use wire::{FromBridge, Search};

use crate::app_state::AppState;
use crate::outbox::{Outbox, PageGone};

/// Messages that are looked at before the page is told, where none of them matches.
const STEP: u64 = 16;

/// Carries out the last of the `searches` of a page, until the page is gone.
pub(super) async fn run(
    app: Arc<AppState>,
    mut searches: watch::Receiver<Option<Search>>,
    outbox: Outbox,
) {
    while searches.changed().await.is_ok() {
        let Some(search) = searches.borrow_and_update().clone() else {
            continue;
        };
        if look(&app, &search, &searches, &outbox).await.is_err() {
            return;
        }
    }
}

/// Looks at all messages, the newest first. Ends early if there is another search.
async fn look(
    app: &AppState,
    search: &Search,
    searches: &watch::Receiver<Option<Search>>,
    outbox: &Outbox,
) -> Result<(), PageGone> {
    let words = search.words.iter().take(Search::MOST);
    let words: Vec<String> = words.map(|word| word.to_lowercase()).collect();
    let mailbox = app.practice.as_ref().map(practice::Server::mailbox);
    let mailbox = mailbox.filter(|_| !words.is_empty());
    let mut ids: Vec<u64> = mailbox.iter().flat_map(|mailbox| mailbox.ids()).collect();
    app.texts.retain(&ids);
    ids.reverse();
    let mut found = Vec::new();
    let (mut searched, mut undecoded, mut told) = (0, 0, 0);
    for id in ids {
        if searches.has_changed().unwrap_or(true) {
            return Ok(());
        }
        let Some(message) = mailbox.and_then(|mailbox| mailbox.get(id)) else {
            continue;
        };
        let text = match app.texts.get(id) {
            Some(text) => Some(text),
            None => {
                let read = tokio::select! {
                    read = app.reader.read(Arc::clone(&message)) => read,
                    () = outbox.closed() => return Err(PageGone),
                };
                let text = read
                    .ok()
                    .map(|reading| Arc::from(engine::searched_text(&reading)));
                // The reader itself remembers what can't be decoded.
                if let Some(text) = &text {
                    app.texts.keep(id, text);
                }
                text
            }
        };
        searched += 1;
        undecoded += u64::from(text.is_none());
        let summary = engine::searched_summary(&message.summary());
        let text = text.unwrap_or_default();
        if { words.iter() }.all(|word| summary.contains(word) || text.contains(word)) {
            found.push(id);
        }
        if !found.is_empty() || searched - told >= STEP {
            told = searched;
            let step = FromBridge::Found {
                id: search.id,
                messages: std::mem::take(&mut found),
                searched,
                undecoded,
                done: false,
            };
            outbox.send(step).await?;
        }
    }
    let last = FromBridge::Found {
        id: search.id,
        messages: found,
        searched,
        undecoded,
        done: true,
    };
    outbox.send(last).await
}
