//! Answers to messages as they come, and as they should not.

use std::sync::Arc;

use proptest::prelude::*;
use wire::{Content, NotRead, Part, Reading, View};

use super::*;
use crate::compose::draft::{MessageStamp, Moment, Person};
use crate::connection::Arrived;

const MINE: [&str; 3] = ["mina@example.org", "박민아@예시.한국", "team@example.org"];

/// The charsets of the tests.
fn decode(charset: &str, octets: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(octets)?;
    Some(text.into_owned())
}

fn received(header: &str, text: &str) -> Received {
    let part = Part {
        depth: 0,
        content: Content::Text {
            text: text.into(),
            cut: false,
        },
        only: None,
    };
    let subject = header
        .lines()
        .find_map(|line| line.strip_prefix("Subject: "));
    Received {
        message: Arc::new(Arrived {
            id: 7,
            raw: format!("{header}\n\n{text}")
                .replace('\n', "\r\n")
                .into_bytes(),
            reading: Ok(Box::new(Reading {
                parts: vec![part],
                ..Reading::default()
            })),
        }),
        run: "run".into(),
        subject: subject.unwrap_or_default().to_owned(),
        from: "envelope@x.org".into(),
        to: Vec::new(),
    }
}

fn answered(how: How, received: &Received) -> Answer {
    answered_in(BodyFormat::Plain, how, received)
}

/// The Content-ID of every picture in a test.
fn new_id() -> String {
    "new@glasspost".into()
}

fn answered_in(format: BodyFormat, how: How, received: &Received) -> Answer {
    let writer = Writer {
        mine: &MINE.map(str::to_owned),
        format,
        locale: Locale::En,
        decode,
        new_id,
    };
    answer(how, received, &writer)
}

/// To, Cc and the sender of an answer to this header section.
fn check(how: How, header: &str, to: &[&str], cc: &[&str], sender: Option<usize>) {
    let answer = answered(how, &received(header, "Hi"));
    assert_eq!(answer.draft.to, to, "To of {how:?} to\n{header}");
    assert_eq!(answer.draft.cc, cc, "Cc of {how:?} to\n{header}");
    assert_eq!(answer.sender, sender, "the sender of {how:?} to\n{header}");
}

#[test]
fn replies_go_to_whom_people_expect() {
    use How::{Forward, Reply, ReplyAll};
    let plain = "From: Joon <joon@x.org>\nTo: mina@example.org, \"Kim, Minho\" <minho@x.org>\n\
                 Cc: Hana <hana@x.org>, joon@x.org";
    check(Reply, plain, &["Joon <joon@x.org>"], &[], Some(0));
    let all = ["Joon <joon@x.org>", "\"Kim, Minho\" <minho@x.org>"];
    check(ReplyAll, plain, &all, &["Hana <hana@x.org>"], Some(0));
    check(Forward, plain, &[], &[], Some(0));

    let elsewhere = "From: a@x.org\nReply-To: b@x.org, C <c@x.org>\nTo: Team@Example.org";
    check(Reply, elsewhere, &["b@x.org", "C <c@x.org>"], &[], Some(2));
    check(
        ReplyAll,
        elsewhere,
        &["b@x.org", "C <c@x.org>"],
        &[],
        Some(2),
    );

    // As a domain is sent, not as it is shown.
    let punycode = "From: a@x.org\nCc: =?utf-8?B?67CV66+87JWE?=\n \
                    <박민아@xn--vv4b11d.xn--3e0b707e>";
    check(ReplyAll, punycode, &["a@x.org"], &[], Some(1));
    let detail = "From: a@x.org\nTo: Mina <mina+news@example.org>, b@x.org";
    check(ReplyAll, detail, &["a@x.org", "b@x.org"], &[], Some(0));
    let bcc = "From: a@x.org\nTo: b@x.org\nDelivered-To: team@example.org";
    check(Reply, bcc, &["a@x.org"], &[], Some(2));
    check(ReplyAll, bcc, &["a@x.org", "b@x.org"], &[], Some(2));
    check(Reply, "From: a@x.org\nTo: b@x.org", &["a@x.org"], &[], None);
}

