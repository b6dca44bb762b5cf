//! The message being written: what a person typed, what is wrong with it, and the finished RFC 5322
//! message that is made of it. Pure.

pub(in crate::compose) mod build;
mod content;
mod fields;
mod invitation;
mod mailbox;
pub(in crate::compose) mod markdown;
mod options;
mod pasted;
mod person;
pub(in crate::compose) mod rich;
mod sample;
mod signature;
mod thread;

use reactive_stores::Store;
use serde::{Deserialize, Serialize};
use smtp::{AddressError, limits};

use crate::submission::Message;

pub use build::{
    AsIs, AsIsCheck, Header, MessageStamp, Moment, body_size, copy, is_picture, media_type_of,
    picture_mark, plain_copy, raw, sent_name, shown_html, shown_name,
};
pub use content::{BodyFormat, Content};
pub use fields::{BRACE, Fill, nearest_field, recipients};
pub use invitation::{Invitation, InvitationFault, in_field};
pub use mailbox::{
    Mailbox, MailboxError, Script, Suspicion, split_addresses, split_at_spaces, suspicions,
};
pub use options::{HeaderFault, NAME_CHARS, Options, OwnHeader, Priority, RECEIPT};
pub use pasted::{Charset, Pasted, decode_words, ends_address, join_addresses, split_pasted};
pub use person::Person;
pub use signature::{Sender, provide_rich_signatures};
pub use thread::{Parent, Thread};

/// A message as a person writes it. Addresses are as typed, valid or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Store)]
#[serde(default)]
pub struct Draft {
    /// Who it is from, with or without a name.
    pub from: String,
    /// Where answers are to go, as addresses separated by commas. Empty: to the sender.
    pub reply_to: String,
    /// Who it is for.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy without the others being told.
    pub bcc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// How the text is written.
    pub format: BodyFormat,
    /// Whether a plain text is sent exactly as it was typed: no line is wrapped or changed.
    pub as_typed: bool,
    /// The text, lines ended by LF: plain text or Markdown. Of a rich text, the plain text that is
    /// made of it.
    pub body: String,
    /// The rich text, in the elements of [`rich`]; empty in other formats.
    pub html: String,
    /// The signature that the page put at the end of the text, so that it can tell one that nobody
    /// has changed. Empty: none.
    pub signature: String,
    /// What has been typed into the fields of addresses and is not in a list yet.
    pub unfinished: Unfinished,
    /// The files that go with it, in their order.
    pub attachments: Vec<Attachment>,
    /// The whole source, lines ended by LF, where a person edits that instead of the fields. The
    /// header section and the body are then this text; the fields of addresses are the envelope.
    pub raw: Option<String>,
    /// The event that it invites to.
    pub invitation: Option<Invitation>,
    /// What it asks for besides.
    pub options: Options,
    /// Which messages it answers.
    pub thread: Thread,
    /// The message of the inbox that it answers or forwards, so that it can be marked there.
    pub answers: Option<Answers>,
}

/// A message of the inbox that a draft was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// The run of the bridge that gave the id.
    pub run: String,
    /// Its id.
    pub id: u64,
    /// Whether it is forwarded, rather than replied to.
    pub forwards: bool,
}

/// A file that goes with a draft. Its octets are in the browser's database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// The key of its octets in the database.
    pub file: String,
    /// Its name, as the recipient sees it.
    pub name: String,
    /// Its media type, such as `image/png`.
    pub media_type: String,
    /// Its size in octets, before encoding.
    pub size: u64,
    /// Its Content-ID without angle brackets, where the text shows it as a picture. None: it is an
    /// attachment like others.
    pub content_id: Option<String>,
    /// It is a message that is enclosed as it is, under its own type. None: it is encoded.
    pub as_is: Option<AsIs>,
}

/// Addresses that are still being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Store)]
#[serde(default)]
pub struct Unfinished {
    /// In the field To.
    pub to: String,
    /// In the field Cc.
    pub cc: String,
    /// In the field Bcc.
    pub bcc: String,
}

