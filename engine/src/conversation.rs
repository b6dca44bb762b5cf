//! What was said on connections to the practice server, as a page gets it.

use practice::{Lines, Mailbox};
use wire::{Conversation, ConversationLine, FromBridge, Speaker};

/// The answer to a page that asks for the conversation that brought a message.
#[must_use]
pub fn conversation(mailbox: Option<&Mailbox>, message: u64) -> FromBridge {
    let found = mailbox.and_then(|mailbox| mailbox.get(message));
    let conversation = found.and_then(|found| {
        let conversation = found.conversation.as_ref()?;
        Some(readable(conversation.lines()))
    });
    FromBridge::Conversation {
        message,
        conversation,
    }
}

fn readable(lines: Lines) -> Conversation {
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
