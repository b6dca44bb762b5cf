//! Records each message that is sent: once when it begins, and again when it is over. So a page
//! that is closed meanwhile leaves a record, too.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{Details, Sent};
use super::records;
use super::store::HistoryStore;
use crate::storage;
use crate::storage::locks::{self, Answer, Claim};
use crate::submission::{Ending, SendEvent};
use crate::ui::dom;
use crate::ui::part::{at_once_or_soon, part};

/// What the keys in localStorage begin with that name the messages being sent.
const UNDER_WAY: &str = "glasspost.sending.";

/// The longest transcript that a page leaves behind when it is closed, in octets of JSON.
const MOST_LEFT: usize = 500_000;

/// The message that this tab is sending.
pub(super) struct UnderWay {
    /// The number of its submission.
    number: u32,
    sent: Sent,
    details: Details,
}

fn lock(id: &str) -> String {
    format!("glasspost.send.{id}")
}

impl HistoryStore {
    /// Records what is sent from now on.
    pub(super) fn record_all(self) {
        self.submission
            .on_send(move |event| at_once_or_soon(record(self, event.clone()), |()| {}));
        drop(window_event_listener_untyped("pagehide", move |_| {
            self.keep_entries()
        }));
    }
}

part! { later:
    fn record(history: HistoryStore, event: SendEvent) -> () {
        match event {
            SendEvent::Begun { id: number, message, destination, about } => {
                let id = dom::new_id();
                let (sent, details) = Sent::begin(id, dom::now(), message, destination, &about);
                history.begin(UnderWay { number, sent, details });
            }
            SendEvent::Ended { id, entries, ending } => {
                let mut under_way = None;
                history.under_way.update_value(|one| {
                    under_way = one.take_if(|one| one.number == id);
                });
                if let Some(UnderWay { mut sent, mut details, .. }) = under_way {
                    sent.end(&mut details, entries, ending);
                    history.store(sent, details);
                }
            }
        }
    }
}

impl HistoryStore {
    fn begin(self, under_way: UnderWay) {
        let id = &under_way.sent.id;
        self.begun.update_value(|begun| begun.push(id.clone()));
        storage::keep_text(&format!("{UNDER_WAY}{id}"), "").ok();
        // As long as this tab has it, the message is being sent.
        locks::request(&lock(id), Claim::Try, |_| {});
        let (sent, details) = (under_way.sent.clone(), under_way.details.clone());
        self.under_way.set_value(Some(under_way));
        self.store(sent, details);
    }

    /// What has happened by then is kept when the page is left while it sends.
    fn keep_entries(self) {
        self.under_way.with_value(|under_way| {
            let Some(UnderWay { number, sent, .. }) = under_way else {
                return;
            };
            let entries = self.submission.entries_of(*number);
            let text = serde_json::to_string(&entries).unwrap_or_default();
            if text.len() <= MOST_LEFT {
                storage::keep_text(&format!("{UNDER_WAY}{}", sent.id), &text).ok();
            }
        });
    }

    fn store(self, sent: Sent, details: Details) {
        let over = details.ending.is_some();
        spawn_local(async move {
            let stored = records::put(&sent, &details, dom::now()).await;
            if over {
                storage::remove(&format!("{UNDER_WAY}{}", sent.id));
                locks::release(&lock(&sent.id));
            }
            match stored {
                Ok(removed) => {
                    self.note(sent, &removed);
                    self.tell();
                }
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// What was being sent by pages that are gone has ended in a way that is not known.
    pub(super) fn find_interrupted(self) {
        for key in storage::keys(UNDER_WAY) {
            if let Some(id) = key.strip_prefix(UNDER_WAY) {
                self.end_if_gone(id);
            }
        }
    }

    /// Ends the record of a message if no page is sending it any more.
    pub(super) fn end_if_gone(self, id: &str) {
        if self
            .begun
            .with_value(|begun| begun.iter().any(|one| one == id))
        {
            return;
        }
        let id = id.to_owned();
        // The page that has just been left may have its lock for a moment longer.
        locks::request(&lock(&id.clone()), Claim::Wait, move |answer| {
            if answer != Answer::Granted {
                return;
            }
            let (id, key) = (id.clone(), format!("{UNDER_WAY}{id}"));
            let entries = storage::value(&key).unwrap_or_default();
            spawn_local(async move {
                let end = |sent: &mut Sent, details: &mut Details| {
                    sent.end(details, entries, Ending::Interrupted);
                };
                if records::interrupted(&id, end).await.is_ok() {
                    storage::remove(&key);
                }
                locks::release(&lock(&id));
                self.reload();
            });
        });
    }
}
