//! Saves what was sent as files.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;

use super::model::{Details, Sent};
use super::records;
use super::store::HistoryStore;
use crate::compose::save_segments;
use crate::i18n::Locale;
use crate::submission::transcript;
use crate::ui::download::{Download, NotSaved, save};
use crate::ui::file_name::titled;

/// One in the file with all of them.
#[derive(Serialize)]
struct Exported<'a> {
    #[serde(flatten)]
    sent: &'a Sent,
    details: Option<&'a Details>,
}

impl HistoryStore {
    /// Saves the message as it was sent.
    pub(super) fn save_message(self, details: &Arc<Details>, title: &str) {
        let name = titled(title, ".eml", "message");
        let segments = details.segments().unwrap_or_default();
        spawn_local(async move {
            let saved = save_segments(&name, &segments).await;
            self.not_saved.set(!saved);
        });
    }

    /// Saves the transcript as a text file.
    pub(super) fn save_transcript(self, details: &Details, title: &str, locale: Locale) {
        let text = transcript(&details.entries, locale);
        let name = titled(title, ".txt", "transcript");
        self.not_saved.set(save(&name, text.as_bytes()).is_err());
    }

    /// Saves all that are listed as one file, in JSON. They are in memory one after the other.
    pub(super) fn export_listed(self) {
        let listed = untrack(|| self.listed());
        spawn_local(async move {
            self.not_saved.set(export(listed).await.is_err());
        });
    }
}

async fn export(listed: Vec<Sent>) -> Result<(), NotSaved> {
    let mut file = Download::new();
    file.push(b"[")?;
    for (at, sent) in listed.iter().enumerate() {
        let details = records::details(&sent.id).await.map_err(|_| NotSaved)?;
        let exported = Exported {
            sent,
            details: details.as_ref(),
        };
        let text = serde_json::to_string(&exported).map_err(|_| NotSaved)?;
        file.push(if at == 0 { b"\n" } else { b",\n" })?;
        file.push(text.as_bytes())?;
    }
    file.push(b"\n]\n")?;
    file.save("glasspost-history.json")
}
