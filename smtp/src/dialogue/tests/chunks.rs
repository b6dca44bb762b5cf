//! Messages by BDAT (RFC 3030).

use super::*;

fn chunked() -> Job {
    mailing(|mail| mail.chunking = true)
}

#[test]
fn a_small_message_goes_in_one_flight_with_its_envelope() {
    check(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-PIPELINING
        S: 250 CHUNKING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: BDAT 26 LAST
        C: Subject: x
        C:
        C: .dot
        C: last
        S: 250 ok
        S: 250 ok
        S: 550 5.1.1 nobody
        S: 250 2.0.0 queued
        C: QUIT
        S: 221 bye
        = accepted 250 2.0.0 queued [joon@example.net 250, team@example.com 550]",
    );
}

#[test]
fn chunks_belong_to_the_message_whatever_is_answered_before_they_leave() {
    let run = replay(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 CHUNKING
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 250 ok
        C: BDAT 26 LAST
        C: Subject: x
        C:
        C: .dot
        C: last
        S: 250 ok
        C: QUIT
        S: 221 bye
        = accepted 250 ok [joon@example.net 250, team@example.com 250]",
        usize::MAX,
        usize::MAX,
    );
    let stages: Vec<Stage> = run
        .entries
        .iter()
        .filter(|entry| match &entry.event {
            Event::Message { .. } => true,
            Event::Sent { line, .. } => line[0] == Span::Text("BDAT 26 LAST".into()),
            _ => false,
        })
        .map(|entry| entry.stage)
        .collect();
    assert_eq!(stages, [Stage::Message, Stage::Message]);

    let mut pipelining = Dialogue::new(chunked(), SendMode::Run);
    pipelining.handle(resolved(), Duration::ZERO);
    pipelining.handle(
        Input::Connected {
            peer: "192.0.2.1:25".into(),
        },
        Duration::ZERO,
    );
    for said in [
        "220 x\r\n",
        "250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
        "250 ok\r\n250 ok\r\n",
    ] {
        pipelining.handle(Input::Received(said.as_bytes()), Duration::ZERO);
    }
    // The page is slower than the server.
    pipelining.handle(Input::Message(BODY.as_bytes()), Duration::ZERO);
    assert_eq!(pipelining.stage(), Stage::Message);
}

