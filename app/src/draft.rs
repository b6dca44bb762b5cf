//! The message being written: what a person typed, what is wrong with it, and the finished RFC 5322 message made of it. Pure.

mod build;
mod mailbox;
mod sample;

use serde::{Deserialize, Serialize};
use smtp::{AddressError, limits};

pub use build::{Built, Moment};
pub use mailbox::{Mailbox, MailboxError, split_addresses, split_at_spaces};

/// A message as a person writes it. Addresses are as typed, valid or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Who it is from, with or without a name.
    pub from: String,
    /// Who it is for.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy that the others know nothing of.
    pub bcc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text, lines ended by LF.
    pub body: String,
}

/// A field of the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The sender.
    From,
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
    /// There is nobody to send it to.
    NoRecipient,
    /// More recipients than one message may have.
    TooManyRecipients {
        /// The most.
        most: usize,
    },
    /// This is no address.
    Address {
        /// As it was typed.
        text: String,
        /// Why not.
        why: MailboxError,
    },
    /// A control character where a header will be made of it.
    Control,
}

/// The version of what [`store`] writes.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    draft: Draft,
}

/// The draft as the browser keeps it.
#[must_use]
pub fn store(draft: &Draft) -> String {
    let stored = Stored {
        v: VERSION,
        draft: draft.clone(),
    };
    crate::json::write(&stored).unwrap_or_default()
}

/// A draft that [`store`] wrote, by this version or a later one: fields it does not know are passed over. None where it can't be read.
#[must_use]
pub fn load(stored: &str) -> Option<Draft> {
    crate::json::read::<Stored>(stored)
        .ok()
        .map(|stored| stored.draft)
}

impl Draft {
    /// Whether nothing has been written in any field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Draft::default()
    }

    /// Everything that keeps it from being sent, in the order of the fields.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |place, what| problems.push(Problem { place, what });
        if self.from.trim().is_empty() {
            say(Place::From, Wrong::NoSender);
        } else if let Err(what) = readable(&self.from) {
            say(Place::From, what);
        }
        for (place, list) in self.lists() {
            for text in list {
                if let Err(what) = readable(text) {
                    say(place, what);
                }
            }
        }
        let many: usize = self.lists().iter().map(|(_, list)| list.len()).sum();
        if many == 0 {
            say(Place::To, Wrong::NoRecipient);
        } else if many > limits::RECIPIENTS {
            let most = limits::RECIPIENTS;
            say(Place::To, Wrong::TooManyRecipients { most });
        }
        if self.subject.chars().any(char::is_control) {
            say(Place::Subject, Wrong::Control);
        }
        problems
    }

    fn lists(&self) -> [(Place, &Vec<String>); 3] {
        [
            (Place::To, &self.to),
            (Place::Cc, &self.cc),
            (Place::Bcc, &self.bcc),
        ]
    }
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
            to: vec!["joon".into(), "a@b\r\nX: y".into()],
            subject: "a\nBcc: x".into(),
            ..fine
        };
        let no_at = Wrong::Address {
            text: "joon".into(),
            why: AddressError::NoAt.into(),
        };
        check(
            &bad,
            &[
                (Place::To, no_at),
                (Place::To, Wrong::Control),
                (Place::Subject, Wrong::Control),
            ],
        );
    }

    #[test]
    fn a_stored_draft_comes_back() {
        let draft = Draft::sample_ko();
        assert_eq!(load(&store(&draft)), Some(draft.clone()));
        assert_eq!(load(""), None);
        assert_eq!(load("{}"), None);
        assert_eq!(load("{\"v\":1,\"draft\":7}"), None);
        let later = "{\"v\":2,\"new\":1,\"draft\":{\"subject\":\"s\",\"shiny\":true}}";
        let expect = Draft {
            subject: "s".into(),
            ..Draft::default()
        };
        assert_eq!(load(later), Some(expect));
    }

    #[test]
    fn samples_can_be_sent_as_they_are() {
        for sample in [Draft::sample_en(), Draft::sample_ko()] {
            assert_eq!(sample.problems(), []);
        }
    }
}
