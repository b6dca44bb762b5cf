//! A modal dialog.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement};

use super::{Glyph, IconButton, ime};
use crate::i18n::{Locale, use_language};

/// A modal dialog. What is in it is there while it is open only.
#[component]
#[must_use]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it was closed, by the person or otherwise.
    #[prop(into)]
    on_close: Callback<()>,
    /// The id of the heading that names it.
    title: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            dialog.show_modal().ok();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    // Enter would submit a form, and Escape close the dialog.
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) && matches!(event.key().as_str(), "Enter" | "Escape") {
            event.prevent_default();
        }
    };
    // A file chooser in it that was cancelled says so too.
    let on_cancel = move |event: Event| {
        let target = event.target();
        if target.is_some_and(|target| target.has_type::<HtmlDialogElement>()) {
            on_close.run(());
        }
    };
    // The browser says so a moment later, when the dialog may be open again.
    let on_closed = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            on_close.run(());
        }
    };
    view! {
        <dialog node_ref=dialog class="picker" aria-labelledby=title
            on:keydown=on_key on:cancel=on_cancel on:close=on_closed>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}

/// The heading of a dialog, and the button that closes it.
#[component]
#[must_use]
pub fn DialogHead(
    /// The id of the heading.
    id: &'static str,
    /// What it says.
    title: fn(Locale) -> &'static str,
    /// Called when the dialog is to be closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="picker-head">
            <h2 id=id>{language.words(title)}</h2>
            <span class="spacer"></span>
            <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                on:click=move |_| on_close.run(())/>
        </div>
    }
}
