//! What happens to drafts, one story a test.

use super::*;

fn titles(expect: &[&str]) -> Vec<Option<String>> {
    expect
        .iter()
        .map(|title| Some((*title).to_owned()))
        .collect()
}

#[test]
fn the_sample_is_stored_only_when_it_is_changed() {
    let shared = shared();
    let mut first = Tab::open(&shared);
    assert_eq!(first.save(), Ok(false));
    let mut second = Tab::open(&shared);
    second.write_and_save("written");
    assert_eq!(first.close().shows, None);
    assert_eq!(Tab::open(&shared).shown.body, "written");
}

#[test]
fn an_older_tab_never_replaces_a_newer_text() {
    let shared = shared();
    let mut older = Tab::open(&shared);
    older.write_and_save("old");
    let mut newer = Tab::open(&shared);
    newer.write_and_save("new");
    // Closed without having heard of it.
    let memory = older.close();
    assert_eq!(Tab::open(&shared).shown.body, "new");
    assert_eq!(Tab::open_with(&shared, &memory).shown.body, "new");
    assert_eq!(newer.reload(&shared).shown.body, "new");
}

#[test]
fn a_text_that_seemed_to_be_removed_replaces_no_newer_one() {
    let shared = shared();
    let mut older = Tab::open(&shared);
    older.write_and_save("old");
    let mut newer = Tab::open(&shared);
    shared.borrow_mut().forbidden = true;
    assert_eq!(older.look(), Change::Removed);
    newer.write("old, new");
    shared.borrow_mut().forbidden = false;
    newer.save().expect("room");
    assert!(matches!(older.look(), Change::Newer(_)));
    assert_eq!(older.save(), Ok(false));
    assert_eq!(Tab::open(&shared).shown.body, "old, new");
}

#[test]
fn a_tab_without_changes_goes_over_to_the_newer_text() {
    let shared = shared();
    let (mut one, mut two) = (Tab::open(&shared), Tab::open(&shared));
    one.write_and_save("1");
    assert!(matches!(two.look(), Change::Newer(_)));
    assert_eq!(two.shown.body, "1");
    two.write_and_save("12");
    assert!(matches!(one.look(), Change::Newer(_)));
    one.write_and_save("123");
    assert!(matches!(two.look(), Change::Newer(_)));
    assert_eq!(two.shown.body, "123");
    assert_eq!((one.look(), two.look()), (Change::None, Change::None));
    assert_eq!(one.titles(), []);
    assert_eq!(two.reload(&shared).titles(), []);
}

#[test]
fn what_both_have_changed_is_kept_twice_and_both_notice() {
    let shared = shared();
    let mut one = Tab::open(&shared);
    one.write_and_save("both");
    let mut two = Tab::open(&shared);
    one.write("one");
    two.write("two");
    one.save().expect("room");
    assert_eq!(two.look(), Change::Both);
    assert_eq!(one.look(), Change::Both);
    assert_eq!((one.look(), two.look()), (Change::None, Change::None));
    assert_eq!(
        (one.shown.body.as_str(), one.titles()),
        ("one", titles(&["two"]))
    );
    assert_eq!(
        (two.shown.body.as_str(), two.titles()),
        ("two", titles(&["one"]))
    );
    let (one, two) = (one.reload(&shared), two.reload(&shared));
    assert_eq!(
        (one.shown.body.as_str(), one.titles()),
        ("one", titles(&["two"]))
    );
    assert_eq!(
        (two.shown.body.as_str(), two.titles()),
        ("two", titles(&["one"]))
    );

    // Likewise where both had stored theirs before either heard of the other.
    let (mut one, mut two) = (one, Tab::open_with(&shared, &one_memory(&two)));
    one.switch_to(&one.others()[0].id.clone());
    one.write_and_save("two, by one");
    two.write_and_save("two, by two");
    assert_eq!((one.look(), two.look()), (Change::Both, Change::Both));
}

fn one_memory(tab: &Tab) -> TabMemory {
    tab.memory.clone()
}

#[test]
fn new_message_puts_aside_and_bring_back_swaps() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.write_and_save("first");
    tab.begin();
    assert_eq!(tab.shown, Draft::from_sender("mina@example.org"));
    let mut tab = tab.reload(&shared);
    assert_eq!(tab.shown, Draft::from_sender("mina@example.org"));
    assert_eq!(tab.titles(), titles(&["first"]));
    // Nothing has been written: nothing is put aside.
    tab.begin();
    tab.bring_back();
    assert_eq!((tab.shown.body.as_str(), tab.titles()), ("first", vec![]));

    tab.begin();
    tab.write("second");
    tab.bring_back();
    assert_eq!(
        (tab.shown.body.as_str(), tab.titles()),
        ("first", titles(&["second"]))
    );
    let mut tab = tab.reload(&shared);
    tab.bring_back();
    assert_eq!(
        (tab.shown.body.as_str(), tab.titles()),
        ("second", titles(&["first"]))
    );
    tab.begin();
    tab.write_and_save("third");
    assert_eq!(tab.titles(), titles(&["second", "first"]));
    // What was left last comes first, however old it is.
    tab.switch_to(&tab.others()[1].id.clone());
    assert_eq!(
        (tab.shown.body.as_str(), tab.titles()),
        ("first", titles(&["third", "second"]))
    );
    assert_eq!(Tab::open(&shared).shown.body, "third");
}

