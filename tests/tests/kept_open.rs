//! Connections that are opened ahead of their message, and connections kept open for the next
//! message.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::{Page, Sent, transcript};
use glasspost_tests::scripted::Scripted;
use smtp::{Operator, Outcome, Security, SendMode};
use tokio_tungstenite::tungstenite::Message;
use wire::{FromBridge, FromPage, Open, Server, Start, message_frame};

const ONCE: &str = "
    S: 220 mail.example ESMTP
    C: EHLO
    S: 250-mail.example
    S: 250 SIZE 100000";

/// The lines of one side. The order between the two sides depends on timing.
fn lines(of: &str, side: &str) -> Vec<String> {
    of.lines()
        .filter_map(|line| line.strip_prefix(side))
        .map(str::to_owned)
        .collect()
}

fn open(id: u32, server: Server) -> Open {
    Open {
        id,
        server,
        credentials: None,
        client_name: None,
    }
}

fn next(id: u32, server: Server) -> Start {
    Start {
        id,
        keep_open: true,
        ..job::start(server, job::NOTE)
    }
}

fn at(server: &Scripted) -> Server {
    job::host("127.0.0.1", server.port(), Security::None)
}

fn assert_ready(sent: &Sent) {
    assert_eq!(sent.outcome(), &Outcome::Ready, "{}", sent.transcript());
    assert!(sent.waits);
}

async fn any_port() -> Bridge {
    Bridge::with(&["--allow-port", "any"])
}

#[tokio::test]
async fn messages_use_a_connection_opened_and_signed_in_ahead() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    let credentials = job::credentials("mina", "practice");
    let opened = page
        .open_ahead(Open {
            credentials: credentials.clone(),
            ..open(1, server.clone())
        })
        .await;
    assert_ready(&opened);
    let before = opened.transcript();
    assert!(before.contains("C:: AUTH PLAIN ⟨secret⟩"), "{before}");

    let size = job::NOTE.len();
    let mut queue_ids = std::collections::BTreeSet::new();
    for (id, chunking) in [(2, false), (3, true), (4, true)] {
        let start = Start {
            credentials: credentials.clone(),
            chunking,
            ..next(id, server.clone())
        };
        let sent = page.send(start, job::NOTE).await;
        assert!(sent.accepted() && sent.waits, "{}", sent.transcript());
        assert!(sent.entries[0].seq > 0, "it continues where it was");
        let shown = sent.transcript();
        let mut expected = vec![
            format!("MAIL FROM:<mina@example.org> SIZE={size}"),
            "RCPT TO:<hana@example.org>".to_owned(),
        ];
        if chunking {
            expected.push(format!("BDAT {size} LAST"));
        } else {
            expected.extend(["DATA".to_owned(), ".".to_owned()]);
        }
        assert_eq!(lines(&shown, "C:: "), expected, "{shown}");
        let replies = lines(&shown, "S:: ");
        assert_eq!(replies.len(), expected.len(), "{shown}");
        let accepted = replies.last().expect("a reply to the message");
        let queue_id = accepted.strip_prefix("250 2.0.0 OK: queued as ");
        assert!(
            queue_id.is_some_and(|id| queue_ids.insert(id.to_owned())),
            "{shown}"
        );
    }

    let mailbox = page.mailbox(|state| state.messages.len() == 3).await;
    for message in &mailbox.messages {
        assert_eq!(message.user.as_deref(), Some("mina"));
        assert_eq!(page.read(message.id).await.as_deref(), Some(job::NOTE));
    }

    // The refusal concerns the message, not the connection.
    let mut refused = Start {
        credentials: credentials.clone(),
        ..next(5, server.clone())
    };
    refused.to = vec!["refused@practice.test".to_owned()];
    let sent = page.send(refused, job::NOTE).await;
    assert!(
        sent.summary().starts_with("refused 550") && sent.waits,
        "{}",
        sent.transcript()
    );
    assert!(sent.transcript().contains("C:: RSET\n"));

    let act = Operator::Abort;
    page.send_frame(&FromPage::Operator { id: 5, act }).await;
    let end = transcript(&page.connection_closed(5).await);
    assert!(end.starts_with("C:: QUIT\nS:: 221 "), "{end}");
}

#[tokio::test]
async fn stepping_starts_at_the_state_of_the_connection() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Tls);
    assert_ready(&page.open_ahead(open(1, server.clone())).await);
    let start = Start {
        mode: SendMode::Step,
        ..next(2, server)
    };
    let mut paused = Vec::new();
    let sent = page
        .run(start, job::NOTE, &mut |line| {
            paused.push(format!("{:?}", line.next));
            Operator::Send {
                step: line.step,
                line: None,
            }
        })
        .await;
    assert!(sent.accepted() && sent.waits, "{}", sent.transcript());
    assert!(paused[0].contains("MAIL FROM"), "{paused:?}");
}

