//! The page's side of the bridge: what a broken or hostile page can send over the WebSocket, and
//! how much.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use futures_util::{SinkExt, StreamExt};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{End, Frame, Handshake, Page, Refusal, frame, transcript};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{http, job, process, soon};
use smtp::Security;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use wire::{FromBridge, FromPage, NotStarted, Start, handshake, message_frame};

/// Growth of memory that counts as constant, in KiB.
const FLAT_KIB: u64 = 8 * 1024;

/// Checks that the bridge still works for a well-behaved page.
async fn assert_works(bridge: &Bridge, after: &str) {
    let server = job::practice(Security::Starttls);
    let sent = Page::open(bridge)
        .await
        .send(job::start(server, job::NOTE), job::NOTE)
        .await;
    assert!(sent.accepted(), "after {after}: {}", sent.transcript());
}

// 30. Frames.

#[tokio::test]
async fn text_that_is_not_of_the_protocol_closes_the_socket() {
    let bridge = Bridge::start();
    let start = serde_json::to_string(&FromPage::Start(Box::new(job::start(
        job::practice(Security::None),
        job::NOTE,
    ))))
    .expect("JSON");
    let bad = [
        String::new(),
        " ".to_owned(),
        "{".to_owned(),
        "{}".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "true".to_owned(),
        "\"Clear\"".to_owned(),
        "clear".to_owned(),
        "\0".to_owned(),
        r#"{"obey":{}}"#.to_owned(),
        r#""obey""#.to_owned(),
        r#"{"clear":{}}"#.to_owned(),
        r#"{"start":1}"#.to_owned(),
        r#"{"delete":{"id":1},"delete":{"id":1}}"#.to_owned(),
        r#""clear""clear""#.to_owned(),
        r#"{"delete":{"id":1},}"#.to_owned(),
        r#"{"read":{"id":1,"more":1}}"#.to_owned(),
        r#"{"welcome":{}}"#.to_owned(),
        r#"{"read":{}}"#.to_owned(),
        r#"{"read":{"id":-1}}"#.to_owned(),
        r#"{"read":{"id":1.5}}"#.to_owned(),
        r#"{"read":{"id":1e999}}"#.to_owned(),
        r#"{"read":{"id":18446744073709551616}}"#.to_owned(),
        r#"{"read":{"id":"1"}}"#.to_owned(),
        r#"{"read":{"id":1,"id":2}}"#.to_owned(),
        r#"{"read":{"id":null}}"#.to_owned(),
        r#"{"operator":{"id":1,"act":{"insert":{"step":1,"line":"\ud800"}}}}"#.to_owned(),
        r#"{"operator":{"id":1,"act":"obey"}}"#.to_owned(),
        start.replacen("\"to\"", "\"to\":[],\"to\"", 1),
        start.replacen("\"id\":1", "\"id\":4294967296", 1),
        start.replacen("\"size\":", "\"size\":-", 1),
        start.replacen("\"none\"", "\"some\"", 1),
        start.replacen("\"mode\"", "\"peace\"", 1),
        "[".repeat(200_000),
        r#"{"start":"#.repeat(20_000),
        format!("{}1", "[".repeat(1_000)),
        format!(r#"{{"{}":{{}}}}"#, "x".repeat(200_000)),
    ];
    for text in bad {
        let shown: String = text.chars().take(80).collect();
        let mut page = Page::open(&bridge).await;
        page.send_raw(Message::text(text)).await;
        assert_closed(&mut page, handshake::CLOSE_MALFORMED, &shown).await;
    }
    // Too short for the id of a dialogue.
    for octets in [&b""[..], b"\0\0\0"] {
        let mut page = Page::open(&bridge).await;
        page.send_raw(Message::binary(octets.to_vec())).await;
        assert_closed(&mut page, handshake::CLOSE_MALFORMED, "no id").await;
    }
    assert_works(&bridge, "malformed text").await;
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn frames_too_large_close_the_socket_and_leave_memory_constant() {
    let bridge = Bridge::with(&["--log", "warn"]);
    assert_works(&bridge, "nothing").await;
    process::forget_peak(bridge.pid());
    let before = process::memory_kib(bridge.pid(), "VmHWM");
    let blank = |octets: usize| " ".repeat(octets);
    let large = [
        Message::text(blank(wire::TEXT_FRAME + 1)),
        Message::binary(vec![0; wire::BINARY_FRAME + 1]),
        Message::text(blank(17 * 1024 * 1024)),
        Message::binary(vec![0; 17 * 1024 * 1024]),
    ];
    for message in large {
        let what = format!("{} octets", message.len());
        let (mut sink, mut stream) = Page::open(&bridge).await.into_socket().split();
        // The bridge closes before it has read everything, so writing may fail and must continue
        // while waiting for the close.
        let write = tokio::spawn(async move { drop(sink.send(message).await) });
        let close = soon("the close", async {
            loop {
                match stream.next().await {
                    Some(Ok(Message::Close(close))) => break close,
                    Some(Ok(_)) => (),
                    // If much is unread, the connection may be reset before the close frame is
                    // read.
                    Some(Err(_)) | None => break None,
                }
            }
        })
        .await;
        if let Some(close) = close {
            assert_eq!(
                u16::from(close.code),
                handshake::CLOSE_MALFORMED,
                "{what}: {close:?}"
            );
        }
        write.abort();
    }
    // A frame that only claims to be large, and a message of many frames.
    let half = |first: u8| {
        let mut frame = vec![first, 0xff, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0, 0, 0, 0];
        frame.resize(frame.len() + 0x3_ffff, b' ');
        frame
    };
    for octets in [
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0".to_vec(),
        b"\x82\xff\0\0\0\0\x40\0\0\0\0\0\0\0".to_vec(),
        [half(0x01), half(0x00), half(0x00)].concat(),
    ] {
        let mut socket = Page::open(&bridge).await.into_socket();
        // The bridge may close before it has read everything.
        drop(soon("room for a frame", socket.get_mut().write_all(&octets)).await);
        closed(&mut socket).await;
    }
    let after = process::memory_kib(bridge.pid(), "VmHWM");
    assert!(
        after < before + FLAT_KIB,
        "memory grew from {before} to {after} KiB"
    );
    assert_works(&bridge, "large frames").await;
}

#[tokio::test]
async fn frames_that_break_websocket_close_the_socket() {
    let bridge = Bridge::start();
    let text = |payload: &[u8]| {
        Message::Frame(RawFrame::message(
            payload.to_vec(),
            OpCode::Data(Data::Text),
            true,
        ))
    };
    for payload in [
        b"\xff".as_slice(),
        b"{\"type\":\"\xc3\x28\"}",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"{\"type\":\"clear\"}\xc0\x80",
    ] {
        let mut page = Page::open(&bridge).await;
        page.send_raw(text(payload)).await;
        assert_closed(&mut page, handshake::CLOSE_MALFORMED, "bad UTF-8").await;
    }
    for octets in [
        // Not masked, a reserved bit, an unknown opcode, a fragmented control frame, a control
        // frame that is too large, and a continuation without a start.
        b"\x81\x02{}".as_slice(),
        b"\xc1\x82\0\0\0\0{}",
        b"\x83\x82\0\0\0\0{}",
        b"\x09\x82\0\0\0\0{}",
        &[b"\x89\xfe\x01\x00\0\0\0\0".as_slice(), &[0; 256]].concat(),
        b"\x80\x82\0\0\0\0{}",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut socket = Page::open(&bridge).await.into_socket();
        soon("room for a frame", socket.get_mut().write_all(octets))
            .await
            .expect("an open socket");
        closed(&mut socket).await;
    }
    assert_works(&bridge, "broken frames").await;
}

#[tokio::test]
async fn octets_without_credit_close_the_socket() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    page.send_raw(Message::binary(message_frame(1, b"octets of nothing")))
        .await;
    assert_closed(&mut page, handshake::CLOSE_CREDIT, "no dialogue").await;

    // A server that never sends 354, so every octet exceeds the credit.
    let mut server = Scripted::start("S: 220 hello\nSILENT").await;
    let port = server.port().to_string();
    let bridge = Bridge::with(&["--allow-port", &port]);
    let mut page = Page::open(&bridge).await;
    let message = vec![b'x'; 4 * usize::try_from(wire::WINDOW).expect("a small window")];
    let start = job::start(
        job::host("127.0.0.1", server.port(), Security::None),
        &message,
    );
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    // Before a 354 there may be no connection to wait for.
    while !matches!(page.next_event().await, FromBridge::Entry { .. }) {}
    for piece in message.chunks(wire::MESSAGE_OCTETS) {
        // The close may come before everything is written.
        let frame = message_frame(1, piece);
        page.try_send_raw(Message::binary(frame)).await;
    }
    assert_closed(&mut page, handshake::CLOSE_CREDIT, "beyond the credit").await;
    drop(server.connection().await);
    assert_works(&bridge, "octets beyond the credit").await;
}

/// Octets of a message that is over may cross with its end. They are dropped, within the credit of
/// that message, whatever has been started since.
#[tokio::test]
async fn octets_of_a_message_that_is_over_are_dropped() {
    let script = "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\n\
                  C: DATA\nS: 354 go on\nSILENT";
    let mut server = Scripted::start(script).await;
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let mut page = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::None);
    page.send_frame(&FromPage::Start(Box::new(job::start(host, job::NOTE))))
        .await;
    loop {
        match page.next_event().await {
            FromBridge::Credit { id: 1, upto } => {
                assert_eq!(upto, job::NOTE.len() as u64);
                let act = smtp::Operator::Abort;
                page.send_frame(&FromPage::Operator { id: 1, act }).await;
            }
            FromBridge::Finished { id: 1, .. } => break,
            _ => (),
        }
    }
    drop(server.connection().await);
    // The next one waits before its first line, so it has no credit yet.
    let mut next = job::start(job::practice(Security::None), job::NOTE);
    (next.id, next.mode) = (2, smtp::SendMode::Step);
    page.send_frame(&FromPage::Start(Box::new(next))).await;
    while !matches!(page.next_event().await, FromBridge::Paused { id: 2, .. }) {}
    let (first, rest) = job::NOTE.split_at(40);
    for piece in [first, rest] {
        page.send_raw(Message::binary(message_frame(1, piece)))
            .await;
    }
    let act = smtp::Operator::SetMode {
        mode: smtp::SendMode::Run,
    };
    page.send_frame(&FromPage::Operator { id: 2, act }).await;
    let sent = page
        .follow(2, job::NOTE, &mut |paused| panic!("{paused:?}"))
        .await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let state = page.mailbox(|state| !state.messages.is_empty()).await;
    let stored = page.read(state.messages[0].id).await.expect("it is stored");
    assert!(stored.ends_with(job::NOTE), "octets of both messages");
    // All of its credit is used up.
    page.send_raw(Message::binary(message_frame(1, b"x"))).await;
    assert_closed(&mut page, handshake::CLOSE_CREDIT, "beyond the credit").await;
}

