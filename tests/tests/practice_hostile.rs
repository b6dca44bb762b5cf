//! The practice server with hostile or broken clients. Its resources are limited, and it still
//! serves others.
//!
//! It is tested in the built program, whose memory and descriptors are measured.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::net::SocketAddr;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::{job, process, soon};
use smtp::Security;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use wire::{Content, FromPage};

/// Growth of memory that is allowed if nothing has to be stored.
const FLAT_KIB: u64 = 8 * 1024;

/// A client that speaks SMTP to the port with STARTTLS.
struct Client(BufReader<TcpStream>);

impl Client {
    /// Connects and reads the greeting.
    async fn connect(bridge: &Bridge) -> Client {
        let stream = soon("a connection", TcpStream::connect(starttls(bridge))).await;
        let mut client = Client(BufReader::new(stream.expect("the server listens")));
        client.expect("220").await;
        client
    }

    /// The same, up to the point where a message may begin.
    async fn at_data(bridge: &Bridge) -> Client {
        let mut client = Client::connect(bridge).await;
        for (line, reply) in [
            ("EHLO client.example", "250 "),
            ("MAIL FROM:<a@example.org>", "250 "),
            ("RCPT TO:<b@example.org>", "250 "),
            ("DATA", "354"),
        ] {
            client.send(line, reply).await;
        }
        client
    }

    async fn write(&mut self, octets: &[u8]) {
        let written = soon("the server to read", self.0.write_all(octets)).await;
        written.expect("the server reads");
    }

    async fn send(&mut self, line: &str, reply: &str) {
        self.write(format!("{line}\r\n").as_bytes()).await;
        self.expect(reply).await;
    }

