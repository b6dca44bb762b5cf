//! A whole dialogue with a server, a network, a page and an operator that may do anything.
//!
//! The octets are parsed as a [`Scenario`]: a connection, a message, and a list of steps. Whoever
//! drives a dialogue must keep its contract, and so does [`play::Play`]: a result of an action is
//! given only when that action was requested. Everything else is unrestricted.

mod checks;
mod play;

use arbitrary::{Arbitrary, Unstructured};
use smtp::{
    Address, Credentials, Domain, Envelope, Job, Mail, MessageFacts, Operator, Security, SendMode,
    limits,
};

use play::Play;

/// Runs any octets as one dialogue, to its end.
pub fn run(octets: &[u8]) {
    if let Ok(scenario) = Scenario::read(&mut Unstructured::new(octets)) {
        Play::of(&scenario).check(&scenario);
    }
}

#[derive(Debug)]
struct Scenario<'a> {
    connection: Connection,
    /// The first message. None if the connection is opened without a message.
    first: Option<Message<'a>>,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
struct Connection {
    protection: Protection,
    loopback: bool,
    /// Index in [`PASSWORDS`]; None for no sign-in.
    password: Option<u8>,
}

/// A message and its options.
#[derive(Arbitrary, Debug)]
struct Message<'a> {
    step: bool,
    null_sender: bool,
    utf8_sender: bool,
    recipients: u8,
    eight_bit: bool,
    utf8: bool,
    pipelining: bool,
    chunking: bool,
    keep_open: bool,
    /// With 255, the octets are repeated until they are slightly longer than one chunk.
    length: u8,
    octets: &'a [u8],
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Protection {
    None,
    Starttls,
    Tls,
}

/// One step of a scenario.
#[derive(Arbitrary, Debug)]
enum Step<'a> {
    /// The pending operation succeeds: the connection, the handshake, the next octets of the
    /// message, the release of the paused line, or the reply to the oldest unanswered line.
    Succeed,
    /// The server answers the oldest unanswered line with this code, an index in [`CODES`].
    Reply(u8),
    /// The server sends something, expected or not, in pieces of this size.
    ServerText {
        what: ServerText<'a>,
        size: u8,
    },
    /// The pending operation fails: the connection or the handshake.
    Fail,
    Closed,
    /// The deadline passes.
    DeadlinePassed,
    /// A timer fires before the deadline.
    EarlyTimer,
    /// This many milliseconds pass.
    Wait(u16),
    /// The page sends at most this many octets.
    MessagePart(u8),
    /// The page sends one octet more than the message has.
    ExcessOctet,
    MessageLost,
    /// The page sends another message, expected or not.
    NewMessage(Message<'a>),
    Operator {
        act: Act<'a>,
        stale: bool,
    },
    PageGone,
    ShutDown,
}

#[derive(Arbitrary, Debug)]
enum ServerText<'a> {
    /// A reply with this code, an index in [`CODES`].
    Line {
        code: u8,
        more: bool,
        text: &'a str,
    },
    /// A reply to EHLO with these of the [`EXTENSIONS`].
    Offers(u16),
    /// A secret that the server has received.
    Echo(Encoding),
    Octets(&'a [u8]),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Encoding {
    Plain,
    Base64,
    Response,
    Base64Url,
    Hex,
    Percent,
    /// The last line that the client sent, as some servers repeat a command that they do not
    /// understand.
    Line,
}

#[derive(Arbitrary, Debug)]
enum Act<'a> {
    Send(Option<Typed<'a>>),
    Skip,
    Insert(Typed<'a>),
    SetMode { step: bool },
    Abort,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Typed<'a> {
    /// Index in [`LINES`].
    Known(u8),
    Any(&'a str),
}

/// None of them can occur by chance in what a client or a server sends.
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

/// Lines that operators type. The placeholder stands for the secret of the paused line.
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

impl<'a> Scenario<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Scenario<'a>> {
        Ok(Scenario {
            connection: Arbitrary::arbitrary(octets)?,
            first: Arbitrary::arbitrary(octets)?,
            steps: crate::read_all(octets),
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
            mail: self.first.as_ref().map(Message::mail),
            timeouts: limits::Timeouts::RFC,
        }
    }

    fn password(&self) -> Option<&'static str> {
        let which = usize::from(self.connection.password?);
        Some(PASSWORDS[which % PASSWORDS.len()])
    }

    /// Whether the operator did more than release lines unchanged.
    fn operator_interfered(&self) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Operator { act, .. } => !matches!(act, Act::Send(None) | Act::SetMode { .. }),
            _ => false,
        })
    }
}

impl Message<'_> {
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

    fn mode(&self) -> SendMode {
        if self.step {
            SendMode::Step
        } else {
            SendMode::Run
        }
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
            Act::Send(typed) => Operator::Send {
                step,
                line: typed.map(Typed::line),
            },
            Act::Skip => Operator::Skip { step },
            Act::Insert(typed) => Operator::Insert {
                step,
                line: typed.line(),
            },
            Act::SetMode { step: true } => Operator::SetMode {
                mode: SendMode::Step,
            },
            Act::SetMode { step: false } => Operator::SetMode {
                mode: SendMode::Run,
            },
            Act::Abort => Operator::Abort,
        }
    }
}

#[cfg(test)]
mod tests {
    use smtp::SECRET;

    use super::*;

    fn message(step: bool, chunking: bool, keep_open: bool, length: u8) -> Message<'static> {
        Message {
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

    /// Checks that scenarios without failures are completed, so that the target really tests
    /// something.
    #[test]
    fn scenarios_without_failures_succeed() {
        for (protection, password, step, chunking, length) in [
            (Protection::None, None, false, false, 0),
            (Protection::None, None, true, false, 0),
            (Protection::Starttls, Some(0), false, true, 0),
            (Protection::Tls, Some(1), true, false, 255),
            (Protection::Tls, Some(2), false, true, 255),
        ] {
            let mut steps: Vec<Step> = (0..60).map(|_| Step::Succeed).collect();
            steps.push(Step::NewMessage(message(step, chunking, false, length)));
            steps.extend((0..60).map(|_| Step::Succeed));
            let scenario = Scenario {
                connection: Connection {
                    protection,
                    loopback: false,
                    password,
                },
                first: Some(message(step, chunking, true, length)),
                steps,
            };
            let play = Play::of(&scenario);
            play.check(&scenario);
            assert_eq!(play.accepted(), 2, "{play:#?}");
        }
    }

    #[test]
    fn a_connection_waits_for_its_message() {
        let mut steps: Vec<Step> = (0..9).map(|_| Step::Succeed).collect();
        steps.extend([Step::DeadlinePassed, Step::Succeed]);
        steps.push(Step::NewMessage(message(false, true, false, 0)));
        steps.extend((0..30).map(|_| Step::Succeed));
        let scenario = Scenario {
            connection: Connection {
                protection: Protection::Starttls,
                loopback: false,
                password: Some(3),
            },
            first: None,
            steps,
        };
        let play = Play::of(&scenario);
        play.check(&scenario);
        assert_eq!(play.accepted(), 1, "{play:#?}");
    }

    #[test]
    fn lines_use_the_placeholder_of_the_dialogue() {
        assert!(LINES.iter().any(|line| line.contains(SECRET)));
        assert!(
            LINES
                .iter()
                .all(|line| line.contains('⟨') == line.contains(SECRET))
        );
    }
}
