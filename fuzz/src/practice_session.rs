//! The practice server's session, with any octets from a client and any other inputs.

use arbitrary::{Arbitrary, Unstructured};
use std::time::Duration;

use practice::{Action, Extension, Input, Profile, Security, Session, limits, queued};

#[derive(Debug)]
struct Scenario<'a> {
    implicit_tls: bool,
    require_auth: bool,
    /// One bit for each extension that is left out.
    without: u8,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Line(Line),
    Octets(&'a [u8]),
    TlsEstablished,
    NoRoom,
    DeadlinePassed,
    ShuttingDown,
    Closed,
}

/// Lines that clients send.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Line {
    Ehlo,
    Helo,
    StartTls,
    AuthPlain,
    AuthLogin,
    Response,
    Mail,
    MailUtf8,
    Rcpt,
    RcptLost,
    RcptSpam,
    Data,
    Text,
    DottedText,
    Dot,
    Bdat,
    BdatLast,
    BdatHuge,
    Rset,
    Help,
    Quit,
}

impl Line {
    fn octets(self) -> &'static [u8] {
        match self {
            Line::Ehlo => b"EHLO client.example\r\n",
            Line::Helo => b"HELO client.example\r\n",
            Line::StartTls => b"STARTTLS\r\n",
            Line::AuthPlain => b"AUTH PLAIN AG1pbmEAcHJhY3RpY2U=\r\n",
            Line::AuthLogin => b"AUTH LOGIN\r\n",
            Line::Response => b"cHJhY3RpY2U=\r\n",
            Line::Mail => b"MAIL FROM:<a@example.org> SIZE=10 BODY=8BITMIME\r\n",
            Line::MailUtf8 => "MAIL FROM:<민아@example.org> SMTPUTF8\r\n".as_bytes(),
            Line::Rcpt => b"RCPT TO:<b@example.org>\r\n",
            Line::RcptLost => b"RCPT TO:<lost@example.org>\r\n",
            Line::RcptSpam => b"RCPT TO:<spam@example.org>\r\n",
            Line::Data => b"DATA\r\n",
            Line::Text => b"Subject: x\r\n\r\nhi\r\n",
            Line::DottedText => b"..\r\n.x\r\n",
            Line::Dot => b".\r\n",
            Line::Bdat => b"BDAT 4\r\nab\r\n",
            Line::BdatLast => b"BDAT 0 LAST\r\n",
            Line::BdatHuge => b"BDAT 999999999999999999\r\n",
            Line::Rset => b"RSET\r\n",
            Line::Help => b"HELP\r\n",
            Line::Quit => b"QUIT\r\n",
        }
    }
}

impl<'a> Scenario<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Scenario<'a>> {
        Ok(Scenario {
            implicit_tls: Arbitrary::arbitrary(octets)?,
            require_auth: Arbitrary::arbitrary(octets)?,
            without: Arbitrary::arbitrary(octets)?,
            steps: crate::read_all(octets),
        })
    }
}

/// Runs a scenario with whole inputs and octet by octet, and expects the same result.
pub fn run(octets: &[u8]) {
    let Ok(scenario) = Scenario::read(&mut Unstructured::new(octets)) else {
        return;
    };
    let whole = Play::of(&scenario, usize::MAX);
    let pieces = Play::of(&scenario, 1);
    assert_eq!(pieces, whole, "the split changes the result: {scenario:?}");
}

/// The observed result.
#[derive(Debug, PartialEq)]
struct Play {
    sent: Vec<u8>,
    others: Vec<Action>,
    progress: u64,
}

