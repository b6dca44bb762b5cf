//! The dialog with all contacts: searched, imported and erased.

use js_sys::Date;
use leptos::prelude::*;

use super::book::Suggestion;
use super::erase::Erased;
use super::import_button::{ImportButton, ImportReport};
use super::model::Since;
use super::store::use_contacts;
use super::suggestions::since;
use crate::i18n::{Locale, use_language};
use crate::ui::mailbox::named_address;
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Dialog, DialogHead, Glyph, Icon, Later};

/// The most rows that are shown.
const ROWS: usize = 200;

/// The dialog, while it is open.
#[component]
#[must_use]
pub fn ContactsDialog() -> impl IntoView {
    let contacts = use_contacts();
    view! {
        <Dialog open=Signal::derive(move || contacts.is_open()) title="contacts-title"
            on_close=move |()| contacts.show(false)>
            <Later view=content/>
        </Dialog>
    }
}

part! { later:
    fn content() -> View {
        || view! { <Content/> }.into_any()
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    contacts.load();
    let sought = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let mut found = contacts.find(&sought.get());
        let many = found.len();
        found.truncate(ROWS);
        (found, many)
    });
    let rows = move || {
        let rows = found.with(|(found, _)| found.clone()).into_iter();
        rows.map(|suggestion| view! { <Row suggestion/> })
            .collect_view()
    };
    let rest = move || {
        let locale = language.get();
        let (shown, many) = found.with(|(found, many)| (found.len(), *many));
        match (shown, contacts.many()) {
            (_, 0) => locale.no_contacts().to_owned(),
            (0, _) => locale.no_contact_found().to_owned(),
            (shown, _) if shown < many => locale.more_contacts(many - shown),
            _ => String::new(),
        }
    };
    let unsaved = move || {
        contacts.is_unsaved().then(|| {
            view! { <p class="problem" role="alert">{language.words(Locale::contacts_unsaved)}</p> }
        })
    };
    view! {
        <div class="dialog-body">
            <DialogHead id="contacts-title" title=Locale::contacts
                on_close=move |()| contacts.show(false)/>
            <p class="hint">{language.words(Locale::contacts_hint)}</p>
            {unsaved}
            <input type="search" class="search" autocomplete="off" spellcheck="false"
                aria-label=language.words(Locale::search_contacts)
                placeholder=language.words(Locale::search_contacts)
                on:input=move |event| sought.set(event_target_value(&event))/>
            <ul class="rows contact-rows">{rows}</ul>
            <p class="hint" role="status">{rest}</p>
            <Erased done=move |()| {}/>
            <ImportReport/>
            <div class="picker-foot">
                <ImportButton/>
                <EraseAll/>
            </div>
        </div>
    }
}

/// One contact.
#[component]
fn Row(suggestion: Suggestion) -> impl IntoView {
    let locale = use_language().get_untracked();
    let contacts = use_contacts();
    let Suggestion { key, contact } = suggestion;
    let shown = visible(&named_address(contact.name(), &contact.address));
    let erase = locale.erase_one(&shown);
    view! {
        <li>
            <span class="row-name">{shown}</span>
            <small class="muted">{since(locale, Since::of(&contact, Date::now()))}</small>
            <button type="button" class="icon" aria-label=erase
                on:click=move |_| contacts.erase(&key)>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

/// Erases all contacts, after one more click.
#[component]
fn EraseAll() -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    let asking = RwSignal::new(false);
    let ask = move || {
        view! {
            <button type="button" class="btn" disabled=move || contacts.many() == 0
                on:click=move |_| asking.set(true)>
                {language.words(Locale::erase_contacts)}
            </button>
        }
    };
    let really = move || language.get().erase_many(contacts.many());
    view! {
        <Show when=move || asking.get() fallback=ask>
            <button type="button" class="btn danger"
                on:click=move |_| {
                    asking.set(false);
                    contacts.erase_all();
                }>
                {really}
            </button>
            <button type="button" class="btn" on:click=move |_| asking.set(false)>
                {language.words(Locale::cancel)}
            </button>
        </Show>
    }
}
