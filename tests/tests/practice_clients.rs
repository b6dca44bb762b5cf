//! The practice server is a mail server: clients that are not ours use it as they use any other.

use std::net::SocketAddr;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::peer::{self, Ran};
use glasspost_tests::{job, program};
use wire::MailboxSummary;

/// What a client is told to do.
#[derive(Clone, Copy)]
struct Errand<'a> {
    implicit_tls: bool,
    mechanism: &'a str,
    password: &'a str,
    to: &'a [&'a str],
    pipelining: bool,
}

impl Errand<'_> {
    const PLAIN: Errand<'static> = Errand {
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
async fn swaks(bridge: &Bridge, errand: Errand<'_>) -> Ran {
    let at = errand.port(bridge);
    let (host, port, to) = (
        at.ip().to_string(),
        at.port().to_string(),
        errand.to.join(","),
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
        errand.mechanism,
        "--auth-user",
        "mina",
        "--auth-password",
        errand.password,
        "--data",
        "-",
    ];
    args.push(if errand.implicit_tls {
        "--tls-on-connect"
    } else {
        "--tls"
    });
    if errand.pipelining {
        args.push("--pipeline");
    }
    // It ends every line with CRLF, the last one too.
    let message = String::from_utf8_lossy(job::NOTE).replace("\r\n", "\n");
    let message = message.trim_end_matches('\n');
    peer::run(&program::swaks(), &args, message.as_bytes()).await
}

#[cfg(feature = "python")]
async fn smtplib(bridge: &Bridge, errand: Errand<'_>) -> Ran {
    let at = errand.port(bridge);
    let (script, host, port) = (
        program::python_script("smtplib_client.py")
            .display()
            .to_string(),
        at.ip().to_string(),
        at.port().to_string(),
    );
    let security = if errand.implicit_tls {
        "tls"
    } else {
        "starttls"
    };
    let mut args = vec![
        script.as_str(),
        &host,
        &port,
        security,
        errand.mechanism,
        "mina",
        errand.password,
        "mina@example.org",
    ];
    args.extend(errand.to);
    peer::run(&program::python(), &args, job::NOTE).await
}

/// The only message there, which has to be the one sent, octet for octet.
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
        Errand::PLAIN,
        Errand {
            mechanism: "LOGIN",
            ..Errand::PLAIN
        },
        Errand {
            implicit_tls: true,
            ..Errand::PLAIN
        },
        Errand {
            pipelining: true,
            ..Errand::PLAIN
        },
        Errand {
            pipelining: true,
            implicit_tls: true,
            mechanism: "LOGIN",
            to: &["hana@example.org", "duri@example.org"],
            ..Errand::PLAIN
        },
    ];
    for errand in errands {
        let bridge = Bridge::start();
        let ran = swaks(&bridge, errand).await.well("swaks");
        let message = delivered(&bridge).await;
        assert_eq!(message.from, "mina@example.org");
        assert_eq!(message.to, errand.to);
        assert_eq!(message.user.as_deref(), Some("mina"), "{}", ran.output);
        assert!(message.tls);
        assert_eq!(message.subject, "A note");
    }
}

#[cfg(feature = "python")]
#[tokio::test]
async fn smtplib_delivers() {
    for errand in [
        Errand::PLAIN,
        Errand {
            mechanism: "LOGIN",
            ..Errand::PLAIN
        },
        Errand {
            implicit_tls: true,
            mechanism: "LOGIN",
            ..Errand::PLAIN
        },
    ] {
        let bridge = Bridge::start();
        drop(smtplib(&bridge, errand).await.well("smtplib"));
        let message = delivered(&bridge).await;
        assert_eq!(message.to, errand.to);
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
            let errand = Errand {
                mechanism,
                implicit_tls,
                password: "Practice",
                ..Errand::PLAIN
            };
            let ran = swaks(&bridge, errand).await;
            assert!(!ran.status.success(), "{}", ran.output);
            assert!(ran.output.contains(" 535 5.7.8"), "{}", ran.output);
            let ran = smtplib(&bridge, errand).await;
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
async fn a_refused_recipient_is_told_from_one_that_is_not() {
    let to: &[&str] = &["hana@example.org", "refused@example.org"];
    let errand = Errand {
        to,
        ..Errand::PLAIN
    };
    let bridge = Bridge::start();
    let ran = smtplib(&bridge, errand).await.well("smtplib");
    assert!(
        ran.output.contains("refused {'refused@example.org': 550}"),
        "{}",
        ran.output
    );
    assert_eq!(delivered(&bridge).await.to, ["hana@example.org"]);
    for pipelining in [false, true] {
        let bridge = Bridge::start();
        let ran = swaks(
            &bridge,
            Errand {
                pipelining,
                ..errand
            },
        )
        .await;
        assert!(ran.output.contains(" 550 5.1.1"), "{}", ran.output);
        assert_eq!(delivered(&bridge).await.to, ["hana@example.org"]);
    }
}