#[tokio::test]
async fn operator_frames_without_a_dialogue_are_ignored() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    for act in [
        smtp::Operator::Abort,
        smtp::Operator::Skip { step: 1 },
        smtp::Operator::Send {
            step: 0,
            line: Some("QUIT".to_owned()),
        },
    ] {
        page.send_frame(&FromPage::Operator { id: 7, act }).await;
    }
    page.send_frame(&FromPage::Delete { id: 99 }).await;
    assert_eq!(page.read(99).await, None);
    let server = job::practice(Security::Tls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

// 31. Limits on counts.

#[tokio::test]
async fn each_of_ten_thousand_starts_ends_once() {
    const STARTS: u32 = 10_000;
    let bridge = Bridge::with(&["--log", "warn"]);
    let (mut sink, mut stream) = Page::open(&bridge).await.into_socket().split();
    let write = tokio::spawn(async move {
        for id in 0..STARTS {
            let mut start = job::start(job::practice(Security::None), b"");
            start.id = id;
            let text = serde_json::to_string(&FromPage::Start(Box::new(start))).expect("JSON");
            sink.send(Message::text(text))
                .await
                .expect("an open socket");
        }
        sink
    });
    let (mut ended, mut busy) = (vec![false; STARTS as usize], 0);
    let mut left = STARTS;
    while left > 0 {
        let text = match soon("the end of every start", stream.next()).await {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(_)) => continue,
            other => panic!("{left} of {STARTS} did not end: {other:?}"),
        };
        let id = match serde_json::from_str(text.as_str()).expect("of the protocol") {
            FromBridge::Finished { id, .. } => id,
            FromBridge::NotStarted { id, why } => {
                assert_eq!(why, NotStarted::Busy, "{id}");
                busy += 1;
                id
            }
            _ => continue,
        };
        assert!(!ended[id as usize], "{id} ended twice");
        ended[id as usize] = true;
        left -= 1;
    }
    assert!(busy > 0, "no start found the socket busy");
    drop(write.await);
    assert_works(&bridge, "ten thousand starts").await;
}

