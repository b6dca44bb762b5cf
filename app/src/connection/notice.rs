//! What is wrong between page and bridge, and what to do.

use leptos::prelude::*;

use super::event::{LinkState, Why};
use super::store::use_connection;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon};

/// What is wrong between page and bridge, and what to do. Empty while nothing is.
#[component]
#[must_use]
pub fn LinkNotice() -> impl IntoView {
    let language = use_language();
    let connection = use_connection();
    let words = move || match connection.state() {
        LinkState::Open(_) => match connection.alone() {
            None | Some(Why::Site) => None,
            Some(Why::NoToken) => Some((language.get().bridge_no_token(), false)),
            Some(Why::Stale) => Some((language.get().bridge_stale(), false)),
        },
        LinkState::Connecting => None,
        LinkState::Lost => Some((language.get().bridge_lost(), true)),
        LinkState::NoToken => Some((language.get().bridge_no_token(), false)),
        LinkState::Stale => Some((language.get().bridge_stale(), false)),
        LinkState::OtherVersion => Some((language.get().bridge_other_version(), false)),
        LinkState::TooMany => Some((language.get().bridge_too_many(), true)),
        LinkState::Misunderstood => Some((language.get().bridge_misunderstood(), true)),
    };
    view! {
        <div role="status" class="notice-place">
            {move || words().map(|(text, retry)| view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/><p>{text}</p>
                    {retry.then(|| view! {
                        <button type="button" class="btn" on:click=move |_| connection.retry()>
                            {language.words(Locale::try_now)}
                        </button>
                    })}
                </div>
            })}
        </div>
    }
}
