//! The buttons that send the draft, its size, and when it was saved.

use leptos::prelude::*;
use smtp::SendMode;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::attachments::SizeBar;
use super::checks::{Asking, use_asking};
use super::draft::Place;
use super::held::{HeldStore, SendMenu, use_held};
use super::options;
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::commands::mark;
use crate::commands::table::{SEND, STEP};
use crate::i18n::{Locale, use_language};
use crate::submission::{self, SubmissionStore, use_submission};
use crate::ui::dom::focus_first;
use crate::ui::part::{View, at_once_or_soon, part};
use crate::ui::{Glyph, Icon, Later, LaterPart, Pane, show_pane, use_later};

/// How a draft is to be sent, and which: see `ComposeState::shown`.
#[derive(Clone, Copy)]
struct Waiting {
    mode: SendMode,
    source_shown: bool,
    /// When, in milliseconds since 1970. None: now.
    due: Option<u64>,
    shown: u32,
}

/// Sends the draft, or puts the focus into the first field with a problem.
#[derive(Clone, Copy)]
pub(super) struct Sender {
    compose: ComposeStore,
    submission: SubmissionStore,
    asking: Asking,
    held: HeldStore,
    later: LaterPart,
    /// What is sent when the part `later` is there.
    waiting: RwSignal<Option<Waiting>>,
    /// Whether something has waited for it.
    waited: RwSignal<bool>,
    show: Callback<&'static Pane>,
}

impl Sender {
    /// Called in a component; the result can be kept for its handlers.
    pub(super) fn new() -> Sender {
        let sender = Sender {
            compose: use_compose(),
            submission: use_submission(),
            asking: use_asking(),
            held: use_held(),
            later: use_later(),
            waiting: RwSignal::new(None),
            waited: RwSignal::new(false),
            show: show_pane(),
        };
        Effect::new(move |_| {
            let there = sender.compose.makes_messages();
            if !there && !sender.later.has_failed() {
                return;
            }
            if let Some(waiting) = sender.waiting.try_update(Option::take).flatten()
                && there
                && waiting.shown == sender.compose.state.shown().get_untracked()
            {
                sender.send_at(waiting.mode, waiting.source_shown, waiting.due);
            }
        });
        sender
    }

    /// Sends the draft and shows the pane of the submission; or puts the focus into the first field
    /// with a problem. `source_shown`: exactly the octets that the source shows are sent.
    pub(super) fn send(self, mode: SendMode, source_shown: bool) {
        self.send_at(mode, source_shown, None);
    }

    /// The same at a time, in milliseconds since 1970.
    fn send_at(self, mode: SendMode, source_shown: bool, due: Option<u64>) {
        if untrack(|| self.compose.makes_messages()) {
            return at_once_or_soon(send_now(self, mode, source_shown, due), |()| {});
        }
        // What the bridge says of it could not be read yet.
        self.waiting.set(Some(Waiting {
            mode,
            source_shown,
            due,
            shown: self.compose.state.shown().get_untracked(),
        }));
        self.waited.set(true);
        self.later.fetch();
    }

    fn try_to_send(self, mode: SendMode, source_shown: bool, due: Option<u64>) {
        if due.is_none() && !untrack(|| self.submission.can_send()) {
            return;
        }
        let Some(message) = self.compose.finished(!source_shown) else {
            return self.show_problem();
        };
        let anyway = Callback::new(move |()| self.send_at(mode, source_shown, due));
        if self.asking.ask(anyway) {
            return;
        }
        let stamp = source_shown.then(|| self.compose.state.stamp().get_untracked());
        let undo = untrack(|| self.held.undo_seconds());
        match due {
            Some(due) => return self.held.hold_until(due),
            // Line by line, it can be aborted before each.
            None if undo > 0 && mode == SendMode::Run => return self.held.hold_for(undo, stamp),
            None => {}
        }
        if self.compose.send(message, self.submission, mode) {
            self.show.run(&submission::PANE);
        } else {
            self.show_problem();
        }
    }

    /// Puts the focus into the first field with a problem.
    fn show_problem(self) {
        let problems = self.compose.state.problems();
        let first = problems.with_untracked(|problems| problems.first().map(|first| first.place));
        let own;
        let id = match first {
            None => return,
            Some(Place::Priority) => "priority",
            Some(Place::Receipt) => "receipt",
            Some(Place::Invitation) => "event-start",
            Some(Place::OwnHeader(at)) => {
                self.compose.state.options_shown().set(true);
                own = options::name_id(at);
                &own
            }
            Some(Place::From) => "from",
            Some(Place::ReplyTo) => "reply-to",
            Some(Place::To) => "to",
            Some(Place::Cc) => "cc",
            Some(Place::Bcc) => "bcc",
            Some(Place::Subject) => "subject",
            Some(Place::Message) if untrack(|| self.compose.is_raw()) => "raw",
            Some(Place::Message) => "message",
        };
        focus(id);
        // One that is shown only now is there with the next frame.
        if let Some(Place::OwnHeader(_)) = first {
            let id = id.to_owned();
            request_animation_frame(move || focus(&id));
        }
    }
}

/// Puts the focus into the field of this id.
pub(super) fn focus(id: &str) {
    if let Some(field) = document().get_element_by_id(id)
        && let Ok(field) = field.dyn_into::<HtmlElement>()
    {
        field.focus().ok();
    }
}

/// Whether the focus is in the compose pane.
fn has_focus() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|focused| focused.closest(".compose").is_ok_and(|at| at.is_some()))
}

/// A button that can't be used any more loses the focus, and so does a field that is hidden: it
/// goes to the conversation, which says what happens.
fn keep_focus() {
    let lost = |focused: web_sys::Element| {
        focused.tag_name() == "BODY" || focused.matches(":disabled").unwrap_or(false)
    };
    // After the frame in which it is lost.
    request_animation_frame(move || {
        request_animation_frame(move || {
            if !document().active_element().is_none_or(lost) {
                return;
            }
            focus_first(&[".lines", ".strip button"]);
        });
    });
}

part! { later:
    fn send_now(sender: Sender, mode: SendMode, source_shown: bool, due: Option<u64>) -> () {
        sender.try_to_send(mode, source_shown, due);
    }

    fn size() -> View {
        || view! { <SizeBar/> }.into_any()
    }

    /// Where the part can't be loaded, that is said in its place.
    fn nothing() -> View {
        || ().into_any()
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
    let cannot = move || !compose.writes() || !sender.submission.can_send();
    Effect::new(move |_| {
        if cannot() && has_focus() {
            keep_focus();
        }
    });
    view! {
        <div class="send">
            <button type="button" {..mark(&SEND)} class="btn primary" disabled=cannot
                on:click=move |_| sender.send(SendMode::Run, source.get_untracked())>
                <Icon glyph=Glyph::Play/>{language.words(Locale::send)}
                " "<kbd aria-hidden="true">"Ctrl ⏎"</kbd>
            </button>
            <SendMenu disabled=move || !compose.writes()
                on_choose=move |due| sender.send_at(SendMode::Run, false, Some(due))/>
            <button type="button" {..mark(&STEP)} class="btn" disabled=cannot
                on:click=move |_| sender.send(SendMode::Step, source.get_untracked())>
                <Icon glyph=Glyph::Step/>{language.words(Locale::step_through)}
            </button>
            <Show when=move || sender.waited.get()>
                <Later view=nothing/>
            </Show>
            <div class="quiet">
                <div class="size-line">
                    <Later view=size before=|| "\u{a0}" quiet=true at_start=true/>
                </div>
                <span>{saved}</span>
            </div>
        </div>
    }
}