    /// Reads one reply. Its last line must have this prefix.
    async fn expect(&mut self, reply: &str) {
        let mut line = String::new();
        loop {
            line.clear();
            let read = soon("a reply", self.0.read_line(&mut line)).await;
            read.expect("a line of text");
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        assert!(line.starts_with(reply), "{line:?}, expected {reply}");
    }
}

fn starttls(bridge: &Bridge) -> SocketAddr {
    let text = &bridge.practice().starttls;
    text.parse().expect("an address")
}

fn tls(bridge: &Bridge) -> SocketAddr {
    let text = &bridge.practice().tls;
    text.parse().expect("an address")
}

/// Checks that an ordinary client can send a note.
async fn assert_serves(bridge: &Bridge, beside: &str) {
    let mut page = Page::open(bridge).await;
    for security in [Security::Starttls, Security::Tls] {
        let start = job::start(job::practice(security), job::NOTE);
        let sent = page.send(start, job::NOTE).await;
        assert!(sent.accepted(), "beside {beside}: {}", sent.transcript());
    }
}

fn idle_clients() -> Bridge {
    Bridge::with(&["--log", "warn"])
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_flood_without_a_line_end_uses_no_memory() {
    let bridge = idle_clients();
    assert_serves(&bridge, "nothing").await;
    let flood = vec![b'x'; 1 << 20];
    for sign_in in [false, true] {
        let mut client = Client::connect(&bridge).await;
        client.send("EHLO client.example", "250 ").await;
        if sign_in {
            client.send("AUTH LOGIN", "334").await;
        }
        process::forget_peak(bridge.pid());
        let before = process::memory_kib(bridge.pid(), "VmHWM");
        for _ in 0..100 {
            client.write(&flood).await;
        }
        assert_serves(&bridge, "a flood").await;
        let after = process::memory_kib(bridge.pid(), "VmHWM");
        assert!(
            after < before + FLAT_KIB,
            "memory grew from {before} to {after} KiB"
        );
        // At its end, the line is handled like any other line that is too long.
        client.send("", "500 5.5.2").await;
        client.send("NOOP", "250").await;
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_message_without_a_line_end_is_discarded() {
    let bridge = idle_clients();
    assert_serves(&bridge, "nothing").await;
    let mut client = Client::at_data(&bridge).await;
    process::forget_peak(bridge.pid());
    let before = process::memory_kib(bridge.pid(), "VmHWM");
    let flood = vec![b'x'; 1 << 20];
    for _ in 0..100 {
        client.write(&flood).await;
    }
    assert_serves(&bridge, "a message that is far too long").await;
    let after = process::memory_kib(bridge.pid(), "VmHWM");
    // Up to the limit it may be a message. The buffer for it grows by doubling.
    let kept = 2 * practice::limits::MESSAGE as u64 / 1024;
    assert!(
        after < before + FLAT_KIB + kept,
        "memory grew from {before} to {after} KiB"
    );
    client.send("\r\n.", "552 5.3.4").await;
    client.send("NOOP", "250").await;
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn half_open_sockets_are_closed() {
    let bridge = idle_clients();
    assert_serves(&bridge, "nothing").await;
    let before = process::descriptors(bridge.pid());
    let mut all = Vec::new();
    for n in 0..2 * practice::limits::CONNECTIONS {
        let address = if n % 2 == 0 {
            starttls(&bridge)
        } else {
            tls(&bridge)
        };
        let mut stream = soon("a connection", TcpStream::connect(address))
            .await
            .expect("the server listens");
        // Clients that send nothing, clients that send nothing more, and clients that have sent
        // half a command.
        match n % 3 {
            0 => {}
            1 => drop(stream.shutdown().await),
            _ => drop(stream.write_all(b"EHL").await),
        }
        all.push(stream);
    }
    assert_serves(&bridge, "sockets that are half open").await;
    let during = process::descriptors(bridge.pid());
    assert!(
        during <= before + practice::limits::CONNECTIONS + 16,
        "{before} descriptors before, {during} with {} sockets",
        all.len()
    );
    drop(all);
    bridge.waits_for_descriptors(before).await;
}

#[tokio::test]
async fn no_kind_of_line_end_smuggles_a_second_message() {
    let ends = [
        "\n", "\r", "\r\n", "\n\r", "\r\r\n", "\r\n\n", "\r\0\n", "\n\n",
    ];
    let bridge = idle_clients();
    let mut client = Client::connect(&bridge).await;
    client.send("EHLO client.example", "250 ").await;
    let mut tried = 0;
    for before in ends {
        for behind in ends {
            let end = format!("{before}.{behind}");
            if end.contains("\r\n.\r\n") {
                continue;
            }
            client.send("MAIL FROM:<a@example.org>", "250 ").await;
            client.send("RCPT TO:<b@example.org>", "250 ").await;
            client.send("DATA", "354").await;
            let second = "MAIL FROM:<c@example.org>\r\nRCPT TO:<d@example.org>\r\nDATA\r\ntwo";
            client
                .send(&format!("one{end}{second}\r\n."), "550 5.6.0")
                .await;
            tried += 1;
        }
    }
    assert_eq!(tried, ends.len() * ends.len() - 4);
    let mut page = Page::open(&bridge).await;
    let mailbox = page.mailbox(|_| true).await;
    assert!(mailbox.messages.is_empty(), "{mailbox:?}");
    assert_serves(&bridge, "smuggling").await;
}

#[tokio::test]
async fn messages_of_a_million_lines_are_stored_and_decoded() {
    let bridge = idle_clients();
    let lines = 1_000_000;
    let header = "Subject: many\r\n";
    let mime = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (what, message) in [
        ("lines", format!("{header}\r\n{}", "line\r\n".repeat(lines))),
        (
            "empty lines",
            format!("{header}\r\n{}", "\r\n".repeat(lines)),
        ),
        ("dots", format!("{header}\r\n{}", ".\r\n".repeat(lines))),
        (
            "fields",
            format!("{}{header}\r\n", "X: y\r\n".repeat(lines)),
        ),
        (
            "folded lines",
            format!("X: y\r\n{}{header}\r\n", " y\r\n".repeat(lines)),
        ),
        (
            "recipients",
            format!("{header}To: {}<a@b>\r\n\r\n", "a@b,\r\n ".repeat(lines)),
        ),
        (
            "parts",
            format!("{header}{mime}{}", "--b\r\n\r\n\r\n".repeat(lines)),
        ),
    ] {
        let mut client = Client::at_data(&bridge).await;
        client
            .write(message.replace("\r\n.", "\r\n..").as_bytes())
            .await;
        client.send(".", "250 2.0.0").await;
        assert_serves(&bridge, what).await;
        let mut page = Page::open(&bridge).await;
        let newest = page
            .mailbox(|state| {
                state
                    .messages
                    .iter()
                    .any(|kept| kept.size == message.len() as u64)
            })
            .await;
        let kept = newest
            .messages
            .iter()
            .find(|kept| kept.size == message.len() as u64)
            .expect("it is there");
        assert_eq!(
            kept.subject,
            if what == "fields" || what == "folded lines" {
                ""
            } else {
                "many"
            }
        );
        assert_reads(&bridge, kept.id, &message, what).await;
        page.send_frame(&FromPage::Clear).await;
        page.mailbox(|state| state.messages.is_empty()).await;
    }
}

/// Checks that the message is returned unchanged and decoded within the limits.
async fn assert_reads(bridge: &Bridge, id: u64, message: &str, what: &str) {
    let read = Page::open(bridge).await.read_whole(id).await;
    let (octets, reading) = read.unwrap_or_else(|| panic!("{what} is gone"));
    assert!(octets == message.as_bytes(), "{what} was changed");
    let reading = reading.unwrap_or_else(|why| panic!("{what}: {why:?}"));
    let text: usize = reading
        .parts
        .iter()
        .map(|part| match &part.content {
            Content::Text { text, .. } => text.len(),
            Content::Html { html, text, .. } => html.len() + text.len(),
            _ => 0,
        })
        .sum();
    assert!(text <= practice::limits::READING_TEXT, "{what}: {text}");
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_client_is_served_beside_ten_thousand_connections() {
    const MANY: usize = 10_000;
    let bridge = idle_clients();
    assert_serves(&bridge, "nothing").await;
    let before = process::descriptors(bridge.pid());
    process::forget_peak(bridge.pid());
    let memory_before = process::memory_kib(bridge.pid(), "VmHWM");
    // As many at once as this process may open, the rest when the first have closed.
    let at_once = usize::try_from(process::allow_descriptors(MANY as u64 + 500))
        .map_or(MANY, |allowed| allowed.saturating_sub(500).min(MANY));
    println!("{MANY} connections, {at_once} at once");
    let mut held = std::collections::VecDeque::new();
    for n in 1..=MANY {
        if held.len() == at_once {
            held.pop_front();
        }
        // Each is greeted, because none of those before has sent EHLO.
        held.push_back(Client::connect(&bridge).await);
        if n % 2_000 == 0 {
            assert_serves(&bridge, &format!("{n} connections")).await;
            let during = process::descriptors(bridge.pid());
            assert!(
                during <= before + practice::limits::CONNECTIONS + 16,
                "{before} descriptors before, {during} after {n} connections"
            );
        }
    }
    let memory = process::memory_kib(bridge.pid(), "VmHWM");
    // Each connection that is served has one buffer.
    let buffers = practice::limits::CONNECTIONS as u64 * 64;
    assert!(
        memory < memory_before + FLAT_KIB + buffers,
        "memory rose from {memory_before} to {memory} KiB"
    );
    drop(held);
    bridge.waits_for_descriptors(before).await;
}
