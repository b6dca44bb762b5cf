//! Answers to a message of the inbox: the draft that replies to it, or forwards it. Pure.
//!
//! The message is read from what the page has of it: its header section, octet for octet, and its
//! parts as the bridge decoded them. All of it is a stranger's.

mod date;
mod fields;
mod formatted;
mod forward;
mod original;
mod quote;
mod recipients;
mod subject;
#[cfg(test)]
mod tests;

use super::draft::{Answers, BodyFormat, Charset, Draft, Parent, Thread};
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
    /// It has formatting that a draft can't have.
    SomeFormatting,
}

/// What a person's answers are made with.
pub(super) struct Writer<'a> {
    /// The person's own addresses, as they are typed.
    pub(super) mine: &'a [String],
    /// The format that the answer is to be written in.
    pub(super) format: BodyFormat,
    /// The language of what the page adds.
    pub(super) locale: Locale,
    /// The charsets that can be decoded.
    pub(super) decode: Charset,
    /// Makes a new Content-ID.
    pub(super) new_id: fn() -> String,
}

/// The draft that answers a message.
pub(super) fn answer(how: How, received: &Received, writer: &Writer<'_>) -> Answer {
    let original = Original::read(received, writer.decode);
    let own_keys = writer.mine.iter().map(|text| recipients::key(text));
    let mine: Vec<String> = own_keys.collect();
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
        answer.enclosed = forward::enclosed(received);
    } else {
        let Recipients { to, cc } = recipients::recipients(&original, how, &mine);
        (draft.to, draft.cc) = (to, cc);
        draft.subject = subject::reply(&original.subject);
        // Attachments stay with the message that is answered.
        answer.lacks.retain(|lack| *lack != Lack::Parts);
    }
    if how != How::Enclose {
        write(&mut answer, how, received, &original, writer);
    }
    answer
}

/// Writes the text of an answer in the format that is wanted.
fn write(
    answer: &mut Answer,
    how: How,
    received: &Received,
    original: &Original,
    writer: &Writer<'_>,
) {
    let (draft, forwards) = (&mut answer.draft, how == How::Forward);
    draft.format = writer.format;
    if writer.format == BodyFormat::Plain {
        draft.body = if forwards {
            forward::body(original, writer.locale)
        } else {
            quote::body(original, writer.locale)
        };
        if forwards && forward::is_formatted(received) {
            answer.lacks.push(Lack::Formatting);
        }
        return;
    }
    let made = formatted::formatted(how, received, original, writer.locale, writer.new_id);
    if writer.format == BodyFormat::Rich {
        draft.set_html(made.text.html());
    } else {
        draft.body = made.text.markdown();
    }
    if forwards && made.left_out {
        answer.lacks.push(Lack::SomeFormatting);
    }
    for picture in made.pictures {
        let mut others = answer.enclosed.iter_mut();
        // What is forwarded has all attachments of the message.
        match others.find(|one| one.at == picture.at) {
            Some(one) => *one = picture,
            None => answer.enclosed.push(picture),
        }
    }
}
