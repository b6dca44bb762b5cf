//! The region of the page that explains.

use leptos::prelude::*;

use super::meaning::Explanation;
use crate::i18n::{Locale, use_language};
use crate::ui::code_class;
use crate::ui::visible::visible;

/// The region, around an explanation.
#[component]
#[must_use]
pub fn ExplanationBar(children: Children) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="explain-place" role="region" aria-label=language.words(Locale::explanation)>
            {children()}
        </div>
    }
}

/// An explanation.
#[component]
#[must_use]
pub fn Explained(
    /// The explanation.
    explanation: Explanation,
) -> impl IntoView {
    let badge = explanation.badge.as_ref().map(|badge| {
        let class = badge.class.map_or("code", code_class);
        view! { <span class=class>{visible(&badge.text)}</span> }
    });
    let rfc = explanation.rfc.as_ref().map(|rfc| {
        view! {
            <a href=rfc.url.clone() target="_blank" rel="noopener noreferrer">
                {rfc.label.clone()}
            </a>
        }
    });
    view! {
        <div class="explain">
            <div class="explain-head">{badge}<h2>{visible(&explanation.title)}</h2>{rfc}</div>
            <p>{visible(&explanation.text)}</p>
        </div>
    }
}
