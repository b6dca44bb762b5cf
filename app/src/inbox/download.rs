//! Saves an opened message, and what is in it, as files.

use std::sync::Arc;

use leptos::prelude::*;
use wire::Slice;

use crate::connection::Arrived;
use crate::i18n::Language;
use crate::ui::download::{self, Download, NotSaved};
use crate::ui::file_name::{file_name, titled};
use crate::ui::{Glyph, Icon};

/// The ending of a file that is a message.
const MESSAGE: &str = ".eml";

/// Saves an opened message and its parts. Copies are of the same message.
#[derive(Clone, Copy)]
pub(super) struct Saver {
    message: StoredValue<Arc<Arrived>>,
    failed: RwSignal<bool>,
}

impl Saver {
    pub(super) fn new(message: Arc<Arrived>) -> Saver {
        Saver {
            message: StoredValue::new(message),
            failed: RwSignal::new(false),
        }
    }

    /// Whether the last file could not be saved.
    pub(super) fn failed(self) -> Signal<bool> {
        self.failed.into()
    }

    /// Saves the message itself, octet for octet.
    pub(super) fn save_message(self, name: &str) {
        let message = self.message.get_value();
        self.failed.set(download::save(name, &message.raw).is_err());
    }

    /// Saves what is in the message, decoded. No more than a chunk of it is in the page's memory.
    pub(super) fn save_part(self, name: &str, at: Slice) {
        let message = self.message.get_value();
        let saved = part(&message, at).and_then(|file| file.save(name));
        self.failed.set(saved.is_err());
    }
}

impl Saver {
    /// The text of what is in the message, at most so many octets of it, as UTF-8.
    pub(super) fn text(self, at: Slice, most: usize) -> Option<String> {
        let message = self.message.get_value();
        let reading = message.reading.as_ref().ok()?;
        let mut text = Vec::new();
        let mut take = |octets: &[u8]| {
            let room = most.saturating_sub(text.len());
            text.extend_from_slice(&octets[..octets.len().min(room)]);
        };
        reading.octets(&message.raw, at, &mut take).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

/// The button that saves a part. Its label has the name that the file will have.
pub(super) fn save_button(
    language: Language,
    saver: Saver,
    file_name: String,
    at: Slice,
) -> AnyView {
    let name = file_name.clone();
    let label = move || language.get().download_file(&name);
    view! {
        <button type="button" class="icon" title=label.clone() aria-label=label
            on:click=move |_| saver.save_part(&file_name, at)>
            <Icon glyph=Glyph::Download/>
        </button>
    }
    .into_any()
}

/// What is in the message, decoded.
pub(super) fn part(message: &Arrived, at: Slice) -> Result<Download, NotSaved> {
    let reading = message.reading.as_ref().map_err(|_| NotSaved)?;
    let mut file = Download::new();
    let mut pushed = Ok(());
    let mut take = |octets: &[u8]| {
        if pushed.is_ok() {
            pushed = file.push(octets);
        }
    };
    reading
        .octets(&message.raw, at, &mut take)
        .map_err(|_| NotSaved)?;
    pushed?;
    Ok(file)
}

/// The name of the file of a message with this subject.
#[must_use]
pub fn name_of_message(subject: &str) -> String {
    titled(subject, MESSAGE, "message")
}

/// The name of the file of an attachment, which has this name in its message. One without a name
/// gets an ending by its type.
#[must_use]
pub fn name_of_attachment(name: &str, media_type: &str) -> String {
    file_name(name, &format!("attachment{}", ending(media_type)))
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/gzip" => ".gz",
        "application/json" => ".json",
        "application/pdf" => ".pdf",
        "application/pgp-encrypted" | "application/pgp-signature" => ".asc",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => ".p7m",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => ".p7s",
        "application/zip" => ".zip",
        "audio/mpeg" => ".mp3",
        "image/bmp" => ".bmp",
        "image/gif" => ".gif",
        "image/heic" => ".heic",
        "image/jpeg" | "image/jpg" => ".jpg",
        "image/png" => ".png",
        "image/svg+xml" => ".svg",
        "image/tiff" => ".tif",
        "image/webp" => ".webp",
        "message/rfc822" | "message/global" | "message/news" => MESSAGE,
        "text/calendar" => ".ics",
        "text/csv" => ".csv",
        "text/html" => ".html",
        "text/vcard" | "text/x-vcard" => ".vcf",
        "text/x-diff" | "text/x-patch" => ".patch",
        "video/mp4" => ".mp4",
        "video/quicktime" => ".mov",
        _ if media_type.starts_with("text/") || media_type.starts_with("message/") => ".txt",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_keep_their_names() {
        fn check(name: &str, media_type: &str, expect: &str) {
            assert_eq!(name_of_attachment(name, media_type), expect);
        }
        check("보고서.pdf", "image/png", "보고서.pdf");
        check("Makefile", "text/plain", "Makefile");
        check("../a\u{202e}gnp.exe", "image/png", "agnp.exe");
        check("", "image/png", "attachment.png");
        check(" / ", "message/rfc822", "attachment.eml");
        check("", "text/x-unknown", "attachment.txt");
        check("", "application/octet-stream", "attachment");
    }

    #[test]
    fn a_message_is_named_after_its_subject() {
        assert_eq!(name_of_message("Re: 회의 3/4"), "Re 회의 3_4.eml");
        assert_eq!(name_of_message(""), "message.eml");
    }
}
