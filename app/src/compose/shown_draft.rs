//! The draft that is shown, as the browser's history names it.

use leptos::prelude::*;

use super::draft::{BodyFormat, Draft};
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};

/// The draft that is shown. Copies are the same.
#[derive(Clone, Copy)]
pub struct ShownDraft(ComposeStore);

impl ShownDraft {
    /// The number of the draft that is shown, or will be when it is read. Follows it.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0.state.shown_number().get()
    }

    /// Whether there is a draft of this number.
    #[must_use]
    pub fn has(self, number: u64) -> bool {
        self.0.numbered(number).is_some()
    }

    /// Begins a message as a `mailto:` link says.
    pub fn write_to(self, link: String) {
        self.0.new_message();
        self.0.state.link().set(Some(link));
    }

    /// The text that is shown. Addresses that are being typed are taken for finished.
    #[must_use]
    pub fn finished(self) -> Draft {
        self.0.finish_addresses();
        self.0.draft_now()
    }

    /// Loads what makes a message of a draft in this format. Whether it is there.
    pub async fn prepare(self, format: BodyFormat) -> bool {
        format != BodyFormat::Markdown || self.0.read_markdown().await.is_ok()
    }

    /// Shows this text as a new draft. The one shown is put aside.
    pub fn open_new(self, draft: Draft) {
        self.0.open_as_new(draft);
    }

    /// Shows the draft of this number, if there is one and it is another.
    pub fn open(self, number: u64) {
        if self.0.state.shown_number().get_untracked() == number {
            return;
        }
        if let Some(id) = self.0.numbered(number) {
            self.0.open_draft(&id);
        }
    }
}

/// The draft that is shown, from any component.
#[must_use]
pub fn use_shown_draft() -> ShownDraft {
    ShownDraft(use_compose())
}

/// The number of a draft: of its id, FNV-1a with 64 bits.
#[must_use]
pub(super) fn number(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
