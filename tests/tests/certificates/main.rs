//! Each way in which TLS fails because of a certificate, in the built program. The reason is typed,
//! correct and bounded, and is never the debug output of a library's error. Alerts and broken
//! handshakes are in `tests/hostile/certificates`.

mod extra_ca;
mod table;

use std::sync::Arc;

use glasspost_tests::authority::{Authority, Validity};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{der, job};
use smtp::{CertificateFault as Fault, Failure, Outcome, Security, TlsFailure};
use tokio_rustls::rustls::{ALL_VERSIONS, ServerConfig};

use table::Case;

/// The host name of the servers in these tests.
const HOST: &str = "mail.certificates.test";

/// A server with a certificate.
type Server = Arc<ServerConfig>;

fn bridge(extra: &[String]) -> Bridge {
    let resolve = format!("{HOST}:127.0.0.1");
    let mut args = vec!["--allow-port", "any", "--resolve", &resolve];
    for file in extra {
        args.extend(["--extra-ca", file]);
    }
    Bridge::with(&args)
}

/// The end of a job at this server, which refuses the message once TLS is established.
async fn send(bridge: &Bridge, host: &str, server: Server) -> Sent {
    let script = "TLS\nS: 220 x\nC: EHLO\nS: 554 5.7.1 no\nC: QUIT\nS: 221 bye\nFIN";
    follow(bridge, host, Security::Tls, script, server).await
}

/// The same with STARTTLS.
async fn send_by_starttls(bridge: &Bridge, host: &str, server: Server) -> Sent {
    let script = "S: 220 x\nC: EHLO\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\n\
                  C: EHLO\nS: 554 5.7.1 no\nC: QUIT\nS: 221 bye\nFIN";
    follow(bridge, host, Security::Starttls, script, server).await
}

async fn follow(
    bridge: &Bridge,
    host: &str,
    security: Security,
    script: &str,
    server: Server,
) -> Sent {
    let mut scripted = Scripted::with_tls(script, server).await;
    let host = job::host(host, scripted.port(), security);
    let mut start = job::start(host, job::NOTE);
    start.credentials = job::credentials("mina", "Tr0ub4dor-and-3");
    let sent = Page::open(bridge).await.send(start, job::NOTE).await;
    let connection = scripted.connection().await;
    if !matches!(sent.outcome(), Outcome::Refused { .. }) {
        assert!(
            connection.secured.is_empty(),
            "an octet of the dialogue: {connection:?}"
        );
    }
    sent
}

fn failure(sent: &Sent) -> TlsFailure {
    match sent.outcome() {
        Outcome::Failed {
            cause: Failure::Tls { why },
            ..
        } => why.clone(),
        other => panic!("no failure of TLS: {other:?}"),
    }
}

fn bad(why: Fault) -> TlsFailure {
    TlsFailure::BadCertificate { why }
}

fn wrong_name(asked: &str, names: &[&str]) -> TlsFailure {
    TlsFailure::WrongName {
        asked: asked.into(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn unknown_issuer(name: &str) -> TlsFailure {
    TlsFailure::UnknownIssuer {
        issuer: name.to_owned(),
    }
}

#[tokio::test]
async fn every_rejected_certificate_has_a_reason() {
    let root = Authority::new();
    // With and without --extra-ca, because the verifier for the machine's roots reports some errors
    // differently.
    let bridges = [bridge(&[root.argument()]), bridge(&[])];
    let mut failures = Vec::new();
    for Case(name, make, expect) in table::table() {
        // Cases about addresses use an address instead of the name.
        let host = if name.contains("address") {
            "127.0.0.1"
        } else {
            HOST
        };
        let sent = send(&bridges[0], host, make(&root)).await;
        let got = failure(&sent);
        if got != expect {
            failures.push(format!("{name}: {got:?}, not {expect:?}"));
        }
        let sent = send_by_starttls(&bridges[0], host, make(&root)).await;
        let by_starttls = failure(&sent);
        if by_starttls != expect {
            failures.push(format!("{name}, STARTTLS: {by_starttls:?}, not {expect:?}"));
        }
        let sent = send(&bridges[1], host, make(&root)).await;
        for mut failure in [got, failure(&sent)] {
            let shown = format!("{failure:?}");
            for text in failure.texts_mut() {
                let odd = ["Error(", "Other(", "{"];
                if odd.iter().any(|odd| text.contains(odd)) || text.len() > 300 {
                    failures.push(format!("{name}: {shown}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn long_lists_of_names_are_cut() {
    let root = Authority::new();
    let bridge = bridge(&[root.argument()]);
    let server = |count: usize| {
        let names: Vec<String> = (0..count)
            .map(|n| format!("{n}.{}.test", "x".repeat(400)))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let leaf = root.leaf(&names, Validity::Now);
        der::server(leaf.shown().to_vec(), leaf.key(), ALL_VERSIONS)
    };
    let sent = send(&bridge, HOST, server(100)).await;
    let TlsFailure::WrongName { names, .. } = failure(&sent) else {
        panic!("{:?}", sent.end);
    };
    assert_eq!(names.len(), 16);
    assert!(names.iter().all(|name| name.len() == 255), "{names:?}");
    // A certificate that rustls rejects only because of its size.
    let sent = send(&bridge, HOST, server(200)).await;
    let large = TlsFailure::Protocol {
        detail: "invalid message: handshake payload too large".into(),
    };
    assert_eq!(failure(&sent), large);
}

/// Certificates for which the machine's roots give no reason are still told apart.
#[tokio::test]
async fn without_the_root_the_issuer_is_unknown() {
    let root = Authority::new();
    let bridge = bridge(&[]);
    for Case(name, make, _) in table::table() {
        let expect = match name {
            "for clients" => bad(Fault::NotForServers),
            "another name" => unknown_issuer(root.name()),
            _ => continue,
        };
        let sent = send(&bridge, HOST, make(&root)).await;
        assert_eq!(failure(&sent), expect, "{name}");
    }
    let good = root.leaf(&[HOST], Validity::Now).server();
    let sent = send(&bridge, HOST, good).await;
    assert_eq!(failure(&sent), unknown_issuer(root.name()));
}
