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
    let text = "{email} {First} {first name} { email } {no field} {} { {email} {x";
    assert_eq!(
        fill.text(text, |value| value),
        "mina@x.org {First} Mina & Joon mina@x.org {no field} {} { mina@x.org {x"
    );
    assert_eq!(fill.unknown, ["{First}"]);
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
