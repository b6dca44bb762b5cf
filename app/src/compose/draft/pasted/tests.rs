use proptest::prelude::*;

use super::*;
use crate::compose::draft::Mailbox;

fn check(text: &str, expect: &[&str]) {
    assert_eq!(split_pasted(text), expect, "{text:?}");
}

#[test]
fn lists() {
    check("", &[]);
    check("\r\n\t\n", &[]);
    check("a@x.org", &["a@x.org"]);
    check("a@x.org\n", &["a@x.org"]);
    check("a@x\nb@x\r\nc@x\rd@x", &["a@x", "b@x", "c@x", "d@x"]);
    check("a@x\u{2028}b@x\u{85}c@x", &["a@x", "b@x", "c@x"]);
    check("a@x, b@x; c@x,", &["a@x", "b@x", "c@x"]);
    check(
        "Mina <m@x>,\n \"Park, Joon\" <j@x>",
        &["Mina <m@x>", "\"Park, Joon\" <j@x>"],
    );
    check("a@x b@y  c@z", &["a@x", "b@y", "c@z"]);
    check("no address\na@x", &["no address", "a@x"]);
}

#[test]
fn columns() {
    check("박민아\tm@x.org", &["박민아 <m@x.org>"]);
    check("m@x.org\tMina\tPark", &["Mina Park <m@x.org>"]);
    check("Park, \"M\"\tm@x", &["\"Park, \\\"M\\\"\" <m@x>"]);
    check("Name\tMail\nMina\tm@x\n", &["Name", "Mail", "Mina <m@x>"]);
    check("a@x\tb@x\tMina", &["a@x", "b@x", "Mina"]);
    check("Mina\tM <m@x>, j@x", &["Mina", "M <m@x>", "j@x"]);
    let parsed = Mailbox::parse(&split_pasted("Park, \"M\" \\\tm@x.org")[0]);
    assert_eq!(parsed.map(|one| one.name), Ok("Park, \"M\" \\".to_owned()));
}

#[test]
fn separators_end_an_address_outside_of_quotes() {
    let check = |typed: &str, expect| assert_eq!(ends_address(typed), expect, "{typed:?}");
    check("", false);
    check(",", false);
    check("a@x", false);
    check("a@x,", true);
    check("a@x;", true);
    check("\"Park,", false);
    check("\"Park, Mina\" <m@x>", false);
    check("\"Park, Mina\" <m@x>,", true);
    check("a@x, b@x", true);
}

proptest! {
    /// Every character that is no separator and no quoting is still there.
    #[test]
    fn nothing_is_lost(text in "[a-c@<>\",; \t\r\n가\\\\]{0,40}") {
        let letters = |text: &str| {
            let mut letters: Vec<char> =
                text.chars().filter(|c| c.is_alphabetic() || *c == '@').collect();
            letters.sort_unstable();
            letters
        };
        prop_assert_eq!(letters(&split_pasted(&text).concat()), letters(&text));
    }
}

/// The charsets that need no browser.
pub(super) fn utf8(charset: &str, octets: &[u8]) -> Option<String> {
    ["utf-8", "us-ascii"]
        .contains(&charset.to_ascii_lowercase().as_str())
        .then(|| String::from_utf8(octets.to_vec()).ok())?
}

#[test]
fn forms_of_other_programs() {
    check("Mina Park (m@x.org)", &["Mina Park <m@x.org>"]);
    check(
        "Mina [m@x.org], j@x [Joon]",
        &["Mina <m@x.org>", "Joon <j@x>"],
    );
    check("Mina [mailto:m@x.org]", &["Mina <mailto:m@x.org>"]);
    check("[m@x.org]", &["m@x.org"]);
    check("'Mina' via Team <m@x>", &["'Mina' via Team <m@x>"]);
    check(
        "'Park, Mina' (m@x)",
        &["'Park", "Mina' (m@x)"].map(|part| match part {
            "Mina' (m@x)" => "Mina' <m@x>",
            part => part,
        }),
    );
    check("- a@x\n• b@x\n* c@x", &["a@x", "b@x", "c@x"]);
    check("Mina <m@x> on leave", &["Mina <m@x>", "on leave"]);
    check("m@x <mailto:m@x>", &["m@x <mailto:m@x>"]);
    check("m@x (Mina)", &["m@x (Mina)"]);
    check("m@[192.0.2.1]", &["m@[192.0.2.1]"]);
    check("see (here)", &["see (here)"]);
}

