//! Connecting to the server: its name, its addresses, and a server that sends nothing.

// What tests share is unused where some of them are left out.
#![cfg_attr(
    not(all(
        feature = "axe",
        feature = "browser",
        feature = "linux",
        feature = "root"
    )),
    allow(unused)
)]

use std::net::SocketAddr;

#[cfg(feature = "linux")]
use glasspost_tests::blackhole::Blackhole;
use glasspost_tests::bridge::Bridge;
#[cfg(all(feature = "linux", feature = "root"))]
use glasspost_tests::nameserver::NameServer;
use glasspost_tests::page::{End, Page, Sent};
use glasspost_tests::scripted::Scripted;
#[cfg(all(feature = "axe", feature = "browser", feature = "linux"))]
use glasspost_tests::visitor::Visitor;
use glasspost_tests::{job, port, process};
use serde_json::{Value, json};
use smtp::{ConnectFailure, Event, Lookup, Operator, Security};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use wire::{FromBridge, FromPage, NotStarted, Open, Start};

/// A server that accepts one message.
const TAKES: &str = "
    S: 220 mail.example ESMTP
    C: EHLO
    S: 250 mail.example
    C: MAIL
    S: 250 ok
    C: RCPT
    S: 250 ok
    C: DATA
    S: 354 go on
    MESSAGE
    S: 250 taken
    C: QUIT
    S: 221 bye
    FIN";

/// The host name in these tests.
const MAIL: &str = "mail.connect.test";

/// A bridge that resolves [`MAIL`] to these addresses.
fn bridge(addresses: &[&str], more: &[&str]) -> Bridge {
    let addresses: Vec<String> = addresses
        .iter()
        .map(|address| format!("{MAIL}:{address}"))
        .collect();
    let mut args = vec!["--allow-port", "any"];
    for addresses in &addresses {
        args.extend(["--resolve", addresses]);
    }
    args.extend(more);
    Bridge::with(&args)
}

async fn send(bridge: &Bridge, port: u16) -> Sent {
    let mut page = Page::open(bridge).await;
    let start = job::start(job::host(MAIL, port, Security::None), job::NOTE);
    page.send(start, job::NOTE).await
}

/// The entries up to the connection, as `found A B`, `try A`, `no A Refused`, `to A`.
fn steps(sent: &Sent) -> Vec<String> {
    let step = |event: &Event| match event {
        Event::Resolved { lookup } => Some(format!("found {}", lookup.addresses.join(" "))),
        Event::Connecting { peer } => Some(format!("try {peer}")),
        Event::ConnectFailed { peer, why } => Some(format!("no {peer} {why:?}")),
        Event::Connected { peer } => Some(format!("to {peer}")),
        _ => None,
    };
    let entries = sent.entries.iter();
    entries.filter_map(|entry| step(&entry.event)).collect()
}

