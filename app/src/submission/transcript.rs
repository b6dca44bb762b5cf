//! The lines of the conversation, drawn as they come.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use web_sys::Element;

use super::entry::row;
use super::model::{Phase, Submission};
use super::pause::Pause;
use super::store::{SubmissionStore, use_submission};
use crate::i18n::{Language, Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Later, ime, use_folding};

/// The lines. One can be chosen with the mouse or the arrow keys, to have it explained; until then
/// the newest is.
#[component]
#[must_use]
pub(super) fn Transcript() -> impl IntoView {
    let language = use_language();
    let before = move || {
        let words = language.words(Locale::wire_empty);
        view! { <div class="wire"><p class="nothing">{words}</p></div> }
    };
    view! { <Later view=transcript before at_start=true/> }
}

part! { later:
    fn transcript() -> View {
        || view! { <Lines/> }.into_any()
    }
}

#[component]
fn Lines() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let scroller = NodeRef::<html::Div>::new();
    let lines = NodeRef::<html::Div>::new();
    // The newest line stays in view, unless the person is reading further up.
    let near_end = StoredValue::new(true);
    let mut drawn = Drawn::default();
    Effect::new(move |_| {
        let chosen = chosen(submission);
        let (Some(scroller), Some(lines)) = (scroller.get(), lines.get()) else {
            return;
        };
        let draw = |shown: &Submission| drawn.follow(submission, language, shown, &lines);
        let grown = submission.read(draw);
        drawn.choose(chosen);
        if grown && near_end.get_value() {
            request_animation_frame(move || scroller.set_scroll_top(scroller.scroll_height()));
        }
    });
    // A pane that was folded begins at the top when it is opened.
    let folding = use_folding();
    Effect::new(move |_| {
        let open = !folding.folded.get();
        if let Some(scroller) = scroller.get().filter(|_| open && near_end.get_value()) {
            request_animation_frame(move || scroller.set_scroll_top(scroller.scroll_height()));
        }
    });
    let last_top = StoredValue::new(0);
    let on_scroll = move |_| {
        // A list that is not on the screen has no position.
        let list = scroller.get_untracked();
        if let Some(scroller) = list.filter(|list| list.client_height() > 0) {
            let top = scroller.scroll_top();
            let left = scroller.scroll_height() - top - scroller.client_height();
            // Lines that came since the last scroll don't mean that anybody scrolled up.
            if left < 48 {
                near_end.set_value(true);
            } else if top < last_top.get_value() {
                near_end.set_value(false);
            }
            last_top.set_value(top);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Home" => i64::MIN / 2,
            "End" => i64::MAX / 2,
            _ => return,
        };
        event.prevent_default();
        move_selection(submission, by);
    };
    let active = move || submission.selected().map(line_id);
    let is_empty = |submission: &Submission| submission.entries.is_empty() && !submission.is_busy();
    let empty = move || submission.read(is_empty);
    let nothing = if folding.foldable {
        Locale::wire_empty
    } else {
        Locale::wire_empty_lesson
    };
    view! {
        <div class="wire" node_ref=scroller on:scroll=on_scroll>
            <Show when=empty>
                <p class="nothing">{language.words(nothing)}</p>
            </Show>
            <div class="lines" role="listbox" tabindex="0" node_ref=lines
                aria-label=language.words(Locale::transcript) aria-activedescendant=active
                on:keydown=on_key></div>
            <Pause/>
        </div>
    }
}

/// The id of an entry's row.
pub(super) fn line_id(seq: u32) -> String {
    format!("line-{seq}")
}

/// The entry that is explained.
fn chosen(submission: SubmissionStore) -> Option<u32> {
    submission.selected().or_else(|| {
        // Nothing is chosen: the newest, unless something newer than it is explained.
        submission.read(|submission| {
            let newest = submission.newest().map(|entry| entry.seq);
            newest.filter(|_| {
                submission.paused().is_none()
                    && submission.ending().is_none()
                    && submission.phase != Phase::Ready
            })
        })
    })
}

/// Rows that the browser skips together where they are out of view (`.stretch` in wire.css). It
/// looks at each thing that it may skip with every frame, and ten thousand rows would be too many.
const STRETCH: usize = 50;

/// The rows that are drawn. An entry never changes once it is recorded, so rows are only ever
/// added, and the cost of a new one does not grow with the number of rows.
#[derive(Default)]
struct Drawn {
    connection: u32,
    rows: Vec<AnyViewState>,
    /// The element with the newest rows, see [`STRETCH`].
    stretch: Option<Element>,
    /// Owns the signals of the rows. The effect that runs [`Drawn::follow`] would dispose of them
    /// with its next run.
    owner: Owner,
    chosen: Option<u32>,
    /// The step that is paused, and whether the end is known: both take room from the lines.
    beside: (Option<u32>, bool),
}

impl Drawn {
    /// Draws what is new of the submission. Whether there is something to scroll to.
    fn follow(
        &mut self,
        submission: SubmissionStore,
        language: Language,
        shown: &Submission,
        lines: &Element,
    ) -> bool {
        if self.connection != shown.connection {
            for mut row in std::mem::take(&mut self.rows) {
                row.unmount();
            }
            lines.set_text_content(None);
            *self = Drawn {
                connection: shown.connection,
                ..Drawn::default()
            };
        }
        let new = shown.entries.get(self.rows.len()..).unwrap_or_default();
        let beside = (
            shown.paused().map(|paused| paused.step),
            shown.ending().is_some(),
        );
        let grown = !new.is_empty() || self.beside != beside;
        self.beside = beside;
        for entry in new {
            let build = || untrack(|| row(submission, language, entry).into_any().build());
            let mut row = self.owner.with(build);
            if self.rows.len().is_multiple_of(STRETCH) {
                self.begin_stretch(lines);
            }
            row.mount(self.stretch.as_ref().unwrap_or(lines), None);
            self.rows.push(row);
        }
        grown
    }

    /// Closes the stretch that is full, and begins one after it.
    fn begin_stretch(&mut self, lines: &Element) {
        if let Some(full) = self.stretch.take() {
            full.set_class_name("stretch");
        }
        let begun = document().create_element("div").ok();
        self.stretch = begun.filter(|begun| lines.append_child(begun).is_ok());
    }

    /// Marks the entry that is explained.
    fn choose(&mut self, chosen: Option<u32>) {
        if self.chosen != chosen {
            for (seq, selected) in [(self.chosen, false), (chosen, true)] {
                if let Some(row) = seq.and_then(|seq| document().get_element_by_id(&line_id(seq))) {
                    let value = if selected { "true" } else { "false" };
                    row.set_attribute("aria-selected", value).ok();
                    row.class_list().toggle_with_force("sel", selected).ok();
                }
            }
            self.chosen = chosen;
        }
    }
}

fn move_selection(submission: SubmissionStore, by: i64) {
    let chosen = untrack(|| submission.selected());
    let next = submission.read_untracked(|submission| {
        let entries = &submission.entries;
        let last = entries.len().checked_sub(1)?;
        let at = chosen
            .and_then(|seq| entries.iter().position(|entry| entry.seq == seq))
            .unwrap_or(last);
        let at = i64::try_from(at)
            .ok()?
            .saturating_add(by)
            .clamp(0, i64::try_from(last).ok()?);
        entries
            .get(usize::try_from(at).ok()?)
            .map(|entry| entry.seq)
    });
    if let Some(seq) = next {
        submission.select(Some(seq));
        if let Some(row) = document().get_element_by_id(&line_id(seq)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}
