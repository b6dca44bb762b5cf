//! A message that a person edits as its source.
//!
//! The source is text; a file stands in it as one line, which the octets of the file replace when
//! the message is sent. Everything else is sent as it is written.

use smtp::limits;

use super::super::{Attachment, Place, Problem, Wrong};
use super::body::{Counter, Output, Segments, canonical};
use crate::connection::Segment;

/// What stands around the name and the key of a file, on a line of its own.
const FILE: [&str; 2] = ["⟦", "⟧"];

/// Something about a source that a person may want otherwise. It is sent all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// There is no empty line, so all of it is header.
    NoBody,
    /// It has no field of this name, which every message must have (RFC 5322 §3.6).
    Lacks(&'static str),
    /// It has a field that shows who gets a blind copy.
    Bcc,
    /// A file of the draft has no line in it, and is not sent.
    FileLeftOut,
}

/// The source of a message as text to edit.
#[must_use]
pub fn editable(segments: &[Segment]) -> String {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Segment::Octets(octets) => {
                text.push_str(&String::from_utf8_lossy(octets).replace("\r\n", "\n"));
            }
            Segment::Base64(file) | Segment::AsIs(file) => {
                let name = file.name.replace(char::is_control, " ");
                text.push_str(&format!("{}{name} {}{}\n", FILE[0], file.id, FILE[1]));
            }
        }
    }
    text
}

/// The file that a line of a source stands for.
fn file_of<'a>(line: &str, attachments: &'a [Attachment]) -> Option<&'a Attachment> {
    let inner = line.trim().strip_prefix(FILE[0])?.strip_suffix(FILE[1])?;
    let key = inner.rsplit(' ').next()?;
    attachments.iter().find(|file| file.file == key)
}

/// Everything in a source that keeps it from being sent.
#[must_use]
pub fn problems(source: &str) -> Vec<Problem> {
    let found = source.split('\n').enumerate().filter_map(|(at, line)| {
        let number = at + 1;
        let what = if line.len() > limits::TEXT_LINE {
            Wrong::LongLine { number }
        } else if line.contains('\0') {
            Wrong::Nul { number }
        } else {
            return None;
        };
        let place = Place::Message;
        Some(Problem { place, what })
    });
    found.take(MOST).collect()
}

/// The most problems that are listed.
const MOST: usize = 10;

/// What a person may want otherwise.
#[must_use]
pub fn remarks(source: &str, attachments: &[Attachment]) -> Vec<Remark> {
    let (header, has_body) = match source.find("\n\n") {
        Some(end) => (&source[..end], true),
        None => (source, source.starts_with('\n')),
    };
    let has = |name: &str| {
        let mut fields = header.lines().filter_map(|line| line.split_once(':'));
        fields.any(|(field, _)| field.trim_end().eq_ignore_ascii_case(name))
    };
    let mut found = Vec::new();
    if !has_body {
        found.push(Remark::NoBody);
    }
    found.extend(
        ["From", "Date"]
            .into_iter()
            .filter(|name| !has(name))
            .map(Remark::Lacks),
    );
    if has("Bcc") {
        found.push(Remark::Bcc);
    }
    let is_in = |file: &Attachment| {
        let mut lines = source.lines();
        let one = std::slice::from_ref(file);
        lines.any(|line| file_of(line, one).is_some())
    };
    if !attachments.iter().all(is_in) {
        found.push(Remark::FileLeftOut);
    }
    found
}

/// The segments of a source.
#[must_use]
pub fn segments(source: &str, attachments: &[Attachment]) -> Vec<Segment> {
    let mut segments = Segments(Vec::new());
    write(source, attachments, &mut segments);
    segments.0
}

/// The size of the message with this source, in octets.
#[must_use]
pub fn size(source: &str, attachments: &[Attachment]) -> u64 {
    let mut size = Counter::default();
    write(source, attachments, &mut size);
    size.0
}

/// Whether octets above 127 occur in the header section, and whether they occur in the body.
#[must_use]
pub fn beyond_ascii(source: &str) -> (bool, bool) {
    let end = source.find("\n\n").unwrap_or(source.len());
    (!source[..end].is_ascii(), !source[end..].is_ascii())
}

