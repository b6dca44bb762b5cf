//! From a draft to the octets that are sent.
//!
//! A message has three parts, each made of other things: Date and Message-ID of a [`MessageStamp`],
//! the rest of the header section of [`HeaderFields`], and the body of the text. Each can be made,
//! and its size known, without the others.

use std::fmt::Write as _;

use mail_builder::headers::Header as HeaderValue;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use mail_builder::writer::Writer;

use super::{HeaderFields, Mailbox, Problem, split_addresses};
use crate::submission::Message;

/// A moment, as the Date field writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC.
    pub unix_ms: i64,
    /// Minutes by which local time is ahead of UTC.
    pub offset_minutes: i32,
}

/// What makes a message different from one with the same words: its date and its Message-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let mut size = Counter(0);
        write_stamp(stamp, &self.domain, &mut size);
        size.0 + self.octets.len() as u64
    }

    /// The finished message with this header and this text.
    #[must_use]
    pub fn message(&self, stamp: &MessageStamp, body: &str) -> Message {
        let mut octets = self.section(stamp);
        let utf8 = !octets.is_ascii();
        let header = octets.len();
        write_body(body, &mut octets);
        Message {
            eight_bit: !octets[header..].is_ascii(),
            octets,
            from: Some(self.from.clone()),
            to: self.to.clone(),
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
        write_field("From", &address(&from), &mut octets);
        let reply_to = people(&split_addresses(self.reply_to));
        if !reply_to.is_empty() {
            write_field("Reply-To", &addresses(&reply_to), &mut octets);
        }
        // RFC 5322 §3.6.3: a field of addresses holds at least one. Bcc is in no header at all
        // (§3.6.3, third way).
        if !to.is_empty() {
            write_field("To", &addresses(&to), &mut octets);
        }
        if !cc.is_empty() {
            write_field("Cc", &addresses(&cc), &mut octets);
        }
        if to.is_empty() && cc.is_empty() {
            // Some servers and readers reject a message without any. An empty group says that there
            // are recipients.
            write_field("To", &Raw::new("undisclosed-recipients:;"), &mut octets);
        }
        write_field("Subject", &Text::new(self.subject), &mut octets);
        write_field("MIME-Version", &Raw::new("1.0"), &mut octets);

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
pub fn body_size(body: &str) -> u64 {
    #[cfg(test)]
    tests::count(&tests::BODIES);
    let mut size = Counter(0);
    write_body(body, &mut size);
    size.0
}

/// Counts octets instead of keeping them.
struct Counter(u64);

impl Writer for Counter {
    fn write(&mut self, octets: &[u8]) {
        self.0 += octets.len() as u64;
    }
}

fn write_body(body: &str, output: &mut impl Writer) {
    MimePart::new("text/plain", canonical(body)).write_part(output);
}

fn write_stamp(stamp: &MessageStamp, domain: &str, output: &mut impl Writer) {
    write_field("Date", &Raw::new(date(stamp.moment)), output);
    let id = MessageId::new(message_id(stamp.random, domain));
    write_field("Message-ID", &id, output);
}

fn write_field(name: &str, value: &impl HeaderValue, output: &mut impl Writer) {
    output.write(name.as_bytes());
    output.write(b": ");
    value.write_header(output, name.len() + 2);
}

fn address(person: &Mailbox) -> Address<'static> {
    let name = (!person.name.is_empty()).then(|| person.name.clone());
    Address::new_address(name, person.address.to_string())
}

fn addresses(people: &[Mailbox]) -> Address<'static> {
    Address::new_list(people.iter().map(address).collect())
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

/// The text with every line ended by CRLF.
fn canonical(body: &str) -> String {
    let mut text = if body.contains('\r') {
        let lf = body.replace("\r\n", "\n").replace('\r', "\n");
        lf.replace('\n', "\r\n")
    } else {
        body.replace('\n', "\r\n")
    };
    if !text.is_empty() && !text.ends_with("\r\n") {
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
pub(in crate::compose) mod tests;
