//! No text frame is larger than the protocol promises, with the largest contents that the limits
//! allow.

use glasspost_wire::{
    Content, Encoding, Entity, Field, Fragments, FromBridge, LONGEST_TEXT, MailboxSummary,
    MailboxUpdate, NotRead, NotStarted, NotStored, Part, Practice, PracticeFault, Reading, Slice,
    TEXT_FRAME, TextFrames, VERSION, View, Welcome,
};
use proptest::prelude::*;
use smtp::{
    Capabilities, Code, CommandKind, Entry, Event, Failure, Fate, Next, Operator, Origin, Outcome,
    Paused, RecipientResult, Reply, Span, Stage, TlsFacts, TlsFailure, Trust, limits,
};

/// Recipients of one message in the practice mailbox, and octets of one of its paths.
const PRACTICE_RECIPIENTS: usize = 100;
const PATH: usize = 256;

/// Octets of text in one reading, all its strings together.
const READING: usize = (768 + 1536) * 1024;

/// Octets of HTML in one reading, which has no control characters but white space.
const HTML: usize = 4 * 1024 * 1024;

/// Parts of one reading.
const PARTS: usize = 20_000;

/// What grows in JSON, or is cut badly: `\u0001` for one octet, `\"`, `\\`, characters of many
/// octets.
const UNITS: [&str; 5] = ["\u{1}", "\"", "\\", "한", "😀"];

/// At most `octets` octets of text in this unit.
fn text(unit: &str, octets: usize) -> String {
    unit.repeat(octets / unit.len())
}

/// A slice whose JSON is long.
fn slice() -> Slice {
    Slice {
        of: Some(u32::MAX),
        from: u64::MAX,
        to: u64::MAX,
        encoding: Encoding::QuotedPrintable,
    }
}

fn recipients(unit: &str) -> Vec<RecipientResult> {
    let result = RecipientResult {
        address: text(unit, limits::PATH),
        fate: Fate::Refused {
            reply: reply(unit, limits::RECIPIENT_REPLY, 1),
        },
    };
    vec![result; limits::RECIPIENTS]
}

fn reply(unit: &str, octets: usize, lines: usize) -> Reply {
    let line = text(unit, octets / lines);
    Reply::new(Code::new(550).expect("a code"), vec![line; lines])
}

fn entry(event: Event) -> FromBridge {
    let entry = Box::new(Entry {
        seq: u32::MAX,
        at_us: u64::MAX,
        secured: true,
        stage: Stage::Envelope,
        event,
    });
    FromBridge::Entry {
        id: u32::MAX,
        entry,
    }
}

/// As many and as long names of mechanisms as are shown of one reply, and more.
fn capabilities() -> Capabilities {
    Capabilities {
        auth: vec!["X".repeat(20); 128],
        size: Some(u64::MAX),
        ..Capabilities::default()
    }
}

fn summary(unit: &str) -> MailboxSummary {
    MailboxSummary {
        id: u64::MAX,
        received_ms: u64::MAX,
        from: text(unit, PATH),
        to: vec![text(unit, PATH); PRACTICE_RECIPIENTS],
        subject: unit.repeat(500),
        header_from: unit.repeat(500),
        size: u64::MAX,
        tls: false,
        user: Some(text(unit, PATH)),
        queue_id: "FFFFFFFF".into(),
        opened: true,
    }
}

