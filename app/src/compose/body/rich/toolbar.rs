//! The toolbar of a rich text.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::commands::Command;
use super::field::Handle;
use crate::compose::attachments::use_attachments;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::ui::{drawing, ime};

/// The buttons that format the text. One of them can be reached by Tab, the others from it by the
/// arrow keys.
#[component]
#[must_use]
pub(super) fn Toolbar(handle: Handle) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let attachments = use_attachments();
    let bar = NodeRef::<html::Div>::new();
    let reachable = RwSignal::new(0);
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        let last = Command::ALL.len() - 1;
        let at = reachable.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" => {
                if at == last {
                    0
                } else {
                    at + 1
                }
            }
            "ArrowLeft" => {
                if at == 0 {
                    last
                } else {
                    at - 1
                }
            }
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        reachable.set(to);
        let buttons = bar
            .get_untracked()
            .and_then(|bar| bar.query_selector_all("button").ok());
        let button = buttons.and_then(|all| all.get(u32::try_from(to).unwrap_or(0)));
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            button.focus().ok();
        }
    };
    let chooser = NodeRef::<html::Input>::new();
    let press = move |at: usize, command: Command| {
        reachable.set(at);
        if command == Command::Picture {
            if let Some(chooser) = chooser.get_untracked() {
                chooser.click();
            }
        } else {
            handle.run(command);
        }
    };
    let chosen = move |_| {
        let Some(field) = chooser.get_untracked() else {
            return;
        };
        if let Some(files) = field.files() {
            attachments.insert_pictures(&files);
        }
        // The same file can be chosen again.
        field.set_value("");
    };
    let buttons = Command::ALL.into_iter().enumerate().map(|(at, command)| {
        let name = move || command.name(language.get());
        let keys = command.entry().and_then(|entry| entry.keys.first());
        let title = move || match keys {
            None => name().to_owned(),
            Some(keys) => format!("{} ({})", name(), keys.shown(false).concat().join("+")),
        };
        let said = command.entry().and_then(|entry| entry.aria(false));
        let pressed = move || {
            let on = handle.on.with(|on| on.contains(&command));
            command
                .is_state()
                .then_some(if on { "true" } else { "false" })
        };
        view! {
            <button type="button" class="icon" aria-label=name title=title aria-pressed=pressed
                aria-keyshortcuts=said
                tabindex=move || if reachable.get() == at { 0 } else { -1 }
                disabled=move || !compose.writes()
                // The text keeps the focus and its selection.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| press(at, command)>
                {drawing(command.drawing())}
            </button>
        }
    });
    view! {
        <div class="format" role="toolbar" aria-label=language.words(Locale::formatting)
            aria-controls="message" node_ref=bar on:keydown=on_key>
            {buttons.collect_view()}
            <input type="file" accept="image/*" multiple hidden node_ref=chooser on:change=chosen/>
        </div>
    }
}
