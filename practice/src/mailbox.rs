//! The mailbox: delivered messages in memory. The oldest are dropped first.

use crate::{limits, reading, session::Delivered};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;

/// How much a mailbox holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Most messages.
    pub messages: usize,
    /// Most bytes of raw messages together.
    pub bytes: usize,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            messages: limits::MAILBOX_MESSAGES,
            bytes: limits::MAILBOX_BYTES,
        }
    }
}

/// A message in the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Unique in this mailbox, and larger than the id of every earlier message.
    pub id: u64,
    /// When the message was received, in milliseconds since 1970 UTC.
    pub received_ms: u64,
    /// The Subject header, decoded, at most [`limits::HEADER_TEXT`] characters. Untrusted text.
    pub subject: Option<String>,
    /// The From header, decoded, as `Name <address>`, with the same limit. Untrusted text.
    pub header_from: Option<String>,
    /// The envelope and the raw message.
    pub delivered: Delivered,
}

/// The data of a message that a list shows. The fields are those of [`Message`] and [`Delivered`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Summary {
    pub id: u64,
    pub received_ms: u64,
    pub from: String,
    pub recipients: Vec<String>,
    /// Raw size in bytes.
    pub size: usize,
    pub tls: bool,
    pub user: Option<String>,
    pub subject: Option<String>,
    pub header_from: Option<String>,
}

impl Message {
    /// The data of this message for a list.
    pub fn summary(&self) -> Summary {
        Summary {
            id: self.id,
            received_ms: self.received_ms,
            from: self.delivered.from.clone(),
            recipients: self.delivered.recipients.clone(),
            size: self.delivered.raw.len(),
            tls: self.delivered.tls,
            user: self.delivered.user.clone(),
            subject: self.subject.clone(),
            header_from: self.header_from.clone(),
        }
    }
}

/// How full a mailbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Messages in the mailbox now.
    pub count: usize,
    /// Their raw size in bytes, together.
    pub bytes: usize,
    /// Messages dropped to make room since the start. Deleted messages are not counted.
    pub dropped: u64,
    /// The capacity of the mailbox.
    pub capacity: Capacity,
}

/// The difference between a mailbox and the ids that an observer knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Messages that the observer does not know, oldest first.
    pub added: Vec<Arc<Message>>,
    /// Known ids that are no longer in the mailbox, ascending.
    pub removed: Vec<u64>,
    /// How full it is.
    pub stats: Stats,
}

impl Delta {
    /// Whether nothing changed for the observer.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// A handle to a mailbox. Clones share the mailbox.
#[derive(Debug, Clone)]
pub struct Mailbox {
    store: Arc<Mutex<Store>>,
    changes: watch::Sender<u64>,
}

#[derive(Debug)]
struct Store {
    messages: VecDeque<Arc<Message>>,
    bytes: usize,
    dropped: u64,
    next_id: u64,
    capacity: Capacity,
}

impl Store {
    fn stats(&self) -> Stats {
        Stats {
            count: self.messages.len(),
            bytes: self.bytes,
            dropped: self.dropped,
            capacity: self.capacity,
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.messages.pop_front() {
            self.bytes -= oldest.delivered.raw.len();
            self.dropped += 1;
        }
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new(Capacity::default())
    }
}

impl Mailbox {
    /// Creates an empty mailbox. A message larger than the whole `capacity` is dropped at once.
    pub fn new(capacity: Capacity) -> Self {
        Self {
            store: Arc::new(Mutex::new(Store {
                messages: VecDeque::new(),
                bytes: 0,
                dropped: 0,
                next_id: 1,
                capacity,
            })),
            changes: watch::Sender::new(0),
        }
    }

    /// Stores a message received at `now`, and returns its id.
    pub fn deliver(&self, delivered: Delivered, now: SystemTime) -> u64 {
        // Parse before locking: the header is untrusted and may take long to parse.
        let (subject, header_from) = reading::summary(&delivered.raw);
        let received_ms = now.duration_since(UNIX_EPOCH).map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        });
        let size = delivered.raw.len();
        let mut store = self.store();
        let id = store.next_id;
        store.next_id += 1;
        store.bytes += size;
        store.messages.push_back(Arc::new(Message {
            id,
            received_ms,
            subject,
            header_from,
            delivered,
        }));
        while store.messages.len() > store.capacity.messages || store.bytes > store.capacity.bytes {
            store.drop_oldest();
        }
        drop(store);
        self.changed();
        id
    }

    /// All messages, oldest first.
    pub fn list(&self) -> Vec<Summary> {
        self.store()
            .messages
            .iter()
            .map(|message| message.summary())
            .collect()
    }

    /// Returns one message; None if it is not in the mailbox.
    pub fn get(&self, id: u64) -> Option<Arc<Message>> {
        self.store()
            .messages
            .iter()
            .find(|message| message.id == id)
            .cloned()
    }