#[test]
fn ones_own_message_goes_to_its_recipients_again() {
    use How::{Reply, ReplyAll};
    let own = "From: Mina <mina@example.org>\nReply-To: team@example.org\nTo: joon@x.org\n\
               Cc: hana@x.org, mina@example.org";
    check(Reply, own, &["joon@x.org"], &[], Some(0));
    check(ReplyAll, own, &["joon@x.org"], &["hana@x.org"], Some(0));
    // To another address of one's own: that one answers.
    let other = "From: mina@example.org\nTo: team@example.org";
    check(Reply, other, &["mina@example.org"], &[], Some(2));
    let note = "From: mina@example.org\nTo: Mina <mina@example.org>";
    check(Reply, note, &["Mina <mina@example.org>"], &[], Some(0));
    check(ReplyAll, note, &["Mina <mina@example.org>"], &[], Some(0));
    check(
        Reply,
        "From: mina@example.org",
        &["mina@example.org"],
        &[],
        Some(0),
    );
}

#[test]
fn mailing_lists() {
    use How::{Reply, ReplyAll};
    let list = "From: a@x.org\nTo: list@x.net\nCc: mina@example.org\n\
                List-Post: <mailto:list@x.net?subject=x>";
    check(Reply, list, &["a@x.org"], &[], Some(0));
    check(ReplyAll, list, &["a@x.org", "list@x.net"], &[], Some(0));
    // A list that puts itself into Reply-To does not get what is meant for one.
    let munged = format!("{list}\nReply-To: The list <List@x.net>");
    check(Reply, &munged, &["a@x.org"], &[], Some(0));
    check(
        ReplyAll,
        &munged,
        &["a@x.org", "The list <List@x.net>"],
        &[],
        Some(0),
    );
    let both = format!("{list}\nReply-To: list@x.net, b@x.org");
    check(Reply, &both, &["b@x.org"], &[], Some(0));
    let hidden = "From: a@x.org\nTo: all@x.net\nList-Post: <mailto:list@x.net> (closed)";
    check(
        ReplyAll,
        hidden,
        &["a@x.org", "all@x.net"],
        &["list@x.net"],
        None,
    );
    check(
        ReplyAll,
        "From: a@x.org\nList-Post: NO (announcements)",
        &["a@x.org"],
        &[],
        None,
    );
    let followup = format!("{list}\nMail-Followup-To: list@x.net, b@x.org, mina@example.org");
    check(
        ReplyAll,
        &followup,
        &["list@x.net", "b@x.org"],
        &[],
        Some(0),
    );
    check(Reply, &followup, &["a@x.org"], &[], Some(0));
}

#[test]
fn unusual_fields_of_addresses() {
    use How::{Reply, ReplyAll};
    let all = |header: &str, to: &[&str], cc: &[&str]| check(ReplyAll, header, to, cc, None);
    all("To: b@x.org", &["envelope@x.org", "b@x.org"], &[]);
    all("Sender: s@x.org\nTo: b@x.org", &["s@x.org", "b@x.org"], &[]);
    all("From: a@x.org\nSender: s@x.org", &["a@x.org"], &[]);
    all("From: a@x.org, b@x.org", &["a@x.org", "b@x.org"], &[]);
    all(
        "From: a@x.org\nTo: undisclosed-recipients:;",
        &["a@x.org"],
        &[],
    );
    all(
        "From: a@x.org\nTo: Team: b@x.org, C <c@x.org>;, d@x.org",
        &["a@x.org", "b@x.org", "C <c@x.org>", "d@x.org"],
        &[],
    );
    all(
        "From: a@x.org\nTo: A@X.org, b@x.org\nTo: c@x.org\nCc: B@x.org",
        &["a@x.org", "b@x.org", "c@x.org"],
        &[],
    );
    all(
        "From: =?euc-kr?B?udq5zr7G?=\n =?utf-8?Q?,_M?= <a@x.org>",
        &["\"박민아, M\" <a@x.org>"],
        &[],
    );
    all("From: \"mina park\"@x.org", &["\"mina park\"@x.org"], &[]);
    all("From: a@x.org (Mina)", &["a@x.org (Mina)"], &[]);
    all(
        "From: \"A \\\"B\\\"\" <a@x.org>",
        &["\"A \\\"B\\\"\" <a@x.org>"],
        &[],
    );
    all("From: <a@x.org>", &["<a@x.org>"], &[]);
    // No address: it stays, and is marked before anything is sent.
    all("From: Mina", &["Mina"], &[]);
    all("From: a@x.org\nTo: b@x..org", &["a@x.org", "b@x..org"], &[]);
    // A name can't bring forth another recipient, or a field.
    all(
        "From: =?utf-8?Q?x=22=2C_evil=40x=2Eorg=2C_=22?= <a@x.org>",
        &["\"x\\\", evil@x.org, \\\"\" <a@x.org>"],
        &[],
    );
    all(
        "From: =?utf-8?Q?x=0D=0ABcc:_v=40x.org?= <a@x.org>",
        &["\"x  Bcc: v@x.org\" <a@x.org>"],
        &[],
    );
    check(
        Reply,
        "From: \u{202e}moc <a@x.org>",
        &["\u{202e}moc <a@x.org>"],
        &[],
        None,
    );

    // A name in a charset that is not declared is left out.
    let mut undeclared = received("From: Park <a@x.org>", "Hi");
    let raw = b"From: \xb9\xda\xb9\xce\xbe\xc6 <a@x.org>\r\n\r\nHi".to_vec();
    undeclared.message = Arc::new(Arrived {
        raw,
        ..(*undeclared.message).clone()
    });
    assert_eq!(answered(Reply, &undeclared).draft.to, ["a@x.org"]);
}