/// One of each kind, as large as it can be.
fn largest(unit: &str) -> Vec<FromBridge> {
    let ports: Vec<u16> = (1..=u16::MAX).collect();
    let whole = |lines| reply(unit, limits::REPLY, lines);
    vec![
        FromBridge::Welcome(Box::new(Welcome {
            version: VERSION,
            program: "0.1.0".into(),
            run: text(unit, 64),
            practice: Some(Practice {
                name: text(unit, limits::DOMAIN),
                starttls: "127.0.0.1:65535".into(),
                tls: "127.0.0.1:65535".into(),
                password: text(unit, limits::CREDENTIAL),
                faults: Vec::<PracticeFault>::new(),
            }),
            ports: ports.clone(),
            client_name: text(unit, limits::DOMAIN),
            usual_port: Some(u16::MAX),
        })),
        entry(Event::Received {
            reply: whole(1),
            answers: Some(u32::MAX),
            wait_us: u64::MAX,
            capabilities: Some(Box::new(capabilities())),
        }),
        entry(Event::Received {
            reply: whole(limits::REPLY_LINES),
            answers: None,
            wait_us: 0,
            capabilities: None,
        }),
        entry(Event::Sent {
            command: CommandKind::Unknown,
            line: vec![Span::Text(text(unit, TEXT_FRAME)), Span::Secret],
            origin: Origin::Typed,
        }),
        entry(Event::Skipped {
            line: vec![Span::Text(text(unit, TEXT_FRAME))],
        }),
        entry(Event::Secured {
            tls: TlsFacts {
                version: "TLS 1.3".into(),
                cipher: text(unit, 64),
                key_exchange: None,
                name: text(unit, limits::DOMAIN),
                names: vec![text(unit, 0xffff); 4],
                issuer: text(unit, 0xffff),
                not_after: String::new(),
                trust: Trust::Platform,
            },
        }),
        FromBridge::Paused {
            id: u32::MAX,
            paused: Paused {
                step: u32::MAX,
                stage: Stage::SignIn,
                secured: false,
                next: Next::Line {
                    command: CommandKind::AuthResponse,
                    line: text(unit, limits::COMMAND_LINE),
                },
            },
        },
        FromBridge::Credit {
            id: u32::MAX,
            upto: u64::MAX,
        },
        FromBridge::Progress {
            id: u32::MAX,
            sent: u64::MAX,
        },
        FromBridge::Finished {
            id: u32::MAX,
            outcome: Box::new(Outcome::Accepted {
                reply: whole(limits::REPLY_LINES),
                recipients: recipients(unit),
            }),
            waits: true,
        },
        FromBridge::Finished {
            id: 0,
            outcome: Box::new(Outcome::Failed {
                at: Stage::Tls,
                cause: Failure::Tls {
                    why: TlsFailure::Other {
                        detail: text(unit, 0xffff),
                    },
                },
                recipients: recipients(unit),
            }),
            waits: false,
        },
        FromBridge::Finished {
            id: 0,
            outcome: Box::new(Outcome::Failed {
                at: Stage::SignIn,
                cause: Failure::NoCommonMechanism {
                    offered: vec![text(unit, limits::REPLY_LINE); 64],
                },
                recipients: recipients(unit),
            }),
            waits: false,
        },
        FromBridge::Recipients {
            id: u32::MAX,
            results: recipients(unit),
        },
        FromBridge::Closed { id: u32::MAX },
        FromBridge::NotStarted {
            id: u32::MAX,
            why: NotStarted::BadAddress {
                field: Field::To,
                address: unit.repeat(320),
                why: smtp::AddressError::Control,
            },
        },
        FromBridge::NotStarted {
            id: u32::MAX,
            why: NotStarted::PortNotAllowed {
                port: u16::MAX,
                allowed: ports,
            },
        },
        FromBridge::Mailbox(MailboxUpdate {
            added: vec![summary(unit); 200],
            removed: vec![u64::MAX; 200],
            more: true,
            octets: u64::MAX,
            dropped: u64::MAX,
            most_messages: u64::MAX,
            most_octets: u64::MAX,
        }),
        FromBridge::Message {
            id: u64::MAX,
            size: u64::MAX,
        },
        FromBridge::Octets {
            id: u64::MAX,
            size: u64::MAX,
        },
        FromBridge::MessageGone { id: u64::MAX },
        FromBridge::Found {
            id: u32::MAX,
            messages: vec![u64::MAX; 200],
            searched: u64::MAX,
            undecoded: u64::MAX,
            done: false,
        },
        FromBridge::Stored {
            id: u32::MAX,
            message: u64::MAX,
        },
        FromBridge::NotStored {
            id: u32::MAX,
            why: NotStored::TooLarge { most: u64::MAX },
        },
        FromBridge::Reading {
            id: u64::MAX,
            reading: Box::new(Reading {
                headers: vec![(text(unit, 4096), text(unit, 4096)); 10],
                parts: vec![
                    Part {
                        depth: u32::MAX,
                        content: Content::Attachment {
                            name: text(unit, READING / PARTS),
                            media_type: String::new(),
                            id: String::new(),
                            size: u64::MAX,
                            at: slice(),
                        },
                        only: Some(View::Formatted),
                    };
                    PARTS
                ],
                omitted: u64::MAX,
                encoded: vec![slice(); PARTS],
                ..Reading::default()
            }),
        },
        FromBridge::Reading {
            id: u64::MAX,
            reading: Box::new(Reading {
                entities: vec![
                    Entity {
                        level: u32::MAX,
                        name: text(unit, READING / PARTS),
                        size: u64::MAX,
                        at: slice(),
                        ..Entity::default()
                    };
                    PARTS
                ],
                unlisted: u64::MAX,
                ..Reading::default()
            }),
        },
        FromBridge::Reading {
            id: u64::MAX,
            reading: Box::new(Reading {
                parts: vec![Part {
                    depth: 0,
                    content: Content::Html {
                        html: "<\n".repeat(HTML / 2),
                        text: text(unit, READING),
                        cut: true,
                    },
                    only: None,
                }],
                fields: vec![(u64::MAX, text(unit, 4096)); 100],
                ..Reading::default()
            }),
        },
        FromBridge::NotRead {
            id: u64::MAX,
            why: NotRead::TooLarge,
        },
    ]
}

