//! The MIME fields of a message or part, and the header fields for display.

use super::fields::Section;
use super::flowed::Flowed;
use super::gathered::cut;
use super::repair::{self, Transfer};
use super::{addresses, parameters, words};
use crate::limits;

/// How an entity is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A multipart.
    Multipart,
    /// An enclosed message.
    Message,
    /// Text that is shown.
    Text,
    /// Anything else, and text whose disposition is `attachment`.
    Attachment,
}

/// A message or part ("entity", RFC 2045 §2.4), as described by its header section.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) kind: Kind,
    pub(super) main: String,
    pub(super) sub: String,
    pub(super) transfer: Transfer,
    /// The charset label as written; empty if there is none.
    pub(super) charset: String,
    /// How lines of the text are joined; None if they stay.
    pub(super) flowed: Option<Flowed>,
    /// The boundary of a multipart; empty if there is none.
    pub(super) boundary: Vec<u8>,
    /// The file name; empty if there is none.
    pub(super) name: String,
    /// The Content-Transfer-Encoding as written; empty if there is none.
    pub(super) encoding: String,
    /// The disposition, in lower case; empty if there is none.
    pub(super) disposition: String,
    /// The Content-ID without angle brackets; empty if there is none.
    pub(super) id: String,
}

impl Entity {
    /// Reads the MIME fields. In a digest the default type is message/rfc822 (RFC 2046 §5.1.5).
    pub(super) fn new(section: &Section<'_>, in_digest: bool) -> Entity {
        // Of several Content-Type fields, use the first multipart with a boundary, or else the
        // first that is valid.
        let mut typed = None;
        let mut type_field: &[u8] = b"";
        for value in section.all("content-type") {
            let boundary = parameters::parameter(value, "boundary");
            let bounded = boundary.is_some();
            let Some(kind) = repair::media_type(value, bounded) else {
                continue;
            };
            let multipart =
                kind.0 == "multipart" && boundary.as_ref().is_some_and(|b| !b.is_empty());
            if typed.is_none() || multipart {
                typed = Some(kind);
                type_field = value;
            }
            if multipart {
                break;
            }
        }
        let nameless = typed.is_none();
        let (main, sub) = typed.unwrap_or_else(|| {
            let (main, sub) = if in_digest {
                ("message", "rfc822")
            } else {
                ("text", "plain")
            };
            (main.to_owned(), sub.to_owned())
        });
        if nameless {
            // The parameters of an invalid type may still be useful.
            type_field = section.all("content-type").next().unwrap_or_default();
        }
        let disposition = section
            .all("content-disposition")
            .next()
            .unwrap_or_default();
        let name = ["filename", "name"]
            .iter()
            .find_map(|name| parameters::parameter(disposition, name))
            .or_else(|| parameters::parameter(type_field, "name"))
            .or_else(|| parameters::parameter(type_field, "filename"))
            .unwrap_or_default();
        let attached = disposition
            .trim_ascii_start()
            .get(.."attachment".len())
            .is_some_and(|start| start.eq_ignore_ascii_case(b"attachment"));
        let kind = match (main.as_str(), sub.as_str()) {
            ("multipart", _) => Kind::Multipart,
            ("message", "rfc822" | "global" | "news") => Kind::Message,
            ("text" | "message", _) if !attached => Kind::Text,
            _ => Kind::Attachment,
        };
        let boundary = match kind {
            Kind::Multipart => parameters::parameter(type_field, "boundary").unwrap_or_default(),
            _ => String::new(),
        };
        Entity {
            kind,
            transfer: section
                .all("content-transfer-encoding")
                .find_map(repair::transfer)
                .unwrap_or(Transfer::Identity),
            charset: parameters::parameter(type_field, "charset").unwrap_or_default(),
            flowed: flowed(type_field)
                .filter(|_| (main.as_str(), sub.as_str()) == ("text", "plain")),
            boundary: boundary.trim_end().as_bytes().to_vec(),
            name: cut(name, limits::READING_FIELD),
            encoding: token(section, "content-transfer-encoding"),
            disposition: token(section, "content-disposition").to_ascii_lowercase(),
            id: id(section),
            main,
            sub,
        }
    }

    /// The default for a part without a header section.
    pub(super) fn plain() -> Entity {
        Entity {
            kind: Kind::Text,
            main: "text".to_owned(),
            sub: "plain".to_owned(),
            transfer: Transfer::Identity,
            charset: String::new(),
            flowed: None,
            boundary: Vec::new(),
            name: String::new(),
            encoding: String::new(),
            disposition: String::new(),
            id: String::new(),
        }
    }

    /// The media type for display.
    pub(super) fn media_type(&self) -> String {
        format!("{}/{}", self.main, self.sub)
    }
}

/// How lines are joined according to the parameters of text/plain (RFC 3676 §4).
fn flowed(type_field: &[u8]) -> Option<Flowed> {
    let is = |name, value: &str| {
        let parameter = parameters::parameter(type_field, name);
        parameter.is_some_and(|parameter| parameter.trim().eq_ignore_ascii_case(value))
    };
    is("format", "flowed").then(|| Flowed {
        delete_space: is("delsp", "yes"),
    })
}

/// The first word of a field; empty if there is none.
fn token(section: &Section<'_>, name: &'static str) -> String {
    const TOKEN: usize = 100;
    let value = section.all(name).next().unwrap_or_default();
    let word = value.trim_ascii_start();
    let word = word
        .split(|octet| *octet == b';' || octet.is_ascii_whitespace())
        .next()
        .unwrap_or_default();
    String::from_utf8_lossy(&word[..word.len().min(TOKEN)]).into_owned()
}

/// The Content-ID without angle brackets and comments; empty if there is none.
fn id(section: &Section<'_>) -> String {
    let value = section.all("content-id").next().unwrap_or_default();
    let text = String::from_utf8_lossy(value);
    let id = match text.split_once('<') {
        Some((_, id)) => id.split('>').next().unwrap_or_default(),
        None => &text,
    };
    cut(id.trim().to_owned(), limits::READING_FIELD)
}

/// The header fields that are shown, in this order.
const SHOWN: [(&str, &str); 8] = [
    ("From", "from"),
    ("Sender", "sender"),
    ("To", "to"),
    ("Cc", "cc"),
    ("Reply-To", "reply-to"),
    ("Date", "date"),
    ("Subject", "subject"),
    ("Message-ID", "message-id"),
];

/// The header fields that are shown, decoded. A repeated field is shown repeatedly.
pub(super) fn shown(section: &Section<'_>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, field) in SHOWN {
        for value in section.all(field) {
            let text = match field {
                "from" | "sender" | "to" | "cc" | "reply-to" => addresses::addresses(value),
                _ => words::text(value),
            };
            if !text.is_empty() {
                headers.push((name.to_owned(), cut(text, limits::READING_FIELD)));
            }
        }
    }
    headers
}
