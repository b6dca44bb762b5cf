mod attachments;

use std::cell::Cell;
use std::thread::LocalKey;

use mail_parser::{HeaderForm, MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::super::{BodyFormat, Draft, Invitation, Options, OwnHeader, Priority};
use super::body::canonical;
use super::flowed::joined;
use super::flowed::tests::plain;
use super::*;
use crate::connection::StoredFile;

thread_local! {
    /// How often a header, or the size of a body, was made on this thread.
    pub(in crate::compose) static HEADERS: Cell<u32> = const { Cell::new(0) };
    pub(in crate::compose) static BODIES: Cell<u32> = const { Cell::new(0) };
}

pub(super) fn count(made: &'static LocalKey<Cell<u32>>) {
    made.set(made.get() + 1);
}

pub(in crate::compose) const NOW: MessageStamp = MessageStamp {
    moment: Moment {
        unix_ms: 1_795_000_000_000,
        offset_minutes: 540,
    },
    random: [0xab; 16],
};

/// The octets of a file with this key: others for each. ASCII, because mail-parser decodes texts.
pub(super) fn file_octets(file: &StoredFile) -> Vec<u8> {
    let salt = file.id.len() as u64;
    (0..file.size)
        .map(|at| (at.wrapping_mul(37) + at / 256 + salt).to_le_bytes()[0] & 0x7f)
        .collect()
}

/// The octets of the message of a draft, which is as long as was foretold, in lines that every
/// server takes.
fn octets(draft: &Draft) -> Vec<u8> {
    let built = draft.message(&NOW).expect("a draft without problems");
    let header = draft.header_fields().build().expect("no problems");
    let size = header.section_size(&NOW)
        + body_size(
            draft.content(),
            &draft.attachments,
            draft.header_fields().calendar(&NOW).as_deref(),
        );
    assert_eq!(size, built.size(), "{draft:?}");
    let octets = built.octets(file_octets);
    assert_eq!(size, octets.len() as u64, "{draft:?}");
    let text = String::from_utf8(octets.clone()).expect("UTF-8");
    for line in text.split("\r\n") {
        assert!(
            !line.contains(['\r', '\n', '\0']),
            "a bare line end in {text}"
        );
        assert!(line.len() <= 998, "a line of {} octets", line.len());
    }
    assert!(text.ends_with("\r\n"), "{text:?}");
    octets
}

fn build(draft: &Draft) -> (Message, Vec<u8>) {
    (draft.message(&NOW).expect("no problems"), octets(draft))
}

fn draft() -> Draft {
    Draft {
        from: "박민아 <mina@example.org>".into(),
        reply_to: "Team <team@example.org>, mina@example.org".into(),
        to: vec![
            "\"Joon, the first\" <joon@example.net>".into(),
            "team@example.com".into(),
        ],
        cc: vec!["JOON@example.net".into()],
        bcc: vec!["secret@example.net".into(), "team@example.com".into()],
        subject: "분기 보고서 — the quarterly report".into(),
        body: "안녕하세요.\n.dot\n\nlast".into(),
        ..Draft::default()
    }
}

/// The types of the parts of a message, in their order, as deep as they are.
fn types(octets: &[u8]) -> Vec<String> {
    let message = MessageParser::default().parse(octets).expect("a message");
    let types = message.parts.iter().map(|part| {
        let kind = part.content_type().expect("a type");
        format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
    });
    types.collect()
}

#[test]
fn an_invitation_is_a_form_of_the_text_and_a_file() {
    let invitation = Some(Invitation::sample());
    let mut draft = Draft {
        invitation,
        ..draft()
    };
    let calendar = draft.header_fields().calendar(&NOW).expect("a calendar");
    let outer = ["multipart/mixed", "multipart/alternative"];
    let check = |draft: &Draft, forms: &[&str], files: &[&str]| {
        let octets = octets(draft);
        assert_eq!(types(&octets), [&outer[..], forms, files].concat());
        let message = MessageParser::default().parse(&octets).expect("a message");
        let calendars = message.attachments().filter(|part| {
            let kind = part.content_type().and_then(|kind| kind.subtype());
            matches!(kind, Some("calendar" | "ics"))
        });
        let calendars = calendars.map(|part| {
            let kind = part.content_type().expect("a type");
            let method = kind.attribute("method");
            (part.attachment_name(), method, part.contents())
        });
        let octets = calendar.as_bytes();
        assert_eq!(
            calendars.collect::<Vec<_>>(),
            [
                (None, Some("REQUEST"), octets),
                (Some("invite.ics"), None, octets)
            ]
        );
    };
    check(
        &draft,
        &["text/plain", "text/calendar"],
        &["application/ics"],
    );
    draft.attachments.push(Attachment {
        file: "key".into(),
        name: "a.pdf".into(),
        media_type: "application/pdf".into(),
        size: 3,
        ..Attachment::default()
    });
    draft.format = BodyFormat::Rich;
    draft.set_html("<div>a <b>b</b></div>".into());
    check(
        &draft,
        &["text/plain", "text/html", "text/calendar"],
        &["application/ics", "application/pdf"],
    );
}

#[test]
fn the_message_reads_back() {
    let (built, octets) = build(&draft());
    let text = String::from_utf8_lossy(&octets).into_owned();
    assert!(!text.contains("secret@"), "Bcc is in {text}");
    assert!(
        text.contains("Date: Wed, 18 Nov 2026 20:06:40 +0900\r\n"),
        "{text}"
    );
    assert!(
        text.contains(&format!(
            "Message-ID: <{}@example.org>\r\n",
            "ab".repeat(16)
        )),
        "{text}"
    );
    assert!(text.contains("MIME-Version: 1.0\r\n"), "{text}");
    assert!(octets.is_ascii() && !built.utf8 && !built.eight_bit);
    assert_eq!(built.from.as_deref(), Some("mina@example.org"));
    assert_eq!(
        built.to,
        [
            "joon@example.net",
            "team@example.com",
            "JOON@example.net",
            "secret@example.net"
        ]
    );
    let read = MessageParser::default().parse(&octets).expect("a message");
    assert_eq!(read.subject(), Some("분기 보고서 — the quarterly report"));
    let from = read.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!(
        (from.name(), from.address()),
        (Some("박민아"), Some("mina@example.org"))
    );
    let reply_to = read
        .reply_to()
        .map(|list| list.iter().map(|one| one.address()));
    let reply_to: Option<Vec<_>> = reply_to.map(Iterator::collect);
    assert_eq!(
        reply_to,
        Some(vec![Some("team@example.org"), Some("mina@example.org")])
    );
    let to = read.to().and_then(|to| to.first()).expect("a recipient");
    assert_eq!(
        (to.name(), to.address()),
        (Some("Joon, the first"), Some("joon@example.net"))
    );
    assert_eq!(
        read.body_text(0).as_deref(),
        Some("안녕하세요.\r\n.dot\r\n\r\nlast\r\n")
    );
}

/// The bodies of the parts that are text, by media type.
fn forms(octets: &[u8]) -> Vec<(String, String)> {
    let message = MessageParser::default().parse(octets).expect("a message");
    let forms = message.parts.iter().filter_map(|part| {
        let kind = part.content_type()?;
        let text = part.text_contents()?;
        Some((
            format!("{}/{}", kind.ctype(), kind.subtype()?),
            text.to_owned(),
        ))
    });
    forms.collect()
}

#[test]
fn rich_text_and_markdown_have_two_forms() {
    let mut written = Draft {
        format: BodyFormat::Rich,
        ..draft()
    };
    written.set_html("<p>See <b>this</b> <a href=\"https://x.org/a\">page</a></p>".into());
    let got = forms(&octets(&written));
    let html = "<p style=\"margin:0 0 1em\">See <b>this</b> \
                <a href=\"https://x.org/a\">page</a></p>\r\n";
    assert_eq!(got[0].0, "text/plain");
    assert_eq!(got[0].1, "See this page <https://x.org/a>\r\n");
    assert_eq!(got[1].0, "text/html");
    assert!(got[1].1.contains(html), "{got:?}");
    let source = "# T  \n\n- a *b*\n\n-- \nMina";
    let written = Draft {
        format: BodyFormat::Markdown,
        body: source.into(),
        ..draft()
    };
    let got = forms(&octets(&written));
    assert_eq!(got[0].1, canonical(source), "the source is the text");
    assert!(got[1].1.contains("<li>a <i>b</i></li>"), "{got:?}");
}

#[test]
fn a_picture_is_related_to_the_html() {
    let picture = Attachment {
        file: "k".into(),
        name: "c.png".into(),
        media_type: "image/png".into(),
        size: 10,
        content_id: Some("1@x".into()),
        ..Attachment::default()
    };
    let other = Attachment {
        file: "kk".into(),
        name: "d.png".into(),
        content_id: Some("2@x".into()),
        ..picture.clone()
    };
    for format in [BodyFormat::Rich, BodyFormat::Markdown] {
        let mut written = Draft {
            format,
            body: "see [image: c.png]".into(),
            attachments: vec![picture.clone(), other.clone()],
            ..draft()
        };
        if format == BodyFormat::Rich {
            written.set_html("<p>see <img src=\"cid:1@x\" alt=\"c.png\"></p>".into());
        }
        let octets = octets(&written);
        let text = String::from_utf8_lossy(&octets).into_owned();
        let places = ["multipart/mixed", "multipart/alternative", "text/plain"]
            .into_iter()
            .chain(["multipart/related", "text/html", "Content-ID: <1@x>"])
            .chain(["attachment; filename=\"d.png\""])
            .map(|part| {
                text.find(part)
                    .unwrap_or_else(|| panic!("{part} in {text}"))
            });
        let places: Vec<usize> = places.collect();
        assert!(places.is_sorted(), "{places:?} {text}");
        assert!(forms(&octets)[0].1.contains("[image: c.png]"));
    }
}

#[test]
fn text_as_typed_is_not_changed() {
    let patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\tif (x)  \n \n+\tif (y)\n\
                 -- \n2.39.5\n";
    let long = "word ".repeat(40);
    for as_typed in [true, false] {
        let written = Draft {
            as_typed,
            body: format!("{patch}\n{long}"),
            ..draft()
        };
        let octets = octets(&written);
        let text = String::from_utf8_lossy(&octets).into_owned();
        assert!(!text.contains("flowed"), "{text}");
        assert_eq!(as_typed, text.contains("Encoding: 7bit"), "{text}");
        assert_eq!(forms(&octets)[0].1, canonical(&written.body));
    }
    let written = Draft {
        body: format!("Hi\n\n{long}\n"),
        ..draft()
    };
    let text = String::from_utf8_lossy(&octets(&written)).into_owned();
    assert!(text.contains("format=\"flowed\""), "{text}");
    assert!(text.contains("Encoding: 7bit"), "{text}");
}

#[test]
fn dates_are_local() {
    let check = |offset_minutes, expect: &str| {
        let unix_ms = 0;
        assert_eq!(
            date(Moment {
                unix_ms,
                offset_minutes
            }),
            expect
        );
    };
    check(0, "Thu, 1 Jan 1970 00:00:00 +0000");
    check(330, "Thu, 1 Jan 1970 05:30:00 +0530");
    check(-480, "Wed, 31 Dec 1969 16:00:00 -0800");
    check(-30, "Wed, 31 Dec 1969 23:30:00 -0030");
}

#[test]
fn only_blind_copies_and_nothing_to_say() {
    let (built, octets) = build(&Draft {
        from: "mina@[192.0.2.1]".into(),
        bcc: vec!["joon@example.net".into()],
        ..Draft::default()
    });
    let text = String::from_utf8_lossy(&octets).into_owned();
    assert!(text.contains("To: undisclosed-recipients:;\r\n"), "{text}");
    assert!(text.contains("@localhost>"), "{text}");
    assert_eq!(built.to, ["joon@example.net"]);
}

#[test]
fn no_field_can_bring_forth_another() {
    const NAMES: [&str; 10] = [
        "Date",
        "Message-ID",
        "From",
        "Reply-To",
        "To",
        "Cc",
        "Subject",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    let smuggled = [
        "x\r\nBcc: evil@example.org",
        "x\nBcc: evil@example.org",
        "x\rBcc: evil@example.org",
        "x\r\n\r\nnot the body",
        "\r\nBcc: evil@example.org",
        "x\r\n",
        "x\0y",
        "x\u{7f}y",
        "x\u{1b}[31m",
        "x\u{b}y\u{c}z",
        "x\u{85}Bcc: evil@example.org",
        "x\u{2028}Bcc: evil@example.org",
        "=?utf-8?Q?=0D=0ABcc:_evil@example.org?=",
    ];
    for text in smuggled {
        for draft in [
            Draft {
                subject: text.into(),
                ..draft()
            },
            Draft {
                from: format!("\"{text}\" <mina@example.org>"),
                ..draft()
            },
            Draft {
                from: format!("{text} <mina@example.org>"),
                ..draft()
            },
            Draft {
                reply_to: format!("{text} <team@example.org>"),
                ..draft()
            },
            Draft {
                to: vec![format!("\"{text}\" <joon@example.net>")],
                ..draft()
            },
            Draft {
                cc: vec![format!("{text} <joon@example.net>")],
                ..draft()
            },
        ] {
            // What is wrong may be said instead.
            let Ok(built) = draft.message(&NOW) else {
                continue;
            };
            let octets = built.octets(file_octets);
            let text = String::from_utf8_lossy(&octets).into_owned();
            let (headers, _) = text.split_once("\r\n\r\n").expect("a body");
            let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", " ");
            assert!(
                !unfolded.replace("\r\n", "").contains(char::is_control),
                "{draft:?}: {headers:?}"
            );
            for line in unfolded.split("\r\n") {
                let name = line.split(':').next().unwrap_or_default();
                assert!(NAMES.contains(&name), "{draft:?}: {headers}");
            }
        }
    }
}

#[test]
fn options_become_fields() {
    let own = |name: &str, value: &str| OwnHeader {
        name: name.into(),
        value: value.into(),
    };
    let mut draft = draft();
    draft.options = Options {
        priority: Priority::High,
        receipt: true,
        headers: vec![
            own("X-Tag", "=?utf-8?Q?as_typed?=  two"),
            own("", ""),
            own(
                "List-Unsubscribe",
                &format!("<https://x.org/{}>", "u".repeat(300)),
            ),
            own("X-Word", &"word ".repeat(40)),
            own("X-Korean", &"안녕 ".repeat(30)),
        ],
    };
    let octets = octets(&draft);
    let text = String::from_utf8(octets.clone()).expect("UTF-8");
    for part in [
        "\r\nImportance: high\r\nPriority: urgent\r\nX-Priority: 1 (Highest)\r\n",
        "\r\nDisposition-Notification-To: =?utf-8?B?67CV66+87JWE?= <mina@example.org>\r\n",
        "\r\nX-Tag: =?utf-8?Q?as_typed?=  two\r\n",
        "\r\nX-Word: word word ",
        "\r\nX-Korean: =?utf-8?B?",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let header = text.split("\r\n\r\n").next().expect("a header");
    assert!(
        header
            .lines()
            .all(|line| line.len() <= 78 || line.contains("/uuu"))
    );
    let parsed = MessageParser::default().parse(&octets).expect("a message");
    let got = parsed.header_as("X-Korean", HeaderForm::Text);
    let korean = "안녕 ".repeat(30);
    assert_eq!(got[0].as_text(), Some(korean.trim()));
    let copied = super::copy(&draft, &[], &NOW);
    let Some(Segment::Octets(copied)) = copied.first() else {
        panic!("{copied:?}");
    };
    let copied = String::from_utf8_lossy(copied);
    assert!(
        copied.contains("\r\nX-Tag: =?utf-8?Q?as_typed?=  two\r\n"),
        "{copied}"
    );
    assert!(copied.contains("Importance: high\r\n"), "{copied}");
}

#[test]
fn a_draft_with_options_is_none_to_lose() {
    let mut draft = Draft::from_sender("mina@x.org");
    assert!(draft.is_blank());
    draft.options.receipt = true;
    assert!(!draft.is_blank());
    let stored = serde_json::to_string(&draft).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Draft>(&stored).expect("a draft"),
        draft
    );
    let before: Draft = serde_json::from_str(r#"{"subject":"x"}"#).expect("a draft");
    assert_eq!(before.options, Options::default());
}

#[test]
fn long_lists_are_folded() {
    let to = (0..200)
        .map(|n| format!("\"Person, Number {n}\" <person{n}@example.net>"))
        .collect();
    build(&Draft { to, ..draft() });
}

#[test]
fn an_address_beyond_ascii_needs_smtputf8() {
    let (built, octets) = build(&Draft {
        to: vec!["준 <준@한국.kr>".into()],
        ..draft()
    });
    assert!(built.utf8);
    assert!(String::from_utf8_lossy(&octets).contains("준@xn--3e0b707e.kr"));
}

#[test]
fn odd_addresses_are_the_same_in_header_and_envelope() {
    let long = format!("reply+{}@x.org", "a1".repeat(100));
    for (typed, sent) in [
        ("a..b.@docomo.ne.jp", "\"a..b.\"@docomo.ne.jp"),
        ("M <\"a, b\"@x.org>", "\"a, b\"@x.org"),
        ("\"a\\\"@b\"@x.org", "\"a\\\"@b\"@x.org"),
        ("m@my_host.example", "m@my_host.example"),
        ("m@한국。kr", "m@xn--3e0b707e.kr"),
        (long.as_str(), long.as_str()),
    ] {
        let to = vec![typed.to_owned(), "joon@example.net".to_owned()];
        let (built, octets) = build(&Draft {
            to,
            cc: vec![],
            bcc: vec![],
            ..draft()
        });
        assert_eq!(built.to, [sent, "joon@example.net"], "{typed:?}");
        let text = String::from_utf8_lossy(&octets).into_owned();
        assert!(text.contains(&format!("<{sent}>,")), "{typed:?}: {text}");
        assert!(octets.is_ascii(), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_reads_back(
        subject in "[ -~가-힣😀é]{0,200}",
        name in "[ -~가-힣😀é]{0,80}",
        body in "[ -~가-힣😀\n.=]{0,400}",
        as_typed in any::<bool>(),
    ) {
        let name = name.trim().to_owned();
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        let draft = Draft {
            from: format!("\"{quoted}\" <mina@example.org>"),
            subject: subject.clone(),
            body: body.clone(),
            as_typed,
            ..draft()
        };
        let octets = octets(&draft);
        prop_assert!(octets.is_ascii());
        let text = String::from_utf8_lossy(&octets).into_owned();
        let (headers, _) = text.split_once("\r\n\r\n").expect("a body");
        for line in headers.split("\r\n") {
            prop_assert!(line.starts_with([' ', '\t']) || line.contains(": "), "{:?}", line);
        }
        let read = MessageParser::default().parse(&octets).expect("a message");
        prop_assert_eq!(read.subject().unwrap_or_default(), subject);
        let from = read.from().and_then(|from| from.first()).expect("a sender");
        prop_assert_eq!(from.address(), Some("mina@example.org"));
        prop_assert_eq!(from.name().unwrap_or_default(), name);
        let got = read.body_text(0).unwrap_or_default().into_owned();
        let body = canonical(&body);
        if text.contains("format=\"flowed\"") {
            prop_assert!(!as_typed);
            prop_assert_eq!(joined(&got.replace("\r\n", "\n")), plain(&body));
        } else {
            prop_assert_eq!(got, body);
        }
    }
}

/// The text of an encoded word (RFC 2047 §2). Panics if it is none.
fn decoded(word: &str) -> String {
    assert!(word.len() <= 75, "{word}");
    let inner = word
        .strip_prefix("=?utf-8?")
        .and_then(|word| word.strip_suffix("?="));
    let (encoding, payload) = inner.and_then(|inner| inner.split_once('?')).expect(word);
    assert!(
        payload.chars().all(|c| c.is_ascii_graphic() && c != '?'),
        "{word}"
    );
    let octets = if encoding == "Q" {
        let mut octets = Vec::new();
        let mut rest = payload.as_bytes();
        while let [first, after @ ..] = rest {
            rest = after;
            match first {
                b'_' => octets.push(b' '),
                b'=' => {
                    let (digits, after) = rest.split_at(2);
                    let digits = std::str::from_utf8(digits).expect("digits");
                    octets.push(u8::from_str_radix(digits, 16).expect("digits"));
                    rest = after;
                }
                octet => octets.push(*octet),
            }
        }
        octets
    } else {
        assert_eq!(encoding, "B");
        assert_eq!(payload.len() % 4, 0, "{word}");
        mail_parser::decoders::base64::base64_decode(payload.as_bytes()).expect("base64")
    };
    String::from_utf8(octets).expect("whole characters")
}

proptest! {
    #[test]
    fn encoded_words_are_strict(text in "([ -~]{0,40}|[가-힣😀é\u{301}]{0,60}|=\\?){0,6}") {
        let mut field = Vec::new();
        write_text("Subject", &text, &mut field);
        let field = String::from_utf8(field).expect("ASCII");
        let field = field.strip_suffix("\r\n").expect("an end");
        let mut read = String::new();
        let mut plain = true;
        for line in field.split("\r\n") {
            let value = line.strip_prefix("Subject:").unwrap_or(line);
            let value = value.strip_prefix(' ').expect("a space");
            let has_words = value.contains("=?");
            let most = match value.contains(' ') {
                _ if has_words => 76,
                true => 78,
                // A word alone can't be folded.
                false => 998,
            };
            prop_assert!(line.len() <= most, "{}", line);
            if has_words {
                plain = false;
                value.split(' ').for_each(|word| read.push_str(&decoded(word)));
            } else {
                if !read.is_empty() {
                    read.push(' ');
                }
                read.push_str(value);
            }
        }
        prop_assert!(!plain || text.is_ascii());
        prop_assert_eq!(read, text);
    }
}
