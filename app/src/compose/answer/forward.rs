//! The text of a message that is forwarded, and its attachments.

use wire::{Content, Encoding, Slice};

use super::{Lack, Original, date};
use crate::i18n::Locale;
use crate::inbox::{Received, name_of_attachment, name_of_message};
use crate::ui::visible::visible;

/// Something in the message that goes along as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) struct Enclosed {
    /// The name of the file.
    pub(in crate::compose) name: String,
    /// Its media type.
    pub(in crate::compose) media_type: String,
    /// Where it is in the message.
    pub(in crate::compose) at: Slice,
    /// The Content-ID by which the text of the draft shows it. None: it is attached only.
    pub(in crate::compose) content_id: Option<String>,
}

/// The text: room to write, whose message it is, and its text as it is.
pub(super) fn body(original: &Original, locale: Locale) -> String {
    let mut body = heading(original, locale);
    body.push('\n');
    body.push_str(original.text.trim_end());
    if original.lacks.contains(&Lack::RestOfText) {
        body.push_str("\n[…]");
    }
    body.push('\n');
    body
}

/// Room to write, and whose message it is.
pub(super) fn heading(original: &Original, locale: Locale) -> String {
    let mut body = format!("\n\n{}\n", locale.forwarded_message());
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            body.push_str(&format!("{name}: {}\n", visible(value)));
        }
    };
    line(locale.from(), &original.from.join(", "));
    line(
        locale.forwarded_date(),
        &date::shown(&original.date, locale),
    );
    line(locale.subject(), &original.subject);
    line(locale.to(), &original.to.join(", "));
    line(locale.forwarded_cc(), &original.cc.join(", "));
    body
}

/// The message itself, as it is.
pub(super) fn whole(received: &Received) -> Enclosed {
    Enclosed {
        name: name_of_message(&received.subject),
        media_type: "message/rfc822".to_owned(),
        at: Slice {
            of: None,
            from: 0,
            to: received.message.raw.len() as u64,
            encoding: Encoding::Identity,
        },
        content_id: None,
    }
}

/// Whether the message itself has a text in HTML.
pub(super) fn is_formatted(received: &Received) -> bool {
    received.message.reading.as_ref().is_ok_and(|reading| {
        let mut parts = reading.parts.iter();
        parts.any(|part| part.depth == 0 && matches!(part.content, Content::Html { .. }))
    })
}

/// The attachments of the message itself, and the messages enclosed in it.
pub(super) fn enclosed(received: &Received) -> Vec<Enclosed> {
    let Ok(reading) = &received.message.reading else {
        return Vec::new();
    };
    let parts = reading.parts.iter().filter(|part| part.depth == 0);
    let files = parts.filter_map(|part| match &part.content {
        Content::Attachment {
            name,
            media_type,
            at,
            ..
        } => Some(Enclosed {
            name: name_of_attachment(name, media_type),
            media_type: media_type.clone(),
            at: *at,
            content_id: None,
        }),
        Content::Message { headers, at } => {
            let mut headers = headers.iter();
            let subject = headers.find(|(name, _)| name.eq_ignore_ascii_case("subject"));
            Some(Enclosed {
                name: name_of_message(subject.map_or("", |(_, value)| value)),
                media_type: "message/rfc822".to_owned(),
                at: *at,
                content_id: None,
            })
        }
        Content::Text { .. } | Content::Html { .. } => None,
    });
    files.collect()
}
