//! That contacts were erased, with a button that brings them back.

use leptos::prelude::*;

use super::store::use_contacts;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;

/// What was erased last, if it can be brought back.
#[component]
#[must_use]
pub(super) fn Erased(
    /// Called when it was brought back, or is not to be.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    let words = move || {
        let erased = contacts.erased();
        let words = match erased.as_slice() {
            [] => return None,
            [(_, one)] => language.get().contact_erased(visible(&one.address)),
            all => language.get().contacts_erased(all.len()),
        };
        Some(view! {
            <div class="erased">
                <span>{words}</span>
                <button type="button" class="link"
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| {
                        contacts.undo();
                        done.run(());
                    }>
                    {language.words(Locale::undo)}
                </button>
            </div>
        })
    };
    view! { <div role="status">{words}</div> }
}
