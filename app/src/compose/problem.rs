//! What kept a draft from being sent, beside the field that it is about.

use leptos::prelude::*;

use super::draft::Place;
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use super::words;
use crate::i18n::use_language;

/// What kept the last attempt to send from sending, at one field.
#[component]
#[must_use]
pub(super) fn FieldProblem(
    /// The field.
    place: Place,
    /// The id of the element, by which the field refers to it.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let words = move || {
        compose.state.problems().with(|problems| {
            let here: Vec<String> = problems
                .iter()
                .filter(|problem| problem.place == place)
                .map(|problem| words::wrong(language.get(), &problem.what))
                .collect();
            here.join("\n")
        })
    };
    view! { <p class="problem" id=id>{words}</p> }
}

/// The value of `aria-invalid` for a field.
pub(super) fn invalid(compose: ComposeStore, place: Place) -> Option<&'static str> {
    compose
        .state
        .problems()
        .with(|problems| problems.iter().any(|problem| problem.place == place))
        .then_some("true")
}