impl Play {
    fn of(scenario: &Scenario<'_>, size: usize) -> Play {
        let extensions = [
            Extension::Pipelining,
            Extension::EightBitMime,
            Extension::SmtpUtf8,
            Extension::Chunking,
            Extension::StartTls,
            Extension::Auth,
        ];
        let without = extensions
            .into_iter()
            .enumerate()
            .filter(|(at, _)| scenario.without & (1 << at) != 0)
            .map(|(_, extension)| extension)
            .collect();
        let security = if scenario.implicit_tls {
            Security::Tls
        } else {
            Security::Clear
        };
        let profile = Profile {
            require_auth: scenario.require_auth,
            without,
        };
        let mut session = Session::new(profile, security);
        let mut play = Play {
            sent: Vec::new(),
            others: Vec::new(),
            progress: 0,
        };
        play.drain(&mut session, 16);
        for step in &scenario.steps {
            let octets = match step {
                Step::Line(line) => line.octets(),
                Step::Octets(octets) => octets,
                other => {
                    session.handle(
                        match other {
                            Step::TlsEstablished => Input::TlsEstablished,
                            Step::NoRoom => Input::NoRoom,
                            Step::DeadlinePassed => Input::DeadlinePassed,
                            Step::ShuttingDown => Input::ShuttingDown,
                            _ => Input::Closed,
                        },
                        Duration::ZERO,
                    );
                    play.drain(&mut session, 16);
                    continue;
                }
            };
            for piece in octets.chunks(size.min(octets.len()).max(1)) {
                session.handle(Input::Received(piece), Duration::ZERO);
                play.drain(&mut session, piece.len());
            }
        }
        play.progress = session.progress();
        session.handle(Input::Closed, Duration::ZERO);
        assert_eq!(session.poll(), None, "sent after the end: {scenario:?}");
        play.check(scenario);
        play
    }

    /// Performs the session's actions after this many octets of input.
    fn drain(&mut self, session: &mut Session, octets: usize) {
        let mut sent = 0;
        while let Some(action) = session.poll() {
            assert_ne!(
                self.others.last(),
                Some(&Action::Close),
                "{action:?} after the end"
            );
            match action {
                Action::Write(octets) => {
                    sent += octets.len();
                    self.sent.extend(octets);
                }
                Action::Confirm => {
                    assert!(matches!(self.others.last(), Some(Action::Deliver(_))));
                    let reply = queued(1);
                    sent += reply.len();
                    self.sent.extend(reply.as_bytes());
                }
                other => self.others.push(other),
            }
        }
        // HELP has the longest reply for its length: six octets with the line end. One octet of
        // input may complete a line.
        assert!(
            sent <= 300 + 50 * octets,
            "{sent} octets sent after {octets} received"
        );
        assert!(session.buffered() <= 2 * limits::MESSAGE);
    }

    fn check(&self, scenario: &Scenario<'_>) {
        let sent = String::from_utf8(self.sent.clone()).expect("replies are text");
        assert!(sent.is_empty() || sent.ends_with("\r\n"), "{sent:?}");
        for line in sent.split_terminator("\r\n") {
            let (code, text) = line.split_at_checked(4).expect("a code and a separator");
            assert!(
                code[..3].bytes().all(|b| b.is_ascii_digit()) && code.ends_with([' ', '-']),
                "{line:?}"
            );
            assert!(!text.contains(char::is_control), "{line:?}");
        }
        for action in &self.others {
            if let Action::Deliver(delivered) = action {
                assert!((1..=limits::RECIPIENTS).contains(&delivered.recipients.len()));
                assert!(delivered.raw.len() <= limits::MESSAGE);
                let texts = delivered
                    .recipients
                    .iter()
                    .chain(&delivered.parameters)
                    .chain(&delivered.user)
                    .chain([&delivered.from, &delivered.client_name]);
                for text in texts {
                    assert!(!text.contains(char::is_control), "{text:?}: {scenario:?}");
                }
                let mut before = 0;
                for &octet in &delivered.raw {
                    assert_eq!(
                        before == b'\r',
                        octet == b'\n',
                        "a bare CR or LF was delivered: {scenario:?}"
                    );
                    before = octet;
                }
                assert_ne!(before, b'\r', "{scenario:?}");
            }
        }
    }
}
