//! A button that unfolds something below it.

use leptos::context::Provider;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::ime;
use super::{Glyph, Icon};

/// Folds up what the button has unfolded, and returns the focus to it. A context of what is
/// unfolded.
#[derive(Clone, Copy)]
pub struct Fold(pub Callback<()>);

/// A button that unfolds something. Escape folds it up, and so does leaving it.
#[component]
#[must_use]
pub fn Unfold(
    /// The class of the element around both.
    class: &'static str,
    /// The class of the button.
    button: &'static str,
    /// The accessible name of the button.
    #[prop(into)]
    label: Signal<&'static str>,
    /// Whether it can't be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the key Down unfolds it, too.
    #[prop(optional)]
    by_arrow: bool,
    /// Whether it stays when the focus goes to nothing on the page, as to a picker of the browser.
    #[prop(optional)]
    stays: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let element = NodeRef::<html::Button>::new();
    let place = NodeRef::<html::Div>::new();
    let fold = move || {
        open.set(false);
        if let Some(element) = element.get_untracked() {
            element.focus().ok();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        match event.key().as_str() {
            "Escape" if open.get_untracked() => {
                event.stop_propagation();
                event.prevent_default();
                fold();
            }
            "ArrowDown" if by_arrow && !open.get_untracked() => {
                event.prevent_default();
                open.set(true);
            }
            _ => {}
        }
    };
    let on_leave = move |event: FocusEvent| {
        let next = event.related_target();
        let next = next.and_then(|next| next.dyn_into::<Element>().ok());
        let inside = match (next, place.try_get_untracked().flatten()) {
            (Some(next), Some(place)) => place.contains(Some(next.as_ref())),
            (None, Some(_)) => stays,
            (_, None) => false,
        };
        if !inside {
            open.try_set(false);
        }
    };
    let fold = Fold(Callback::new(move |()| fold()));
    view! {
        <div class=class node_ref=place on:keydown=on_key on:focusout=on_leave>
            <button type="button" class=button node_ref=element disabled=disabled
                aria-label=label title=label
                aria-expanded=move || if open.get() { "true" } else { "false" }
                // Safari gives a clicked button no focus, which would fold it up.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| open.update(|open| *open = !*open)>
                <Icon glyph=Glyph::Chevron/>
            </button>
            <Provider value=fold>
                <Show when=move || open.get()>{children()}</Show>
            </Provider>
        </div>
    }
}
