//! Connections that are opened ahead of their message, and that stay open for the next.

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

/// The lines of one side. How the two sides' lines mingle is a matter of who is faster.
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
async fn messages_go_over_a_connection_opened_and_signed_in_beforehand() {
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
        assert!(sent.entries[0].seq > 0, "it goes on where it was");
        let told = sent.transcript();
        let mut expected = vec![
            format!("MAIL FROM:<mina@example.org> SIZE={size}"),
            "RCPT TO:<hana@example.org>".to_owned(),
        ];
        if chunking {
            expected.push(format!("BDAT {size} LAST"));
        } else {
            expected.extend(["DATA".to_owned(), ".".to_owned()]);
        }
        assert_eq!(lines(&told, "C:: "), expected, "{told}");
        let replies = lines(&told, "S:: ");
        assert_eq!(replies.len(), expected.len(), "{told}");
        let accepted = replies.last().expect("a reply to the message");
        let queue_id = accepted.strip_prefix("250 2.0.0 OK: queued as ");
        assert!(
            queue_id.is_some_and(|id| queue_ids.insert(id.to_owned())),
            "{told}"
        );
    }

    let mailbox = page.mailbox(|state| state.messages.len() == 3).await;
    for message in &mailbox.messages {
        assert_eq!(message.user.as_deref(), Some("mina"));
        assert_eq!(page.read(message.id).await.as_deref(), Some(job::NOTE));
    }

    // A refusal is the message's, not the connection's.
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
    page.say(&FromPage::Operator { id: 5, act }).await;
    let end = transcript(&page.connection_closed(5).await);
    assert!(end.starts_with("C:: QUIT\nS:: 221 "), "{end}");
}

#[tokio::test]
async fn a_message_stepped_through_begins_where_the_connection_stands() {
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
async fn a_message_may_overtake_the_connection_that_is_opened_for_it() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    page.say(&FromPage::Open(Box::new(open(1, server.clone()))))
        .await;
    let start = job::start(server, job::NOTE);
    page.say(&FromPage::Start(Box::new(Start { id: 2, ..start })))
        .await;
    let mut seq = 0;
    loop {
        match page.hear().await {
            FromBridge::Entry { entry, .. } => {
                assert_eq!(entry.seq, seq, "one connection");
                seq += 1;
            }
            FromBridge::Credit { id: 2, .. } => {
                page.put(Message::binary(message_frame(2, job::NOTE))).await;
            }
            // It may have been there first.
            FromBridge::Finished { id: 1, outcome, .. } => assert_eq!(*outcome, Outcome::Ready),
            FromBridge::Finished {
                id: 2,
                outcome,
                waits,
            } => {
                assert!(matches!(*outcome, Outcome::Accepted { .. }), "{outcome:?}");
                assert!(!waits, "nobody asked for it");
                return;
            }
            FromBridge::Progress { .. } | FromBridge::Mailbox(_) => (),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_is_told_of_and_the_next_message_has_its_own() {
    let script = format!("{ONCE}\n FIN");
    let mut server = Scripted::start(&script).await;
    let bridge = any_port().await;
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, at(&server))).await);
    page.connection_closed(1).await;
    drop(server.visit().await);

    let mut start = next(2, at(&server));
    start.keep_open = false;
    let sent = page.send(start, job::NOTE).await;
    assert_eq!(sent.entries[0].seq, 0, "a connection of its own");
    assert_eq!(sent.summary(), "failed connection_lost");

    // The same with a word of farewell.
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
async fn another_server_or_another_user_is_another_connection() {
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
    page.say(&FromPage::Start(Box::new(start))).await;
    let visit = server.visit().await;
    assert_eq!(visit.strayed, None, "{}", visit.clear());

    // The same server with another user: the open connection is signed in as nobody.
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, practice.clone())).await);
    let start = Start {
        credentials: job::credentials("mina", "practice"),
        ..next(2, practice)
    };
    page.say(&FromPage::Start(Box::new(start))).await;
    let entry = loop {
        match page.hear().await {
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
async fn an_idle_connection_is_stirred_and_goes_with_its_page() {
    let script = format!("{ONCE}\n C: NOOP\n S: 250 ok\n C: NOOP\n S: 250 ok\n HUSH");
    let mut server = Scripted::start(&script).await;
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.005"]);
    let mut page = Page::open(&bridge).await;
    assert_ready(&page.open_ahead(open(1, at(&server))).await);
    let mut noops = 0;
    while noops < 2 {
        if let FromBridge::Entry { id: 1, entry } = page.hear().await {
            let told = transcript(&[*entry]);
            noops += usize::from(told == "C: NOOP\n");
        }
    }
    drop(page);
    let visit = server.visit().await;
    assert!(!visit.clear().contains("MAIL"), "{}", visit.clear());
}

#[tokio::test]
async fn an_opening_that_fails_says_so_once() {
    let server = Scripted::start("S: 554 5.7.1 not you\n C: QUIT\n S: 221 bye\n FIN").await;
    let bridge = any_port().await;
    let mut page = Page::open(&bridge).await;
    let opened = page.open_ahead(open(1, at(&server))).await;
    assert_eq!(opened.summary(), "refused 554");
    assert!(!opened.waits);
    // And the next message is not in its way.
    let server = job::practice(Security::None);
    let start = Start {
        id: 2,
        ..job::start(server, job::NOTE)
    };
    assert!(page.send(start, job::NOTE).await.accepted());
}
