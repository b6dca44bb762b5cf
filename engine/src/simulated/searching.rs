//! Searches the mailbox, one message at a time, so that a page stays usable meanwhile.

use practice::Mailbox;
use wire::{FromBridge, Reading, Search};

use crate::{searched_summary, searched_text};

/// The last search, if it is still under way.
#[derive(Debug, Default)]
pub(super) struct Searching {
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    id: u32,
    /// In small letters.
    words: Vec<String>,
    /// The messages that have not been looked at, the newest at the end.
    left: Vec<u64>,
    searched: u64,
}

impl Searching {
    /// Searches for something else now.
    pub(super) fn begin(&mut self, search: Search, mailbox: &Mailbox) {
        let words = search.words.iter().take(Search::MOST);
        let words: Vec<String> = words.map(|word| word.to_lowercase()).collect();
        let left = if words.is_empty() {
            Vec::new()
        } else {
            mailbox.ids()
        };
        self.current = Some(Current {
            id: search.id,
            words,
            left,
            searched: 0,
        });
    }

    /// Whether there is more to look at.
    pub(super) fn is_under_way(&self) -> bool {
        self.current.is_some()
    }

    /// Looks at the next message.
    pub(super) fn go_on(&mut self, mailbox: &Mailbox) -> Option<FromBridge> {
        let current = self.current.as_mut()?;
        let mut messages = Vec::new();
        if let Some(id) = current.left.pop()
            && let Some(message) = mailbox.get(id)
        {
            current.searched += 1;
            let text = searched_text(&decode(&message.delivered.raw));
            let summary = searched_summary(&message.summary());
            let is_in = |word: &String| summary.contains(word) || text.contains(word);
            if current.words.iter().all(is_in) {
                messages.push(id);
            }
        }
        let done = current.left.is_empty();
        let found = FromBridge::Found {
            id: current.id,
            messages,
            searched: current.searched,
            // Every message is decoded here, however long it takes.
            undecoded: 0,
            done,
        };
        if done {
            self.current = None;
        }
        Some(found)
    }
}

/// The message decoded for reading.
pub(super) fn decode(raw: &[u8]) -> Reading {
    crate::readable(practice::Reading::parse(raw))
}
