//! Tests of whole messages.

use super::*;

mod bounds;
mod broken;
mod slices;

/// A reading in short form: `T` text, `H` HTML as text, or as HTML if it has no text, `A`
/// attachment, `M` message, each after its depth, and after `f` or `t` if it belongs to one view
/// only.
fn short(reading: &Reading) -> Vec<String> {
    let shown = |part: &Part| match &part.content {
        Content::Text { text, cut } => {
            format!(
                "{} T {}{}",
                part.depth,
                text.trim_end(),
                if *cut { "…" } else { "" }
            )
        }
        Content::Html { html, text, cut } => {
            let shown = if text.is_empty() { html } else { text };
            format!(
                "{} H {}{}",
                part.depth,
                shown.trim_end(),
                if *cut { "…" } else { "" }
            )
        }
        Content::Message { headers, .. } => {
            let subject = headers.iter().find(|(name, _)| name == "Subject");
            format!(
                "{} M {}",
                part.depth,
                subject.map_or("", |(_, value)| value.as_str())
            )
        }
        Content::Attachment {
            name,
            media_type,
            size,
            ..
        } => {
            format!("{} A {name} {media_type} {size}", part.depth)
        }
    };
    let only = |part: &Part| match part.only {
        None => "",
        Some(View::Formatted) => "f ",
        Some(View::Text) => "t ",
    };
    let parts = reading.parts.iter();
    parts
        .map(|part| format!("{}{}", only(part), shown(part)))
        .collect()
}

/// Checks the parts of a message, which is written with LF, with both line ends.
fn check(raw: impl AsRef<[u8]>, want: &[&str]) {
    let raw = raw.as_ref();
    let crlf = raw
        .split(|octet| *octet == b'\n')
        .collect::<Vec<_>>()
        .join(&b"\r\n"[..]);
    for raw in [raw, &crlf] {
        let reading = Reading::parse(raw);
        assert_eq!(short(&reading), want, "{}", String::from_utf8_lossy(raw));
        assert_eq!(reading.omitted, 0);
    }
}

fn header(reading: &Reading, name: &str) -> String {
    let found = reading.headers.iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A multipart of these parts, each with its header section.
fn multipart(subtype: &str, boundary: &str, parts: &[&str]) -> String {
    let mut whole = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\n\n");
    for part in parts {
        whole.push_str(&format!("--{boundary}\n{part}\n"));
    }
    whole + &format!("--{boundary}--\n")
}

const PLAIN: &str = "Content-Type: text/plain\n\nplain";
const HTML: &str = "Content-Type: text/html\n\n<p>html</p>";
const PICTURE: &str =
    "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\nAAAA";

#[test]
fn headers_are_shown_in_order_and_decoded() {
    let raw = b"To: joon@practice.test,\r\n team@practice.test\r\n\
        From: =?utf-8?B?67CV66+87JWE?= <mina@example.org>\r\nX-Other: no\r\n\
        Date: Thu, 26 Nov 2026 09:00:00 +0900\r\nSubject: Hi\r\n there\r\n\r\nOne\r\ntwo\r\n";
    let reading = Reading::parse(raw);
    let headers: Vec<(&str, &str)> = reading
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        headers,
        [
            ("From", "박민아 <mina@example.org>"),
            ("To", "joon@practice.test, team@practice.test"),
            ("Date", "Thu, 26 Nov 2026 09:00:00 +0900"),
            ("Subject", "Hi there"),
        ]
    );
    let text = Content::Text {
        text: "One\ntwo\n".to_owned(),
        cut: false,
    };
    assert_eq!(
        reading.parts,
        [Part {
            depth: 0,
            content: text,
            only: None,
        }]
    );

    assert!(Reading::parse(b"Subject:\nTo: \n\n").headers.is_empty());
    let twice = Reading::parse(b"From: a@x.org\nFrom: b@x.org\n\n");
    assert_eq!(twice.headers.len(), 2);
    let quoted = Reading::parse(b"From: \"a b\"@x.org\nTo: Team: c@x.org;\n\n");
    assert_eq!(header(&quoted, "From"), "\"a b\"@x.org");
    assert_eq!(header(&quoted, "To"), "Team: c@x.org;");
}

