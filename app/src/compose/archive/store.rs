//! Exporting and importing drafts.

use std::collections::{BTreeMap, BTreeSet};

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::tar::{self, BLOCK, Entry, Header};
use crate::compose::draft::Draft;
use crate::compose::drafts::{Head, Message, Write, Writer, database, now};
use crate::compose::shown_draft::number;
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore};
use crate::storage::{StoreError, files};
use crate::ui::download::Download;

/// What a file chooser offers.
#[must_use]
pub(in crate::compose) fn accept() -> &'static str {
    ".tar,application/x-tar"
}

/// A draft is not longer than this, in octets.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What became of an import or an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::compose) struct Imported {
    /// Drafts that are new here.
    pub added: usize,
    /// Drafts that were here already.
    pub known: usize,
    /// Entries that are no drafts, or could not be read.
    pub unreadable: usize,
    /// Files of drafts that the archive lacks, or that could not be read.
    pub missing: usize,
    /// The file is no such archive.
    pub foreign: bool,
    /// Why not all of it is stored.
    pub error: Option<StoreError>,
    /// It was an export, in which files are missing.
    pub export: bool,
}

/// A draft in an archive.
#[derive(Deserialize)]
struct Archived {
    id: String,
    draft: Draft,
    #[serde(default)]
    time: u64,
}

#[derive(Serialize)]
struct ArchivedRef<'a> {
    id: &'a str,
    time: u64,
    draft: &'a Draft,
}

impl ComposeStore {
    /// Saves all drafts and their files as one file.
    pub(in crate::compose) fn export_drafts(self) {
        self.state.imported().set(None);
        self.save();
        let shown = (self.shown_id(), self.draft_now());
        let mut unsaved: Vec<(String, Draft)> = self.left_drafts();
        if !shown.1.is_blank() {
            unsaved.push(shown);
        }
        spawn_local(async move {
            let done = export(unsaved).await;
            let failed = done.error.is_some() || done.missing > 0;
            self.state.imported().set(failed.then_some(done));
        });
    }

    /// Adds the drafts of such a file. What is broken in it is left out, and said.
    pub(in crate::compose) fn import_drafts(self, archive: Blob) {
        self.state.imported().set(None);
        // What has just been typed here is no other text than what the archive may have.
        self.save();
        spawn_local(async move {
            let (done, heads) = import(&archive).await;
            for head in heads {
                self.post(&Message::Changed {
                    id: head.id.clone(),
                    revision: head.revision,
                });
                self.note_head(head);
            }
            self.list_drafts();
            self.state.imported().set(Some(done));
        });
    }
}

async fn export(unsaved: Vec<(String, Draft)>) -> Imported {
    let mut done = Imported {
        export: true,
        ..Imported::default()
    };
    if let Err(error) = export_into(unsaved, &mut done).await {
        done.error = Some(error);
    }
    done
}

async fn export_into(unsaved: Vec<(String, Draft)>, done: &mut Imported) -> Result<(), StoreError> {
    let mut archive = Download::new();
    let mut keys = BTreeSet::new();
    let heads = database::heads().await;
    // Where the database can't be read, there is still what is on the screen.
    done.error = heads.as_ref().err().copied();
    let heads = heads.unwrap_or_default().into_iter();
    let here: BTreeMap<String, Draft> = unsaved.into_iter().collect();
    let stored = heads.filter(|head| head.deleted.is_none() && !here.contains_key(&head.id));
    let stored: Vec<Head> = stored.collect();
    for (id, draft) in &here {
        push_draft(&mut archive, id, now(), draft, &mut keys)?;
    }
    for head in stored {
        match database::get(&head.id).await? {
            Some(stored) => {
                push_draft(&mut archive, &head.id, head.time, &stored.draft, &mut keys)?;
            }
            None => done.missing += 1,
        }
    }
    for key in keys {
        match files::blob(&key).await {
            Ok(file) => push_file(&mut archive, &key, &file)?,
            Err(_) => done.missing += 1,
        }
    }
    archive.push(&tar::END).map_err(|_| StoreError::Full)?;
    archive
        .save("glasspost-drafts.tar")
        .map_err(|_| StoreError::Full)
}

fn push_draft(
    archive: &mut Download,
    id: &str,
    time: u64,
    draft: &Draft,
    keys: &mut BTreeSet<String>,
) -> Result<(), StoreError> {
    keys.extend(draft.attachments.iter().map(|one| one.file.clone()));
    let text = serde_json::to_string_pretty(&ArchivedRef { id, time, draft });
    let text = text.map_err(|_| StoreError::Failed)?;
    // Ids of earlier versions of the page may be anything.
    let name = format!("drafts/{:016x}.json", number(id));
    push_header(archive, name, text.len() as u64, time)?;
    archive
        .push(text.as_bytes())
        .map_err(|_| StoreError::Full)?;
    push_padding(archive, text.len() as u64)
}

fn push_file(archive: &mut Download, key: &str, file: &Blob) -> Result<(), StoreError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number"
    )]
    let size = file.size() as u64;
    push_header(archive, format!("files/{key}"), size, now())?;
    archive.push_blob(file);
    push_padding(archive, size)
}

