//! The browser's Back and Forward buttons: which entries the page makes, and what each shows.
//!
//! Pure. The history follows the page: [`step`] compares what is shown with the entry that the
//! browser is at. An entry says in a line of text what it shows. Its address is the page's address
//! without a fragment, so no token can be in either.

use crate::ui::Pane;

/// What is shown, as far as Back and Forward go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The pane.
    pub pane: &'static Pane,
    /// The message of the inbox that is open; None on other panes.
    pub message: Option<u64>,
    /// The draft that is shown, as `compose` numbers it; None in the inbox.
    pub draft: Option<u64>,
}

/// An entry of the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it shows.
    pub place: Place,
    /// The entry below it shows the list of messages: Back closes the message.
    pub above_list: bool,
}

/// What to do with the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// Make an entry on top of the current one.
    Push(Entry),
    /// Write the current entry anew.
    Replace(Entry),
    /// Go back one entry.
    Back,
}

/// What to do when `shown` is on the page and the browser is at `now`. `together`: the panes of
/// both are on the screen at the same time. `gone`: the draft of `now` can't be opened any more.
#[must_use]
pub fn step(now: Entry, shown: Place, together: bool, gone: bool) -> Step {
    let entry = |above_list| Entry {
        place: shown,
        above_list,
    };
    let Place { pane, message, .. } = now.place;
    let same_pane = pane == shown.pane;
    if now.place == shown {
        return Step::Stay;
    }
    match (message, shown.message) {
        (Some(_), None) if same_pane && now.above_list => Step::Back,
        (Some(_), None) if same_pane => Step::Replace(entry(false)),
        // One entry for the message that is open, whichever it is: Back closes it.
        (Some(_), Some(_)) if same_pane => Step::Replace(entry(now.above_list)),
        (None, Some(_)) if same_pane => Step::Push(entry(true)),
        _ if gone && shown.draft.is_some() => Step::Replace(entry(false)),
        _ if now.place.draft != shown.draft => Step::Push(entry(false)),
        _ if together && !same_pane => Step::Replace(entry(false)),
        _ => Step::Push(entry(false)),
    }
}

impl Entry {
    /// The entry as the browser keeps it. `run`: the run of the bridge that gave the message its
    /// id.
    #[must_use]
    pub fn text(&self, run: &str) -> String {
        let mut text = self.place.pane.name.to_owned();
        if let Some(draft) = self.place.draft {
            text.push_str(&format!(" d{draft:x}"));
        }
        if let Some(id) = self.place.message {
            text.push_str(&format!(" {id} {} {run}", u8::from(self.above_list)));
        }
        text
    }