#[test]
fn a_message_that_was_emptied_is_not_put_aside() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.write_and_save("first");
    tab.begin();
    tab.write_and_save("x");
    tab.write_and_save("");
    tab.bring_back();
    assert_eq!((tab.shown.body.as_str(), tab.titles()), ("first", vec![]));
    assert_eq!(shared.borrow().truth.len(), 1);
}

#[test]
fn the_untouched_sample_can_be_brought_back() {
    let mut tab = Tab::open(&shared());
    tab.begin();
    tab.write_and_save("mine");
    tab.bring_back();
    assert_eq!((tab.shown, tab.drafts.is_dirty()), (sample(), false));
}

#[test]
fn two_tabs_with_new_messages_keep_both() {
    let shared = shared();
    let mut one = Tab::open(&shared);
    one.write_and_save("first");
    let mut two = Tab::open(&shared);
    one.begin();
    two.begin();
    one.write_and_save("by one");
    two.write_and_save("by two");
    assert_eq!((one.look(), two.look()), (Change::None, Change::None));
    assert_eq!(one.titles(), titles(&["first", "by two"]));
    assert_eq!(two.titles(), titles(&["first", "by one"]));
    assert_eq!(one.reload(&shared).shown.body, "by one");
    assert_eq!(two.reload(&shared).shown.body, "by two");
}

#[test]
fn a_duplicated_tab_is_a_tab_of_its_own() {
    let shared = shared();
    let mut one = Tab::open(&shared);
    one.write_and_save("1");
    let mut copy = Tab::open_with(&shared, &one.memory);
    copy.write_and_save("12");
    one.look();
    one.write("123");
    copy.write("12x");
    one.save().expect("room");
    copy.save().expect("room");
    let (one, copy) = (one.reload(&shared), copy.reload(&shared));
    assert_eq!(
        (one.shown.body.as_str(), copy.shown.body.as_str()),
        ("123", "12x")
    );
}

#[test]
fn a_full_storage_loses_nothing_and_is_tried_again() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.write_and_save("first");
    tab.begin();
    tab.write_and_save("second");
    shared.borrow_mut().quota = Some(0);
    tab.write("second, and more");
    assert_eq!(tab.save(), Err(StoreError::Full));
    tab.begin();
    tab.write("third");
    assert_eq!(tab.save(), Err(StoreError::Full));
    assert_eq!(tab.titles(), titles(&["second, and more", "first"]));
    tab.bring_back();
    assert_eq!(tab.shown.body, "second, and more");
    tab.bring_back();
    assert_eq!(tab.shown.body, "third");
    assert!(tab.drafts.is_dirty());
    shared.borrow_mut().quota = None;
    assert_eq!(tab.save(), Ok(true));
    assert!(!tab.drafts.is_dirty());
    let tab = tab.reload(&shared);
    assert_eq!(tab.shown.body, "third");
    assert_eq!(tab.titles(), titles(&["second, and more", "first"]));
}

#[test]
fn a_draft_that_fits_once_is_stored_in_its_own_room() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.write_and_save(&"x".repeat(60_000));
    let mut tab = tab.reload(&shared);
    shared.borrow_mut().quota = Some(100_000);
    tab.write_and_save(&"y".repeat(60_000));
    // What does not fit at all leaves what is there.
    tab.write(&"z".repeat(120_000));
    assert_eq!(tab.save(), Err(StoreError::Full));
    assert_eq!(Tab::open(&shared).shown.body, "y".repeat(60_000));
}

#[test]
fn without_a_storage_drafts_live_in_the_tab() {
    let shared = shared();
    shared.borrow_mut().forbidden = true;
    let mut tab = Tab::open(&shared);
    tab.write("first");
    assert_eq!(tab.save(), Err(StoreError::Unavailable));
    tab.begin();
    tab.write("second");
    tab.bring_back();
    assert_eq!(
        (tab.shown.body.as_str(), tab.titles()),
        ("first", titles(&["second"]))
    );
    let second = tab.others()[0].id.clone();
    tab.drafts.discard(&second);
    assert_eq!(tab.titles(), []);
    assert_eq!(tab.drafts.undo_discard(), Ok(()));
    assert_eq!(tab.titles(), titles(&["second"]));
    assert!(tab.drafts.is_dirty());
}

