//! Opening a message from an .eml file as a new draft.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FilePropertyBag};

use super::invitation::define_zone;
use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::answer::Lack;
use crate::compose::attachments::Attachments;
use crate::compose::draft::DraftStoreFields as _;
use crate::compose::import::{ImportedFile, LARGEST, LeftOut, read_message, take_invitation};

/// The largest message that can be edited as its source, in bytes. A text field becomes slow with
/// more.
const LARGEST_SOURCE: usize = 2 * 1024 * 1024;

/// What is to be said about a message that was opened from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) enum Opened {
    /// It could not be opened.
    Not(NotOpened),
    /// An answer does not have all of the message.
    Answer(Vec<Lack>),
    /// The draft does not hold all of it.
    InPart {
        /// What it does not hold.
        left_out: Vec<LeftOut>,
        /// The whole source, lines ended by LF, if it can be edited as text.
        source: Option<Arc<str>>,
    },
}

/// Why a message was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compose) enum NotOpened {
    /// It is larger than [`LARGEST`].
    TooLarge,
    /// The browser could not read the file.
    Unreadable,
    /// It is no message.
    NoMessage,
    /// The code that reads messages could not be loaded.
    NotLoaded,
    /// The code that answers messages has not been loaded.
    NoAnswer,
}

impl ComposeStore {
    /// Opens a message as a new draft. What the draft can't hold is said.
    pub(in crate::compose) fn open_message(self, attachments: Attachments, file: File) {
        self.state.opened().set(None);
        spawn_local(async move {
            let opened = match self.read_into_draft(attachments, &file).await {
                Ok(opened) => opened,
                Err(why) => Some(Opened::Not(why)),
            };
            self.state.opened().set(opened);
        });
    }

    async fn read_into_draft(
        self,
        attachments: Attachments,
        file: &File,
    ) -> Result<Option<Opened>, NotOpened> {
        #[expect(clippy::cast_precision_loss, reason = "it is a small number")]
        if file.size() > LARGEST as f64 {
            return Err(NotOpened::TooLarge);
        }
        let octets = JsFuture::from(file.array_buffer()).await;
        let octets = octets.map_err(|_| NotOpened::Unreadable)?;
        let octets = Uint8Array::new(&octets).to_vec();
        let source = editable(&octets);
        let imported = read_message(octets).await;
        let imported = imported.map_err(|_| NotOpened::NotLoaded)?;
        let mut imported = imported.ok_or(NotOpened::NoMessage)?;
        take_invitation(&mut imported);
        self.new_message();
        let mut draft = imported.draft;
        if let Some(invitation) = &mut draft.invitation {
            define_zone(invitation);
        }
        if draft.from.is_empty() {
            draft.from = self.draft.from().get_untracked();
        }
        self.edit(|| self.replace(draft));
        let files: Vec<_> = imported.files.iter().filter_map(as_file).collect();
        if !files.is_empty() {
            attachments.attach_shown(files);
        }
        let left_out = imported.left_out;
        Ok((!left_out.is_empty()).then_some(Opened::InPart { left_out, source }))
    }

    /// Edits the source of the message that was opened, instead of the fields made of it.
    pub(in crate::compose) fn edit_opened_source(self) {
        if let Some(Opened::InPart {
            source: Some(source),
            ..
        }) = self.state.opened().get_untracked()
        {
            self.edit(|| {
                self.draft.attachments().set(Vec::new());
                self.draft.raw().set(Some(source.to_string()));
            });
        }
        self.state.opened().set(None);
    }
}

/// A message as text to edit. None: it is too large, or not UTF-8, so that editing it as text would
/// change it.
fn editable(octets: &[u8]) -> Option<Arc<str>> {
    let text = std::str::from_utf8(octets).ok()?;
    let fits = text.len() <= LARGEST_SOURCE;
    fits.then(|| text.replace("\r\n", "\n").replace('\r', "\n").into())
}

fn as_file(file: &ImportedFile) -> Option<(String, File, Option<String>)> {
    let options = FilePropertyBag::new();
    options.set_type(&file.media_type);
    let octets = Array::of1(&Uint8Array::from(file.octets.as_slice()));
    let made = File::new_with_u8_array_sequence_and_options(&octets, &file.name, &options);
    Some((file.name.clone(), made.ok()?, file.content_id.clone()))
}
