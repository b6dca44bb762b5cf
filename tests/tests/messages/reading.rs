//! What a reader finds in a message.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::{peer, program};
use mail_parser::{Addr, Address, HeaderName, MessageParser, MessagePart, MimeHeaders, PartType};
use serde::Deserialize;

/// A name, maybe empty, and an address.
pub(crate) type Person = (String, String);

/// A message as a reader understands it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Reading {
    /// The names of the header fields in lower case, in their order.
    pub(crate) fields: Vec<String>,
    pub(crate) from: Vec<Person>,
    pub(crate) reply_to: Vec<Person>,
    pub(crate) to: Vec<Person>,
    pub(crate) cc: Vec<Person>,
    pub(crate) subject: Option<String>,
    pub(crate) message_id: String,
    /// Seconds since 1970.
    pub(crate) date: i64,
    pub(crate) text: Option<String>,
    pub(crate) html: Option<String>,
    pub(crate) files: Vec<File>,
}

/// An attached file, or a picture in the text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// `attachment` or `inline`.
    pub(crate) disposition: String,
    pub(crate) content_id: Option<String>,
    /// In base64.
    pub(crate) octets: String,
}

/// What Python's `email` reads.
pub(crate) async fn python(messages: &[Vec<u8>]) -> Vec<Reading> {
    let script = program::python_script("read_messages.py");
    by_program("Python", &program::python(), &script, messages).await
}

/// What Node's mailparser reads.
pub(crate) async fn node(messages: &[Vec<u8>]) -> Vec<Reading> {
    let script = program::node_script("read_messages.js");
    by_program("Node", &program::node(), &script, messages).await
}

async fn by_program(
    what: &str,
    program: &Path,
    script: &Path,
    messages: &[Vec<u8>],
) -> Vec<Reading> {
    let line = |message: &Vec<u8>| STANDARD.encode(message) + "\n";
    let input: String = messages.iter().map(line).collect();
    let script = script.display().to_string();
    let ran = peer::run(program, &[&script], input.as_bytes()).await;
    let lines = ran.well(what).stdout;
    lines
        .lines()
        .map(|line| match serde_json::from_str(line) {
            Ok(reading) => reading,
            Err(error) => panic!("{error} in {line}"),
        })
        .collect()
}

/// What the crate mail-parser reads.
pub(crate) fn rust(octets: &[u8]) -> Reading {
    let message = MessageParser::default()
        .parse(octets)
        .expect("a message with a header");
    let mut reading = Reading {
        fields: message
            .headers()
            .iter()
            .map(|header| header.name.as_str().to_ascii_lowercase())
            .collect(),
        from: people(message.from()),
        reply_to: people(message.reply_to()),
        to: people(message.to()),
        cc: people(message.cc()),
        subject: message.subject().map(str::to_owned),
        message_id: format!("<{}>", message.message_id().unwrap_or_default()),
        date: message
            .date()
            .map_or(0, mail_parser::DateTime::to_timestamp),
        ..Reading::default()
    };
    for part in &message.parts {
        let disposition = part.content_disposition().map(|one| one.ctype().to_owned());
        let media_type = part.content_type().map_or(String::new(), |one| {
            format!("{}/{}", one.ctype(), one.subtype().unwrap_or_default())
        });
        let which = match (&part.body, disposition) {
            (PartType::Multipart(_), _) => continue,
            (_, Some(disposition)) => {
                reading.files.push(File {
                    name: part.attachment_name().unwrap_or_default().to_owned(),
                    media_type,
                    disposition,
                    content_id: part.content_id().map(str::to_owned),
                    octets: base64_of(octets, part),
                });
                continue;
            }
            (PartType::Html(_), _) => &mut reading.html,
            _ => &mut reading.text,
        };
        let text = part.text_contents().unwrap_or_default();
        which.get_or_insert_default().push_str(text);
    }
    // Where a field is twice, the accessors above know the last one only.
    let twice = |name: HeaderName<'static>| message.header_values(name).count() > 1;
    assert!(!twice(HeaderName::From) && !twice(HeaderName::Subject));
    reading
}

/// A file in base64, as it is in the message. The reader makes text of files whose type is text.
fn base64_of(octets: &[u8], part: &MessagePart) -> String {
    let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let mut base64 = String::from_utf8_lossy(&octets[range]).into_owned();
    base64.retain(|c| !c.is_ascii_whitespace());
    base64
}

fn people(field: Option<&Address>) -> Vec<Person> {
    let text = |text: &Option<std::borrow::Cow<str>>| text.as_deref().unwrap_or("").to_owned();
    let person = |one: &Addr| (text(&one.name), text(&one.address));
    field.map_or(Vec::new(), |field| field.iter().map(person).collect())
}
