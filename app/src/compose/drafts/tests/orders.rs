//! Any order of opening, writing, saving, hearing of others, closing, crashing and reloading.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Open,
    /// Opens a copy of a tab, with what that remembers.
    Duplicate(usize),
    /// Adds a word to the text.
    Write(usize),
    Save(usize),
    Hear(usize),
    Close(usize),
    Crash(usize),
    Reload(usize),
    /// Opens a tab that crashed or was closed, with what it remembered.
    Reopen(usize),
    Begin(usize),
    /// Opens one of the other drafts.
    Switch(usize, usize),
    /// Leaves only so much room besides what is stored.
    Quota(Option<usize>),
    Forbid(bool),
}

fn act() -> impl Strategy<Value = Act> {
    let tab = || 0..4_usize;
    prop_oneof![
        2 => Just(Act::Open),
        1 => tab().prop_map(Act::Duplicate),
        8 => tab().prop_map(Act::Write),
        6 => tab().prop_map(Act::Save),
        6 => tab().prop_map(Act::Hear),
        1 => tab().prop_map(Act::Close),
        1 => tab().prop_map(Act::Crash),
        2 => tab().prop_map(Act::Reload),
        2 => tab().prop_map(Act::Reopen),
        2 => tab().prop_map(Act::Begin),
        2 => (tab(), tab()).prop_map(|(tab, at)| Act::Switch(tab, at)),
        1 => proptest::option::of(0..400_usize).prop_map(Act::Quota),
        1 => any::<bool>().prop_map(Act::Forbid),
    ]
}

type Words = BTreeSet<String>;

/// What a person wrote: the sample's own word does not count.
fn words(draft: &Draft) -> Words {
    let words = draft.body.split_whitespace();
    words
        .filter(|word| *word != "sample")
        .map(str::to_owned)
        .collect()
}

/// Tabs, and what must not be lost.
struct Play {
    shared: Rc<RefCell<Shared>>,
    tabs: Vec<Tab>,
    gone: Vec<TabMemory>,
    /// Every word that was stored.
    stored: Words,
    newest: Option<String>,
    written: u32,
    /// What a tab writes is heard by all others before anything else happens.
    promptly: bool,
}

impl Play {
    fn run(acts: &[Act], promptly: bool) {
        let mut play = Play {
            shared: shared(),
            tabs: Vec::new(),
            gone: Vec::new(),
            stored: Words::new(),
            newest: None,
            written: 0,
            promptly,
        };
        for act in acts {
            play.act(act);
            if promptly {
                // Twice: what one tab does upon what it hears is heard too.
                for _ in 0..2 {
                    (0..play.tabs.len()).for_each(|at| drop(play.look(at)));
                }
            }
            play.check(act);
        }
        // In the end each tab hears of everything, and still nothing is lost.
        play.shared.borrow_mut().quota = None;
        play.shared.borrow_mut().forbidden = false;
        let rounds = (0..10).take_while(|_| !play.round()).count();
        assert!(rounds < 10, "the tabs never come to rest");
        play.check(&Act::Quota(None));
    }

    /// Each tab hears of the others and saves. Whether nothing changed by it.
    fn round(&mut self) -> bool {
        let before = self.shared.borrow().writes;
        let changes: Vec<Change> = (0..self.tabs.len()).map(|at| self.look(at)).collect();
        (0..self.tabs.len()).for_each(|at| self.save(at));
        let written = self.shared.borrow().writes != before;
        !written && changes.iter().all(|change| *change == Change::None)
    }

    fn act(&mut self, act: &Act) {
        let at = |at: usize| at.checked_rem(self.tabs.len());
        match *act {
            Act::Open => {
                let tab = Tab::open(&self.shared);
                let forbidden = self.shared.borrow().forbidden;
                if let Some(newest) = self.newest.as_ref().filter(|_| self.promptly && !forbidden) {
                    let shown = words(&tab.shown);
                    assert!(shown.contains(newest), "{newest} is not in {shown:?}");
                }
                self.tabs.push(tab);
            }
            Act::Duplicate(tab) => {
                if let Some(at) = at(tab) {
                    let memory = self.tabs[at].memory.clone();
                    self.tabs.push(Tab::open_with(&self.shared, &memory));
                }
            }
            Act::Reopen(tab) => {
                if let Some(at) = tab.checked_rem(self.gone.len()) {
                    let memory = self.gone.remove(at);
                    self.tabs.push(Tab::open_with(&self.shared, &memory));
                }
            }
            Act::Quota(quota) => {
                // What is removed to make room must not have been written to meanwhile.
                let size = self.shared.borrow().size();
                let quota = quota.filter(|_| self.promptly);
                self.shared.borrow_mut().quota = quota.map(|room| size + room);
            }
            Act::Forbid(forbidden) => self.shared.borrow_mut().forbidden = forbidden,
            Act::Write(tab) => {
                if let Some(at) = at(tab) {
                    self.written += 1;
                    let tab = &mut self.tabs[at];
                    let text = format!("{} w{}", tab.shown.body, self.written);
                    tab.write(&text);
                }
            }
            Act::Save(tab) => {
                if let Some(at) = at(tab) {
                    self.save(at);
                }
            }
            Act::Hear(tab) => {
                if let Some(at) = at(tab) {
                    drop(self.look(at));
                }
            }
            Act::Close(tab) | Act::Crash(tab) | Act::Reload(tab) => {
                if let Some(at) = at(tab) {
                    self.leave(act, at);
                }
            }
            Act::Begin(tab) => {
                if let Some(at) = at(tab) {
                    self.keep(at, Tab::begin);
                }
            }
            Act::Switch(tab, other) => {
                if let Some(at) = at(tab) {
                    let others = self.tabs[at].others();
                    if let Some(other) = other.checked_rem(others.len()) {
                        self.keep(at, |tab| tab.switch_to(&others[other].id));
                    }
                }
            }
        }
    }