#[test]
fn every_part_is_shown_in_order() {
    check("Subject: x\n\nHello", &["0 T Hello"]);
    check(
        multipart("mixed", "b", &[PLAIN, PICTURE, "\nafter"]),
        &["0 T plain", "0 A a.png image/png 3", "0 T after"],
    );
    check(
        multipart("unknown", "b", &[PLAIN, HTML]),
        &["0 T plain", "0 H html"],
    );
    check(
        multipart("related", "b", &[HTML, PICTURE]),
        &["0 H html", "0 A a.png image/png 3"],
    );
    check(
        multipart(
            "signed",
            "b",
            &[
                PLAIN,
                "Content-Type: application/pgp-signature; name=s.asc\n\nsig",
            ],
        ),
        &["0 T plain", "0 A s.asc application/pgp-signature 3"],
    );
    check(
        multipart(
            "report",
            "b",
            &[
                "\nIt failed.",
                "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@x.org",
                "Content-Type: text/rfc822-headers\n\nSubject: original",
            ],
        ),
        &[
            "0 T It failed.",
            "0 T Final-Recipient: rfc822; a@x.org",
            "0 T Subject: original",
        ],
    );
    check(
        multipart(
            "mixed",
            "b",
            &[
                "Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\n\
                 notes",
                "Content-Type: text/csv\n\na,b",
                "Content-Disposition: ATTACHMENT\n\nnameless",
                "Content-Type: application/x-nonsense\n\n1",
                "Content-Type: text/x-patch; name=fix.patch\n\n+1",
            ],
        ),
        &[
            "0 A notes.txt text/plain 5",
            "0 T a,b",
            "0 A  text/plain 8",
            "0 A  application/x-nonsense 1",
            "0 A fix.patch text/x-patch 2",
            "0 T +1",
        ],
    );
}

#[test]
fn the_best_alternative_is_shown() {
    check(
        multipart("alternative", "b", &[PLAIN, HTML]),
        &["t 0 T plain", "f 0 H <p>html</p>"],
    );
    check(
        multipart("alternative", "b", &[HTML, PLAIN]),
        &["f 0 H <p>html</p>", "t 0 T plain"],
    );
    check(
        multipart("alternative", "b", &["\n \t\n", HTML]),
        &["0 H html"],
    );
    check(
        multipart("alternative", "b", &["Content-Type: text/plain\n\n", HTML]),
        &["0 H html"],
    );
    check(
        multipart(
            "alternative",
            "b",
            &[PLAIN, "Content-Type: text/html\n\n<br>"],
        ),
        &["0 T plain"],
    );
    let related = multipart("related", "r", &[HTML, PICTURE]);
    check(
        multipart("alternative", "b", &[PLAIN, &related]),
        &["t 0 T plain", "f 0 H <p>html</p>", "0 A a.png image/png 3"],
    );
    let mixed = multipart("mixed", "m", &[HTML, PICTURE, HTML]);
    check(
        multipart("alternative", "b", &[PLAIN, &mixed]),
        &[
            "t 0 T plain",
            "f 0 H <p>html</p>",
            "0 A a.png image/png 3",
            "f 0 H <p>html</p>",
        ],
    );
    check(
        multipart("alternative", "b", &["\n", &mixed]),
        &["0 H html", "0 A a.png image/png 3", "0 H html"],
    );
    let inner = multipart("alternative", "i", &[PLAIN, HTML]);
    check(
        multipart("mixed", "b", &[&inner, "\nfooter"]),
        &["t 0 T plain", "f 0 H <p>html</p>", "0 T footer"],
    );
    check(
        multipart("alternative", "b", &[&inner, HTML]),
        &["t 0 T plain", "f 0 H <p>html</p>"],
    );
    check(
        multipart(
            "alternative",
            "b",
            &[
                PLAIN,
                HTML,
                "Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
            ],
        ),
        &["t 0 T plain", "f 0 H <p>html</p>", "0 A  text/calendar 15"],
    );
    check(
        multipart(
            "alternative",
            "b",
            &["Content-Type: text/calendar\n\nBEGIN:VCALENDAR"],
        ),
        &["0 A  text/calendar 15"],
    );
}

#[test]
fn html_of_pictures_only_is_shown() {
    let picture = "Content-Type: text/html\n\n<p><IMG src=cid:a>";
    check(picture, &["0 H <p><IMG src=cid:a>"]);
    check(
        multipart("alternative", "b", &["\n", picture]),
        &["0 H <p><IMG src=cid:a>"],
    );
    check(
        multipart("alternative", "b", &[PLAIN, picture]),
        &["t 0 T plain", "f 0 H <p><IMG src=cid:a>"],
    );
}