#[tokio::test]
async fn five_hundred_sockets_block_nobody() {
    let bridge = Bridge::with(&["--log", "warn"]);
    let early = Page::open(&bridge).await;
    let mut open = Vec::new();
    let mut refused = 0;
    for n in 0..500 {
        match Handshake::of_page(&bridge).open().await {
            Ok(mut socket) => match soon("a first frame", frame(&mut socket)).await {
                Frame::Event(_) => open.push(socket),
                Frame::Closed(Some((handshake::CLOSE_BUSY, reason))) => {
                    assert!(!reason.is_empty());
                    refused += 1;
                }
                other => panic!("socket {n}: {other:?}"),
            },
            Err(Refusal::Status(503, _)) => refused += 1,
            Err(other) => panic!("socket {n}: {other:?}"),
        }
    }
    assert!(refused > 0, "there is no limit of sockets");
    assert!(open.len() >= 16, "only {} pages at once", open.len());
    assert_eq!(http::get(bridge.address(), "/nowhere").await.status, 404);
    let mut early = early;
    let server = job::practice(Security::Starttls);
    let sent = early.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    for socket in &mut open {
        soon("a page to disconnect", socket.close(None)).await.ok();
        closed(socket).await;
    }
    assert_works(&bridge, "five hundred sockets").await;
}

