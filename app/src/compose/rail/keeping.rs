//! Asks the browser to keep drafts when it runs out of room. Firefox asks the person in turn, so it
//! is asked only upon a click, beside a sentence that says why.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::compose::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::storage::persistence;

/// What is known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// Nothing, or it is kept: there is nothing to say.
    Quiet,
    /// The browser may remove drafts.
    Removable,
    /// It has agreed to keep them.
    Agreed,
    /// It has refused.
    Refused,
}

/// Says that the browser may remove drafts, and asks it not to.
#[component]
#[must_use]
pub(super) fn Keeping() -> impl IntoView {
    let language = use_language();
    let kept = RwSignal::new(Kept::Quiet);
    spawn_local(async move {
        if persistence::is_persistent().await == Some(false) {
            kept.try_set(Kept::Removable);
        }
    });
    let ask = move |_| {
        spawn_local(async move {
            let agreed = persistence::persist().await;
            kept.try_set(if agreed { Kept::Agreed } else { Kept::Refused });
        });
    };
    let compose = use_compose();
    let drafts = Memo::new(move |_| compose.state.heads().with(|heads| !heads.is_empty()));
    let said = move || match kept.get() {
        _ if !drafts.get() => None,
        Kept::Quiet => None,
        Kept::Removable => Some(language.get().drafts_removable()),
        Kept::Agreed => Some(language.get().drafts_kept()),
        Kept::Refused => Some(language.get().drafts_not_kept()),
    };
    view! {
        <p class="keeping" role="status">{said}</p>
        <Show when=move || drafts.get() && kept.get() == Kept::Removable>
            <button type="button" class="link" on:click=ask>
                {language.words(Locale::keep_drafts)}
            </button>
        </Show>
    }
}