fn lookup(sent: &Sent) -> &Lookup {
    match sent.entries.first().map(|entry| &entry.event) {
        Some(Event::Resolved { lookup }) => lookup,
        other => panic!("the first entry is {other:?}"),
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn an_unreachable_address_does_not_hide_a_reachable_one() {
    let server = Scripted::listen("127.0.0.4:0", TAKES, None).await;
    let port = server.port();
    let _one = Blackhole::at(SocketAddr::from(([127, 0, 0, 2], port))).await;
    let _other = Blackhole::at(SocketAddr::from(([127, 0, 0, 3], port))).await;
    let addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
    let bridge = bridge(&addresses, &[]);
    let sent = send(&bridge, port).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let at = |address: &str| format!("{address}:{port}");
    let expect = [
        format!("found {}", addresses.map(at).join(" ")),
        format!("try 127.0.0.2:{port}"),
        format!("try 127.0.0.3:{port}"),
        format!("try 127.0.0.4:{port}"),
        format!("to 127.0.0.4:{port}"),
    ];
    assert_eq!(steps(&sent), expect);
    assert_eq!(server.connections(), 1);
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn ipv6_is_tried_first_and_a_refused_address_is_followed_at_once() {
    let server = Scripted::listen("127.0.0.3:0", TAKES, None).await;
    let port = server.port();
    let bridge = bridge(&["127.0.0.2", "127.0.0.3", "::1"], &[]);
    let sent = send(&bridge, port).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    // A machine without IPv6 has another reason.
    let why = match sent.entries.get(2).map(|entry| &entry.event) {
        Some(Event::ConnectFailed { why, .. }) => *why,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        why,
        ConnectFailure::Refused | ConnectFailure::Unreachable
    ));
    let expect = [
        format!("found [::1]:{port} 127.0.0.2:{port} 127.0.0.3:{port}"),
        format!("try [::1]:{port}"),
        format!("no [::1]:{port} {why:?}"),
        format!("try 127.0.0.2:{port}"),
        format!("no 127.0.0.2:{port} Refused"),
        format!("try 127.0.0.3:{port}"),
        format!("to 127.0.0.3:{port}"),
    ];
    assert_eq!(steps(&sent), expect);
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn if_all_addresses_fail_the_most_specific_reason_is_reported() {
    let port = port::free().port();
    let _dead = Blackhole::at(SocketAddr::from(([127, 0, 0, 3], port))).await;
    let bridge = bridge(&["127.0.0.2", "127.0.0.3"], &["--timeout-scale", "0.02"]);
    let sent = send(&bridge, port).await;
    assert_eq!(sent.summary(), "failed not_connected refused");
    let expect = [
        format!("found 127.0.0.2:{port} 127.0.0.3:{port}"),
        format!("try 127.0.0.2:{port}"),
        format!("no 127.0.0.2:{port} Refused"),
        format!("try 127.0.0.3:{port}"),
        format!("no 127.0.0.3:{port} TimedOut"),
    ];
    assert_eq!(steps(&sent), expect);
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_number_of_addresses_tried_is_limited() {
    let port = port::free().port();
    let addresses: Vec<String> = (11..31).map(|n| format!("127.0.0.{n}")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let sent = send(&bridge(&addresses, &[]), port).await;
    assert_eq!(sent.summary(), "failed not_connected refused");
    let most = smtp::limits::ADDRESSES;
    assert_eq!(lookup(&sent).addresses.len(), most);
    assert_eq!(lookup(&sent).left_out as usize, addresses.len() - most);
    let tried = steps(&sent);
    let tried = tried.iter().filter(|step| step.starts_with("try "));
    assert_eq!(tried.count(), most);
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn only_allowed_addresses_are_tried() {
    let server = Scripted::listen("127.0.0.3:0", TAKES, None).await;
    let port = server.port();
    let addresses = ["169.254.169.254", "127.0.0.3", "fe80::1", "224.0.0.1"];
    let sent = send(&bridge(&addresses, &[]), port).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let expect = Lookup {
        name: MAIL.into(),
        addresses: vec![format!("127.0.0.3:{port}")],
        left_out: 0,
        not_allowed: 3,
    };
    assert_eq!(lookup(&sent), &expect);
    let shown = format!("{:?}", sent.entries);
    assert!(!shown.contains("169.254"), "{shown}");
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_name_with_a_remote_address_gets_no_cleartext_password() {
    let script = "
        S: 220 mail.example ESMTP
        C: EHLO
        S: 250-mail.example
        S: 250 AUTH PLAIN
        C: AUTH PLAIN
        S: 535 no
        C: QUIT
        S: 221 bye
        FIN";
    let server = Scripted::listen("127.0.0.3:0", script, None).await;
    let sign_in = async |addresses: &[&str]| {
        let bridge = bridge(addresses, &[]);
        let mut page = Page::open(&bridge).await;
        let start = Start {
            credentials: job::credentials("mina", "open sesame"),
            ..job::start(job::host(MAIL, server.port(), Security::None), job::NOTE)
        };
        page.send(start, job::NOTE).await.summary()
    };
    // Not even if the other address would be the last to try or is not allowed.
    for elsewhere in ["192.0.2.1", "2001:db8::1", "169.254.1.1"] {
        let summary = sign_in(&["127.0.0.3", elsewhere]).await;
        assert_eq!(summary, "failed sign_in_in_clear", "{elsewhere}");
        assert_eq!(server.connections(), 0, "{elsewhere}");
    }
    assert_eq!(sign_in(&["127.0.0.3", "127.0.0.2"]).await, "refused 535");
}

fn start(id: u32, host: &str, port: u16) -> Start {
    Start {
        id,
        ..job::start(job::host(host, port, Security::None), job::NOTE)
    }
}

/// Follows a job that fails before it has a connection.
async fn ending(page: &mut Page, id: u32) -> Sent {
    page.follow(id, job::NOTE, &mut |paused| panic!("{paused:?}"))
        .await
}

/// Waits until the bridge has processed everything that this page has sent so far.
async fn caught_up(page: &mut Page) {
    page.send_frame(&FromPage::Read { id: u64::MAX }).await;
    while !matches!(page.next_event().await, FromBridge::MessageGone { .. }) {}
}

#[cfg(all(feature = "linux", feature = "root"))]
#[tokio::test]
async fn a_message_may_arrive_during_a_lookup() {
    let mut names = NameServer::start().await;
    let server = Scripted::listen("127.0.0.3:0", TAKES, None).await;
    let port = server.port();
    let args = ["--allow-port", "any", "--timeout-scale", "10"];
    let bridge = Bridge::spawn(&mut names.command(&args));
    let mut page = Page::open(&bridge).await;
    let open = Open {
        id: 1,
        server: job::host("slow.example", port, Security::None),
        credentials: None,
        client_name: None,
    };
    page.send_frame(&FromPage::Open(Box::new(open))).await;
    assert_eq!(names.asked().await, "slow.example");
    let start = start(2, "slow.example", port);
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    caught_up(&mut page).await;
    names.answer([127, 0, 0, 3].into());
    let sent = ending(&mut page, 2).await;
    assert!(sent.accepted(), "{}", sent.transcript());
    let expect = Lookup {
        name: "slow.example".into(),
        addresses: vec![format!("127.0.0.3:{port}")],
        left_out: 0,
        not_allowed: 0,
    };
    assert_eq!(lookup(&sent), &expect);
    assert_eq!(server.connections(), 1);
}

#[cfg(all(feature = "linux", feature = "root"))]
#[tokio::test]
async fn a_name_with_a_forbidden_address_is_refused() {
    let names = NameServer::start().await;
    names.answer([169, 254, 169, 254].into());
    let bridge = Bridge::spawn(&mut names.command(&[]));
    let mut page = Page::open(&bridge).await;
    let start = start(1, "metadata.example", 25);
    let sent = page.send(start, job::NOTE).await;
    assert_eq!(sent.end, End::NotStarted(NotStarted::AddressNotAllowed));
}

#[cfg(all(feature = "linux", feature = "root"))]
#[tokio::test]
async fn a_lookup_without_an_answer_delays_nobody() {
    let mut names = NameServer::start().await;
    let bridge = Bridge::spawn(&mut names.command(&["--timeout-scale", "10"]));
    let mut page = Page::open(&bridge).await;

    // Jobs that are aborted.
    let slow = start(1, "slow.example", 25);
    page.send_frame(&FromPage::Start(Box::new(slow))).await;
    assert_eq!(names.asked().await, "slow.example");
    let (id, act) = (1, Operator::Abort);
    page.send_frame(&FromPage::Operator { id, act }).await;
    let sent = ending(&mut page, 1).await;
    assert_eq!(sent.summary(), "failed aborted");
    assert_eq!(sent.entries, []);

    // Pages that close. They are more than the limit of dialogues.
    for _ in 0..80 {
        let mut page = Page::open(&bridge).await;
        let slow = start(1, "slow.example", 25);
        page.send_frame(&FromPage::Start(Box::new(slow))).await;
        caught_up(&mut page).await;
    }
    let practice = job::practice(Security::None);
    let fast = Start {
        id: 2,
        ..job::start(practice, job::NOTE)
    };
    assert!(page.send(fast, job::NOTE).await.accepted());

    // The program shuts down.
    let slow = start(3, "slow.example", 25);
    page.send_frame(&FromPage::Start(Box::new(slow))).await;
    caught_up(&mut page).await;
    bridge.signal("TERM");
    let sent = ending(&mut page, 3).await;
    assert_eq!(sent.summary(), "failed shutting_down");
    drop(page);
    let ended = bridge.wait();
    assert!(ended.status.success(), "{ended:?}");
}

#[cfg(all(feature = "linux", feature = "root"))]
#[tokio::test]
async fn aborted_lookups_do_not_accumulate() {
    let mut names = NameServer::start().await;
    let bridge = Bridge::spawn(&mut names.command(&["--timeout-scale", "10"]));
    let mut page = Page::open(&bridge).await;
    let mut give_up = async |id: u32, host: &str| {
        let slow = start(id, host, 25);
        page.send_frame(&FromPage::Start(Box::new(slow))).await;
        let act = Operator::Abort;
        page.send_frame(&FromPage::Operator { id, act }).await;
        assert_eq!(ending(&mut page, id).await.summary(), "failed aborted");
    };
    for id in 0..300 {
        give_up(id, "same.example").await;
    }
    assert_eq!(names.asked().await, "same.example");
    assert_eq!(process::threads(bridge.pid(), "lookup"), 1);
    for id in 300..600 {
        give_up(id, &format!("n{id}.example")).await;
    }
    let threads = process::threads(bridge.pid(), "lookup");
    assert!((2..=32).contains(&threads), "{threads} threads");
}

/// A server that greets when the test allows it, and then closes.
struct Silent(TcpListener);

impl Silent {
    async fn listen() -> Silent {
        Silent(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    fn port(&self) -> u16 {
        self.0.local_addr().expect("it is bound").port()
    }

    /// Greets the client that has connected, and reads its EHLO.
    async fn greet(&self) -> BufReader<tokio::net::TcpStream> {
        let (stream, _) = self.0.accept().await.expect("a client");
        let mut stream = BufReader::new(stream);
        let greeting = b"220 mail.example at last\r\n";
        stream.write_all(greeting).await.expect("it reads");
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("a line");
        assert!(line.starts_with("EHLO"), "{line}");
        stream
    }
}

/// The page is told of the silence after 0.4 s. The greeting times out after 15 s.
const IMPATIENT: [&str; 4] = ["--allow-port", "any", "--timeout-scale", "0.05"];

#[tokio::test]
async fn a_silent_server_is_reported_and_waited_for() {
    let bridge = Bridge::with(&IMPATIENT);
    let tls = bridge.practice().tls.clone();
    for security in [Security::None, Security::Starttls] {
        let server = Silent::listen().await;
        let mut page = Page::open(&bridge).await;
        let host = job::host("127.0.0.1", server.port(), security);
        let start = job::start(host, job::NOTE);
        page.send_frame(&FromPage::Start(Box::new(start))).await;
        let mut events = Vec::new();
        loop {
            if let FromBridge::Entry { entry, .. } = page.next_event().await {
                let noted = matches!(entry.event, Event::NoGreeting { .. });
                events.push(entry.event);
                if noted {
                    break;
                }
            }
        }
        drop(server.greet().await);
        let sent = ending(&mut page, 1).await;
        assert_eq!(sent.summary(), "failed connection_lost", "{security:?}");
        let text = sent.transcript();
        assert!(
            text.starts_with("S: 220 mail.example at last\nC: EHLO"),
            "{text}"
        );
        assert!(!text.contains("NoGreeting"), "once is enough: {text}");
        assert_eq!(events.len(), 3, "{events:?}");
    }
    // The main case for the notice: STARTTLS at a port with implicit TLS.
    let mut page = Page::open(&bridge).await;
    let address: SocketAddr = tls.parse().expect("an address");
    let host = job::host("127.0.0.1", address.port(), Security::Starttls);
    let start = job::start(host, job::NOTE);
    let sent = page.send(start, job::NOTE).await;
    let peer = address.to_string();
    let noted = |event: &Event| matches!(event, Event::NoGreeting { peer: of, .. } if *of == peer);
    let count = sent.entries.iter().filter(|entry| noted(&entry.event));
    assert_eq!(count.count(), 1, "{}", sent.transcript());
}

#[tokio::test]
async fn tls_at_a_port_without_tls_is_not_reported_as_silence() {
    let server = Scripted::start("S: 220 mail.example ESMTP\nSILENT").await;
    let bridge = Bridge::with(&IMPATIENT);
    let mut page = Page::open(&bridge).await;
    let host = job::host("127.0.0.1", server.port(), Security::Tls);
    let sent = page.send(job::start(host, job::NOTE), job::NOTE).await;
    assert_eq!(sent.summary(), "failed tls not_tls");
    let text = sent.transcript();
    assert!(!text.contains("NoGreeting"), "{text}");
}

/// Enters this server in the server picker.
#[cfg(all(feature = "axe", feature = "browser", feature = "linux"))]
async fn choose(page: &Visitor, port: u16) {
    let choice = json!({
        "practice": false, "practice_security": "none", "host": MAIL, "port": port,
        "security": "starttls", "sign_in": false, "user": "", "keep_open": false,
        "chunking": false,
    });
    let text = Value::from(choice.to_string());
    let set = format!(
        "(localStorage.setItem('glasspost.undo', '[0,0]'), \
             localStorage.setItem('glasspost.server', {text}), true)"
    );
    page.browser.evaluate(&set).await;
    page.browser.reload().await;
    page.ready().await;
}

#[cfg(all(feature = "axe", feature = "browser", feature = "linux"))]
#[tokio::test]
async fn the_page_shows_each_attempt_and_why_nothing_happens() {
    let server = Silent::listen().await;
    let bridge = bridge(&["127.0.0.2", "127.0.0.1"], &["--timeout-scale", "0.2"]);
    let page = Visitor::first_visit(&bridge).await;
    choose(&page, server.port()).await;
    page.browser.press("Send").await;
    let port = server.port();
    for line in [
        format!("Addresses of {MAIL}: 127.0.0.2:{port}, 127.0.0.1:{port}"),
        format!("Connecting to 127.0.0.2:{port}"),
        format!("No connection to 127.0.0.2:{port}: refused"),
        format!("Connected to 127.0.0.1:{port}"),
        "No greeting after".to_owned(),
        "The server has sent nothing yet. It may be slow".to_owned(),
    ] {
        page.wire_shows(&line).await;
    }
    page.explanation_shows("The server has sent nothing yet")
        .await;
    for theme in ["light", "dark"] {
        page.browser.prefer_color_scheme(theme).await;
        page.without_violations(&format!("silence, {theme}")).await;
    }
    page.browser.press("Language").await;
    let status = "document.querySelector('[role=status] .silent')?.innerText";
    let says = |text: &str| format!("{status}?.includes('{text}') || null");
    page.browser
        .until(&says("서버가 아직 아무것도 보내지 않았습니다"))
        .await;
    page.explanation_shows("서버가 아직 아무것도 보내지 않음")
        .await;
    page.browser.press("언어").await;

    // The notice disappears when the greeting arrives. The transcript still shows how long it took.
    let _client = server.greet().await;
    page.browser.until(&format!("!{status}")).await;
    page.wire_shows("220").await;
    page.wire_shows("No greeting after").await;
    page.browser.press("Abort").await;
    page.finished("failed").await;
    page.close().await;
}