#[test]
fn html_has_no_control_characters() {
    let reading = Reading::parse(b"Content-Type: text/html\r\n\r\n<b\0\x01>a\tb\r\n");
    let Content::Html { html, .. } = &reading.parts[0].content else {
        panic!("HTML");
    };
    assert_eq!(html, "<b>a\tb\r\n");
}

#[test]
fn the_structure_is_listed() {
    let inner = multipart("alternative", "i", &[PLAIN, HTML]);
    let picture = "Content-Type: IMAGE/png\nContent-Transfer-Encoding: Base64\n\
                   Content-ID: (x) <a@b>\nContent-Disposition: Inline; filename=a.png\n\nAAAA";
    let enclosed = format!("Content-Type: message/rfc822\n\nSubject: x\n{inner}");
    let raw = multipart("mixed", "b", &[picture, &enclosed, "\nend"]);
    let reading = Reading::parse(raw.as_bytes());
    let listed: Vec<String> = reading
        .entities
        .iter()
        .map(|entity| {
            let Entity {
                level,
                media_type,
                charset,
                encoding,
                disposition,
                name,
                id,
                size,
                at,
            } = entity;
            let (from, to) = (at.from as usize, at.to as usize);
            let content = raw[from..to].lines().last().unwrap_or_default();
            format!(
                "{level} {media_type} [{charset}] [{encoding}] [{disposition}] [{name}] [{id}] \
                 {size} {content}"
            )
        })
        .collect();
    let whole = raw.len() - raw.find("--b").expect("a boundary");
    let enclosed = enclosed.len() - enclosed.find("Subject").expect("a field");
    let parts = inner.len() - inner.find("--i").expect("a boundary");
    assert_eq!(
        listed,
        [
            format!("0 multipart/mixed [] [] [] [] [] {whole} --b--"),
            "1 image/png [] [Base64] [inline] [a.png] [a@b] 3 AAAA".to_owned(),
            format!("1 message/rfc822 [] [] [] [] [] {enclosed} --i--"),
            format!("2 multipart/alternative [] [] [] [] [] {parts} --i--"),
            "3 text/plain [] [] [] [] [] 5 plain".to_owned(),
            "3 text/html [] [] [] [] [] 11 <p>html</p>".to_owned(),
            "1 text/plain [] [] [] [] [] 3 end".to_owned(),
        ]
    );
    assert_eq!(reading.unlisted, 0);
    let many = multipart("mixed", "b", &vec!["\nx"; limits::READING_PARTS + 7]);
    let reading = Reading::parse(many.as_bytes());
    assert_eq!(
        (reading.entities.len(), reading.unlisted),
        (limits::READING_PARTS, 8)
    );
}

#[test]
fn encoded_fields_are_listed_decoded() {
    let raw = "\nX-A: plain\nX-B: =?utf-8?q?caf=C3=A9?=\n =?utf-8?q?s?=\nX-C: caf\u{e9}\n\nx";
    let reading = Reading::parse(raw.as_bytes());
    let at = |name: &str| raw.find(name).expect("a field") as u64;
    let expect = [
        (at("X-B"), "cafés".to_owned()),
        (at("X-C"), "café".to_owned()),
    ];
    assert_eq!(reading.fields, expect);
    let Slice { from, to, .. } = reading.header;
    assert_eq!((from, to), (at("X-A"), raw.len() as u64 - 1));
    let nothing = Reading::parse(b"just text");
    assert_eq!((nothing.header.from, nothing.header.to), (0, 0));
}

