//! A whole dialogue against a server, a network, a page and an operator that do what they like.
//!
//! The octets are read as a [`Story`]: a connection, a message, and what happens one thing after
//! the other. Whoever drives a dialogue keeps to its contract, and so does [`play::Play`]: what
//! answers an action comes only when that action is due. All else is free.

mod judge;
mod play;

use arbitrary::{Arbitrary, Unstructured};
use smtp::{
    Address, Credentials, Domain, Envelope, Job, Mail, MessageFacts, Operator, Pace, Security,
    limits,
};

use play::Play;

/// Plays any octets as one dialogue to its end.
pub fn run(octets: &[u8]) {
    if let Ok(story) = Story::read(&mut Unstructured::new(octets)) {
        Play::of(&story).judge(&story);
    }
}

#[derive(Debug)]
struct Story<'a> {
    connection: Connection,
    /// The first message; None: the connection is opened ahead of one.
    first: Option<Letter<'a>>,
    happenings: Vec<Happening<'a>>,
}

#[derive(Arbitrary, Debug)]
struct Connection {
    protection: Protection,
    loopback: bool,
    /// Which of [`PASSWORDS`], if any.
    password: Option<u8>,
}

/// A message and its pace.
#[derive(Arbitrary, Debug)]
struct Letter<'a> {
    step: bool,
    null_sender: bool,
    utf8_sender: bool,
    recipients: u8,
    eight_bit: bool,
    utf8: bool,
    pipelining: bool,
    chunking: bool,
    keep_open: bool,
    /// 255: the octets are repeated until they are a little more than one chunk.
    length: u8,
    octets: &'a [u8],
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Protection {
    None,
    Starttls,
    Tls,
}

/// One thing that happens.
#[derive(Arbitrary, Debug)]
enum Happening<'a> {
    /// What is due goes well: the connection, the handshake, the next octets of the message, the
    /// release of what is held, or the reply to the oldest line that has none yet.
    Well,
    /// The oldest line that has no reply yet gets this one.
    Reply(u8),
    /// The server says something, due or not, in pieces of this size.
    Said {
        what: Said<'a>,
        size: u8,
    },
    /// What is due fails: the connection, or the handshake.
    Fails,
    Closed,
    /// The deadline comes.
    Late,
    /// A clock rings before its time.
    Early,
    /// So many milliseconds pass.
    Wait(u16),
    /// The page hands over so many octets at most.
    Message(u8),
    /// The page hands over an octet too many.
    TooMuch,
    MessageLost,
    /// Another message, due or not.
    Letter(Letter<'a>),
    Operator {
        act: Act<'a>,
        stale: bool,
    },
    PageGone,
    ShutDown,
}

#[derive(Arbitrary, Debug)]
enum Said<'a> {
    /// A reply with this one of [`CODES`].
    Line {
        code: u8,
        more: bool,
        text: &'a str,
    },
    /// A reply to EHLO with these of [`EXTENSIONS`].
    Offers(u16),
    /// A secret that it has been told.
    Echo(Dress),
    Octets(&'a [u8]),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Dress {
    Plain,
    Base64,
    Response,
    Base64Url,
    Hex,
    Percent,
    /// The last line that the client wrote, as a server shows what it did not understand.
    Line,
}

#[derive(Arbitrary, Debug)]
enum Act<'a> {
    Release(Option<Typed<'a>>),
    Skip,
    Insert(Typed<'a>),
    SetPace { step: bool },
    Abort,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Typed<'a> {
    /// One of [`LINES`].
    Known(u8),
    Any(&'a str),
}

/// None of them can stand in what a client or a server says without knowing it.
const PASSWORDS: [&str; 4] = [
    "hunter2-hunter3",
    "p%ss+w/rd\"§",
    "비밀번호",
    "aaaaaaaaaaaa",
];

const USER: &str = "mina";

const CODES: [u16; 24] = [
    220, 221, 235, 250, 251, 252, 334, 354, 421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530,
    535, 550, 554, 299, 399,
];

const EXTENSIONS: [&str; 12] = [
    "PIPELINING",
    "STARTTLS",
    "AUTH PLAIN",
    "AUTH LOGIN",
    "AUTH=LOGIN",
    "8BITMIME",
    "SMTPUTF8",
    "CHUNKING",
    "SIZE 10",
    "SIZE",
    "ENHANCEDSTATUSCODES",
    "AUTH GSSAPI",
];

/// What operators type. The mark stands for the secret of the line that is held.
const LINES: [&str; 40] = [
    "NOOP",
    "RSET",
    "QUIT",
    "EHLO again.example",
    "HELO again.example",
    "STARTTLS",
    "starttls",
    "AUTH PLAIN",
    "AUTH LOGIN",
    "AUTH PLAIN ⟨secret⟩",
    "auth\tplain\t⟨secret⟩",
    "AUTH XOAUTH2 ⟨secret⟩",
    "NOOP ⟨secret⟩",
    "⟨secret⟩",
    "⟨secret⟩⟨secret⟩",
    "AUTH ⟨secret⟩",
    "RCPT TO:<⟨secret⟩>",
    "MAIL FROM:<⟨secret⟩>",
    "EHLO ⟨secret⟩",
    "NOOP\r\n⟨secret⟩",
    "*",
    "MAIL FROM:<>",
    "MAIL FROM:<other@example.org> SIZE=1",
    "RCPT TO:<r0@example.org>",
    "RCPT TO:<r1@example.org>",
    "RCPT TO:<extra@example.org>",
    "DATA",
    "data",
    ".",
    "..",
    "text",
    "BDAT 0 LAST",
    "BDAT 20",
    "BDAT 18446744073709551615",
    "NOOP\r\nNOOP",
    "NOOP\rNOOP\nNOOP",
    "RCPT TO:<a@b>\r\nDATA\r\ntext\r\n.",
    "DATA\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<r0@example.org>\r\nDATA\r\n.",
    "VRFY x",
    "",
];

impl<'a> Story<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Story<'a>> {
        Ok(Story {
            connection: Arbitrary::arbitrary(octets)?,
            first: Arbitrary::arbitrary(octets)?,
            happenings: crate::all_of(octets),
        })
    }

    fn job(&self) -> Job {
        Job {
            security: match self.connection.protection {
                Protection::None => Security::None,
                Protection::Starttls => Security::Starttls,
                Protection::Tls => Security::Tls,
            },
            client_name: Domain::parse("client.example").expect("a domain"),
            credentials: self
                .password()
                .map(|password| Credentials::new(USER, password)),
            mail: self.first.as_ref().map(Letter::mail),
            timeouts: limits::Timeouts::RFC,
        }
    }

    fn password(&self) -> Option<&'static str> {
        let which = usize::from(self.connection.password?);
        Some(PASSWORDS[which % PASSWORDS.len()])
    }

    /// The operator did more than let lines go as they were planned.
    fn meddled(&self) -> bool {
        self.happenings.iter().any(|happening| match happening {
            Happening::Operator { act, .. } => {
                !matches!(act, Act::Release(None) | Act::SetPace { .. })
            }
            _ => false,
        })
    }
}