/// Every frame within the bound, and the fragments are the message.
fn check(message: &FromBridge) {
    let mut fragments = Fragments::default();
    let mut whole = None;
    let mut count = 0;
    for frame in TextFrames::encode(message).expect("every value of the protocol is JSON") {
        assert!(whole.is_none(), "a frame behind the last");
        assert!(frame.len() <= TEXT_FRAME, "a frame of {}", frame.len());
        count += 1;
        whole = match serde_json::from_str(&frame).expect("each frame is of the protocol") {
            FromBridge::Fragment { text, last } => {
                fragments.push(&text, last).expect("within the bound")
            }
            other => {
                assert_eq!(count, 1);
                Some(serde_json::to_string(&other).expect("JSON"))
            }
        };
    }
    let whole = whole.expect("a last fragment");
    assert!(whole.len() <= LONGEST_TEXT, "a text of {}", whole.len());
    let again: FromBridge = serde_json::from_str(&whole).expect("a message");
    assert!(again == *message, "the fragments are another message");
    // Nothing is taken apart without need, or into crumbs.
    assert!(count <= 1 + whole.len() / (TEXT_FRAME / 2 - 64), "{count}");
}

#[test]
fn no_frame_is_too_large_whatever_it_holds() {
    for unit in UNITS {
        for message in largest(unit) {
            check(&message);
        }
    }
}

#[test]
fn many_results_come_in_several_messages() {
    for count in [0, 1, 64, 65, 128, 129, 1_000] {
        let mut all = recipients("x");
        all.truncate(count);
        for (n, result) in all.iter_mut().enumerate() {
            result.address = n.to_string();
        }
        let outcome = Outcome::Ended {
            recipients: all.clone(),
        };
        let mut got = Vec::new();
        let mut finished = 0;
        for message in FromBridge::finished(7, outcome, true) {
            match message {
                FromBridge::Recipients { id: 7, results } => {
                    assert_eq!(finished, 0);
                    got.extend(results);
                }
                FromBridge::Finished {
                    id: 7,
                    outcome,
                    waits: true,
                } => {
                    finished += 1;
                    got.extend(outcome.recipients().to_vec());
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(finished, 1);
        assert_eq!(got, all);
    }
}

#[test]
fn a_text_without_end_is_not_kept() {
    let mut fragments = Fragments::default();
    let text = "x".repeat(LONGEST_TEXT / 4);
    for _ in 0..4 {
        assert_eq!(fragments.push(&text, false), Ok(None));
    }
    assert!(fragments.push("x", true).is_err());
    assert_eq!(fragments.push("y", true), Ok(Some("y".into())));
}

/// What a page says is not put together from fragments: an operator's line has to fit a frame.
#[test]
fn a_page_knows_no_fragments() {
    let text = r#"{"fragment":{"text":"","last":true}}"#;
    assert!(serde_json::from_str::<glasspost_wire::FromPage>(text).is_err());
    let line = text.to_owned();
    let said = Operator::Insert { step: 1, line };
    assert!(serde_json::to_string(&said).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn texts_around_the_bound_come_whole(
        units in proptest::collection::vec(0..UNITS.len(), 1..40),
        octets in prop_oneof![0..2000usize, TEXT_FRAME - 300..TEXT_FRAME + 300, 1..700_000usize],
    ) {
        let mut text = String::new();
        let mut next = units.iter().cycle();
        while text.len() < octets {
            text.extend(next.next().map(|unit| UNITS[*unit]));
        }
        check(&FromBridge::Reading {
            id: 1,
            reading: Box::new(Reading {
                parts: vec![Part {
                    depth: 0,
                    content: Content::Text { text, cut: false },
                    only: None,
                }],
                ..Reading::default()
            }),
        });
    }
}
