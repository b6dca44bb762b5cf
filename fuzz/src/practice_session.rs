//! The practice server's session: any octets from a client, and whatever else may happen to it.

use arbitrary::{Arbitrary, Unstructured};
use practice::{Action, Extension, Input, Profile, Security, Session, limits, queued};

#[derive(Debug)]
struct Story<'a> {
    implicit_tls: bool,
    require_auth: bool,
    /// A bit for each extension left out.
    without: u8,
    happenings: Vec<Happening<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Happening<'a> {
    Line(Line),
    Octets(&'a [u8]),
    TlsEstablished,
    NoRoom,
    DeadlinePassed,
    ShuttingDown,
    Closed,
}

/// What clients say.
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

impl<'a> Story<'a> {
    fn read(octets: &mut Unstructured<'a>) -> arbitrary::Result<Story<'a>> {
        Ok(Story {
            implicit_tls: Arbitrary::arbitrary(octets)?,
            require_auth: Arbitrary::arbitrary(octets)?,
            without: Arbitrary::arbitrary(octets)?,
            happenings: crate::all_of(octets),
        })
    }
}

/// Plays a story whole and octet by octet, and expects the same each time.
pub fn run(octets: &[u8]) {
    let Ok(story) = Story::read(&mut Unstructured::new(octets)) else {
        return;
    };
    let whole = Play::of(&story, usize::MAX);
    let pieces = Play::of(&story, 1);
    assert_eq!(pieces, whole, "the cut matters: {story:?}");
}

/// What came of it.
#[derive(Debug, PartialEq)]
struct Play {
    said: Vec<u8>,
    others: Vec<Action>,
    progress: u64,
}

impl Play {
    fn of(story: &Story<'_>, size: usize) -> Play {
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
            .filter(|(at, _)| story.without & (1 << at) != 0)
            .map(|(_, extension)| extension)
            .collect();
        let security = if story.implicit_tls {
            Security::Tls
        } else {
            Security::Clear
        };
        let profile = Profile {
            require_auth: story.require_auth,
            without,
        };
        let mut session = Session::new(profile, security);
        let mut play = Play {
            said: Vec::new(),
            others: Vec::new(),
            progress: 0,
        };
        play.drain(&mut session, 16);
        for happening in &story.happenings {
            let octets = match happening {
                Happening::Line(line) => line.octets(),
                Happening::Octets(octets) => octets,
                other => {
                    session.handle(match other {
                        Happening::TlsEstablished => Input::TlsEstablished,
                        Happening::NoRoom => Input::NoRoom,
                        Happening::DeadlinePassed => Input::DeadlinePassed,
                        Happening::ShuttingDown => Input::ShuttingDown,
                        _ => Input::Closed,
                    });
                    play.drain(&mut session, 16);
                    continue;
                }
            };
            for piece in octets.chunks(size.min(octets.len()).max(1)) {
                session.handle(Input::Received(piece));
                play.drain(&mut session, piece.len());
            }
        }
        play.progress = session.progress();
        session.handle(Input::Closed);
        assert_eq!(session.poll(), None, "said behind the end: {story:?}");
        play.settled(story);
        play
    }

    /// Takes what the session wants done after so many octets.
    fn drain(&mut self, session: &mut Session, octets: usize) {
        let mut said = 0;
        while let Some(action) = session.poll() {
            assert_ne!(
                self.others.last(),
                Some(&Action::Close),
                "{action:?} behind the end"
            );
            match action {
                Action::Write(octets) => {
                    said += octets.len();
                    self.said.extend(octets);
                }
                Action::Confirm => {
                    assert!(matches!(self.others.last(), Some(Action::Deliver(_))));
                    let reply = queued(1);
                    said += reply.len();
                    self.said.extend(reply.as_bytes());
                }
                other => self.others.push(other),
            }
        }
        // HELP, six octets with its line end, is what says most for least; one octet may be a
        // line's last.
        assert!(
            said <= 300 + 50 * octets,
            "{said} octets said to {octets} received"
        );
        assert!(session.buffered() <= 2 * limits::MESSAGE);
    }

    fn settled(&self, story: &Story<'_>) {
        let said = String::from_utf8(self.said.clone()).expect("replies are text");
        assert!(said.is_empty() || said.ends_with("\r\n"), "{said:?}");
        for line in said.split_terminator("\r\n") {
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
                    assert!(!text.contains(char::is_control), "{text:?}: {story:?}");
                }
                let mut before = 0;
                for &octet in &delivered.raw {
                    assert_eq!(
                        before == b'\r',
                        octet == b'\n',
                        "a bare CR or LF was delivered: {story:?}"
                    );
                    before = octet;
                }
                assert_ne!(before, b'\r', "{story:?}");
            }
        }
    }
}
