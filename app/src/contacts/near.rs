//! Addresses that differ from a known one by a slip of the finger.

use super::book::Book;
use super::model::Contact;

/// A domain shorter than this is too likely to be one letter off another by chance.
const DOMAIN: usize = 7;

/// A local part shorter than this, likewise.
const LOCAL: usize = 4;

/// Domains of providers that are one letter off that of another.
const PROVIDERS: [&str; 6] = [
    "mail.com",
    "gmail.com",
    "ymail.com",
    "email.com",
    "hotmail.com",
    "hanmail.net",
];

impl Book {
    /// The address that may be meant by this one, which was never written to: with the domain of a
    /// contact that is one letter off, or that of a contact that is one letter off before the `@`.
    /// A letter is exchanged, left out or put in, or two beside each other have changed places.
    #[must_use]
    pub fn meant_by(&self, address: &str) -> Option<String> {
        let key = Contact::key_of(address)?;
        if self.get(&key).is_some() {
            return None;
        }
        let (local, domain) = key.rsplit_once('@')?;
        let known = || {
            self.iter().filter_map(|(key, contact)| {
                let (local, domain) = key.rsplit_once('@')?;
                Some((local, domain, contact))
            })
        };
        let shown = |contact: &Contact| contact.address.clone();
        if known().any(|(_, one, _)| one == domain) {
            let near = |known: &str| {
                let long = local.len().min(known.len()) >= LOCAL;
                long && is_one_slip(local, known) && letters(local) != letters(known)
            };
            return known()
                .filter(|(local, one, _)| *one == domain && near(local))
                .max_by(|one, other| one.2.score.total_cmp(&other.2.score))
                .map(|(_, _, contact)| shown(contact));
        }
        if PROVIDERS.contains(&domain) {
            return None;
        }
        let near = known()
            .filter(|(_, one, _)| one.len().min(domain.len()) >= DOMAIN)
            .filter(|(_, one, _)| is_one_slip(domain, one) && letters(domain) != letters(one))
            .max_by(|one, other| one.2.score.total_cmp(&other.2.score))?;
        let typed = address
            .trim()
            .rsplit_once('@')
            .map_or(local, |(typed, _)| typed);
        let (_, near) = near.2.address.rsplit_once('@')?;
        Some(format!("{typed}@{near}"))
    }
}

/// Without digits: `user1` and `user2` are two people.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether one letter is exchanged, left out or put in, or two beside each other have changed
/// places.
fn is_one_slip(one: &str, other: &str) -> bool {
    // Most are told apart by their ends and lengths. One slip leaves the first or the last letter.
    let end = |one: Option<char>, other: Option<char>| match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(&other),
        _ => true,
    };
    let first = end(one.chars().next(), other.chars().next());
    let last = end(one.chars().next_back(), other.chars().next_back());
    if one.len().abs_diff(other.len()) > 4 || !(first || last) {
        return false;
    }
    let one: Vec<char> = one.chars().flat_map(char::to_lowercase).collect();
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        ([], [_]) => true,
        ([], _) => false,
        (short, [_, rest @ ..]) if short.len() < long.len() => short == rest,
        ([a, b, short @ ..], [c, d, long @ ..]) if (a, b) == (d, c) => short == long,
        ([_, short @ ..], [_, long @ ..]) => short == long,
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip() {
        for (one, other, expect) in [
            ("gmail.com", "gmial.com", true),
            ("gmail.com", "gmai.com", true),
            ("gmail.com", "gmaill.com", true),
            ("gmail.com", "gnail.com", true),
            ("gmail.com", "Gmail.com", false),
            ("gmail.com", "gmail.com", false),
            ("gmail.com", "gmali.co", false),
            ("gmail.com", "mgial.com", false),
            ("한국", "한국어", true),
            ("", "a", true),
            ("", "", false),
        ] {
            assert_eq!(is_one_slip(one, other), expect, "{one} {other}");
            assert_eq!(is_one_slip(other, one), expect, "{other} {one}");
        }
    }

    #[test]
    fn who_may_be_meant() {
        let mut book = Book::default();
        for address in [
            "minho@gmail.com",
            "joon@예시나라.한국",
            "user1@example.org",
            "a@x.org",
        ] {
            book.written_to("", address, 0.0);
        }
        let check = |address: &str, expect: Option<&str>| {
            assert_eq!(book.meant_by(address).as_deref(), expect, "{address}");
        };
        check("minho@gmail.com", None);
        check("Joon@gmial.com", Some("Joon@gmail.com"));
        check("joon@예시나다.한국", None);
        check("mnho@gmail.com", Some("minho@gmail.com"));
        check("Minho@gmail.com", None);
        check("joon@gmail.com", None);
        // Providers of their own, people with numbers, and what is too short to say.
        check("joon@mail.com", None);
        check("user2@example.org", None);
        check("user12@example.org", None);
        check("b@x.org", None);
        check("a@y.org", None);
        check("no address", None);
    }
}
