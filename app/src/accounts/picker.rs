//! The dialog in which a mail server is chosen.

mod faults;
mod host;
mod options;
mod protection;

use leptos::prelude::*;

use self::faults::Faults;
use self::host::Host;
use self::options::Options;
use self::protection::{Protection, SignIn};
use super::presets::Preset;
use super::store::use_accounts;
use crate::connection::use_connection;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Dialog, DialogHead, Later, Radio};

/// The server dialog, while it is open.
#[component]
#[must_use]
pub fn Picker() -> impl IntoView {
    let accounts = use_accounts();
    view! {
        <Dialog open=Signal::derive(move || accounts.is_picking()) title="picker-title"
            on_close=move |()| accounts.set_picking(false)>
            <Later view=form/>
        </Dialog>
    }
}

part! { later:
    fn form() -> View {
        || view! { <Form/> }.into_any()
    }
}

#[component]
fn Form() -> impl IntoView {
    let language = use_language();
    let accounts = use_accounts();
    let connection = use_connection();
    let choice = RwSignal::new(untrack(|| accounts.server()));
    let password = RwSignal::new(untrack(|| accounts.password()));
    let preset = RwSignal::new(None::<&'static Preset>);
    let practice = Memo::new(move |_| choice.with(|choice| choice.practice));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let mut chosen = choice.get_untracked();
        chosen.host = chosen.host.trim().to_owned();
        accounts.choose(chosen, password.get_untracked());
        accounts.set_picking(false);
    };
    view! {
        <form method="dialog" on:submit=save>
            <DialogHead id="picker-title" title=Locale::mail_server
                on_close=move |()| accounts.set_picking(false)/>
            <fieldset>
                <legend class="unseen">{language.words(Locale::which_server)}</legend>
                <Radio group="kind" label=language.words(Locale::practice_server)
                    checked=practice
                    on_choose=move |()| choice.update(|choice| choice.practice = true)/>
                <Radio group="kind" label=language.words(Locale::other_server)
                    checked=move || !practice.get()
                    on_choose=move |()| choice.update(|choice| choice.practice = false)/>
            </fieldset>
            <Show when=move || practice.get() fallback=move || view! { <Host choice preset/> }>
                <p class="hint">{language.words(Locale::practice_hint)}</p>
                {move || connection.practice().map(|practice| {
                    view! { <Faults faults=practice.faults/> }
                })}
            </Show>
            <Protection choice/>
            <SignIn choice password/>
            <Options choice/>
            <div class="picker-foot">
                <button type="submit" class="btn primary">
                    {language.words(Locale::use_server)}
                </button>
                <button type="button" class="btn" on:click=move |_| accounts.set_picking(false)>
                    {language.words(Locale::cancel)}
                </button>
            </div>
        </form>
    }
}
