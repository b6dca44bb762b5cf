//! Any order of opening, writing, saving, answers, messages, locks, closing, crashing and
//! reloading.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Open,
    Duplicate(usize),
    /// Opens a tab that was closed or crashed, with what it remembered.
    Reopen(usize),
    Write(usize),
    Save(usize),
    /// A step of something that is under way.
    Step(usize),
    Hear(usize),
    Hide(usize),
    Close(usize),
    Crash(usize),
    Reload(usize),
    Begin(usize),
    Switch(usize, usize),
    /// Writes here, rather than in the other tab.
    Take(usize),
    /// A second has gone by.
    Overdue(usize),
    Look(usize),
    Full(bool),
    /// Everything that is under way comes to its end.
    Settle,
}

fn act() -> impl Strategy<Value = Act> {
    let tab = || 0..4_usize;
    prop_oneof![
        2 => Just(Act::Open),
        1 => tab().prop_map(Act::Duplicate),
        2 => tab().prop_map(Act::Reopen),
        9 => tab().prop_map(Act::Write),
        5 => tab().prop_map(Act::Save),
        9 => tab().prop_map(Act::Step),
        6 => tab().prop_map(Act::Hear),
        1 => tab().prop_map(Act::Hide),
        1 => tab().prop_map(Act::Close),
        2 => tab().prop_map(Act::Crash),
        1 => tab().prop_map(Act::Reload),
        1 => tab().prop_map(Act::Begin),
        2 => (tab(), tab()).prop_map(|(tab, at)| Act::Switch(tab, at)),
        3 => tab().prop_map(Act::Take),
        2 => tab().prop_map(Act::Overdue),
        1 => tab().prop_map(Act::Look),
        1 => any::<bool>().prop_map(Act::Full),
        2 => Just(Act::Settle),
    ]
}

/// Tabs, and the words that must not be lost: they were stored, or in the journal, once.
struct Play {
    browser: Browser,
    safe: Words,
    written: u32,
}

impl Play {
    fn run(acts: &[Act], without_locks: bool) {
        let browser = Browser {
            without_locks,
            ..Browser::default()
        };
        let mut play = Play {
            browser,
            safe: Words::new(),
            written: 0,
        };
        for act in acts {
            play.act(act);
            play.check(act);
        }
        play.browser.full = false;
        play.browser.settle();
        play.check(&Act::Settle);
        // What stands on a screen is stored by now.
        let kept = play.browser.kept();
        for word in play.browser.on_screen() {
            assert!(kept.contains(&word), "{word} is on a screen only");
        }
        // The next page stores what is in the journal.
        play.browser.open(&Memory { draft: None });
        play.check(&Act::Open);
        assert!(play.browser.journal.is_empty());
    }

    fn act(&mut self, act: &Act) {
        let browser = &mut self.browser;
        let tabs = browser.tabs.len();
        let with = |at: &usize| at.checked_rem(tabs);
        match act {
            Act::Open => browser.open(&Memory { draft: None }),
            Act::Duplicate(at) => {
                if let Some(at) = with(at) {
                    let draft = Some(browser.tabs[at].session.shown().to_owned());
                    browser.open(&Memory { draft });
                }
            }
            Act::Reopen(at) => {
                if let Some(at) = at.checked_rem(browser.closed.len()) {
                    let memory = browser.closed.remove(at);
                    browser.open(&memory);
                }
            }
            Act::Full(full) => browser.full = *full,
            Act::Settle => browser.settle_if_room(),
            Act::Write(at) => {
                if let Some(at) = with(at) {
                    self.written += 1;
                    browser.write(at, &format!("w{}", self.written));
                }
            }
            Act::Reload(at) => {
                if let Some(at) = with(at) {
                    let before = words(&browser.tabs[at].shown);
                    browser.close(at);
                    let memory = browser.closed.pop().expect("the tab that was closed");
                    let full = browser.full;
                    browser.open(&memory);
                    let after = words(&browser.tabs.last().expect("a tab").shown);
                    // A draft of its own may have become of it where others wrote to it too.
                    let lost = before.iter().filter(|word| !after.contains(*word));
                    let lost: Vec<_> = lost.collect();
                    let kept = browser.kept();
                    assert!(
                        lost.is_empty() || full || lost.iter().all(|word| kept.contains(*word)),
                        "the reload lost {lost:?}"
                    );
                }
            }
            Act::Save(at)
            | Act::Step(at)
            | Act::Hear(at)
            | Act::Hide(at)
            | Act::Close(at)
            | Act::Crash(at)
            | Act::Begin(at)
            | Act::Take(at)
            | Act::Overdue(at)
            | Act::Look(at) => {
                if let Some(at) = with(at) {
                    self.act_of_tab(act, at);
                }
            }
            Act::Switch(at, to) => {
                if let Some(at) = with(at) {
                    let ids: Vec<String> = browser.heads.keys().cloned().collect();
                    if let Some(to) = to.checked_rem(ids.len()) {
                        browser.switch(at, &ids[to]);
                    }
                }
            }
        }
    }

    fn act_of_tab(&mut self, act: &Act, at: usize) {
        let browser = &mut self.browser;
        match act {
            Act::Save(_) => browser.act(at, Session::save),
            Act::Step(_) => drop(browser.step(at)),
            Act::Hear(_) => drop(browser.hear(at)),
            Act::Hide(_) => browser.act(at, Session::hidden),
            Act::Close(_) => browser.close(at),
            Act::Crash(_) => browser.crash(at),
            Act::Begin(_) => {
                let mut begun = false;
                browser.act(at, |session, shown| begun = session.begin(shown));
                if begun {
                    browser.tabs[at].shown = Draft::default();
                }
            }
            Act::Take(_) => browser.act(at, |session, _| session.take()),
            Act::Overdue(_) => {
                if let Some(id) = browser.tabs[at].overdue.pop() {
                    browser.act(at, |session, _| session.overdue(&id));
                }
            }
            _ => {
                let heads: Vec<Head> = browser.heads.values().cloned().collect();
                browser.act(at, |session, shown| session.listed(&heads, shown));
            }
        }
    }

    fn check(&mut self, act: &Act) {
        let kept = self.browser.kept();
        let there: Words = kept.union(&self.browser.on_screen()).cloned().collect();
        let left = self.browser.tabs.iter().flat_map(|tab| tab.session.left());
        let left: Words = left.flat_map(|(_, draft)| words(draft)).collect();
        let lost: Vec<_> = self.safe.difference(&there).collect();
        let lost: Vec<_> = lost.iter().filter(|word| !left.contains(**word)).collect();
        assert!(lost.is_empty(), "{act:?} lost {lost:?}");
        self.safe.extend(kept);
    }
}

impl Browser {
    fn settle_if_room(&mut self) {
        if !self.full {
            self.settle();
        }
    }

    fn switch(&mut self, at: usize, id: &str) {
        let mut next = None;
        self.act(at, |session, shown| next = session.open_left(id, shown));
        if next.is_none() {
            let stored = Stored {
                head: self.heads[id].clone(),
                draft: self.drafts[id].clone(),
            };
            self.act(at, |session, shown| {
                next = session.open(&stored, shown).then_some(stored.draft);
            });
        }
        if let Some(next) = next {
            self.tabs[at].shown = next;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_stored_is_ever_lost_or_replaced_by_an_older_text(
        acts in proptest::collection::vec(act(), 1..80)
    ) {
        Play::run(&acts, false);
    }

    #[test]
    fn nothing_stored_is_ever_lost_in_a_browser_without_locks(
        acts in proptest::collection::vec(act(), 1..80)
    ) {
        Play::run(&acts, true);
    }
}
