//! No frame of the bridge is larger than `docs/wire.md` promises, and none ends a page's WebSocket,
//! whatever servers, strangers and mail clients send. `Page` checks the size of every frame.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::fmt::Write as _;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{job, process, soon};
use smtp::{Event, Fate, Outcome, Security, limits};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use wire::{Content, FromPage, Start};

/// Growth of memory that counts as constant, in KiB.
const FLAT_KIB: u64 = 8 * 1024;

/// Delivers messages to the practice server as any program on this machine can.
struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    async fn connect(bridge: &Bridge) -> Client {
        let practice = bridge.announcement().practice.as_ref().expect("it runs");
        let stream = TcpStream::connect(&practice.starttls)
            .await
            .expect("it listens");
        let mut client = Client {
            stream: BufReader::new(stream),
        };
        client.replied("220").await;
        client.send("EHLO client.example", "250").await;
        client
    }

    async fn replied(&mut self, code: &str) {
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line);
            soon("a reply", read).await.expect("a line");
            assert!(line.starts_with(code), "{line:?} and not {code}");
            if line.as_bytes().get(3) == Some(&b' ') {
                return;
            }
        }
    }

    async fn send(&mut self, line: &str, code: &str) {
        let line = format!("{line}\r\n");
        let wrote = self.stream.get_mut().write_all(line.as_bytes());
        soon("a line to leave", wrote).await.expect("it is open");
        self.replied(code).await;
    }

    async fn deliver(&mut self, to: &[String], message: &str) {
        self.send("MAIL FROM:<mina@example.org>", "250").await;
        for to in to {
            self.send(&format!("RCPT TO:<{to}>"), "250").await;
        }
        self.send("DATA", "354").await;
        self.send(&format!("{message}\r\n."), "250").await;
    }
}

/// The longest paths that the practice server accepts.
fn long_recipients() -> Vec<String> {
    (0..100)
        .map(|n| {
            let label = "d".repeat(60);
            format!("{:060}@{label}.{label}.{label}.x", n)
        })
        .collect()
}

#[tokio::test]
async fn no_mail_of_other_clients_keeps_a_page_out() {
    let bridge = Bridge::start();
    let mut early = Page::open(&bridge).await;
    let mut client = Client::connect(&bridge).await;
    let to = long_recipients();
    for n in 0..60 {
        let subject = "\u{1}\\\"".repeat(150);
        client
            .deliver(&to, &format!("Subject: {n} {subject}\r\n\r\nhi"))
            .await;
    }
    let known = early.mailbox(|state| state.messages.len() == 60).await;
    let mut late = Page::open(&bridge).await;
    let state = late.mailbox(|state| state.messages.len() == 60).await;
    assert_eq!(state, known, "the same by news as all at once");
    assert_eq!(state.messages[0].to, to);
    late.send_frame(&FromPage::Delete {
        id: state.messages[59].id,
    })
    .await;
    early.mailbox(|state| state.messages.len() == 59).await;
    late.send_frame(&FromPage::Clear).await;
    early.mailbox(|state| state.messages.is_empty()).await;
    late.mailbox(|state| state.messages.is_empty()).await;
}

#[tokio::test]
async fn no_mail_of_other_clients_ends_a_running_send() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let mut client = Client::connect(&bridge).await;
    // The job pauses before each line, and mail arrives during the pauses.
    let server = job::practice(Security::None);
    let start = Start {
        mode: smtp::SendMode::Step,
        ..job::start(server, job::NOTE)
    };
    let id = start.id;
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let to = long_recipients();
    for _ in 0..60 {
        client.deliver(&to, "Subject: x\r\n\r\nhi").await;
    }
    let mut send = |paused: &smtp::Paused| smtp::Operator::Send {
        step: paused.step,
        line: None,
    };
    let sent = page.follow(id, job::NOTE, &mut send).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    page.mailbox(|state| state.messages.len() == 61).await;
}

/// A server that answers each RCPT with this many lines of text, and accepts the message.
async fn verbose(code: u16, line: String, lines: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = (1..=lines).fold(String::new(), |mut answer, n| {
                let separator = if n == lines { ' ' } else { '-' };
                let _ = write!(answer, "{code}{separator}{line}\r\n");
                answer
            });
            tokio::spawn(talk(BufReader::new(stream), answer));
        }
    });
    port
}

