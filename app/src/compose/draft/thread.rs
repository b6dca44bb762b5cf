//! Which messages a message answers: the fields In-Reply-To and References (RFC 5322 §3.6.4).

use serde::{Deserialize, Serialize};

/// The most Message-IDs in a field. Of a longer conversation the first and the last are kept, so
/// that readers still find its beginning and the messages answered last.
const MOST: usize = 100;

/// The longest Message-ID, in octets. It can't be folded, and a line ends after 998.
const LONGEST: usize = 900;

/// The messages that a message answers, by their Message-IDs without angle brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thread {
    /// The message that is answered.
    pub in_reply_to: Vec<String>,
    /// The conversation up to that message, the first one first.
    pub references: Vec<String>,
}

/// The fields of a message that its answers refer to, as they were written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parent<'a> {
    /// Its Message-ID.
    pub message_id: &'a str,
    /// Its In-Reply-To.
    pub in_reply_to: &'a str,
    /// Its References.
    pub references: &'a str,
}

impl Thread {
    /// The thread of an answer to this message.
    ///
    /// Without a Message-ID there is nothing to reply to, and the conversation before it remains.
    /// In-Reply-To of the parent stands in for missing References only where it names one message:
    /// with several it is not known which belong to this conversation.
    #[must_use]
    pub fn answering(parent: Parent<'_>) -> Thread {
        let mut references = message_ids(parent.references);
        if references.is_empty() {
            references = message_ids(parent.in_reply_to);
            if references.len() > 1 {
                references.clear();
            }
        }
        let id = message_ids(parent.message_id).into_iter().next();
        references.retain(|one| Some(one) != id.as_ref());
        references.extend(id.clone());
        Thread {
            in_reply_to: id.into_iter().collect(),
            references: bounded(references),
        }
    }

    /// The thread that these fields of a message say.
    #[must_use]
    pub fn written(in_reply_to: &str, references: &str) -> Thread {
        Thread {
            in_reply_to: bounded(message_ids(in_reply_to)),
            references: bounded(message_ids(references)),
        }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.in_reply_to.is_empty() && self.references.is_empty()
    }

    /// The fields with something in them: the name, and its Message-IDs in angle brackets. What
    /// can't stand in a header field is left out.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, Vec<String>)> + '_ {
        let lists = [
            ("In-Reply-To", &self.in_reply_to),
            ("References", &self.references),
        ];
        lists.into_iter().filter_map(|(name, list)| {
            let ids = list.iter().filter(|id| is_id(id));
            let ids: Vec<String> = ids.map(|id| format!("<{id}>")).collect();
            (!ids.is_empty()).then_some((name, ids))
        })
    }
}

/// The Message-IDs in the value of a field, each once and without angle brackets.
///
/// Line ends and spaces within one are not part of it: some programs fold there. Some write it
/// without angle brackets, which counts where the field has none at all. What isn't ASCII, or is
/// too long for a line, is no Message-ID that can be written again.
fn message_ids(value: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut add = |text: &str| {
        let id: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        if is_id(&id) && !ids.contains(&id) {
            ids.push(id);
        }
    };
    if value.contains('<') {
        for after in value.split('<').skip(1) {
            if let Some((id, _)) = after.split_once('>') {
                add(id);
            }
        }
    } else {
        for word in value.split(|c: char| c.is_ascii_whitespace() || c == ',') {
            if word.contains('@') {
                add(word);
            }
        }
    }
    ids
}

fn is_id(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_graphic() && c != '<' && c != '>';
    (1..=LONGEST).contains(&id.len()) && id.chars().all(fits)
}

fn bounded(mut ids: Vec<String>) -> Vec<String> {
    if ids.len() > MOST {
        ids.drain(1..=ids.len() - MOST);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_programs_write_them() {
        let check = |value: &str, expect: &[&str]| {
            assert_eq!(message_ids(value), expect, "{value:?}");
        };
        check("<a@x.org>", &["a@x.org"]);
        check(
            " <a@x.org>\r\n <b@x.org>\t<c@x.org> ",
            &["a@x.org", "b@x.org", "c@x.org"],
        );
        check("<a@x.org><b@x.org>,<a@x.org>", &["a@x.org", "b@x.org"]);
        check(
            "Your message of Monday <a@x.org> (to b@x.org)",
            &["a@x.org"],
        );
        check("<a\r\n bc@x.org>", &["abc@x.org"]);
        check("<no-at-sign>", &["no-at-sign"]);
        check("<a@[127.0.0.1]>", &["a@[127.0.0.1]"]);
        check("a@x.org, b@x.org", &["a@x.org", "b@x.org"]);
        check("Mina's letter of Monday", &[]);
        check("<>", &[]);
        check("<a@x.org", &[]);
        check("<<a@x.org>>", &["a@x.org"]);
        check("<민아@x.org> <b@x.org>", &["b@x.org"]);
        check("<a@x.org\r\nBcc: v@x.org>", &["a@x.orgBcc:v@x.org"]);
        check(&format!("<{}@x.org>", "a".repeat(LONGEST)), &[]);
    }

    #[test]
    fn an_answer_refers_to_the_conversation() {
        let check = |fields: [&str; 3], reply: &[&str], references: &[&str]| {
            let [message_id, in_reply_to, references_before] = fields;
            let thread = Thread::answering(Parent {
                message_id,
                in_reply_to,
                references: references_before,
            });
            assert_eq!(thread.in_reply_to, reply, "{fields:?}");
            assert_eq!(thread.references, references, "{fields:?}");
        };
        check(
            ["<c@x>", "<b@x>", "<a@x> <b@x>"],
            &["c@x"],
            &["a@x", "b@x", "c@x"],
        );
        check(["<c@x>", "<b@x>", ""], &["c@x"], &["b@x", "c@x"]);
        check(["<c@x>", "<a@x> <b@x>", ""], &["c@x"], &["c@x"]);
        check(["<c@x>", "", ""], &["c@x"], &["c@x"]);
        check(["", "<b@x>", "<a@x> <b@x>"], &[], &["a@x", "b@x"]);
        check(["", "", ""], &[], &[]);
        // One that names itself, and one that comes twice.
        check(["<c@x>", "<c@x>", "<c@x> <a@x>"], &["c@x"], &["a@x", "c@x"]);
        check(["<c@x> <d@x>", "", ""], &["c@x"], &["c@x"]);
    }

    #[test]
    fn long_conversations_keep_their_beginning_and_their_end() {
        let before: String = (0..10_000).map(|at| format!(" <{at}@x>\r\n")).collect();
        let thread = Thread::answering(Parent {
            message_id: "<last@x>",
            references: &before,
            ..Parent::default()
        });
        assert_eq!(thread.references.len(), MOST);
        assert_eq!(thread.references[0], "0@x");
        assert_eq!(thread.references[1], "9902@x");
        assert_eq!(thread.references[MOST - 1], "last@x");
    }

    #[test]
    fn nothing_that_would_break_the_message_is_written() {
        let thread = Thread {
            in_reply_to: vec!["a@x>\r\nBcc: <v@x.org".into(), "b@x".into()],
            references: vec![String::new(), "가@x".into()],
        };
        let fields: Vec<_> = thread.fields().collect();
        assert_eq!(fields, [("In-Reply-To", vec!["<b@x>".to_owned()])]);
    }
}
