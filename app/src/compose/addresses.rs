//! A field of several addresses: each that is complete becomes a chip.
//!
//! The field has one input, which stands behind the chips, or among them where one is being edited
//! or added. It never leaves the page, so the focus and what an input method composes stay.

mod chip;
mod clipboard;
mod code;
mod drag;
mod history;
mod keys;
mod link;
mod many;
mod notes;
mod remarks;
mod selection;
mod store;
mod suggested;

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::draft::{Place, ends_address};
use super::problem::{FieldProblem, invalid};
use crate::i18n::{Language, Locale, use_language};
use crate::ui::ime;
use crate::ui::text_field::{focus_end, follow};

pub(super) use self::code::decode as decode_charset;
pub(super) use self::many::ManyRecipients;
pub(super) use self::store::{Chips, use_chips};
use self::suggested::Suggested;

/// One of the fields To, Cc and Bcc.
#[derive(Clone, Copy)]
struct Field {
    chips: Chips,
    language: Language,
    place: Place,
    input: NodeRef<html::Input>,
}

/// The field of this place.
#[component]
#[must_use]
pub(super) fn Addresses(
    /// Which field.
    place: Place,
    /// The id of its input element.
    id: &'static str,
    /// Whether it takes the focus when it is shown.
    #[prop(optional)]
    autofocus: bool,
    /// What is shown at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let language = use_language();
    let chips = use_chips();
    let compose = chips.compose;
    let input = NodeRef::<html::Input>::new();
    let field = Field {
        chips,
        language,
        place,
        input,
    };
    follow(input, move || compose.unfinished(place).get());
    Effect::new(move |_| {
        if let Some(input) = input.get().filter(|_| autofocus) {
            input.focus().ok();
        }
    });
    let on_input = move |event: Event| {
        let composing = event
            .dyn_ref::<web_sys::InputEvent>()
            .is_some_and(web_sys::InputEvent::is_composing);
        field.typed(composing);
    };
    let problem = format!("{id}-problem");
    let described = problem.clone();
    field.follow_focus();
    if place == Place::To {
        field.follow_link();
    }
    view! {
        <div class="field addresses" data-place=id
            on:dragover=move |event| field.drag_over(&event)
            on:drop=move |event| field.drop(&event)>
            <label for=id>{move || label(language.get(), place)}</label>
            <div class="chips" on:copy=move |event| field.copy(&event, false)
                on:cut=move |event| field.copy(&event, true)
                on:paste=move |event| field.paste(&event)>
                {field.grid(false)}
                <input id=id type="text" node_ref=input autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(compose, place) aria-describedby=described
                    on:input=on_input on:compositionend=move |_| field.typed(false)
                    on:keydown=move |event| field.input_key(&event) on:blur=move |_| field.take()/>
                {field.grid(true)}
            </div>
            {children.map(|children| children())}
            <FieldProblem place id=problem/>
            <Suggested place id input finish=move |()| field.take()/>
        </div>
    }
}

/// The name of a field.
fn label(locale: Locale, place: Place) -> &'static str {
    match place {
        Place::Cc => "Cc",
        Place::Bcc => "Bcc",
        _ => locale.to(),
    }
}

impl Field {
    /// The element. None once it is removed from the page; the browser reports a lost focus even
    /// then.
    fn field(self) -> Option<HtmlInputElement> {
        self.input.try_get_untracked().flatten()
    }

    /// How many chips there are.
    fn many(self) -> usize {
        untrack(|| self.chips.many(self.place))
    }

    /// The chips before the input, or those after it.
    fn grid(self, after: bool) -> impl IntoView + use<> {
        let items = Memo::new(move |_| {
            let caret = self.chips.caret(self.place);
            self.chips.compose.list(self.place).with(|list| {
                let (before, behind) = list.split_at(caret.min(list.len()));
                chip::keyed(if after { behind } else { before })
            })
        });
        let language = self.language;
        let is_empty = Memo::new(move |_| items.with(Vec::is_empty));
        let role = move || (!is_empty.get()).then_some("grid");
        let name = move || {
            let locale = language.get();
            (!is_empty.get()).then(|| locale.addresses_in(label(locale, self.place)))
        };
        let several = move || (!is_empty.get()).then_some("true");
        view! {
            <div class="grid" role=role aria-label=name aria-multiselectable=several>
                <ForEnumerate each=move || items.get() key=|item| item.clone()
                    children=move |index, (text, _)| self.chip(after, index, text)/>
            </div>
        }
    }

