//! The draft being written, and what a person does with it.

mod answer;
mod drafts;
mod events;
mod format;
mod invitation;
mod open;
mod rows;
mod saving;
mod sender;
mod source;

use js_sys::Date;
use leptos::prelude::*;
use reactive_stores::{Field, Store, Subfield};
use smtp::SendMode;

use self::format::LeftFormat;
pub(super) use self::open::{NotOpened, Opened};
use self::saving::Saving;
use self::source::LeftSource;
use super::addresses::Chips;
use super::archive::Imported;
use super::attachments::Attachments;
use super::body::Shown;
use super::checks::Asking;
use super::draft::{
    Attachment, Draft, DraftStoreFields, HeaderFault, MessageStamp, Moment, Options, Place,
    Problem, Unfinished, UnfinishedStoreFields, Wrong, finish_addresses,
};
use super::drafts::{Access, DraftNotice, Head, loaded};
use super::eml::EmlError;
use super::find::Find;
use super::parts::{Parts, parts_of};
use super::rail::DraftRow;
use super::templates::Templates;
use crate::accounts::{IdentitiesStore, use_identities};
use crate::contacts::{ContactsStore, use_contacts};
use crate::i18n::{Locale, use_language};
use crate::inbox::{InboxStore, use_inbox};
use crate::storage::StoreError;
use crate::submission::{About, Message, SubmissionStore};
use crate::ui::{OnDemand, dom};

#[derive(Store)]
pub(super) struct ComposeState {
    /// The message being written.
    draft: Draft,
    /// Counts the drafts that were shown in place of another.
    shown: u32,
    /// Counts the changes of the body other than by typing in its field.
    text_set: u32,
    /// Whether the options are shown.
    options_shown: bool,
    /// The problems that the last attempt to send found. The next change removes them.
    problems: Vec<Problem>,
    /// The date and Message-ID that the draft would be sent with.
    stamp: MessageStamp,
    /// The drafts that are stored.
    heads: Vec<Head>,
    /// The drafts that are kept besides it, the one to bring back first.
    others: Vec<DraftRow>,
    /// The drafts that were deleted and can be restored, the last one first.
    deleted: Vec<DraftRow>,
    /// The number of the draft that is shown, or will be when it is read.
    shown_number: u64,
    /// What was searched for in the whole texts of drafts, and the ids of those that have it.
    found: (String, Vec<String>),
    /// Who may write to it.
    access: Access,
    /// How many times a change was refused because another tab writes to the draft.
    refused: u32,
    /// Something about drafts that the person should know.
    notice: Option<DraftNotice>,
    /// Why what is written here is not stored, while it can't be.
    unsaved: Option<StoreError>,
    /// Why something could not be read or deleted.
    unread: Option<StoreError>,
    /// What became of an export or import of drafts, where the person should know.
    imported: Option<Imported>,
    /// The source that was left for the fields.
    left_source: Option<LeftSource>,
    /// The format that was left last, where something was lost by that.
    left_format: Option<LeftFormat>,
    /// What is to be said about the message that was opened last from a file.
    opened: Option<Opened>,
    /// The `mailto:` link that the draft is to be written as, until it is.
    link: Option<String>,
    /// Why a copy of the message could not be saved as a file.
    not_saved: Option<EmlError>,
    /// When the draft was last saved; None while it has changes that are not, or can't be.
    saved_at: Option<String>,
}

/// A field of the draft.
pub(super) type DraftField<T> = Subfield<Field<Draft>, Draft, T>;

/// What is being typed in a field of addresses.
type UnfinishedField = Subfield<DraftField<Unfinished>, Unfinished, String>;

/// The fields of addresses.
const ADDRESSES: [Place; 3] = [Place::To, Place::Cc, Place::Bcc];

/// The draft being written. Copies are the same draft.
#[derive(Clone, Copy)]
pub(super) struct ComposeStore {
    pub(super) state: Store<ComposeState>,
    draft: Field<Draft>,
    parts: ReadSignal<Option<Parts>>,
    /// What reads Markdown.
    markdown: OnDemand,
    /// The field of the text, while it is on the screen.
    pub(super) view: Shown,
    saving: Saving,
    identities: IdentitiesStore,
    contacts: ContactsStore,
    inbox: InboxStore,
}

