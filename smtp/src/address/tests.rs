use proptest::prelude::*;

use super::*;
use AddressError as E;

fn check(text: &str, expect: Result<&str, AddressError>) {
    let got = Address::parse(text).map(|address| address.to_string());
    assert_eq!(got.as_deref().map_err(|e| *e), expect, "{text:?}");
}

fn hidden(code_point: u32) -> AddressError {
    E::Invisible { code_point }
}

#[test]
fn sent_as_typed() {
    for text in [
        "joon@example.net",
        "a.b+c/d=e@x",
        "o'brien@localhost",
        "!#$%&'*+-/=?^_`{|}~@x.org",
        "\"a b\"@x.org",
        "\"a\\\"@b\"@x.org",
        "\"\"@x.org",
        "\"(not a comment)\"@x.org",
        "\"joon\"@example.net",
        "minah@[192.0.2.1]",
        "minah@[IPv6:2001:db8::1]",
        "minah@[IPv6:::ffff:192.0.2.1]",
        "m@my_host.example",
        "m@_dmarc.example",
        "m@r3---sn.example",
        "민아@example.org",
        "e\u{301}@example.org",
        "\"민 아\"@example.org",
        "m@xn--3e0b707e.kr",
    ] {
        check(text, Ok(text));
    }
    // As some code hosts and trackers write addresses for replies.
    let long = format!("reply+{}@x.org", "a1".repeat(100));
    check(&long, Ok(&long));
    // The longest: 256 with the angle brackets.
    let longest = format!("{}@x", "a".repeat(252));
    check(&longest, Ok(&longest));
    check(&format!("a{longest}"), Err(E::TooLong));
}

#[test]
fn sent_in_another_form_of_the_same() {
    check("민아@한국.kr", Ok("민아@xn--3e0b707e.kr"));
    check("\"quoted\"@한국.kr", Ok("\"quoted\"@xn--3e0b707e.kr"));
    check("a@BÜCHER.example", Ok("a@xn--bcher-kva.example"));
    check("A@EXAMPLE.org", Ok("A@example.org"));
    check("a..b.@docomo.ne.jp", Ok("\"a..b.\"@docomo.ne.jp"));
    check(".a@x", Ok("\".a\"@x"));
    check("a.@x", Ok("\"a.\"@x"));
    check("민..아@x", Ok("\"민..아\"@x"));
    // The quotes count.
    check(
        &format!("{}.@x", "a".repeat(249)),
        Ok(&format!("\"{}.\"@x", "a".repeat(249))),
    );
    check(&format!("{}.@x", "a".repeat(250)), Err(E::TooLong));
}

#[test]
fn marked() {
    check("", Err(E::Empty));
    check("a", Err(E::NoAt));
    check("a＠x", Err(E::NoAt));
    check("@x", Err(E::NoLocalPart));
    check("a@", Err(E::NoDomain));
    for text in [
        "a b@x",
        " a@x",
        "<a@x>",
        "Hana <a@x",
        "a> SIZE=1@x",
        "a@b@x",
        "a@x, b@x",
        "(c)a@x",
        "a(c)@x",
        "a,b@x",
        "mailto:a@x",
        "@a,@b:c@x",
        "a\\b@x",
        "\"a\"b\"@x",
        "\"a\\\"@x",
        "\"a@x",
        "a\"@x",
        "\"a\".b@x",
        "\".\"a@x",
        "\"\\é\"@x",
        "a\u{fffd}@x",
    ] {
        check(text, Err(E::LocalPart));
    }
    for text in [
        "a@x>",
        "a@x NOTIFY=NEVER",
        "a@x ",
        "a@x (Mina)",
        "a@x,",
        "a@x;b",
        "a@ x",
    ] {
        check(text, Err(E::Domain));
    }
    for text in [
        "\"a\r\nRCPT TO:<b>\"@x",
        "a\0@x",
        "a\u{7f}@x",
        "a\u{85}@x",
        "a@x\n",
        "a\t@x",
    ] {
        check(text, Err(E::Control));
    }
}

#[test]
fn what_can_not_be_seen_is_marked_wherever_it_stands() {
    for c in [
        '\u{a0}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{1160}',
        '\u{1680}',
        '\u{17b4}',
        '\u{180b}',
        '\u{180e}',
        '\u{2003}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{202f}',
        '\u{2060}',
        '\u{2063}',
        '\u{2066}',
        '\u{2800}',
        '\u{3000}',
        '\u{3164}',
        '\u{e000}',
        '\u{fdd0}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fffc}',
        '\u{16fe4}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e0100}',
        '\u{10ffff}',
    ] {
        for text in [
            format!("{c}a@x.org"),
            format!("a{c}b@x.org"),
            format!("a{c}@x.org"),
            format!("a..b{c}@x.org"),
            format!("\"a{c}\"@x.org"),
            format!("민{c}아@x.org"),
            format!("a@{c}x.org"),
            format!("a@x{c}.org"),
            format!("a@x.{c}org"),
            format!("a@한{c}국.kr"),
            format!("a@x.org{c}"),
            format!("{c}a"),
            format!("{c}@x.org"),
        ] {
            check(&text, Err(hidden(u32::from(c))));
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_parses_can_leave_its_line_or_brackets(
        text in "\\PC{0,8}[<>\r\n\0 @\"\\\\a-z.\u{7f}]{0,20}@[a-z.<> \r\n\\[\\]]{0,12}",
    ) {
        if let Ok(address) = Address::parse(&text) {
            let wire = address.to_string();
            let has_control = wire.chars().any(char::is_control);
            prop_assert!(!has_control);
            let has_bracket = address.domain().contains(['<', '>', ' ']);
            prop_assert!(!has_bracket);
            if !address.local().starts_with('"') {
                let has_special = address.local().contains(['<', '>', ' ', '"']);
                prop_assert!(!has_special);
            }
            prop_assert_eq!(Address::parse(&wire), Ok(address));
        }
    }

    /// Nothing of the local part is dropped or replaced: quotes around it are all that is added.
    #[test]
    fn a_local_part_is_sent_as_typed(
        local in "[a-z.\"\\\\ @가-힣\u{ad}\u{200d}\u{3164}é!#+_-]{1,12}|\\PC{1,6}",
        domain in "[a-z_-]{1,6}(\\.[a-z]{1,4}){0,2}|한국\\.kr",
    ) {
        if let Ok(address) = Address::parse(&format!("{local}@{domain}")) {
            let quoted = format!("\"{local}\"");
            prop_assert!(address.local() == local || address.local() == quoted);
            prop_assert_eq!(invisible::find(address.local()), None);
        }
    }
}

#[test]
fn a_labels_are_decoded_for_showing() {
    let check = |text: &str, expect: &str| {
        let address = Address::parse(text).expect(text);
        assert_eq!(address.unicode_domain(), expect, "{text:?}");
    };
    check("m@xn--3e0b707e.kr", "한국.kr");
    check("m@FAß.test", "faß.test");
    check("m@my_host.test", "my_host.test");
    check("m@[192.0.2.1]", "[192.0.2.1]");
}
