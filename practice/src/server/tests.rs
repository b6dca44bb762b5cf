//! Tests of the server over real sockets.

use super::*;
use crate::session::queued;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer, version::TLS12,
        version::TLS13,
    },
};

async fn server() -> Server {
    Server::start(Config::ephemeral())
        .await
        .expect("a loopback port")
}

/// Sends `line` unless it is empty, then reads one reply and checks that it begins with `reply`.
async fn check<S: AsyncRead + AsyncWrite + Unpin>(
    peer: &mut BufReader<S>,
    line: &str,
    reply: &str,
) {
    if !line.is_empty() {
        peer.write_all(format!("{line}\r\n").as_bytes())
            .await
            .expect("the server reads");
        peer.flush().await.expect("the server reads");
    }
    let mut text = String::new();
    loop {
        text.clear();
        peer.read_line(&mut text).await.expect("the server answers");
        if text.as_bytes().get(3) != Some(&b'-') {
            break;
        }
    }
    assert!(
        text.starts_with(reply),
        "{text:?} to {line:?}, expected {reply}"
    );
}

async fn expect_end<S: AsyncRead + Unpin>(peer: &mut BufReader<S>) {
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).await.expect("a clean end");
    assert_eq!(String::from_utf8_lossy(&rest), "");
}

async fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    BufReader::new(
        TcpStream::connect(address)
            .await
            .expect("the server listens"),
    )
}

async fn handshake(
    server: &Server,
    name: &str,
    stream: TcpStream,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(server.ca_der().to_vec()))
        .expect("a certificate");
    let version = if name == SERVER_NAME { &TLS13 } else { &TLS12 };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = name.to_owned().try_into().expect("a name");
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(peer: &mut BufReader<S>, to: &str) {
    check(peer, "EHLO client", "250 ").await;
    check(peer, "MAIL FROM:<a@example.org>", "250 2.1.0").await;
    check(peer, &format!("RCPT TO:<{to}>"), "250 2.1.5").await;
    check(peer, "DATA", "354").await;
}

#[tokio::test]
async fn a_message_over_starttls() {
    let server = server().await;
    let mut changes = server.mailbox().changes();
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220 mail.practice.test ESMTP").await;
    check(&mut peer, "EHLO client", "250 ").await;
    // Anything sent in cleartext after STARTTLS is discarded.
    check(&mut peer, "STARTTLS\r\nMAIL FROM:<evil@example.org>", "220").await;
    let peer = handshake(&server, SERVER_NAME, peer.into_inner()).await;
    let mut peer = BufReader::new(peer.expect("TLS"));
    send(&mut peer, "b@example.org").await;
    check(&mut peer, "Subject: over TLS\r\n\r\nhi\r\n.", "250 2.0.0").await;
    check(&mut peer, "QUIT", "221").await;
    expect_end(&mut peer).await;
    drop(peer);
    changes.changed().await.expect("the mailbox lives");
    let [message] = &server.mailbox().list()[..] else {
        panic!("one message");
    };
    assert!(message.tls);
    assert_eq!(message.from, "a@example.org");
    assert_eq!(message.subject.as_deref(), Some("over TLS"));
    server.shutdown().await;
}

#[tokio::test]
async fn each_message_has_a_queue_id_of_its_own() {
    let server = server().await;
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220").await;
    for id in [1, 2] {
        send(&mut peer, "b@example.org").await;
        check(&mut peer, "hi\r\n.", &queued(id)).await;
        assert!(server.mailbox().get(id).is_some());
    }
    assert_ne!(queued(1), queued(2));
}

#[tokio::test]
async fn implicit_tls_accepts_every_name() {
    let server = server().await;
    for name in [SERVER_NAME, "localhost", "127.0.0.1", "::1"] {
        let stream = connect(server.tls_addr()).await.into_inner();
        let mut peer = BufReader::new(handshake(&server, name, stream).await.expect(name));
        check(&mut peer, "", "220").await;
        check(&mut peer, "QUIT", "221").await;
    }
    let stream = connect(server.tls_addr()).await.into_inner();
    assert!(handshake(&server, "other.test", stream).await.is_err());
    let other = self::server().await;
    let stream = connect(server.tls_addr()).await.into_inner();
    assert!(handshake(&other, SERVER_NAME, stream).await.is_err());
}