impl ComposeStore {
    /// Provides the draft to all components below, and keeps it for as long as the page lives.
    pub(super) fn provide() {
        let sample = match use_language().get_untracked() {
            Locale::Ko => Draft::sample_ko(),
            Locale::En => Draft::sample_en(),
        };
        let mut loaded = loaded();
        let (saving, mut draft) = Saving::open(&mut loaded, sample);
        sender::resume(use_identities(), &mut draft);
        let state = Store::new(ComposeState {
            draft,
            shown: 0,
            text_set: 0,
            options_shown: false,
            problems: Vec::new(),
            stamp: stamp(),
            heads: std::mem::take(&mut loaded.heads),
            others: Vec::new(),
            deleted: Vec::new(),
            shown_number: 0,
            found: Default::default(),
            access: Access::default(),
            refused: 0,
            notice: None,
            unsaved: None,
            unread: None,
            imported: None,
            left_source: None,
            left_format: None,
            opened: None,
            link: None,
            not_saved: None,
            saved_at: None,
        });
        let draft = state.draft().into();
        let compose = ComposeStore {
            state,
            draft,
            parts: parts_of(draft),
            markdown: OnDemand::new(),
            view: StoredValue::new_local(None),
            saving,
            identities: use_identities(),
            contacts: use_contacts(),
            inbox: use_inbox(),
        };
        provide_context(compose);
        Attachments::provide(compose);
        Chips::provide(compose);
        Templates::provide(compose);
        Find::provide();
        compose.answer_messages();
        Asking::provide();
        compose.keep_drafts(&loaded);
        compose.follow_format();
    }

    /// A field of one line, or the body. The subject for the fields of addresses.
    pub(super) fn text(self, place: Place) -> DraftField<String> {
        match place {
            Place::From => self.draft.from(),
            Place::ReplyTo => self.draft.reply_to(),
            Place::Message => self.draft.body(),
            _ => self.draft.subject(),
        }
    }

    /// The files that go with the draft.
    pub(super) fn attachments(self) -> DraftField<Vec<Attachment>> {
        self.draft.attachments()
    }

    /// What the draft asks for besides its text.
    pub(super) fn options(self) -> DraftField<Options> {
        self.draft.options()
    }

    /// What keeps this header field of the sender's own from being sent. Follows the draft.
    pub(super) fn header_fault(self, at: usize) -> Option<HeaderFault> {
        let thread = self.draft.thread();
        self.options()
            .with(|options| options.fault(at, &thread.read()))
    }

    /// Whether the last attempt to send found a problem in this header field. Follows it.
    pub(super) fn header_problem(self, at: usize) -> bool {
        let here = |problem: &Problem| problem.place == Place::OwnHeader(at);
        self.state
            .problems()
            .with(|problems| problems.iter().any(here))
    }

    /// The body was changed other than by typing in its field, which is to show it.
    pub(super) fn text_changed(self) {
        self.state.text_set().update(|times| *times += 1);
    }

    /// The list of a field of addresses. To for the fields that have none.
    pub(super) fn list(self, place: Place) -> DraftField<Vec<String>> {
        match place {
            Place::Cc => self.draft.cc(),
            Place::Bcc => self.draft.bcc(),
            _ => self.draft.to(),
        }
    }

    /// What is being typed in a field of addresses.
    pub(super) fn unfinished(self, place: Place) -> UnfinishedField {
        let unfinished = self.draft.unfinished();
        match place {
            Place::Cc => unfinished.cc(),
            Place::Bcc => unfinished.bcc(),
            _ => unfinished.to(),
        }
    }

    /// Whether anything has been written in this field of addresses.
    pub(super) fn has_addresses(self, place: Place) -> bool {
        let list = self.list(place).with(|list| !list.is_empty());
        list || self.unfinished(place).with(|text| !text.is_empty())
    }

    /// A person has typed in a field of one line, or in the body.
    pub(super) fn type_text(self, place: Place, text: String) {
        self.edit(|| self.text(place).set(text));
    }

    /// A person has typed in a field of addresses.
    pub(super) fn type_address(self, place: Place, text: String) {
        self.edit(|| self.unfinished(place).set(text));
    }

    /// Changes a field of addresses: its list, and what is being typed there.
    pub(super) fn edit_addresses(
        self,
        place: Place,
        change: impl FnOnce(&mut Vec<String>, &mut String),
    ) {
        self.edit(|| {
            let mut list = self.list(place).get_untracked();
            let mut unfinished = self.unfinished(place).get_untracked();
            change(&mut list, &mut unfinished);
            self.list(place).set(list);
            self.unfinished(place).set(unfinished);
        });
    }

