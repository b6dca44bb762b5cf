use smtp::{Code, CommandKind, Next, Origin, Reply, Side, Span, Stage};

use super::*;

fn entry(seq: u32, stage: Stage, event: Event) -> FromBridge {
    let entry = Entry {
        seq,
        at_us: 0,
        secured: false,
        stage,
        event,
    };
    FromBridge::Entry {
        id: 7,
        entry: Box::new(entry),
    }
}

fn sent(seq: u32, stage: Stage, line: &str) -> FromBridge {
    let command = match line {
        "." => CommandKind::EndOfData,
        _ => smtp::Command::read(line).kind(),
    };
    let line = vec![Span::Text(line.into())];
    entry(
        seq,
        stage,
        Event::Sent {
            command,
            line,
            origin: Origin::Planned,
        },
    )
}

fn to(name: &str) -> Destination {
    Destination {
        name: name.into(),
        server: wire::Server::Practice {
            security: smtp::Security::None,
        },
        user: None,
    }
}

fn begun() -> Submission {
    let mut submission = Submission::default();
    submission.begin(7, 10, to("a"));
    submission
}

/// The same under another id.
fn about(id: u32, said: FromBridge) -> FromBridge {
    match said {
        FromBridge::Entry { entry, .. } => FromBridge::Entry { id, entry },
        FromBridge::Finished { outcome, waits, .. } => FromBridge::Finished { id, outcome, waits },
        FromBridge::Paused { paused, .. } => FromBridge::Paused { id, paused },
        other => other,
    }
}

fn reply(code: u16) -> Reply {
    Reply::new(Code::new(code).expect("a code"), vec!["text".into()])
}

fn answer(seq: u32, stage: Stage, answers: u32, code: u16) -> FromBridge {
    let event = Event::Received {
        reply: reply(code),
        answers: Some(answers),
        wait_us: 0,
        capabilities: None,
    };
    entry(seq, stage, event)
}

fn paused(step: u32, stage: Stage, line: &str) -> FromBridge {
    FromBridge::Paused {
        id: 7,
        paused: Paused {
            step,
            stage,
            secured: false,
            next: Next::Line {
                command: CommandKind::Unknown,
                line: line.into(),
            },
        },
    }
}

fn message_written(seq: u32) -> FromBridge {
    let event = Event::Message {
        octets: 10,
        wire_octets: 10,
        lines: 1,
        stuffed: 0,
    };
    entry(seq, Stage::Message, event)
}

fn accepted(waits: bool) -> FromBridge {
    FromBridge::Finished {
        id: 7,
        outcome: Box::new(Outcome::Accepted {
            reply: reply(250),
            recipients: vec![],
        }),
        waits,
    }
}

/// A submission whose first message has been accepted, and whose connection waits for the next.
fn waiting() -> Submission {
    let mut submission = begun();
    for said in [
        sent(0, Stage::Connect, "EHLO x"),
        sent(1, Stage::Envelope, "MAIL"),
        sent(2, Stage::Message, "DATA"),
        message_written(3),
        sent(4, Stage::Message, "."),
        answer(5, Stage::Accepted, 4, 250),
        accepted(true),
    ] {
        submission.apply(said);
    }
    submission
}

fn check(said: &[FromBridge], expect: [Step; 6], over: &str) {
    let mut submission = begun();
    for said in said {
        submission.apply(said.clone());
    }
    assert_eq!(submission.steps(), expect);
    assert_eq!(submission.ending().map_or("", kind), over);
}

#[test]
fn the_strip_follows_the_dialogue() {
    use Step::{Done, Failed, Now, Passed, Todo};
    let reply = Reply::new(Code::new(250).expect("a code"), vec!["ok".into()]);
    check(&[], [Now, Todo, Todo, Todo, Todo, Todo], "");
    let start = [
        sent(0, Stage::Connect, "EHLO x"),
        sent(1, Stage::Envelope, "MAIL"),
    ];
    check(&start, [Done, Passed, Passed, Now, Todo, Todo], "");
    let paused = FromBridge::Paused {
        id: 7,
        paused: Paused {
            step: 1,
            stage: Stage::Message,
            secured: false,
            next: Next::Message { octets: 10 },
        },
    };
    check(
        &[start[0].clone(), paused],
        [Done, Passed, Passed, Passed, Now, Todo],
        "",
    );
    let accepted = FromBridge::Finished {
        id: 7,
        outcome: Box::new(Outcome::Accepted {
            reply: reply.clone(),
            recipients: vec![],
        }),
        waits: false,
    };
    check(
        &[
            start[0].clone(),
            sent(1, Stage::Accepted, "QUIT"),
            accepted.clone(),
        ],
        [Done, Passed, Passed, Passed, Passed, Done],
        "accepted",
    );
    let refused = FromBridge::Finished {
        id: 7,
        outcome: Box::new(Outcome::Refused {
            at: Stage::Envelope,
            reply,
            recipients: vec![],
        }),
        waits: false,
    };
    // What comes after the end, or is about another submission, changes nothing.
    let other = FromBridge::NotStarted {
        id: 8,
        why: NotStarted::Busy,
    };
    check(
        &[start[0].clone(), start[1].clone(), other, refused, accepted],
        [Done, Passed, Passed, Failed, Todo, Todo],
        "refused",
    );
}

