//! Messages with files, as mail-parser reads them.

use mail_parser::{MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;

use super::super::super::{Attachment, Draft};
use super::*;

fn file(id: &str, name: &str, size: u64) -> Attachment {
    Attachment {
        file: id.into(),
        name: name.into(),
        media_type: media_type_of(name, ""),
        size,
        content_id: None,
        as_is: None,
    }
}

fn picture(id: &str, name: &str, content_id: &str) -> Attachment {
    Attachment {
        content_id: Some(content_id.into()),
        ..file(id, name, 300)
    }
}

fn stored(file: &Attachment) -> StoredFile {
    StoredFile {
        id: file.file.clone(),
        name: file.name.clone(),
        size: file.size,
    }
}

/// The message reads back: its text, and each file by its name with its octets.
fn check(draft: &Draft) -> String {
    let octets = octets(draft);
    let read = MessageParser::default().parse(&octets).expect("a message");
    let text = read.body_text(0).unwrap_or_default().into_owned();
    assert_eq!(text, canonical(&draft.body));
    let files: Vec<(String, Vec<u8>)> = read
        .parts
        .iter()
        .filter(|part| part.attachment_name().is_some())
        .map(|part| {
            let name = part.attachment_name().unwrap_or_default().to_owned();
            (name, part.contents().to_vec())
        })
        .collect();
    let mut expect: Vec<(String, Vec<u8>)> = draft
        .attachments
        .iter()
        .map(|file| (shown_name(file), file_octets(&stored(file))))
        .collect();
    // Pictures in the text come before files.
    expect.sort();
    let mut found = files;
    found.sort();
    assert!(found == expect, "{draft:?}");
    String::from_utf8(octets).expect("UTF-8")
}

fn with(attachments: Vec<Attachment>) -> Draft {
    Draft {
        attachments,
        ..draft()
    }
}

#[test]
fn files_read_back() {
    let text = check(&with(vec![
        file("a", "report.pdf", 5000),
        file("bb", "empty.txt", 0),
        file("ccc", "보고서 3분기.hwpx", 57),
        file("dddd", "=?utf-8?Q?x?=.txt", 58),
    ]));
    for line in text.lines() {
        assert!(line.len() <= 78, "{line}");
    }
    for expect in [
        "Content-Type: multipart/mixed;",
        "Content-Type: application/pdf; name=\"report.pdf\"\r\n",
        "Content-Disposition: attachment; filename=\"report.pdf\"\r\n",
        "Content-Type: application/hwp+zip\r\n",
        "filename*=UTF-8''%3D%3Futf-8%3FQ%3Fx%3F%3D.txt\r\n",
    ] {
        assert!(text.contains(expect), "{expect} in {text}");
    }
}

#[test]
fn a_text_without_files_is_one_part() {
    let text = check(&draft());
    assert!(!text.contains("multipart"), "{text}");
}

#[test]
fn hostile_names_are_made_safe() {
    for (name, sent) in [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nBcc: evil@example.org", "a  Bcc: evil@example.org"),
        ("photo\u{202e}gpj.exe", "photogpj.exe"),
        ("\"; filename=\"x.exe", "\"; filename=\"x.exe"),
        ("", "attachment"),
        ("a\\b%41'b'", "a_b%41'b'"),
    ] {
        let draft = with(vec![file("a", name, 10)]);
        let text = check(&draft);
        assert_eq!(shown_name(&draft.attachments[0]), sent);
        let unfolded = text.replace("\r\n ", " ");
        assert!(!unfolded.contains("\r\nBcc"), "{text}");
    }
    check(&with(vec![file("a", &"긴 이름 ".repeat(80), 10)]));
}

#[test]
fn pictures_in_the_text() {
    let mut draft = with(vec![
        picture("a", "chart.png", "c1@glasspost"),
        file("bb", "report.pdf", 100),
        // Its mark is not in the text.
        picture("ccc", "other.png", "c2@glasspost"),
    ]);
    draft.body = "See <this>:\n[image: chart.png]\nbye".into();
    let octets = octets(&draft);
    let read = MessageParser::default().parse(&octets).expect("a message");
    let html = read.body_html(0).expect("HTML");
    assert!(html.contains("&lt;this&gt;"), "{html}");
    assert!(
        html.contains("<img src=\"cid:c1@glasspost\" alt=\"chart.png\">"),
        "{html}"
    );
    assert!(!html.contains("c2@glasspost"), "{html}");
    check(&draft);
    let kinds: Vec<&str> = read
        .parts
        .iter()
        .map(|part| match &part.body {
            PartType::Multipart(_) => part.content_type().and_then(|t| t.subtype()).unwrap_or(""),
            _ => part.content_id().unwrap_or("-"),
        })
        .collect();
    let expect = [
        "mixed",
        "alternative",
        "-",
        "related",
        "-",
        "c1@glasspost",
        "-",
        "-",
    ];
    assert_eq!(kinds, expect);

    // Only pictures: the two forms are the whole message.
    draft.attachments.truncate(1);
    let text = check(&draft);
    assert!(!text.contains("multipart/mixed"), "{text}");
}

#[test]
fn a_text_with_the_boundary_gets_another() {
    let mut draft = with(vec![file("a", "a.bin", 3)]);
    let text = check(&draft);
    let boundary = text
        .split("boundary=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let boundary = boundary.expect("a boundary").to_owned();
    draft.body = format!("--{boundary}\n--{boundary}--\n");
    let text = check(&draft);
    assert!(
        !text.contains(&format!("boundary=\"{boundary}\"")),
        "{text}"
    );
}

#[test]
fn a_text_that_mail_can_not_carry_is_encoded() {
    let draft = Draft {
        body: "a\0b\nline".into(),
        ..draft()
    };
    let octets = octets(&draft);
    assert!(!octets.contains(&0));
    let read = MessageParser::default().parse(&octets).expect("a message");
    assert_eq!(read.body_text(0).as_deref(), Some("a\0b\r\nline\r\n"));
}

proptest! {
    #[test]
    fn any_files_read_back(
        names in proptest::collection::vec("[ -~가-힣😀é./\\\\\u{202e}]{0,120}", 0..5),
        sizes in proptest::collection::vec(0..400_u64, 5),
        body in "[ -~가-힣\n]{0,200}",
    ) {
        let files = names.iter().zip(&sizes).enumerate();
        let attachments = files
            .map(|(at, (name, size))| file(&"x".repeat(at), name, *size))
            .collect();
        check(&Draft { body, ..with(attachments) });
    }
}

#[test]
fn a_message_is_enclosed_as_it_is() {
    let enclosed = "From: Joon <joon@x.org>\r\nSubject: Figures\r\n\r\nHow are they?\r\n";
    let message = Attachment {
        as_is: Some(AsIs::SevenBit),
        ..file("a", "Figures.eml", enclosed.len() as u64)
    };
    let draft = with(vec![message, file("bb", "b.pdf", 10)]);
    let stamp = &super::NOW;
    let built = draft.message(stamp).expect("no problems");
    assert!(!built.eight_bit);
    let octets = built.octets(|stored| match stored.id.as_str() {
        "a" => enclosed.as_bytes().to_vec(),
        _ => file_octets(stored),
    });
    assert_eq!(octets.len() as u64, built.size());
    let text = String::from_utf8(octets.clone()).expect("UTF-8");
    let fields = "Content-Type: message/rfc822; name=\"Figures.eml\"\r\n\
                  Content-Transfer-Encoding: 7bit\r\n";
    assert!(text.contains(fields), "{text}");
    let read = MessageParser::default().parse(&octets).expect("a message");
    let inner = read.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => Some(inner),
        _ => None,
    });
    let inner = inner.expect("an enclosed message");
    assert_eq!(inner.subject(), Some("Figures"));
    assert_eq!(read.attachment_count(), 2);

    // Its source can be edited around it.
    let source = raw::editable(&built.segments);
    assert_eq!(raw::segments(&source, &draft.attachments), built.segments);
    let eight_bit = Attachment {
        as_is: Some(AsIs::EightBit),
        ..file("a", "x.eml", 10)
    };
    let built = with(vec![eight_bit]).message(stamp).expect("no problems");
    assert!(built.eight_bit);
    let text = built.octets(|_| "A: b\r\n\r\n가\r\n".into());
    let text = String::from_utf8(text).expect("UTF-8");
    assert_eq!(
        text.matches("Content-Transfer-Encoding: 8bit").count(),
        2,
        "{text}"
    );
}
