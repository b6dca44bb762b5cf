//! The texts of stored messages as a search looks at them. Some are kept, because a person who
//! types searches again and again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Octets of all texts that are kept.
const KEPT: usize = 16 * 1024 * 1024;

/// The texts that are kept, by the id of their message.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    texts: BTreeMap<u64, Arc<str>>,
    octets: usize,
}

impl Texts {
    /// The text of a message, if it is kept.
    pub(crate) fn get(&self, id: u64) -> Option<Arc<str>> {
        self.kept().texts.get(&id).cloned()
    }

    /// Keeps the text of a message, in place of the oldest ones where there is no room.
    pub(crate) fn keep(&self, id: u64, text: &Arc<str>) {
        let new = size(text);
        if new > KEPT / 4 {
            return;
        }
        let mut kept = self.kept();
        if let Some(before) = kept.texts.insert(id, Arc::clone(text)) {
            kept.octets -= size(&before);
        }
        kept.octets += new;
        while kept.octets > KEPT {
            let Some((_, gone)) = kept.texts.pop_first() else {
                return;
            };
            kept.octets -= size(&gone);
        }
    }

    /// Forgets messages that are not among these.
    pub(crate) fn retain(&self, there: &[u64]) {
        let mut kept = self.kept();
        kept.texts.retain(|id, _| there.contains(id));
        kept.octets = kept.texts.values().map(|text| size(text)).sum();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a text takes, with its place.
fn size(text: &str) -> usize {
    64 + text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let texts = Texts::default();
        let text = |octets: usize| -> Arc<str> { "x".repeat(octets).into() };
        texts.keep(1, &text(1));
        assert_eq!(texts.get(1).as_deref(), Some("x"));
        assert_eq!(texts.get(2), None);
        texts.keep(2, &text(KEPT));
        assert_eq!(texts.get(2), None);
        for id in 3..100 {
            texts.keep(id, &text(KEPT / 10));
        }
        assert_eq!(texts.get(3), None);
        assert!(texts.get(99).is_some());
        assert!(texts.kept().octets <= KEPT);
        texts.retain(&[99]);
        assert_eq!(texts.kept().texts.len(), 1);
    }
}
