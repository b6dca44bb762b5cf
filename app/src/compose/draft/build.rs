//! From a draft to the message that is sent.
//!
//! A message has three parts, each made of other things: Date and Message-ID of a [`MessageStamp`],
//! the rest of the header section of [`HeaderFields`], and the body of the text and the files. Each
//! can be made, and its size known, without the others. Files are named, not read.

mod as_is;
mod body;
mod calendar;
mod copy;
mod field;
mod file_name;
mod flowed;
mod html;
mod media_type;
mod parameter;
pub mod raw;
mod words;

use std::fmt::Write as _;

use mail_builder::headers::date::Date;
use serde::{Deserialize, Serialize};

use self::body::{Body, Counter, Segments};
use self::field::{write_addresses, write_field, write_text, write_value, write_words};
use super::options::{Options, RECEIPT};
use super::{Attachment, Content, HeaderFields, Mailbox, Problem, split_addresses};
use crate::connection::Segment;
use crate::submission::Message;

pub use self::as_is::{AsIs, AsIsCheck};
pub use self::body::{picture_mark, shown_html, shown_name};
pub use self::copy::{copy, plain_copy};
pub use self::file_name::sent_name;
pub use self::flowed::joined;
pub use self::media_type::{is_picture, media_type_of};

/// A moment, as the Date field writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC.
    pub unix_ms: i64,
    /// Minutes by which local time is ahead of UTC.
    pub offset_minutes: i32,
}

/// What makes a message different from one with the same words: its date and its Message-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageStamp {
    /// The date.
    pub moment: Moment,
    /// The random part of the Message-ID.
    pub random: [u8; 16],
}

/// The header fields that are made of what a person typed, and the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The header fields, each ended by CRLF.
    octets: Vec<u8>,
    /// The domain of the sender, which the Message-ID takes over.
    domain: String,
    /// The reverse-path.
    from: String,
    /// The forward-paths, each once: To, then Cc, then Bcc.
    to: Vec<String>,
}

impl Header {
    /// The whole header section, without the fields that belong to the body.
    #[must_use]
    pub fn section(&self, stamp: &MessageStamp) -> Vec<u8> {
        let mut octets = Vec::new();
        write_stamp(stamp, &self.domain, &mut octets);
        octets.extend_from_slice(&self.octets);
        octets
    }

    /// The size of [`Header::section`].
    #[must_use]
    pub fn section_size(&self, stamp: &MessageStamp) -> u64 {
        let mut octets = Vec::new();
        write_stamp(stamp, &self.domain, &mut octets);
        (octets.len() + self.octets.len()) as u64
    }

    /// The message with this source, and the envelope of this header.
    #[must_use]
    pub fn raw_message(&self, source: &str, attachments: &[Attachment]) -> Message {
        let (utf8, eight_bit) = raw::beyond_ascii(source);
        Message {
            segments: raw::segments(source, attachments),
            from: Some(self.from.clone()),
            to: self.to.clone(),
            eight_bit: eight_bit || is_eight_bit(attachments),
            utf8: utf8 || !self.from.is_ascii() || !self.to.iter().all(|path| path.is_ascii()),
        }
    }

    /// The finished message with this header, this text, these files and the calendar of an
    /// invitation.
    #[must_use]
    pub fn message(
        &self,
        stamp: &MessageStamp,
        content: Content<'_>,
        attachments: &[Attachment],
        calendar: Option<&str>,
    ) -> Message {
        let octets = self.section(stamp);
        let utf8 = !octets.is_ascii();
        let mut segments = Segments(vec![Segment::Octets(octets)]);
        let body = Body {
            content,
            attachments,
            calendar,
            random: stamp.random,
        };
        body.write(&mut segments);
        Message {
            segments: segments.0,
            from: Some(self.from.clone()),
            to: self.to.clone(),
            // Everything else in a body that is not ASCII is encoded.
            eight_bit: is_eight_bit(attachments),
            utf8,
        }
    }
}

