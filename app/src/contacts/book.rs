//! All contacts, and those among them that are meant by what is being typed.

use std::collections::BTreeMap;

use super::fold::{Key, Part, begins, keys};
use super::model::Contact;

/// The most suggestions.
pub const SUGGESTIONS: usize = 8;

/// The most contacts that are kept. Beyond, the least likely are forgotten.
const CONTACTS: usize = 20_000;

/// All contacts, by their keys.
#[derive(Debug, Default)]
pub struct Book {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    contact: Contact,
    /// What can be searched.
    words: Vec<Word>,
}

/// Something by whose beginning a contact is found.
#[derive(Debug)]
struct Word {
    keys: Vec<Key>,
    /// It begins the name or the address.
    leads: bool,
    /// It is found by its middle, too, at each syllable: a Korean name has no space behind the
    /// family name.
    hangul: bool,
}

/// A contact that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The key of the contact.
    pub key: String,
    /// The contact.
    pub contact: Contact,
}

impl Book {
    /// The contacts that were stored.
    #[must_use]
    pub fn of(contacts: Vec<Contact>) -> Book {
        let mut book = Book::default();
        for contact in contacts {
            book.merge(&contact);
        }
        book
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The contact of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Contact> {
        self.entries.get(key).map(|entry| &entry.contact)
    }

    /// All contacts with their keys, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Contact)> {
        let entries = self.entries.iter();
        entries.map(|(key, entry)| (key, &entry.contact))
    }

    /// Adds a contact, or adds to the one with the same key. The key and whether it is new; None:
    /// it has no address.
    pub fn merge(&mut self, contact: &Contact) -> Option<(String, bool)> {
        let key = Contact::key_of(&contact.address)?;
        let known = self.entries.remove(&key);
        let is_new = known.is_none();
        let mut merged = known.map_or_else(|| contact.clone(), |entry| entry.contact);
        if !is_new {
            merged.merge(contact);
        }
        self.put(key.clone(), merged);
        Some((key, is_new))
    }

    /// Records that a message was sent to this address. The key; None: it is no address.
    pub fn written_to(&mut self, name: &str, address: &str, now: f64) -> Option<String> {
        let (key, _) = self.merge(&Contact::new(name, address))?;
        self.entries.get_mut(&key)?.contact.written_to(now);
        Some(key)
    }

    /// Puts a contact in the place of the one with this key.
    pub fn put(&mut self, key: String, contact: Contact) {
        let words = words(&contact, &key);
        self.entries.insert(key, Entry { contact, words });
    }

    /// Removes a contact.
    pub fn remove(&mut self, key: &str) -> Option<Contact> {
        self.entries.remove(key).map(|entry| entry.contact)
    }

    /// Removes the contacts beyond the most that are kept, the least likely first. Their keys.
    pub fn forget_excess(&mut self, now: f64) -> Vec<String> {
        let excess = self.count().saturating_sub(CONTACTS);
        if excess == 0 {
            return Vec::new();
        }
        let score = |entry: &Entry| entry.contact.score_at(now);
        let mut all: Vec<_> = self
            .entries
            .iter()
            .map(|(key, one)| (score(one), key))
            .collect();
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        let keys: Vec<String> = all[..excess]
            .iter()
            .map(|(_, key)| (*key).clone())
            .collect();
        for key in &keys {
            self.entries.remove(key);
        }
        keys
    }

