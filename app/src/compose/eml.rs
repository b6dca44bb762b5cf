//! A message saved as an .eml file: exactly the octets that would be sent.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::Draft;
use super::store::{ComposeStateStoreFields as _, ComposeStore};
use crate::connection::{SLICE, Segment, StoredFile, base64_lines};
use crate::storage::files;
use crate::ui::download::{Download, NotSaved};
use crate::ui::file_name::titled;

/// Why a message is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EmlError {
    /// The browser could not create the file.
    NotSaved,
    /// A file of the message can't be read.
    File(String),
}

impl From<NotSaved> for EmlError {
    fn from(_: NotSaved) -> EmlError {
        EmlError::NotSaved
    }
}

impl ComposeStore {
    /// Saves the message as it would be sent now. Its problems are shown where it can't be sent.
    pub(super) fn save_eml(self) {
        let message = match untrack(|| self.message()) {
            Ok(message) => message,
            Err(problems) => return self.state.problems().set(problems),
        };
        let name = titled(&self.title(), ".eml", "message");
        spawn_local(async move {
            let done = save(&name, &message.segments).await;
            self.state.not_saved().set(done.err());
        });
    }
}

impl ComposeStore {
    /// Saves what there is of the message, finished or not: fields with a problem are saved as they
    /// were typed.
    pub(super) fn save_copy(self) {
        let name = titled(&self.title(), ".eml", "message");
        let message = untrack(|| self.message());
        let draft = self.draft_now();
        spawn_local(async move {
            let done = match message {
                Ok(message) => save(&name, &message.segments).await,
                Err(_) => save(&name, &[Segment::Octets(unfinished(&draft))]).await,
            };
            self.state.not_saved().set(done.err());
        });
    }
}

/// What there is of a message that can't be built. Its fields are not encoded, so that a person can
/// read all of them; header fields end where a line would.
fn unfinished(draft: &Draft) -> Vec<u8> {
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        let value = value.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
        if !value.is_empty() {
            text.push_str(&format!("{name}: {value}\r\n"));
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
    text.push_str("X-Unsent: 1\r\nMIME-Version: 1.0\r\n");
    text.push_str("Content-Type: text/plain; charset=utf-8\r\n");
    text.push_str("Content-Transfer-Encoding: 8bit\r\n\r\n");
    let body = draft.raw.as_ref().unwrap_or(&draft.body);
    text.push_str(&body.replace("\r\n", "\n").replace('\n', "\r\n"));
    text.into_bytes()
}

/// Saves these segments as a file of this name.
pub(super) async fn save(name: &str, segments: &[Segment]) -> Result<(), EmlError> {
    let mut download = Download::new();
    for segment in segments {
        match segment {
            Segment::Octets(octets) => download.push(octets)?,
            Segment::Base64(file) => push_file(&mut download, file).await?,
        }
    }
    Ok(download.save(name)?)
}

async fn push_file(download: &mut Download, file: &StoredFile) -> Result<(), EmlError> {
    let mut start = 0;
    let mut text = Vec::new();
    while start < file.size {
        let end = file.size.min(start + SLICE);
        let octets = files::read(&file.id, start..end).await;
        let octets = octets.map_err(|_| EmlError::File(file.name.clone()))?;
        if octets.len() as u64 != end - start {
            return Err(EmlError::File(file.name.clone()));
        }
        text.clear();
        base64_lines(&octets, &mut text);
        download.push(&text)?;
        start = end;
    }
    Ok(())
}
