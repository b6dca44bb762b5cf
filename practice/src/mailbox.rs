//! The mailbox: delivered messages in memory. The oldest are dropped first.

use crate::changes::{Changes, Notifier};
use crate::conversation::Conversation;
use crate::{limits, session::Delivered};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

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
    /// Whether it was put into the mailbox by [`Mailbox::add`], so that there is no envelope.
    pub added: bool,
    /// What was said on the connection that brought it, if that is known.
    pub conversation: Option<Conversation>,
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
    pub added: bool,
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
            added: self.added,
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

/// A connection whose conversation a mailbox keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Unique in this mailbox, and larger than the id of every earlier connection.
    pub id: u64,
    /// When it began, in milliseconds since 1970 UTC.
    pub began_ms: u64,
    /// What was said on it.
    pub conversation: Conversation,
    /// The ids of the messages that it brought and that are in the mailbox, ascending.
    pub messages: Vec<u64>,
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
    changes: Notifier,
}

#[derive(Debug)]
struct Store {
    messages: VecDeque<Arc<Message>>,
    bytes: usize,
    /// Messages that were deleted and can be restored, the last one at the end. They have only the
    /// room that the others leave.
    deleted: VecDeque<Arc<Message>>,
    deleted_bytes: usize,
    dropped: u64,
    next_id: u64,
    /// The last connections, oldest first. The messages are not filled in.
    connections: VecDeque<Connection>,
    next_connection: u64,
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

    /// Drops what there is no room for: first what was deleted, then the oldest messages.
    fn make_room(&mut self) {
        let Capacity { messages, bytes } = self.capacity;
        while self.messages.len() + self.deleted.len() > messages
            || self.bytes + self.deleted_bytes > bytes
        {
            if let Some(gone) = self.deleted.pop_front() {
                self.deleted_bytes -= gone.delivered.raw.len();
            } else if let Some(oldest) = self.messages.pop_front() {
                self.bytes -= oldest.delivered.raw.len();
                self.dropped += 1;
            } else {
                return;
            }
        }
    }

