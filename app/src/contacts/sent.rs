//! Which recipients of a message have been written to. Pure.

use std::collections::BTreeMap;

use smtp::{Fate, Outcome, RecipientResult};
use wire::FromBridge;

/// The names and addresses of a message's recipients, until it is sent.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// By the address as it is sent: the name, and the address as it was typed.
    people: BTreeMap<String, (String, String)>,
    /// Those that the server accepted, as far as is known.
    accepted: Vec<String>,
}

impl Pending {
    /// A message to these people is being sent: the address as it is sent, the name, and the
    /// address as it was typed.
    pub(super) fn begin(&mut self, people: impl IntoIterator<Item = (String, String, String)>) {
        let people = people.into_iter();
        self.people = people
            .map(|(sent, name, typed)| (sent, (name, typed)))
            .collect();
        self.accepted.clear();
    }

    /// Takes in what the bridge says. The names and addresses of those to whom the message was
    /// sent, once it is known: those whom the server accepted, if it accepted the message or may
    /// have done so.
    pub(super) fn apply(&mut self, said: &FromBridge) -> Vec<(String, String)> {
        match said {
            FromBridge::Recipients { results, .. } => {
                self.accept(results);
                Vec::new()
            }
            FromBridge::Finished { outcome, .. } => {
                self.accept(outcome.recipients());
                let mut people = std::mem::take(&mut self.people);
                let accepted = std::mem::take(&mut self.accepted);
                if !matches!(
                    **outcome,
                    Outcome::Accepted { .. } | Outcome::Unknown { .. }
                ) {
                    return Vec::new();
                }
                // One that an operator typed has no name.
                let one = |sent: String| {
                    people
                        .remove(&sent)
                        .unwrap_or_else(|| (String::new(), sent))
                };
                accepted.into_iter().map(one).collect()
            }
            FromBridge::NotStarted { .. } => {
                *self = Pending::default();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn accept(&mut self, results: &[RecipientResult]) {
        let accepted = results
            .iter()
            .filter(|result| matches!(result.fate, Fate::Accepted { .. }));
        for result in accepted {
            if !self.accepted.contains(&result.address) {
                self.accepted.push(result.address.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(address: &str, fate: Fate) -> RecipientResult {
        RecipientResult {
            address: address.into(),
            fate,
        }
    }

    fn reply(code: u16) -> smtp::Reply {
        let value = serde_json::json!({"code": code, "enhanced": null, "lines": ["text"]});
        serde_json::from_value(value).expect("a reply")
    }

    fn accepted() -> Fate {
        Fate::Accepted { reply: reply(250) }
    }

    fn finished(outcome: Outcome) -> FromBridge {
        FromBridge::Finished {
            id: 1,
            outcome: Box::new(outcome),
            waits: false,
        }
    }

    fn pending() -> Pending {
        let mut pending = Pending::default();
        pending.begin(
            [
                ("m@xn--vv4b11d.test", "민호", "m@예시.test"),
                ("refused@x.org", "", "refused@x.org"),
            ]
            .map(|(sent, name, typed)| (sent.into(), name.into(), typed.into())),
        );
        pending
    }

    #[test]
    fn those_who_were_accepted_have_been_written_to() {
        let mut pending = pending();
        let ahead = FromBridge::Recipients {
            id: 1,
            results: vec![result("m@xn--vv4b11d.test", accepted())],
        };
        assert_eq!(pending.apply(&ahead), []);
        let outcome = Outcome::Accepted {
            reply: reply(250),
            recipients: vec![
                result("refused@x.org", Fate::Refused { reply: reply(550) }),
                result("typed@x.org", accepted()),
            ],
        };
        let people = [("민호", "m@예시.test"), ("", "typed@x.org")];
        let people = people.map(|(name, typed)| (name.to_owned(), typed.to_owned()));
        assert_eq!(pending.apply(&finished(outcome.clone())), people);
        // Once.
        let again = Outcome::Accepted {
            reply: reply(250),
            recipients: vec![],
        };
        assert_eq!(pending.apply(&finished(again)), []);
    }

    #[test]
    fn a_message_that_was_refused_has_been_sent_to_nobody() {
        let mut pending = pending();
        let outcome = Outcome::Refused {
            at: smtp::Stage::Envelope,
            reply: reply(550),
            recipients: vec![result("m@xn--vv4b11d.test", accepted())],
        };
        assert_eq!(pending.apply(&finished(outcome)), []);
        assert!(pending.people.is_empty());
    }
}
