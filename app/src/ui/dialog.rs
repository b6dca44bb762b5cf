//! A modal dialog.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::ime;

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
    view! {
        <dialog node_ref=dialog class="picker" aria-labelledby=title
            on:keydown=on_key on:close=move |_| on_close.run(())>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
