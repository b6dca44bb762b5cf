//! Secrets that a server says back, in any dress, in any text: the redactor, by way of the dialogue that it serves.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use smtp::{Action, Dialogue, Event, Input, Pace, limits};

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

/// Signs in, has the server say something with the secret in it, and looks for the secret in what is shown.
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
    let Some((came, shown)) = echoed(&password, &text) else {
        return;
    };

    let own = dress::of(&password);
    let innocent = own.iter().any(|dress| dress.stands_in(BEFORE));
    // Shorter ones are looked for as whole words only: there are too many innocent places.
    if password.len() >= 3 && !innocent {
        dress::assert_absent(&password, &shown);
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

/// What arrived of `text` behind a `235`, and what of it is shown, line by line. None: no such job, or no such reply.
fn echoed(password: &str, text: &str) -> Option<(String, String)> {
    let mut dialogue = Dialogue::new(crate::signing_in("mina", password, false), Pace::Run);
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
    feed(Input::Received(BEFORE.as_bytes()));
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r').to_owned())
        .collect();
    let mut reply = String::new();
    for (at, line) in lines.iter().enumerate() {
        let separator = if at + 1 == lines.len() { ' ' } else { '-' };
        reply.push_str(&format!("235{separator}{line}\r\n"));
    }
    feed(Input::Received(reply.as_bytes()));
    // The greeting, the reply to EHLO, and this one.
    let last = shown.into_iter().nth(2)?;
    Some((lines.join("\n"), last.lines.join("\n")))
}
