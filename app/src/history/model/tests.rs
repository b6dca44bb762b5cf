use smtp::{Code, CommandKind, Origin, Outcome, Reply, Stage};

use super::*;
use crate::compose::Attachment;

fn reply(code: u16, text: &str) -> Reply {
    Reply::new(Code::new(code).expect("a code"), vec![text.to_owned()])
}

fn destination() -> Destination {
    Destination {
        name: "mail.example".into(),
        server: wire::Server::Host {
            host: "mail.example".into(),
            port: 587,
            security: smtp::Security::Starttls,
        },
        user: Some("mina".into()),
    }
}

fn draft() -> Draft {
    Draft {
        from: "Mina <mina@x.org>".into(),
        to: vec!["Joon <joon@x.org>".into()],
        bcc: vec!["secret@x.org".into()],
        subject: "분기 보고서".into(),
        body: "Numbers".into(),
        attachments: vec![Attachment {
            file: "key".into(),
            name: "a.pdf".into(),
            size: 1000,
            ..Attachment::default()
        }],
        ..Draft::default()
    }
}

fn message() -> Message {
    Message {
        segments: vec![
            Segment::Octets(b"Subject: x\r\n\r\n".to_vec()),
            Segment::Base64(StoredFile {
                id: "key".into(),
                name: "a.pdf".into(),
                size: 1000,
            }),
        ],
        from: Some("mina@x.org".into()),
        to: vec!["joon@x.org".into(), "secret@x.org".into()],
        eight_bit: false,
        utf8: false,
    }
}

fn begun() -> (Sent, Details) {
    let about = About {
        draft: serde_json::to_string(&draft()).expect("JSON"),
        batch: String::new(),
    };
    Sent::begin("1".into(), 5, message(), destination(), &about)
}

fn accepted_in_part() -> Ending {
    let result = |address: &str, fate| RecipientResult {
        address: address.into(),
        fate,
    };
    Ending::Outcome(Outcome::Accepted {
        reply: reply(250, "2.0.0 OK: queued"),
        recipients: vec![
            result(
                "joon@x.org",
                Fate::Accepted {
                    reply: reply(250, "OK"),
                },
            ),
            result(
                "secret@x.org",
                Fate::Refused {
                    reply: reply(550, "no such user"),
                },
            ),
        ],
    })
}

fn entries() -> Vec<Entry> {
    let entry = |event| Entry {
        seq: 0,
        at_us: 0,
        secured: true,
        stage: Stage::SignIn,
        event,
    };
    vec![
        entry(Event::Sent {
            command: CommandKind::Unknown,
            line: vec![Span::Text("AUTH PLAIN ".into()), Span::Secret],
            origin: Origin::Planned,
        }),
        entry(Event::Received {
            reply: reply(235, "Welcome"),
            answers: Some(0),
            wait_us: 0,
            capabilities: None,
        }),
    ]
}

#[test]
fn a_message_is_recorded_from_its_beginning_to_its_end() {
    let (mut sent, mut details) = begun();
    assert_eq!(sent.title, "분기 보고서");
    assert_eq!(sent.people, ["Joon <joon@x.org>", "secret@x.org"]);
    assert_eq!(
        (sent.server.as_str(), sent.kind.as_str()),
        ("mail.example:587", "")
    );
    assert_eq!(sent.files, ["key"]);
    assert_eq!(details.segments(), Some(message().segments));
    assert_eq!(details.draft, Some(draft()));
    let not_tried = |one: &RecipientResult| one.fate == Fate::NotTried;
    assert!(details.results().iter().all(not_tried));
    sent.end(&mut details, entries(), accepted_in_part());
    assert_eq!((sent.kind.as_str(), sent.refused), ("accepted", 1));
    assert_eq!(details.refused(), ["secret@x.org"]);
    assert_eq!(details.results().len(), 2);
    let text = serde_json::to_string(&details).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Details>(&text).expect("details"),
        details
    );
}

#[test]
fn what_is_recorded_of_a_sign_in_has_a_gap_for_the_secret() {
    let (mut sent, mut details) = begun();
    sent.end(&mut details, entries(), Ending::Interrupted);
    let text = serde_json::to_string(&(&sent, &details)).expect("JSON");
    assert!(text.contains("AUTH PLAIN"), "{text}");
    assert!(!text.contains("password"), "{text}");
    assert!(details.text().contains("auth plain"));
    assert_eq!(sent.kind, "interrupted");
}

#[test]
fn everything_of_a_message_is_searched() {
    let (mut sent, mut details) = begun();
    sent.end(&mut details, entries(), accepted_in_part());
    for found in ["", "분기", "joon", "mail.example accepted", "secret@x.org"] {
        assert!(sent.matches(found), "{found}");
    }
    assert!(!sent.matches("nobody"));
    for found in ["numbers", "a.pdf", "welcome", "subject: x"] {
        assert!(details.text().contains(found), "{found}");
    }
}

#[test]
fn a_message_that_is_too_long_is_recorded_without_its_text() {
    let long = Message {
        segments: vec![Segment::Octets(vec![b'x'; LONGEST + 1])],
        ..message()
    };
    let (sent, details) = Sent::begin("1".into(), 5, long, destination(), &About::default());
    assert_eq!(details.segments(), None);
    assert_eq!(sent.size, LONGEST as u64 + 1);
    // A draft that can't be read costs nothing else.
    let (_, details) = Sent::begin("1".into(), 5, message(), destination(), &About::default());
    assert_eq!(details.draft, None);
    assert!(details.segments().is_some());
}

#[test]
fn the_oldest_go_first() {
    let one = |id: usize, kept: u64, deleted: Option<u64>| Sent {
        id: id.to_string(),
        time: id as u64,
        kept,
        deleted,
        ..Sent::default()
    };
    let many: Vec<Sent> = (0..MOST + 2).map(|id| one(id, 1, None)).collect();
    assert_eq!(to_remove(&many, 0), ["1", "0"]);
    let large = [
        one(1, 1, None),
        one(2, MOST_OCTETS, None),
        one(3, MOST_OCTETS + 1, None),
    ];
    assert_eq!(to_remove(&large, 0), ["2", "1"], "the newest stays");
    let with_file = |id| Sent {
        files: vec!["file".into()],
        sizes: vec![MOST_OCTETS - 10],
        ..one(id, 1, None)
    };
    let same_file: Vec<Sent> = (0..10).map(with_file).collect();
    assert!(to_remove(&same_file, 0).is_empty());
    let deleted = [one(1, 1, Some(5)), one(2, 1, Some(50)), one(3, 1, None)];
    assert_eq!(to_remove(&deleted, 10), ["1"]);
}