#[test]
fn what_was_removed_while_open_is_stored_again() {
    let shared = shared();
    let (mut one, mut two) = (Tab::open(&shared), Tab::open(&shared));
    one.write_and_save("kept");
    two.look();
    for key in two.drafts.store.keys() {
        two.drafts.store.remove(&key);
    }
    assert_eq!(one.look(), Change::Removed);
    assert_eq!(two.look(), Change::None);
    assert_eq!(Tab::open(&shared).shown.body, "kept");
    assert_eq!(one.look(), Change::None);
    assert_eq!((one.titles(), two.titles()), (vec![], vec![]));
}

#[test]
fn discarding_can_be_undone() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.write_and_save("first");
    tab.begin();
    tab.write_and_save("second");
    let first = tab.others()[0].id.clone();
    tab.drafts.discard(&first);
    assert_eq!(tab.titles(), []);
    assert_eq!(tab.drafts.undo_discard(), Ok(()));
    assert_eq!(tab.titles(), titles(&["first"]));
}

#[test]
fn older_later_and_unreadable_records() {
    let shared = shared();
    let put = |key: &str, text: &str| {
        TabStore::new(&shared).set(key, text).expect("room");
    };
    put("glasspost.draft", r#"{"v":1,"draft":{"subject":"old"}}"#);
    let mut tab = Tab::open(&shared);
    assert_eq!(tab.shown.subject, "old");
    tab.write_and_save("new");
    assert_eq!(Tab::open(&shared).shown.body, "new");
    // A page of the earlier version is still open, and writes its draft again: another text.
    put(
        "glasspost.draft",
        r#"{"v":1,"draft":{"subject":"older page"}}"#,
    );
    assert_eq!(tab.look(), Change::None);
    assert_eq!(tab.titles(), titles(&["older page"]));

    for (key, text) in [
        ("glasspost.draft", "{"),
        ("glasspost.draft.unread", "not JSON"),
        ("glasspost.draft.a", "{}"),
        ("glasspost.draft.b", r#"{"v":2,"draft":{"subject":7}}"#),
        ("glasspost.draft.c", r#"{"v":2,"revision":"x","draft":{}}"#),
        ("glasspost.draft.d", r#"{"v":2,"revision":1}"#),
    ] {
        put(key, text);
    }
    let mut tab = tab.reload(&shared);
    assert_eq!(tab.shown.body, "new");
    let unreadable = tab.others();
    assert_eq!(unreadable.len(), 6);
    assert!(unreadable.iter().all(|other| other.title.is_none()));
    tab.switch_to("glasspost.draft.unread");
    assert_eq!(tab.shown.body, "not JSON");
    tab.save().expect("room");
    assert_eq!(shared.borrow().truth["glasspost.draft.unread"], "not JSON");
    assert_eq!(shared.borrow().truth["glasspost.draft"], "{");

    let later = r#"{"v":3,"revision":99,"shiny":1,"draft":{"subject":"later","shiny":true}}"#;
    put("glasspost.draft.later", later);
    let mut tab = Tab::open(&shared);
    assert_eq!(tab.shown.subject, "later");
    tab.write_and_save("changed by the older page");
    let tab = tab.reload(&shared);
    assert_eq!(tab.shown.body, "changed by the older page");
    assert_eq!(shared.borrow().truth["glasspost.draft.later"], later);
}

#[test]
fn records_that_claim_to_follow_each_other_are_both_kept_or_one_of_them() {
    let shared = shared();
    let store = TabStore::new(&shared);
    let record = |of: &str, revision, body: &str| {
        let includes = format!(r#"[{{"id":"{of}","revision":9}}]"#);
        let draft = format!(r#"{{"body":"{body}"}}"#);
        format!(r#"{{"v":2,"revision":{revision},"includes":{includes},"draft":{draft}}}"#)
    };
    store
        .set("glasspost.draft.a", &record("b", 3, "a"))
        .expect("room");
    store
        .set("glasspost.draft.b", &record("a", 4, "b"))
        .expect("room");
    assert_eq!(Tab::open(&shared).shown.body, "b");
}

#[test]
fn unfinished_addresses_are_part_of_the_draft() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    tab.shown.unfinished.cc = "joo".into();
    tab.drafts.edited();
    assert_eq!(tab.reload(&shared).shown.unfinished.cc, "joo");
}

#[test]
fn a_version_with_many_ancestors_still_supersedes_the_newest() {
    let shared = shared();
    let mut tab = Tab::open(&shared);
    for count in 0..100 {
        tab.write_and_save(&format!("{count}"));
        tab = tab.reload(&shared);
    }
    assert_eq!((tab.shown.body.as_str(), tab.titles()), ("99", vec![]));
    assert_eq!(shared.borrow().truth.len(), 1);
}