    /// Takes the text of the field for finished.
    fn take(self) {
        if let Some(field) = self.field() {
            let text = field.value();
            let edits = self.chips.edits(self.place);
            // What is being composed ends first, and is taken then.
            if (edits || !text.is_empty()) && !ime::composes_in(&field) {
                self.finish(&field);
            }
        }
    }

    /// The text of the field becomes addresses.
    fn finish(self, field: &HtmlInputElement) {
        self.chips.finish(self.place, &field.value());
        field.set_value("");
    }

    fn typed(self, composing: bool) {
        let Some(field) = self.field() else {
            return;
        };
        let text = field.value();
        if !composing && ends_address(&text) {
            self.finish(&field);
            return;
        }
        // The space after a separator.
        let text = if !composing && text.trim().is_empty() {
            field.set_value("");
            String::new()
        } else {
            text
        };
        self.chips.typed(self.place, text);
        let blurred = document().active_element().as_ref() != Some(&field);
        if !composing && blurred {
            // The focus left while text was being composed.
            self.take();
        }
    }

    /// Puts a chip's text into the input, at the place of the chip, after the text of the input
    /// is made into a chip.
    fn edit_chip(self, at: usize) {
        let Some(field) = self.field() else {
            return;
        };
        let (caret, many) = (untrack(|| self.chips.caret(self.place)), self.many());
        self.take();
        let more = self.many().saturating_sub(many);
        let at = if caret <= at { at + more } else { at };
        if let Some(text) = self.chips.edit(self.place, at) {
            field.set_value(&text);
        }
        focus_end(self.input);
    }

    fn remove(self, at: usize) {
        self.chips.change(|chips| {
            let list = &mut chips[store::number(self.place)];
            if at < list.len() {
                list.remove(at);
            }
        });
        self.to_input();
    }

    /// Puts the focus into the input, behind all chips.
    fn to_input(self) {
        self.chips.select(self.place, None);
        if self.field().is_some_and(|field| field.value().is_empty()) {
            self.chips.set_caret(self.place, None);
        }
        focus_end(self.input);
    }

    /// Whether an element is in this field.
    fn has(self, element: Option<&Element>) -> bool {
        let field = element.and_then(|element| element.closest(".addresses").ok().flatten());
        let own = self
            .field()
            .and_then(|input| input.closest(".addresses").ok().flatten());
        field.is_some() && field == own
    }

    /// Forgets what is selected, and where the input was, once the focus is elsewhere.
    fn follow_focus(self) {
        let deselect = move |event: &Event| {
            let target = event.target();
            let target = target
                .as_ref()
                .and_then(|target| target.dyn_ref::<Element>());
            let inside = self.has(target);
            if !inside && self.chips.selection(self.place).is_some() {
                self.chips.select(self.place, None);
            }
            inside
        };
        let focus = window_event_listener(leptos::ev::focusin, move |event| {
            if !deselect(&event) {
                self.chips.set_caret(self.place, None);
            }
        });
        let press = window_event_listener(leptos::ev::mousedown, move |event| {
            if !deselect(&event) {
                // The text of the input is taken first, at its place.
                request_animation_frame(move || {
                    if !self.has(document().active_element().as_ref()) {
                        self.chips.set_caret(self.place, None);
                    }
                });
            }
        });
        on_cleanup(move || {
            focus.remove();
            press.remove();
        });
    }
}

/// Puts the focus into the input of a field, which may be shown only now.
fn focus_field(place: Place) {
    let focus = move || {
        let id = ["to", "cc", "bcc"][store::number(place)];
        let input = document().get_element_by_id(id);
        let input = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        input.map(|input| input.focus().ok()).is_some()
    };
    if !focus() {
        request_animation_frame(move || {
            focus();
        });
    }
}
