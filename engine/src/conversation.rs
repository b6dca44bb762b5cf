//! Connections to the practice server and what was said on them, as a page and other programs get
//! it.

use practice::{Connection, Mailbox};
use wire::{Conversation, ConversationLine, ConversationOf, FromBridge, KnownConnection, Speaker};

/// The connections that the mailbox keeps, oldest first. Without a mailbox there are none.
#[must_use]
pub fn known_connections(mailbox: Option<&Mailbox>) -> Vec<KnownConnection> {
    let all = mailbox.map(Mailbox::connections).unwrap_or_default();
    all.iter().map(known_connection).collect()
}

/// A connection in a line.
#[must_use]
pub fn known_connection(connection: &Connection) -> KnownConnection {
    let lines = connection.conversation.lines();
    KnownConnection {
        id: connection.id,
        began_ms: connection.began_ms,
        client_name: lines.client_name().map(str::to_owned),
        last_reply: lines.last_reply().map(str::to_owned),
        last_failure: lines.last_failure,
        messages: connection.messages.clone(),
        ended: lines.ended,
    }
}

/// The answer to a page that asks for a conversation.
#[must_use]
pub fn conversation(mailbox: Option<&Mailbox>, of: ConversationOf) -> FromBridge {
    let found = mailbox.and_then(|mailbox| match of {
        ConversationOf::Message(id) => mailbox.get(id)?.conversation.clone(),
        ConversationOf::Connection(id) => {
            let mut all = mailbox.connections().into_iter();
            all.find(|one| one.id == id).map(|one| one.conversation)
        }
    });
    FromBridge::Conversation {
        of,
        conversation: found.as_ref().map(said),
    }
}

/// What was said up to now.
#[must_use]
pub fn said(conversation: &practice::Conversation) -> Conversation {
    let lines = conversation.lines();
    let line = |line: practice::Line| ConversationLine {
        at_us: u64::try_from(line.at.as_micros()).unwrap_or(u64::MAX),
        who: match line.who {
            practice::Speaker::Client => Speaker::Client,
            practice::Speaker::Server => Speaker::Server,
            practice::Speaker::Note => Speaker::Note,
        },
        tls: line.tls,
        text: line.text,
    };
    Conversation {
        lines: lines.lines.into_iter().map(line).collect(),
        left_out: lines.left_out,
        ended: lines.ended,
    }
}