fn push_header(
    archive: &mut Download,
    name: String,
    size: u64,
    time: u64,
) -> Result<(), StoreError> {
    let header = tar::header(&Entry { name, size }, time / 1000).ok_or(StoreError::Failed)?;
    archive.push(&header).map_err(|_| StoreError::Full)
}

fn push_padding(archive: &mut Download, size: u64) -> Result<(), StoreError> {
    let zeros = [0; BLOCK as usize];
    let padding = tar::padding(size);
    #[expect(clippy::cast_possible_truncation, reason = "it is less than a block")]
    let padding = &zeros[..padding as usize];
    archive.push(padding).map_err(|_| StoreError::Full)
}

/// The content of an archive: where each file of it is.
#[derive(Default)]
struct Content {
    drafts: Vec<Archived>,
    files: BTreeMap<String, Blob>,
    unreadable: usize,
    /// It does not begin as an archive does.
    foreign: bool,
}

async fn import(archive: &Blob) -> (Imported, Vec<Head>) {
    let content = read(archive).await;
    let mut done = Imported {
        unreadable: content.unreadable,
        foreign: content.foreign,
        ..Imported::default()
    };
    let mut heads = Vec::new();
    let mut known: BTreeSet<String> = match database::heads().await {
        Ok(heads) => heads.into_iter().map(|head| head.id).collect(),
        Err(error) => {
            done.error = Some(error);
            return (done, heads);
        }
    };
    for archived in &content.drafts {
        match add(archived, &content, &mut known, &mut done).await {
            Ok(head) => heads.push(head),
            Err(error) => {
                done.error = Some(error);
                break;
            }
        }
    }
    (done, heads)
}

async fn add(
    archived: &Archived,
    content: &Content,
    known: &mut BTreeSet<String>,
    done: &mut Imported,
) -> Result<Head, StoreError> {
    // The files first: no draft names one that is not there.
    for attachment in &archived.draft.attachments {
        let key = &attachment.file;
        if files::blob(key).await.is_ok() {
            continue;
        }
        match content.files.get(key) {
            Some(file) => match files::add(key, file).await {
                Err(StoreError::Unreadable) => done.missing += 1,
                other => other?,
            },
            None => done.missing += 1,
        }
    }
    let text = serde_json::to_string(&archived.draft).map_err(|_| StoreError::Failed)?;
    let mark = format!("{:016x}", number(&text));
    let write = Write {
        id: archived.id.clone(),
        base: 0,
        by: Writer {
            page: format!("import.{mark}"),
            edits: 1,
        },
        own_id: format!("{:016x}-{mark}", number(&archived.id)),
        draft: archived.draft.clone(),
        time: archived.time.min(now()),
        deleted: None,
    };
    let (head, _) = database::store(write).await?;
    if known.insert(head.id.clone()) {
        done.added += 1;
        return Ok(head);
    }
    if head.deleted.is_some()
        && let Some(head) = database::mark(&head.id, None).await?
    {
        done.added += 1;
        return Ok(head);
    }
    done.known += 1;
    Ok(head)
}

async fn read(archive: &Blob) -> Content {
    let mut content = Content::default();
    let mut at = 0;
    loop {
        let header = octets(archive, at, BLOCK).await;
        let header = header.as_deref().and_then(tar::read);
        let size = match header {
            Some(Header::File(entry)) => {
                read_entry(archive, at + BLOCK, &entry, &mut content).await;
                entry.size
            }
            Some(Header::Other(size)) => size,
            Some(Header::End) => break,
            None => {
                content.foreign = at == 0;
                // The rest can't be read. An archive that was cut off has no end.
                content.unreadable += usize::from(at > 0);
                break;
            }
        };
        at += BLOCK + size + tar::padding(size);
    }
    content
}

async fn read_entry(archive: &Blob, at: u64, entry: &Entry, content: &mut Content) {
    if let Some(key) = entry.name.strip_prefix("files/") {
        // A file that was cut off is missing.
        if let Some(file) = slice(archive, at, entry.size) {
            content.files.insert(key.to_owned(), file);
        }
    } else if entry.name.starts_with("drafts/") {
        let text = if entry.size <= LONGEST {
            octets(archive, at, entry.size).await
        } else {
            None
        };
        match text.and_then(|text| serde_json::from_slice::<Archived>(&text).ok()) {
            Some(draft) if !draft.id.is_empty() => content.drafts.push(draft),
            _ => content.unreadable += 1,
        }
    }
}

/// A part of a file, not read. None: the file ends before.
fn slice(file: &Blob, at: u64, size: u64) -> Option<Blob> {
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 octets")]
    let (start, end) = (at as f64, (at + size) as f64);
    if end > file.size() {
        return None;
    }
    file.slice_with_f64_and_f64(start, end).ok()
}

async fn octets(file: &Blob, at: u64, size: u64) -> Option<Vec<u8>> {
    let slice = slice(file, at, size)?;
    let octets = JsFuture::from(slice.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&octets).to_vec())
}