#[test]
fn ten_thousand_recipients_are_all_there() {
    let many: Vec<String> = (0..10_000)
        .map(|at| format!("person{at}@example.net"))
        .collect();
    let header = format!("From: a@x.org\nTo: {}", many.join(",\n "));
    let answer = answered(How::ReplyAll, &received(&header, "Hi"));
    assert_eq!(answer.draft.to.len(), 10_001);
    assert_eq!(answer.draft.to[10_000], "person9999@example.net");
    // More than one message may have: said, not cut.
    assert!(!answer.draft.problems().is_empty());
}

#[test]
fn a_reply_quotes_and_a_forward_does_not() {
    let header = "From: Joon <joon@x.org>\nTo: mina@example.org\nCc: h@x.org\nSubject: Figures\n\
                  Date: Wed, 18 Nov 2026 20:06:40 +0900\nMessage-ID: <2@x>\nReferences: <1@x>";
    let text = "Hello\n\n> Hi\n>> a\n\n-- \nJoon";
    let received = received(header, text);
    let reply = answered(How::Reply, &received).draft;
    assert_eq!(reply.subject, "Re: Figures");
    assert_eq!(
        reply.body,
        "\n\nOn Wed, 18 Nov 2026 at 20:06 +0900, Joon wrote:\n> Hello\n>\n>> Hi\n>>> a\n"
    );
    assert_eq!(reply.thread.in_reply_to, ["2@x"]);
    assert_eq!(reply.thread.references, ["1@x", "2@x"]);
    let answers = reply.answers.expect("the message");
    assert_eq!(
        (answers.run.as_str(), answers.id, answers.forwards),
        ("run", 7, false)
    );

    let forward = answered(How::Forward, &received).draft;
    assert_eq!(forward.subject, "Fwd: Figures");
    assert_eq!(
        forward.body,
        "\n\n---------- Forwarded message ---------\nFrom: Joon <joon@x.org>\n\
         Date: Wed, 18 Nov 2026 at 20:06 +0900\nSubject: Figures\nTo: mina@example.org\n\
         Cc: h@x.org\n\nHello\n\n> Hi\n>> a\n\n-- \nJoon\n"
    );
    assert_eq!(forward.thread.references, ["1@x", "2@x"]);
    assert!(forward.answers.is_some_and(|answers| answers.forwards));

    let mine = [MINE[0].to_owned()];
    let writer = Writer {
        mine: &mine,
        format: BodyFormat::Plain,
        locale: Locale::Ko,
        decode,
        new_id,
    };
    let korean = answer(How::Reply, &received, &writer).draft;
    let line = "2026년 11월 18일 (수) 20:06 +0900, Joon 님이 작성:\n> Hello\n";
    assert!(korean.body.contains(line), "{}", korean.body);
}