async fn talk(mut stream: BufReader<TcpStream>, to_rcpt: String) -> Option<()> {
    stream.write_all(b"220 hello\r\n").await.ok()?;
    let mut recipients = 0;
    loop {
        let mut line = String::new();
        stream
            .read_line(&mut line)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        let answer = match line.get(..4)? {
            "EHLO" => "250-hello\r\n250 PIPELINING\r\n",
            // The last recipient is accepted, so that there is a message.
            "RCPT" if line.contains("last@") => "250 ok\r\n",
            "RCPT" => {
                recipients += 1;
                &to_rcpt
            }
            "DATA" => "354 go on\r\n",
            ".\r\n" => "250 taken\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        if line.starts_with("DATA") {
            // The line end of DATA counts (RFC 5321 §4.1.1.4).
            let mut message = b"\r\n".to_vec();
            while !message.ends_with(b"\r\n.\r\n") {
                message.push(stream.read_u8().await.ok()?);
            }
            let answer = format!("250 taken, {recipients} refused\r\n");
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }
}

/// Sends to a thousand recipients. All but the last are refused.
async fn send_to_many(page: &mut Page, port: u16) -> Sent {
    let to = (1..limits::RECIPIENTS)
        .map(|n| format!("r{n}@example.org"))
        .chain(["last@example.org".to_owned()])
        .collect();
    let start = Start {
        to,
        ..job::start(job::host("127.0.0.1", port, Security::None), job::NOTE)
    };
    page.send(start, job::NOTE).await
}

#[tokio::test]
async fn a_thousand_long_refusals_reach_the_page() {
    for (line, lines) in [
        (format!("5.1.1 {}", "long ".repeat(240)), 1),
        ("\u{1}".repeat(1_200), 1),
        ("\\\"".repeat(600), 3),
        (String::new(), limits::REPLY_LINES),
    ] {
        let port = verbose(550, line.clone(), lines).await;
        let bridge = Bridge::with(&["--allow-port", "any", "--log", "warn"]);
        let mut page = Page::open(&bridge).await;
        let sent = send_to_many(&mut page, port).await;
        assert!(sent.accepted(), "{}", sent.summary());
        let results = sent.outcome().recipients();
        assert_eq!(results.len(), limits::RECIPIENTS);
        for result in &results[..limits::RECIPIENTS - 1] {
            let Fate::Refused { reply } = &result.fate else {
                panic!("{result:?}");
            };
            assert!(reply.lines[0].starts_with(line.as_str()), "{result:?}");
        }
        // The transcript has all of it.
        let whole = sent.entries.iter().filter(|entry| match &entry.event {
            Event::Received { reply, .. } => reply.lines == vec![line.clone(); lines],
            _ => false,
        });
        assert_eq!(whole.count(), limits::RECIPIENTS - 1);
        assert!(send_to_many(&mut page, port).await.accepted(), "another");
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_thousand_replies_of_62_kib_leave_memory_constant() {
    let port = verbose(550, "x".repeat(3_900), 16).await;
    let bridge = Bridge::with(&["--allow-port", "any", "--log", "warn"]);
    let mut page = Page::open(&bridge).await;
    let few = job::start(job::host("127.0.0.1", port, Security::None), job::NOTE);
    drop(page.send(few, job::NOTE).await);
    process::forget_peak(bridge.pid());
    let before = process::memory_kib(bridge.pid(), "VmHWM");
    let sent = send_to_many(&mut page, port).await;
    assert!(sent.accepted(), "{}", sent.summary());
    let after = process::memory_kib(bridge.pid(), "VmHWM");
    println!("memory grew from {before} to {after} KiB");
    assert!(
        after < before + FLAT_KIB,
        "memory grew from {before} to {after} KiB"
    );
}

#[tokio::test]
async fn replies_of_control_characters_reach_the_page() {
    let line = "\u{1}".repeat(limits::REPLY_LINE - 6);
    let lines = limits::REPLY / limits::REPLY_LINE;
    let long = (1..=lines).fold(String::new(), |mut reply, n| {
        let separator = if n == lines { ' ' } else { '-' };
        let _ = write!(reply, "220{separator}{line}\r\n");
        reply
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        stream.write_all(long.as_bytes()).await.expect("it reads");
        // The session ends when the client closes.
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    let bridge = Bridge::with(&["--allow-port", "any"]);
    let mut page = Page::open(&bridge).await;
    let start = job::start(job::host("127.0.0.1", port, Security::None), job::NOTE);
    let id = start.id;
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    loop {
        if let wire::FromBridge::Entry { entry, .. } = page.next_event().await
            && let Event::Received { reply, .. } = entry.event
        {
            assert_eq!(reply.lines, vec![line; lines]);
            break;
        }
    }
    let act = smtp::Operator::Abort;
    page.send_frame(&FromPage::Operator { id, act }).await;
    loop {
        if let wire::FromBridge::Finished { outcome, .. } = page.next_event().await {
            assert!(matches!(*outcome, Outcome::Failed { .. }), "{outcome:?}");
            break;
        }
    }
}

#[tokio::test]
async fn readings_of_control_characters_reach_the_page() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let line = "\u{1}".repeat(900) + "\r\n";
    let message = format!("Subject: controls\r\n\r\n{}", line.repeat(300));
    let server = job::practice(Security::None);
    let sent = page
        .send(job::start(server, message.as_bytes()), message.as_bytes())
        .await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let state = page.mailbox(|state| !state.messages.is_empty()).await;
    let read = page.read_whole(state.messages[0].id).await;
    let (octets, reading) = read.expect("it is there");
    assert_eq!(octets, message.as_bytes());
    let reading = reading.expect("it can be read");
    let [part] = &reading.parts[..] else {
        panic!("{} parts", reading.parts.len());
    };
    let Content::Text { text, cut } = &part.content else {
        panic!("no text");
    };
    assert!(!cut);
    assert_eq!(text.matches('\u{1}').count(), 270_000);
}

/// An operator may type more than a command line may contain.
#[tokio::test]
async fn a_typed_line_as_long_as_a_frame_is_returned_whole() {
    let mut server = Scripted::start("S: 220 hello\nSILENT").await;
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let mut page = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::None);
    let start = Start {
        mode: smtp::SendMode::Step,
        ..job::start(host, job::NOTE)
    };
    let id = start.id;
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let typed = "한".repeat(80_000);
    loop {
        match page.next_event().await {
            wire::FromBridge::Paused { paused, .. } => {
                let (step, line) = (paused.step, typed.clone());
                let act = smtp::Operator::Insert { step, line };
                page.send_frame(&FromPage::Operator { id, act }).await;
            }
            wire::FromBridge::Entry { entry, .. } => {
                if let Event::Sent { line, .. } = &entry.event {
                    let whole = line == &vec![smtp::Span::Text(typed.clone())];
                    assert!(whole, "the line is another");
                    break;
                }
            }
            _ => (),
        }
    }
    drop(page);
    drop(server.connection().await);
}
