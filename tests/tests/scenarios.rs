//! Each scenario that comes with the program, with three clients: this program's own, Python's
//! smtplib and swaks. The table has what each of them makes of it.
//!
//! All send a note to Hana and Duri over STARTTLS, check the certificate and sign in. Where another
//! client does not do what the purpose of a scenario asks for, its row says so.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::{api, job, peer, program};
use practice::scenario::BUILT_IN;
use smtp::Security;

/// What comes of a scenario. Each text is one attempt; `+1` says that a message was delivered. `or`
/// stands between outcomes of which chance decides.
struct Row {
    name: &'static str,
    ours: &'static [&'static str],
    smtplib: &'static [&'static str],
    /// The exit status of swaks.
    swaks: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        name: "greylisting",
        ours: &["refused 451", "accepted 250 +1"],
        smtplib: &["SMTPRecipientsRefused 451", "accepted +1"],
        swaks: &["24", "0 +1"],
    },
    Row {
        name: "refused-recipient",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted hana@example.org 550 +1"],
        swaks: &["0 +1"],
    },
    Row {
        name: "refused-recipients",
        ours: &["refused 550"],
        smtplib: &["SMTPRecipientsRefused 550"],
        swaks: &["24"],
    },
    Row {
        name: "forwarded-recipient",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted +1"],
        // swaks takes no other success than 250.
        swaks: &["24"],
    },
    Row {
        name: "refused-sender",
        ours: &["refused 550"],
        smtplib: &["SMTPSenderRefused 550"],
        swaks: &["23"],
    },
    Row {
        name: "refused-message",
        ours: &["refused 554"],
        smtplib: &["SMTPDataError 554"],
        swaks: &["26"],
    },
    Row {
        name: "refused-in-message",
        ours: &["refused 552"],
        smtplib: &["SMTPDataError 552"],
        swaks: &["26"],
    },
    Row {
        name: "size-limit",
        ours: &["failed too_large"],
        smtplib: &["SMTPSenderRefused 552"],
        // swaks does not state the size, so it is refused after the message.
        swaks: &["26"],
    },
    Row {
        name: "rate-limit",
        ours: &["accepted 250 +1", "accepted 250 +1", "refused 421"],
        smtplib: &["accepted +1", "accepted +1", "SMTPSenderRefused 421"],
        swaks: &["0 +1", "0 +1", "23"],
    },
    Row {
        name: "random-refusals",
        ours: &[
            "accepted 250 +1",
            "refused 451",
            "accepted 250 +1",
            "refused 451",
        ],
        smtplib: &[
            "accepted duri@example.org 451 +1",
            "SMTPDataError 451",
            "accepted +1",
            "SMTPDataError 451",
        ],
        swaks: &["0 +1", "26", "0 +1", "26"],
    },
    Row {
        name: "busy",
        ours: &["refused 421"],
        smtplib: &["SMTPConnectError 421"],
        swaks: &["21"],
    },
    Row {
        name: "no-service",
        ours: &["refused 554"],
        smtplib: &["SMTPConnectError 554"],
        swaks: &["21"],
    },
    Row {
        name: "shutting-down",
        ours: &["refused 421"],
        smtplib: &["SMTPDataError 421"],
        swaks: &["25"],
    },
    Row {
        name: "slow-greeting",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted +1"],
        swaks: &["0 +1"],
    },
    Row {
        name: "slow-replies",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted +1"],
        swaks: &["0 +1"],
    },
    Row {
        name: "split-replies",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted +1"],
        swaks: &["0 +1"],
    },
    Row {
        name: "long-replies",
        ours: &["accepted 250 +1"],
        smtplib: &["accepted +1"],
        swaks: &["0 +1"],
    },
    Row {
        name: "malformed-reply",
        ours: &["failed bad_reply not_a_reply"],
        smtplib: &["SMTPSenderRefused -1"],
        swaks: &["23"],
    },
    Row {
        name: "endless-reply",
        ours: &["failed bad_reply line_too_long"],
        smtplib: &["SMTPResponseException 500"],
        swaks: &["6"],
    },
    Row {
        name: "no-extensions",
        ours: &["failed starttls_not_offered"],
        smtplib: &["SMTPNotSupportedError"],
        swaks: &["29"],
    },
    Row {
        name: "no-starttls",
        ours: &["failed starttls_not_offered"],
        smtplib: &["SMTPNotSupportedError"],
        swaks: &["29"],
    },
    Row {
        name: "starttls-refused",
        ours: &["refused 454"],
        smtplib: &["SMTPResponseException 454"],
        swaks: &["29"],
    },
    Row {
        name: "starttls-injection",
        ours: &["failed injected_before_tls"],
        smtplib: &["accepted +1"],
        // swaks takes what was injected for the reply to the EHLO inside TLS.
        swaks: &["28"],
    },
    Row {
        name: "certificate-expired",
        ours: &["failed tls expired"],
        smtplib: &["SSLCertVerificationError 10"],
        swaks: &["29"],
    },
    Row {
        name: "certificate-wrong-name",
        ours: &["failed tls wrong_name"],
        smtplib: &["SSLCertVerificationError 64"],
        // swaks does not compare the name.
        swaks: &["0 +1"],
    },
    Row {
        name: "certificate-unknown-root",
        ours: &["failed tls unknown_issuer"],
        smtplib: &["SSLCertVerificationError 20"],
        swaks: &["29"],
    },
    Row {
        name: "no-auth",
        ours: &["failed sign_in_not_offered"],
        smtplib: &["SMTPNotSupportedError"],
        swaks: &["28"],
    },
    Row {
        name: "wrong-password",
        ours: &["refused 535"],
        smtplib: &["SMTPAuthenticationError 535"],
        swaks: &["28"],
    },
    Row {
        name: "closed-in-message",
        // The note is so small that all of it may have left before the reset.
        ours: &["unknown connection_lost or failed connection_lost"],
        smtplib: &["SMTPServerDisconnected"],
        swaks: &["6"],
    },
    Row {
        name: "reply-lost",
        ours: &["unknown connection_lost +1"],
        smtplib: &["SMTPServerDisconnected +1"],
        swaks: &["6 +1"],
    },
];

