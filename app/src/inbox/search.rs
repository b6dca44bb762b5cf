//! Searching the inbox: what the list shows at once, and the texts by the bridge.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use wire::{FromPage, MailboxSummary, Search};

use super::store::{InboxStateStoreFields as _, InboxStore};

/// Texts are searched when nothing has been typed for this time.
const SEARCHED_AFTER: Duration = Duration::from_millis(200);

/// What the bridge has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The number of the search.
    id: u32,
    /// What was searched for.
    text: String,
    messages: BTreeSet<u64>,
    /// Messages that have been looked at.
    pub(super) searched: u64,
    /// Those among them that can't be decoded.
    pub(super) undecoded: u64,
    /// All have been looked at.
    pub(super) done: bool,
}

/// The words of what was typed.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().take(Search::MOST);
    words.map(str::to_owned).collect()
}

/// Whether all words are in what the list shows of a message.
fn matches(message: &MailboxSummary, words: &[String]) -> bool {
    let fields = [&message.from, &message.header_from, &message.subject];
    let shown: Vec<String> = { fields.into_iter().chain(&message.to) }
        .map(|field| field.to_lowercase())
        .collect();
    words
        .iter()
        .all(|word| shown.iter().any(|field| field.contains(word.as_str())))
}

impl InboxStore {
    /// The messages that the list shows: all, or those in which all words are that are searched
    /// for. Follows them.
    pub(super) fn listed(self) -> Vec<MailboxSummary> {
        let text = self.state.search().get();
        let words = words(&text);
        let found = self.state.found();
        self.state.mailbox().with(|mailbox| {
            let messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            if words.is_empty() {
                return messages.cloned().collect();
            }
            found.with(|found| {
                let in_text = |id: u64| found.text == text && found.messages.contains(&id);
                let listed = messages.filter(|one| matches(one, &words) || in_text(one.id));
                listed.cloned().collect()
            })
        })
    }

    /// The ids of those messages.
    pub(super) fn listed_ids(self) -> Vec<u64> {
        self.listed().iter().map(|message| message.id).collect()
    }

    /// Whether a search is shown. Follows it.
    pub(super) fn searches(self) -> bool {
        self.state.search().with(|text| !text.trim().is_empty())
    }

    /// What has been found in the texts for the search that is shown. None: nothing was asked yet.
    /// Follows it.
    pub(super) fn found(self) -> Option<Found> {
        let found = self.state.found().get();
        (found.text == self.state.search().get()).then_some(found)
    }

    /// Searches for what was typed.
    pub(super) fn search(self, text: String) {
        self.state.search().set(text);
        self.search_texts();
    }

    /// Has the texts searched again: something else was typed, or other messages are there.
    pub(super) fn search_texts(self) {
        let text = self.state.search().get_untracked();
        let number = self.searched.try_update_value(|number| {
            *number = number.wrapping_add(1);
            *number
        });
        let (Some(id), false) = (number, text.trim().is_empty()) else {
            return;
        };
        let begin = move || {
            // More has been typed meanwhile.
            if self.searched.try_get_value() != Some(id) {
                return;
            }
            let words = words(&text);
            // What was found before stays until there is more.
            self.state.found().update(|found| {
                if found.text != text {
                    found.messages.clear();
                }
                *found = Found {
                    id,
                    text: text.clone(),
                    messages: std::mem::take(&mut found.messages),
                    ..Found::default()
                };
            });
            self.connection
                .send(&FromPage::Search(Search { id, words }));
        };
        set_timeout(begin, SEARCHED_AFTER);
    }

    /// The bridge has found something, or nothing more.
    pub(super) fn has_found(self, step: &Found, messages: &[u64]) {
        self.state.found().update(|found| {
            if found.id == step.id {
                found.messages.extend(messages);
                found.searched = step.searched;
                found.undecoded = step.undecoded;
                found.done = step.done;
            }
        });
    }
}

impl Found {
    /// How far the search of this number is.
    pub(super) fn step(id: u32, searched: u64, undecoded: u64, done: bool) -> Found {
        Found {
            id,
            searched,
            undecoded,
            done,
            ..Found::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_in_what_the_list_shows() {
        let message = MailboxSummary {
            id: 1,
            received_ms: 0,
            from: "mina@example.org".into(),
            to: vec!["Joon@example.net".into()],
            subject: "분기 보고서 Q3".into(),
            header_from: "박민아 <mina@example.org>".into(),
            size: 1,
            tls: false,
            user: None,
            queue_id: String::new(),
            opened: false,
        };
        let check = |text: &str, expect| assert_eq!(matches(&message, &words(text)), expect);
        check("", true);
        check("MINA q3", true);
        check("joon 보고", true);
        check("mina q4", false);
        check("  ", true);
    }
}