#[test]
fn what_a_draft_lacks_is_said() {
    let mut received = received("From: a@x.org\nSubject: x", "Hi");
    let with = |reading| {
        Arc::new(Arrived {
            id: 7,
            raw: b"From: a@x.org\r\n\r\nHi".to_vec(),
            reading,
        })
    };
    received.message = with(Err(NotRead::TooLarge));
    let reply = answered(How::Reply, &received);
    assert_eq!(reply.lacks, [Lack::Text]);
    assert_eq!(reply.draft.body, "\n\na@x.org wrote:\n");
    let cut = Part {
        depth: 0,
        content: Content::Text {
            text: "Hi".into(),
            cut: true,
        },
        only: None,
    };
    received.message = with(Ok(Box::new(Reading {
        parts: vec![cut],
        omitted: 3,
        ..Reading::default()
    })));
    let reply = answered(How::Reply, &received);
    assert_eq!(reply.lacks, [Lack::RestOfText]);
    assert!(
        reply.draft.body.ends_with("> Hi\n> […]\n"),
        "{}",
        reply.draft.body
    );
    let forward = answered(How::Forward, &received);
    assert_eq!(forward.lacks, [Lack::RestOfText, Lack::Parts]);

    let html = Part {
        depth: 0,
        content: Content::Html {
            html: "<b>Hi</b>".into(),
            text: "Hi".into(),
            cut: false,
        },
        only: None,
    };
    received.message = with(Ok(Box::new(Reading {
        parts: vec![html],
        ..Reading::default()
    })));
    let forward = answered(How::Forward, &received);
    assert_eq!(forward.lacks, [Lack::Formatting]);
    assert!(
        forward.draft.body.ends_with("\n\nHi\n"),
        "{:?}",
        forward.draft.body
    );
    assert_eq!(answered(How::Reply, &received).lacks, []);
    // All of it is there.
    assert_eq!(answered(How::Enclose, &received).lacks, []);
}

/// A message with these parts of its own.
fn with_parts(header: &str, parts: Vec<(Content, Option<View>)>) -> Received {
    let mut received = received(header, "");
    let raw = received.message.raw.clone();
    let parts = parts.into_iter().map(|(content, only)| Part {
        depth: 0,
        content,
        only,
    });
    received.message = Arc::new(Arrived {
        id: 7,
        raw,
        reading: Ok(Box::new(Reading {
            parts: parts.collect(),
            ..Reading::default()
        })),
    });
    received
}

fn html(html: &str) -> Content {
    Content::Html {
        html: html.into(),
        text: String::new(),
        cut: false,
    }
}

fn picture(name: &str, id: &str, from: u64) -> Content {
    Content::Attachment {
        name: name.into(),
        media_type: "image/png".into(),
        id: id.into(),
        size: 1,
        at: wire::Slice {
            of: None,
            from,
            to: from + 1,
            encoding: wire::Encoding::Identity,
        },
    }
}

#[test]
fn a_quote_keeps_its_formatting() {
    let text = Content::Text {
        text: "Hi 1*2*3".into(),
        cut: false,
    };
    let source = "<style>p{color:red}</style><p onclick=x()>Hi <b>you</b></p>\
         <img src=\"https://x.org/a.png\" alt=map><img src=cid:1@x><img src=cid:2@x alt=gone>\
         <script>alert(1)</script><div>-- </div><div>Joon</div>";
    let parts = || {
        vec![
            (text.clone(), Some(View::Text)),
            (html(source), Some(View::Formatted)),
            (picture("a.png", "1@x", 1), None),
        ]
    };
    let received = with_parts("From: Joon <joon@x.org>\nSubject: x", parts());

    let reply = answered_in(BodyFormat::Rich, How::Reply, &received);
    assert_eq!(reply.draft.format, BodyFormat::Rich);
    assert_eq!(
        reply.draft.html,
        "<div><br></div><div><br></div><div>Joon wrote:</div><blockquote>\
         <div>Hi <b>you</b></div>\
         <a href=\"https://x.org/a.png\">map</a>\
         <img src=\"cid:new@glasspost\" alt=\"a.png\">gone</blockquote>"
    );
    assert_eq!(
        reply.draft.body,
        "\n\nJoon wrote:\n> Hi you\n> map <https://x.org/a.png>[image: a.png]gone"
    );
    let ids: Vec<_> = { reply.enclosed.iter() }
        .map(|one| (one.name.as_str(), one.content_id.as_deref()))
        .collect();
    assert_eq!(ids, [("a.png", Some("new@glasspost"))]);
    // What is quoted is not the person's own.
    assert_eq!(reply.lacks, []);

    let reply = answered_in(BodyFormat::Markdown, How::Reply, &received);
    assert_eq!(reply.draft.html, "");
    assert_eq!(
        reply.draft.body,
        "\n\nJoon wrote:\n\n> Hi **you**\n> [map](https://x.org/a.png)[image: a.png]gone"
    );
    assert_eq!(reply.enclosed.len(), 1);

    let forward = answered_in(BodyFormat::Rich, How::Forward, &received);
    assert_eq!(forward.lacks, [Lack::SomeFormatting]);
    assert!(forward.draft.html.contains("<div>Hi <b>you</b></div>"));
    assert!(forward.draft.body.ends_with("\n--\nJoon"));
    // It is there once, as what the text shows.
    let ids: Vec<_> = { forward.enclosed.iter() }
        .map(|one| (one.name.as_str(), one.content_id.as_deref()))
        .collect();
    assert_eq!(ids, [("a.png", Some("new@glasspost"))]);
}

