//! The buttons that send the draft, its size, and when it was saved.

use leptos::prelude::*;
use smtp::SendMode;
use wasm_bindgen::JsCast;

use super::attachments::SizeBar;
use super::draft::Place;
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::i18n::{Locale, use_language};
use crate::submission::{self, SubmissionStore, use_submission};
use crate::ui::{Glyph, Icon, Pane, show_pane};

/// Sends the draft, or puts the focus into the first field with a problem.
#[derive(Clone, Copy)]
pub(super) struct Sender {
    compose: ComposeStore,
    submission: SubmissionStore,
    show: Callback<&'static Pane>,
}

impl Sender {
    /// Called in a component; the result can be kept for its handlers.
    pub(super) fn new() -> Sender {
        Sender {
            compose: use_compose(),
            submission: use_submission(),
            show: show_pane(),
        }
    }

    /// Sends the draft and shows the pane of the submission; or puts the focus into the first field
    /// with a problem. `source_shown`: exactly the octets that the source shows are sent.
    pub(super) fn send(self, mode: SendMode, source_shown: bool) {
        if self.compose.send(self.submission, mode, !source_shown) {
            return self.show.run(&submission::PANE);
        }
        let problems = self.compose.state.problems();
        let first = problems.with_untracked(|problems| problems.first().map(|first| first.place));
        let id = match first {
            None => return,
            Some(Place::From) => "from",
            Some(Place::ReplyTo) => "reply-to",
            Some(Place::To) => "to",
            Some(Place::Cc) => "cc",
            Some(Place::Bcc) => "bcc",
            Some(Place::Subject) => "subject",
            Some(Place::Message) if untrack(|| self.compose.is_raw()) => "raw",
            Some(Place::Message) => "message",
        };
        if let Some(field) = document().get_element_by_id(id)
            && let Ok(field) = field.dyn_into::<web_sys::HtmlElement>()
        {
            field.focus().ok();
        }
    }
}

/// The buttons that send the draft, its size, and when it was saved.
#[component]
#[must_use]
pub(super) fn Footer(
    /// What sends it.
    sender: Sender,
    /// Whether the source is shown.
    source: RwSignal<bool>,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let saved = move || {
        compose
            .state
            .saved_at()
            .get()
            .map_or_else(String::new, |at| language.get().draft_saved(at))
    };
    let cannot = move || !sender.submission.can_send();
    view! {
        <div class="send">
            <button type="button" class="btn primary" disabled=cannot
                on:click=move |_| sender.send(SendMode::Run, source.get_untracked())>
                <Icon glyph=Glyph::Play/>{language.words(Locale::send)}
                " "<kbd aria-hidden="true">"Ctrl ⏎"</kbd>
            </button>
            <button type="button" class="btn" disabled=cannot
                on:click=move |_| sender.send(SendMode::Step, source.get_untracked())>
                <Icon glyph=Glyph::Step/>{language.words(Locale::step_through)}
            </button>
            <div class="quiet">
                <div class="size-line"><SizeBar/></div>
                <span>{saved}</span>
            </div>
        </div>
    }
}
