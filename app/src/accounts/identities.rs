//! The senders that a person writes as. Pure, but for the store.

mod chooser;
mod dialog;
mod form;
mod store;

use serde::{Deserialize, Serialize};

pub use self::chooser::{IdentityOffer, SenderChooser};
pub use self::dialog::IdentityDialog;
pub use self::store::{IdentitiesStore, use_identities};
use super::server::ServerChoice;
use crate::ui::mailbox::named_address;

/// A sender: what a new message of theirs begins with. Stored without any password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Names it among the others. Never shown.
    pub id: String,
    /// The display name; maybe empty.
    pub name: String,
    /// The address.
    pub address: String,
    /// The address where answers are to go. Empty: the sender's.
    pub reply_to: String,
    /// What stands at the end of the text, below a line `-- `. Lines are ended by LF.
    pub signature: String,
    /// The server that this sender's messages go through. None: the one that is chosen.
    pub server: Option<ServerChoice>,
}

impl Identity {
    /// As the field From has it.
    #[must_use]
    pub fn from(&self) -> String {
        named_address(&self.name, &self.address)
    }

    /// The same without spaces around, without control characters in what has one line, and with
    /// lines ended by LF.
    #[must_use]
    pub fn cleaned(mut self) -> Identity {
        for line in [&mut self.name, &mut self.address, &mut self.reply_to] {
            let plain: String = line
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            plain.trim().clone_into(line);
        }
        let signature = self.signature.replace("\r\n", "\n").replace('\r', "\n");
        signature.trim_end().clone_into(&mut self.signature);
        self
    }
}

/// All senders, in the order in which they are offered. The first is the one that a new message
/// begins with, until one has been used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identities {
    /// The senders.
    pub list: Vec<Identity>,
    /// The id of the one that was used last.
    pub last: Option<String>,
    /// The offer to keep the first sender was declined.
    pub declined: bool,
}

impl Identities {
    /// The sender of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Identity> {
        self.list.iter().find(|identity| identity.id == id)
    }

    /// The sender that a new message begins with: the one used last, else the first.
    #[must_use]
    pub fn usual(&self) -> Option<&Identity> {
        let last = self.last.as_deref().and_then(|last| self.get(last));
        last.or_else(|| self.list.first())
    }

    /// The sender with this name and address. None: someone else. Of several it is the one used
    /// last.
    #[must_use]
    pub fn named(&self, name: &str, address: &str) -> Option<&Identity> {
        let fits = |identity: &&Identity| {
            identity.name == name && sent(&identity.address) == sent(address)
        };
        let mut fitting = self.list.iter().filter(fits);
        let last = |identity: &&Identity| Some(&identity.id) == self.last.as_ref();
        fitting.clone().find(last).or_else(|| fitting.next())
    }

    /// Puts a sender in the place of the one with its id, or at the end.
    pub fn put(&mut self, identity: Identity) {
        let mut list = self.list.iter_mut();
        match list.find(|known| known.id == identity.id) {
            Some(known) => *known = identity,
            None => self.list.push(identity),
        }
    }

    /// Removes the sender of this id.
    pub fn remove(&mut self, id: &str) {
        self.list.retain(|identity| identity.id != id);
        if self.last.as_deref() == Some(id) {
            self.last = None;
        }
    }

    /// Moves a sender up by one place, or down. The sender's new place; None where there is none.
    pub fn shift(&mut self, id: &str, down: bool) -> Option<usize> {
        let at = self.list.iter().position(|identity| identity.id == id)?;
        let to = if down { at + 1 } else { at.checked_sub(1)? };
        if to >= self.list.len() {
            return None;
        }
        self.list.swap(at, to);
        Some(to)
    }
}

