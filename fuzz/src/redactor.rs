//! Secrets that a server says back, in any dress, in any text, and that a later server of the same
//! session says: the redactor, by way of the dialogues that it serves.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{Action, Dialogue, Event, Input, Pace, Reply, Secrets, limits};

use crate::dress;

#[derive(Debug)]
struct Story<'a> {
    password: &'a str,
    /// Repeats the password: long ones are where time goes.
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

/// What the server says before it can know anything, and so what stays readable.
const BEFORE: &str = "220 x\r\n250-x\r\n250 AUTH PLAIN\r\n";

/// The words of the job itself, which stay readable as well.
const OWN: &str = "client.example hana@example.org example.org";

/// Signs in, has the server say something with the secret in it, and looks for the secret in what
/// is shown.
pub fn run(octets: &[u8]) {
    let Ok(story) = Story::read(&mut Unstructured::new(octets)) else {
        return;
    };
    let password = story.password.repeat(1 + usize::from(story.times));
    let response = STANDARD.encode(format!("\0mina\0{password}"));
    let mut text = String::new();
    for piece in &story.echo {
        piece.write(&password, &response, &mut text);
        if text.len() > limits::REPLY {
            return;
        }
    }
    let secrets = Secrets::new();
    let Some((came, shown)) = echoed(&password, &text, &secrets) else {
        return;
    };
    let greeting = greeted(&text, &secrets).unwrap_or_default();

    let own = dress::of(&password);
    let open = |dress: &dress::Dress| dress.stands_in(BEFORE) || dress.stands_in(OWN);
    let innocent = own.iter().any(open);
    // Shorter ones are looked for as whole words only: there are too many innocent places.
    if password.len() >= 3 && !innocent {
        dress::assert_absent(&password, &shown);
        dress::assert_absent(&password, &greeting);
    }
    let sent = [&password, &response, &format!("\0mina\0{password}")];
    let said = |text: &str| {
        let mut all = sent.iter().flat_map(|secret| dress::of(secret));
        all.any(|dress| dress.stands_in(text))
    };
    if shown != came {
        assert!(said(&came), "{came:?} holds no secret and became {shown:?}");
    }
}

impl<'a> Story<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Story<'a>> {
        Ok(Story {
            password: Arbitrary::arbitrary(octets)?,
            times: Arbitrary::arbitrary(octets)?,
            echo: crate::all_of(octets),
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
            Piece::Hex { upper } => text.push_str(&dress::hex(password, *upper)),
            Piece::Percent { lower } => {
                let encoded = dress::percent(password);
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

/// What arrived of `text` behind a `235`, and what of it is shown, line by line. None: no such job,
/// or no such reply.
fn echoed(password: &str, text: &str, secrets: &Secrets) -> Option<(String, String)> {
    let job = crate::signing_in("mina", password, false);
    let (lines, reply) = reply(235, text);
    // The greeting, the reply to EHLO, and this one.
    let last = replies(job, secrets, &[BEFORE, &reply])
        .into_iter()
        .nth(2)?;
    Some((lines.join("\n"), last.lines.join("\n")))
}

/// What is shown of `text` where another server of the session greets with it.
fn greeted(text: &str, secrets: &Secrets) -> Option<String> {
    let mut job = crate::signing_in("mina", "x", false);
    job.credentials = None;
    let (_, reply) = reply(220, text);
    let first = replies(job, secrets, &[&reply]).into_iter().next()?;
    Some(first.lines.join("\n"))
}

/// A text as the lines of a reply, and as its octets.
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

/// The replies that are shown of a server that says these things one after the other.
fn replies(job: smtp::Job, secrets: &Secrets, said: &[&str]) -> Vec<Reply> {
    let mut dialogue = Dialogue::with_secrets(job, Pace::Run, secrets.clone(), "");
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
    for text in said {
        feed(Input::Received(text.as_bytes()));
    }
    shown
}
