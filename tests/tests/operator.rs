//! Lines that an operator types in step mode are sent as typed, on purpose, and marked. A secret in
//! them is still redacted.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::{Connection, Scripted};
use glasspost_tests::{job, secret};
use smtp::{Event, Failure, Next, Operator, Origin, Outcome, Paused, Security, SendMode, Stage};
use wire::{FromBridge, FromPage};

/// Steps through a job. `typed` is inserted before the line with the prefix `at`, or replaces it.
async fn step(
    script: &str,
    password: Option<&str>,
    at: &str,
    mut act: impl FnMut(u32) -> Operator + Send,
) -> (Sent, Connection) {
    let mut server = Scripted::start(script).await;
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.05"]);
    let host = job::host("127.0.0.1", server.port(), Security::None);
    let mut start = job::start(host, job::NOTE);
    start.mode = SendMode::Step;
    start.credentials = password.and_then(|password| job::credentials("mina", password));
    let mut done = false;
    let mut operator = |paused: &Paused| match &paused.next {
        Next::Line { line, .. } if !done && line.starts_with(at) => {
            done = true;
            act(paused.step)
        }
        _ => Operator::Send {
            step: paused.step,
            line: None,
        },
    };
    let sent = Page::open(&bridge)
        .await
        .run(start, job::NOTE, &mut operator)
        .await;
    assert!(done, "never paused at {at}: {}", sent.transcript());
    (sent, server.connection().await)
}

/// The origin of the first line with this prefix, as shown.
fn origin(sent: &Sent, start: &str) -> Option<Origin> {
    sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Sent { line, origin, .. } => match line.first() {
            Some(smtp::Span::Text(text)) if text.starts_with(start) => Some(*origin),
            _ => None,
        },
        _ => None,
    })
}

const TO_MAIL: &str = "S: 220 mail.test\nC: EHLO\nS: 250-mail.test\nS: 250 AUTH PLAIN\n";

const REST: &str =
    "C: RCPT\nS: 250 ok\nC: DATA\nS: 354 go\nMESSAGE\nS: 250 queued\nC: QUIT\nS: 221 bye\nFIN";

#[tokio::test]
async fn typed_lines_are_sent_as_typed() {
    for (typed, expected) in [
        ("NOOP", "NOOP"),
        ("vrfy  <x> \"y\"", "vrfy  <x> \"y\""),
        ("NOOP \u{1b}[31m\u{7f}", "NOOP \u{1b}[31m\u{7f}"),
        ("NOOP 한국", "NOOP 한국"),
    ] {
        let script = format!("{TO_MAIL}C: {expected}\nS: 250 ok\nC: MAIL\nS: 250 ok\n{REST}");
        let (sent, connection) = step(&script, None, "MAIL", |step| Operator::Insert {
            step,
            line: typed.to_owned(),
        })
        .await;
        assert_eq!(connection.deviation, None, "{typed:?}");
        assert!(
            connection.clear().contains(&format!("\r\n{expected}\r\n")),
            "{typed:?} was sent as {:?}",
            connection.clear()
        );
        assert_eq!(origin(&sent, typed), Some(Origin::Typed), "{typed:?}");
        assert_eq!(origin(&sent, "MAIL"), Some(Origin::Planned));
        assert!(sent.accepted(), "{typed:?}: {}", sent.transcript());
    }
}

#[tokio::test]
async fn a_line_end_in_a_typed_line_makes_two_lines() {
    let script = format!(
        "{TO_MAIL}C: NOOP\nC: NOOP again\nS: 250 ok\nS: 250 ok\nC: MAIL\nS: 250 ok\n{REST}"
    );
    let (sent, connection) = step(&script, None, "MAIL", |step| Operator::Insert {
        step,
        line: "NOOP\r\nNOOP again".to_owned(),
    })
    .await;
    assert_eq!(connection.deviation, None, "{}", sent.transcript());
    assert_eq!(origin(&sent, "NOOP again"), Some(Origin::Typed));
    assert!(sent.accepted(), "{}", sent.transcript());
}

#[tokio::test]
async fn an_edited_line_is_marked() {
    let script = format!("{TO_MAIL}C: MAIL FROM:<edited@example.org> X=1\nS: 250 ok\n{REST}");
    let (sent, connection) = step(&script, None, "MAIL", |step| Operator::Send {
        step,
        line: Some("MAIL FROM:<edited@example.org> X=1".to_owned()),
    })
    .await;
    assert_eq!(connection.deviation, None, "{}", sent.transcript());
    assert_eq!(origin(&sent, "MAIL"), Some(Origin::Edited));
    assert!(sent.accepted(), "{}", sent.transcript());
}