/// Sockets beyond the limit that do not read the close frame.
#[cfg(feature = "linux")]
#[tokio::test]
async fn excess_sockets_that_do_not_read_block_nobody() {
    let bridge = Bridge::with(&["--log", "warn"]);
    process::allow_descriptors(4_096);
    let mut early = Page::open(&bridge).await;
    let before = process::memory_kib(bridge.pid(), "VmHWM");
    let mut stalled = Vec::new();
    for n in 0..1_200 {
        match Handshake::of_page(&bridge).open().await {
            Ok(socket) => stalled.push(socket),
            Err(other) => panic!("socket {n}: {other:?}"),
        }
    }
    let open = process::descriptors(bridge.pid());
    assert!(open < 800, "{open} descriptors");
    // Accepted pages have a buffer of 128 KiB each for what pages send. The others have almost
    // none.
    let after = process::memory_kib(bridge.pid(), "VmHWM");
    assert!(
        after < before + 3 * FLAT_KIB,
        "memory grew from {before} to {after} KiB"
    );
    assert_eq!(http::get(bridge.address(), "/nowhere").await.status, 404);
    let server = job::practice(Security::Starttls);
    let sent = early.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    drop(stalled);
    bridge.waits_for_descriptors(100).await;
    assert_works(&bridge, "stalled sockets").await;
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_page_that_never_reads_delays_nobody() {
    let bridge = Bridge::with(&["--log", "warn"]);
    let message = [job::NOTE, &b"0123456789abcdef\r\n".repeat(200_000)].concat();
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, &message), &message).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let id = page
        .mailbox(|state| !state.messages.is_empty())
        .await
        .messages[0]
        .id;
    process::forget_peak(bridge.pid());
    let before = process::memory_kib(bridge.pid(), "VmHWM");
    let mut stalled = Vec::new();
    for _ in 0..8 {
        let mut page = Page::open(&bridge).await;
        // Three megabytes each time, none of which is read.
        for _ in 0..20 {
            page.try_send_raw(Message::text(
                serde_json::to_string(&FromPage::Read { id }).expect("JSON"),
            ))
            .await;
        }
        stalled.push(page);
    }
    assert_works(&bridge, "pages that do not read").await;
    assert_eq!(
        page.read(id).await.map(|octets| octets.len()),
        Some(message.len()),
        "a page that reads has its message"
    );
    let after = process::memory_kib(bridge.pid(), "VmHWM");
    println!("memory grew from {before} to {after} KiB");
    // Each has its own write buffer in the bridge, of at most a mebibyte and a frame.
    assert!(
        after < before + FLAT_KIB + 8 * 2 * 1024,
        "memory grew from {before} to {after} KiB"
    );
}

