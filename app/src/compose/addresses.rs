//! A field of several addresses: each that is complete becomes a chip.

use leptos::ev::{ClipboardEvent, DragEvent, Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::draft::{Mailbox, Place, address_problem, ends_address, finish_addresses, split_pasted};
use super::problem::{FieldProblem, invalid};
use super::store::{ComposeStore, use_compose};
use super::suggested::Suggested;
use super::words;
use crate::i18n::{Language, use_language};
use crate::ui::text_field::{focus_end, follow, plain_text, with_pasted};
use crate::ui::visible::visible_address;
use crate::ui::{Glyph, Icon, ime};

/// One of the fields To, Cc and Bcc.
#[derive(Clone, Copy)]
struct Field {
    compose: ComposeStore,
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
    let compose = use_compose();
    let input = NodeRef::<html::Input>::new();
    let field = Field {
        compose,
        language,
        place,
        input,
    };
    let chips = Memo::new(move |_| compose.list(place).get());
    follow(input, move || compose.unfinished(place).get());
    Effect::new(move |_| {
        if let Some(input) = input.get().filter(|_| autofocus) {
            input.focus().ok();
        }
    });
    let label = move || match place {
        Place::Cc => "Cc",
        Place::Bcc => "Bcc",
        _ => language.get().to(),
    };
    let on_input = move |event: Event| {
        let composing = wasm_bindgen::JsCast::dyn_ref::<web_sys::InputEvent>(&event)
            .is_some_and(web_sys::InputEvent::is_composing);
        field.typed(composing);
    };
    let problem = format!("{id}-problem");
    let described = problem.clone();
    view! {
        <div class="field addresses">
            <label for=id>{label}</label>
            <div class="chips">
                {move || {
                    let chips = chips.get().into_iter().enumerate();
                    chips.map(|(at, text)| field.chip(at, &text)).collect_view()
                }}
                <input id=id type="text" node_ref=input autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(compose, place) aria-describedby=described
                    on:input=on_input on:compositionend=move |_| field.typed(false)
                    on:keydown=move |event| field.key(&event) on:blur=move |_| field.take()
                    on:paste=move |event| field.paste(&event)
                    on:drop=move |event| field.drop(&event)/>
            </div>
            {children.map(|children| children())}
            <FieldProblem place id=problem/>
            <Suggested place id input finish=move |()| field.take()/>
        </div>
    }
}

impl Field {
    /// The element. None once it is removed from the page; the browser reports a lost focus even
    /// then.
    fn field(self) -> Option<HtmlInputElement> {
        self.input.try_get_untracked().flatten()
    }

    /// Takes the text of the field for finished.
    fn take(self) {
        if let Some(field) = self.field() {
            // What is being composed ends first, and is taken then.
            if !field.value().is_empty() && !ime::composes_in(&field) {
                self.finish(&field, |_| {});
            }
        }
    }

    /// The text of the field becomes addresses, then `change` is made.
    fn finish(self, field: &HtmlInputElement, change: impl FnOnce(&mut Vec<String>)) {
        let typed = field.value();
        self.compose.edit_addresses(self.place, |list, unfinished| {
            *unfinished = typed;
            finish_addresses(list, unfinished);
            change(list);
        });
        field.set_value("");
    }

    fn typed(self, composing: bool) {
        let Some(field) = self.field() else {
            return;
        };
        let text = field.value();
        if !composing && ends_address(&text) {
            self.finish(&field, |_| {});
            return;
        }
        // The space after a separator.
        let text = if !composing && text.trim().is_empty() {
            field.set_value("");
            String::new()
        } else {
            text
        };
        self.compose.type_address(self.place, text);
        let blurred = document().active_element().as_ref() != Some(&field);
        if !composing && blurred {
            // The focus left while text was being composed.
            self.take();
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let Some(field) = self.field() else {
            return;
        };
        if ime::handles(event) {
            return;
        }
        match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.meta_key() => {
                event.prevent_default();
                self.take();
            }
            // Not while the key is held down to delete what was typed.
            "Backspace" if field.value().is_empty() && !event.repeat() => {
                let list = self.compose.list(self.place);
                if let Some(last) = list.with_untracked(Vec::len).checked_sub(1) {
                    event.prevent_default();
                    self.edit_chip(last);
                }
            }
            _ => {}
        }
    }

    /// Makes addresses of a list that is pasted. Other text is left to the browser.
    fn paste(self, event: &ClipboardEvent) {
        let Some(field) = self.field() else {
            return;
        };
        let Some(pasted) = plain_text(event.clipboard_data()) else {
            return;
        };
        let whole = with_pasted(&field, &pasted);
        if self.add_list(&pasted, &whole) {
            event.prevent_default();
            field.set_value("");
        }
    }

    /// The same for text that is dropped here. The text of the field stays.
    fn drop(self, event: &DragEvent) {
        if let Some(text) = plain_text(event.data_transfer())
            && self.add_list(&text, &text)
        {
            event.prevent_default();
        }
    }

    fn add_list(self, pasted: &str, whole: &str) -> bool {
        let found = split_pasted(whole);
        // A line end or a tab, which an input element would make a space of, or drop.
        let has_control = pasted.chars().any(char::is_control);
        if found.is_empty() || (found.len() == 1 && !has_control) {
            return false;
        }
        self.compose.edit_addresses(self.place, |list, unfinished| {
            list.extend(found);
            if whole != pasted {
                unfinished.clear();
            }
        });
        true
    }

    /// Puts a chip's text back into the field, after the text of the field is made into a chip.
    fn edit_chip(self, at: usize) {
        let Some(field) = self.field() else {
            return;
        };
        let mut text = None;
        self.finish(&field, |list| {
            text = (at < list.len()).then(|| list.remove(at));
        });
        if let Some(text) = text {
            // A field has one line.
            let text = text.replace(['\r', '\n'], " ");
            field.set_value(&text);
            self.compose.type_address(self.place, text);
        }
        focus_end(self.input);
    }

    fn remove(self, at: usize) {
        self.compose.edit_addresses(self.place, |list, _| {
            if at < list.len() {
                list.remove(at);
            }
        });
        focus_end(self.input);
    }

    fn chip(self, at: usize, text: &str) -> impl IntoView + use<> {
        let language = self.language;
        let shown = visible_address(text);
        let problem = address_problem(text).map(|wrong| words::wrong(language.get(), &wrong));
        let bad = problem.is_some();
        // The address that is sent, if it is not part of the typed text.
        let sent_as = Mailbox::parse(text)
            .ok()
            .map(|mailbox| mailbox.address.to_string())
            .filter(|address| !text.contains(address.as_str()));
        let remark = problem.or_else(|| {
            let address = sent_as.as_ref()?;
            Some(language.get().sent_as(address))
        });
        let edit = language.get().edit_address(&shown);
        let edit = match &remark {
            Some(remark) => format!("{edit}. {remark}"),
            None => edit,
        };
        let title = remark.unwrap_or_else(|| language.get().edit().to_owned());
        let remove = language.get().remove(&shown);
        let on_key = move |event: KeyboardEvent| {
            if event.key() == "Backspace" && !event.repeat() && !ime::handles(&event) {
                event.prevent_default();
                self.edit_chip(at);
            }
        };
        view! {
            <span class="addr" class:bad=bad>
                <button type="button" class="addr-text" aria-label=edit title=title
                    on:click=move |_| self.edit_chip(at) on:keydown=on_key>
                    {shown}{sent_as.map(|address| view! { <small>"→ "{address}</small> })}
                </button>
                <button type="button" aria-label=remove on:click=move |_| self.remove(at)>
                    <Icon glyph=Glyph::Cross/>
                </button>
            </span>
        }
    }
}
