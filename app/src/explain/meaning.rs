//! What a line means, in the words of `app/meaning/*.json`: the first line of each is a title, the
//! rest says more.
//!
//! Pure: the words are an argument, because the page loads those of one language only, after it is
//! drawn. What a server wrote decides which words are chosen. It becomes part of them only where
//! the dialogue itself names a value.

use smtp::{Class, Entry, Event, Fate, Next, Outcome};

/// The key of this name. A name that the files don't have is an error at compile time.
macro_rules! x {
    ($key:ident) => {
        $crate::explain::meaning::meanings::keys::$key
    };
}

mod command;
mod enhanced;
mod event;
mod failure;
mod meanings;
mod provider;
mod reply;
mod source;

pub use self::event::expects_tls;
use self::meanings::Key;
pub use self::meanings::Meanings;
pub use self::source::{SourceNote, source};

/// What the explain bar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The code or verb.
    pub badge: Option<Badge>,
    /// In a few words.
    pub title: String,
    /// In a few sentences.
    pub text: String,
    /// The section that defines it.
    pub rfc: Option<Rfc>,
}

/// A code, coloured by its class.
#[derive(Clone, Debug, PartialEq)]
pub struct Badge {
    /// The text.
    pub text: String,
    /// The class of a reply code.
    pub class: Option<Class>,
}

/// A section of an RFC.
#[derive(Clone, Debug, PartialEq)]
pub struct Rfc {
    /// `RFC 5321 §4.2.3`.
    pub label: String,
    /// Where to read it.
    pub url: String,
}

impl Rfc {
    fn new(number: u16, section: &str) -> Rfc {
        Rfc {
            label: format!("RFC {number} §{section}"),
            url: format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"),
        }
    }
}

/// Words, and the number and section of the RFC that lays down what they explain; 0 where none
/// does.
type Entitled = (Key, u16, &'static str);

impl Explanation {
    fn of(meanings: &Meanings, (key, number, section): Entitled) -> Explanation {
        let (title, text) = split(meanings.say(key));
        Explanation {
            badge: None,
            title: title.to_owned(),
            text: text.to_owned(),
            rfc: (number > 0).then(|| Rfc::new(number, section)),
        }
    }

    /// With a value after the text.
    fn naming(mut self, value: &str) -> Explanation {
        // A value may come from the server, and is here to help a person, not to fill the screen.
        self.text.push(' ');
        self.text.extend(value.chars().take(300));
        self
    }

    fn badged(mut self, text: String, class: Option<Class>) -> Explanation {
        self.badge = Some(Badge { text, class });
        self
    }
}

fn split(words: &str) -> (&str, &str) {
    words.split_once('\n').unwrap_or((words, ""))
}

/// Explains an entry; `answered` is the line that a reply answers.
#[must_use]
pub fn entry(meanings: &Meanings, entry: &Entry, answered: Option<&Entry>) -> Explanation {
    match &entry.event {
        Event::Received {
            reply,
            capabilities,
            ..
        } => {
            let asked = match answered.map(|entry| &entry.event) {
                Some(Event::Sent { command, .. }) => Some(*command),
                _ => None,
            };
            let mut explanation = reply::explain(meanings, reply, asked);
            if let Some(offered) = capabilities {
                let keywords: Vec<&str> = offered.keywords().collect();
                if !keywords.is_empty() {
                    explanation = explanation.naming(&format!("({})", keywords.join(", ")));
                }
            }
            explanation
        }
        Event::Sent { command, .. } => command::explain(meanings, *command),
        other => event::explain(meanings, other),
    }
}

/// Explains an outcome.
#[must_use]
pub fn outcome(meanings: &Meanings, outcome: &Outcome) -> Explanation {
    match outcome {
        Outcome::Accepted { recipients, .. } => {
            let all = recipients
                .iter()
                .all(|one| matches!(one.fate, Fate::Accepted { .. }));
            let words = if all { x!(o_accepted) } else { x!(o_in_part) };
            Explanation::of(meanings, (words, 5321, "6.1"))
        }
        Outcome::Refused { at, reply, .. } => {
            reply::explain(meanings, reply, command::deciding(*at))
        }
        Outcome::Unknown { .. } => Explanation::of(meanings, (x!(o_unknown), 5321, "4.5.3.2.6")),
        Outcome::Ready => Explanation::of(meanings, (x!(o_ready), 5321, "4.1.1.9")),
        Outcome::Ended { .. } => Explanation::of(meanings, (x!(o_ended), 5321, "4.1.1.10")),
        Outcome::Failed { cause, .. } => failure::explain(meanings, cause),
    }
}

/// Explains why a submission was not started.
#[must_use]
pub fn not_started(meanings: &Meanings, why: &wire::NotStarted) -> Explanation {
    failure::not_started(meanings, why)
}

/// Explains the line, or the message, before which the dialogue is paused.
#[must_use]
pub fn paused(meanings: &Meanings, next: &Next) -> Explanation {
    match next {
        Next::Message { .. } => Explanation::of(meanings, (x!(h_message), 5321, "4.5.2")),
        Next::Line { command, .. } => command::explain(meanings, *command),
    }
}

#[cfg(test)]
mod tests;