/// An address as it is sent; what is none, as it is.
fn sent(address: &str) -> String {
    smtp::Address::parse(address).map_or_else(|_| address.to_owned(), |sent| sent.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, name: &str, address: &str) -> Identity {
        Identity {
            id: id.into(),
            name: name.into(),
            address: address.into(),
            ..Identity::default()
        }
    }

    fn three() -> Identities {
        Identities {
            list: vec![
                one("a", "Mina", "mina@example.org"),
                one("b", "박민아", "mina@예시.한국"),
                one("c", "", "team@example.org"),
            ],
            ..Identities::default()
        }
    }

    fn order(all: &Identities) -> String {
        all.list.iter().map(|one| one.id.as_str()).collect()
    }

    #[test]
    fn from_has_the_name_quoted_where_it_must_be() {
        let check = |name: &str, expect: &str| {
            assert_eq!(one("a", name, "m@x.org").from(), expect);
        };
        check("", "m@x.org");
        check("박민아", "박민아 <m@x.org>");
        check("Park, Mina", "\"Park, Mina\" <m@x.org>");
        check("M \"the\" \\ P", "\"M \\\"the\\\" \\\\ P\" <m@x.org>");
    }

    #[test]
    fn a_new_message_is_from_the_sender_used_last_else_the_first() {
        let mut all = three();
        let usual = |all: &Identities| all.usual().map(|one| one.id.clone());
        assert_eq!(usual(&all).as_deref(), Some("a"));
        all.last = Some("c".into());
        assert_eq!(usual(&all).as_deref(), Some("c"));
        all.remove("c");
        assert_eq!(usual(&all).as_deref(), Some("a"));
        assert_eq!(usual(&Identities::default()), None);
    }

    #[test]
    fn the_sender_of_a_draft_is_found_by_name_and_address() {
        let mut all = three();
        let check = |all: &Identities, name: &str, address: &str, expect: Option<&str>| {
            let found = all.named(name, address).map(|one| one.id.as_str());
            assert_eq!(found, expect, "{name} {address}");
        };
        check(&all, "", "team@EXAMPLE.org", Some("c"));
        check(&all, "Mina", "mina@example.org", Some("a"));
        check(&all, "", "mina@example.org", None);
        check(&all, "박민아", "mina@xn--vv4b11d.xn--3e0b707e", Some("b"));
        all.put(one("d", "Mina", "mina@example.org"));
        check(&all, "Mina", "mina@example.org", Some("a"));
        all.last = Some("d".into());
        check(&all, "Mina", "mina@example.org", Some("d"));
    }

    #[test]
    fn senders_are_changed_moved_and_removed() {
        let mut all = three();
        assert_eq!(all.shift("a", false), None);
        assert_eq!(all.shift("c", true), None);
        assert_eq!(all.shift("x", true), None);
        assert_eq!(all.shift("a", true), Some(1));
        assert_eq!(order(&all), "bac");
        all.put(one("a", "Mina Park", "mina@example.org"));
        assert_eq!(order(&all), "bac");
        assert_eq!(all.list[1].name, "Mina Park");
        all.put(one("d", "", "d@x.org"));
        all.remove("b");
        assert_eq!(order(&all), "acd");
    }

    #[test]
    fn what_is_kept_has_no_line_ends_but_in_the_signature() {
        let typed = Identity {
            signature: "Mina\r\nSeoul\r\n \n".into(),
            reply_to: " a@x.org\n ".into(),
            ..one("a", " Mina\tPark ", "\tm@x.org\n")
        };
        let kept = typed.cleaned();
        assert_eq!(kept.name, "Mina Park");
        assert_eq!(kept.address, "m@x.org");
        assert_eq!(kept.reply_to, "a@x.org");
        assert_eq!(kept.signature, "Mina\nSeoul");
    }

    #[test]
    fn what_was_stored_before_a_field_was_added_still_reads() {
        let stored = r#"{"list":[{"id":"a","address":"m@x.org"}]}"#;
        let all: Identities = serde_json::from_str(stored).expect("senders");
        assert_eq!(all.list, [one("a", "", "m@x.org")]);
        // No password among the fields.
        let text = serde_json::to_string(&Identity {
            server: Some(ServerChoice::default()),
            ..Identity::default()
        });
        assert!(!text.expect("JSON").contains("password"));
    }
}