    /// Makes addresses of everything that is being typed in the fields of addresses.
    pub(super) fn finish_addresses(self) {
        for place in ADDRESSES {
            if self
                .unfinished(place)
                .with_untracked(|text| !text.is_empty())
            {
                self.edit_addresses(place, finish_addresses);
            }
        }
    }

    /// The draft has changed: its problems and the time of saving are no longer those of the text
    /// that is shown.
    fn changed(self) {
        if self
            .state
            .problems()
            .with_untracked(|problems| !problems.is_empty())
        {
            self.state.problems().set(Vec::new());
        }
        if self.state.saved_at().with_untracked(Option::is_some) {
            self.state.saved_at().set(None);
        }
        self.state.stamp().set(stamp());
    }

    /// The draft. Follows it.
    pub(super) fn draft(self) -> Draft {
        self.draft.get()
    }

    /// The draft, as it is now.
    pub(super) fn draft_now(self) -> Draft {
        self.draft.get_untracked()
    }

    /// What to call the draft, as it is now.
    pub(super) fn title(self) -> String {
        self.draft.with_untracked(Draft::title)
    }

    /// The size of the message as it would be sent now, in octets. None: a field has a problem, or
    /// the code that makes the message is not there yet.
    pub(super) fn size(self) -> Option<u64> {
        let parts = self.parts.get().filter(|_| self.reads_format())?;
        parts.size(&self.state.stamp().get())
    }

    /// Whether the code that makes messages of this format is there. Follows it.
    pub(super) fn makes_messages(self) -> bool {
        self.parts.with(Option::is_some) && self.reads_format()
    }

    /// The message as it would be sent now. Follows the draft.
    ///
    /// # Errors
    /// The problems of its fields.
    pub(super) fn message(self) -> Result<Message, Vec<Problem>> {
        let Some(parts) = self.parts.get().filter(|_| self.reads_format()) else {
            return Err(vec![Problem {
                place: Place::Message,
                what: Wrong::NotLoaded,
            }]);
        };
        parts.message(&self.state.stamp().get())
    }

    /// The message as it is to be sent. `fresh`: dated now, rather than as it has just been shown.
    /// None: the problems say why it can't be sent, or another tab writes to it.
    pub(super) fn finished(self, fresh: bool) -> Option<Message> {
        if !untrack(|| self.writes()) {
            return None;
        }
        if fresh {
            self.state.stamp().set(stamp());
        }
        self.finish_addresses();
        match untrack(|| self.message()) {
            Ok(message) => Some(message),
            Err(problems) => {
                self.state.problems().set(problems);
                None
            }
        }
    }

    /// Sends the message that is finished. Whether it is sent; if not, the problems say why.
    pub(super) fn send(
        self,
        message: Message,
        submission: SubmissionStore,
        mode: SendMode,
    ) -> bool {
        if !untrack(|| submission.can_send()) {
            return false;
        }
        self.save();
        let about = self.draft.with_untracked(about);
        if submission.send(message, mode, about).is_err() {
            self.state.problems().set(vec![Problem {
                place: Place::To,
                what: Wrong::TooLong,
            }]);
            return false;
        }
        self.has_sent(&self.draft_now());
        self.new_stamp();
        true
    }

    /// The next message that is sent is another one, with a Message-ID of its own.
    pub(super) fn new_stamp(self) {
        self.state.stamp().set(stamp());
    }
}

/// The draft being written, from any component of this feature.
pub(super) fn use_compose() -> ComposeStore {
    expect_context()
}

/// What a message was made of, as the records of what was sent have it.
pub fn about(draft: &Draft) -> About {
    About {
        draft: serde_json::to_string(draft).unwrap_or_default(),
        batch: String::new(),
    }
}

/// The time now, and a new Message-ID.
pub fn stamp() -> MessageStamp {
    // JavaScript counts the minutes from local time to UTC.
    #[expect(clippy::cast_possible_truncation, reason = "a day has 1440 minutes")]
    let offset_minutes = -(Date::new_0().get_timezone_offset() as i32);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 fit an i64"
    )]
    let unix_ms = Date::now() as i64;
    MessageStamp {
        moment: Moment {
            unix_ms,
            offset_minutes,
        },
        random: dom::random(),
    }
}