#[test]
fn a_plain_text_is_quoted_in_every_format() {
    let received = received("From: a@x.org", "1*2*3 <b>\n> older\n\n-- \nA");
    let rich = answered_in(BodyFormat::Rich, How::Reply, &received).draft;
    assert_eq!(
        rich.html,
        "<div><br></div><div><br></div><div>a@x.org wrote:</div><blockquote>\
         <div>1*2*3 &lt;b&gt;</div><blockquote><div>older</div></blockquote></blockquote>"
    );
    let mut back = answered_in(BodyFormat::Markdown, How::Reply, &received).draft;
    // What looks like Markdown in it is not read as that.
    back.switch(BodyFormat::Rich);
    for line in ["> 1*2*3 <b>\n", ">> older"] {
        assert!(back.body.contains(line), "{}", back.body);
    }
    // Nothing can be decoded: there is room to write.
    let mut broken = received;
    let raw = broken.message.raw.clone();
    broken.message = Arc::new(Arrived {
        id: 7,
        raw,
        reading: Err(NotRead::Failed),
    });
    for format in [BodyFormat::Rich, BodyFormat::Markdown] {
        let reply = answered_in(format, How::Reply, &broken);
        assert_eq!(reply.lacks, [Lack::Text]);
        assert!(reply.draft.body.starts_with("\n\na@x.org wrote:"));
    }
}

#[test]
fn pictures_of_a_quote_have_names_of_their_own() {
    let received = with_parts(
        "From: a@x.org",
        vec![
            (
                html("<img src=cid:1><img src=cid:2><img src=cid:1><img src=cid:3>"),
                None,
            ),
            (picture("a.png", "1", 1), None),
            (picture("a.png", "2", 2), None),
        ],
    );
    let reply = answered_in(BodyFormat::Markdown, How::Reply, &received);
    let names: Vec<_> = { reply.enclosed.iter() }
        .map(|one| (one.name.as_str(), one.at.from))
        .collect();
    assert_eq!(names, [("a.png", 1), ("a (2).png", 2)]);
    assert!(
        reply
            .draft
            .body
            .ends_with("> [image: a.png][image: a (2).png][image: a.png]"),
        "{}",
        reply.draft.body
    );
}

#[test]
fn what_is_enclosed_goes_along_once() {
    let slice = |from| wire::Slice {
        of: None,
        from,
        to: from + 1,
        encoding: wire::Encoding::Identity,
    };
    let part = |depth, content| Part {
        depth,
        content,
        only: None,
    };
    let text = |text: &str| Content::Text {
        text: text.into(),
        cut: false,
    };
    let attachment = |name: &str, media_type: &str, from| Content::Attachment {
        name: name.into(),
        media_type: media_type.into(),
        id: String::new(),
        size: 1,
        at: slice(from),
    };
    let mut received = received("From: a@x.org", "");
    received.message = Arc::new(Arrived {
        id: 7,
        raw: b"From: a@x.org\r\n\r\n".to_vec(),
        reading: Ok(Box::new(Reading {
            parts: vec![
                part(0, text("Before\n")),
                part(0, attachment("fix.patch", "text/x-patch", 1)),
                part(0, text("the patch")),
                part(0, text("After")),
                part(0, attachment("", "image/png", 2)),
                part(
                    0,
                    Content::Message {
                        headers: vec![("Subject".into(), "An older one".into())],
                        at: slice(3),
                    },
                ),
                part(1, text("of the older one")),
                part(1, attachment("old.pdf", "application/pdf", 4)),
            ],
            ..Reading::default()
        })),
    });
    let forward = answered(How::Forward, &received);
    assert!(
        forward.draft.body.ends_with("\n\nBefore\n\nAfter\n"),
        "{}",
        forward.draft.body
    );
    let files: Vec<_> = { forward.enclosed.iter() }
        .map(|file| (file.name.as_str(), file.media_type.as_str(), file.at.from))
        .collect();
    assert_eq!(
        files,
        [
            ("fix.patch", "text/x-patch", 1),
            ("attachment.png", "image/png", 2),
            ("An older one.eml", "message/rfc822", 3),
        ]
    );
    assert_eq!(answered(How::Reply, &received).enclosed, []);
    let whole = answered(How::Enclose, &received);
    assert_eq!(
        (whole.draft.body.as_str(), whole.draft.subject.as_str()),
        ("", "Fwd:")
    );
    let [file] = &whole.enclosed[..] else {
        panic!("{:?}", whole.enclosed);
    };
    assert_eq!(
        (file.name.as_str(), file.at.from, file.at.to),
        ("message.eml", 0, 17)
    );
}

