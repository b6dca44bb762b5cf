//! The options of the message: a button, and what it unfolds.

mod headers;
mod panel;

use leptos::prelude::*;

use self::panel::Panel;
use super::store::{ComposeStateStoreFields as _, use_compose};
use crate::commands::mark;
use crate::commands::table::OPTIONS;
use crate::i18n::{Locale, use_language};
use crate::ui::Later;
use crate::ui::part::{View, part};

/// The id of what the button unfolds.
const PANEL: &str = "options";

/// What the ids of the fields with the names of header fields begin with.
const NAME: &str = "own-name-";

/// The same of their values.
const VALUE: &str = "own-value-";

/// The id of the field with the name of a header field.
pub(super) fn name_id(at: usize) -> String {
    format!("{NAME}{at}")
}

fn value_id(at: usize) -> String {
    format!("{VALUE}{at}")
}

/// The number of the header field to which the field of this id belongs.
pub(super) fn number_of(id: &str) -> Option<usize> {
    let number = id.strip_prefix(NAME).or_else(|| id.strip_prefix(VALUE))?;
    number.parse().ok()
}

/// Shows the options, or hides them. It says how many are set.
#[component]
#[must_use]
pub(super) fn OptionsButton() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let shown = compose.state.options_shown();
    let count = Memo::new(move |_| compose.options().with(|options| options.count()));
    let count = move || {
        let count = count.get();
        (count > 0).then(|| view! { <b class="count">{count.to_string()}</b> })
    };
    view! {
        <Show when=move || !compose.is_raw()>
            <button type="button" {..mark(&OPTIONS)} class="link options-button" aria-controls=PANEL
                aria-expanded=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)>
                {language.words(Locale::options)}{count}
            </button>
        </Show>
    }
}

/// The options, while they are shown.
#[component]
#[must_use]
pub(super) fn OptionsPanel() -> impl IntoView {
    let compose = use_compose();
    let shown = move || compose.state.options_shown().get() && !compose.is_raw();
    view! {
        <Show when=shown>
            <Later view=panel/>
        </Show>
    }
}

part! { later:
    fn panel() -> View {
        || view! { <Panel/> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_knows_its_number() {
        assert_eq!(number_of(&name_id(3)), Some(3));
        assert_eq!(number_of(&value_id(12)), Some(12));
        assert_eq!(number_of("to"), None);
        assert_eq!(number_of("own-name-x"), None);
    }
}
