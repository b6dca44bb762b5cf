//! What is shown of the conversation while its pane is folded.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::model::{Phase, Submission, kind};
use super::store::use_submission;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, IconButton, use_folding};

/// How the last submission stands, and the button that opens the pane.
#[component]
#[must_use]
pub(super) fn Strip() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let folding = use_folding();
    let open = move |_| {
        folding.fold.run(false);
        focus_button(".hide-wire");
    };
    let state = Memo::new(move |_| submission.read(state));
    let state = move || {
        state.get().map(|(kind, sign)| {
            let words = words(language.get(), kind);
            view! {
                <span class="strip-state" data-state=kind>
                    <b aria-hidden="true">{sign}</b>{words}
                </span>
            }
        })
    };
    view! {
        <div class="strip">
            <IconButton glyph=Glyph::Wire label=language.words(Locale::show_wire)
                attr:aria-expanded="false" on:click=open/>
            <span class="strip-name" aria-hidden="true">{language.words(Locale::wire)}</span>
            <span role="status">{state}</span>
        </div>
    }
}

/// Folds the pane to the strip.
#[component]
#[must_use]
pub(super) fn Hide() -> impl IntoView {
    let language = use_language();
    let folding = use_folding();
    let hide = move |_| {
        folding.fold.run(true);
        focus_button(".strip button");
    };
    folding.foldable.then(|| {
        view! {
            <button type="button" class="icon hide-wire" aria-expanded="true"
                aria-label=language.words(Locale::hide_wire)
                title=language.words(Locale::hide_wire) on:click=hide>
                <Icon glyph=Glyph::Fold/>
            </button>
        }
    })
}

/// Puts the focus on a button that is shown with the next frame.
fn focus_button(selector: &'static str) {
    request_animation_frame(move || {
        let button = document().query_selector(selector).ok().flatten();
        let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok());
        if let Some(button) = button {
            button.focus().ok();
        }
    });
}

/// The state of the last submission as a word for style sheets, and a sign for it. None: there is
/// nothing to say.
fn state(submission: &Submission) -> Option<(&'static str, &'static str)> {
    let kind = match &submission.phase {
        Phase::Idle => return None,
        Phase::Opening | Phase::Running => "running",
        Phase::Ready => "ready",
        Phase::Paused(_) => "paused",
        Phase::Finished(ending) => kind(ending),
    };
    let sign = match kind {
        "accepted" => "✓",
        "running" | "paused" => "…",
        "ready" | "ended" => "–",
        "unknown" | "interrupted" => "?",
        _ => "✕",
    };
    Some((kind, sign))
}

fn words(locale: Locale, kind: &str) -> &'static str {
    match kind {
        "accepted" => locale.stage_accepted(),
        "running" => locale.strip_running(),
        "ready" => locale.strip_ready(),
        "paused" => locale.strip_paused(),
        "refused" => locale.strip_refused(),
        "unknown" | "interrupted" => locale.strip_unknown(),
        "ended" => locale.strip_ended(),
        "failed" => locale.strip_failed(),
        _ => locale.strip_not_started(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strip_says_nothing_before_the_first_submission() {
        let mut submission = Submission::default();
        assert_eq!(state(&submission), None);
        submission.phase = Phase::Running;
        assert_eq!(state(&submission), Some(("running", "…")));
        submission.bridge_lost();
        assert_eq!(state(&submission), Some(("failed", "✕")));
    }
}
