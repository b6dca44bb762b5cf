//! The octets that will be sent.

use leptos::prelude::*;

use super::store::use_compose;
use super::words;
use crate::i18n::{Locale, use_language};

/// Exactly the octets that will be sent, or the problems that prevent it.
#[component]
#[must_use]
pub(super) fn Source() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    move || match compose.message() {
        Ok(message) => view! {
            <pre class="source" tabindex="0" role="region"
                aria-label=language.words(Locale::source)>
                {String::from_utf8_lossy(&message.octets).into_owned()}
            </pre>
        }
        .into_any(),
        Err(problems) => {
            let problems = problems
                .iter()
                .map(|problem| words::wrong(language.get(), &problem.what));
            view! {
                <div class="source">
                    <p>{language.words(Locale::source_not_yet)}</p>
                    <ul>{problems.map(|problem| view! { <li>{problem}</li> }).collect_view()}</ul>
                </div>
            }
            .into_any()
        }
    }
}
