//! Opening a message from a stranger costs one reading, whatever it contains.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Frame, Page};
use glasspost_tests::{job, process, program};
use smtp::Security;
use wire::{Content, FromBridge, FromPage, NotRead, Reading};

/// Memory for the decoder besides twice the message, in KiB. For a small message this is the whole
/// limit.
const BESIDES_KIB: u64 = 48 * 1024;

async fn deliver(page: &mut Page, message: &[u8]) -> u64 {
    let known: Vec<u64> = page
        .mailbox(|_| true)
        .await
        .messages
        .iter()
        .map(|message| message.id)
        .collect();
    let server = job::practice(Security::None);
    let sent = page.send(job::start(server, message), message).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let new = |state: &wire::MailboxState| {
        let mut ids = state.messages.iter().map(|message| message.id);
        ids.find(|id| !known.contains(id))
    };
    let state = page.mailbox(|state| new(state).is_some()).await;
    new(&state).expect("it has come")
}

fn text_of(reading: &Reading) -> String {
    let texts = reading.parts.iter().filter_map(|part| match &part.content {
        Content::Text { text, .. } | Content::Html { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Checks that the message costs one reading: its octets arrive unchanged, it is decoded or not,
/// and everything continues. Returns the decoded form.
async fn costs_one_reading(message: &[u8], what: &str) -> Result<Reading, NotRead> {
    let bridge = Bridge::with(&["--log", "info"]);
    let mut page = Page::open(&bridge).await;
    let id = deliver(&mut page, message).await;
    let (octets, reading) = page.read_whole(id).await.expect("it is there");
    assert!(octets == message, "{what} was changed");
    println!(
        "{what}: {:?}",
        reading.as_ref().map(|reading| reading.parts.len())
    );
    let (_, again) = page.read_whole(id).await.expect("it is there");
    assert!(again == reading, "a second reading of {what} differs");
    let note = deliver(&mut page, job::NOTE).await;
    let (_, read) = page.read_whole(note).await.expect("it is there");
    assert!(text_of(&read.expect("a note can be read")).contains("The first line."));
    assert!(
        bridge.log().matches("can't be decoded").count() <= 1,
        "{what}"
    );
    reading
}

#[tokio::test]
async fn messages_in_messages_cost_one_reading() {
    let inner = "Content-Type:message/global\r\n\r\n".repeat(2_470);
    let mut encoded = String::new();
    for line in STANDARD.encode(inner).as_bytes().chunks(76) {
        encoded.push_str(std::str::from_utf8(line).expect("ASCII"));
        encoded.push_str("\r\n");
    }
    for kind in ["message/rfc822", "message/global"] {
        let message = format!(
            "Subject: x\r\nContent-Type: {kind}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
        );
        drop(costs_one_reading(message.as_bytes(), &format!("{kind} in base64")).await);
    }
    for levels in [2_000, 32_812, 200_000] {
        let message = "Content-Type:message/global\r\n\r\n".repeat(levels);
        drop(costs_one_reading(message.as_bytes(), &format!("{levels} levels")).await);
    }
}

#[tokio::test]
async fn parts_in_parts_cost_one_reading() {
    for (kind, levels) in [
        ("digest", 20_000),
        ("mixed", 20_000),
        ("alternative", 5_000),
    ] {
        let mut message = String::new();
        for n in 0..levels {
            message.push_str(&format!(
                "Content-Type: multipart/{kind}; boundary=b{n}\r\n\r\n--b{n}\r\n"
            ));
        }
        drop(costs_one_reading(message.as_bytes(), &format!("{levels} multipart/{kind}")).await);
    }
    let flat = format!(
        "Content-Type: multipart/digest; boundary=b\r\n\r\n{}",
        "--b\r\n\r\n".repeat(1_000_000)
    );
    drop(costs_one_reading(flat.as_bytes(), "a million empty parts").await);
}

#[tokio::test]
async fn long_parameters_and_headers_cost_one_reading() {
    let mut message = String::from("Content-Type: text/plain");
    for n in 0..1_000_000 {
        message.push_str(&format!(";\r\n n*{n}=x"));
    }
    message.push_str("\r\n\r\nhi\r\n");
    drop(costs_one_reading(message.as_bytes(), "a million parameters").await);
    let same = format!(
        "Content-Type: text/plain{}\r\n\r\nhi\r\n",
        ";\r\n name*0*=utf-8''x".repeat(500_000)
    );
    drop(costs_one_reading(same.as_bytes(), "half a million of one parameter").await);
    let fields = format!("{}\r\nhi\r\n", "X: y\r\n".repeat(1_500_000));
    drop(costs_one_reading(fields.as_bytes(), "a million and a half fields").await);
    let words = format!(
        "Subject: {}\r\n\r\nhi\r\n",
        "=?utf-8?B?eA==?=\r\n ".repeat(400_000)
    );
    drop(costs_one_reading(words.as_bytes(), "encoded words").await);
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn large_messages_use_at_most_twice_their_size() {
    let line = "0123456789abcdef".repeat(4) + "\r\n";
    let many = 30 * 1024 * 1024 / line.len();
    let plain = format!("Subject: x\r\n\r\n{}", line.repeat(many));
    let attached = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n\
         Content-Type: application/octet-stream; name=x.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        line.repeat(many)
    );
    let crumbs = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n\r\nx\r\n".repeat(3_000_000)
    );
    let fields = format!("{}\r\nhi\r\n", "X: y\r\n".repeat(5_000_000));
    for (message, what) in [
        (plain, "text"),
        (attached, "an attachment"),
        (crumbs, "crumbs"),
        (fields, "fields"),
    ] {
        let bridge = Bridge::with(&["--log", "warn"]);
        let mut page = Page::open(&bridge).await;
        let id = deliver(&mut page, message.as_bytes()).await;
        let (pid, size) = (bridge.pid(), message.len() as u64 / 1024);
        let before = process::memory_of_all_kib(pid);
        let (done, mut ended) = tokio::sync::oneshot::channel::<()>();
        // Checks repeatedly on another thread while the message is decoded.
        let look = std::thread::spawn(move || {
            let mut most = 0;
            while ended.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Empty) {
                most = most.max(process::memory_of_all_kib(pid));
            }
            most
        });
        let (_, reading) = page.read_whole(id).await.expect("it is there");
        drop(done);
        let most = look.join().expect("no panic");
        println!(
            "{what} of {size} KiB: from {before} to {most} KiB, {:?}",
            reading.as_ref().map(|reading| reading.parts.len())
        );
        assert!(
            most < before + 2 * size + BESIDES_KIB,
            "{what} of {size} KiB: memory rose from {before} to {most} KiB"
        );
    }
}

/// A message that takes long to decode.
fn laborious() -> String {
    let part = format!("--b\r\n\r\n{}\r\n", "text ".repeat(12));
    format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        part.repeat(100_000)
    )
}

#[tokio::test]
async fn readings_delay_no_send_and_pages_take_turns() {
    const READINGS: usize = 30;
    let bridge = Bridge::with(&["--log", "warn"]);
    let mut greedy = Page::open(&bridge).await;
    let id = deliver(&mut greedy, laborious().as_bytes()).await;
    let note = deliver(&mut greedy, job::NOTE).await;
    let mut other = Page::open(&bridge).await;
    for _ in 0..READINGS {
        greedy.send_frame(&FromPage::Read { id }).await;
    }
    let (started, mut first) = tokio::sync::oneshot::channel();
    let reads = tokio::spawn(async move {
        let mut started = Some(started);
        let mut left = READINGS;
        while left > 0 {
            match greedy.frame().await {
                Frame::Event(event) => match *event {
                    FromBridge::Reading { .. } | FromBridge::NotRead { .. } => left -= 1,
                    FromBridge::Message { .. } => {
                        if let Some(started) = started.take() {
                            // The receiver waits for the first message only.
                            let _ = started.send(());
                        }
                    }
                    FromBridge::Mailbox(_) => (),
                    other => panic!("{other:?}"),
                },
                Frame::Octets(_) => (),
                other => panic!("{other:?}"),
            }
        }
    });
    (&mut first).await.expect("the readings have started");
    let server = job::practice(Security::Starttls);
    let sent = other.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let (_, read) = other.read_whole(note).await.expect("it is there");
    assert!(text_of(&read.expect("a note can be read")).contains("The first line."));
    assert!(
        !reads.is_finished(),
        "the other page had to wait for all of them"
    );
    reads.await.expect("all are answered");
}

/// When a page disconnects, its reading ends.
#[cfg(feature = "linux")]
#[tokio::test]
async fn a_page_that_disconnects_leaves_no_worker() {
    let bridge = Bridge::with(&["--log", "warn"]);
    let mut page = Page::open(&bridge).await;
    let before = process::descriptors(bridge.pid());
    let id = deliver(&mut page, laborious().as_bytes()).await;
    for _ in 0..5 {
        let mut reader = Page::open(&bridge).await;
        reader.send_frame(&FromPage::Read { id }).await;
        while !matches!(reader.next_event().await, FromBridge::Message { .. }) {}
        drop(reader);
    }
    let note = deliver(&mut page, job::NOTE).await;
    assert!(page.read_whole(note).await.expect("it is there").1.is_ok());
    bridge.waits_for_descriptors(before).await;
    assert_eq!(process::children(bridge.pid()), Vec::<u32>::new());
}

/// The worker limits itself before it reads the message.
#[cfg(feature = "linux")]
#[test]
fn the_worker_is_limited() {
    let mut worker = Command::new(program::glasspost())
        .arg("--decode-one-message")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it can be started");
    let size: u64 = 40 * 1024 * 1024;
    let mut stdin = worker.stdin.take().expect("a pipe");
    stdin.write_all(&size.to_le_bytes()).expect("it reads");
    // The pipe holds less than this. When everything is written, the worker has started to read the
    // message.
    stdin
        .write_all(&vec![b'x'; 4 * 1024 * 1024])
        .expect("it reads");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", worker.id())).expect("limits");
    let limit = |name: &str| -> u64 {
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        let value = line.and_then(|line| line.split_whitespace().next());
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("{name} in:\n{limits}"))
    };
    let memory = limit("Max data size");
    assert!(memory >= 2 * size && memory <= 2 * size + 16 * 1024 * 1024);
    assert_eq!(limit("Max core file size"), 0);
    assert_eq!(limit("Max file size"), 0);
    assert!((1..=20).contains(&limit("Max cpu time")));
    // An incomplete message is an error, not a message.
    drop(stdin);
    let ended = worker.wait_with_output().expect("it ends");
    assert!(
        !ended.status.success() && ended.stdout.is_empty(),
        "{ended:?}"
    );
}