#[test]
fn a_lost_bridge_says_what_is_known_of_the_message() {
    let lost = |said: &[FromBridge], transferred: bool| {
        let mut submission = begun();
        for said in said {
            submission.apply(said.clone());
        }
        if transferred {
            submission.transferred(7);
        }
        submission.bridge_lost();
        match submission.ending() {
            Some(Ending::BridgeLost { delivered }) => *delivered,
            other => panic!("{other:?}"),
        }
    };
    let data = sent(0, Stage::Message, "DATA");
    assert_eq!(lost(std::slice::from_ref(&data), false), Delivered::No);
    // The bridge had all of it, and may have sent the dot before it was lost.
    assert_eq!(lost(&[data], true), Delivered::Unknown);
    let progress = FromBridge::Progress { id: 7, sent: 10 };
    assert_eq!(lost(&[progress], false), Delivered::Unknown);
    assert_eq!(lost(&[message_written(0)], false), Delivered::Unknown);
    // A line that is paused has not been sent.
    let dot_paused = [message_written(0), paused(3, Stage::Message, ".")];
    assert_eq!(lost(&dot_paused, true), Delivered::No);
    let whole = [message_written(0), sent(1, Stage::Message, ".")];
    assert_eq!(lost(&whole, true), Delivered::Unknown);
    for (code, stage, expect) in [
        (250, Stage::Accepted, Delivered::Yes),
        (451, Stage::Message, Delivered::No),
        (554, Stage::Message, Delivered::No),
    ] {
        let mut said = whole.to_vec();
        said.push(answer(2, stage, 1, code));
        assert_eq!(lost(&said, true), expect, "{code}");
        said.push(paused(4, stage, "QUIT"));
        assert_eq!(lost(&said, true), expect, "{code}, QUIT paused");
    }
    let last_chunk = sent(0, Stage::Message, "BDAT 10 LAST");
    assert_eq!(lost(&[last_chunk], true), Delivered::Unknown);

    let mut idle = Submission::default();
    idle.bridge_lost();
    assert_eq!(idle.phase, Phase::Idle);
}

#[test]
fn a_message_is_not_taken_for_the_one_before_it() {
    use Step::{Done, Now, Passed, Todo};
    let mut submission = waiting();
    submission.begin(8, 10, to("a"));
    assert_eq!(submission.steps(), [Done, Passed, Passed, Now, Todo, Todo]);
    assert_eq!(submission.newest(), None);
    submission.apply(about(8, paused(1, Stage::Envelope, "MAIL")));
    assert_eq!(submission.steps(), [Done, Passed, Passed, Now, Todo, Todo]);
    submission.apply(about(8, sent(6, Stage::Envelope, "MAIL")));
    assert_eq!(submission.newest().map(|entry| entry.seq), Some(6));
    // The message before had been written and accepted; this one has only its sender.
    submission.bridge_lost();
    let nothing = Ending::BridgeLost {
        delivered: Delivered::No,
    };
    assert_eq!(submission.ending(), Some(&nothing));
    assert_eq!(
        submission.entries.len(),
        7,
        "the whole conversation stays in view"
    );

    // What keeps the connection open afterwards is no step of the message.
    let mut submission = waiting();
    let strip = submission.steps();
    submission.apply(sent(6, Stage::Envelope, "NOOP"));
    assert_eq!(submission.steps(), strip);
    assert_eq!(submission.own().len(), 6);
}

#[test]
fn a_refusal_is_shown_where_it_happened() {
    use Step::{Done, Failed, Passed, Todo};
    let mut submission = begun();
    for said in [
        sent(0, Stage::Connect, "EHLO x"),
        sent(1, Stage::Envelope, "MAIL"),
        sent(2, Stage::Message, "RSET"),
        FromBridge::Finished {
            id: 7,
            outcome: Box::new(Outcome::Refused {
                at: Stage::Envelope,
                reply: reply(550),
                recipients: vec![],
            }),
            waits: true,
        },
    ] {
        submission.apply(said);
    }
    assert_eq!(
        submission.steps(),
        [Done, Passed, Passed, Failed, Todo, Todo]
    );
}

