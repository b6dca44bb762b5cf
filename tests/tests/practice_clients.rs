//! Other mail clients can use the practice server like any other mail server.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(all(feature = "python", feature = "swaks")), allow(unused))]

use std::net::SocketAddr;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::peer::{self, Ran};
use glasspost_tests::{job, program};
use wire::MailboxSummary;

/// The options of a client.
#[derive(Clone, Copy)]
struct SendTask<'a> {
    implicit_tls: bool,
    mechanism: &'a str,
    password: &'a str,
    to: &'a [&'a str],
    pipelining: bool,
}

impl SendTask<'_> {
    const PLAIN: SendTask<'static> = SendTask {
        implicit_tls: false,
        mechanism: "PLAIN",
        password: "practice",
        to: &["hana@example.org"],
        pipelining: false,
    };

    fn port(&self, bridge: &Bridge) -> SocketAddr {
        let ports = bridge.practice();
        let text = if self.implicit_tls {
            &ports.tls
        } else {
            &ports.starttls
        };
        match text.parse() {
            Ok(address) => address,
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

#[cfg(feature = "swaks")]
async fn swaks(bridge: &Bridge, task: SendTask<'_>) -> Ran {
    let at = task.port(bridge);
    let (host, port, to) = (
        at.ip().to_string(),
        at.port().to_string(),
        task.to.join(","),
    );
    let mut args = vec![
        "--server",
        &host,
        "--port",
        &port,
        "--helo",
        "client.example",
        "--from",
        "mina@example.org",
        "--to",
        &to,
        "--auth",
        task.mechanism,
        "--auth-user",
        "mina",
        "--auth-password",
        task.password,
        "--data",
        "-",
    ];
    args.push(if task.implicit_tls {
        "--tls-on-connect"
    } else {
        "--tls"
    });
    if task.pipelining {
        args.push("--pipeline");
    }
    // It ends every line with CRLF, including the last one.
    let message = String::from_utf8_lossy(job::NOTE).replace("\r\n", "\n");
    let message = message.trim_end_matches('\n');
    peer::run(&program::swaks(), &args, message.as_bytes()).await
}

#[cfg(feature = "python")]
async fn smtplib(bridge: &Bridge, task: SendTask<'_>) -> Ran {
    let at = task.port(bridge);
    let (script, host, port) = (
        program::python_script("smtplib_client.py")
            .display()
            .to_string(),
        at.ip().to_string(),
        at.port().to_string(),
    );
    let security = if task.implicit_tls { "tls" } else { "starttls" };
    let mut args = vec![
        script.as_str(),
        &host,
        &port,
        security,
        task.mechanism,
        "mina",
        task.password,
        "mina@example.org",
    ];
    args.extend(task.to);
    peer::run(&program::python(), &args, job::NOTE).await
}

/// Returns the only message in the mailbox, which must be identical to the one sent.
async fn delivered(bridge: &Bridge) -> MailboxSummary {
    let mut page = Page::open(bridge).await;
    let mailbox = page.mailbox(|state| !state.messages.is_empty()).await;
    assert_eq!(mailbox.messages.len(), 1, "{mailbox:?}");
    let message = mailbox.messages[0].clone();
    let octets = page.read(message.id).await;
    assert_eq!(
        octets.as_deref().map(String::from_utf8_lossy),
        Some(String::from_utf8_lossy(job::NOTE))
    );
    message
}

#[cfg(feature = "swaks")]
#[tokio::test]
async fn swaks_delivers() {
    let errands = [
        SendTask::PLAIN,
        SendTask {
            mechanism: "LOGIN",
            ..SendTask::PLAIN
        },
        SendTask {
            implicit_tls: true,
            ..SendTask::PLAIN
        },
        SendTask {
            pipelining: true,
            ..SendTask::PLAIN
        },
        SendTask {
            pipelining: true,
            implicit_tls: true,
            mechanism: "LOGIN",
            to: &["hana@example.org", "duri@example.org"],
            ..SendTask::PLAIN
        },
    ];
    for task in errands {
        let bridge = Bridge::start();
        let ran = swaks(&bridge, task).await.well("swaks");
        let message = delivered(&bridge).await;
        assert_eq!(message.from, "mina@example.org");
        assert_eq!(message.to, task.to);
        assert_eq!(message.user.as_deref(), Some("mina"), "{}", ran.output);
        assert!(message.tls);
        assert_eq!(message.subject, "A note");
    }
}

#[cfg(feature = "python")]
#[tokio::test]
async fn smtplib_delivers() {
    for task in [
        SendTask::PLAIN,
        SendTask {
            mechanism: "LOGIN",
            ..SendTask::PLAIN
        },
        SendTask {
            implicit_tls: true,
            mechanism: "LOGIN",
            ..SendTask::PLAIN
        },
    ] {
        let bridge = Bridge::start();
        drop(smtplib(&bridge, task).await.well("smtplib"));
        let message = delivered(&bridge).await;
        assert_eq!(message.to, task.to);
        assert_eq!(message.user.as_deref(), Some("mina"));
        assert!(message.tls);
    }
}

#[cfg(all(feature = "python", feature = "swaks"))]
#[tokio::test]
async fn a_wrong_password_gets_535() {
    let bridge = Bridge::start();
    for mechanism in ["PLAIN", "LOGIN"] {
        for implicit_tls in [false, true] {
            let task = SendTask {
                mechanism,
                implicit_tls,
                password: "Practice",
                ..SendTask::PLAIN
            };
            let ran = swaks(&bridge, task).await;
            assert!(!ran.status.success(), "{}", ran.output);
            assert!(ran.output.contains(" 535 5.7.8"), "{}", ran.output);
            let ran = smtplib(&bridge, task).await;
            assert!(!ran.status.success(), "{}", ran.output);
            assert!(ran.output.starts_with("535 5.7.8"), "{}", ran.output);
        }
    }
    let mut page = Page::open(&bridge).await;
    let mailbox = page.mailbox(|_| true).await;
    assert_eq!(mailbox.messages, []);
}

#[cfg(all(feature = "python", feature = "swaks"))]
#[tokio::test]
async fn a_refused_recipient_is_distinguished_from_an_accepted_one() {
    let to: &[&str] = &["hana@example.org", "refused@example.org"];
    let task = SendTask {
        to,
        ..SendTask::PLAIN
    };
    let bridge = Bridge::start();
    let ran = smtplib(&bridge, task).await.well("smtplib");
    assert!(
        ran.output.contains("refused {'refused@example.org': 550}"),
        "{}",
        ran.output
    );
    assert_eq!(delivered(&bridge).await.to, ["hana@example.org"]);
    for pipelining in [false, true] {
        let bridge = Bridge::start();
        let ran = swaks(&bridge, SendTask { pipelining, ..task }).await;
        assert!(ran.output.contains(" 550 5.1.1"), "{}", ran.output);
        assert_eq!(delivered(&bridge).await.to, ["hana@example.org"]);
    }
}
