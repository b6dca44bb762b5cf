//! A warning where many recipients see each other's addresses.

use leptos::prelude::*;

use super::store::use_chips;
use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::compose::checks::{Finding, use_asking};
use crate::compose::draft::Place;
use crate::i18n::{Locale, use_language};

/// The warning, with a button that moves the addresses to Bcc.
#[component]
#[must_use]
pub(in crate::compose) fn ManyRecipients() -> impl IntoView {
    let language = use_language();
    let chips = use_chips();
    let asking = use_asking();
    let visible = Memo::new(move |_| chips.visible_recipients());
    let warning = move || {
        // While it is asked about, the question says it.
        let shown = chips.many_visible() && !asking.asks(&Finding::ManyVisible);
        shown.then(|| {
            view! {
                <p>{move || language.get().many_recipients(visible.get())}</p>
                <button type="button" class="link" on:click=move |_| chips.hide_recipients()>
                    {language.words(Locale::move_to_bcc)}
                </button>
                <button type="button" class="link" on:click=move |_| chips.dismissed.set(true)>
                    {language.words(Locale::dismiss)}
                </button>
            }
        })
    };
    let undo = move |_| {
        if let Some(place) = chips.step(Place::To, true) {
            super::focus_field(place);
        }
    };
    let moved = move || {
        let moved = chips.hidden.get();
        (moved > 0).then(|| {
            view! {
                <p>{move || language.get().moved_to_bcc(moved)}</p>
                <button type="button" {..mark(&UNDO)} class="link" on:click=undo>
                    {language.words(Locale::undo)}
                </button>
            }
        })
    };
    view! { <div class="remarks many" role="status">{warning}{moved}</div> }
}
