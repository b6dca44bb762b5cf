//! Answers to a message of the inbox: the draft that replies to it, or forwards it. Pure.
//!
//! The message is read from what the page has of it: its header section, octet for octet, and its
//! parts as the bridge decoded them. All of it is a stranger's.

mod date;
mod fields;
mod forward;
mod original;
mod quote;
mod recipients;
mod subject;
#[cfg(test)]
mod tests;

use super::draft::{Answers, Charset, Draft, Parent, Thread};
use crate::i18n::Locale;
use crate::inbox::{How, Received};

pub(super) use self::forward::Enclosed;
use self::original::Original;
use self::recipients::{Recipients, own};

/// A draft that answers a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The draft. It has no sender yet.
    pub(super) draft: Draft,
    /// Which of the person's own addresses it is to be sent from. None: the message was written to
    /// none of them.
    pub(super) sender: Option<usize>,
    /// What is to be attached, in its order.
    pub(super) enclosed: Vec<Enclosed>,
    /// What of the message is not in the draft.
    pub(super) lacks: Vec<Lack>,
}

/// Something of the message that its answer does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// The bridge could not decode the message, so there is no text to quote.
    Text,
    /// There is more text than was decoded.
    RestOfText,
    /// Parts were left out because there are too many.
    Parts,
    /// It is formatted, and goes on as text.
    Formatting,
}

/// The draft that answers a message. `mine` are the person's own addresses, as they are typed.
pub(super) fn answer(
    how: How,
    received: &Received,
    mine: &[String],
    locale: Locale,
    decode: Charset,
) -> Answer {
    let original = Original::read(received, decode);
    let mine: Vec<String> = mine.iter().map(|text| recipients::key(text)).collect();
    let forwards = matches!(how, How::Forward | How::Enclose);
    let mut answer = Answer {
        draft: Draft {
            thread: Thread::answering(Parent {
                message_id: &original.message_id,
                in_reply_to: &original.in_reply_to,
                references: &original.references,
            }),
            answers: Some(Answers {
                run: received.run.clone(),
                id: received.message.id,
                forwards,
            }),
            ..Draft::default()
        },
        sender: own(&original, &mine),
        lacks: original.lacks.clone(),
        ..Answer::default()
    };
    let draft = &mut answer.draft;
    if how == How::Enclose {
        draft.subject = subject::forward(&original.subject);
        answer.enclosed = vec![forward::whole(received)];
        // All of it is in the draft.
        answer.lacks.clear();
    } else if forwards {
        draft.subject = subject::forward(&original.subject);
        draft.body = forward::body(&original, locale);
        answer.enclosed = forward::enclosed(received);
        if forward::is_formatted(received) {
            answer.lacks.push(Lack::Formatting);
        }
    } else {
        let Recipients { to, cc } = recipients::recipients(&original, how, &mine);
        (draft.to, draft.cc) = (to, cc);
        draft.subject = subject::reply(&original.subject);
        draft.body = quote::body(&original, locale);
        // Attachments stay with the message that is answered.
        answer.lacks.retain(|lack| *lack != Lack::Parts);
    }
    answer
}