fn write(source: &str, attachments: &[Attachment], output: &mut impl Output) {
    let mut text = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        match file_of(line, attachments) {
            Some(file) => {
                write_text(&text, output);
                text.clear();
                output.file(file);
            }
            None => text.push_str(line),
        }
    }
    write_text(&text, output);
}

fn write_text(text: &str, output: &mut impl Output) {
    if !text.is_empty() {
        output.write(canonical(text).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Draft;
    use super::super::tests::NOW;
    use super::*;

    fn file(key: &str, name: &str) -> Attachment {
        Attachment {
            file: key.into(),
            name: name.into(),
            media_type: "application/pdf".into(),
            size: 100,
            content_id: None,
            as_is: None,
        }
    }

    fn draft() -> Draft {
        Draft {
            body: "안녕\n.dot\nlast".into(),
            attachments: vec![file("k1", "보고서 ⟦1⟧.pdf"), file("k2", "b.pdf")],
            ..Draft::sample_ko()
        }
    }

    #[test]
    fn a_source_that_is_not_edited_is_the_same_message() {
        let message = draft().message(&NOW).expect("a message");
        let source = editable(&message.segments);
        assert!(!source.contains('\r'));
        let attachments = draft().attachments;
        assert_eq!(segments(&source, &attachments), message.segments);
        assert_eq!(size(&source, &attachments), message.size());
        assert_eq!(problems(&source), []);
        assert_eq!(remarks(&source, &attachments), []);
    }

    #[test]
    fn what_is_typed_is_sent_as_it_is() {
        let check = |source: &str, expect: &str| {
            let octets = expect.as_bytes().to_vec();
            let got = segments(source, &[file("k1", "a")]);
            assert_eq!(got, [Segment::Octets(octets)], "{source:?}");
        };
        check(
            "Subject: =?utf-8?Q?x?=\n\n⟦a k2⟧\n\ttab \n.\n가",
            "Subject: =?utf-8?Q?x?=\r\n\r\n⟦a k2⟧\r\n\ttab \r\n.\r\n가\r\n",
        );
        check("x ⟦a k1⟧", "x ⟦a k1⟧\r\n");
    }

    #[test]
    fn a_file_stands_where_its_line_is() {
        let attachments = draft().attachments;
        let got = segments("a\n  ⟦any name k2⟧ \n⟦k1⟧\nb", &attachments);
        let keys: Vec<&str> = got
            .iter()
            .map(|segment| match segment {
                Segment::Octets(_) => "",
                Segment::Base64(file) | Segment::AsIs(file) => file.id.as_str(),
            })
            .collect();
        assert_eq!(keys, ["", "k2", "k1", ""]);
    }

    #[test]
    fn problems_name_the_line() {
        let source = format!("a\n{}\n\0\n{}", "x".repeat(999), "y".repeat(998));
        let got: Vec<Wrong> = problems(&source).into_iter().map(|one| one.what).collect();
        assert_eq!(
            got,
            [Wrong::LongLine { number: 2 }, Wrong::Nul { number: 3 }]
        );
    }

    #[test]
    fn remarks_on_a_source() {
        let check = |source: &str, expect: &[Remark]| {
            assert_eq!(remarks(source, &[]), expect, "{source:?}");
        };
        let lacks = ["From", "Date"].map(Remark::Lacks);
        check("", &[Remark::NoBody, lacks[0], lacks[1]]);
        check("\ntext", &lacks);
        check("From: a\nDate : b\n\nBcc: c", &[]);
        check("FROM: a\nDATE: b\nbcc: c\n\n", &[Remark::Bcc]);
        let left_out = remarks("From: a\nDate: b\n\n", &draft().attachments);
        assert_eq!(left_out, [Remark::FileLeftOut]);
    }

    #[test]
    fn octets_beyond_ascii_are_told_apart() {
        assert_eq!(beyond_ascii("a\n\nb"), (false, false));
        assert_eq!(beyond_ascii("가\n\nb"), (true, false));
        assert_eq!(beyond_ascii("a\n\n나"), (false, true));
    }
}
