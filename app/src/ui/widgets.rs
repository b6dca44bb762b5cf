//! Widgets that several views share.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::i18n::{Locale, use_language};

/// A button that shows only an icon. The label is its accessible name and its tooltip.
#[component]
#[must_use]
pub fn IconButton(
    /// The icon.
    glyph: Glyph,
    /// What the button does.
    label: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <button type="button" class="icon" aria-label=label title=label>
            <Icon glyph/>
        </button>
    }
}

/// One of a group of buttons of which one is pressed.
#[component]
#[must_use]
pub fn Toggle(
    /// Whether this is the one.
    #[prop(into)]
    pressed: Signal<bool>,
    /// The text on it.
    label: Signal<&'static str>,
) -> impl IntoView {
    let pressed = move || if pressed.get() { "true" } else { "false" };
    view! { <button type="button" aria-pressed=pressed>{label}</button> }
}

/// One of a group of radio buttons.
#[component]
#[must_use]
pub fn Radio(
    /// The name of the group.
    group: &'static str,
    /// The text beside it.
    label: Signal<&'static str>,
    /// Whether it is checked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Called when this one is chosen.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="radio" name=group prop:checked=checked
                on:change=move |_| on_choose.run(())/>
            <span>{label}</span>
        </label>
    }
}

/// A checkbox.
#[component]
#[must_use]
pub fn Checkbox(
    /// The text beside it.
    label: Signal<&'static str>,
    /// Whether it is checked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with whether it is checked now.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=checked
                on:change=move |event| on_change.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
}

/// A row of a form: a field with its label in front.
#[component]
#[must_use]
pub fn FormRow(
    /// The id of the field.
    field: &'static str,
    /// The text of the label.
    label: Signal<&'static str>,
    /// The field.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="row2">
            <label for=field>{label}</label>
            {children()}
        </div>
    }
}

/// Says that a file could not be saved, see [`super::download`].
#[component]
#[must_use]
pub fn SaveProblem(
    /// Whether it could not.
    #[prop(into)]
    shown: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    view! {
        <Show when=move || shown.get()>
            <p class="problem" role="alert">{language.words(Locale::not_saved)}</p>
        </Show>
    }
}
