//! Secrets that a server sends back in any encoding within any text, and that a later server of the
//! same session sends. Tests the redactor through the dialogues that use it.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{Action, Dialogue, Event, Input, Reply, Secrets, SendMode, limits};

use crate::encodings;

#[derive(Debug)]
struct Scenario<'a> {
    password: &'a str,
    /// Repeats the password, because long passwords take the most time.
    times: u8,
    echo: Vec<Piece<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Text(&'a str),
    Repeated(&'a str, u8),
    Plain {
        upper: bool,
    },
    Base64 {
        before: &'a str,
        behind: &'a str,
        url: bool,
    },
    Hex {
        upper: bool,
    },
    Percent {
        lower: bool,
    },
    Response,
    Line,
}

/// What the server sends before it can know the secret. It stays readable.
const BEFORE: &str = "220 x\r\n250-x\r\n250 AUTH PLAIN\r\n";

/// The words of the job itself, which stay readable too.
const OWN: &str = "client.example hana@example.org example.org";

/// Signs in, lets the server send text with the secret in it, and searches for the secret in the
/// text that is shown.
pub fn run(octets: &[u8]) {
    let Ok(scenario) = Scenario::read(&mut Unstructured::new(octets)) else {
        return;
    };
    let password = scenario.password.repeat(1 + usize::from(scenario.times));
    let response = STANDARD.encode(format!("\0mina\0{password}"));
    let mut text = String::new();
    for piece in &scenario.echo {
        piece.write(&password, &response, &mut text);
        if text.len() > limits::REPLY {
            return;
        }
    }
    let secrets = Secrets::new();
    let Some((received, shown)) = echoed(&password, &text, &secrets) else {
        return;
    };
    let greeting = greeted(&text, &secrets).unwrap_or_default();

    let own = encodings::of(&password);
    let readable =
        |encoding: &encodings::Encoding| encoding.occurs_in(BEFORE) || encoding.occurs_in(OWN);
    let allow_listed = own.iter().any(readable);
    // Shorter secrets are redacted as whole words only: they occur by chance too often.
    if password.len() >= 3 && !allow_listed {
        encodings::assert_absent(&password, &shown);
        encodings::assert_absent(&password, &greeting);
    }
    let sent = [&password, &response, &format!("\0mina\0{password}")];
    let server_text = |text: &str| {
        let mut all = sent.iter().flat_map(|secret| encodings::of(secret));
        all.any(|encoding| encoding.occurs_in(text))
    };
    if shown != received {
        assert!(
            server_text(&received),
            "{received:?} has no secret and became {shown:?}"
        );
    }
}

impl<'a> Scenario<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Scenario<'a>> {
        Ok(Scenario {
            password: Arbitrary::arbitrary(octets)?,
            times: Arbitrary::arbitrary(octets)?,
            echo: crate::read_all(octets),
        })
    }
}

impl Piece<'_> {
    fn write(&self, password: &str, response: &str, text: &mut String) {
        match self {
            Piece::Text(any) => text.push_str(any),
            Piece::Repeated(any, times) => text.push_str(&any.repeat(usize::from(*times))),
            Piece::Plain { upper: false } => text.push_str(password),
            Piece::Plain { upper: true } => text.push_str(&password.to_ascii_uppercase()),
            Piece::Base64 {
                before,
                behind,
                url,
            } => {
                let engine = if *url { &URL_SAFE } else { &STANDARD };
                text.push_str(&engine.encode(format!("{before}{password}{behind}")));
            }
            Piece::Hex { upper } => text.push_str(&encodings::hex(password, *upper)),
            Piece::Percent { lower } => {
                let encoded = encodings::percent(password);
                text.push_str(&if *lower {
                    encoded.to_ascii_lowercase()
                } else {
                    encoded
                });
            }
            Piece::Response => text.push_str(response),
            Piece::Line => text.push('\n'),
        }
    }
}

/// Sends `text` in a 235 reply. Returns the text received and the text shown, line by line; None if
/// there is no such job or no such reply.
fn echoed(password: &str, text: &str, secrets: &Secrets) -> Option<(String, String)> {
    let job = crate::sign_in_job("mina", password, false);
    let (lines, reply) = reply(235, text);
    // The replies are the greeting, the reply to EHLO, and this one.
    let last = replies(job, secrets, &[BEFORE, &reply])
        .into_iter()
        .nth(2)?;
    Some((lines.join("\n"), last.lines.join("\n")))
}

/// Returns what is shown of `text` if another server of the session sends it as its greeting.
fn greeted(text: &str, secrets: &Secrets) -> Option<String> {
    let mut job = crate::sign_in_job("mina", "x", false);
    job.credentials = None;
    let (_, reply) = reply(220, text);
    let first = replies(job, secrets, &[&reply]).into_iter().next()?;
    Some(first.lines.join("\n"))
}

/// Returns a text as the lines of a reply and as the octets of the reply.
fn reply(code: u16, text: &str) -> (Vec<String>, String) {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r').to_owned())
        .collect();
    let mut reply = String::new();
    for (at, line) in lines.iter().enumerate() {
        let separator = if at + 1 == lines.len() { ' ' } else { '-' };
        reply.push_str(&format!("{code}{separator}{line}\r\n"));
    }
    (lines, reply)
}

/// Returns the replies that are shown if a server sends these texts in turn.
fn replies(job: smtp::Job, secrets: &Secrets, server_text: &[&str]) -> Vec<Reply> {
    let mut dialogue = Dialogue::with_secrets(job, SendMode::Run, secrets.clone(), "");
    let mut now = Duration::ZERO;
    let mut shown = Vec::new();
    let mut feed = |input: Input<'_>| {
        now += Duration::from_millis(1);
        dialogue.handle(input, now);
        while let Some(action) = dialogue.poll() {
            if let Action::Record(entry) = action
                && let Event::Received { reply, .. } = entry.event
            {
                shown.push(reply);
            }
        }
    };
    let peer = "192.0.2.1:25".to_owned();
    feed(crate::resolved());
    feed(Input::Connected { peer });
    for text in server_text {
        feed(Input::Received(text.as_bytes()));
    }
    shown
}
