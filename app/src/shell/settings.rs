//! The dialog with what a person can set for the page as a whole.

use leptos::prelude::*;

use super::appearance::{Theme, choose_language, choose_theme, chosen_theme};
use super::commands::offer_commands;
use super::mail_links::MailLinks;
use crate::commands::table::SETTINGS;
use crate::commands::{SingleKeysBox, use_commands};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Dialog, DialogHead, Later, Radio};

/// The dialog, while it is open.
#[component]
#[must_use]
pub(super) fn Settings() -> impl IntoView {
    view! { <Later view=settings quiet=true at_start=true/> }
}

part! { later:
    fn settings() -> View {
        || {
            offer_commands();
            view! { <SettingsDialog/> }.into_any()
        }
    }
}

#[component]
fn SettingsDialog() -> impl IntoView {
    let open = RwSignal::new(false);
    use_commands().offer(&SETTINGS, || true, move || open.set(true));
    view! {
        <Dialog open title="settings-title" on_close=move |()| open.set(false)>
            <Content open/>
        </Dialog>
    }
}

#[component]
fn Content(open: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let theme = RwSignal::new(chosen_theme());
    let languages = [(Locale::En, "English"), (Locale::Ko, "한국어")].map(|(locale, name)| {
        view! {
            <Radio group="language" label=Signal::stored(name)
                checked=Signal::derive(move || language.get() == locale)
                on_choose=move |()| choose_language(language, locale)/>
        }
    });
    let themes = Theme::ALL.map(|one| {
        view! {
            <Radio group="theme" label=Signal::derive(move || one.name(language.get()))
                checked=Signal::derive(move || theme.get() == one)
                on_choose=move |()| {
                    choose_theme(one);
                    theme.set(one);
                }/>
        }
    });
    view! {
        <DialogHead id="settings-title" title=Locale::settings
            on_close=move |()| open.set(false)/>
        <div class="settings">
            <fieldset>
                <legend>{language.words(Locale::language)}</legend>
                {languages}
            </fieldset>
            <fieldset>
                <legend>{language.words(Locale::theme)}</legend>
                {themes}
            </fieldset>
            <fieldset>
                <legend>{language.words(Locale::shortcuts)}</legend>
                <SingleKeysBox/>
                <p class="hint">{language.words(Locale::single_keys_hint)}</p>
            </fieldset>
            <MailLinks/>
        </div>
    }
}
