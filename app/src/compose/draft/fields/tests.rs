use proptest::prelude::*;

use super::super::Mailbox;
use super::*;

fn value(field: &str) -> Option<String> {
    let value = match field {
        "name" => "Kim, Mina (CEO)",
        "first name" => "Mina & Joon",
        "email" => "mina@x.org",
        "many" => "a@x.org, B <b@x.org>",
        "lines" => "one\ntwo",
        "star" => "*x* <b>",
        _ => return None,
    };
    Some(value.to_owned())
}

fn fill() -> Fill<'static> {
    Fill {
        value: &value,
        unknown: Vec::new(),
    }
}

#[test]
fn fields_are_filled_and_the_others_stay() {
    let mut fill = fill();
    let text = "{email} {First} {first  name} { email } {no field} {} { {email} {x";
    assert_eq!(
        fill.text(text, |value| value),
        "mina@x.org {First} Mina & Joon mina@x.org {no field} {} { mina@x.org {x"
    );
    assert_eq!(fill.unknown, ["{First}", "{no field}"]);
}

#[test]
fn all_that_may_be_meant_as_a_field_is_noted() {
    let check = |text: &str, unknown: &[&str]| {
        let mut fill = fill();
        assert_eq!(fill.text(text, |value| value), text);
        assert_eq!(fill.unknown, unknown, "{text}");
    };
    check("{e-mal} {e-mal}", &["{e-mal}"]);
    check(
        "{Seat no.} { x } {이-름}",
        &["{Seat no.}", "{ x }", "{이-름}"],
    );
    check("a{\"b\": {c}}", &["{c}"]);
    let long = format!("{{{}}}", "long ".repeat(100));
    check(&long, &[&long]);
    check("{} { } {;} {...} {a\nb} {a", &[]);
}

#[test]
fn a_brace_is_written_as_a_field() {
    let mut fill = fill();
    let text = "{{}email} {{}{email}} {{}";
    assert_eq!(fill.text(text, |value| value), "{email} {mina@x.org} {");
    assert_eq!(fill.unknown, [""; 0]);
    let html = "<p>{{}email} {<b>{}</b>email}</p>";
    assert_eq!(fill.body(BodyFormat::Rich, "", html).0, "{email} {{}email}");
}