/// Values of header fields, most of them odd.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Joon <joon@x.org>, \"Kim, M\" <m@x.org>".to_owned()),
        Just("=?utf-8?B?67CV66+87JWE?= <박@예시.한국>".to_owned()),
        Just("<a@x.org>\r\n <b@x.org>".to_owned()),
        "[ -~]{0,60}",
        "[a-c@<>(),;:\"\\\\=?. \t\u{202e}가\u{0}]{0,60}",
        proptest::collection::vec("[A-Za-z]{1,8}@[a-z]{1,8}\\.org", 0..40)
            .prop_map(|list| list.join(",\r\n\t")),
    ]
}

proptest! {
    /// Whatever a stranger wrote, the answer can be built where its addresses are valid, has no
    /// field that another brought forth, and names nobody twice.
    #[test]
    fn hostile_headers_make_sound_answers(
        values in proptest::collection::vec(value(), 12),
        text in "[ -~\n>가-힣\u{2028}]{0,200}",
        how in prop_oneof![
            Just(How::Reply), Just(How::ReplyAll), Just(How::Forward), Just(How::Enclose),
        ],
        format in prop_oneof![
            Just(BodyFormat::Plain), Just(BodyFormat::Markdown), Just(BodyFormat::Rich),
        ],
    ) {
        const FIELDS: [&str; 12] = [
            "From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To",
            "References", "List-Post", "Mail-Followup-To", "Sender",
        ];
        let header: String = FIELDS
            .iter()
            .zip(&values)
            .map(|(name, value)| format!("{name}: {}\n", value.replace("\r\n", "\n")))
            .collect();
        let mut received = received(header.trim_end(), &text);
        received.subject = values[4].clone();
        let mut draft = answered_in(format, how, &received).draft;
        prop_assert!(!draft.subject.contains(['\r', '\n']));
        let mut known = std::collections::BTreeSet::new();
        for one in draft.to.iter().chain(&draft.cc) {
            prop_assert!(known.insert(recipients::key(one)), "{one:?} twice in {draft:?}");
        }
        draft.from = "mina@example.org".into();
        for list in [&mut draft.to, &mut draft.cc] {
            list.retain(|one| Person::parse(one).is_some());
        }
        draft.to.push("last@example.org".into());
        let stamp = MessageStamp {
            moment: Moment { unix_ms: 0, offset_minutes: 0 },
            random: [7; 16],
        };
        let problems = draft.problems();
        prop_assert!(problems.is_empty(), "{problems:?}");
        let message = draft.message(&stamp).expect("no problems");
        let octets: Vec<u8> = { message.segments.iter() }
            .flat_map(|segment| match segment {
                crate::connection::Segment::Octets(octets) => octets.clone(),
                _ => Vec::new(),
            })
            .collect();
        let section = octets.windows(4).position(|at| at == b"\r\n\r\n").expect("a header");
        let section = String::from_utf8(octets[..section].to_vec()).expect("UTF-8");
        for line in section.split("\r\n") {
            prop_assert!(line.len() <= 998, "a line of {}", line.len());
            let name = line.split(':').next().unwrap_or_default();
            const OURS: [&str; 11] = [
                "Date", "Message-ID", "From", "To", "Cc", "Subject", "In-Reply-To", "References",
                "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
            ];
            let folded = line.starts_with([' ', '\t']);
            prop_assert!(folded || OURS.contains(&name), "{line:?}");
        }
    }
}
