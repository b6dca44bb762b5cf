use std::cell::Cell;

use super::*;
use crate::contacts::model::DAY;

const NOW: f64 = 1_800_000_000_000.0;

thread_local! {
    /// Comparisons of a typed word with a word of a contact.
    static COMPARISONS: Cell<usize> = const { Cell::new(0) };
}

pub(super) fn count_comparison() {
    COMPARISONS.set(COMPARISONS.get() + 1);
}

/// Contacts, each written to so many times, so many days ago.
fn book(people: &[(&str, &str, u32, f64)]) -> Book {
    let mut book = Book::default();
    for (name, address, times, days) in people {
        book.merge(&Contact {
            imported: *times == 0,
            ..Contact::new(name, address)
        });
        for _ in 0..*times {
            book.written_to(name, address, NOW - days * DAY);
        }
    }
    book
}

#[track_caller]
fn check(book: &Book, typed: &str, expect: &[&str]) {
    let found = book.suggest(typed, NOW, &[]);
    let found: Vec<&str> = found
        .iter()
        .map(|one| one.contact.address.as_str())
        .collect();
    assert_eq!(found, expect, "{typed:?}");
}

fn people() -> Book {
    book(&[
        ("Team Seoul", "team@example.com", 9, 2.0),
        ("Tessa Ito", "tessa@example.jp", 1, 9.0),
        ("김민호", "minho@예시.한국", 2, 1.0),
        ("Zoë Müller-Lüdenscheidt", "z.mueller@mail.example", 0, 0.0),
        ("", "no-reply@shop.test", 1, 400.0),
    ])
}

#[test]
fn words_of_the_name_the_local_part_and_the_domain_are_found() {
    let book = people();
    check(&book, "", &[]);
    check(&book, " ", &[]);
    check(&book, "te", &["team@example.com", "tessa@example.jp"]);
    check(&book, "ito", &["tessa@example.jp"]);
    check(&book, "TO", &[]);
    check(&book, "zoe", &["z.mueller@mail.example"]);
    check(&book, "lude", &["z.mueller@mail.example"]);
    check(&book, "mueller", &["z.mueller@mail.example"]);
    check(&book, "muller", &["z.mueller@mail.example"]);
    check(&book, "reply", &["no-reply@shop.test"]);
    check(&book, "shop", &["no-reply@shop.test"]);
    check(&book, "example", &["team@example.com", "tessa@example.jp"]);
    check(&book, "tessa@ex", &["tessa@example.jp"]);
    check(&book, "ito te", &["tessa@example.jp"]);
    check(&book, "Tessa Ito <te", &["tessa@example.jp"]);
    check(&book, "ito seoul", &[]);
}

#[test]
fn korean_names_are_found_as_korean_search_fields_do() {
    let book = people();
    for typed in [
        "김",
        "ㄱㅁㅎ",
        "ㅁㅎ",
        "민호",
        "미",
        "민ㅎ",
        "ㅁ호",
        "김민",
        "예시",
        "xn--vv",
    ] {
        check(&book, typed, &["minho@예시.한국"]);
    }
    for typed in ["밍", "호민", "ㅎㅁ", "ㄱㅎ"] {
        check(&book, typed, &[]);
    }
    let spaced = self::book(&[("김 민호", "m@x.org", 0, 0.0)]);
    for typed in ["김민호", "김 민호", "민호", "ㄱㅁ"] {
        check(&spaced, typed, &["m@x.org"]);
    }
}

#[test]
fn often_and_recently_come_first() {
    let book = book(&[
        ("Min A", "a@x.org", 8, 120.0),
        ("Min B", "b@x.org", 3, 1.0),
        ("Min C", "c@x.org", 0, 0.0),
        ("Min D", "d@x.org", 1, 0.0),
        ("Hong Min", "e@x.org", 1, 0.0),
    ]);
    let order = ["b@x.org", "d@x.org", "a@x.org", "e@x.org", "c@x.org"];
    check(&book, "min", &order);
    let left_out = ["b@x.org".to_owned()];
    let found = book.suggest("min", NOW, &left_out);
    assert_eq!(found[0].key, "d@x.org");
}

#[test]
fn one_address_written_in_several_ways_is_one_contact() {
    let mut book = people();
    let many = book.count();
    assert_eq!(
        book.written_to("Minho Kim", "minho@XN--VV4B11D.xn--3e0b707e", NOW)
            .as_deref(),
        Some("minho@xn--vv4b11d.xn--3e0b707e")
    );
    let kept = book
        .get("minho@xn--vv4b11d.xn--3e0b707e")
        .expect("a contact");
    assert_eq!(kept.names, ["Minho Kim", "김민호"]);
    assert_eq!((kept.count, book.count()), (3, many));
    assert_eq!(book.written_to("Minho", "minho", NOW), None);
    assert_eq!(book.count(), many);
}

#[test]
fn what_is_erased_is_no_longer_found() {
    let mut book = people();
    let tessa = book.remove("tessa@example.jp").expect("a contact");
    check(&book, "te", &["team@example.com"]);
    assert_eq!(book.remove("tessa@example.jp"), None);
    book.put("tessa@example.jp".into(), tessa);
    check(&book, "te", &["team@example.com", "tessa@example.jp"]);
}

#[test]
fn the_list_is_searched_in_the_same_way() {
    let book = people();
    assert_eq!(book.find("", NOW).len(), book.count());
    assert_eq!(book.find("", NOW)[0].key, "team@example.com");
    assert_eq!(book.find("ㅁㅎ", NOW).len(), 1);
    assert_eq!(book.find("nobody", NOW), []);
}

/// A key press costs a comparison for each word of each contact, and no more.
#[test]
fn ten_thousand_contacts_cost_a_bounded_number_of_comparisons() {
    let mut book = Book::default();
    for number in 0..10_000 {
        book.merge(&Contact::new(
            &format!("김민호 Minho{number} Kim"),
            &format!("minho.kim{number}@example{}.org", number % 7),
        ));
    }
    for typed in ["m", "ㅁㅎ", "minho", "zzz", "minho9999", "ㅁ"] {
        COMPARISONS.set(0);
        let found = book.suggest(typed, NOW, &[]);
        assert!(found.len() <= SUGGESTIONS);
        // Three words of the name, all of it, the address, the domain, a part of the local part.
        assert!(COMPARISONS.get() <= 7 * 10_000, "{}", COMPARISONS.get());
    }
}

#[test]
fn the_least_likely_are_forgotten_beyond_the_most_that_are_kept() {
    let mut book = Book::default();
    for number in 0..CONTACTS {
        book.merge(&Contact::new("", &format!("a{number}@x.org")));
    }
    book.written_to("", "often@x.org", NOW);
    assert_eq!(book.forget_excess(NOW).len(), 1);
    assert!(book.get("often@x.org").is_some());
    assert_eq!(book.forget_excess(NOW), Vec::<String>::new());
}