impl Letter<'_> {
    fn mail(&self) -> Mail {
        let address = |text: &str| Address::parse(text).expect("an address");
        let sender = if self.utf8_sender {
            "민아@example.org"
        } else {
            "mina@example.org"
        };
        Mail {
            envelope: Envelope {
                from: (!self.null_sender).then(|| address(sender)),
                to: (0..self.recipients % 80)
                    .map(|n| address(&format!("r{n}@example.org")))
                    .collect(),
            },
            message: MessageFacts {
                size: self.body().len() as u64,
                eight_bit: self.eight_bit,
                utf8: self.utf8,
            },
            pipelining: self.pipelining,
            chunking: self.chunking,
            keep_open: self.keep_open,
        }
    }

    fn body(&self) -> Vec<u8> {
        if self.length < 255 {
            return self.octets.to_vec();
        }
        let octets = if self.octets.is_empty() {
            b"line\r\n"
        } else {
            self.octets
        };
        octets.repeat((limits::CHUNK + 100).div_ceil(octets.len()))
    }

    fn pace(&self) -> Pace {
        if self.step { Pace::Step } else { Pace::Run }
    }
}

impl Typed<'_> {
    fn line(self) -> String {
        match self {
            Typed::Known(which) => LINES[usize::from(which) % LINES.len()].to_owned(),
            Typed::Any(text) => text.to_owned(),
        }
    }
}

impl Act<'_> {
    fn operator(&self, step: u32) -> Operator {
        match self {
            Act::Release(typed) => Operator::Release {
                step,
                line: typed.map(Typed::line),
            },
            Act::Skip => Operator::Skip { step },
            Act::Insert(typed) => Operator::Insert {
                step,
                line: typed.line(),
            },
            Act::SetPace { step: true } => Operator::SetPace { pace: Pace::Step },
            Act::SetPace { step: false } => Operator::SetPace { pace: Pace::Run },
            Act::Abort => Operator::Abort,
        }
    }
}

#[cfg(test)]
mod tests {
    use smtp::SECRET;

    use super::*;

    fn letter(step: bool, chunking: bool, keep_open: bool, length: u8) -> Letter<'static> {
        Letter {
            step,
            null_sender: false,
            utf8_sender: false,
            recipients: 3,
            eight_bit: false,
            utf8: false,
            pipelining: true,
            chunking,
            keep_open,
            length,
            octets: b"Subject: x\n\n.\nlast",
        }
    }

    /// The stories in which everything goes well get to their end: the target has not gone blind.
    #[test]
    fn all_goes_well() {
        for (protection, password, step, chunking, length) in [
            (Protection::None, None, false, false, 0),
            (Protection::None, None, true, false, 0),
            (Protection::Starttls, Some(0), false, true, 0),
            (Protection::Tls, Some(1), true, false, 255),
            (Protection::Tls, Some(2), false, true, 255),
        ] {
            let mut happenings: Vec<Happening> = (0..60).map(|_| Happening::Well).collect();
            happenings.push(Happening::Letter(letter(step, chunking, false, length)));
            happenings.extend((0..60).map(|_| Happening::Well));
            let story = Story {
                connection: Connection {
                    protection,
                    loopback: false,
                    password,
                },
                first: Some(letter(step, chunking, true, length)),
                happenings,
            };
            let play = Play::of(&story);
            play.judge(&story);
            assert_eq!(play.accepted(), 2, "{play:#?}");
        }
    }

    #[test]
    fn a_connection_waits_for_its_message() {
        let mut happenings: Vec<Happening> = (0..9).map(|_| Happening::Well).collect();
        happenings.extend([Happening::Late, Happening::Well]);
        happenings.push(Happening::Letter(letter(false, true, false, 0)));
        happenings.extend((0..30).map(|_| Happening::Well));
        let story = Story {
            connection: Connection {
                protection: Protection::Starttls,
                loopback: false,
                password: Some(3),
            },
            first: None,
            happenings,
        };
        let play = Play::of(&story);
        play.judge(&story);
        assert_eq!(play.accepted(), 1, "{play:#?}");
    }

    #[test]
    fn the_mark_in_the_lines_is_the_dialogues_own() {
        assert!(LINES.iter().any(|line| line.contains(SECRET)));
        assert!(
            LINES
                .iter()
                .all(|line| line.contains('⟨') == line.contains(SECRET))
        );
    }
}
