//! What a line means, in the words of `locales/*/meaning.json`: the first line of each is a title, the rest says more.
//!
//! Pure. What a server wrote is read here to choose words; it becomes part of them only where the dialogue itself names a value.

use smtp::{Class, Entry, Event, Fate, Next, Outcome, Stage};

use crate::i18n::Locale;

/// The words under a key of `meaning.json`.
macro_rules! x {
    ($key:ident) => {{
        let words: $crate::meaning::Words = |locale| leptos_i18n::td_string!(locale, meaning.$key);
        words
    }};
}

mod command;
mod enhanced;
mod event;
mod failure;
mod provider;
mod reply;

/// What the explain bar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The code or verb.
    pub badge: Option<Badge>,
    /// In a few words.
    pub title: String,
    /// In a few sentences.
    pub text: String,
    /// Where it is laid down.
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

/// Words in every language.
type Words = fn(Locale) -> &'static str;

/// Words, and the number and section of the RFC that lays down what they explain; 0 where none does.
type Entitled = (Words, u16, &'static str);

impl Explanation {
    fn of(locale: Locale, (words, number, section): Entitled) -> Explanation {
        let (title, text) = split(words(locale));
        Explanation {
            badge: None,
            title: title.to_owned(),
            text: text.to_owned(),
            rfc: (number > 0).then(|| Rfc::new(number, section)),
        }
    }

    /// With a value behind the text, which announces it.
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

fn split(words: &'static str) -> (&'static str, &'static str) {
    words.split_once('\n').unwrap_or((words, ""))
}

/// Explains an entry; `answered` is the line that a reply answers.
#[must_use]
pub fn entry(locale: Locale, entry: &Entry, answered: Option<&Entry>) -> Explanation {
    match &entry.event {
        Event::Received { reply, .. } => {
            let asked = match answered.map(|entry| (&entry.event, entry.stage)) {
                Some((Event::Sent { line, .. }, stage)) => command::verb(line, stage),
                _ => command::Verb::None,
            };
            reply::explain(locale, reply, asked)
        }
        Event::Sent { line, .. } => command::sent(locale, line, entry.stage),
        other => event::explain(locale, other),
    }
}

/// Explains an outcome.
#[must_use]
pub fn outcome(locale: Locale, outcome: &Outcome) -> Explanation {
    match outcome {
        Outcome::Accepted { recipients, .. } => {
            let all = recipients
                .iter()
                .all(|one| matches!(one.fate, Fate::Accepted { .. }));
            let words = if all { x!(o_accepted) } else { x!(o_in_part) };
            Explanation::of(locale, (words, 5321, "6.1"))
        }
        Outcome::Refused { at, reply, .. } => {
            reply::explain(locale, reply, command::Verb::deciding(*at))
        }
        Outcome::Unknown { .. } => Explanation::of(locale, (x!(o_unknown), 5321, "4.5.3.2.6")),
        Outcome::Ended { .. } => Explanation::of(locale, (x!(o_ended), 5321, "4.1.1.10")),
        Outcome::Failed { cause, .. } => failure::explain(locale, cause),
    }
}

/// Explains why a send did not begin.
#[must_use]
pub fn not_started(locale: Locale, why: &wire::NotStarted) -> Explanation {
    failure::not_started(locale, why)
}

/// Explains what is held.
#[must_use]
pub fn held(locale: Locale, next: &Next, stage: Stage) -> Explanation {
    match next {
        Next::Message { .. } => Explanation::of(locale, (x!(h_message), 5321, "4.5.2")),
        Next::Line { line } => command::explain(locale, line, stage),
    }
}

#[cfg(test)]
mod tests;