#[test]
fn cells_with_line_ends() {
    check(
        "\"Park\nMina\"\tm@x.org\nj@x",
        &["Park Mina <m@x.org>", "j@x"],
    );
    check("\"a@x\nb@x\"\tc@x", &["a@x", "b@x", "c@x"]);
    check("\"M \"\"Mimi\"\" P\"\tm@x", &["\"M \\\"Mimi\\\" P\" <m@x>"]);
}

#[test]
fn html_counts_where_the_text_has_no_address() {
    let html = "<a href=\"mailto:m@x\">Mina</a>, <a href=\"mailto:j@x\">Joon</a> (leave)";
    let here = |plain: &str, expect: &[&str]| {
        let pasted = Pasted::read(plain, html, utf8);
        assert!(pasted.is_list());
        assert_eq!(pasted.here, expect, "{plain:?}");
    };
    here(
        "Mina, Joon (leave)",
        &["Mina <m@x>", "Joon <j@x>", "(leave)"],
    );
    here("Mina <a@x>", &["Mina <a@x>"]);
    here("", &["Mina <m@x>", "Joon <j@x>"]);
}

#[test]
fn header_fields_are_decoded() {
    let text = "To: =?utf-8?B?67CV66+87JWE?= <m@x>,\r\n =?utf-8?Q?P,_J?= <j@x>\r\nCc: c@x\r\n";
    let pasted = Pasted::read(text, "", utf8);
    assert_eq!(pasted.to, ["박민아 <m@x>", "\"P, J\" <j@x>"]);
    assert_eq!(pasted.cc, ["c@x"]);
    assert!(!pasted.is_list());
    let link = Pasted::read("mailto:m@x?subject=a", "", utf8);
    assert_eq!(
        (link.here, link.subject),
        (vec!["m@x".into()], Some("a".into()))
    );
}

/// Every letter, wherever it is put.
fn letters(texts: &[String]) -> Vec<char> {
    let mut letters: Vec<char> = texts
        .iter()
        .flat_map(|text| text.chars())
        .filter(|c| c.is_alphabetic() || *c == '@')
        .collect();
    letters.sort_unstable();
    letters
}

fn all_of(pasted: Pasted) -> Vec<String> {
    let mut all = pasted.here;
    for more in [pasted.to, pasted.cc, pasted.bcc, pasted.other] {
        all.extend(more);
    }
    all.extend(pasted.subject);
    all.extend(pasted.body);
    all
}

proptest! {
    /// Whatever is pasted, nothing but separators, names of header fields and the parts of a
    /// link's syntax is left out.
    #[test]
    fn nothing_pasted_is_lost(
        text in "(Q: |To: |Cc: |Subject: )?[a-c@<>\"(),;\\[\\] \t\r\n가\\\\%=?-]{0,40}",
    ) {
        let all = letters(&all_of(Pasted::read(&text, "", utf8)));
        let whole = letters(std::slice::from_ref(&text));
        let mut left = all.clone();
        let missing: String = whole
            .iter()
            .filter(|c| match left.iter().position(|other| other == *c) {
                Some(at) => { left.remove(at); false }
                None => true,
            })
            .collect();
        let named = text.split(':').next().unwrap_or_default().trim();
        let name = letters(&[named.to_owned()]).into_iter().collect::<String>();
        prop_assert!(missing.is_empty() || missing == name, "{missing:?}");
        prop_assert_eq!(left, Vec::<char>::new());
    }

    /// What is copied is pasted as the same addresses.
    #[test]
    fn a_copied_list_is_pasted_as_it_was(
        list in proptest::collection::vec("([a-c,;\"() .]{0,8} ?<b@x>|[ab]@x|a@[x가]\\.kr)", 0..5),
    ) {
        let valid: Vec<String> = list
            .into_iter()
            .filter(|text| Mailbox::parse(text).is_ok())
            .collect();
        let read = |list: &[String]| -> Vec<Option<Mailbox>> {
            list.iter().map(|text| Mailbox::parse(text).ok()).collect()
        };
        prop_assert_eq!(read(&split_pasted(&join_addresses(&valid))), read(&valid));
    }
}
