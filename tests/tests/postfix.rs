//! The whole road to a mail server that is not ours: Postfix, with STARTTLS, a refused recipient and a message in Korean.

use glasspost_tests::authority::{Authority, Validity};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::postfix::Postfix;
use glasspost_tests::scripted::Scripted;
use smtp::{Event, Fate, Outcome, Security, TlsFacts, Trust};
use wire::Start;

const NAME: &str = "mx.postfix.example";
const KNOWN: &str = "hana@postfix.example";
const UNKNOWN: &str = "nobody@postfix.example";

/// Where Postfix hands its mail on to: the end of the road.
const SINK: &str = "
    S: 220 sink.example LMTP
    C: LHLO
    S: 250-sink.example
    S: 250-8BITMIME
    S: 250 SMTPUTF8
    C: MAIL
    S: 250 2.1.0 Ok
    C: RCPT
    S: 250 2.1.5 Ok
    C: DATA
    S: 354 go on
    MESSAGE
    S: 250 2.0.0 Kept
    C: QUIT
    S: 221 2.0.0 Bye
    FIN";

struct Road {
    authority: Authority,
    sink: Scripted,
    postfix: Postfix,
}

impl Road {
    async fn open() -> Road {
        let authority = Authority::new();
        let leaf = authority.leaf(&[NAME], Validity::Now);
        let sink = Scripted::start(SINK).await;
        let postfix = Postfix::start(NAME, &leaf, &[KNOWN], sink.address());
        Road {
            authority,
            sink,
            postfix,
        }
    }

    fn bridge(&self) -> Bridge {
        Bridge::with(&[
            "--extra-ca",
            &self.authority.argument(),
            "--resolve",
            &format!("{NAME}:{}", self.postfix.address().ip()),
            "--allow-port",
            &self.postfix.address().port().to_string(),
        ])
    }

    fn job(&self, to: &[&str], message: &[u8]) -> Start {
        let server = job::host(NAME, self.postfix.address().port(), Security::Starttls);
        let mut start = job::start(server, message);
        start.to = to.iter().map(|to| (*to).to_owned()).collect();
        start
    }

    /// What arrived at the sink: without what Postfix put before it, and as it was before dots were doubled.
    async fn delivered(&mut self) -> String {
        let visit = self.sink.visit().await;
        assert_eq!(
            visit.strayed,
            None,
            "{}\n{}",
            visit.clear(),
            self.postfix.log()
        );
        let clear = visit.clear();
        let data = clear
            .split_once("\r\nDATA\r\n")
            .and_then(|(_, rest)| rest.split_once("\r\n.\r\n"))
            .unwrap_or_else(|| panic!("no message in {clear:?}"))
            .0;
        let message: String = data
            .split("\r\n")
            .map(|line| format!("{}\r\n", line.strip_prefix('.').unwrap_or(line)))
            .collect();
        without_trace(&message).to_owned()
    }
}

/// A message without the trace fields on top of it (RFC 5321 §4.4), which Postfix has to add.
fn without_trace(mut message: &str) -> &str {
    const TRACE: [&str; 4] = [
        "Return-Path:",
        "Delivered-To:",
        "X-Original-To:",
        "Received:",
    ];
    while TRACE.iter().any(|field| message.starts_with(field)) {
        loop {
            let Some((_, rest)) = message.split_once("\r\n") else {
                return "";
            };
            message = rest;
            if !message.starts_with([' ', '\t']) {
                break;
            }
        }
    }
    message
}

fn tls(sent: &Sent) -> Option<&TlsFacts> {
    sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Secured { tls } => Some(tls),
        _ => None,
    })
}

#[tokio::test]
async fn a_korean_message_to_two_of_whom_one_is_unknown() {
    let mut road = Road::open().await;
    let bridge = road.bridge();
    for pipelining in [true, false] {
        let message = job::KOREAN.as_bytes();
        let mut start = road.job(&[UNKNOWN, KNOWN], message);
        start.pipelining = pipelining;
        let sent = Page::open(&bridge).await.send(start, message).await;
        let Outcome::Accepted { reply, recipients } = sent.outcome() else {
            panic!(
                "{:?}\n{}\n{}",
                sent.end,
                sent.transcript(),
                road.postfix.log()
            );
        };
        assert!(reply.text().contains("queued as"), "{reply}");
        assert_eq!(recipients.len(), 2);
        assert_eq!(recipients[0].address, UNKNOWN);
        match &recipients[0].fate {
            Fate::Refused { reply } => {
                assert!(reply.is(550), "{reply}");
                assert_eq!(
                    reply.enhanced.map(|code| code.to_string()).as_deref(),
                    Some("5.1.1")
                );
            }
            other => panic!("{UNKNOWN}: {other:?}"),
        }
        assert!(matches!(recipients[1].fate, Fate::Accepted { .. }));
        let facts = tls(&sent).unwrap_or_else(|| panic!("no TLS:\n{}", sent.transcript()));
        assert_eq!(facts.trust, Trust::ExtraCa);
        assert_eq!(facts.version, "TLS 1.3");
        assert_eq!(facts.names, [NAME]);
        assert_eq!(road.delivered().await, job::KOREAN);
    }
}

#[tokio::test]
async fn every_recipient_unknown_is_a_refusal_without_data() {
    let road = Road::open().await;
    let bridge = road.bridge();
    for pipelining in [true, false] {
        let mut start = road.job(&[UNKNOWN], job::NOTE);
        start.pipelining = pipelining;
        let sent = Page::open(&bridge).await.send(start, job::NOTE).await;
        assert!(
            matches!(sent.outcome(), Outcome::Refused { reply, .. } if reply.is(550)),
            "{:?}\n{}",
            sent.end,
            sent.transcript()
        );
    }
    assert!(!road.sink.was_visited());
}

#[tokio::test]
async fn without_the_authority_nothing_is_sent() {
    let road = Road::open().await;
    let bridge = Bridge::with(&[
        "--resolve",
        &format!("{NAME}:127.0.0.1"),
        "--allow-port",
        &road.postfix.address().port().to_string(),
    ]);
    let sent = Page::open(&bridge)
        .await
        .send(road.job(&[KNOWN], job::NOTE), job::NOTE)
        .await;
    assert!(
        matches!(
            sent.outcome(),
            Outcome::Failed {
                cause: smtp::Failure::Tls {
                    why: smtp::TlsFailure::UnknownIssuer
                },
                ..
            }
        ),
        "{:?}",
        sent.end
    );
    assert!(!sent.transcript().contains("MAIL"), "{}", sent.transcript());
}

#[test]
fn trace_fields_are_told_from_the_message() {
    fn check(message: &str, expect: &str) {
        assert_eq!(without_trace(message), expect);
    }
    check(
        "Received: from a\r\n\tby b\r\nFrom: x\r\n\r\n",
        "From: x\r\n\r\n",
    );
    check(
        "From: x\r\nReceived: y\r\n\r\n",
        "From: x\r\nReceived: y\r\n\r\n",
    );
}
