//! The octets that will be sent, live, and what each of them is.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;

use super::painter::Painter;
use super::raw::SourceTools;
use super::text::SourceText;
use crate::compose::draft::{Place, Problem};
use crate::compose::options::number_of;
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::compose::words;
use crate::connection::StoredFile;
use crate::explain::{self, Explained, SourceNote, use_explain};
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{ime, numbers};

/// The source is drawn this long after a change. Changes meanwhile are drawn with it, so typing
/// does not wait for the source.
const DRAWN_AFTER: Duration = Duration::from_millis(50);

/// The source. Copies are the same.
#[derive(Clone, Copy)]
struct SourceView {
    compose: ComposeStore,
    language: Language,
    painter: StoredValue<Painter, LocalStorage>,
    container: NodeRef<html::Pre>,
    /// The problems that prevent a source.
    problems: RwSignal<Vec<Problem>>,
    /// A drawing is planned.
    planned: StoredValue<bool>,
    /// The offset that a person chose, and what is there.
    chosen: RwSignal<Option<(usize, SourceNote)>>,
}

/// Exactly the octets that will be sent, files shortened, or the problems that prevent it.
#[component]
#[must_use]
pub(in crate::compose) fn Source() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let explain = use_explain();
    let view = SourceView {
        compose,
        language,
        painter: StoredValue::new_local(Painter::default()),
        container: NodeRef::new(),
        problems: RwSignal::new(Vec::new()),
        planned: StoredValue::new(false),
        chosen: RwSignal::new(None),
    };
    view.follow();
    let is_source = Memo::new(move |_| view.problems.with(Vec::is_empty));
    let problems = move || {
        let problems = view.problems.get().into_iter();
        let words = problems.map(|problem| words::wrong(language.get(), &problem.what));
        words.map(|words| view! { <li>{words}</li> }).collect_view()
    };
    let explanation = move || {
        let note = view.chosen.get()?.1;
        let explanation = explain.with(|meanings| Some(explain::source(meanings, &note)))?;
        Some(view! { <Explained explanation/> })
    };
    view! {
        <SourceTools/>
        <div class="source-problems" hidden=is_source>
            <p>{language.words(Locale::source_not_yet)}</p>
            <ul>{problems}</ul>
        </div>
        <pre class="source" tabindex="0" role="region" node_ref=view.container
            hidden=move || !is_source.get() aria-label=language.words(Locale::source)
            aria-description=language.words(Locale::source_keys)
            on:click=move |_| view.click() on:keydown=move |event| view.key(&event)></pre>
        <div class="source-note" role="status">{explanation}</div>
    }
}

impl SourceView {
    /// Draws the source, and again after each change.
    fn follow(self) {
        Effect::new(move |_| {
            self.compose.state.stamp().track();
            // The lines that stand for files are in the language of the page.
            let _ = self.language.get();
            // The first time at once.
            if self.container.get().is_none() {
                return;
            }
            if self.painter.with_value(|painter| painter.is_empty()) {
                untrack(|| self.draw());
            } else {
                self.plan();
            }
        });
        let focus = window_event_listener(leptos::ev::focusin, move |_| self.light_field());
        let left = window_event_listener(leptos::ev::focusout, move |_| self.light_field());
        on_cleanup(move || {
            focus.remove();
            left.remove();
        });
    }

    fn plan(self) {
        if self.planned.get_value() {
            return;
        }
        self.planned.set_value(true);
        let draw = move || {
            // The source may have been closed meanwhile.
            if self.planned.try_set_value(false).is_none() {
                self.draw();
            }
        };
        set_timeout(draw, DRAWN_AFTER);
    }

    fn draw(self) {
        let Some(container) = self.container.try_get_untracked().flatten() else {
            return;
        };
        let message = match untrack(|| self.compose.message()) {
            Ok(message) => message,
            Err(problems) => return self.problems.set(problems),
        };
        let language = self.language.get_untracked();
        let line = |file: &StoredFile, encoded: bool| {
            let (name, size) = (visible(&file.name), numbers::octets(file.size));
            let words = if encoded {
                language.base64_of(name, size)
            } else {
                language.as_is_of(name, size)
            };
            format!("[{words}]")
        };
        let source = SourceText::of(&message.segments, line);
        self.painter
            .update_value(|painter| painter.draw(&container, source));
        if self
            .problems
            .with_untracked(|problems| !problems.is_empty())
        {
            self.problems.set(Vec::new());
        }
        self.light_field();
        // What was chosen may be elsewhere now, or something else.
        if let Some((offset, _)) = self.chosen.get_untracked() {
            self.choose(Some(offset));
        }
    }

    /// Lights up what comes from the field that has the focus.
    fn light_field(self) {
        let focused = document().active_element();
        let place = focused.and_then(|focused| place_of(&focused.id()));
        let options = self.compose.options().get_untracked();
        self.painter
            .try_update_value(|painter| painter.light_field(place, &options));
    }

    /// A place in the text was clicked. The browser has put its caret there.
    fn click(self) {
        let selection = window().get_selection().ok().flatten();
        let Some(selection) = selection.filter(web_sys::Selection::is_collapsed) else {
            // A person has selected text.
            return;
        };
        let Some(node) = selection.focus_node() else {
            return;
        };
        let units = selection.focus_offset();
        let offset = |painter: &Painter| painter.offset(&node, units);
        self.choose(self.painter.with_value(offset));
    }

    fn choose(self, offset: Option<usize>) {
        let mut found = None;
        self.painter.update_value(|painter| {
            found = offset.and_then(|offset| painter.note_at(offset));
            painter.light_chosen(found.as_ref().map(|found| found.range.clone()));
        });
        let chosen = offset.zip(found.map(|found| found.note));
        if self.chosen.get_untracked() != chosen {
            self.chosen.set(chosen);
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
        if ime::handles(event) || modified {
            return;
        }
        let chosen = self.chosen.get_untracked().map(|(offset, _)| offset);
        let next = match (event.key().as_str(), chosen) {
            ("ArrowRight", None) => Some(0),
            ("ArrowRight", Some(offset)) => self.neighbour(offset, true),
            ("ArrowLeft", Some(offset)) => self.neighbour(offset, false),
            ("Escape", Some(_)) => None,
            _ => return,
        };
        event.prevent_default();
        self.choose(next);
        if let Some(offset) = next {
            self.painter.with_value(|painter| show(painter, offset));
        }
    }

    fn neighbour(self, offset: usize, forward: bool) -> Option<usize> {
        let mut next = None;
        self.painter
            .update_value(|painter| next = Some(painter.neighbour(offset, forward)));
        next
    }
}

/// Scrolls an offset into view.
fn show(painter: &Painter, offset: usize) {
    if let Some(element) = painter.element_at(offset) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The field of the draft that an element belongs to.
fn place_of(id: &str) -> Option<Place> {
    Some(match id {
        "from" => Place::From,
        "reply-to" => Place::ReplyTo,
        "to" => Place::To,
        "cc" => Place::Cc,
        "bcc" => Place::Bcc,
        "subject" => Place::Subject,
        "message" => Place::Message,
        "priority" => Place::Priority,
        "receipt" => Place::Receipt,
        own => Place::OwnHeader(number_of(own)?),
    })
}
