//! A mailbox as a person would read it: the address as it was typed, not as it is sent.

use smtp::Address;

use super::Mailbox;

/// Someone with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The display name; maybe empty.
    pub name: String,
    /// The address as it was typed: with a domain in Unicode, if it was so.
    pub address: String,
    /// The address as it is sent.
    pub sent: String,
}

impl Person {
    /// Reads what [`Mailbox::parse`] reads. None: it is no mailbox.
    #[must_use]
    pub fn parse(text: &str) -> Option<Person> {
        let mailbox = Mailbox::parse(text).ok()?;
        let inner = text.rsplit_once('<').map_or(text, |(_, inner)| inner);
        let inner = inner.split_once('>').map_or(inner, |(inner, _)| inner);
        let inner = match inner.split_once(':') {
            Some((scheme, rest)) if scheme.trim().eq_ignore_ascii_case("mailto") => rest,
            _ => inner,
        };
        // Without the comment that is the name.
        let bare = inner.split_once('(').map_or(inner, |(bare, _)| bare);
        let typed = [inner, bare].into_iter().map(str::trim);
        let is_it = |typed: &&str| Address::parse(typed).as_ref() == Ok(&mailbox.address);
        let sent = mailbox.address.to_string();
        Some(Person {
            address: { typed }
                .find(is_it)
                .map_or_else(|| sent.clone(), str::to_owned),
            name: mailbox.name,
            sent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_as_they_were_typed() {
        let check = |text: &str, name: &str, address: &str| {
            let person = Person::parse(text).expect(text);
            assert_eq!(
                (person.name.as_str(), person.address.as_str()),
                (name, address)
            );
        };
        check(" m@x.org ", "", "m@x.org");
        check("Mina <M@X.org>", "Mina", "M@X.org");
        check("\"P < M\" <m@예시.한국>", "P < M", "m@예시.한국");
        check("<mailto:m@예시.한국>", "", "m@예시.한국");
        check("MAILTO:m@x.org", "", "m@x.org");
        check("m@예시.한국 (민아 (서울))", "민아 (서울)", "m@예시.한국");
        check("\"a(b\"@x.org", "", "\"a(b\"@x.org");
        check("\"a>b\"@x.org", "", "\"a>b\"@x.org");
        let sent = Person::parse("m@예시.한국").map(|person| person.sent);
        assert_eq!(sent.as_deref(), Some("m@xn--vv4b11d.xn--3e0b707e"));
        assert_eq!(Person::parse("mina"), None);
    }
}
