//! A tab that loses its lock while it has changes that are not stored.

use super::*;

/// Two tabs with one draft. The first has written to it and was hidden; the second has taken it.
fn taken() -> Browser {
    let mut browser = Browser::default();
    browser.open(&Memory { draft: None });
    browser.write(0, "common");
    browser.settle();
    browser.open(&Memory { draft: None });
    browser.settle();
    browser.write(0, "first");
    browser.act(0, Session::hidden);
    browser.take_without_answer(1);
    assert_eq!(browser.tabs[1].session.access(), Access::Writer);
    browser
}

/// The browser takes back the write of a frozen tab, as where another tab waits for it.
fn take_back(browser: &mut Browser) {
    let write = browser.tabs[0].pending.pop_front();
    let Some(Pending::Write(serial, _)) = write else {
        panic!("no write is under way: {write:?}");
    };
    browser.tabs[0].pending.push_front(Pending::Failed(serial));
}

fn bodies(browser: &Browser) -> Vec<&str> {
    let drafts = browser.drafts.values();
    drafts.map(|draft| draft.body.trim()).collect()
}

#[test]
fn what_went_into_the_other_tabs_text_is_kept_once() {
    let mut browser = taken();
    take_back(&mut browser);
    // The second tab has found it in the journal.
    browser.take_over();
    while browser.step(1) | browser.hear(1) {}
    browser.write(1, "second");
    browser.act(1, Session::save);
    while browser.step(1) {}
    browser.settle();
    assert_eq!(bodies(&browser), ["common first second"]);
    assert_eq!(browser.tabs[0].shown.body.trim(), "common first second");
    assert_eq!(browser.tabs[0].session.access(), Access::Reader);
    assert!(!browser.tabs[0].notices.contains(&DraftNotice::Both));
}

#[test]
fn what_nobody_else_changed_goes_into_the_draft() {
    let mut browser = taken();
    take_back(&mut browser);
    browser.settle();
    assert_eq!(bodies(&browser), ["common first"]);
    assert_eq!(browser.tabs[0].session.access(), Access::Reader);
    assert_eq!(browser.tabs[1].shown.body.trim(), "common first");
}

#[test]
fn what_the_other_tab_did_not_know_is_a_draft_of_its_own() {
    let mut browser = taken();
    take_back(&mut browser);
    browser.journal.clear();
    while browser.step(1) | browser.hear(1) {}
    browser.write(1, "second");
    browser.act(1, Session::save);
    while browser.step(1) {}
    browser.settle();
    let mut bodies = bodies(&browser);
    bodies.sort_unstable();
    assert_eq!(bodies, ["common first", "common second"]);
    assert!(browser.tabs[0].notices.contains(&DraftNotice::Both));
}