#[tokio::test]
async fn the_message_is_stored_though_its_reply_is_lost() {
    let server = server().await;
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220").await;
    send(&mut peer, "lost@example.org").await;
    peer.write_all(b"hi\r\n.\r\n")
        .await
        .expect("the server reads");
    expect_end(&mut peer).await;
    assert_eq!(server.mailbox().stats().count, 1);
}

#[tokio::test]
async fn a_port_in_use_is_replaced_only_if_preferred() {
    let first = server().await;
    let in_use = first.starttls_addr().port();
    let second = Server::start(Config {
        starttls: Bind::Preferred(in_use),
        ..Config::ephemeral()
    })
    .await
    .expect("another port");
    assert_ne!(second.starttls_addr().port(), in_use);
    let third = Server::start(Config {
        starttls: Bind::Exact(in_use),
        ..Config::ephemeral()
    });
    assert_eq!(
        third.await.expect_err("in use").kind(),
        io::ErrorKind::AddrInUse
    );
}

#[tokio::test]
async fn connections_are_limited_and_released() {
    let server = server().await;
    let mut peers = Vec::new();
    for _ in 0..limits::CONNECTIONS {
        let mut peer = connect(server.starttls_addr()).await;
        check(&mut peer, "", "220").await;
        check(&mut peer, "HELO x", "250").await;
        peers.push(peer);
    }
    let mut late = connect(server.starttls_addr()).await;
    check(&mut late, "", "421 4.7.0").await;
    expect_end(&mut late).await;
    let mut first = peers.swap_remove(0);
    check(&mut first, "QUIT", "221").await;
    drop(first);
    // A connection is released when its session sees the end. Until then new clients are refused.
    loop {
        let mut next = connect(server.starttls_addr()).await;
        let mut greeting = String::new();
        next.read_line(&mut greeting).await.expect("an answer");
        if greeting.starts_with("220") {
            break;
        }
    }
}

#[tokio::test]
async fn silent_clients_are_disconnected_for_new_ones() {
    let server = server().await;
    let mut active = connect(server.starttls_addr()).await;
    check(&mut active, "", "220").await;
    check(&mut active, "HELO x", "250").await;
    let mut silent = Vec::new();
    for n in 0..limits::CONNECTIONS {
        // Half of them are in a TLS handshake.
        silent.push(match n % 2 {
            0 => connect(server.starttls_addr()).await,
            _ => connect(server.tls_addr()).await,
        });
    }
    let mut newest = connect(server.starttls_addr()).await;
    check(&mut newest, "", "220").await;
    send(&mut newest, "b@example.org").await;
    check(&mut newest, "hi\r\n.", "250 2.0.0").await;
    check(&mut active, "NOOP", "250").await;
    // The oldest idle client was disconnected first.
    let mut rest = String::new();
    // The connection is reset if it has unread data, and closed in order otherwise.
    drop(silent[0].read_to_string(&mut rest).await);
    assert!(rest.is_empty() || rest.starts_with("220"), "{rest}");
}

#[tokio::test]
async fn shutdown_sends_421() {
    let server = server().await;
    let address = server.starttls_addr();
    let mut peer = connect(address).await;
    check(&mut peer, "", "220").await;
    let closing = async {
        check(&mut peer, "", "421 4.3.2").await;
        expect_end(&mut peer).await;
        drop(peer);
    };
    tokio::join!(server.shutdown(), closing);
    assert!(TcpStream::connect(address).await.is_err());
}

fn scenario(text: &str) -> Option<ScenarioRun> {
    match crate::scenario::parse(text) {
        Ok(scenario) => Some(ScenarioRun::new(scenario, 1)),
        Err(errors) => panic!("{text}: {errors:?}"),
    }
}

