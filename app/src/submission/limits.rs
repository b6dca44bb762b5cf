//! The largest message that each server takes, as its reply to EHLO said last (RFC 1870). Kept in
//! this browser, so that it is known before the next message is sent.

use smtp::{Entry, Event};

use crate::storage;

/// The key in localStorage.
const KEY: &str = "glasspost.sizes";

/// Most servers whose limit is kept.
const MOST: usize = 50;

/// Servers with their limits, the one that was learned last first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits(Vec<(String, u64)>);

impl Limits {
    /// Those that this browser has kept.
    pub(super) fn stored() -> Limits {
        Limits(storage::value(KEY).unwrap_or_default())
    }

    /// Keeps them.
    pub(super) fn keep(&self) {
        storage::keep(KEY, &self.0);
    }

    /// The limit of this server. None: it has not said any.
    pub(super) fn of(&self, server: &str) -> Option<u64> {
        let known = self.0.iter().find(|(known, _)| known == server);
        known.map(|(_, limit)| *limit)
    }

    /// Takes in what a server said. Whether that is new.
    pub(super) fn learn(&mut self, server: &str, said: Option<u64>) -> bool {
        // 0: no fixed limit (RFC 1870 §4).
        let said = said.filter(|limit| *limit > 0);
        if self.of(server) == said {
            return false;
        }
        self.0.retain(|(known, _)| known != server);
        if let Some(limit) = said {
            self.0.insert(0, (server.to_owned(), limit));
            self.0.truncate(MOST);
        }
        true
    }
}

/// What the last reply to EHLO among these says of the size of messages. None: there is none.
pub(super) fn said(entries: &[Entry]) -> Option<Option<u64>> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Received { capabilities, .. } => capabilities.as_ref().map(|all| all.size),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_server_counts() {
        let mut limits = Limits::default();
        assert!(!limits.learn("a:25", None));
        assert!(limits.learn("a:25", Some(1000)));
        assert!(!limits.learn("a:25", Some(1000)));
        assert_eq!((limits.of("a:25"), limits.of("b:25")), (Some(1000), None));
        assert!(limits.learn("a:25", Some(0)));
        assert_eq!(limits.of("a:25"), None);
        for server in 0..60 {
            limits.learn(&server.to_string(), Some(1));
        }
        assert_eq!((limits.of("9"), limits.of("10")), (None, Some(1)));
    }
}
