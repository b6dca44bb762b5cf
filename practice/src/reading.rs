//! A message of the mailbox, decoded for reading: headers, text, what is attached.

use std::panic::AssertUnwindSafe;

use mail_parser::{MessageParser, MimeHeaders};

use crate::limits;

/// A message, decoded for reading. All of it is a stranger's: text for showing, nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The fields worth reading, in the order a reader looks for them.
    pub headers: Vec<(String, String)>,
    /// The parts of its body, in their order.
    pub parts: Vec<Part>,
    /// Parts left out because of the bounds.
    pub omitted: u64,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 0: of the message itself; 1: of a message enclosed in it; and so on.
    pub depth: u32,
    /// What it is.
    pub content: Content,
}

/// What a part of a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text; of HTML, its text.
    Text {
        /// The text, line ends LF.
        text: String,
        /// Whether there is more of it.
        cut: bool,
    },
    /// A message enclosed in this one begins; its parts follow, one deeper.
    Message {
        /// Its header fields worth reading.
        headers: Vec<(String, String)>,
    },
    /// Something that is not shown.
    Attachment {
        /// Its file name; empty where it has none.
        name: String,
        /// Its media type.
        media_type: String,
        /// Octets, decoded.
        size: u64,
    },
}

/// The fields shown, in order.
const SHOWN: [&str; 8] = [
    "From",
    "Sender",
    "To",
    "Cc",
    "Reply-To",
    "Date",
    "Subject",
    "Message-ID",
];

impl Reading {
    /// Reads a message. What is no message reads as text.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Reading {
        survived(|| Reading::decoded(raw)).unwrap_or_else(|| {
            let (text, text_cut) = start(&String::from_utf8_lossy(raw), limits::READING_TEXT);
            Reading {
                parts: vec![Part {
                    depth: 0,
                    content: Content::Text {
                        text,
                        cut: text_cut,
                    },
                }],
                ..Reading::default()
            }
        })
    }

    fn decoded(raw: &[u8]) -> Option<Reading> {
        let message = MessageParser::default().parse(raw)?;
        let headers = SHOWN
            .iter()
            .filter_map(|name| {
                let value = match *name {
                    "Subject" => message.subject()?.to_owned(),
                    "From" => people(message.from()?),
                    "Sender" => people(message.sender()?),
                    "To" => people(message.to()?),
                    "Cc" => people(message.cc()?),
                    "Reply-To" => people(message.reply_to()?),
                    name => unfolded(message.header_raw(name)?),
                };
                let (value, _) = start(&value, limits::READING_FIELD);
                Some(((*name).to_owned(), value))
            })
            .collect();
        let body = message.body_text(0).unwrap_or_default();
        // Cut first: of a long text no second copy is made.
        let (body, cut) = start(&body, limits::READING_TEXT);
        let text = body.replace("\r\n", "\n");
        let mut parts = vec![Part {
            depth: 0,
            content: Content::Text { text, cut },
        }];
        parts.extend(
            message
                .attachments()
                .take(limits::READING_ATTACHMENTS)
                .map(|part| {
                    let (name, _) = start(
                        part.attachment_name().unwrap_or_default(),
                        limits::READING_FIELD,
                    );
                    Part {
                        depth: 0,
                        content: Content::Attachment {
                            name,
                            media_type: String::new(),
                            size: part.len() as u64,
                        },
                    }
                }),
        );
        Some(Reading {
            headers,
            parts,
            omitted: 0,
        })
    }
}

/// What the parser makes of a message; None also where it panics. It is not ours, it asserts of some malformed messages that there are none, and a
/// stranger's message must not end a connection or hide the mailbox.
pub(crate) fn survived<Made>(parse: impl FnOnce() -> Option<Made>) -> Option<Made> {
    std::panic::catch_unwind(AssertUnwindSafe(parse))
        .ok()
        .flatten()
}

/// The start of a text, at most this many octets, and whether there is more.
fn start(text: &str, most: usize) -> (String, bool) {
    let end = text.floor_char_boundary(most);
    (text[..end].to_owned(), end < text.len())
}

fn people(address: &mail_parser::Address<'_>) -> String {
    let people: Vec<String> = address
        .iter()
        .map(|person| match (person.name(), person.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (None, Some(address)) => address.to_owned(),
            (name, None) => name.unwrap_or_default().to_owned(),
        })
        .collect();
    people.join(", ")
}

fn unfolded(raw: &str) -> String {
    raw.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[u8], headers: &[(&str, &str)], text: &str) {
        let read = Reading::parse(raw);
        let got: Vec<(&str, &str)> = read
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(got, headers);
        assert_eq!(read.text, text);
    }

    /// mail-parser 0.11 asserts, where assertions are compiled in, that this does not happen.
    #[test]
    fn a_message_that_the_parser_fails_on_reads_all_the_same() {
        let raw = b"Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\nA: b\r\n--x\r\n\
            Content-Type: message/rfc822\r\n\r\nSubtext\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n--x--\r\n";
        assert!(Reading::parse(raw).text.contains("body"));
        assert_eq!(survived(|| -> Option<()> { panic!("a parser's") }), None);
    }

    #[test]
    fn messages_read_as_people_wrote_them() {
        check(
            b"To: joon@practice.test,\r\n team@practice.test\r\nFrom: =?utf-8?B?67CV66+87JWE?= <mina@example.org>\r\nSubject: Hi\r\n\r\nOne\r\ntwo\r\n",
            &[
                ("From", "\u{bc15}\u{bbfc}\u{c544} <mina@example.org>"),
                ("To", "joon@practice.test, team@practice.test"),
                ("Subject", "Hi"),
            ],
            "One\ntwo\n",
        );
        // What Korean mail looked like before UTF-8.
        check(
            b"Subject: x\r\nContent-Type: text/plain; charset=euc-kr\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xb9\xda\r\n",
            &[("Subject", "x")],
            "\u{bc15}\n",
        );
        let html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>you</b></p>";
        assert!(Reading::parse(html).text.contains("Hello you"));
    }

    #[test]
    fn anything_reads_as_something() {
        for odd in [
            &b""[..],
            b"\0\xff",
            b"no headers at all",
            b"Subject: =?utf-8?B?!!!?=\r\n\r\n",
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        ] {
            let _ = Reading::parse(odd);
        }
    }

    #[test]
    fn only_the_start_of_a_long_text_is_read() {
        let raw = format!(
            "Subject: x\r\n\r\n{}",
            "\u{ac00}".repeat(limits::READING_TEXT)
        );
        let read = Reading::parse(raw.as_bytes());
        assert!(read.text_cut && read.text.len() <= limits::READING_TEXT);
    }
}