/// A field of the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The sender.
    From,
    /// Where answers are to go.
    ReplyTo,
    /// The recipients.
    To,
    /// Recipients of a copy.
    Cc,
    /// Recipients of a blind copy.
    Bcc,
    /// The subject.
    Subject,
    /// The text.
    Message,
    /// How soon it should be read.
    Priority,
    /// Whether a read receipt is asked for.
    Receipt,
    /// The invitation.
    Invitation,
    /// The header field of this number, of the sender's own.
    OwnHeader(usize),
}

/// Something that keeps the draft from being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which field.
    pub place: Place,
    /// What.
    pub what: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no sender.
    NoSender,
    /// There is no recipient.
    NoRecipient,
    /// More recipients than one message may have.
    TooManyRecipients {
        /// The most.
        most: usize,
    },
    /// It is not an address.
    Address {
        /// As it was typed.
        text: String,
        /// Why not.
        why: MailboxError,
    },
    /// The code that makes the message has not been loaded.
    NotLoaded,
    /// A control character in a field that becomes a header field.
    Control,
    /// Addresses, user name and password together are more than the bridge takes at once.
    TooLong,
    /// A header field of the sender's own would break the message.
    Header(HeaderFault),
    /// The invitation can't be sent.
    Invitation(InvitationFault),
    /// A line of the source is longer than RFC 5322 §2.1.1 allows.
    LongLine {
        /// Which, from 1.
        number: usize,
    },
    /// A line of the source has a NUL, which no message may have (RFC 5322 §2.2).
    Nul {
        /// Which, from 1.
        number: usize,
    },
}

/// The most characters of [`Draft::title`].
const TITLE_CHARS: usize = 60;

impl Draft {
    /// A new message from this sender.
    #[must_use]
    pub fn from_sender(from: &str) -> Draft {
        Draft {
            from: from.to_owned(),
            ..Draft::default()
        }
    }

    /// Whether nothing has been written besides what the sender brings: From, Reply-To and a
    /// signature that nobody has changed.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let (body, html) = if self.unsigned_body().is_empty() {
            (self.body.clone(), self.html.clone())
        } else {
            Default::default()
        };
        let blank = Draft {
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
            signature: self.signature.clone(),
            format: self.format,
            as_typed: self.as_typed,
            body,
            html,
            ..Draft::default()
        };
        *self == blank
    }

    /// What to call it: its subject, else who it is for, else the beginning of its text, else who
    /// it is from. As it was typed, and empty only where there is nothing.
    #[must_use]
    pub fn title(&self) -> String {
        let recipients = [&self.to, &self.cc, &self.bcc].into_iter().flatten();
        let unfinished = [
            &self.unfinished.to,
            &self.unfinished.cc,
            &self.unfinished.bcc,
        ];
        std::iter::once(self.subject.as_str())
            .chain(recipients.chain(unfinished).map(String::as_str))
            .chain(self.body.lines())
            .chain(std::iter::once(self.from.as_str()))
            .map(str::trim)
            .find(|text| !text.is_empty())
            .map(|text| text.chars().take(TITLE_CHARS).collect())
            .unwrap_or_default()
    }
}

impl Draft {
    /// The same message to these people only, each in the field where they were. The addresses are
    /// as they are sent.
    #[must_use]
    pub fn only_to(&self, addresses: &[String]) -> Draft {
        let mut draft = self.clone();
        for list in [&mut draft.to, &mut draft.cc, &mut draft.bcc] {
            list.retain(|text| {
                let person = Person::parse(text);
                person.is_some_and(|person| addresses.contains(&person.sent))
            });
        }
        draft
    }