#[test]
fn enclosed_messages_have_headers_and_parts() {
    let inside = multipart("mixed", "i", &[PLAIN, PICTURE]);
    let enclosed = format!("Content-Type: message/rfc822\n\nSubject: in\nFrom: a@x.org\n{inside}");
    check(
        multipart("mixed", "b", &["\nsee below", &enclosed, "\nafter"]),
        &[
            "0 T see below",
            "0 M in",
            "1 T plain",
            "1 A a.png image/png 3",
            "0 T after",
        ],
    );
    check(
        "Content-Type: message/rfc822\n\nSubject: a\nContent-Type: message/rfc822\n\n\
         Subject: b\n\nc",
        &["0 M a", "1 M b", "2 T c"],
    );
    check(
        multipart(
            "digest",
            "b",
            &[
                "\nSubject: one\n\n1",
                "Subject: two\nFrom: a@x.org\n\n2",
                "Content-Type: text/plain\n\n3",
            ],
        ),
        &["0 M one", "1 T 1", "0 M two", "1 T 2", "0 T 3"],
    );
    // U3ViamVjdDogaW4KCmJvZHk= is `Subject: in`, an empty line and `body` in base64.
    check(
        multipart(
            "mixed",
            "b",
            &[
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n\
                 U3ViamVjdDogaW4KCmJvZHk=",
                "\nz",
            ],
        ),
        &["0 M in", "1 T body", "0 T z"],
    );
    check(
        multipart(
            "mixed",
            "b",
            &[
                "Content-Type: message/rfc822\n\nno header here\nat all",
                "\nz",
            ],
        ),
        &["0 M ", "1 T no header here\nat all", "0 T z"],
    );
}

#[test]
fn text_is_decoded() {
    let typed = |charset: &str, encoding: &str, text: &[u8]| {
        let mut raw = format!("Content-Type: text/plain; charset={charset}\n").into_bytes();
        raw.extend(format!("Content-Transfer-Encoding: {encoding}\n\n").bytes());
        raw.extend(text);
        raw
    };
    let korean = b"\xb9\xda\xb9\xce\xbe\xc6";
    for charset in [
        "cp949",
        "ms949",
        "ks_c_5601-1987",
        "uhc",
        "euc-kr",
        "x-windows-949",
        "korean",
    ] {
        check(typed(charset, "8bit", korean), &["0 T 박민아"]);
        check(typed(charset, "base64", b"udq5zr7G"), &["0 T 박민아"]);
        check(
            typed(charset, "quoted-printable", b"=B9=DA=B9=CE=BE=C6"),
            &["0 T 박민아"],
        );
    }
    for encoding in ["8-bit", "7bits", "binary", "utf-8", ""] {
        check(
            typed("utf-8", encoding, "박민아".as_bytes()),
            &["0 T 박민아"],
        );
    }
    check(typed("utf-8", "base-64", b"67CV66+87JWE"), &["0 T 박민아"]);
    check(
        typed("utf-8", "base64", "그냥 글".as_bytes()),
        &["0 T 그냥 글"],
    );
    check(
        typed("us-ascii", "7bit", "박민아".as_bytes()),
        &["0 T 박민아"],
    );
    check(typed("us-ascii", "8bit", b"caf\xe9"), &["0 T café"]);
    check("\n박민아", &["0 T 박민아"]);
    check(b"Subject: x\n\n\xb9\xda\xb9\xce\xbe\xc6", &["0 T 박민아"]);
    check(
        b"Content-Type: text/html\n\n<meta charset=euc-kr><p>\xb9\xda\xb9\xce\xbe\xc6",
        &["0 H 박민아"],
    );
    let raw = b"From: \xb9\xda\xb9\xce\xbe\xc6 <m@x.org>\n\
        Subject: \xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4\n\n";
    let reading = Reading::parse(raw);
    assert_eq!(header(&reading, "From"), "박민아 <m@x.org>");
    assert_eq!(header(&reading, "Subject"), "안녕하세요");
    let (subject, from) = summary(raw);
    assert_eq!(subject.as_deref(), Some("안녕하세요"));
    assert_eq!(from.as_deref(), Some("박민아 <m@x.org>"));
}

#[test]
fn text_of_control_characters_is_text() {
    let reading = Reading::parse(b"Subject: x\r\n\r\n\x01\x02\r\n\x01\r\n");
    let content = Content::Text {
        text: "\u{1}\u{2}\n\u{1}\n".to_owned(),
        cut: false,
    };
    assert_eq!(
        reading.parts,
        [Part {
            depth: 0,
            content,
            only: None
        }]
    );
}

#[test]
fn flowed_text_has_whole_paragraphs() {
    let flowed = |parameters: &str, expect: &str| {
        check(
            format!("Content-Type: text/plain; {parameters}\n\n one \ntwo\n> a \n> b"),
            &[&format!("0 T {expect}")],
        );
    };
    flowed("format=flowed", "one two\n> a b");
    flowed("Format=\"Flowed\"; DelSp=yes", "onetwo\n> ab");
    flowed("format=fixed", " one \ntwo\n> a \n> b");
    flowed("delsp=yes", " one \ntwo\n> a \n> b");
}