impl HeaderFields<'_> {
    /// The header fields and the envelope.
    ///
    /// # Errors
    /// All problems of the fields, as [`HeaderFields::problems`].
    pub fn build(&self) -> Result<Header, Vec<Problem>> {
        #[cfg(test)]
        tests::count(&tests::HEADERS);
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let people = |list: &[String]| -> Vec<Mailbox> {
            list.iter()
                .filter_map(|text| Mailbox::parse(text).ok())
                .collect()
        };
        let Some(from) = Mailbox::parse(self.from).ok() else {
            return Err(problems);
        };
        let [to, cc, bcc] = [self.to, self.cc, self.bcc].map(people);

        let mut octets = Vec::new();
        write_addresses("From", std::slice::from_ref(&from), &mut octets);
        let reply_to = people(&split_addresses(self.reply_to));
        if !reply_to.is_empty() {
            write_addresses("Reply-To", &reply_to, &mut octets);
        }
        // RFC 5322 §3.6.3: a field of addresses holds at least one. Bcc is in no header at all
        // (§3.6.3, third way).
        if !to.is_empty() {
            write_addresses("To", &to, &mut octets);
        }
        if !cc.is_empty() {
            write_addresses("Cc", &cc, &mut octets);
        }
        if to.is_empty() && cc.is_empty() {
            // Some servers and readers reject a message without any. An empty group says that there
            // are recipients.
            write_field("To", "undisclosed-recipients:;", &mut octets);
        }
        write_text("Subject", self.subject, &mut octets);
        for (name, ids) in self.thread.fields() {
            write_words(name, &ids, &mut octets);
        }
        write_options(self.options, &from, &mut octets);
        write_field("MIME-Version", "1.0", &mut octets);

        let mut envelope: Vec<String> = Vec::new();
        for person in to.iter().chain(&cc).chain(&bcc) {
            let path = person.address.to_string();
            if !envelope.contains(&path) {
                envelope.push(path);
            }
        }
        Ok(Header {
            octets,
            domain: from.address.domain().to_owned(),
            from: from.address.to_string(),
            to: envelope,
        })
    }
}

/// The size of the body, with the header fields that describe it and the blank line before it.
#[must_use]
pub fn body_size(content: Content<'_>, attachments: &[Attachment], calendar: Option<&str>) -> u64 {
    #[cfg(test)]
    tests::count(&tests::BODIES);
    let mut size = Counter::default();
    let body = Body {
        content,
        attachments,
        calendar,
        random: [0; 16],
    };
    body.write(&mut size);
    size.0
}

/// Whether a message is enclosed as it is that is not ASCII.
fn is_eight_bit(attachments: &[Attachment]) -> bool {
    let mut forms = attachments.iter().map(|file| file.as_is);
    forms.any(|form| form == Some(AsIs::EightBit))
}

fn write_options(options: &Options, from: &Mailbox, output: &mut Vec<u8>) {
    for (name, value) in options.priority.fields() {
        write_field(name, value, output);
    }
    if options.receipt {
        write_addresses(RECEIPT, std::slice::from_ref(from), output);
    }
    for header in options.own() {
        write_value(header.name.trim(), header.value.trim(), output);
    }
}

fn write_stamp(stamp: &MessageStamp, domain: &str, output: &mut Vec<u8>) {
    write_field("Date", &date(stamp.moment), output);
    let id = message_id(stamp.random, domain);
    write_field("Message-ID", &format!("<{id}>"), output);
}

/// RFC 5322 §3.3, in local time. mail-builder writes UTC, which does not show what time it was for
/// the sender.
fn date(now: Moment) -> String {
    let minutes = now.offset_minutes.clamp(-24 * 60 + 1, 24 * 60 - 1);
    let local = Date::new(now.unix_ms.div_euclid(1000) + i64::from(minutes) * 60).to_rfc822();
    let sign = if minutes < 0 { '-' } else { '+' };
    let offset = format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
    local
        .strip_suffix("+0000")
        .map_or(local.clone(), |time| format!("{time}{offset}"))
}

/// Unique because it is random; it says nothing about the machine. An address literal can't follow
/// the @ as it is.
fn message_id(random: [u8; 16], domain: &str) -> String {
    let mut id = String::with_capacity(48);
    for octet in random {
        // Writing to a String can't fail.
        let _ = write!(id, "{octet:02x}");
    }
    let domain = if domain.starts_with('[') {
        "localhost"
    } else {
        domain
    };
    format!("{id}@{domain}")
}

#[cfg(test)]
pub(in crate::compose) mod tests;