const TO: [&str; 2] = ["hana@example.org", "duri@example.org"];

/// Sets the scenario anew, so that nothing is left of what others did.
async fn set(bridge: &Bridge, name: &str) {
    let path = format!("/scenario?name={name}");
    let set = api::request(bridge, "PUT", &path, b"").await;
    api::json(&set, 200);
}

/// The outcome, and how many messages were delivered.
async fn with_delivered(bridge: &Bridge, outcome: String) -> String {
    let messages = api::get(bridge, "/messages").await;
    let count = messages["messages"].as_array().map_or(0, Vec::len);
    api::request(bridge, "DELETE", "/messages", b"").await;
    match count {
        0 => outcome.trim().to_owned(),
        count => format!("{} +{count}", outcome.trim()),
    }
}

async fn ours(bridge: &Bridge) -> String {
    let mut page = Page::open(bridge).await;
    let mut start = job::start(job::practice(Security::Starttls), job::NOTE);
    start.to = TO.map(str::to_owned).into();
    start.credentials = job::credentials("mina", practice::PASSWORD);
    page.send(start, job::NOTE).await.summary()
}

fn starttls(bridge: &Bridge) -> SocketAddr {
    let text = &bridge.practice().starttls;
    text.parse().expect("an address")
}

async fn smtplib(bridge: &Bridge, trust: &str) -> String {
    let at = starttls(bridge);
    let script = program::python_script("scenario_client.py");
    let (script, host, port) = (
        script.display().to_string(),
        at.ip().to_string(),
        at.port().to_string(),
    );
    let mut args = vec![script.as_str(), &host, &port, trust, "mina@example.org"];
    args.extend(TO);
    peer::run(&program::python(), &args, job::NOTE)
        .await
        .well("smtplib")
        .stdout
}

async fn swaks(bridge: &Bridge, trust: &str) -> String {
    let at = starttls(bridge);
    let (host, port, to) = (at.ip().to_string(), at.port().to_string(), TO.join(","));
    let args = [
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
        "--tls",
        "--tls-verify",
        "--tls-ca-path",
        trust,
        "--auth",
        "PLAIN",
        "--auth-user",
        "mina",
        "--auth-password",
        practice::PASSWORD,
        "--timeout",
        "30",
        "--data",
        "-",
    ];
    let message = String::from_utf8_lossy(job::NOTE).replace("\r\n", "\n");
    let ran = peer::run(&program::swaks(), &args, message.trim_end().as_bytes()).await;
    match ran.status.code() {
        Some(code) => code.to_string(),
        None => panic!("swaks was killed: {}", ran.output),
    }
}

#[tokio::test]
async fn each_scenario_does_what_its_purpose_says() {
    let bridge = Bridge::with(&["--log", "warn"]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trust = folder.path().join("ca.pem");
    let ca = api::request(&bridge, "GET", "/ca", b"").await;
    std::fs::write(&trust, &ca.body).expect("a writable folder");
    let trust = trust.display().to_string();
    let mut failures = Vec::new();
    for row in ROWS {
        let mut compare = |client: &str, got: Vec<String>, expected: &[&str]| {
            let fits = |(got, expected): (&String, &&str)| {
                expected.split(" or ").any(|expected| got == expected)
            };
            if !got.iter().zip(expected).all(fits) {
                let name = row.name;
                failures.push(format!("{name}, {client}: {got:?} instead of {expected:?}"));
            }
        };
        let mut got = Vec::new();
        set(&bridge, row.name).await;
        for _ in row.ours {
            let outcome = ours(&bridge).await;
            got.push(with_delivered(&bridge, outcome).await);
        }
        compare("ours", std::mem::take(&mut got), row.ours);
        set(&bridge, row.name).await;
        for _ in row.smtplib {
            let outcome = smtplib(&bridge, &trust).await;
            got.push(with_delivered(&bridge, outcome).await);
        }
        compare("smtplib", std::mem::take(&mut got), row.smtplib);
        set(&bridge, row.name).await;
        for _ in row.swaks {
            let outcome = swaks(&bridge, &trust).await;
            got.push(with_delivered(&bridge, outcome).await);
        }
        compare("swaks", got, row.swaks);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_scenario_has_a_row() {
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.name).collect();
    let known = BUILT_IN.iter().map(|known| known.name).collect();
    assert_eq!(rows, known, "left: rows, right: scenarios");
    assert_eq!(ROWS.len(), BUILT_IN.len());
    assert_eq!(BUILT_IN.len(), 30);
}
