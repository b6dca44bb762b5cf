//! A password used once in a session is not shown when a later server sends it, and no copy of it
//! outlives the page.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use glasspost_tests::authority::{Authority, Validity};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{http, job, process, secret, soon};
use smtp::Security;
use wire::Start;

const TAKES_IT: &str = "S: 220 mail.test\nC: EHLO\nS: 250-mail.test\nS: 250 AUTH PLAIN\n\
     C: AUTH PLAIN\nS: 235 ok\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 250 ok\nC: DATA\nS: 354 go\n\
     MESSAGE\nS: 250 queued\n\
     C: QUIT\nS: 221 bye\nFIN";

fn start(server: &Scripted, security: Security, password: Option<&str>) -> Start {
    let host = job::host("127.0.0.1", server.port(), security);
    let mut start = job::start(host, job::NOTE);
    start.credentials = password.and_then(|password| job::credentials("mina", password));
    start.pipelining = false;
    start
}

async fn later(page: &mut Page, script: &str, password: Option<&str>) -> Sent {
    let server = Scripted::start(script).await;
    page.send(start(&server, Security::None, password), job::NOTE)
        .await
}

#[tokio::test]
async fn a_later_server_can_not_show_an_earlier_password() {
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.05"]);
    for password in ["Tr0ub4dor-and-3", "K\u{e4}seglocke"] {
        let mut page = Page::open(&bridge).await;
        let first = Scripted::start(TAKES_IT).await;
        let given = start(&first, Security::None, Some(password));
        let sent = page.send(given, job::NOTE).await;
        assert!(sent.accepted(), "{}", sent.transcript());
        for (_, encoding) in secret::encodings(password) {
            let text = encoding.replace('\\', "\\\\");
            for script in [
                format!("S: 220 {text}\nC: EHLO\nS: 250 x\nFIN"),
                format!("S: 554 {text}\nFIN"),
                format!("S: 220 x\nC: EHLO\nS: 250-x\nS: 250 X-{text}\nFIN"),
                format!("S: 220 x\nC: EHLO\nS: 550 5.0.0 {text}\nC: QUIT\nS: 221 {text}\nFIN"),
                format!("S: 220 x\nC: EHLO\nS: 250 x\nC: MAIL\nS: {text}"),
            ] {
                let sent = later(&mut page, &script, None).await;
                let shown = format!("{}\n{:?}", sent.transcript(), sent.end);
                let place = format!("what resulted from\n{script}\n");
                secret::assert_absent(&[password], &shown, &place);
                let gap = shown.contains(smtp::SECRET);
                assert!(
                    gap,
                    "nothing was sent, so nothing was checked:\n{script}\n{shown}"
                );
            }
            let script = format!("S: 220 x\nC: EHLO\nS: 250-x\nS: 250 AUTH {text}\nC: QUIT\nFIN");
            let sent = later(&mut page, &script, Some("another one")).await;
            let shown = format!("{}\n{:?}", sent.transcript(), sent.end);
            secret::assert_absent(&[password], &shown, "what was offered");
        }
    }
    let log = bridge.finish();
    secret::assert_absent(&["Tr0ub4dor-and-3"], &log, "the log");
}

#[tokio::test]
async fn a_certificate_shows_no_password() {
    const PASSWORD: &str = "tr0ub4dor";
    let authority = Authority::named("tr0ub4dor issues this");
    let bridge = Bridge::with(&["--allow-port", "any", "--extra-ca", &authority.argument()]);
    let mut page = Page::open(&bridge).await;
    let first = Scripted::start(TAKES_IT).await;
    let given = start(&first, Security::None, Some(PASSWORD));
    assert!(page.send(given, job::NOTE).await.accepted());
    // Trusted, but for another name.
    for names in [&["127.0.0.1", "tr0ub4dor.test"][..], &["tr0ub4dor.test"]] {
        let leaf = authority.leaf(names, Validity::Now);
        let script = "TLS\nS: 220 x\nC: EHLO\nS: 550 x\nC: QUIT\nS: 221 x\nFIN";
        let server = Scripted::with_tls(script, leaf.server()).await;
        let sent = page
            .send(start(&server, Security::Tls, None), job::NOTE)
            .await;
        let shown = format!("{}\n{:?}", sent.transcript(), sent.end);
        secret::assert_absent(&[PASSWORD], &shown, &format!("{names:?}"));
        assert!(shown.contains(smtp::SECRET), "no name was shown: {shown}");
    }
}

