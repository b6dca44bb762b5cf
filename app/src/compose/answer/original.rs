//! The message that is answered.

use wire::{Content, Part, View};

use super::Lack;
use super::fields::Fields;
use crate::compose::draft::{Charset, Mailbox, decode_words, split_addresses};
use crate::inbox::Received;

/// The fields that are read. The last three say to which address of the person it was delivered.
const NAMES: [&str; 14] = [
    "From",
    "Sender",
    "Reply-To",
    "Mail-Followup-To",
    "List-Post",
    "To",
    "Cc",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
];

/// What an answer needs of the message. Addresses are as a person would type them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Original {
    /// Who wrote it.
    pub(super) from: Vec<String>,
    /// Who sent it, where that is someone else; else the reverse-path.
    pub(super) sender: Vec<String>,
    pub(super) reply_to: Vec<String>,
    /// Mail-Followup-To, where answers for all are to go.
    pub(super) followup_to: Vec<String>,
    /// The address of the mailing list that it came through.
    pub(super) list: Vec<String>,
    pub(super) to: Vec<String>,
    pub(super) cc: Vec<String>,
    /// Where it was delivered, according to servers on its way and to the envelope.
    pub(super) delivered_to: Vec<String>,
    pub(super) subject: String,
    /// As written.
    pub(super) date: String,
    pub(super) message_id: String,
    pub(super) in_reply_to: String,
    pub(super) references: String,
    /// Its text, lines ended by LF.
    pub(super) text: String,
    pub(super) lacks: Vec<Lack>,
}

impl Original {
    /// Reads a message.
    pub(super) fn read(received: &Received, decode: Charset) -> Original {
        let message = &received.message;
        let fields = Fields::read(&message.raw, &NAMES);
        let list = |name: &str| -> Vec<String> {
            let values = fields.all(name);
            values.flat_map(|value| addresses(value, decode)).collect()
        };
        let mut sender = list("Sender");
        if sender.is_empty() {
            sender = addresses(&received.from, decode);
        }
        let mut delivered_to: Vec<String> =
            NAMES[11..].iter().flat_map(|name| list(name)).collect();
        delivered_to.extend(received.to.iter().cloned());
        let (text, lacks) = text(received);
        Original {
            from: list("From"),
            sender,
            reply_to: list("Reply-To"),
            followup_to: list("Mail-Followup-To"),
            list: fields.all("List-Post").flat_map(list_address).collect(),
            to: list("To"),
            cc: list("Cc"),
            delivered_to,
            subject: received.subject.clone(),
            date: fields.first("Date"),
            message_id: fields.first("Message-ID"),
            in_reply_to: fields.first("In-Reply-To"),
            references: fields.first("References"),
            text,
            lacks,
        }
    }
}

/// The addresses of a field, with encoded words decoded. What is no address stays as it is, so
/// that the person sees it; a group without members is nobody.
fn addresses(value: &str, decode: Charset) -> Vec<String> {
    // Line ends in an encoded name would end an address.
    let is_line_end = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let value = decode_words(value, decode).replace(is_line_end, " ");
    let is_group = |part: &String| part.ends_with(':') && !part.contains('@');
    let parts = split_addresses(&value).into_iter();
    parts.filter(|part| !is_group(part)).map(legible).collect()
}

/// An address without its name, where that is in a charset that was not declared.
fn legible(part: String) -> String {
    match Mailbox::parse(&part) {
        Ok(mailbox) if mailbox.name.contains('\u{fffd}') => mailbox.address.to_string(),
        _ => part,
    }
}

/// The address in List-Post (RFC 2369 §3.4), `<mailto:list@x>`, if there is one. `NO` is none.
fn list_address(value: &str) -> Option<String> {
    value.split('<').skip(1).find_map(|part| {
        let (link, _) = part.split_once('>')?;
        let scheme = link.get(..7)?;
        let address = link.get(7..)?.split('?').next()?.trim();
        let is_address = scheme.eq_ignore_ascii_case("mailto:") && Mailbox::parse(address).is_ok();
        is_address.then(|| address.to_owned())
    })
}

/// The text of the message itself, of all its parts in their order, and what is not in it. The text
/// of a part that is also attached is with the attachment.
fn text(received: &Received) -> (String, Vec<Lack>) {
    let Ok(reading) = &received.message.reading else {
        return (String::new(), vec![Lack::Text]);
    };
    let mut texts: Vec<&str> = Vec::new();
    let mut lacks = Vec::new();
    let mut attached = false;
    // As text, whatever else it may be shown as.
    let shown = |part: &&Part| part.depth == 0 && part.only != Some(View::Formatted);
    for part in reading.parts.iter().filter(shown) {
        let read = match &part.content {
            Content::Text { text, cut } | Content::Html { text, cut, .. } => Some((text, cut)),
            _ => None,
        };
        let is_text = read.is_some();
        if let Some((text, cut)) = read
            && !attached
        {
            texts.push(text.trim_matches('\n'));
            if *cut && !lacks.contains(&Lack::RestOfText) {
                lacks.push(Lack::RestOfText);
            }
        }
        attached = !is_text && is_text_file(&part.content);
    }
    if reading.omitted > 0 {
        lacks.push(Lack::Parts);
    }
    (texts.join("\n\n"), lacks)
}

/// Whether this is an attachment whose text is shown as well, as the part after it.
pub(super) fn is_text_file(content: &Content) -> bool {
    match content {
        Content::Attachment {
            name, media_type, ..
        } => {
            // An event is not shown as text.
            !name.is_empty()
                && media_type != "text/calendar"
                && (media_type.starts_with("text/") || media_type.starts_with("message/"))
        }
        _ => false,
    }
}
