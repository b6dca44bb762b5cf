//! A copy of a message that may not be finished.

use super::super::options::RECEIPT;
use super::super::{Attachment, BodyFormat, Draft};
use super::MessageStamp;
use super::body::{Body, Segments};
use super::raw;
use crate::connection::Segment;

/// What there is of a message, whether it can be sent or not. Its header fields are as they were
/// typed, not encoded, so that nothing of them is lost; each ends where its line would.
#[must_use]
pub fn copy(draft: &Draft, attachments: &[Attachment], stamp: &MessageStamp) -> Vec<Segment> {
    if let Some(source) = &draft.raw {
        return raw::segments(source, attachments);
    }
    let mut segments = Segments(vec![Segment::Octets(header(draft).into_bytes())]);
    let calendar = draft.header_fields().calendar(stamp);
    let body = Body {
        content: draft.content(),
        attachments,
        calendar: calendar.as_deref(),
        random: stamp.random,
    };
    body.write(&mut segments);
    segments.0
}

/// The same without files, and with the text as it was typed: made with little code.
#[must_use]
pub fn plain_copy(draft: &Draft) -> Vec<u8> {
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
    let text = match &draft.raw {
        Some(source) => lines(source),
        None => {
            let (subtype, text) = match draft.format {
                BodyFormat::Rich => ("html", &draft.html),
                BodyFormat::Plain | BodyFormat::Markdown => ("plain", &draft.body),
            };
            format!(
                "{}Content-Type: text/{subtype}; charset=utf-8\r\n\
                 Content-Transfer-Encoding: 8bit\r\n\r\n{}",
                header(draft),
                lines(text)
            )
        }
    };
    text.into_bytes()
}

fn header(draft: &Draft) -> String {
    let mut header = String::new();
    let mut field = |name: &str, value: &str| {
        let value = value.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
        if !value.is_empty() {
            header.push_str(&format!("{name}: {value}\r\n"));
        }
    };
    field("From", &draft.from);
    field("Reply-To", &draft.reply_to);
    let unfinished = &draft.unfinished;
    for (name, list, typed) in [
        ("To", &draft.to, &unfinished.to),
        ("Cc", &draft.cc, &unfinished.cc),
        ("Bcc", &draft.bcc, &unfinished.bcc),
    ] {
        let all = list.iter().chain([typed]).map(String::as_str);
        let all: Vec<&str> = all.filter(|text| !text.is_empty()).collect();
        field(name, &all.join(", "));
    }
    field("Subject", &draft.subject);
    let options = &draft.options;
    for (name, value) in options.priority.fields() {
        field(name, value);
    }
    if options.receipt {
        field(RECEIPT, &draft.from);
    }
    for header in options.own() {
        let name = header.name.trim();
        // One with another name would be something else, or no field at all.
        let named = name.bytes().all(|c| c.is_ascii_graphic() && c != b':');
        if named && !name.is_empty() {
            field(name, header.value.trim());
        }
    }
    for (name, ids) in draft.thread.fields() {
        header.push_str(&format!("{name}: {}\r\n", ids.join("\r\n ")));
    }
    // Other mail programs open a message with this field for editing.
    header.push_str("X-Unsent: 1\r\nMIME-Version: 1.0\r\n");
    header
}

#[cfg(test)]
mod tests {
    use super::super::Moment;
    use super::*;

    const STAMP: MessageStamp = MessageStamp {
        moment: Moment {
            unix_ms: 0,
            offset_minutes: 0,
        },
        random: [1; 16],
    };

    fn text(segments: &[Segment]) -> String {
        let mut text = String::new();
        for segment in segments {
            match segment {
                Segment::Octets(octets) => text.push_str(&String::from_utf8_lossy(octets)),
                Segment::Base64(file) | Segment::AsIs(file) => {
                    text.push_str(&format!("<{}>\r\n", file.id));
                }
            }
        }
        text
    }

    fn draft() -> Draft {
        let mut draft = Draft {
            subject: "a\r\nBcc: b".into(),
            body: "one\n.".into(),
            ..Draft::default()
        };
        draft.to.push("a@example".into());
        draft.unfinished.to = "half an addr".into();
        draft.attachments.push(Attachment {
            file: "key".into(),
            name: "사본.pdf".into(),
            size: 3,
            ..Attachment::default()
        });
        draft
    }

    #[test]
    fn an_unfinished_message_is_copied_with_its_files() {
        let draft = draft();
        let copy = text(&copy(&draft, &draft.attachments, &STAMP));
        for part in [
            "To: a@example, half an addr\r\n",
            "Subject: a  Bcc: b\r\n",
            "multipart/mixed",
            "\r\n\r\none\r\n.\r\n",
            "filename*=UTF-8''",
            "\r\n\r\n<key>\r\n",
        ] {
            assert!(copy.contains(part), "{part:?} in {copy}");
        }
        let parsed = mail_parser::MessageParser::default().parse(copy.as_bytes());
        let parsed = parsed.expect("a message");
        assert_eq!(parsed.attachment_count(), 1);
    }

    #[test]
    fn an_edited_source_is_copied_as_it_is() {
        let mut draft = draft();
        draft.raw = Some("Subject: x\n\nText".into());
        let copy = text(&copy(&draft, &draft.attachments, &STAMP));
        assert_eq!(copy, "Subject: x\r\n\r\nText\r\n");
    }

    #[test]
    fn a_plain_copy_has_all_that_was_typed() {
        let mut draft = draft();
        let copy = String::from_utf8(plain_copy(&draft)).expect("UTF-8");
        assert!(copy.contains("To: a@example, half an addr\r\n"), "{copy}");
        assert!(copy.ends_with("8bit\r\n\r\none\r\n."), "{copy}");
        draft.raw = Some("Subject: x\n\nText".into());
        assert_eq!(plain_copy(&draft), b"Subject: x\r\n\r\nText");
    }
}