    /// Closes a tab, has it crash, or reloads it.
    fn leave(&mut self, act: &Act, at: usize) {
        if !matches!(act, Act::Crash(_)) {
            self.save(at);
        }
        let tab = self.tabs.remove(at);
        let Act::Reload(_) = act else {
            self.gone.push(tab.memory);
            return;
        };
        let (before, all_stored) = (words(&tab.shown), !tab.drafts.is_dirty());
        let forbidden = self.shared.borrow().forbidden;
        let tab = tab.reload(&self.shared);
        let after = words(&tab.shown);
        if all_stored && !forbidden {
            let lost: Vec<_> = before.difference(&after).collect();
            let lost: Vec<_> = lost
                .iter()
                .filter(|word| self.stored.contains(**word))
                .collect();
            assert!(lost.is_empty(), "the reload lost {lost:?}");
        }
        self.tabs.insert(at, tab);
    }

    fn save(&mut self, at: usize) {
        let dirty = self.tabs[at].drafts.opened.is_unsaved();
        let left = self.left(at);
        if self.tabs[at].save().is_ok() && dirty {
            self.note(at);
        } else if self.left(at) != left {
            // A draft that could not be stored when it was left counts from now.
            self.newest = None;
        }
    }

    /// Drafts that a tab has left and not stored.
    fn left(&self, at: usize) -> usize {
        self.tabs[at].drafts.unstored.len()
    }

    /// What a tab shows has just been stored.
    fn note(&mut self, at: usize) {
        let words = words(&self.tabs[at].shown);
        // What is stored again, because it seemed to be removed, is no newer for that.
        let first_stored = words.difference(&self.stored);
        let newest = first_stored.max_by_key(|word| (word.len(), (*word).clone()));
        self.newest = newest.cloned().or(self.newest.take());
        self.stored.extend(words);
    }

    /// Switches to another draft, which stores the one that is left.
    fn keep(&mut self, at: usize, switch: impl FnOnce(&mut Tab)) {
        self.save(at);
        let left = self.left(at);
        switch(&mut self.tabs[at]);
        if self.left(at) != left {
            // What could not be stored becomes so later, and counts from then.
            self.newest = None;
        }
    }

    fn look(&mut self, at: usize) -> Change {
        let before = words(&self.tabs[at].shown);
        let dirty = self.tabs[at].drafts.opened.dirty;
        let left = self.left(at);
        let change = self.tabs[at].look();
        let after = words(&self.tabs[at].shown);
        if let Change::Newer(_) = change {
            assert!(
                after.is_superset(&before),
                "{before:?} was replaced by {after:?}"
            );
        }
        if (dirty || change == Change::Removed) && !self.tabs[at].drafts.is_dirty() {
            self.note(at);
        } else if self.left(at) != left {
            self.newest = None;
        }
        change
    }

    /// Every word that was ever stored is in a draft that is current, or on a screen.
    fn check(&self, act: &Act) {
        if self.shared.borrow().forbidden {
            return;
        }
        let mut there = Words::new();
        for version in Versions::read(&TabStore::new(&self.shared)).current() {
            there.extend(words(&version.draft));
        }
        self.shared.borrow_mut().views.pop();
        for tab in &self.tabs {
            there.extend(words(&tab.shown));
        }
        let lost: Vec<_> = self.stored.difference(&there).collect();
        assert!(lost.is_empty(), "{act:?} lost {lost:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_stored_is_ever_lost_and_the_newest_is_shown(
        acts in proptest::collection::vec(act(), 1..60)
    ) {
        Play::run(&acts, true);
    }

    #[test]
    fn nothing_stored_is_ever_lost_however_late_tabs_hear_of_each_other(
        acts in proptest::collection::vec(act(), 1..60)
    ) {
        Play::run(&acts, false);
    }
}
