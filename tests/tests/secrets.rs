//! A password that a server sends back, in any encoding at any point, is not shown and not logged.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Handshake, Page, Sent};
use glasspost_tests::scripted::Scripted;
use glasspost_tests::{job, secret};
use smtp::Security;

const PASSWORDS: [&str; 6] = [
    "hunter2",
    "Tr0ub4dor-and-3",
    "open sesame",
    "열려라 참깨",
    "p@s=w+r&d<%>;\\",
    "correct horse battery staple, and then some more words",
];

/// A reply in the language of scripts, with a line for each text.
fn reply(code: u16, texts: &[String]) -> String {
    let last = texts.len() - 1;
    texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let mark = if n == last { ' ' } else { '-' };
            format!("S: {code}{mark}{}\n", text.replace('\\', "\\\\"))
        })
        .collect()
}

/// What the page receives if a server that knows the password sends this at some point.
async fn received(bridge: &Bridge, password: &str, script: &str) -> Sent {
    let end = if script == "RST" { "" } else { "\nFIN" };
    let server = Scripted::start(&format!(
        "S: 220 mail.test\nC: EHLO\nS: 250-mail.test\nS: 250 AUTH PLAIN\nC: AUTH PLAIN\n\
         {script}{end}"
    ))
    .await;
    let host = job::host("127.0.0.1", server.port(), Security::None);
    let mut start = job::start(host, job::NOTE);
    start.credentials = job::credentials("mina", password);
    Page::open(bridge).await.send(start, job::NOTE).await
}

#[tokio::test]
async fn an_echoed_password_is_shown_nowhere() {
    let bridge = Bridge::with(&["--allow-port", "any", "--timeout-scale", "0.05"]);
    for password in PASSWORDS {
        let encodings = secret::encodings(password);
        let dressed: Vec<String> = encodings
            .iter()
            .map(|(_, encoding)| encoding.clone())
            .collect();
        let inside = dressed
            .iter()
            .map(|encoding| format!("you said <{encoding}>!"));
        let inside: Vec<String> = inside.collect();
        // An escape or a number that is cut in two is no longer one.
        let parts = ["plain", "case", "base64", "hexadecimal"];
        let parted: Vec<Vec<String>> = encodings
            .iter()
            .filter(|(name, _)| parts.iter().any(|part| name.contains(part)))
            .map(|(_, encoding)| {
                let middle = encoding.ceil_char_boundary(encoding.len() / 2);
                vec![encoding[..middle].to_owned(), encoding[middle..].to_owned()]
            })
            .collect();
        let mut scripts = vec![
            reply(535, &dressed),
            reply(535, &inside),
            reply(454, &inside),
            format!("S: 235 2.7.0 Welcome\nC: MAIL\n{}", reply(550, &inside)),
            format!("S: 334\nC: *\n{}", reply(501, &inside)),
        ];
        // A challenge, and lines that are not a reply.
        scripts.extend(inside.iter().map(|text| {
            let text = text.replace('\\', "\\\\");
            format!("S: 334 {text}\nC: *\nS: 501 cancelled")
        }));
        scripts.extend(inside.iter().map(|text| {
            let text = text.replace('\\', "\\\\");
            format!("S: {text}")
        }));
        scripts.extend(parted.iter().map(|halves| reply(535, halves)));
        for script in scripts {
            let sent = received(&bridge, password, &script).await;
            let shown = format!("{}\n{:?}", sent.transcript(), sent.end);
            secret::assert_absent(
                &[password],
                &shown,
                &format!("what resulted from\n{script}\n"),
            );
            let first_half = password.len() / 2;
            let whole = shown.replace('\n', "").replace("S: 535 ", "");
            assert!(
                first_half < 3 || secret::found(password, &whole).is_none(),
                "{password:?} continues in the next line:\n{script}\n{shown}"
            );
        }
    }
    // A line that is always logged, which shows that the log works.
    let stranger = Handshake {
        protocols: None,
        ..Handshake::of_page(&bridge)
    };
    assert!(
        stranger.open().await.is_err(),
        "an unknown user was accepted"
    );
    let log = bridge.finish();
    assert!(!log.is_empty(), "the log is empty, so nothing was checked");
    secret::assert_absent(&PASSWORDS, &log, "the log");
}

/// At every level, including what is logged only at `trace`.
#[tokio::test]
async fn no_level_logs_a_password() {
    for level in ["error", "warn", "info", "debug", "trace"] {
        let bridge = Bridge::with(&["--allow-port", "any", "--log", level]);
        for password in PASSWORDS {
            drop(received(&bridge, password, "S: 535 5.7.8 you said \\{line}").await);
            drop(received(&bridge, password, "RST").await);
        }
        secret::assert_absent(&PASSWORDS, &bridge.finish(), level);
    }
}
