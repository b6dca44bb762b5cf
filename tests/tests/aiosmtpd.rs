//! The whole road to a server that is not ours and wants STARTTLS and a password: aiosmtpd.

use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::authority::{Authority, Validity};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::{Page, Sent};
use glasspost_tests::{job, program, secret, soon};
use serde_json::Value;
use smtp::{Event, Fate, Outcome, Security, Stage, Trust};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const NAME: &str = "aio.example";
const USER: &str = "mina@example.org";
const PASSWORD: &str = "비밀번호 is quite long";

/// The server, its authority, and a bridge that may go to it.
struct Road {
    authority: Authority,
    server: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Road {
    async fn open() -> Road {
        let authority = Authority::new();
        let leaf = authority.leaf(&[NAME], Validity::Now);
        let chain = authority.keep("chain.pem", leaf.chain_pem());
        let key = authority.keep("key.pem", &leaf.key_pem());
        let mut server = Command::new(program::python())
            .arg(program::python_script("aiosmtpd_server.py"))
            .args([&chain, &key])
            .args([USER, PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python starts");
        let stdout = server.stdout.take().expect("a piped stdout");
        let mut road = Road {
            authority,
            server,
            lines: BufReader::new(stdout).lines(),
            port: 0,
        };
        let ready = road.line().await;
        road.port = ready["port"]
            .as_u64()
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_else(|| panic!("no port: {ready}"));
        road
    }

    /// The next thing the server says.
    async fn line(&mut self) -> Value {
        match soon("a line of the server", self.lines.next_line()).await {
            Ok(Some(line)) => serde_json::from_str(&line).expect("a line of JSON"),
            other => panic!("the server ended: {other:?}; {:?}", self.server.try_wait()),
        }
    }

    fn bridge(&self) -> Bridge {
        Bridge::with(&[
            "--extra-ca",
            &self.authority.argument(),
            "--resolve",
            &format!("{NAME}:127.0.0.1"),
            "--allow-port",
            &self.port.to_string(),
        ])
    }

    async fn send(&self, bridge: &Bridge, password: &str, to: &[&str]) -> Sent {
        let message = job::KOREAN.as_bytes();
        let mut start = job::start(job::host(NAME, self.port, Security::Starttls), message);
        start.credentials = job::credentials(USER, password);
        start.to = to.iter().map(|to| (*to).to_owned()).collect();
        Page::open(bridge).await.send(start, message).await
    }
}

#[tokio::test]
async fn a_korean_message_with_sign_in() {
    let mut road = Road::open().await;
    let bridge = road.bridge();
    let to = ["hana@example.org", "nobody@example.org"];
    let sent = road.send(&bridge, PASSWORD, &to).await;
    let Outcome::Accepted { recipients, .. } = sent.outcome() else {
        panic!("{:?}\n{}", sent.end, sent.transcript());
    };
    assert!(matches!(recipients[0].fate, Fate::Accepted { .. }));
    assert!(matches!(&recipients[1].fate, Fate::Refused { reply } if reply.is(550)));
    let got = road.line().await;
    assert_eq!(got["mail_from"], "mina@example.org");
    assert_eq!(got["rcpt_tos"], serde_json::json!([to[0]]));
    let user = got["user"].as_str().unwrap_or_default();
    assert!(user.ends_with(USER), "{got}");
    let content = got["content"]
        .as_str()
        .and_then(|text| STANDARD.decode(text).ok());
    assert_eq!(
        content.as_deref().map(String::from_utf8_lossy).as_deref(),
        Some(job::KOREAN)
    );
    let trust = sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Secured { tls } => Some(&tls.trust),
        _ => None,
    });
    assert_eq!(trust, Some(&Trust::ExtraCa));
    no_secret(&sent, bridge);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_shown_nowhere() {
    let road = Road::open().await;
    let bridge = road.bridge();
    let wrong = "wrong 비밀번호 as well";
    let sent = road.send(&bridge, wrong, &["hana@example.org"]).await;
    let Outcome::Refused { at, reply, .. } = sent.outcome() else {
        panic!("{:?}\n{}", sent.end, sent.transcript());
    };
    assert_eq!((*at, reply.code.value()), (Stage::SignIn, 535));
    assert!(!sent.transcript().contains("MAIL"), "{}", sent.transcript());
    let shown = format!("{sent:?}{}{}", sent.transcript(), bridge.finish());
    secret::assert_absent(&[wrong], &shown, "the transcript or the log");
}

fn no_secret(sent: &Sent, bridge: Bridge) {
    let shown = format!("{sent:?}{}", sent.transcript());
    secret::assert_absent(&[PASSWORD], &shown, "the transcript");
    secret::assert_absent(&[PASSWORD], &bridge.finish(), "the log");
}
