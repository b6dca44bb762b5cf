//! The dialog with all shortcuts.

use leptos::prelude::*;

use super::command::{Command, Group};
use super::store::{Shown, use_commands};
use super::table::ALL;
use crate::i18n::{Locale, use_language};
use crate::ui::{Checkbox, DialogHead};

/// The keys of a command.
#[component]
#[must_use]
pub(super) fn Shortcut(command: &'static Command) -> impl IntoView {
    let language = use_language();
    let mac = is_mac();
    let one = move |keys: Vec<String>| {
        let keys = keys.into_iter().map(|key| view! { <kbd>{key}</kbd> });
        view! { <span class="together">{keys.collect_view()}</span> }
    };
    let all = command.keys.iter().enumerate().map(move |(at, keys)| {
        let or = (at > 0).then(|| view! { <small>{language.words(Locale::or_key)}</small> });
        let mut parts = keys.shown(mac).into_iter();
        let first = parts.next().map(one);
        let then = parts.next().map(|keys| {
            view! { <small>{language.words(Locale::then_key)}</small>{one(keys)} }
        });
        view! { {or}{first}{then} }
    });
    view! { <span class="keys">{all.collect_view()}</span> }
}

fn is_mac() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// All shortcuts, and whether single keys are among them.
#[component]
#[must_use]
pub(super) fn Sheet() -> impl IntoView {
    let language = use_language();
    let commands = use_commands();
    let group = move |group: Group| {
        let with_keys =
            |command: &&&'static Command| command.group == group && !command.keys.is_empty();
        let rows = ALL.iter().filter(with_keys).map(|command| {
            view! {
                <dt>{language.words(command.name)}</dt>
                <dd><Shortcut command/></dd>
            }
        });
        view! {
            <section>
                <h3>{move || group.name(language.get())}</h3>
                <dl>{rows.collect_view()}</dl>
            </section>
        }
    };
    view! {
        <div class="sheet">
            <DialogHead id="sheet-title" title=Locale::shortcuts
                on_close=move |()| commands.close()/>
            <div class="sheet-foot">
                <SingleKeysBox/>
                <button type="button" class="btn" on:click=move |_| commands.show(Shown::Palette)>
                    {language.words(Locale::find_command)}
                </button>
            </div>
            <div class="sheet-groups" tabindex="0" role="region"
                aria-label=language.words(Locale::shortcuts)>
                {Group::ALL.map(group).collect_view()}
            </div>
        </div>
    }
}

/// Turns single keys on and off.
#[component]
#[must_use]
pub fn SingleKeysBox() -> impl IntoView {
    let language = use_language();
    let commands = use_commands();
    view! {
        <Checkbox label=language.words(Locale::single_keys)
            checked=Signal::derive(move || commands.single_keys())
            on_change=move |on| commands.set_single_keys(on)/>
    }
}