#[test]
fn a_field_may_have_formatting_in_it() {
    let check = |html: &str, expect: &str| {
        let mut fill = fill();
        let (_, html) = fill.body(BodyFormat::Rich, "", html);
        assert_eq!(html, expect);
        fill.unknown
    };
    check("<p>a {em<b>ai</b>l} b</p>", "<p>a mina@x.org<b></b> b</p>");
    check(
        "<p>{<b>email</b>} {<i>ema</i><b>il} {email}</b></p>",
        "<p>mina@x.org<b></b> mina@x.org<i></i><b> mina@x.org</b></p>",
    );
    let unknown = check("<p>{e<b>mal</b>}</p>", "<p>{emal}<b></b></p>");
    assert_eq!(unknown, ["{emal}"]);
    // Not over the end of a line.
    let unknown = check(
        "<p>{ema</p><p>il} {a<br>b}</p>",
        "<p>{ema</p><p>il} {a<br>b}</p>",
    );
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn markdown_escapes_what_is_in_a_name() {
    let value = |field: &str| (field == "first_name").then(|| "Mina".to_owned());
    let mut fill = Fill {
        value: &value,
        unknown: Vec::new(),
    };
    let text = "{first\\_name} {first_name} {first\\_nam}";
    let (filled, _) = fill.body(BodyFormat::Markdown, text, "");
    assert_eq!(filled, "Mina Mina {first\\_nam}");
    assert_eq!(fill.unknown, ["{first\\_nam}"]);
}

#[test]
fn a_value_is_text_in_every_format() {
    let body = |format, body, html| fill().body(format, body, html);
    assert_eq!(body(BodyFormat::Plain, "{star}", "").0, "*x* <b>");
    assert_eq!(
        body(BodyFormat::Markdown, "**{star}**", "").0,
        "**\\*x\\* \\<b>**"
    );
    let html = "<p>{first name}, {star}</p><p><a href=\"https://x.org/?q={first name}\">x</a></p>";
    let (text, html) = body(BodyFormat::Rich, "", html);
    assert!(html.contains("Mina &amp; Joon, *x* &lt;b"), "{html}");
    assert!(html.contains("?q=Mina%20%26%20Joon\""), "{html}");
    assert!(text.contains("Mina & Joon, *x* <b>"), "{text}");
    let (_, html) = body(BodyFormat::Rich, "", "<p>{lines}</p>");
    assert_eq!(html, "<p>one<br>two</p>");
}

#[test]
fn addresses_and_the_subject_stay_what_they_are() {
    let draft = Draft {
        from: "me@x.org".into(),
        to: vec!["{name} <{email}>".into(), "{many}".into()],
        cc: vec!["{first name} <{email}>".into()],
        subject: "For {lines}".into(),
        ..Draft::default()
    };
    let filled = draft.filled(&mut fill());
    assert_eq!(
        filled.to,
        ["\"Kim, Mina (CEO)\" <mina@x.org>", "a@x.org", "B <b@x.org>"]
    );
    assert_eq!(filled.cc, ["Mina & Joon <mina@x.org>"]);
    assert_eq!(filled.subject, "For one two");
    assert_eq!(filled.problems(), []);
}

/// Addresses with these values for name and email.
fn filled(list: &[&str], name: &str, email: &str) -> Vec<String> {
    let value = |field: &str| match field {
        "name" | "Name, full" => Some(name.to_owned()),
        "email" => Some(email.to_owned()),
        _ => None,
    };
    let mut fill = Fill {
        value: &value,
        unknown: Vec::new(),
    };
    let draft = Draft {
        to: list.iter().map(|&text| text.to_owned()).collect(),
        ..Draft::default()
    };
    draft.filled_to(&mut fill)
}

/// The ways in which a name and an address are written.
const NAMED: [&str; 6] = [
    "{name} <{email}>",
    "\"{name}\" <{email}>",
    "{name}<{email}>",
    "\"{Name, full}\" < {email} >",
    "{Name, full} <{email}>",
    "{email} ({name})",
];

#[test]
fn a_name_stays_what_it_is_in_an_address() {
    for name in [
        "Mina",
        "Kim, Mina",
        "Kim; Mina",
        "Mina \"M\" Kim",
        "\"Mina\"",
        "a@b",
        "Mina \\ Kim",
        "Mina <mina@y.org>",
        "Mina (CEO",
        "Team: a, b;",
        "M. Kim",
        "김, 미나",
        "朴，民娥",
        "<>",
        "\u{f0000}{email}",
    ] {
        for text in NAMED {
            let to = filled(&[text], name, "mina@x.org");
            let [to] = &to[..] else {
                panic!("{text} {name}: {to:?}");
            };
            let mailbox = Mailbox::parse(to).expect(to);
            assert_eq!(mailbox.name, name, "{text}: {to}");
            assert_eq!(mailbox.address.to_string(), "mina@x.org", "{text}: {to}");
        }
    }
    let check = |text: &str, expect: &[&str]| {
        assert_eq!(filled(&[text], "Kim, Mina", "mina@x.org"), expect);
    };
    check("Dr {name} <{email}>", &["\"Dr Kim, Mina\" <mina@x.org>"]);
    check(
        "\"{name}\" <{email}>, {email}",
        &["\"Kim, Mina\" <mina@x.org>", "mina@x.org"],
    );
    check("{email}", &["mina@x.org"]);
    check("{other} <{email}>", &["{other} <mina@x.org>"]);
}

#[test]
fn an_address_that_does_not_fit_is_no_other() {
    for email in [
        "a@x.org, b@x.org",
        "a@x.org>, <b@x.org",
        "a@x.org> (x) <b@x.org",
        "a@x.org\nb@x.org",
        "B <b@x.org>",
        "a@x.org (B)",
        "",
        "no address",
    ] {
        for text in NAMED {
            for name in ["Kim, Mina", ""] {
                let to = filled(&[text], name, email);
                let [to] = &to[..] else {
                    panic!("{text} {email}: {to:?}");
                };
                // A comment is read behind an address that has no other name.
                let same = email == "a@x.org (B)" && text.ends_with(')') && name.is_empty();
                assert!(Mailbox::parse(to).is_err() || same, "{text} {email}: {to}");
            }
        }
    }
}

#[test]
fn recipients_get_the_name_that_they_lack() {
    let check = |name: &str, addresses: &str, expect: &[&str]| {
        assert_eq!(recipients(name, addresses), expect, "{name} {addresses}");
    };
    check("Kim, Mina", "m@x.org", &["\"Kim, Mina\" <m@x.org>"]);
    check("Mina\nKim", "<m@x.org>", &["Mina Kim <m@x.org>"]);
    check("Mina", "M <m@x.org>", &["M <m@x.org>"]);
    check("Mina", "m@x.org, j@x.org", &["m@x.org", "j@x.org"]);
    check("", "m@x.org", &["m@x.org"]);
    check("Mina", "m", &["Mina <m>"]);
    check("Mina", "M <m@x.org", &["M <m@x.org"]);
    check("Mina", "", &[]);
}

proptest! {
    /// Whatever is filled in, one address stays one, with exactly this name.
    #[test]
    fn a_name_is_one_name(name in "[a-zA-Z가 .,;:@<>()\\[\\]\"\\\\{}'=?_-]{1,24}") {
        let words = words(&name);
        for text in NAMED {
            let to = filled(&[text], &name, "m@x.org");
            prop_assert_eq!(to.len(), 1, "{} {:?}", text, to);
            let mailbox = Mailbox::parse(&to[0]);
            // Spaces are kept in a comment, as one reads them.
            let got = mailbox.map(|mailbox| super::words(&mailbox.name));
            prop_assert_eq!(got.as_ref(), Ok(&words), "{}", to[0]);
        }
    }
}
