//! Access control: who may use the bridge, and where the bridge may connect. Any page in the user's
//! browser can reach localhost.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use glasspost_tests::bridge::{Bridge, command};
use glasspost_tests::http::{self, Response};
use glasspost_tests::page::{End, Frame, Handshake, Page, Refusal, protocols};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{job, process, program, secret, soon};
use smtp::{ConnectFailure, Failure, Outcome, Security};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::{NotStarted, handshake};

/// The document in which a stranger's HTML is shown.
const FRAME: &str = "/frame";

/// Paths that an attacker would try, including the page's own.
const PATHS: [&str; 8] = [
    "/",
    "/index.html",
    FRAME,
    handshake::PATH,
    "/api/v1/messages",
    "/api/v1/scenario?name=busy",
    "/favicon.ico",
    "/nowhere",
];

// 1. Loopback.

#[cfg(feature = "linux")]
#[test]
fn every_port_is_on_loopback() {
    let bridge = Bridge::start();
    let listening = process::listening(bridge.pid());
    assert!(
        listening.len() >= 3,
        "expected the page and two practice ports, got {listening:?}"
    );
    for address in listening {
        assert!(address.ip().is_loopback(), "it listens on {address}");
    }
}

#[cfg(feature = "linux")]
#[test]
fn every_port_is_on_loopback_without_any_flag() {
    let mut plain = std::process::Command::new(program::glasspost());
    plain
        .args(["--announce", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let bridge = Bridge::spawn(&mut plain);
    let listening = process::listening(bridge.pid());
    assert!(listening.len() >= 3, "{listening:?}");
    for address in listening {
        assert!(address.ip().is_loopback(), "it listens on {address}");
    }
}

#[test]
fn a_wildcard_bind_is_refused() {
    fn check(flag: &str, address: &str) {
        match Bridge::try_spawn(&mut command(&[flag, address])) {
            Ok(bridge) => panic!("{flag} {address} is served: {:?}", bridge.announcement()),
            Err(ended) => {
                assert!(!ended.status.success(), "{flag} {address}: {ended:?}");
                assert!(
                    ended.stderr.contains("loopback"),
                    "{flag} {address}: no reason given: {}",
                    ended.stderr
                );
                assert_eq!(ended.stdout, "", "{flag} {address}");
            }
        }
    }
    for flag in ["--listen", "--practice", "--practice-tls"] {
        check(flag, "0.0.0.0:0");
        check(flag, "[::]:0");
        check(flag, "[::ffff:0.0.0.0]:0");
        check(flag, "[::ffff:0:0]:0");
        check(flag, "192.0.2.7:0");
        check(flag, "[2001:db8::7]:0");
    }
}

// 2. Host.

#[tokio::test]
async fn a_foreign_host_gets_nothing_on_any_path() {
    let bridge = Bridge::start();
    let port = bridge.address().port();
    let other = if port == 8025 { 8026 } else { 8025 };
    let mut foreign: Vec<String> = [
        "evil.com",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "localhost.evil.com",
        "evil.com.localhost",
        "x.local",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::]",
        "::1",
        "127.0.0.1@evil.com",
        "evil.com@127.0.0.1",
        "127.0.0.1,evil.com",
        "127.0.0.1 evil.com",
        "localhost.",
    ]
    .iter()
    .flat_map(|host| [(*host).to_owned(), format!("{host}:{port}")])
    .collect();
    foreign.extend([
        String::new(),
        format!(":{port}"),
        format!("127.0.0.1:{other}"),
        format!("localhost:{other}"),
        format!("[::1]:{other}"),
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        "127.0.0.1:".to_owned(),
        format!("127.0.0.1:0{port}"),
        format!("127.0.0.1:{port}:80"),
        format!("127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}"),
    ]);
    for path in PATHS {
        for host in &foreign {
            let response = http::get_with(bridge.address(), path, &[("Host", host)]).await;
            assert_refused(&response, &format!("{path} for Host {host:?}"));
        }
    }
}

#[tokio::test]
async fn a_missing_duplicate_or_contradictory_host_gets_nothing() {
    let bridge = Bridge::start();
    let own = bridge.address();
    async fn check(own: SocketAddr, request: String) {
        match http::raw(own, request.as_bytes()).await {
            Some(response) => assert_refused(&response, &request),
            None => panic!("no response to {request:?}"),
        }
    }
    for path in PATHS {
        for fields in [
            String::new(),
            format!("Host: {own}\r\nHost: evil.com\r\n"),
            format!("Host: evil.com\r\nHost: {own}\r\n"),
            format!("Host: {own}\r\nHost: {own}\r\n"),
        ] {
            check(
                own,
                format!("GET {path} HTTP/1.1\r\n{fields}Connection: close\r\n\r\n"),
            )
            .await;
        }
        check(own, format!("GET {path} HTTP/1.0\r\n\r\n")).await;
        // The authority in the target overrides the field (RFC 9112 §3.2.2), so both must be ours.
        for (target, host) in [
            (format!("http://evil.com{path}"), own.to_string()),
            (format!("http://{own}{path}"), "evil.com".to_owned()),
        ] {
            check(
                own,
                format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn our_own_hosts_get_the_page() {
    let bridge = Bridge::start();
    let port = bridge.address().port();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("{host}:{port}");
        let response = http::get_with(bridge.address(), "/", &[("Host", &host)]).await;
        assert_eq!(response.status, 200, "{host}");
        assert!(
            response.text().contains("<html"),
            "{host}: {}",
            response.text()
        );
    }
}

// 3. Origin.

#[tokio::test]
async fn a_foreign_origin_is_refused_in_the_handshake() {
    let bridge = Bridge::start();
    let port = bridge.address().port();
    let mut foreign: Vec<String> = [
        "null",
        "",
        "http://evil.com",
        "https://evil.com",
        "http://127.0.0.1",
        "http://localhost",
        "http://127.0.0.1:1",
        "http://localhost:3000",
        "file://",
        "chrome-extension://abcdefghijklmnop",
        "*",
    ]
    .map(str::to_owned)
    .to_vec();
    foreign.extend([
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        format!("ws://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}.evil.com"),
        format!("http://127.0.0.1.evil.com:{port}"),
        format!("http://evil.com/127.0.0.1:{port}"),
        format!("http://evil.com#http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}@evil.com"),
        format!("http://evil.com@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}0"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://0.0.0.0:{port}"),
        format!("http://127.0.0.2:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://localhost.evil.com:{port}"),
        format!("http://127.0.0.1:{port} http://evil.com"),
        format!("http://127.0.0.1:{port}, http://evil.com"),
    ]);
    for origin in foreign.into_iter().map(Some).chain([None]) {
        let handshake = Handshake {
            origin: origin.clone(),
            ..Handshake::of_page(&bridge)
        };
        assert_forbidden(&handshake, &format!("Origin {origin:?}")).await;
    }
}

#[tokio::test]
async fn two_origins_are_refused_in_the_handshake() {
    let bridge = Bridge::start();
    let (own, evil) = (bridge.origin(), "http://evil.com".to_owned());
    for origins in [[&own, &evil], [&evil, &own], [&own, &own]] {
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Origin: {}\r\nOrigin: {}\r\nSec-WebSocket-Protocol: {}\r\n\r\n",
            handshake::PATH,
            bridge.address(),
            origins[0],
            origins[1],
            protocols(bridge.token()),
        );
        match http::raw(bridge.address(), request.as_bytes()).await {
            Some(response) => assert_eq!(response.status, 403, "{origins:?}"),
            None => panic!("no response to {origins:?}"),
        }
    }
}

#[tokio::test]
async fn our_own_origins_are_accepted() {
    let bridge = Bridge::start();
    let port = bridge.address().port();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        let handshake = Handshake {
            host: format!("{host}:{port}"),
            origin: Some(format!("http://{host}:{port}")),
            ..Handshake::of_page(&bridge)
        };
        match handshake.open().await {
            Ok(socket) => drop(Page::welcomed(socket).await),
            Err(refusal) => panic!("{host}: {refusal:?}"),
        }
    }
}

// 4. Token.

#[tokio::test]
async fn without_the_token_the_handshake_is_refused() {
    let (bridge, earlier) = (Bridge::start(), Bridge::start());
    let token = bridge.token().to_owned();
    let short = &token[..token.len() - 1];
    let mut swapped: Vec<char> = token.chars().collect();
    let last = swapped.len() - 1;
    swapped[last] = if swapped[last] == 'A' { 'B' } else { 'A' };
    let swapped: String = swapped.into_iter().collect();
    let version = handshake::PROTOCOL;
    let prefix = handshake::TOKEN_PREFIX;
    let wrong: Vec<Option<String>> = vec![
        None,
        Some(version.to_owned()),
        Some(format!("{version}, {prefix}")),
        Some(prefix.to_owned()),
        Some(protocols(short)),
        Some(protocols(&token[1..])),
        Some(protocols(&swapped)),
        Some(protocols(&format!("{token}A"))),
        Some(protocols(&format!("A{token}"))),
        Some(protocols(&token.to_ascii_lowercase())),
        Some(protocols(&token.to_ascii_uppercase())),
        Some(protocols(&"A".repeat(token.len()))),
        Some(protocols(&"A".repeat(4096))),
        Some(protocols(earlier.token())),
        Some(format!("{version}, {token}")),
        Some(format!("{version}, glasspost.Token.{token}")),
        Some(format!(
            "{version}, {prefix}{short}, {prefix}{}",
            &token[1..]
        )),
    ];
    for protocols in wrong {
        let handshake = Handshake {
            protocols: protocols.clone(),
            ..Handshake::of_page(&bridge)
        };
        assert_forbidden(&handshake, &format!("subprotocols {protocols:?}")).await;
    }
    // The token is ignored anywhere except in the subprotocol.
    let handshake = Handshake {
        path: format!("{}?token={token}", handshake::PATH),
        protocols: Some(version.to_owned()),
        ..Handshake::of_page(&bridge)
    };
    match handshake.open().await {
        Err(Refusal::Status(400..=499, _)) => (),
        other => panic!("a token in the query: {other:?}"),
    }
    drop(Page::open(&bridge).await);
}

#[test]
fn tokens_are_long_and_new_each_run() {
    let tokens: Vec<String> = (0..3).map(|_| Bridge::start().token().to_owned()).collect();
    for (n, token) in tokens.iter().enumerate() {
        let octets = URL_SAFE_NO_PAD.decode(token);
        assert!(
            matches!(&octets, Ok(octets) if octets.len() * 8 >= 256),
            "{token} is not 256 bits in base64url"
        );
        assert!(!tokens[..n].contains(token), "{token} was used twice");
    }
}

#[tokio::test]
async fn another_version_is_reported_only_with_the_token() {
    let bridge = Bridge::start();
    let newer = format!("{}{}", handshake::PROTOCOL_PREFIX, wire::VERSION + 1);
    let handshake = |token: &str| Handshake {
        protocols: Some(format!("{newer}, {}{token}", handshake::TOKEN_PREFIX)),
        ..Handshake::of_page(&bridge)
    };
    assert_forbidden(
        &handshake(&"A".repeat(43)),
        "another version without the token",
    )
    .await;
    let socket = match handshake(bridge.token()).open().await {
        Ok(socket) => socket,
        Err(refusal) => panic!("{refusal:?}: a browser does not report this to a page"),
    };
    match soon("the close", glasspost_tests::page::frame(&mut { socket })).await {
        Frame::Closed(Some((code, reason))) => {
            assert_eq!(code, handshake::CLOSE_VERSION);
            assert!(
                reason.contains(&wire::VERSION.to_string()),
                "the reason names no version: {reason:?}"
            );
        }
        other => panic!("{other:?}"),
    }
}

// 5. The token is not disclosed.

#[tokio::test]
async fn the_token_is_in_no_body_no_header_and_no_log() {
    let bridge = Bridge::start();
    let token = bridge.token().to_owned();
    for path in assets(&bridge).await {
        let response = http::get(bridge.address(), &path).await;
        assert_eq!(response.status, 200, "{path}");
        secret::assert_absent(&[&token], &response.whole(), &path);
    }
    for path in ["/nowhere".to_owned(), format!("/nowhere?token={token}")] {
        let response = http::get(bridge.address(), &path).await;
        secret::assert_absent(&[&token], &response.whole(), &path);
    }
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    // The handshake with a wrong token is logged without the token.
    let almost = format!("{}AAAA", &token[..token.len() - 4]);
    let handshake = Handshake {
        protocols: Some(protocols(&almost)),
        ..Handshake::of_page(&bridge)
    };
    assert_forbidden(&handshake, "a wrong token").await;
    drop(page);
    let log = bridge.finish();
    assert!(!log.is_empty(), "the log is empty, so nothing was checked");
    secret::assert_absent(&[&token, &almost], &log, "the log");
}

#[test]
fn the_link_carries_the_token_in_its_fragment() {
    let bridge = Bridge::start();
    let announcement = bridge.announcement();
    let (page, fragment) = announcement
        .url
        .split_once('#')
        .unwrap_or_else(|| panic!("no fragment in {}", announcement.url));
    assert_eq!(page, format!("http://{}/", bridge.address()));
    assert_eq!(
        fragment,
        format!("{}={}", handshake::FRAGMENT_KEY, announcement.token)
    );
    assert_eq!(
        announcement.ws,
        format!("ws://{}{}", bridge.address(), handshake::PATH)
    );
}

// 6. Requests that a foreign page can send without reading the response.

#[tokio::test]
async fn no_route_is_shared_with_other_origins_and_none_takes_a_form() {
    let bridge = Bridge::start();
    let own = bridge.address().to_string();
    let mut page = Page::open(&bridge).await;
    let form = b"type=start&id=1";
    for path in PATHS {
        for method in [
            "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
        ] {
            for origin in ["http://evil.com", "null", bridge.origin().as_str()] {
                let fields = [
                    ("Host", own.as_str()),
                    ("Origin", origin),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                    ("Access-Control-Request-Method", "POST"),
                    ("Access-Control-Request-Private-Network", "true"),
                ];
                let response = http::request(bridge.address(), method, path, &fields, form).await;
                assert_refused(&response, &format!("{method} {path} from {origin}"));
            }
        }
        let fields = [
            ("Host", own.as_str()),
            ("Sec-Fetch-Mode", "no-cors"),
            ("Sec-Fetch-Dest", "image"),
            ("Sec-Fetch-Site", "cross-site"),
        ];
        let response = http::get_with(bridge.address(), path, &fields).await;
        assert_closed_to_others(&response, path);
    }
    // Nothing was started: the next frame is the answer to the page's first request.
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let mailbox = page.mailbox(|state| !state.messages.is_empty()).await;
    assert_eq!(mailbox.messages.len(), 1);
}

#[tokio::test]
async fn no_path_leads_out_of_the_page() {
    let bridge = Bridge::start();
    for path in [
        "/../Cargo.toml",
        "/../../../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e%2fCargo.toml",
        "/..%5c..%5cetc%5cpasswd",
        "/..\\..\\etc\\passwd",
        "/....//....//etc/passwd",
        "/%252e%252e%252fetc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        "//etc/passwd",
        "/./etc/passwd",
        "/etc/passwd",
        "/index.html/../../etc/passwd",
        "/index.html%00.js",
        "/.git/config",
        "/src/main.rs",
        "/index.html.br",
    ] {
        let response = http::get(bridge.address(), path).await;
        assert!(
            matches!(response.status, 400 | 404),
            "{path}: {}",
            response.status
        );
        assert!(!response.text().contains("root:"), "{path}");
        assert_closed_to_others(&response, path);
    }
}

// 7. Headers.

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let bridge = Bridge::start();
    let mut responses = Vec::new();
    for path in assets(&bridge).await {
        let response = http::get(bridge.address(), &path).await;
        assert_eq!(response.status, 200, "{path}");
        responses.push((path, response));
    }
    responses.push((
        "/nowhere".to_owned(),
        http::get(bridge.address(), "/nowhere").await,
    ));
    // Error responses have them too.
    let own = bridge.address().to_string();
    for (method, path, host) in [
        ("GET", "/", "evil.com"),
        ("GET", "/nowhere", "evil.com"),
        ("POST", "/", own.as_str()),
        ("GET", handshake::PATH, own.as_str()),
    ] {
        let response = http::request(bridge.address(), method, path, &[("Host", host)], b"").await;
        assert_refused(&response, path);
        responses.push((format!("{method} {path} from {host}"), response));
    }
    // Responses to invalid requests have them too, unless the connection is closed without a
    // response.
    let mut answered = 0;
    for (what, head) in invalid_heads(&own) {
        if let Some(response) = http::raw(bridge.address(), &head).await {
            assert!(response.status >= 400, "{what}: {}", response.status);
            assert!(!response.body.is_empty(), "{what}: no reason given");
            answered += 1;
            responses.push((what, response));
        }
    }
    assert!(answered >= 8, "only {answered} were answered");
    for (path, response) in &responses {
        for (name, expect) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("x-dns-prefetch-control", "off"),
        ] {
            assert_eq!(
                response.header(name).as_deref(),
                Some(expect),
                "{name} of {path}"
            );
        }
        let policy = response
            .header("content-security-policy")
            .unwrap_or_else(|| panic!("{path} has no Content-Security-Policy"));
        check_policy(&policy, path);
        assert_closed_to_others(response, path);
        assert_eq!(response.header("server"), None, "{path}");
    }
}

#[tokio::test]
async fn the_frame_of_messages_can_run_and_load_nothing() {
    let bridge = Bridge::start();
    for path in [FRAME, "/frame?x"] {
        let response = http::get(bridge.address(), path).await;
        assert_eq!(response.status, 200, "{path}");
        let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        for (name, expect) in [
            ("content-security-policy", policy),
            ("x-frame-options", "SAMEORIGIN"),
            ("content-type", "text/html; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-dns-prefetch-control", "off"),
        ] {
            let value = response.header(name);
            assert_eq!(value.as_deref(), Some(expect), "{name} of {path}");
        }
        assert_closed_to_others(&response, path);
    }
    // Only this path is allowed to be in a frame.
    for path in ["/frame/", "/frame.html", "/Frame", "//frame"] {
        let response = http::get(bridge.address(), path).await;
        assert_eq!(response.status, 404, "{path}");
        let framing = response.header("x-frame-options");
        assert_eq!(framing.as_deref(), Some("DENY"), "{path}");
    }
    // Nor is a refusal of it.
    let response = http::get_with(bridge.address(), FRAME, &[("Host", "evil.com")]).await;
    let framing = response.header("x-frame-options");
    assert_eq!(framing.as_deref(), Some("DENY"));
}

/// Invalid or unsupported request heads.
fn invalid_heads(own: &str) -> Vec<(String, Vec<u8>)> {
    let host = format!("Host: {own}");
    let long = "a".repeat(70_000);
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    let mut heads: Vec<(String, Vec<u8>)> = [
        format!("G@T / HTTP/1.1\r\n{host}"),
        format!("GET\r\n{host}"),
        format!("GET / HTTP/9.9\r\n{host}"),
        format!("GET / HTTP/1.1 \r\n{host}"),
        format!("GET / FTP/1.1\r\n{host}"),
        format!("GET /{long} HTTP/1.1\r\n{host}"),
        format!("GET / HTTP/1.1\r\n{host}\r\nX: {long}"),
        format!("GET / HTTP/1.1\r\n{host}\r\n{many}X: x"),
        format!("GET / HTTP/1.1\r\n{host}\r\nX y: z"),
        format!("GET / HTTP/1.1\r\n{host}\r\nX"),
        format!("GET / HTTP/1.1\r\n{host}\r\nX: a\0b"),
        format!("GET / HTTP/1.1\r\n{host}\r\n folded"),
        format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: 1\r\nContent-Length: 2"),
        format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: x"),
        format!("POST / HTTP/1.1\r\n{host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"),
        format!("POST / HTTP/1.1\r\n{host}\r\nTransfer-Encoding: gzip"),
        format!("GET http://{own}/ HTTP/1.1\r\n{host}"),
        format!("GET http:// HTTP/1.1\r\n{host}"),
        format!("CONNECT {own} HTTP/1.1\r\n{host}"),
        format!("OPTIONS * HTTP/1.1\r\n{host}"),
        format!("GET nowhere HTTP/1.1\r\n{host}"),
        "GET / HTTP/1.1".to_owned(),
        "PRI * HTTP/2.0".to_owned(),
        // An invalid request after a valid one.
        format!("GET /nowhere HTTP/1.1\r\n{host}\r\n\r\nG@T"),
    ]
    .into_iter()
    .map(|head| {
        (
            head.chars().take(60).collect(),
            format!("{head}\r\n\r\n").into_bytes(),
        )
    })
    .collect();
    heads.push((
        "octets".to_owned(),
        b"GET /\xff HTTP/1.1\r\n\xff: x\r\n\r\n".to_vec(),
    ));
    heads.push((
        "TLS".to_owned(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
    ));
    heads
}

/// Checks what a Content-Security-Policy must and must not contain.
fn check_policy(policy: &str, path: &str) {
    let directives: Vec<(&str, Vec<&str>)> = policy
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect();
    let sources = |name: &str| -> Vec<&str> {
        directives
            .iter()
            .find(|(directive, _)| *directive == name)
            .unwrap_or_else(|| panic!("{path}: no {name} in {policy}"))
            .1
            .clone()
    };
    assert_eq!(sources("default-src"), ["'none'"], "{path}: {policy}");
    assert_eq!(sources("frame-ancestors"), ["'none'"], "{path}: {policy}");
    assert_eq!(sources("frame-src"), ["'self'"], "{path}: {policy}");
    assert_eq!(sources("base-uri"), ["'none'"], "{path}: {policy}");
    assert_eq!(sources("form-action"), ["'none'"], "{path}: {policy}");
    let scripts = sources("script-src");
    assert!(scripts.contains(&"'wasm-unsafe-eval'"), "{path}: {policy}");
    for source in &scripts {
        assert!(
            matches!(*source, "'self'" | "'wasm-unsafe-eval'") || source.starts_with("'sha256-"),
            "{path}: scripts from {source}: {policy}"
        );
    }
    for (directive, sources) in &directives {
        for source in sources {
            // Pictures that a person attaches are shown small, from the page's own memory.
            if (*directive, *source) == ("img-src", "blob:") {
                continue;
            }
            assert!(
                !matches!(
                    *source,
                    "*" | "http:"
                        | "https:"
                        | "ws:"
                        | "wss:"
                        | "blob:"
                        | "'unsafe-eval'"
                        | "'unsafe-inline'"
                        | "'unsafe-hashes'"
                ),
                "{path}: {directive} {source}"
            );
        }
    }
}

#[tokio::test]
async fn assets_are_compressed_and_cached_and_the_page_is_not_cached() {
    let bridge = Bridge::start();
    let own = bridge.address().to_string();
    for path in assets(&bridge).await {
        let plain = http::get(bridge.address(), &path).await;
        let cache = plain.header("cache-control").unwrap_or_default();
        let hashed = path.len() > 1 && path.contains('-');
        assert_eq!(cache.contains("immutable"), hashed, "{path}: {cache:?}");
        // A file that does not get smaller is sent as it is.
        let tiny = plain.body.len() < 256;
        if tiny || !(path == "/" || path.ends_with(".js") || path.ends_with(".wasm")) {
            continue;
        }
        for encoding in ["br", "gzip"] {
            let fields = [("Host", own.as_str()), ("Accept-Encoding", encoding)];
            let packed = http::get_with(bridge.address(), &path, &fields).await;
            assert_eq!(
                packed.header("content-encoding").as_deref(),
                Some(encoding),
                "{path}"
            );
            assert!(
                packed.body.len() < plain.body.len(),
                "{path} as {encoding}: {} octets of {}",
                packed.body.len(),
                plain.body.len()
            );
            let vary = packed.header("vary").unwrap_or_default();
            assert!(
                vary.to_ascii_lowercase().contains("accept-encoding"),
                "{path}: Vary {vary:?}"
            );
        }
    }
}

// 8. Incomplete request heads.

#[tokio::test]
async fn two_hundred_incomplete_heads_block_nobody() {
    let bridge = Bridge::start();
    let own = bridge.address();
    let beginnings: [&[u8]; 5] = [
        b"",
        b"G",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: 127.0",
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n",
    ];
    let mut half = Vec::new();
    for n in 0..200 {
        let mut stream = TcpStream::connect(own).await.expect("a connection");
        stream
            .write_all(beginnings[n % beginnings.len()])
            .await
            .expect("send an incomplete header");
        half.push(stream);
    }
    let response = http::get(own, "/").await;
    assert_eq!(response.status, 200, "an ordinary client at the same time");
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    // The only limit that is promised in seconds: 30, plus a margin for a machine that is busy with
    // other tests.
    let ends = async {
        for stream in &mut half {
            // A reset is also a close.
            drop(stream.read_to_end(&mut Vec::new()).await);
        }
    };
    let within = Duration::from_secs(40);
    assert!(
        tokio::time::timeout(within, ends).await.is_ok(),
        "an incomplete header keeps a connection open"
    );
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn more_incomplete_heads_than_permits_block_nobody() {
    let bridge = Bridge::with(&["--log", "warn"]);
    let own = bridge.address();
    let sockets = 700;
    process::allow_descriptors(4_096);
    let mut half = Vec::new();
    for _ in 0..sockets {
        let mut stream = TcpStream::connect(own).await.expect("a connection");
        // The bridge may have closed this connection already.
        drop(stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0").await);
        half.push(stream);
    }
    let response = http::get(own, "/").await;
    assert_eq!(response.status, 200, "an ordinary client at the same time");
    // None of them has timed out: as many as the limit allows are still open.
    let open = half
        .iter()
        .filter(|stream| {
            stream
                .try_read(&mut [0; 16])
                .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
        })
        .count();
    assert!(open > sockets / 2, "{open} of {sockets} are open");
    let mut page = Page::open(&bridge).await;
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn connections_that_do_not_read_responses_are_closed() {
    let bridge = Bridge::with(&["--log", "debug"]);
    let own = bridge.address();
    let all = assets(&bridge).await;
    let largest = all.iter().find(|path| path.ends_with(".wasm"));
    let largest = largest.expect("the page is a WebAssembly program");
    let mut page = Page::open(&bridge).await;
    let before = process::descriptors(bridge.pid());
    // More than the kernel buffers on both sides.
    let request = format!("GET {largest} HTTP/1.1\r\nHost: {own}\r\n\r\n").repeat(100);
    let mut stalled = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(own).await.expect("a connection");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("room for requests");
        stalled.push(stream);
    }
    let response = http::get(own, "/").await;
    assert_eq!(response.status, 200, "an ordinary client at the same time");
    let server = job::practice(Security::Starttls);
    let sent = page.send(job::start(server, job::NOTE), job::NOTE).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    bridge
        .logged("listener: connection error", stalled.len())
        .await;
    bridge.waits_for_descriptors(before).await;
    drop(stalled);
}

// 9. Targets.

#[tokio::test]
async fn only_mail_ports_are_reached() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    let allowed = page.welcome.ports.clone();
    for mail in [25, 465, 587, 2525] {
        assert!(allowed.contains(&mail), "{mail} is not in {allowed:?}");
    }
    for port in [
        1, 22, 53, 80, 110, 143, 443, 993, 3306, 5432, 6379, 8080, 9200, 65535,
    ] {
        assert_eq!(
            refusal(&mut page, "127.0.0.1", port).await,
            NotStarted::PortNotAllowed {
                port,
                allowed: allowed.clone()
            },
            "{port}"
        );
    }
}

#[tokio::test]
async fn a_flag_widens_the_ports() {
    let mut server = Scripted::start("S: 554 not today\nFIN").await;
    let port = server.port();
    let bridge = Bridge::with(&["--allow-port", &port.to_string()]);
    let mut page = Page::open(&bridge).await;
    assert!(page.welcome.ports.contains(&port), "{:?}", page.welcome);
    let start = job::start(job::host("127.0.0.1", port, Security::None), job::NOTE);
    let sent = page.send(start, job::NOTE).await;
    assert!(
        matches!(sent.outcome(), Outcome::Refused { reply, .. } if reply.is(554)),
        "{:?}",
        sent.end
    );
    drop(server.connection().await);
}

#[tokio::test]
async fn the_bridge_never_connects_to_itself() {
    let address = free_address().await;
    let (listen, port) = (address.to_string(), address.port().to_string());
    let bridge = Bridge::with(&[
        "--listen",
        &listen,
        "--allow-port",
        &port,
        "--resolve",
        &format!("myself.example:{}", address.ip()),
        "--resolve",
        "mapped.example:::ffff:127.0.0.1",
    ]);
    let mut page = Page::open(&bridge).await;
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:127.1.2.3",
        "[::ffff:127.0.0.1]",
        "::ffff:0.0.0.0",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:7f00:1::1",
        "0.0.0.0",
        "::",
        "127.0.0.2",
        "127.255.255.254",
        "localhost.",
        "myself.example",
        "mapped.example",
    ] {
        assert_eq!(
            refusal(&mut page, host, address.port()).await,
            NotStarted::AddressNotAllowed,
            "{host}"
        );
    }
    // Other notations of IPv4 addresses are refused, or parsed as the same address. Neither
    // connects.
    for host in ["127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0x7f.1"] {
        let why = refusal_or_failure(&mut page, host, address.port()).await;
        assert!(why.is_none(), "{host}: {why:?}");
    }
}

#[tokio::test]
async fn link_local_and_metadata_addresses_are_never_reached() {
    let forbidden = [
        "169.254.169.254",
        "169.254.0.1",
        "169.254.255.255",
        "fe80::1",
        "febf::1",
        "fe80::a9fe:a9fe",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::169.254.169.254",
        "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b::a9fe:1",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1:a9fe:a9:fe00::",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::1",
        "2001:db8::5efe:169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "0.0.0.0",
        "::",
    ];
    let names: Vec<String> = (0..forbidden.len())
        .map(|n| format!("m{n}.example"))
        .collect();
    let resolve: Vec<String> = names
        .iter()
        .zip(forbidden)
        .map(|(name, address)| format!("{name}:{address}"))
        .collect();
    let mut flags = Vec::new();
    for name in &resolve {
        flags.extend(["--resolve", name]);
    }
    let bridge = Bridge::with(&flags);
    let mut page = Page::open(&bridge).await;
    for (address, name) in forbidden.iter().zip(&names) {
        // The resolved address counts, not the name.
        for host in [*address, name] {
            assert_eq!(
                refusal(&mut page, host, 25).await,
                NotStarted::AddressNotAllowed,
                "{host} ({address})"
            );
        }
    }
}

#[tokio::test]
async fn an_invalid_host_is_refused() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    for host in [
        "",
        " ",
        ".",
        "..",
        "a..b",
        "exa mple.org",
        "example.org\r\nQUIT",
        "example.org\0",
        "example.org/path",
        "user@example.org",
        "example.org:25",
        "[127.0.0.1",
        "-.example",
        &"a".repeat(64),
        &"a.".repeat(200),
    ] {
        assert_eq!(
            refusal(&mut page, host, 25).await,
            NotStarted::BadHost,
            "{host:?}"
        );
    }
}

#[tokio::test]
async fn other_servers_get_nothing_and_are_not_shown() {
    for (what, script) in [
        ("SSH", "S: SSH-2.0-OpenSSH_9.2p1 Debian-2\nSILENT"),
        (
            "HTTP",
            "S+ HTTP/1.1 400 Bad Request\\r\\nServer: internal\\r\\n\\r\\nOpenSSH secret\nFIN",
        ),
        ("Redis", "S: -ERR wrong number of OpenSSH arguments\nSILENT"),
        ("MySQL", "S+ J\\0\\0\\0\\x0a8.0.36 OpenSSH\\0\nSILENT"),
        (
            "IMAP",
            "S: * OK [CAPABILITY IMAP4rev1] OpenSSH ready\nSILENT",
        ),
        ("POP3", "S: +OK OpenSSH ready\nSILENT"),
        (
            "a TLS alert",
            "S+ \\x15\\x03\\x01\\0\\x02\\x02\\x46OpenSSH\nFIN",
        ),
        ("a memcached error", "S: ERROR OpenSSH\nSILENT"),
        ("lines without an end", "S* 4000 OpenSSH\nSILENT"),
    ] {
        let mut server = Scripted::start(script).await;
        let port = server.port();
        let bridge = Bridge::with(&["--allow-port", &port.to_string()]);
        let mut page = Page::open(&bridge).await;
        let server_at = job::host("127.0.0.1", port, Security::None);
        let sent = page.send(job::start(server_at, job::NOTE), job::NOTE).await;
        let connection = server.connection().await;
        assert_eq!(connection.clear(), "", "{what} received something");
        assert!(
            matches!(
                sent.outcome(),
                Outcome::Failed {
                    cause: Failure::NotMail,
                    ..
                }
            ),
            "{what}: {:?}",
            sent.end
        );
        let shown = format!("{sent:?}");
        assert!(!shown.contains("OpenSSH"), "{what} is shown: {shown}");
    }
}

#[tokio::test]
async fn a_silent_server_gets_nothing() {
    for script in ["SILENT", "FIN", "RST", "S+ 22\nSILENT", "S+ 220\nFIN"] {
        let mut server = Scripted::start(script).await;
        let port = server.port();
        // Reduces the five minutes for a greeting to a fraction of a second.
        let bridge = Bridge::with(&[
            "--allow-port",
            &port.to_string(),
            "--timeout-scale",
            "0.001",
        ]);
        let mut page = Page::open(&bridge).await;
        let server_at = job::host("127.0.0.1", port, Security::None);
        let sent = page.send(job::start(server_at, job::NOTE), job::NOTE).await;
        assert!(
            matches!(
                sent.outcome(),
                Outcome::Failed {
                    cause: Failure::NotMail
                        | Failure::TimedOut { .. }
                        | Failure::ConnectionLost
                        // A reset may arrive before the connection is established.
                        | Failure::NotConnected {
                            why: ConnectFailure::Reset
                        },
                    ..
                }
            ),
            "{script:?}: {:?}",
            sent.end
        );
        if script != "RST" {
            assert_eq!(server.connection().await.clear(), "", "{script:?}");
        }
    }
}

/// Every path that the page uses, found by following the names in the served files.
async fn assets(bridge: &Bridge) -> Vec<String> {
    let mut paths = vec!["/".to_owned()];
    let mut at = 0;
    while let Some(path) = paths.get(at).cloned() {
        at += 1;
        if !(path == "/" || path.ends_with(".js") || path.ends_with(".css")) {
            continue;
        }
        let text = http::get(bridge.address(), &path).await.text();
        for word in text.split(['"', '\'', '`', '(', ')', ' ', '<', '>', '=', ',']) {
            let name = word.trim_start_matches("./");
            let name = format!("/{}", name.trim_start_matches('/'));
            let known = [".js", ".wasm", ".css", ".svg", ".png", ".ico", ".woff2"];
            if known.iter().any(|ending| name.ends_with(ending))
                && name.len() > 6
                && !paths.contains(&name)
                && http::get(bridge.address(), &name).await.status == 200
            {
                paths.push(name);
            }
        }
    }
    assert!(
        paths.iter().any(|path| path.ends_with(".wasm")),
        "the page is not a WebAssembly program: {paths:?}"
    );
    paths
}

fn assert_refused(response: &Response, what: &str) {
    assert!(
        (400..500).contains(&response.status),
        "{what}: {}",
        response.status
    );
    assert!(
        !response.text().contains("<script"),
        "{what} received the page"
    );
    assert_closed_to_others(response, what);
}

fn assert_closed_to_others(response: &Response, what: &str) {
    for (name, value) in &response.headers {
        assert!(
            !name.starts_with("access-control-"),
            "{what}: {name}: {value}"
        );
    }
}

async fn assert_forbidden(handshake: &Handshake, what: &str) {
    match handshake.open().await {
        Err(Refusal::Status(403, _)) => (),
        Ok(_) => panic!("{what}: accepted"),
        Err(other) => panic!("{what}: {other:?}"),
    }
}

/// The reason why a job for this server is not started.
async fn refusal(page: &mut Page, host: &str, port: u16) -> NotStarted {
    let start = job::start(job::host(host, port, Security::None), job::NOTE);
    match page.send(start, job::NOTE).await.end {
        End::NotStarted(why) => why,
        End::Finished(outcome) => panic!("{host}:{port} was tried: {outcome:?}"),
    }
}

/// The outcome of a job that connected to a forbidden server. None if it did not connect.
async fn refusal_or_failure(page: &mut Page, host: &str, port: u16) -> Option<Outcome> {
    let start = job::start(job::host(host, port, Security::None), job::NOTE);
    match page.send(start, job::NOTE).await.end {
        End::NotStarted(_)
        | End::Finished(Outcome::Failed {
            cause: Failure::NotConnected { .. },
            ..
        }) => None,
        End::Finished(outcome) => Some(outcome),
    }
}

/// A free loopback address.
async fn free_address() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    listener.local_addr().expect("a bound listener")
}