    /// Returns what has changed for an observer who knows the messages of these ids, which must
    /// ascend.
    pub fn delta(&self, known: &[u64]) -> Delta {
        let store = self.store();
        // The ids in the store ascend too: messages are only added at the end.
        let mut known = known.iter().copied().peekable();
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for message in &store.messages {
            while let Some(gone) = known.next_if(|id| *id < message.id) {
                removed.push(gone);
            }
            if known.next_if_eq(&message.id).is_none() {
                added.push(Arc::clone(message));
            }
        }
        removed.extend(known);
        Delta {
            added,
            removed,
            stats: store.stats(),
        }
    }

    /// Deletes a message. Returns false if there is no message of that id.
    pub fn delete(&self, id: u64) -> bool {
        let mut store = self.store();
        let Some(at) = store.messages.iter().position(|message| message.id == id) else {
            return false;
        };
        if let Some(message) = store.messages.remove(at) {
            store.bytes -= message.delivered.raw.len();
        }
        drop(store);
        self.changed();
        true
    }

    /// Deletes all messages. Ids are not reused.
    pub fn clear(&self) {
        let mut store = self.store();
        store.messages.clear();
        store.bytes = 0;
        drop(store);
        self.changed();
    }

    /// How full it is.
    pub fn stats(&self) -> Stats {
        self.store().stats()
    }

    /// A number that grows with every change. A slow receiver sees only the latest number.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_modify(|number| *number += 1);
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(raw: &[u8]) -> Delivered {
        Delivered {
            from: "a@b".to_owned(),
            recipients: vec!["c@d".to_owned()],
            raw: raw.to_vec(),
            ..Delivered::default()
        }
    }

    fn ids(mailbox: &Mailbox) -> Vec<u64> {
        mailbox.list().iter().map(|summary| summary.id).collect()
    }

    #[test]
    fn the_oldest_messages_are_dropped_first() {
        let mailbox = Mailbox::new(Capacity {
            messages: 3,
            bytes: 10,
        });
        for _ in 0..5 {
            mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        }
        assert_eq!(ids(&mailbox), [3, 4, 5]);
        mailbox.deliver(message(b"12345678"), UNIX_EPOCH);
        assert_eq!(ids(&mailbox), [5, 6]);
        let Stats {
            count,
            bytes,
            dropped,
            ..
        } = mailbox.stats();
        assert_eq!((count, bytes, dropped), (2, 10, 4));
        mailbox.deliver(message(b"far too large"), UNIX_EPOCH);
        assert_eq!((mailbox.stats().count, mailbox.stats().bytes), (0, 0));
    }

    #[test]
    fn deleting_frees_space_and_every_change_is_notified() {
        let mailbox = Mailbox::default();
        let mut changes = mailbox.changes();
        let id = mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(mailbox.delete(id));
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(!mailbox.delete(id));
        assert!(!changes.has_changed().unwrap());
        assert_eq!(mailbox.get(id), None);
        assert_eq!(mailbox.stats().bytes, 0);
        let next = mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        assert!(next > id);
        mailbox.clear();
        assert_eq!(mailbox.list(), []);
        assert_eq!(mailbox.stats().dropped, 0);
    }

    #[test]
    fn a_delta_lists_added_and_removed_messages() {
        let mailbox = Mailbox::default();
        for _ in 0..5 {
            mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        }
        mailbox.delete(2);
        mailbox.delete(5);
        let check = |known: &[u64], added: &[u64], removed: &[u64]| {
            let delta = mailbox.delta(known);
            let ids: Vec<u64> = delta.added.iter().map(|message| message.id).collect();
            assert_eq!(ids, added, "{known:?}");
            assert_eq!(delta.removed, removed, "{known:?}");
            assert_eq!(delta.is_empty(), added.is_empty() && removed.is_empty());
            assert_eq!(delta.stats, mailbox.stats());
        };
        check(&[], &[1, 3, 4], &[]);
        check(&[1, 2, 3], &[4], &[2]);
        check(&[1, 3, 4], &[], &[]);
        check(&[2, 5], &[1, 3, 4], &[2, 5]);
        check(&[1, 2, 3, 4, 5], &[], &[2, 5]);
    }

    #[test]
    fn summaries_are_decoded() {
        let mailbox = Mailbox::default();
        let raw = b"From: =?utf-8?B?7KeA7JuQ?= <jiwon@example.org>\r\n\
                    Subject: =?utf-8?Q?caf=C3=A9?=\r\n\r\nhi\r\n";
        let id = mailbox.deliver(
            message(raw),
            UNIX_EPOCH + std::time::Duration::from_millis(1234),
        );
        let summary = mailbox.get(id).unwrap().summary();
        assert_eq!(summary.subject.as_deref(), Some("café"));
        assert_eq!(
            summary.header_from.as_deref(),
            Some("지원 <jiwon@example.org>")
        );
        assert_eq!((summary.received_ms, summary.size), (1234, raw.len()));
        let nothing = mailbox.deliver(message(b""), UNIX_EPOCH);
        assert_eq!(mailbox.get(nothing).unwrap().subject, None);
    }
}
