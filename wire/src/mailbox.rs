//! The practice mailbox as a page knows it.

use serde::{Deserialize, Serialize};

/// What has changed in the practice mailbox. The first update on a WebSocket adds all it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxUpdate {
    /// Messages that were not there before, oldest first.
    pub added: Vec<MailboxSummary>,
    /// Ids of messages that are gone: deleted, or dropped to make room.
    pub removed: Vec<u64>,
    /// More updates follow at once: only after them is the list complete.
    pub more: bool,
    /// Octets of all messages.
    pub octets: u64,
    /// Messages that were dropped, oldest first, to keep within the limits; since the bridge
    /// started.
    pub dropped: u64,
    /// Most messages it keeps.
    pub most_messages: u64,
    /// Most octets it keeps.
    pub most_octets: u64,
}

/// A message of the practice mailbox, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSummary {
    /// Its id, never used again.
    pub id: u64,
    /// When it arrived, milliseconds since 1970-01-01 UTC.
    pub received_ms: u64,
    /// The reverse-path; empty is the null path.
    pub from: String,
    /// The forward-paths.
    pub to: Vec<String>,
    /// The Subject field, decoded; empty where there is none.
    pub subject: String,
    /// The From field, decoded, for showing; empty where there is none.
    pub header_from: String,
    /// Octets.
    pub size: u64,
    /// Whether it came inside TLS.
    pub tls: bool,
    /// Who had signed in.
    pub user: Option<String>,
    /// What the practice server called it when it accepted it: the last word of its reply. Empty
    /// where it did not come by SMTP.
    pub queue_id: String,
    /// It did not come by SMTP: it was opened from a file.
    pub opened: bool,
}

/// What the practice mailbox holds, according to the updates so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailboxState {
    /// Newest first.
    pub messages: Vec<MailboxSummary>,
    /// Whether all updates that belong together have arrived, see [`MailboxUpdate::more`].
    pub complete: bool,
    /// Octets of all messages.
    pub octets: u64,
    /// Messages that were dropped to keep within the limits, since the bridge started.
    pub dropped: u64,
    /// Most messages it keeps.
    pub most_messages: u64,
    /// Most octets it keeps.
    pub most_octets: u64,
}

impl MailboxState {
    /// Adds what has changed. A message that is known already is replaced. One that was deleted and
    /// is there again comes back to its place.
    pub fn apply(&mut self, update: MailboxUpdate) {
        self.messages.retain(|known| {
            !update.removed.contains(&known.id)
                && update.added.iter().all(|added| added.id != known.id)
        });
        self.messages.splice(..0, update.added.into_iter().rev());
        let ordered = |pair: &[MailboxSummary]| pair[0].id > pair[1].id;
        if !self.messages.windows(2).all(ordered) {
            self.messages
                .sort_by_key(|message| std::cmp::Reverse(message.id));
        }
        self.complete = !update.more;
        self.octets = update.octets;
        self.dropped = update.dropped;
        self.most_messages = update.most_messages;
        self.most_octets = update.most_octets;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(id: u64) -> MailboxSummary {
        MailboxSummary {
            id,
            received_ms: 0,
            from: String::new(),
            to: Vec::new(),
            subject: String::new(),
            header_from: String::new(),
            size: 1,
            tls: false,
            user: None,
            queue_id: String::new(),
            opened: false,
        }
    }

    #[test]
    fn updates_add_up_to_the_mailbox() {
        let mut state = MailboxState::default();
        let mut check = |added: &[u64], removed: &[u64], more, expect: &[u64]| {
            state.apply(MailboxUpdate {
                added: added.iter().copied().map(summary).collect(),
                removed: removed.to_vec(),
                more,
                ..MailboxUpdate::default()
            });
            let ids: Vec<u64> = state.messages.iter().map(|message| message.id).collect();
            assert_eq!(ids, expect);
            assert_eq!(state.complete, !more);
        };
        check(&[], &[], false, &[]);
        check(&[1, 2], &[], true, &[2, 1]);
        check(&[3], &[], false, &[3, 2, 1]);
        check(&[4], &[1, 3], false, &[4, 2]);
        check(&[4], &[9], false, &[4, 2]);
        check(&[1, 3], &[], false, &[4, 3, 2, 1]);
        check(&[], &[1, 3], false, &[4, 2]);
        check(&[], &[2, 4], false, &[]);
    }
}