    fn set_aside(&mut self, message: Arc<Message>) {
        let bytes = message.delivered.raw.len();
        self.bytes -= bytes;
        self.deleted_bytes += bytes;
        self.deleted.push_back(message);
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
                deleted: VecDeque::new(),
                deleted_bytes: 0,
                dropped: 0,
                next_id: 1,
                connections: VecDeque::new(),
                next_connection: 1,
                capacity,
            })),
            changes: Notifier::default(),
        }
    }

    /// Stores a message received at `now`, and returns its id.
    pub fn deliver(&self, delivered: Delivered, now: SystemTime) -> u64 {
        self.store_message(delivered, false, None, now)
    }

    /// The same, with what was said on the connection that brought it.
    pub fn deliver_with(
        &self,
        delivered: Delivered,
        conversation: Conversation,
        now: SystemTime,
    ) -> u64 {
        self.store_message(delivered, false, Some(conversation), now)
    }

    /// Keeps the conversation of a connection that begins at `now`, whether or not it brings a
    /// message, and returns its id. The oldest ones are dropped first. The beginning and the end of
    /// a connection are changes, see [`Mailbox::changes`].
    pub fn begin(&self, conversation: Conversation, now: SystemTime) -> u64 {
        conversation.notify_end(&self.changes);
        let mut store = self.store();
        let id = store.next_connection;
        store.next_connection += 1;
        store.connections.push_back(Connection {
            id,
            began_ms: milliseconds(now),
            conversation,
            messages: Vec::new(),
        });
        if store.connections.len() > limits::CONVERSATIONS {
            store.connections.pop_front();
        }
        drop(store);
        self.changed();
        id
    }

    /// The last connections, oldest first.
    pub fn connections(&self) -> Vec<Connection> {
        let store = self.store();
        let mut connections: Vec<Connection> = store.connections.iter().cloned().collect();
        for connection in &mut connections {
            let brought = store
                .messages
                .iter()
                .filter(|message| message.conversation.as_ref() == Some(&connection.conversation));
            connection.messages = brought.map(|message| message.id).collect();
        }
        connections
    }

    /// Forgets all connections. The conversations of stored messages stay with them.
    pub fn clear_connections(&self) {
        self.store().connections.clear();
        self.changed();
    }

    /// Stores a message that did not come by SMTP, and returns its id.
    pub fn add(&self, raw: Vec<u8>, now: SystemTime) -> u64 {
        let delivered = Delivered {
            raw,
            ..Delivered::default()
        };
        self.store_message(delivered, true, None, now)
    }

    fn store_message(
        &self,
        delivered: Delivered,
        added: bool,
        conversation: Option<Conversation>,
        now: SystemTime,
    ) -> u64 {
        // Parse before locking: the header is untrusted and may take long to parse.
        let (subject, header_from) = summary(&delivered.raw);
        let received_ms = milliseconds(now);
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
            added,
            conversation,
        }));
        store.make_room();
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

    /// The ids of all messages, ascending.
    pub fn ids(&self) -> Vec<u64> {
        let store = self.store();
        store.messages.iter().map(|message| message.id).collect()
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
        // The ids in the store ascend too: new messages are added at the end, and restored ones at
        // their places.
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

    /// Deletes a message. Returns false if there is no message of that id. [`Mailbox::restore`] can
    /// bring it back while there is room for it.
    pub fn delete(&self, id: u64) -> bool {
        let mut store = self.store();
        let Some(at) = store.messages.iter().position(|message| message.id == id) else {
            return false;
        };
        if let Some(message) = store.messages.remove(at) {
            store.set_aside(message);
        }
        drop(store);
        self.changed();
        true
    }

    /// Deletes all messages, as [`Mailbox::delete`] does. Ids are not reused.
    pub fn clear(&self) {
        let mut store = self.store();
        while let Some(message) = store.messages.pop_front() {
            store.set_aside(message);
        }
        drop(store);
        self.changed();
    }

    /// Puts messages that were deleted back at their places. Returns the ids of those that are not
    /// there any more. One that was not deleted stays where it is.
    pub fn restore(&self, ids: &[u64]) -> Vec<u64> {
        let mut store = self.store();
        let mut gone = Vec::new();
        for id in ids {
            let is_it = |message: &Arc<Message>| message.id == *id;
            let Some(at) = store.deleted.iter().position(is_it) else {
                if !store.messages.iter().any(is_it) {
                    gone.push(*id);
                }
                continue;
            };
            if let Some(message) = store.deleted.remove(at) {
                let bytes = message.delivered.raw.len();
                store.deleted_bytes -= bytes;
                store.bytes += bytes;
                let place = store.messages.partition_point(|other| other.id < *id);
                store.messages.insert(place, message);
            }
        }
        drop(store);
        self.changed();
        gone
    }

    /// How full it is.
    pub fn stats(&self) -> Stats {
        self.store().stats()
    }

    /// Notifies of changes from now on. Changes that happen while nobody waits are one.
    pub fn changes(&self) -> Changes {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.notify();
    }

    /// Notifies of a change of something else that is shown beside the mailbox.
    #[cfg(feature = "server")]
    pub(crate) fn touch(&self) {
        self.changed();
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970 UTC.
fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// The decoded Subject and From of a message.
#[cfg(feature = "reading")]
fn summary(raw: &[u8]) -> (Option<String>, Option<String>) {
    crate::reading::summary(raw)
}

/// Without the decoder there are none.
#[cfg(not(feature = "reading"))]
fn summary(_: &[u8]) -> (Option<String>, Option<String>) {
    (None, None)
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
        assert!(changes.has_changed());
        changes.mark_unchanged();
        assert!(mailbox.delete(id));
        assert!(changes.has_changed());
        changes.mark_unchanged();
        assert!(!mailbox.delete(id));
        assert!(!changes.has_changed());
        assert_eq!(mailbox.get(id), None);
        assert_eq!(mailbox.stats().bytes, 0);
        let next = mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        assert!(next > id);
        mailbox.clear();
        assert_eq!(mailbox.list(), []);
        assert_eq!(mailbox.stats().dropped, 0);
    }

    #[test]
    fn deleted_messages_come_back_to_their_places() {
        let mailbox = Mailbox::new(Capacity {
            messages: 4,
            bytes: 100,
        });
        for _ in 0..3 {
            mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        }
        mailbox.delete(2);
        assert_eq!(ids(&mailbox), [1, 3]);
        assert_eq!(mailbox.restore(&[2, 1, 9]), [9]);
        assert_eq!(ids(&mailbox), [1, 2, 3]);
        assert_eq!(mailbox.delta(&[1, 3]).added.len(), 1);
        assert_eq!((mailbox.stats().bytes, mailbox.stats().dropped), (6, 0));
        mailbox.clear();
        assert_eq!((ids(&mailbox), mailbox.stats().bytes), (vec![], 0));
        assert_eq!(mailbox.restore(&[3, 1]), []);
        assert_eq!(ids(&mailbox), [1, 3]);
        // They have the room that the others leave: what was deleted first is gone first.
        mailbox.delete(1);
        mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        assert_eq!(mailbox.restore(&[2]), []);
        mailbox.delete(2);
        mailbox.deliver(message(b"xx"), UNIX_EPOCH);
        assert_eq!(mailbox.restore(&[1]), [1]);
        assert_eq!(mailbox.restore(&[2]), []);
        assert_eq!(ids(&mailbox), [2, 3, 4, 5]);
        mailbox.delete(3);
        mailbox.deliver(message(&[b'x'; 95]), UNIX_EPOCH);
        assert_eq!(mailbox.restore(&[3]), [3]);
        assert_eq!(ids(&mailbox), [4, 5, 6]);
        assert_eq!(mailbox.stats().dropped, 1);
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
    fn connections_are_kept_with_what_they_brought() {
        let mailbox = Mailbox::default();
        let mut changes = mailbox.changes();
        let (brings, nothing) = (Conversation::default(), Conversation::default());
        assert_eq!(mailbox.begin(brings.clone(), UNIX_EPOCH), 1);
        assert_eq!(mailbox.begin(nothing.clone(), UNIX_EPOCH), 2);
        let id = mailbox.deliver_with(message(b"xx"), brings, UNIX_EPOCH);
        let brought = || {
            let all = mailbox.connections().into_iter();
            all.map(|one| (one.id, one.messages)).collect::<Vec<_>>()
        };
        assert_eq!(brought(), [(1, vec![id]), (2, vec![])]);
        changes.mark_unchanged();
        nothing.end();
        assert!(changes.has_changed());
        mailbox.delete(id);
        assert_eq!(brought(), [(1, vec![]), (2, vec![])]);
        for _ in 0..limits::CONVERSATIONS {
            mailbox.begin(Conversation::default(), UNIX_EPOCH);
        }
        assert_eq!(brought().len(), limits::CONVERSATIONS);
        mailbox.clear_connections();
        assert_eq!(brought(), []);
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
