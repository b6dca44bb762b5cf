//! The events of the connection to the bridge.

use std::sync::Arc;

use wire::{
    Conversation, ConversationOf, FromBridge, KnownConnection, KnownScenario, MailboxUpdate,
    NotStored, PlayedScenario, ScenarioFault, Welcome,
};

use super::incoming::{Arrived, Fetched};
use crate::storage::StoreError;

/// The state of the connection to the bridge.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkState {
    /// No answer yet.
    Connecting,
    /// Open, and greeted.
    Open(Box<Welcome>),
    /// It was open, or should be, and is not: trying again.
    Lost,
    /// The page was opened without a token.
    NoToken,
    /// The bridge is there and does not know this token: it has been started anew.
    Stale,
    /// Page and bridge are of different versions.
    OtherVersion,
    /// The bridge serves as many pages as it will.
    TooMany,
    /// Page or bridge could not read what the other sent, and closed the connection; a fault of
    /// ours. Trying again.
    Misunderstood,
}

/// Why a page simulates its bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is a file of some web server.
    Site,
    /// It was opened without a token.
    NoToken,
    /// The bridge does not know its token.
    Stale,
}

/// Something that happened on the connection.
#[derive(Clone, Debug)]
pub enum LinkEvent {
    /// The connection is in another state.
    State(LinkState),
    /// The next connection is to a bridge that is simulated in this page, for this reason, or not to
    /// one any more. It comes before the welcome.
    Alone(Option<Why>),
    /// The bridge's messages about submissions since the last event, in order.
    Submission(Vec<FromBridge>),
    /// The last octet of a message has been sent to the bridge.
    Transferred {
        /// The page's number for the submission.
        id: u32,
    },
    /// A file of a message can't be read. The submission is aborted.
    FileUnreadable {
        /// The page's number for the submission.
        id: u32,
        /// What the person calls the file.
        name: String,
        /// Why.
        why: StoreError,
    },
    /// What happened in the practice mailbox since the last event, in order.
    Mailbox(Vec<MailboxEvent>),
    /// What was said about scenarios of the practice server.
    Scenario(ScenarioEvent),
    /// A message that was asked for has arrived whole.
    Message(Arc<Arrived>),
    /// The octets of a message that were asked for have all arrived.
    Fetched(Fetched),
}

/// Something that was said about scenarios of the practice server.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioEvent {
    /// Those that come with the program.
    Known(Vec<KnownScenario>),
    /// This one is played from now on.
    Playing(Option<PlayedScenario>),
    /// The one that was to be played has faults.
    Faults(Vec<ScenarioFault>),
}

/// Something that happened in the practice mailbox.
#[derive(Clone, Debug, PartialEq)]
pub enum MailboxEvent {
    /// Messages were added or removed.
    Changed(MailboxUpdate),
    /// A message that was asked for is not there any more.
    Gone {
        /// Its id.
        id: u64,
    },
    /// The last connections to the practice server, oldest first.
    Connections(Vec<KnownConnection>),
    /// What was said on one of them.
    Conversation {
        /// Which one.
        of: ConversationOf,
        /// What was said up to now. None: it is not kept, or the message did not come by SMTP.
        conversation: Option<Arc<Conversation>>,
    },
    /// A search has gone on.
    Found {
        /// The page's number for the search.
        id: u32,
        /// Ids of messages that it has found since the last such event.
        messages: Vec<u64>,
        /// Messages that have been looked at so far.
        searched: u64,
        /// Those among them that can't be decoded.
        undecoded: u64,
        /// Whether all messages have been looked at.
        done: bool,
    },
    /// A message of the page's is in the mailbox under this id, or why not.
    Stored {
        /// The page's number for it.
        id: u32,
        /// The message's id.
        message: Result<u64, NotStored>,
    },
}

/// Sorts messages of the bridge into events. The order of those in one event stays.
pub(super) fn sort(said: Vec<FromBridge>) -> Vec<LinkEvent> {
    let (mut mailbox, mut submission) = (Vec::new(), Vec::new());
    let mut events = Vec::new();
    let mut scenario = |event| events.push(LinkEvent::Scenario(event));
    for message in said {
        match message {
            FromBridge::Mailbox(update) => mailbox.push(MailboxEvent::Changed(update)),
            FromBridge::MessageGone { id } => mailbox.push(MailboxEvent::Gone { id }),
            FromBridge::Connections { known } => mailbox.push(MailboxEvent::Connections(known)),
            FromBridge::Conversation { of, conversation } => {
                mailbox.push(MailboxEvent::Conversation {
                    of,
                    conversation: conversation.map(Arc::new),
                });
            }
            FromBridge::Found {
                id,
                messages,
                searched,
                undecoded,
                done,
            } => mailbox.push(MailboxEvent::Found {
                id,
                messages,
                searched,
                undecoded,
                done,
            }),
            FromBridge::Stored { id, message } => mailbox.push(MailboxEvent::Stored {
                id,
                message: Ok(message),
            }),
            FromBridge::NotStored { id, why } => mailbox.push(MailboxEvent::Stored {
                id,
                message: Err(why),
            }),
            FromBridge::Scenarios { known } => scenario(ScenarioEvent::Known(known)),
            FromBridge::Scenario { playing } => scenario(ScenarioEvent::Playing(playing)),
            FromBridge::NotPlayed { faults } => scenario(ScenarioEvent::Faults(faults)),
            message => submission.push(message),
        }
    }
    if !mailbox.is_empty() {
        events.push(LinkEvent::Mailbox(mailbox));
    }
    if !submission.is_empty() {
        events.push(LinkEvent::Submission(submission));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_what_is_for_it_in_order() {
        let progress = |sent| FromBridge::Progress { id: 1, sent };
        let events = sort(vec![
            progress(1),
            FromBridge::MessageGone { id: 7 },
            progress(2),
            FromBridge::Mailbox(MailboxUpdate::default()),
        ]);
        let [
            LinkEvent::Mailbox(mailbox),
            LinkEvent::Submission(submission),
        ] = events.as_slice()
        else {
            panic!("{events:?}");
        };
        let gone = MailboxEvent::Gone { id: 7 };
        let changed = MailboxEvent::Changed(MailboxUpdate::default());
        assert_eq!(mailbox, &[gone, changed]);
        assert_eq!(submission, &[progress(1), progress(2)]);
        assert!(sort(Vec::new()).is_empty());
    }
}