#[test]
fn what_crosses_with_the_next_send_stays_in_the_conversation() {
    let mut submission = waiting();
    submission.begin(8, 10, to("a"));
    // Under the id of the message before: the bridge had not received the next request yet.
    submission.apply(sent(6, Stage::Envelope, "NOOP"));
    assert_eq!((submission.entries.len(), submission.own().len()), (7, 0));
    submission.apply(about(8, sent(7, Stage::Envelope, "MAIL")));
    submission.apply(sent(8, Stage::Envelope, "NOOP"));
    assert_eq!((submission.entries.len(), submission.own().len()), (8, 1));

    // A message that goes over a connection still being opened.
    let mut submission = Submission::default();
    submission.open(7, to("a"));
    submission.begin(8, 10, to("a"));
    assert_eq!(submission.steps()[0], Step::Now);
    submission.apply(sent(0, Stage::Connect, "EHLO x"));
    submission.apply(sent(1, Stage::Tls, "STARTTLS"));
    assert_eq!(submission.steps()[1], Step::Now);
    submission.apply(about(8, sent(2, Stage::Envelope, "MAIL")));
    assert_eq!(submission.steps()[3], Step::Now);
    assert_eq!((submission.entries.len(), submission.own().len()), (3, 1));
}

#[test]
fn another_server_has_a_conversation_of_its_own_from_the_start() {
    let mut submission = waiting();
    let shown = submission.connection;
    submission.begin(8, 10, to("b"));
    assert!(submission.entries.is_empty());
    assert_ne!(submission.connection, shown);
    // The connection that waited takes its leave.
    submission.apply(sent(6, Stage::Accepted, "QUIT"));
    assert!(submission.entries.is_empty());
    assert_eq!(
        submission.destination.as_ref().map(|to| to.name.as_str()),
        Some("b")
    );
}

#[test]
fn entries_are_found_by_number_across_gaps() {
    let mut submission = begun();
    submission.apply(sent(0, Stage::Connect, "a"));
    submission.apply(entry(3, Stage::Connect, Event::Closed { by: Side::Client }));
    assert!(submission.by_seq(3).is_some());
    assert!(submission.by_seq(1).is_none());
}

#[test]
fn messages_follow_each_other_on_an_open_connection() {
    let reply = Reply::new(Code::new(250).expect("a code"), vec!["ok".into()]);
    let mut submission = Submission::default();
    submission.open(7, to("a"));
    assert!(!submission.is_busy() && submission.is_open());
    submission.apply(sent(0, Stage::Connect, "EHLO x"));
    let ready = FromBridge::Finished {
        id: 7,
        outcome: Box::new(Outcome::Ready),
        waits: true,
    };
    submission.apply(ready);
    assert_eq!(
        (&submission.phase, submission.kept_open),
        (&Phase::Ready, true)
    );
    assert_eq!(submission.steps()[0], Step::Done);
    submission.apply(sent(1, Stage::Connect, "NOOP"));
    assert_eq!(
        submission.entries.len(),
        2,
        "what happens meanwhile is shown"
    );

    let shown = submission.connection;
    submission.begin(8, 10, to("a"));
    submission.apply(about(8, sent(2, Stage::Envelope, "MAIL")));
    assert_eq!(submission.entries.len(), 3, "it goes on there");
    submission.apply(FromBridge::Finished {
        id: 8,
        outcome: Box::new(Outcome::Accepted {
            reply,
            recipients: vec![],
        }),
        waits: true,
    });
    assert_eq!(submission.ending().map(kind), Some("accepted"));
    assert!(submission.is_open());

    // Closed just as the next message is submitted: that one has a connection of its own.
    submission.begin(9, 10, to("a"));
    submission.apply(FromBridge::Closed { id: 8 });
    assert_eq!(submission.connection, shown);
    submission.apply(about(9, sent(0, Stage::Connect, "EHLO x")));
    assert_eq!(submission.entries.len(), 1);
    assert_ne!(submission.connection, shown);
    assert_eq!(submission.phase, Phase::Running);

    submission.bridge_lost();
    submission.open(10, to("a"));
    submission.bridge_lost();
    assert_eq!(
        submission.phase,
        Phase::Idle,
        "no message, no word about one"
    );
}

#[test]
fn a_server_is_silent_until_it_says_something() {
    let silent = |said: &[FromBridge]| {
        let mut submission = begun();
        for said in said {
            submission.apply(said.clone());
        }
        submission.silent().map(str::to_owned)
    };
    let peer = "192.0.2.1:25".to_owned();
    let connected = entry(0, Stage::Connect, Event::Connected { peer: peer.clone() });
    let nothing = Event::NoGreeting {
        peer: peer.clone(),
        waited_ms: 8_000,
    };
    let nothing = entry(1, Stage::Connect, nothing);
    let greeting = Event::Received {
        reply: reply(220),
        answers: None,
        wait_us: 9_000_000,
        capabilities: None,
    };
    let greeting = entry(2, Stage::Connect, greeting);
    let failed = FromBridge::Finished {
        id: 7,
        outcome: Box::new(Outcome::Failed {
            at: Stage::Connect,
            cause: smtp::Failure::ConnectionLost,
            recipients: vec![],
        }),
        waits: false,
    };
    assert_eq!(silent(std::slice::from_ref(&connected)), None);
    assert_eq!(silent(&[connected.clone(), nothing.clone()]), Some(peer));
    assert_eq!(
        silent(&[connected.clone(), nothing.clone(), greeting]),
        None
    );
    assert_eq!(silent(&[connected, nothing, failed]), None);
}
