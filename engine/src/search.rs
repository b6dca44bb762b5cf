//! What is searched in a message. In small letters.

use practice::Summary;
use wire::{Content, Reading};

/// All that is searched in a message: header fields, texts and names of attachments, also in the
/// messages enclosed in it.
#[must_use]
pub fn searched_text(reading: &Reading) -> String {
    let mut whole = String::new();
    let mut add = |text: &str| {
        whole.push_str(&text.to_lowercase());
        whole.push('\n');
    };
    let mut fields = |headers: &[(String, String)]| {
        headers.iter().for_each(|(_, value)| add(value));
    };
    fields(&reading.headers);
    for part in &reading.parts {
        if let Content::Message { headers, .. } = &part.content {
            fields(headers);
        }
    }
    for part in &reading.parts {
        match &part.content {
            Content::Text { text, .. } | Content::Html { text, .. } => add(text),
            Content::Attachment { name, .. } => add(name),
            Content::Message { .. } => {}
        }
    }
    whole
}

/// What the list shows of a message.
#[must_use]
pub fn searched_summary(summary: &Summary) -> String {
    let mut text = summary.recipients.join("\n");
    let fields = [&summary.subject, &summary.header_from];
    let fields = fields.into_iter().flatten().chain([&summary.from]);
    for field in fields {
        text.push('\n');
        text.push_str(field);
    }
    text.to_lowercase()
}