// 25. The page disconnects.

#[tokio::test]
async fn a_page_that_disconnects_ends_its_dialogue() {
    let stages = [
        "SILENT",
        "S: 220 hello\nC: EHLO\nSILENT",
        "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nSILENT",
        "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: RCPT\nSILENT",
        "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\n\
         SILENT",
        "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\n\
         S: 354 go on\nSILENT",
    ];
    for script in stages {
        let mut server = Scripted::start(script).await;
        let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
        let mut page = Page::open(&bridge).await;
        let start = job::start(
            job::host("127.0.0.1", server.port(), Security::None),
            job::NOTE,
        );
        page.send_frame(&FromPage::Start(Box::new(start))).await;
        // The page disconnects once the dialogue has reached this stage. It has sent nothing of the
        // message.
        let events = 1 + script.matches("C: ").count();
        let mut received = 0;
        while received < events {
            if let FromBridge::Entry { entry, .. } = page.next_event().await
                && matches!(
                    entry.event,
                    smtp::Event::Connected { .. } | smtp::Event::Sent { .. }
                )
            {
                received += 1;
            }
        }
        drop(page);
        let connection = server.connection().await;
        assert_eq!(connection.deviation, None, "{script}");
        assert!(
            !connection.clear().contains("\r\n.\r\n"),
            "{script}: {}",
            connection.clear()
        );
        assert_works(&bridge, script).await;
    }
}

