//! Someone who was written to or imported, and how likely they are to be written to again.

use serde::{Deserialize, Serialize};
use smtp::Address;

/// The time in which a message counts half, in milliseconds: 30 days.
const HALF_LIFE: f64 = 30.0 * DAY;

/// A day in milliseconds.
pub(super) const DAY: f64 = 86_400_000.0;

/// The most names that are kept of one contact.
const NAMES: usize = 4;

/// Someone who was written to, or imported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The address as it was typed last: with a domain in Unicode, if it was so.
    pub address: String,
    /// The names it was written with, the newest first. None of them is empty.
    pub names: Vec<String>,
    /// How many messages were sent to it.
    pub count: u32,
    /// How many messages were sent to it at `last`, where a message that is 30 days older counts
    /// half: the count decays exponentially, so it says both how often and how recently.
    pub score: f64,
    /// When it was written to last, in milliseconds since 1970; 0: never.
    pub last: f64,
    /// It came from a file.
    pub imported: bool,
}

impl Contact {
    /// The key under which it is kept: the address as it is sent, whose domain is in lower case
    /// and in A-labels. None: it is no address.
    #[must_use]
    pub fn key_of(address: &str) -> Option<String> {
        Address::parse(address).ok().map(|sent| sent.to_string())
    }

    /// Someone of this name, who may be empty, at this address.
    #[must_use]
    pub fn new(name: &str, address: &str) -> Contact {
        let mut contact = Contact {
            address: address.to_owned(),
            ..Contact::default()
        };
        contact.add_name(name);
        contact
    }

    /// The newest name; empty: there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// A message was sent to it.
    pub fn written_to(&mut self, now: f64) {
        self.score = self.score_at(now) + 1.0;
        self.count = self.count.saturating_add(1);
        self.last = now.max(self.last);
    }

    /// Its score at this time.
    #[must_use]
    pub fn score_at(&self, now: f64) -> f64 {
        self.score * f64::exp2((self.last - now).min(0.0) / HALF_LIFE)
    }

    /// The same contact, written or imported once more: what `newer` says stands before what was
    /// known.
    pub fn merge(&mut self, newer: &Contact) {
        newer.address.clone_into(&mut self.address);
        for name in newer.names.iter().rev() {
            self.add_name(name);
        }
        let last = self.last.max(newer.last);
        self.score = self.score_at(last) + newer.score_at(last);
        self.last = last;
        self.count = self.count.saturating_add(newer.count);
        self.imported |= newer.imported;
    }

    /// Puts a name before the others.
    fn add_name(&mut self, name: &str) {
        let name = name.trim();
        // Many programs write the address where there is no name.
        if name.is_empty() || name.chars().any(char::is_control) || name == self.address {
            return;
        }
        self.names.retain(|known| known != name);
        self.names.insert(0, name.to_owned());
        self.names.truncate(NAMES);
    }
}

/// How often or when someone was written to, as a list says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Often, of late.
    Often,
    /// Today.
    Today,
    /// Yesterday.
    Yesterday,
    /// Two to six days ago.
    Days(u32),
    /// One to four weeks ago.
    Weeks(u32),
    /// So many months ago.
    Months(u32),
    /// A year ago or more.
    Years(u32),
    /// Never; it was imported.
    Imported,
}

impl Since {
    /// What to say of a contact.
    #[must_use]
    pub fn of(contact: &Contact, now: f64) -> Since {
        if contact.last <= 0.0 {
            return Since::Imported;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of days, and a cast of a float saturates"
        )]
        let days = ((now - contact.last) / DAY) as u32;
        match days {
            _ if contact.score_at(now) >= 3.0 => Since::Often,
            0 => Since::Today,
            1 => Since::Yesterday,
            2..7 => Since::Days(days),
            7..31 => Since::Weeks(days / 7),
            31..365 => Since::Months(days / 30),
            _ => Since::Years(days / 365),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_800_000_000_000.0;

    #[test]
    fn one_address_has_one_key() {
        let key = |address: &str| Contact::key_of(address);
        assert_eq!(
            key("Minho@EXAMPLE.org").as_deref(),
            Some("Minho@example.org")
        );
        assert_eq!(key("m@예시.한국"), key("m@XN--VV4B11D.xn--3e0b707e"));
        assert_ne!(key("Minho@example.org"), key("minho@example.org"));
        assert_eq!(key("minho"), None);
    }

    #[test]
    fn a_message_of_30_days_ago_counts_half() {
        let mut contact = Contact::new("", "m@x.org");
        contact.written_to(NOW);
        contact.written_to(NOW);
        let score = |days: f64| contact.score_at(NOW + days * DAY);
        assert!((score(0.0) - 2.0).abs() < 1e-9);
        assert!((score(30.0) - 1.0).abs() < 1e-9);
        assert!((score(90.0) - 0.25).abs() < 1e-9);
        // A clock that was set back.
        assert!((score(-30.0) - 2.0).abs() < 1e-9);
        let mut later = contact.clone();
        later.written_to(NOW + 30.0 * DAY);
        assert!((later.score - 2.0).abs() < 1e-9);
        assert_eq!(later.count, 3);
    }

    #[test]
    fn names_are_kept_the_newest_first() {
        let mut contact = Contact::new("Minho", "m@x.org");
        for name in ["김민호", "", "m@x.org", "Minho Kim", "김민호", "a\nb"] {
            contact.merge(&Contact::new(name, "m@x.org"));
        }
        assert_eq!(contact.names, ["김민호", "Minho Kim", "Minho"]);
        for name in ["a", "b", "c"] {
            contact.merge(&Contact::new(name, "m@x.org"));
        }
        assert_eq!(contact.names, ["c", "b", "a", "김민호"]);
    }

    #[test]
    fn merging_adds_what_both_know() {
        let mut known = Contact::new("Minho", "m@x.org");
        known.written_to(NOW);
        let imported = Contact {
            imported: true,
            ..Contact::new("김민호", "m@X.ORG")
        };
        known.merge(&imported);
        assert!(known.imported && known.count == 1);
        assert!((known.score_at(NOW) - 1.0).abs() < 1e-9);
        assert_eq!(
            (known.name(), known.address.as_str()),
            ("김민호", "m@X.ORG")
        );
    }

    #[test]
    fn what_a_list_says() {
        let check = |days: f64, times: u32, expect: Since| {
            let mut contact = Contact::new("", "m@x.org");
            for _ in 0..times {
                contact.written_to(NOW - days * DAY);
            }
            assert_eq!(Since::of(&contact, NOW), expect, "{days} {times}");
        };
        check(0.0, 0, Since::Imported);
        check(0.1, 1, Since::Today);
        check(1.5, 1, Since::Yesterday);
        check(6.0, 1, Since::Days(6));
        check(8.0, 2, Since::Weeks(1));
        check(45.0, 1, Since::Months(1));
        check(800.0, 9, Since::Years(2));
        check(1.0, 4, Since::Often);
        check(-1.0, 1, Since::Today);
    }
}
