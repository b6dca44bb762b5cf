//! Answering a message of the inbox: a new draft that replies to it, or forwards it.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, Element, File, FilePropertyBag, HtmlElement};
use wire::Reading;

use super::format::usual_format;
use super::sender::sender;
use super::{ComposeStateStoreFields as _, ComposeStore, NotOpened, Opened};
use crate::accounts::Identity;
use crate::compose::PANE;
use crate::compose::addresses::decode_charset;
use crate::compose::answer::{Answer, Enclosed, Writer, answer};
use crate::compose::attachments::{Attachments, new_content_id, use_attachments};
use crate::compose::draft::{Draft, DraftStoreFields as _, Sender};
use crate::connection::Arrived;
use crate::i18n::{Locale, use_language};
use crate::inbox::{Answering, How};
use crate::ui::part::part;
use crate::ui::use_later;

/// Octets of an enclosed file in one piece. The browser takes each over before the next is copied.
const PIECE: usize = 1024 * 1024;

/// For how many frames it is tried to focus a field that has yet to be drawn.
const FRAMES: u32 = 600;

/// Opens a draft that answers a message.
type Open = fn(ComposeStore, Attachments, Locale, Answering<'_>);

part! { later:
    fn opens() -> Open {
        ComposeStore::answer
    }
}

impl ComposeStore {
    /// From now on messages of the inbox are answered here.
    pub(super) fn answer_messages(self) {
        let language = use_language();
        let attachments = use_attachments();
        // The inbox is of the same part, so it is there when a message is answered.
        let open = use_later().get(opens);
        self.inbox
            .on_answer(move |answering| match open.get_untracked() {
                Some(open) => open(self, attachments, language.get_untracked(), answering),
                None => {
                    let why = Opened::Not(NotOpened::NoAnswer);
                    self.state.opened().set(Some(why));
                }
            });
    }

    fn answer(self, attachments: Attachments, locale: Locale, answering: Answering<'_>) {
        let Answering {
            how,
            received,
            show,
        } = answering;
        let identities = untrack(|| self.identities.list());
        let mut mine: Vec<String> = identities.iter().map(|one| one.address.clone()).collect();
        if identities.is_empty() {
            // Then the person is who the draft that is shown is from.
            mine.push(self.draft.from().get_untracked());
        }
        let writer = Writer {
            mine: &mine,
            format: usual_format(),
            locale,
            decode: decode_charset,
            new_id: new_content_id,
        };
        let Answer {
            mut draft,
            sender,
            enclosed,
            lacks,
        } = answer(how, received, &writer);
        // The draft that is shown is put aside, unless nothing has been written in it.
        self.new_message();
        self.sign(&mut draft, sender.and_then(|at| identities.get(at)));
        self.edit(|| self.replace(draft));
        self.list_drafts();
        let notice = (!lacks.is_empty()).then_some(Opened::Answer(lacks));
        self.state.opened().set(notice);
        let message = &received.message;
        let files = enclosed.iter();
        let files: Vec<_> = files.filter_map(|file| as_file(message, file)).collect();
        if !files.is_empty() {
            attachments.attach_shown(files);
        }
        show.run(&PANE);
        self.focus_answer(how, document().active_element(), FRAMES);
    }

    /// Puts the caret where the person goes on: at the beginning of the text of a reply, and in To
    /// of what is forwarded. The field may have yet to be drawn, and an editor to be loaded; a
    /// person who goes elsewhere meanwhile (from `before`) stays there.
    fn focus_answer(self, how: How, before: Option<Element>, frames: u32) {
        let id = match how {
            How::Reply | How::ReplyAll => "message",
            How::Forward | How::Enclose => "to",
        };
        request_animation_frame(move || {
            let now = document().active_element();
            if now != before && now.is_some_and(|now| is_written_in(&now)) {
                return;
            }
            let field = document().get_element_by_id(id);
            let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) else {
                if frames > 0 {
                    self.focus_answer(how, before, frames - 1);
                }
                return;
            };
            field.focus().ok();
            let view = self.view.with_value(Clone::clone);
            if let Some(view) = view.filter(|_| id == "message") {
                view.select(0..0, true);
                field.set_scroll_top(0);
            }
        });
    }

    /// An answer is from the address that the message was written to, with all that belongs to it;
    /// else from the sender of any new message.
    fn sign(self, draft: &mut Draft, identity: Option<&Identity>) {
        if let Some(identity) = identity {
            self.identities.choose(identity);
            draft.take_sender(sender(self.identities, identity, ""));
            return;
        }
        let new = self.draft.get_untracked();
        draft.take_sender(Sender {
            from: new.from,
            reply_to: new.reply_to,
            signature: new.signature,
        });
    }
}

/// Something that is enclosed in a message, as a file. No more than a piece of it is in the page's
/// memory besides the message.
fn as_file(message: &Arc<Arrived>, enclosed: &Enclosed) -> Option<(String, File, Option<String>)> {
    let pieces = Array::new();
    let mut take = |octets: &[u8]| {
        for piece in octets.chunks(PIECE) {
            let piece = Array::of1(&Uint8Array::from(piece));
            if let Ok(blob) = Blob::new_with_u8_array_sequence(&piece) {
                pieces.push(&blob);
            }
        }
    };
    // One that could not be decoded can still be enclosed as a whole.
    let nothing = Reading::default();
    let reading = message.reading.as_deref().unwrap_or(&nothing);
    reading.octets(&message.raw, enclosed.at, &mut take).ok()?;
    let options = FilePropertyBag::new();
    options.set_type(&enclosed.media_type);
    let file = File::new_with_blob_sequence_and_options(&pieces, &enclosed.name, &options);
    Some((
        enclosed.name.clone(),
        file.ok()?,
        enclosed.content_id.clone(),
    ))
}

/// Whether a person writes in this element.
fn is_written_in(element: &Element) -> bool {
    let fields = "input, textarea, [contenteditable=true]";
    element.matches(fields).unwrap_or(false)
}
