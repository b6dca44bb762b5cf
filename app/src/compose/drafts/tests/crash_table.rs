//! Two tabs, and a crash at every step of a write: what is there afterwards.

use super::*;

/// How far the write of the first tab is when the tab crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Typed, and not saved.
    Typed,
    /// The tab was hidden: the journal has it.
    Journaled,
    /// The transaction was begun and has not committed.
    Begun,
    /// Both.
    JournaledAndBegun,
    /// It has committed, and the tab does not know.
    Committed,
    /// The same, and the journal has it still.
    CommittedAndJournaled,
    /// The tab knows.
    Known,
}

/// What the second tab does with the same draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    /// It shows the draft.
    Reads,
    /// It has taken the draft, and written to it.
    Writes,
    /// It has been frozen since before the write, then goes on and takes the draft.
    Frozen,
}

/// The text that was there before, and what each tab adds.
const COMMON: &str = "common";
const FIRST: &str = "first";
const SECOND: &str = "second";

/// What is stored after everything: each draft's words, in order.
fn play(step: Step, other: Other) -> Vec<String> {
    let mut browser = Browser::default();
    browser.open(&Memory { draft: None });
    browser.write(0, COMMON);
    browser.settle();
    browser.open(&Memory { draft: None });
    browser.settle();
    assert_eq!(browser.tabs[1].session.access(), Access::Reader);
    if other == Other::Writes {
        // The first tab is in the middle of its own write.
        browser.take_without_answer(1);
    }
    browser.write(0, FIRST);
    let hides = matches!(
        step,
        Step::Journaled | Step::JournaledAndBegun | Step::CommittedAndJournaled
    );
    if hides {
        browser.act(0, Session::hidden);
    } else if step != Step::Typed {
        browser.act(0, Session::save);
    }
    if step == Step::Journaled {
        browser.tabs[0].pending.clear();
    }
    if step >= Step::Committed {
        browser.step(0);
    }
    if step == Step::Known {
        browser.step(0);
    }
    browser.crash(0);
    if other != Other::Reads {
        // The first tab's lock is free by now, if it was not taken.
        while browser.tabs[0].session.access() != Access::Writer {
            assert!(browser.hear(0) | browser.step(0), "it never gets the lock");
        }
        browser.write(0, SECOND);
    }
    browser.settle();
    // The first tab is opened again.
    let memory = browser.closed.pop().expect("the tab that crashed");
    browser.open(&memory);
    browser.settle();
    let mut texts: Vec<String> = browser
        .drafts
        .values()
        .map(|draft| draft.body.trim().to_owned())
        .collect();
    texts.sort();
    texts
}

#[test]
fn two_tabs_and_a_crash_at_every_step_of_a_write() {
    let first = "common first";
    let second = "common second";
    let both = "common first second";
    use Other::{Frozen, Reads, Writes};
    use Step::{
        Begun, Committed, CommittedAndJournaled, Journaled, JournaledAndBegun, Known, Typed,
    };
    let table: &[(Step, Other, &[&str])] = &[
        // What was typed within the last second, and never left the page, is gone.
        (Typed, Reads, &[COMMON]),
        (Typed, Writes, &[second]),
        (Typed, Frozen, &[second]),
        (Begun, Reads, &[COMMON]),
        (Begun, Writes, &[second]),
        (Begun, Frozen, &[second]),
        // From here on it is never lost. Where the other tab wrote without it, both are kept.
        (Journaled, Reads, &[first]),
        (Journaled, Writes, &[first, second]),
        (Journaled, Frozen, &[first, second]),
        (JournaledAndBegun, Reads, &[first]),
        (JournaledAndBegun, Writes, &[first, second]),
        (JournaledAndBegun, Frozen, &[first, second]),
        // A tab that gets the lock reads the text before it writes. One that took the lock while
        // the text was being written had read an earlier one.
        (Committed, Reads, &[first]),
        (Committed, Writes, &[first, second]),
        (Committed, Frozen, &[both]),
        (CommittedAndJournaled, Reads, &[first]),
        (CommittedAndJournaled, Writes, &[first, second]),
        (CommittedAndJournaled, Frozen, &[both]),
        (Known, Reads, &[first]),
        (Known, Writes, &[first, second]),
        (Known, Frozen, &[both]),
    ];
    let mut wrong = String::new();
    for (step, other, expect) in table {
        let texts = play(*step, *other);
        println!("{step:?} | {other:?} | {}", texts.join(", "));
        if texts != *expect {
            wrong.push_str(&format!("{step:?} {other:?}: {texts:?}, not {expect:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
