//! The invitation of the message: a button that begins one, and its form.

mod fields;
mod form;

use leptos::prelude::*;

pub(super) use self::form::InvitationForm;
use super::footer::focus;
use super::store::use_compose;
use crate::commands::mark;
use crate::commands::table::INVITE;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon};

/// The id of the field with the title.
const TITLE: &str = "event-title";

/// Begins an invitation, and leads to its form.
#[component]
#[must_use]
pub(super) fn InvitationButton() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let begin = move |_| {
        if compose.invitation().with_untracked(Option::is_none) {
            compose.invite();
        }
        // The form is there with the next frame.
        request_animation_frame(|| focus(TITLE));
    };
    view! {
        <Show when=move || !compose.is_raw()>
            <button type="button" class="attach" {..mark(&INVITE)} on:click=begin>
                <Icon glyph=Glyph::Calendar/>{language.words(Locale::event_invitation)}
            </button>
        </Show>
    }
}