    /// The fields that become the header section and the envelope.
    #[must_use]
    pub fn header_fields(&self) -> HeaderFields<'_> {
        HeaderFields {
            from: &self.from,
            reply_to: &self.reply_to,
            to: &self.to,
            cc: &self.cc,
            bcc: &self.bcc,
            subject: &self.subject,
            invitation: self.invitation.as_ref(),
            options: &self.options,
            thread: &self.thread,
        }
    }

    /// Everything that keeps it from being sent.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.header_fields().problems()
    }

    /// The finished message.
    ///
    /// # Errors
    /// Everything that keeps it from being sent.
    pub fn message(&self, stamp: &MessageStamp) -> Result<Message, Vec<Problem>> {
        let header = self.header_fields().build()?;
        let Some(source) = &self.raw else {
            let calendar = self.header_fields().calendar(stamp);
            let calendar = calendar.as_deref();
            return Ok(header.message(stamp, self.content(), &self.attachments, calendar));
        };
        let problems = raw::problems(source);
        if problems.is_empty() {
            Ok(header.raw_message(source, &self.attachments))
        } else {
            Err(problems)
        }
    }
}

/// The fields of a draft that become the header section and the envelope.
#[derive(Clone, Copy, Debug)]
pub struct HeaderFields<'a> {
    /// See [`Draft::from`].
    pub from: &'a str,
    /// See [`Draft::reply_to`].
    pub reply_to: &'a str,
    /// See [`Draft::to`].
    pub to: &'a [String],
    /// See [`Draft::cc`].
    pub cc: &'a [String],
    /// See [`Draft::bcc`].
    pub bcc: &'a [String],
    /// See [`Draft::subject`].
    pub subject: &'a str,
    /// See [`Draft::invitation`].
    pub invitation: Option<&'a Invitation>,
    /// See [`Draft::options`].
    pub options: &'a Options,
    /// See [`Draft::thread`].
    pub thread: &'a Thread,
}

impl HeaderFields<'_> {
    /// Everything in them that keeps the draft from being sent, in the order of the fields.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |place, what| problems.push(Problem { place, what });
        if self.from.trim().is_empty() {
            add(Place::From, Wrong::NoSender);
        } else if let Err(what) = readable(self.from) {
            add(Place::From, what);
        }
        for text in split_addresses(self.reply_to) {
            if let Err(what) = readable(&text) {
                add(Place::ReplyTo, what);
            }
        }
        let lists = [
            (Place::To, self.to),
            (Place::Cc, self.cc),
            (Place::Bcc, self.bcc),
        ];
        for (place, list) in lists {
            for text in list {
                if let Err(what) = readable(text) {
                    add(place, what);
                }
            }
        }
        let many: usize = lists.iter().map(|(_, list)| list.len()).sum();
        if many == 0 {
            add(Place::To, Wrong::NoRecipient);
        } else if many > limits::RECIPIENTS {
            let most = limits::RECIPIENTS;
            add(Place::To, Wrong::TooManyRecipients { most });
        }
        if self.subject.chars().any(char::is_control) {
            add(Place::Subject, Wrong::Control);
        }
        problems.extend(self.options.problems(self.thread));
        if let Some(invitation) = self.invitation
            && let Some(fault) = invitation.fault(self.to.len() + self.cc.len())
        {
            problems.push(Problem {
                place: Place::Invitation,
                what: Wrong::Invitation(fault),
            });
        }
        problems
    }

    /// The calendar of the invitation, if there is one.
    #[must_use]
    pub fn calendar(&self, stamp: &MessageStamp) -> Option<String> {
        let invitation = self.invitation?;
        Some(invitation.calendar(*self, stamp)).filter(|calendar| !calendar.is_empty())
    }
}

/// Takes what is being typed in a field of addresses for finished: it is added to the list.
pub fn finish_addresses(list: &mut Vec<String>, unfinished: &mut String) {
    list.extend(split_addresses(&std::mem::take(unfinished)));
}

/// The address of a recipient, the same for all ways to write it. None: it is not valid.
#[must_use]
pub fn recipient_key(text: &str) -> Option<String> {
    Some(Person::parse(text)?.sent.to_lowercase())
}