#[tokio::test]
async fn certificates_are_wrong_in_their_named_ways() {
    let server = server().await;
    for (kind, name, trusted) in [
        ("good", SERVER_NAME, true),
        ("good", "127.0.0.1", true),
        ("expired", SERVER_NAME, false),
        ("not-yet-valid", SERVER_NAME, false),
        ("wrong-name", SERVER_NAME, false),
        ("wrong-name", "localhost", false),
        ("wrong-name", "other.practice.test", true),
        ("ip-mismatch", SERVER_NAME, true),
        ("ip-mismatch", "127.0.0.1", false),
        ("ip-mismatch", "::1", false),
        ("self-signed", SERVER_NAME, false),
        ("unknown-root", SERVER_NAME, false),
    ] {
        let text = format!("certificate: {kind}\n");
        server.play(scenario(&text)).expect("a certificate");
        let stream = connect(server.tls_addr()).await.into_inner();
        let made = handshake(&server, name, stream).await;
        assert_eq!(made.is_ok(), trusted, "{kind} for {name}: {:?}", made.err());
    }
    // What was wrong is in the conversation.
    let last = server.mailbox().connections().pop();
    let last = last.expect("a connection").conversation;
    while !last.lines().ended {
        tokio::task::yield_now().await;
    }
    let lines = last.lines().lines;
    let note = lines
        .last()
        .map(|line| line.text.as_str())
        .unwrap_or_default();
    assert!(note.contains("the TLS handshake has failed"), "{lines:?}");
    assert_eq!(last.lines().last_failure.as_deref(), Some(note));
}

#[tokio::test]
async fn connections_are_left_as_a_scenario_says() {
    let server = server().await;
    let mut rest = Vec::new();
    server
        .play(scenario("on EHLO\n S+ 250-x\n RST\n"))
        .expect("no certificate");
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220").await;
    peer.write_all(b"EHLO x\r\n")
        .await
        .expect("the server reads");
    let error = peer.read_to_end(&mut rest).await.expect_err("a reset");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);

    server
        .play(scenario("on EHLO\n S+ 250-x\n FIN\n"))
        .expect("no certificate");
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220").await;
    peer.write_all(b"EHLO x\r\n")
        .await
        .expect("the server reads");
    rest.clear();
    peer.read_to_end(&mut rest).await.expect("a clean end");
    assert_eq!(rest, b"250-x");
    // It continues to read.
    peer.write_all(b"QUIT\r\n").await.expect("the server reads");

    // A dialogue that begins with TLS does the handshake itself, on both ports.
    server
        .play(scenario("TLS\nS: 220 inside\nC: QUIT\nCUT\n"))
        .expect("no certificate");
    for address in [server.starttls_addr(), server.tls_addr()] {
        let stream = connect(address).await.into_inner();
        let stream = handshake(&server, SERVER_NAME, stream).await.expect("TLS");
        let mut peer = BufReader::new(stream);
        check(&mut peer, "", "220 inside").await;
        peer.write_all(b"QUIT\r\n").await.expect("the server reads");
        peer.flush().await.expect("the server reads");
        let error = peer
            .read_to_end(&mut Vec::new())
            .await
            .expect_err("no close_notify");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    server.play(None).expect("no certificate");
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220 mail.practice.test").await;
}

#[tokio::test]
async fn what_is_corked_is_one_segment() {
    let server = server().await;
    let text = "on EHLO\n CORK\n S: 250-x\n S: 250 y\n UNCORK\n";
    server.play(scenario(text)).expect("no certificate");
    let mut peer = connect(server.starttls_addr()).await.into_inner();
    let mut buffer = [0; 1000];
    let length = peer.read(&mut buffer).await.expect("a greeting");
    assert!(buffer[..length].starts_with(b"220"));
    peer.write_all(b"EHLO x\r\n")
        .await
        .expect("the server reads");
    let length = peer.read(&mut buffer).await.expect("a reply");
    assert_eq!(&buffer[..length], b"250-x\r\n250 y\r\n");
}

#[tokio::test]
async fn a_message_has_what_was_said() {
    let server = server().await;
    let mut peer = connect(server.starttls_addr()).await;
    check(&mut peer, "", "220").await;
    send(&mut peer, "b@example.org").await;
    check(&mut peer, "hi\r\n.", "250").await;
    let message = server.mailbox().get(1).expect("it is stored");
    let conversation = message.conversation.clone().expect("it came by SMTP");
    let texts: Vec<String> = conversation
        .lines()
        .lines
        .into_iter()
        .map(|l| l.text)
        .collect();
    assert!(
        texts.contains(&"RCPT TO:<b@example.org>".to_owned()),
        "{texts:?}"
    );
    assert_eq!(texts.last().map(String::as_str), Some(queued(1).trim_end()));
    assert!(
        server
            .mailbox()
            .connections()
            .iter()
            .any(|one| one.conversation == conversation && one.messages == [1])
    );
    server.mailbox().clear_connections();
    assert!(server.mailbox().connections().is_empty());
}
