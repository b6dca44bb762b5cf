//! The octets that will be sent.

use leptos::prelude::*;

use super::store::use_compose;
use super::words;
use crate::connection::Segment;
use crate::i18n::{Locale, use_language};
use crate::submission::Message;
use crate::ui::numbers;
use crate::ui::visible::visible;

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
                {source(language.get(), &message)}
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

/// The octets of a message as text, its files abbreviated.
fn source(locale: Locale, message: &Message) -> String {
    let segments = message.segments.iter().map(|segment| match segment {
        Segment::Octets(octets) => String::from_utf8_lossy(octets).into_owned(),
        Segment::Base64(file) => {
            let size = numbers::octets(file.size);
            format!("[{}]", locale.base64_of(visible(&file.name), size))
        }
    });
    segments.collect()
}
