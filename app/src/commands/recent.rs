//! The commands that were chosen last in the palette.

use crate::storage;

/// The key in localStorage.
const KEY: &str = "glasspost.commands";

/// How many are kept.
const MOST: usize = 6;

/// Their ids, the last one first.
pub(super) fn recent() -> Vec<String> {
    storage::value(KEY).unwrap_or_default()
}

/// A command was chosen.
pub(super) fn note(id: &str) {
    let mut ids = recent();
    put_first(&mut ids, id);
    storage::keep(KEY, &ids);
}

fn put_first(ids: &mut Vec<String>, id: &str) {
    ids.retain(|one| one != id);
    ids.insert(0, id.to_owned());
    ids.truncate(MOST);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept_each_once() {
        let mut ids = Vec::new();
        for id in ["a", "b", "a", "c", "d", "e", "f", "g"] {
            put_first(&mut ids, id);
        }
        assert_eq!(ids, ["g", "f", "e", "d", "c", "a"]);
    }
}