#[test]
fn without_pipelining_the_message_waits_for_its_envelope() {
    check(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 CHUNKING
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 250 ok
        C: BDAT 26 LAST
        C: Subject: x
        C:
        C: .dot
        C: last
        S: 452 4.3.1 full
        C: QUIT
        S: 221 bye
        = refused at Message: 452 4.3.1 full [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn where_chunking_is_not_offered_data_is_used() {
    check(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250 x
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 250 ok
        C: DATA
        S: 554 no
        C: QUIT
        S: 221 bye
        = refused at Message: 554 no [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn a_refused_envelope_settles_what_went_behind_it() {
    check(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-PIPELINING
        S: 250 CHUNKING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: BDAT 26 LAST
        C: Subject: x
        C:
        C: .dot
        C: last
        S: 250 ok
        S: 550 no
        S: 550 no, too
        S: 503 no recipients
        C: QUIT
        S: 221 bye
        = refused at Envelope: 550 no, too [joon@example.net 550, team@example.com 550]",
    );
}

#[test]
fn lost_behind_the_last_chunk_is_unknown() {
    check(
        &chunked(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-PIPELINING
        S: 250 CHUNKING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: BDAT 26 LAST
        C: Subject: x
        C:
        C: .dot
        C: last
        S: 250 ok
        S: 250 ok
        S: 250 ok
        CLOSE
        = unknown: ConnectionLost [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn an_operator_types_a_message_by_bdat() {
    check(
        &job(),
        SendMode::Step,
        "
        S: 220 x
        > send
        C: EHLO client.example
        S: 250-x
        S: 250 CHUNKING
        > send
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        > send
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        > skip
        P: DATA
        > send BDAT 4 LAST
        C: BDAT 4 LAST
        > send hi
        C: hi
        S: 250 taken
        P: QUIT
        > send
        C: QUIT
        S: 221 bye
        = accepted 250 taken [joon@example.net 250, team@example.com -]",
    );
}

/// Sends a message of `size` octets to a server that answers each BDAT, the last or not, as
/// `answer` says, and gives the commands that carried it.
fn long(size: u64, pipelining: bool, answer: fn(bool) -> &'static str) -> (Vec<String>, Outcome) {
    let job = mailing(|mail| {
        mail.chunking = true;
        mail.message.size = size;
        mail.envelope.to.truncate(1);
    });
    let mut dialogue = Dialogue::new(job, SendMode::Run);
    let mut commands = Vec::new();
    let mut now = Duration::ZERO;
    let hello: &[u8] = if pipelining {
        b"250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n"
    } else {
        b"250-x\r\n250 CHUNKING\r\n"
    };
    let mut answers = VecDeque::from([b"220 x\r\n".to_vec()]);
    loop {
        now += Duration::from_millis(1);
        match dialogue.poll() {
            Some(Action::Finish(outcome)) => return (commands, outcome),
            Some(Action::Resolve) => dialogue.handle(resolved(), now),
            Some(Action::Connect) => {
                let peer = "192.0.2.1:25".to_owned();
                dialogue.handle(Input::Connected { peer }, now);
            }
            Some(Action::Record(Entry {
                event: Event::Sent { line, .. },
                ..
            })) => {
                let [Span::Text(line)] = &line[..] else {
                    panic!("a secret: {line:?}");
                };
                answers.push_back(match Command::read(line) {
                    Command::Ehlo => hello.to_vec(),
                    Command::Bdat { last, .. } => {
                        commands.push(line.clone());
                        format!("{}\r\n", answer(last)).into_bytes()
                    }
                    _ => b"250 ok\r\n".to_vec(),
                });
            }
            Some(_) => {}
            None => {
                dialogue.handle(Input::Drained, now);
                match (dialogue.wants_message(), answers.pop_front()) {
                    (0, Some(answer)) => dialogue.handle(Input::Received(&answer), now),
                    (0, None) => panic!("blocked after {commands:?}"),
                    (wanted, answer) => {
                        if let Some(answer) = answer {
                            answers.push_front(answer);
                        }
                        // Lines of a hundred octets.
                        let line = [&[b'x'; 98][..], b"\r\n"].concat();
                        let most = wanted.min(100_000) as usize;
                        let octets: Vec<u8> = line.iter().copied().cycle().take(most).collect();
                        dialogue.handle(Input::Message(&octets), now);
                    }
                }
            }
        }
    }
}

#[test]
fn a_long_message_goes_in_chunks() {
    // It comes in pieces of 100,000 octets, and a chunk is as many as fill it.
    for (pipelining, expect) in [
        (
            true,
            &["BDAT 200000", "BDAT 200000", "BDAT 100000 LAST"][..],
        ),
        (false, &["BDAT 500000 LAST"]),
    ] {
        let (commands, outcome) = long(500_000, pipelining, |_| "250 taken");
        assert_eq!(commands, expect, "pipelining: {pipelining}");
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let (commands, outcome) = long(1_300_000, false, |_| "250 taken");
    assert_eq!(commands, ["BDAT 600000", "BDAT 600000", "BDAT 100000 LAST"]);
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

#[test]
fn a_refused_chunk_is_the_last() {
    let (commands, outcome) = long(1_300_000, false, |_| "554 enough");
    assert_eq!(commands, ["BDAT 600000"]);
    assert!(
        matches!(
            outcome,
            Outcome::Refused {
                at: Stage::Message,
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[test]
fn a_chunk_is_answered_by_yes_or_no() {
    let (commands, outcome) = long(1_300_000, false, |_| "354 go on");
    assert_eq!(commands, ["BDAT 600000"]);
    assert!(
        matches!(
            outcome,
            Outcome::Failed {
                at: Stage::Message,
                cause: Failure::UnexpectedReply { .. },
                ..
            }
        ),
        "{outcome:?}"
    );
}

/// Without its first chunk there is no message to take, but nobody knows what such a server has
/// done.
#[test]
fn a_last_chunk_taken_behind_a_refused_one_leaves_it_open() {
    let answer = |last| if last { "250 taken" } else { "554 no" };
    let (commands, outcome) = long(500_000, true, answer);
    assert_eq!(commands, ["BDAT 200000", "BDAT 200000", "BDAT 100000 LAST"]);
    assert!(
        matches!(
            outcome,
            Outcome::Unknown {
                cause: Failure::UnexpectedReply { .. },
                ..
            }
        ),
        "{outcome:?}"
    );
    let (_, outcome) = long(500_000, true, |_| "554 no");
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
}

#[test]
fn every_chunk_has_its_place_in_flight() {
    // More chunks than may be in flight at once.
    let size = (limits::CHUNK * (limits::IN_FLIGHT + 3)) as u64;
    let (commands, outcome) = long(size, true, |_| "250 taken");
    assert!(commands.len() > limits::IN_FLIGHT / 2, "{}", commands.len());
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

/// What takes leave says no more of the message, however late the page hands it over.
#[test]
fn nothing_of_the_message_leaves_behind_the_decision_to_go() {
    let mut dialogue = Dialogue::new(chunked(), SendMode::Run);
    let mut wrote = String::new();
    let mut tell = |input: Input<'_>| {
        dialogue.handle(input, Duration::ZERO);
        while let Some(action) = dialogue.poll() {
            if let Action::Write(octets) = action {
                wrote += &String::from_utf8_lossy(&octets);
            }
        }
        dialogue.wants_message()
    };
    tell(resolved());
    tell(Input::Connected {
        peer: "192.0.2.1:25".into(),
    });
    tell(Input::Received(b"220 x\r\n"));
    let wanted = tell(Input::Received(
        b"250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
    ));
    assert_eq!(wanted, BODY.len() as u64);
    // From here on each line waits for the reply to the one before, and so does the chunk.
    let mode = SendMode::Step;
    let wanted = tell(Input::Operator(Operator::SetMode { mode }));
    assert_eq!(wanted, 0);
    let wanted = tell(Input::ShutDown);
    assert_eq!(wanted, 0);
    tell(Input::Message(BODY.as_bytes()));
    tell(Input::Received(b"250 ok\r\n250 ok\r\n250 ok\r\n"));
    assert!(wrote.contains("RCPT TO:<team@example.com>"), "{wrote}");
    assert!(!wrote.contains("BDAT"), "{wrote}");
    assert!(wrote.ends_with("QUIT\r\n"), "{wrote}");
}
