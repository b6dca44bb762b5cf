//! Whether the check of a step holds of what the practice server has heard. It is read as far as
//! the server can know it: what a message looked like on its way is not known.

use crate::heard::{Event, Heard};

/// One part of a check.
#[derive(Debug, Default)]
struct Part {
    not: bool,
    what: String,
    /// The word behind it: a code, a verb, an outcome.
    which: Option<String>,
    to: Option<String>,
    containing: Option<String>,
    tls: Option<bool>,
}

/// The parts of a check that do not hold.
pub(crate) fn unmet(check: &str, heard: &Heard) -> Vec<String> {
    let mut unmet = Vec::new();
    for chain in chains(check) {
        let mut at = 0;
        for part in chain {
            let found = part.find(heard, at);
            at = found.unwrap_or(at);
            if found.is_some() == part.not {
                unmet.push(format!("{part:?}"));
            }
        }
    }
    unmet
}

impl Part {
    /// Where to go on behind the first event that it describes.
    fn find(&self, heard: &Heard, at: usize) -> Option<usize> {
        let which = self.which.as_deref();
        let holds = match (self.what.as_str(), which) {
            ("reply", _) | ("sent", None) => None,
            ("sent", Some("text")) => Some(self.is_in_a_message(heard) || some_refused(heard)),
            ("sent", Some(_)) => None,
            ("delivered", _) => Some(self.is_in_a_message(heard)),
            ("secured", _) => Some(heard.events.iter().any(Event::is_under_tls)),
            ("signed", _) => Some(heard.events.iter().any(|event| event.is_reply("235", None))),
            ("outcome", Some("accepted")) => Some(accepted(heard) > 0),
            ("outcome", Some("refused")) => Some(accepted(heard) == 0),
            ("outcome", Some("unknown")) => Some(ends(heard) > answered(heard)),
            // About the page's own connection.
            ("message" | "connected" | "closed" | "skipped", _) => Some(true),
            _ => panic!("lesson_lines does not know this check: {self:?}"),
        };
        match holds {
            Some(holds) => holds.then_some(at),
            None => {
                let mut behind = heard.events.iter().enumerate().skip(at);
                let found = behind.find(|(_, event)| self.describes(event));
                found.map(|(index, _)| index + 1)
            }
        }
    }

    fn describes(&self, event: &Event) -> bool {
        let tls = self.tls.is_none_or(|tls| tls == event.is_under_tls());
        let contains = |text: &str| {
            self.containing
                .as_ref()
                .is_none_or(|part| text.contains(part))
        };
        let which = self.which.as_deref();
        tls && match event {
            Event::Sent { verb, line, .. } => {
                self.what == "sent" && which.is_none_or(|which| which == verb) && contains(line)
            }
            Event::Reply { text, .. } => {
                let code = which.unwrap_or("xyz");
                self.what == "reply" && event.is_reply(code, self.to.as_deref()) && contains(text)
            }
        }
    }

    fn is_in_a_message(&self, heard: &Heard) -> bool {
        let part = self.containing.as_deref().unwrap_or_default();
        heard.delivered.iter().any(|message| message.contains(part))
    }
}

impl Event {
    fn is_under_tls(&self) -> bool {
        match self {
            Event::Sent { tls, .. } | Event::Reply { tls, .. } => *tls,
        }
    }

    /// Whether it is a reply with this code, in which letters stand for any digit.
    fn is_reply(&self, wanted: &str, verb: Option<&str>) -> bool {
        match self {
            Event::Reply { code, to, .. } => {
                let mut digits = code.chars().zip(wanted.chars());
                let same =
                    digits.all(|(digit, wanted)| !wanted.is_ascii_digit() || digit == wanted);
                same && verb.is_none_or(|verb| verb == to)
            }
            Event::Sent { .. } => false,
        }
    }
}

/// How often a message was ended.
fn ends(heard: &Heard) -> usize {
    let is_end = |event: &&Event| matches!(event, Event::Sent { verb, .. } if verb == ".");
    heard.events.iter().filter(is_end).count()
}

/// How often the end of a message was answered.
fn answered(heard: &Heard) -> usize {
    let replies = heard.events.iter();
    replies
        .filter(|event| event.is_reply("xyz", Some(".")))
        .count()
}

/// How many messages were accepted.
fn accepted(heard: &Heard) -> usize {
    let replies = heard.events.iter();
    replies
        .filter(|event| event.is_reply("250", Some(".")))
        .count()
}

/// Whether a message was not accepted, so that nobody knows what was in it.
fn some_refused(heard: &Heard) -> bool {
    ends(heard) > accepted(heard)
}

/// Reads a check.
fn chains(check: &str) -> Vec<Vec<Part>> {
    let mut chains = vec![vec![Part::default()]];
    let mut words = words(check).into_iter();
    while let Some(word) = words.next() {
        let chain = chains.last_mut().expect("there is one");
        let part = chain.last_mut().expect("there is one");
        let mut next = || words.next().unwrap_or_default();
        match word.as_str() {
            "and" => chains.push(vec![Part::default()]),
            "then" => chain.push(Part::default()),
            "not" => part.not = true,
            "to" => part.to = Some(next()),
            "containing" => part.containing = Some(unescaped(&next())),
            "under" => part.tls = Some(next() == "TLS"),
            "in" if part.what == "signed" => {}
            "in" => part.tls = Some(next() != "clear"),
            _ if part.what.is_empty() => part.what = word,
            _ => part.which = Some(word),
        }
    }
    chains
}

/// The words of a check. What stands between quotes is one.
fn words(check: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in check.chars() {
        if c == '"' {
            quoted = !quoted;
        } else if c == ' ' && !quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn unescaped(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n")
}