/// What keeps this from being sent to as an address.
#[must_use]
pub fn address_problem(text: &str) -> Option<Wrong> {
    readable(text).err()
}

fn readable(text: &str) -> Result<Mailbox, Wrong> {
    Mailbox::parse(text).map_err(|why| match why {
        MailboxError::Address(AddressError::Control) => Wrong::Control,
        why => Wrong::Address {
            text: text.trim().to_owned(),
            why,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_found_in_the_order_of_the_fields() {
        let check = |draft: &Draft, expect: &[(Place, Wrong)]| {
            let got: Vec<(Place, Wrong)> = draft
                .problems()
                .into_iter()
                .map(|problem| (problem.place, problem.what))
                .collect();
            assert_eq!(got, expect, "{draft:?}");
        };
        check(
            &Draft::default(),
            &[
                (Place::From, Wrong::NoSender),
                (Place::To, Wrong::NoRecipient),
            ],
        );
        let fine = Draft {
            from: "Mina <mina@example.org>".into(),
            bcc: vec!["joon@example.net".into()],
            ..Draft::default()
        };
        check(&fine, &[]);
        let bad = Draft {
            reply_to: "team@example.org, mina".into(),
            to: vec!["joon".into(), "a@b\r\nX: y".into()],
            subject: "a\nBcc: x".into(),
            ..fine
        };
        let no_at = |text: &str| Wrong::Address {
            text: text.into(),
            why: AddressError::NoAt.into(),
        };
        check(
            &bad,
            &[
                (Place::ReplyTo, no_at("mina")),
                (Place::To, no_at("joon")),
                (Place::To, Wrong::Control),
                (Place::Subject, Wrong::Control),
            ],
        );
    }

    #[test]
    fn what_is_being_typed_becomes_addresses() {
        let mut draft = Draft {
            to: vec!["a@x.org".into()],
            unfinished: Unfinished {
                to: "b@x.org, joon".into(),
                cc: " ".into(),
                ..Unfinished::default()
            },
            ..Draft::default()
        };
        assert!(!draft.is_blank());
        finish_addresses(&mut draft.to, &mut draft.unfinished.to);
        finish_addresses(&mut draft.cc, &mut draft.unfinished.cc);
        let expect = Draft {
            to: vec!["a@x.org".into(), "b@x.org".into(), "joon".into()],
            ..Draft::default()
        };
        assert_eq!(draft, expect);
    }

    #[test]
    fn titles() {
        let check = |draft: Draft, expect: &str| assert_eq!(draft.title(), expect, "{draft:?}");
        let from = Draft::from_sender("mina@x.org");
        assert!(from.is_blank());
        check(Draft::default(), "");
        check(from.clone(), "mina@x.org");
        let body = Draft {
            body: "\n 안녕\nx".into(),
            ..from
        };
        check(body.clone(), "안녕");
        let mut typing = body;
        typing.unfinished.bcc = "joo".into();
        check(typing.clone(), "joo");
        typing.subject = "가".repeat(200);
        check(typing, &"가".repeat(TITLE_CHARS));
    }

    #[test]
    fn a_message_to_some_of_its_recipients_keeps_their_fields() {
        let draft = Draft {
            subject: "s".into(),
            to: vec!["Joon <joon@x.org>".into(), "mina@x.org".into()],
            cc: vec!["a@예시.한국".into()],
            bcc: vec!["b@x.org".into()],
            ..Draft::default()
        };
        let refused = ["joon@x.org", "a@xn--vv4b11d.xn--3e0b707e"];
        let some = draft.only_to(&refused.map(str::to_owned));
        let expect = Draft {
            to: vec!["Joon <joon@x.org>".into()],
            bcc: Vec::new(),
            ..draft
        };
        assert_eq!(some, expect);
    }

    #[test]
    fn samples_can_be_sent_as_they_are() {
        for sample in [Draft::sample_en(), Draft::sample_ko()] {
            assert_eq!(sample.problems(), []);
        }
    }
}
