//! A message as it reads at the other end.

use mail_parser::{MessageParser, MimeHeaders};

/// A received message, decoded for reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The fields worth reading, in the order a reader looks for them.
    pub headers: Vec<(String, String)>,
    /// The text; of a message that has only HTML, its text.
    pub text: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

/// Something attached to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its file name; empty where it has none.
    pub name: String,
    /// Octets, decoded.
    pub size: usize,
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

impl Received {
    /// Reads a message. What is no message reads as text.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Received {
        let Some(message) = MessageParser::default().parse(raw) else {
            return Received {
                text: String::from_utf8_lossy(raw).into_owned(),
                ..Received::default()
            };
        };
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
                Some(((*name).to_owned(), value))
            })
            .collect();
        Received {
            headers,
            text: message
                .body_text(0)
                .unwrap_or_default()
                .replace("\r\n", "\n"),
            attachments: message
                .attachments()
                .map(|part| Attachment {
                    name: part.attachment_name().unwrap_or_default().to_owned(),
                    size: part.len(),
                })
                .collect(),
        }
    }
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
    use crate::draft::{Draft, Moment};

    #[test]
    fn what_was_written_reads_back() {
        let now = Moment {
            unix_ms: 0,
            offset_minutes: 540,
        };
        let built = Draft::sample_ko().build(now, [1; 16]).expect("a sample");
        let read = Received::parse(&built.bytes);
        assert_eq!(read.text, Draft::sample_ko().body);
        let field = |name: &str| {
            read.headers
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(field("From"), Some("박민아 <mina@example.org>"));
        assert_eq!(field("To"), Some("joon@practice.test, team@practice.test"));
        assert_eq!(field("Date"), Some("Thu, 1 Jan 1970 09:00:00 +0900"));
        assert_eq!(field("Subject"), Some("Glasspost에서 보내는 인사"));
        assert_eq!(field("Cc"), None);
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
            let _ = Received::parse(odd);
        }
        let html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>you</b></p>";
        assert!(Received::parse(html).text.contains("Hello you"));
    }
}