/// Starts a dialogue and reads events until this text is in its transcript. The dialogue gets no
/// further.
async fn start_and_wait_for(page: &mut Page, port: u16, security: Security, received: &str) {
    let start = Start {
        keep_open: true,
        ..job::start(job::host("127.0.0.1", port, security), job::NOTE)
    };
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    loop {
        match page.next_event().await {
            FromBridge::Entry { entry, .. } if transcript(&[*entry.clone()]).contains(received) => {
                return;
            }
            FromBridge::Credit { id, .. } => {
                page.send_raw(Message::binary(message_frame(id, job::NOTE)))
                    .await;
            }
            FromBridge::Entry { .. } | FromBridge::Progress { .. } | FromBridge::Mailbox(_) => (),
            other => panic!("before {received}: {other:?}"),
        }
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn pages_that_disconnect_leave_nothing_open() {
    let cycles = 200;
    let greeted = "S: 220 hello\nC: EHLO";
    let enveloped = format!(
        "{greeted}\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\nS: 354 go on"
    );
    let stages = [
        ("SILENT".to_owned(), Security::None, "Connected"),
        ("RECORD\nSILENT".to_owned(), Security::Tls, "Connected"),
        (format!("{greeted}\nSILENT"), Security::None, "C: EHLO"),
        (format!("{enveloped}\nSILENT"), Security::None, "C: .\n"),
        // Then it waits for another message.
        (
            format!("{enveloped}\nMESSAGE\nS: 250 taken\nSILENT"),
            Security::None,
            "S: 250 taken",
        ),
    ];
    let bridge = Bridge::with(&["--allow-port", "any", "--log", "warn"]);
    assert_works(&bridge, "nothing").await;
    let before = process::descriptors(bridge.pid());
    for (script, security, received) in &stages {
        let mut server = Scripted::start(script).await;
        for _ in 0..cycles {
            let mut page = Page::open(&bridge).await;
            start_and_wait_for(&mut page, server.port(), *security, received).await;
            drop(page);
            drop(server.connection().await);
        }
    }
    assert_works(&bridge, "pages that connect and disconnect").await;
    bridge.waits_for_descriptors(before).await;
}

#[tokio::test]
async fn a_second_start_on_a_busy_socket_is_refused() {
    let mut server = Scripted::start("SILENT").await;
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let mut page = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::None);
    page.send_frame(&FromPage::Start(Box::new(job::start(host, job::NOTE))))
        .await;
    while !matches!(page.next_event().await, FromBridge::Entry { .. }) {}
    let mut second = job::start(job::practice(Security::None), job::NOTE);
    second.id = 2;
    page.send_frame(&FromPage::Start(Box::new(second))).await;
    loop {
        match page.next_event().await {
            FromBridge::NotStarted { id: 2, why } => {
                assert_eq!(why, NotStarted::Busy);
                break;
            }
            FromBridge::Entry { id: 1, .. } | FromBridge::Credit { id: 1, .. } => (),
            other => panic!("{other:?}"),
        }
    }
    page.send_frame(&FromPage::Operator {
        id: 1,
        act: smtp::Operator::Abort,
    })
    .await;
    drop(server.connection().await);
    loop {
        if let FromBridge::Finished { id, outcome, .. } = page.next_event().await {
            assert_eq!(id, 1);
            assert!(matches!(
                *outcome,
                smtp::Outcome::Failed {
                    cause: smtp::Failure::Aborted,
                    ..
                }
            ));
            break;
        }
    }
    // The socket can be used again.
    let start = job::start(job::practice(Security::None), job::NOTE);
    let sent = page.send(start, job::NOTE).await;
    assert!(matches!(sent.end, End::Finished(_)) && sent.accepted());
}

#[tokio::test]
async fn shutdown_reaches_the_page_and_the_server() {
    let mut server = Scripted::start(
        "S: 220 hello\nC: EHLO\nS: 250 hello\nC: MAIL\nS: 250 ok\nC: QUIT\nS: 221 bye\nFIN",
    )
    .await;
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let mut page = Page::open(&bridge).await;
    let mut idle = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::None);
    let mut start = job::start(host, job::NOTE);
    start.mode = smtp::SendMode::Step;
    let id = start.id;
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    // EHLO and MAIL are sent. The program is asked to shut down at RCPT.
    let mut step = 0;
    while step < 3 {
        if let FromBridge::Paused { paused, .. } = page.next_event().await {
            step = paused.step;
            if step < 3 {
                let act = smtp::Operator::Send { step, line: None };
                page.send_frame(&FromPage::Operator { id, act }).await;
            }
        }
    }
    bridge.signal("INT");
    let connection = server.connection().await;
    assert!(
        connection.clear().ends_with("QUIT\r\n"),
        "{:?}: {}",
        connection.deviation,
        connection.clear()
    );
    for page in [&mut page, &mut idle] {
        let how = page.closed().await;
        assert_eq!(
            how.map(|(code, _)| code),
            Some(handshake::CLOSE_SHUTTING_DOWN)
        );
    }
    let ended = bridge.wait();
    assert!(ended.status.success(), "{ended:?}");
}

async fn assert_closed(page: &mut Page, code: u16, what: &str) {
    match page.closed().await {
        Some((got, reason)) => {
            assert_eq!(got, code, "{what}: {reason}");
            assert!(!reason.is_empty(), "{what}: no reason");
        }
        None => panic!("{what}: closed without a code"),
    }
}

async fn closed(socket: &mut tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>) {
    soon("the close", async {
        while !matches!(frame(socket).await, Frame::Closed(_)) {}
    })
    .await;
}
