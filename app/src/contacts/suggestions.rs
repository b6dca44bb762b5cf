//! The list of suggestions under a field of addresses: a combobox whose list is a listbox (ARIA
//! Authoring Practices, "Combobox").
//!
//! The field keeps the role of a textbox, under which its label is known. It listens to the field
//! itself, before the field's own handlers, so the field needs to know nothing of it.

mod keys;
mod option;

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use self::option::Item;
pub(super) use self::option::since;
use super::book::Suggestion;
use super::erase::Erased;
use super::model::Contact;
use super::store::{ContactsStore, use_contacts};
use crate::i18n::{Locale, use_language};
use crate::ui::mailbox::named_address;
use crate::ui::{Glyph, Icon};

/// The list under one field. Copies are the same list.
#[derive(Clone, Copy)]
struct List {
    contacts: ContactsStore,
    input: NodeRef<html::Input>,
    /// What the suggestions are for.
    typed: RwSignal<String>,
    found: RwSignal<Vec<Suggestion>>,
    /// The one that Enter takes.
    chosen: RwSignal<Option<usize>>,
    /// A person has chosen it, by an arrow key.
    moved: RwSignal<bool>,
    /// The list is shown.
    open: RwSignal<bool>,
    left_out: Signal<Vec<String>>,
    take: Callback<String>,
}

/// The suggestions for what is being typed in a field.
#[component]
#[must_use]
pub fn Suggestions(
    /// The field.
    input: NodeRef<html::Input>,
    /// Its id.
    id: &'static str,
    /// The addresses that are in the message already, as they are sent.
    #[prop(into)]
    left_out: Signal<Vec<String>>,
    /// Called with the name and address that were chosen, as the field would have them.
    #[prop(into)]
    take: Callback<String>,
) -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    contacts.load();
    let list = List {
        contacts,
        input,
        typed: RwSignal::new(String::new()),
        found: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(None),
        moved: RwSignal::new(false),
        open: RwSignal::new(false),
        left_out,
        take,
    };
    list.listen();
    list.describe(id);
    // Contacts that were erased, imported or written to in another tab.
    Effect::watch(
        move || contacts.track(),
        move |(), _, _| list.look_again(),
        false,
    );
    let options = move || {
        let found = list.found.get().into_iter().enumerate();
        found
            .map(|(at, suggestion)| view! { <Item list id at suggestion/> })
            .collect_view()
    };
    let has_options = Memo::new(move |_| list.found.with(|found| !found.is_empty()));
    let shown = move || list.open.get() && (has_options.get() || !contacts.erased().is_empty());
    let many = move || {
        let many = list.found.with(Vec::len);
        let shown = list.open.get() && many > 0;
        shown.then(|| language.get().suggestions_found(many))
    };
    view! {
        <div class="unseen" role="status">{many}</div>
        <Show when=shown>
            <div class="menu suggestions" on:mousedown=move |event| event.prevent_default()>
                <Show when=move || has_options.get()>
                    <div id=box_id(id) role="listbox"
                        aria-label=language.words(Locale::suggestions)>
                        {options}
                    </div>
                </Show>
                <Erased done=move |()| list.look_again()/>
                <button type="button" class="link manage" tabindex="-1"
                    on:click=move |_| {
                        list.close();
                        contacts.show(true);
                    }>
                    <Icon glyph=Glyph::Person/>{language.words(Locale::contacts)}
                </button>
            </div>
        </Show>
    }
}

impl List {
    /// The element. None once it is removed from the page.
    fn field(self) -> Option<HtmlInputElement> {
        self.input.try_get_untracked().flatten()
    }

    /// Looks for what the field has now.
    fn look(self) {
        let Some(field) = self.field() else { return };
        let typed = field.value();
        if typed == self.typed.get_untracked() && self.open.get_untracked() {
            return;
        }
        self.contacts.forget_erased();
        self.set(typed);
    }

    fn set(self, typed: String) {
        let left_out = self.left_out.get_untracked();
        let found = self.contacts.suggest(&typed, &left_out);
        // What is an address already is taken as it was typed, unless a person chooses another.
        let is_address = Contact::key_of(typed.trim()).is_some();
        self.chosen
            .set((!found.is_empty() && !is_address).then_some(0));
        self.moved.set(false);
        self.open.set(!found.is_empty());
        self.found.set(found);
        self.typed.set(typed);
    }

    /// Looks once more: the contacts have changed.
    fn look_again(self) {
        if self.open.get_untracked() {
            let typed = self.typed.get_untracked();
            let found = self
                .contacts
                .suggest(&typed, &self.left_out.get_untracked());
            let last = found.len().checked_sub(1);
            self.chosen
                .update(|chosen| *chosen = chosen.and_then(|at| Some(at.min(last?))));
            self.found.set(found);
        }
    }

    fn close(self) {
        if self.open.get_untracked() {
            self.open.set(false);
            self.chosen.set(None);
            self.contacts.forget_erased();
        }
    }

    /// Moves the choice by one, around the ends; from no choice to the first or the last.
    fn go(self, down: bool) {
        let many = self.found.with_untracked(Vec::len);
        if many == 0 {
            return;
        }
        let next = match self.chosen.get_untracked() {
            None if down => 0,
            None => many - 1,
            Some(at) if down => (at + 1) % many,
            Some(at) => (at + many - 1) % many,
        };
        self.moved.set(true);
        self.chosen.set(Some(next));
    }

    /// The chosen suggestion becomes an address of the field.
    fn take(self, at: usize) {
        let found = self.found.with_untracked(|found| found.get(at).cloned());
        if let Some(Suggestion { contact, .. }) = found {
            self.close();
            self.take
                .run(named_address(contact.name(), &contact.address));
        }
    }

    fn erase(self, at: usize) {
        let key = self
            .found
            .with_untracked(|found| found.get(at).map(|one| one.key.clone()));
        if let Some(key) = key {
            self.contacts.erase(&key);
        }
    }

    /// Says to assistive technology that the field has a list, and which of it is chosen.
    fn describe(self, id: &'static str) {
        Effect::new(move |_| {
            let Some(field) = self.input.get() else {
                return;
            };
            field.set_attribute("aria-autocomplete", "list").ok();
            field.set_attribute("aria-haspopup", "listbox").ok();
            let open = self.open.get() && self.found.with(|found| !found.is_empty());
            let chosen = self.chosen.get().filter(|_| open);
            set(&field, "aria-controls", open.then(|| box_id(id)));
            let chosen = chosen.map(|at| option_id(id, at));
            set(&field, "aria-activedescendant", chosen);
        });
    }
}

fn box_id(id: &str) -> String {
    format!("{id}-suggestions")
}

fn option_id(id: &str, at: usize) -> String {
    format!("{id}-suggestion-{at}")
}

fn set(field: &HtmlInputElement, name: &str, value: Option<String>) {
    match value {
        Some(value) => field.set_attribute(name, &value).ok(),
        None => field.remove_attribute(name).ok(),
    };
}