/// The practice server's password is part of its name. The name stays readable.
#[tokio::test]
async fn the_practice_server_keeps_its_name() {
    let bridge = Bridge::start();
    let mut page = Page::open(&bridge).await;
    for security in [Security::None, Security::Starttls, Security::Tls] {
        let mut start = job::start(job::practice(security), job::NOTE);
        start.credentials = job::credentials("mina", "practice");
        start.to = vec!["hana@practice.test".to_owned()];
        let sent = page.send(start, job::NOTE).await;
        assert!(sent.accepted(), "{}", sent.transcript());
        let greeting = sent.transcript();
        assert!(greeting.contains("220 mail.practice.test"), "{greeting}");
        assert!(!greeting.contains("⟨secret⟩.test"), "{greeting}");
    }
}

/// The position of a text in the memory of a process, if it occurs.
fn in_memory(pid: u32, texts: &[String]) -> Option<String> {
    use std::os::unix::fs::FileExt;
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("the maps");
    let memory = std::fs::File::open(format!("/proc/{pid}/mem")).expect("the memory");
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'));
        let place = |text: &str| u64::from_str_radix(text, 16).expect("an address");
        let (start, end) = range
            .map(|(start, end)| (place(start), place(end)))
            .expect("a range");
        let mut octets = vec![0; usize::try_from(end - start).expect("a size")];
        // Some of it may not be readable.
        if memory.read_exact_at(&mut octets, start).is_err() {
            continue;
        }
        for text in texts {
            if memchr::memmem::find(&octets, text.as_bytes()).is_some() {
                return Some(format!("{text:?} in {line}"));
            }
        }
    }
    None
}

/// Several pages use the password in several ways and close. Then it is not in the program's
/// memory.
#[cfg(feature = "linux")]
#[tokio::test]
async fn no_copy_of_a_password_outlives_its_page() {
    // Strings with escapes take another path in the JSON parser.
    for password in [
        "b7Yq-0vRk-4mTz-unheard-of",
        "b8\"Yq\\0vRk\u{1}4mTz-unheard-of",
    ] {
        let authority = Authority::new();
        let bridge = Bridge::with(&["--allow-port", "any", "--extra-ca", &authority.argument()]);
        // A page that stays, like another tab of the browser.
        let mut stays = Page::open(&bridge).await;
        let before = process::descriptors(bridge.pid());
        let leaf = authority.leaf(&["127.0.0.1"], Validity::Now);
        let (until_quit, _) = TAKES_IT.split_once("C: QUIT").expect("a QUIT");
        let script = format!("{until_quit}SILENT");
        let mut pages = Vec::new();
        for n in 0..8 {
            let tls = n % 2 == 0;
            let (security, script) = if tls {
                (Security::Tls, format!("TLS\n{script}"))
            } else {
                (Security::None, script.clone())
            };
            let server = Scripted::with_tls(&script, leaf.server()).await;
            let mut given = start(&server, security, Some(password));
            given.keep_open = true;
            let mut page = Page::open(&bridge).await;
            let sent = page.send(given, job::NOTE).await;
            assert!(sent.accepted(), "{}", sent.transcript());
            pages.push((page, server));
        }
        let texts: Vec<String> = secret::encodings(password)
            .into_iter()
            .filter(|(name, _)| *name == "plain" || name.contains("base64"))
            .map(|(_, encoding)| encoding)
            .collect();
        let while_open = in_memory(bridge.pid(), &texts);
        assert!(while_open.is_some(), "it is not found where it must exist");
        drop(pages);
        bridge.waits_for_descriptors(before).await;
        let start = job::start(job::practice(Security::Starttls), job::NOTE);
        assert!(stays.send(start, job::NOTE).await.accepted());
        // There is no notification when something ends by itself, so each look follows a response.
        soon("the password to be gone", async {
            while let Some(place) = in_memory(bridge.pid(), &texts) {
                println!("{place}");
                http::get(bridge.address(), "/nowhere").await;
            }
        })
        .await;
    }
}