#[tokio::test]
async fn a_message_may_be_sent_before_its_connection_is_ready() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    page.send_frame(&FromPage::Open(Box::new(open(1, server.clone()))))
        .await;
    let start = job::start(server, job::NOTE);
    page.send_frame(&FromPage::Start(Box::new(Start { id: 2, ..start })))
        .await;
    let mut seq = 0;
    loop {
        match page.next_event().await {
            FromBridge::Entry { entry, .. } => {
                assert_eq!(entry.seq, seq, "one connection");
                seq += 1;
            }
            FromBridge::Credit { id: 2, .. } => {
                page.send_raw(Message::binary(message_frame(2, job::NOTE)))
                    .await;
            }
            // The lost connection may have been reported first.
            FromBridge::Finished { id: 1, outcome, .. } => assert_eq!(*outcome, Outcome::Ready),
            FromBridge::Finished {
                id: 2,
                outcome,
                waits,
            } => {
                assert!(matches!(*outcome, Outcome::Accepted { .. }), "{outcome:?}");
                assert!(!waits, "it was not requested");
                return;
            }
            FromBridge::Progress { .. } | FromBridge::Mailbox(_) => (),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_lost_connection_is_reported_and_the_next_message_opens_another() {
    let script = format!("{ONCE}\n FIN");
    let mut server = Scripted::start(&script).await;
    let bridge = any_port().await;
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, at(&server))).await);
    page.connection_closed(1).await;
    drop(server.connection().await);

    let mut start = next(2, at(&server));
    start.keep_open = false;
    let sent = page.send(start, job::NOTE).await;
    assert_eq!(sent.entries[0].seq, 0, "a connection of its own");
    assert_eq!(sent.summary(), "failed connection_lost");

    // The same with a 421 before the close.
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.005"]);
    let mut page = Page::open(&bridge).await;
    let script = format!("{ONCE}\n C: NOOP\n S: 421 4.4.2 idle too long");
    let polite = Scripted::start(&script).await;
    assert_ready(&page.open_ahead(open(3, at(&polite))).await);
    let end = transcript(&page.connection_closed(3).await);
    assert!(
        end.starts_with("C: NOOP\nS: 421 4.4.2 idle too long\n"),
        "{end}"
    );
}

#[tokio::test]
async fn another_server_or_user_gets_another_connection() {
    let script = format!("{ONCE}\n C: QUIT\n S: 221 bye\n FIN");
    let mut server = Scripted::start(&script).await;
    let bridge = any_port().await;
    let mut page = Page::open(&bridge).await;
    let practice = job::practice(Security::Starttls);
    assert_ready(&page.open_ahead(open(1, at(&server))).await);
    let start = Start {
        id: 2,
        ..job::start(practice.clone(), job::NOTE)
    };
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let connection = server.connection().await;
    assert_eq!(connection.deviation, None, "{}", connection.clear());

    // The same server with another user: the open connection has no sign-in.
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, practice.clone())).await);
    let start = Start {
        credentials: job::credentials("mina", "practice"),
        ..next(2, practice)
    };
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let entry = loop {
        match page.next_event().await {
            FromBridge::Entry { id: 2, entry } => break entry,
            FromBridge::Entry { id: 1, .. }
            | FromBridge::Closed { id: 1 }
            | FromBridge::Mailbox(_) => (),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(entry.seq, 0);
}

#[tokio::test]
async fn an_idle_connection_is_kept_alive_and_closes_with_its_page() {
    let script = format!("{ONCE}\n C: NOOP\n S: 250 ok\n C: NOOP\n S: 250 ok\n SILENT");
    let mut server = Scripted::start(&script).await;
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.005"]);
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, at(&server))).await);
    let mut noops = 0;
    while noops < 2 {
        if let FromBridge::Entry { id: 1, entry } = page.next_event().await {
            let shown = transcript(&[*entry]);
            noops += usize::from(shown == "C: NOOP\n");
        }
    }
    drop(page);
    let connection = server.connection().await;
    assert!(
        !connection.clear().contains("MAIL"),
        "{}",
        connection.clear()
    );
}

#[tokio::test]
async fn a_failed_opening_is_reported_once() {
    let server = Scripted::start("S: 554 5.7.1 not you\n C: QUIT\n S: 221 bye\n FIN").await;
    let bridge = any_port().await;
    let mut page = Page::open(&bridge).await;
    let opened = page.open_ahead(open(1, at(&server))).await;
    assert_eq!(opened.summary(), "refused 554");
    assert!(!opened.waits);
    // And it does not prevent the next message.
    let server = job::practice(Security::None);
    let start = Start {
        id: 2,
        ..job::start(server, job::NOTE)
    };
    assert!(page.send(start, job::NOTE).await.accepted());
}
