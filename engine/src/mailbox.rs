//! What a page is told of the practice mailbox.

use practice::Mailbox;
use wire::{MailboxSummary, MailboxUpdate, TEXT_FRAME};

/// The most octets of JSON in the summaries of one frame, if there is more than one.
const SUMMARIES: usize = TEXT_FRAME - 8 * 1024;

/// What one page knows of the mailbox.
#[derive(Debug, Default)]
pub struct MailboxFeed {
    /// Ids, ascending.
    known: Vec<u64>,
    /// Whether the page has been told anything.
    begun: bool,
}

impl MailboxFeed {
    /// What the page is to be told now: at first all that the mailbox holds, then what has changed.
    pub fn updates(&mut self, mailbox: &Mailbox) -> Vec<MailboxUpdate> {
        let delta = mailbox.delta(&self.known);
        self.known
            .retain(|id| delta.removed.binary_search(id).is_err());
        self.known
            .extend(delta.added.iter().map(|message| message.id));
        // Restored messages are at their places.
        self.known.sort_unstable();
        if self.begun && delta.is_empty() {
            return Vec::new();
        }
        self.begun = true;
        updates(delta).collect()
    }
}

/// The updates that report a change: as many as it takes, and at least one.
fn updates(delta: practice::Delta) -> impl Iterator<Item = MailboxUpdate> {
    let stats = delta.stats;
    let mut added = delta.added.into_iter().peekable();
    let mut removed = Some(delta.removed);
    std::iter::from_fn(move || {
        if removed.is_none() && added.peek().is_none() {
            return None;
        }
        let mut page = Vec::new();
        let mut octets = 0;
        while let Some(message) = added.peek() {
            let summary = summary(message.summary());
            octets += serde_json::to_string(&summary).map_or(0, |json| json.len() + 1);
            if octets > SUMMARIES && !page.is_empty() {
                break;
            }
            page.push(summary);
            added.next();
        }
        Some(MailboxUpdate {
            added: page,
            removed: removed.take().unwrap_or_default(),
            more: added.peek().is_some(),
            octets: stats.bytes as u64,
            dropped: stats.dropped,
            most_messages: stats.capacity.messages as u64,
            most_octets: stats.capacity.bytes as u64,
        })
    })
}

fn summary(summary: practice::Summary) -> MailboxSummary {
    MailboxSummary {
        id: summary.id,
        received_ms: summary.received_ms,
        from: summary.from,
        to: summary.recipients,
        subject: summary.subject.unwrap_or_default(),
        header_from: summary.header_from.unwrap_or_default(),
        size: summary.size as u64,
        tls: summary.tls,
        user: summary.user,
        queue_id: match summary.added {
            true => String::new(),
            false => practice::queue_id(summary.id),
        },
        opened: summary.added,
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use practice::Delivered;
    use wire::{FromBridge, MailboxState};

    use super::*;

    fn deliver(mailbox: &Mailbox, recipients: usize) -> u64 {
        let delivered = Delivered {
            from: "\u{1}".repeat(254),
            recipients: vec!["\"\\\"\\\"\"@".repeat(25); recipients],
            raw: format!("Subject: {}\r\n\r\n", "\u{1}".repeat(900)).into_bytes(),
            ..Delivered::default()
        };
        mailbox.deliver(delivered, SystemTime::now())
    }

    #[test]
    fn a_full_mailbox_comes_in_frames_that_fit() {
        let mailbox = Mailbox::default();
        for _ in 0..200 {
            deliver(&mailbox, 100);
        }
        let mut state = MailboxState::default();
        let mut frames = 0;
        for update in updates(mailbox.delta(&[])) {
            let more = update.more;
            let json = serde_json::to_string(&FromBridge::Mailbox(update.clone())).expect("JSON");
            assert!(json.len() <= TEXT_FRAME, "a frame of {}", json.len());
            state.apply(update);
            assert_eq!(state.complete, !more);
            frames += 1;
        }
        assert!(state.complete && frames > 1, "{frames}");
        let ids: Vec<u64> = state.messages.iter().map(|message| message.id).collect();
        assert_eq!(ids, (1..=200).rev().collect::<Vec<_>>());
    }

    #[test]
    fn an_empty_mailbox_is_an_update_as_well() {
        let mailbox = Mailbox::default();
        let all: Vec<MailboxUpdate> = updates(mailbox.delta(&[])).collect();
        assert_eq!(all.len(), 1);
        assert!(all[0].added.is_empty() && !all[0].more && all[0].most_messages == 200);
    }
}