    /// The contacts that may be meant by what is being typed, the likeliest first. Every word
    /// typed must be the beginning of a word of the name, of the local part, or of the domain.
    /// Those of `left_out`, by key, are not among them.
    ///
    /// The likelihood is 1 plus the decayed count ([`Contact::score_at`]), weighted by where it was
    /// found: 1 at the beginning of the name or the address, 0.7 at another word, 0.4 within a
    /// Korean name. Each contact costs a comparison for each of its words, whatever is typed.
    #[must_use]
    pub fn suggest(&self, typed: &str, now: f64, left_out: &[String]) -> Vec<Suggestion> {
        let typed = typed_words(typed);
        if typed.is_empty() {
            return Vec::new();
        }
        let mut best: Vec<(f64, &String, &Entry)> = Vec::with_capacity(SUGGESTIONS + 1);
        for (key, entry) in &self.entries {
            let weights = typed.iter().map(|typed| weight(typed, &entry.words));
            let Some(weight) = weights
                .reduce(|one, other| Some(one?.min(other?)))
                .flatten()
            else {
                continue;
            };
            if left_out.contains(key) {
                continue;
            }
            let likelihood = weight * (1.0 + entry.contact.score_at(now));
            let last = entry.contact.last;
            let before = |(other, _, entry): &(f64, &String, &Entry)| {
                let order = other.total_cmp(&likelihood);
                order.then(entry.contact.last.total_cmp(&last)).is_ge()
            };
            let at = best.partition_point(before);
            if at < SUGGESTIONS {
                best.insert(at, (likelihood, key, entry));
                best.truncate(SUGGESTIONS);
            }
        }
        let suggestion = |(_, key, entry): (f64, &String, &Entry)| Suggestion {
            key: key.clone(),
            contact: entry.contact.clone(),
        };
        best.into_iter().map(suggestion).collect()
    }

    /// All contacts in which this is found, the likeliest first; all of them where nothing is
    /// sought.
    #[must_use]
    pub fn find(&self, sought: &str, now: f64) -> Vec<Suggestion> {
        let typed = typed_words(sought);
        let fits = |entry: &Entry| {
            typed
                .iter()
                .all(|typed| weight(typed, &entry.words).is_some())
        };
        let fitting = self.entries.iter().filter(|(_, entry)| fits(entry));
        let mut found: Vec<Suggestion> = fitting
            .map(|(key, entry)| Suggestion {
                key: key.clone(),
                contact: entry.contact.clone(),
            })
            .collect();
        found.sort_by(|one, other| {
            let score = |one: &Suggestion| one.contact.score_at(now);
            score(other).total_cmp(&score(one))
        });
        found
    }
}

/// What was typed, word by word.
fn typed_words(typed: &str) -> Vec<Vec<Key>> {
    typed
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | ','))
        .map(keys)
        .filter(|keys| !keys.is_empty())
        .collect()
}

/// How well a typed word fits. None: not at all.
fn weight(typed: &[Key], words: &[Word]) -> Option<f64> {
    let mut best = None;
    for word in words {
        count_comparison();
        let at_start = begins(typed, &word.keys).is_some();
        let weight = if at_start && word.leads {
            return Some(1.0);
        } else if at_start {
            0.7
        } else if word.hangul && found_within(typed, &word.keys).is_some() {
            0.4
        } else {
            continue;
        };
        best = Some(best.map_or(weight, |best: f64| best.max(weight)));
    }
    best
}

/// Where in a Korean word, and how many keys of it, `typed` is found behind its first syllable.
pub(super) fn found_within(typed: &[Key], word: &[Key]) -> Option<(usize, usize)> {
    (1..word.len())
        .filter(|at| word[*at].part == Part::First)
        .find_map(|at| Some((at, begins(typed, &word[at..])?)))
}

/// What a contact is found by.
fn words(contact: &Contact, key: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut add = |text: &str, leads: bool| {
        let keys = keys(text);
        if keys.is_empty() || words.iter().any(|word| word.keys == keys) {
            return;
        }
        let hangul = keys.iter().any(|key| key.part == Part::First);
        words.push(Word {
            keys,
            leads,
            hangul,
        });
    };
    for name in &contact.names {
        // `김 민호` is found by 김민호.
        let joined: String = name.split_whitespace().collect();
        add(&joined, true);
        let parts = name.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
        for (at, part) in parts.filter(|part| !part.is_empty()).enumerate() {
            add(part, at == 0);
        }
    }
    // The whole address, so that `minho@ex` is found. The key has the domain in A-labels.
    for address in [contact.address.as_str(), key] {
        add(address, true);
        if let Some((local, domain)) = address.rsplit_once('@') {
            add(domain, false);
            let parts = local.split(['.', '-', '_', '+']).skip(1);
            parts.for_each(|part| add(part, false));
        }
    }
    words
}

/// An accent that follows its letter.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(not(test))]
fn count_comparison() {}

#[cfg(test)]
use tests::count_comparison;

#[cfg(test)]
mod tests;