#[tokio::test]
async fn a_secret_is_redacted_in_edited_and_typed_lines() {
    const PASSWORD: &str = "Tr0ub4dor-and-3";
    let script = format!(
        "{TO_MAIL}C: auth plain AG1pbmEAVHIwdWI0ZG9yLWFuZC0z\nS: 235 ok\nC: MAIL\nS: 250 ok\n{REST}"
    );
    for act in [
        (|step| Operator::Send {
            step,
            line: Some(format!("auth plain {}", smtp::SECRET)),
        }) as fn(u32) -> Operator,
        |step| Operator::Send {
            step,
            line: Some("auth plain AG1pbmEAVHIwdWI0ZG9yLWFuZC0z".to_owned()),
        },
    ] {
        let (sent, connection) = step(&script, Some(PASSWORD), "AUTH", act).await;
        assert_eq!(connection.deviation, None, "{}", sent.transcript());
        assert!(sent.accepted(), "{}", sent.transcript());
        secret::assert_absent(&[PASSWORD], &format!("{sent:?}"), "what the page received");
    }
}

/// A line that a lenient server reads as AUTH is sent as typed to this machine, and is redacted
/// like AUTH.
#[tokio::test]
async fn a_secret_is_redacted_in_a_disguised_line() {
    const PASSWORD: &str = "Tr0ub4dor-and-3";
    const RESPONSE: &str = "AG1pbmEAVHIwdWI0ZG9yLWFuZC0z";
    for (typed, credentials) in [
        (format!(" AUTH PLAIN {RESPONSE}"), false),
        (format!("NOOP\nAUTH PLAIN {RESPONSE}"), false),
        (format!("AUTH\u{b}PLAIN {RESPONSE}"), false),
        (format!("AUTH=PLAIN {RESPONSE}"), false),
        (format!("AUTH {RESPONSE}"), false),
        (RESPONSE.to_owned(), false),
        (format!("NOOP {PASSWORD}"), true),
        (format!("RCPT TO:<{PASSWORD}>"), true),
        (format!("NOOP {RESPONSE}"), true),
    ] {
        let script = "S: 220 mail.test\nC: EHLO\nS: 250-mail.test\nS: 250 AUTH PLAIN\nC: \n\
             S: 500 what is Tr0ub4dor-and-3?\nFIN";
        let password = credentials.then_some(PASSWORD);
        let at = if credentials { "AUTH" } else { "MAIL" };
        let (sent, connection) = step(script, password, at, |step| Operator::Insert {
            step,
            line: typed.clone(),
        })
        .await;
        let expected = connection.clear();
        assert!(
            expected.contains(&format!("\r\n{typed}\r\n")),
            "{expected:?}"
        );
        let place = format!("what the page received about {typed:?}");
        secret::assert_absent(&[PASSWORD], &format!("{sent:?}"), &place);
        assert!(format!("{sent:?}").contains(smtp::SECRET), "{sent:?}");
    }
}

/// The operator can abort, and choose another mode, while a TLS handshake is under way.
#[tokio::test]
async fn the_operator_is_heeded_during_a_handshake() {
    let mut server = Scripted::start("RECORD\nSILENT").await;
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let mut page = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::Tls);
    let start = job::start(host, job::NOTE);
    let id = start.id;
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let connected = |event: &Event| matches!(event, Event::Connected { .. });
    while !matches!(page.next_event().await,
        FromBridge::Entry { entry, .. } if connected(&entry.event))
    {}
    for mode in [SendMode::Step, SendMode::Run] {
        let act = Operator::SetMode { mode };
        page.send_frame(&FromPage::Operator { id, act }).await;
    }
    let act = Operator::Abort;
    page.send_frame(&FromPage::Operator { id, act }).await;
    let outcome = loop {
        if let FromBridge::Finished { outcome, .. } = page.next_event().await {
            break *outcome;
        }
    };
    let expected = Outcome::Failed {
        at: Stage::Tls,
        cause: Failure::Aborted,
        recipients: outcome.recipients().to_vec(),
    };
    assert_eq!(outcome, expected);
    drop(server.connection().await);

    // A mode that is chosen before there is a line to pause at counts for all lines.
    let mut start = job::start(job::practice(Security::Tls), job::NOTE);
    (start.id, start.mode) = (2, SendMode::Step);
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let mode = SendMode::Run;
    let act = Operator::SetMode { mode };
    page.send_frame(&FromPage::Operator { id: 2, act }).await;
    let mut paused = 0;
    let mut operator = |_: &Paused| {
        paused += 1;
        Operator::SetMode { mode }
    };
    let sent = page.follow(2, job::NOTE, &mut operator).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    assert!(paused <= 1, "paused {paused} times");
}