    /// Reads such a text. The message is left out if it is of another run than `run`; without `run`
    /// it is taken as it is. None: it is no entry of a page with these panes.
    #[must_use]
    pub fn read(text: &str, run: Option<&str>, panes: &[&'static Pane]) -> Option<Entry> {
        let mut words = text.split(' ');
        let name = words.next()?;
        let pane = panes.iter().find(|pane| pane.name == name)?;
        let mut entry = Entry {
            place: Place {
                pane,
                message: None,
                draft: None,
            },
            above_list: false,
        };
        let mut word = words.next();
        if let Some(draft) = word.and_then(|word| word.strip_prefix('d')) {
            entry.place.draft = Some(u64::from_str_radix(draft, 16).ok()?);
            word = words.next();
        }
        let Some(id) = word else {
            return Some(entry);
        };
        let (id, above, of) = (id.parse().ok()?, words.next()?, words.next()?);
        entry.above_list = above == "1";
        entry.place.message = run.is_none_or(|run| run == of).then_some(id);
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PANES, group};
    use super::*;
    use crate::{compose, inbox, submission};

    const WRITE: Place = Place {
        pane: &compose::PANE,
        message: None,
        draft: None,
    };
    const WIRE: Place = Place {
        pane: &submission::PANE,
        message: None,
        draft: None,
    };
    const LIST: Place = Place {
        pane: &inbox::PANE,
        message: None,
        draft: None,
    };

    fn open(id: u64) -> Place {
        Place {
            message: Some(id),
            ..LIST
        }
    }

    /// The browser's history, and what the page shows. `at` is the current entry.
    struct Browser {
        entries: Vec<Entry>,
        at: usize,
    }

    impl Browser {
        fn new() -> Browser {
            let entry = Entry {
                place: WRITE,
                above_list: false,
            };
            Browser {
                entries: vec![entry],
                at: 0,
            }
        }

        fn show(&mut self, place: Place, narrow: bool) {
            let now = self.entries[self.at];
            let together = !narrow && group(now.place.pane) == group(place.pane);
            match step(now, place, together, false) {
                Step::Stay => {}
                Step::Push(entry) => {
                    self.entries.truncate(self.at + 1);
                    self.entries.push(entry);
                    self.at += 1;
                }
                Step::Replace(entry) => self.entries[self.at] = entry,
                Step::Back => self.at -= 1,
            }
            assert_eq!(
                self.entries[self.at].place, place,
                "the page shows something else"
            );
        }

        fn back(&mut self) -> Option<Place> {
            self.at = self.at.checked_sub(1)?;
            Some(self.entries[self.at].place)
        }
    }

    #[test]
    fn back_closes_the_message_then_the_inbox_then_leaves() {
        for narrow in [false, true] {
            let mut browser = Browser::new();
            for place in [LIST, open(3), open(4)] {
                browser.show(place, narrow);
            }
            assert_eq!(browser.back(), Some(LIST));
            assert_eq!(browser.back(), Some(WRITE));
            assert_eq!(browser.back(), None);
        }
    }

    #[test]
    fn closing_a_message_is_going_back() {
        let mut browser = Browser::new();
        for place in [LIST, open(3), LIST, open(4), LIST] {
            browser.show(place, false);
        }
        assert_eq!(browser.back(), Some(WRITE));
        // A message that was come back to, rather than opened from the list.
        let mut browser = Browser::new();
        for place in [LIST, open(3), WRITE, open(3), LIST] {
            browser.show(place, false);
        }
        assert_eq!(browser.back(), Some(WRITE));
        assert_eq!(browser.back(), Some(open(3)));
        assert_eq!(browser.back(), Some(LIST));
    }

    #[test]
    fn panes_side_by_side_are_one_entry() {
        let mut browser = Browser::new();
        browser.show(WIRE, false);
        assert_eq!(browser.back(), None);
        let mut browser = Browser::new();
        browser.show(WIRE, true);
        browser.show(LIST, true);
        assert_eq!(browser.back(), Some(WIRE));
        assert_eq!(browser.back(), Some(WRITE));
    }

    fn draft(place: Place, draft: u64) -> Place {
        Place {
            draft: Some(draft),
            ..place
        }
    }

    #[test]
    fn each_draft_has_an_entry() {
        let mut browser = Browser::new();
        for place in [draft(WRITE, 1), draft(WIRE, 1), draft(WRITE, 2), LIST] {
            browser.show(place, false);
        }
        assert_eq!(browser.back(), Some(draft(WRITE, 2)));
        assert_eq!(browser.back(), Some(draft(WIRE, 1)));
    }

    #[test]
    fn a_draft_that_is_deleted_has_no_entry() {
        let now = Entry {
            place: draft(WRITE, 1),
            above_list: false,
        };
        let next = Entry {
            place: draft(WRITE, 2),
            ..now
        };
        assert_eq!(step(now, next.place, false, true), Step::Replace(next));
        assert_eq!(step(now, next.place, false, false), Step::Push(next));
        let inbox = Entry { place: LIST, ..now };
        assert_eq!(step(now, LIST, false, true), Step::Push(inbox));
    }

    #[test]
    fn entries_are_read_as_they_were_written() {
        for place in [WRITE, WIRE, LIST, open(u64::MAX), draft(WRITE, u64::MAX)] {
            for above_list in [false, true] {
                let entry = Entry { place, above_list };
                let read = Entry::read(&entry.text("run"), Some("run"), PANES);
                assert_eq!(read.map(|entry| entry.place), Some(place));
                if place.message.is_some() {
                    assert_eq!(read, Some(entry));
                }
            }
        }
        let text = Entry {
            place: open(3),
            above_list: true,
        }
        .text("before");
        let other = Entry::read(&text, Some("now"), PANES);
        assert_eq!(other.map(|entry| entry.place), Some(LIST));
        let unknown = Entry::read(&text, None, PANES);
        assert_eq!(unknown.map(|entry| entry.place), Some(open(3)));
        for odd in [
            "",
            "other",
            "inbox x",
            "inbox 3",
            "inbox -1 0 run",
            "write dx",
            "{}",
        ] {
            assert_eq!(Entry::read(odd, None, PANES), None, "{odd:?}");
        }
    }
}
