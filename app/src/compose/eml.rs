//! A message saved as an .eml file: exactly the octets that would be sent.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::{Draft, copy, plain_copy, shown_name};
use super::store::{ComposeStateStoreFields as _, ComposeStore, stamp};
use crate::connection::{SLICE, Segment, StoredFile, base64_lines};
use crate::storage::files;
use crate::ui::download::{Download, NotSaved};
use crate::ui::file_name::titled;
use crate::ui::part::part;

/// Why a message is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EmlError {
    /// The browser could not create the file.
    NotSaved,
    /// A file of the message can't be read.
    File(String),
    /// It was saved, but without these files, which can't be read.
    Without(Vec<String>),
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

    /// Saves what there is of the message, finished or not: fields with a problem are saved as they
    /// were typed, and files that can't be read are left out. So are all files where the code that
    /// makes the message can't be loaded.
    pub(super) fn save_copy(self) {
        let name = titled(&self.title(), ".eml", "message");
        let draft = self.draft_now();
        spawn_local(async move {
            if save_with_files(self, name.clone(), draft.clone())
                .await
                .is_ok()
            {
                return;
            }
            let names: Vec<_> = draft
                .attachments
                .iter()
                .map(|file| file.name.clone())
                .collect();
            let done = match save(&name, &[Segment::Octets(plain_copy(&draft))]).await {
                Ok(()) if !names.is_empty() => Err(EmlError::Without(names)),
                done => done,
            };
            self.state.not_saved().set(done.err());
        });
    }
}

part! { later:
    fn save_with_files(compose: ComposeStore, name: String, draft: Draft) -> () {
        let message = untrack(|| compose.message()).ok();
        spawn_local(async move {
            // Without a message, or with a file that can't be read, there is a copy all the same.
            let whole = match &message {
                Some(message) => save(&name, &message.segments).await,
                None => save_readable(&name, &draft).await,
            };
            let done = match whole {
                Err(EmlError::File(_)) if message.is_some() => save_readable(&name, &draft).await,
                done => done,
            };
            compose.state.not_saved().set(done.err());
        });
    }
}

/// Saves what there is of a message, without the files that can't be read.
async fn save_readable(name: &str, draft: &Draft) -> Result<(), EmlError> {
    let mut files = draft.attachments.clone();
    let mut without = Vec::new();
    loop {
        let unreadable = match save(name, &copy(draft, &files, &stamp())).await {
            Err(EmlError::File(unreadable)) => unreadable,
            Err(error) => return Err(error),
            Ok(()) if without.is_empty() => return Ok(()),
            Ok(()) => return Err(EmlError::Without(without)),
        };
        let at = files.iter().position(|file| shown_name(file) == unreadable);
        let at = at.ok_or(EmlError::File(unreadable))?;
        without.push(files.remove(at).name);
    }
}

/// Saves these segments as a file of this name. Whether it is saved.
pub async fn save_segments(name: &str, segments: &[Segment]) -> bool {
    save(name, segments).await.is_ok()
}

/// Saves these segments as a file of this name.
pub(super) async fn save(name: &str, segments: &[Segment]) -> Result<(), EmlError> {
    let mut download = Download::new();
    for segment in segments {
        match segment {
            Segment::Octets(octets) => download.push(octets)?,
            Segment::Base64(file) => push_file(&mut download, file, true).await?,
            Segment::AsIs(file) => push_file(&mut download, file, false).await?,
        }
    }
    Ok(download.save(name)?)
}

/// Appends a file, in base64 or as it is.
async fn push_file(
    download: &mut Download,
    file: &StoredFile,
    encoded: bool,
) -> Result<(), EmlError> {
    let mut start = 0;
    let mut text = Vec::new();
    while start < file.size {
        let end = file.size.min(start + SLICE);
        let octets = files::read(&file.id, start..end).await;
        let octets = octets.map_err(|_| EmlError::File(file.name.clone()))?;
        if octets.len() as u64 != end - start {
            return Err(EmlError::File(file.name.clone()));
        }
        if encoded {
            text.clear();
            base64_lines(&octets, &mut text);
            download.push(&text)?;
        } else {
            download.push(&octets)?;
        }
        start = end;
    }
    Ok(())
}
