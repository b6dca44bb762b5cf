//! Lessons: files that say what to try with the practice server, and when it is done. What the
//! learner sends is sent: each lesson runs a submission in step mode.
//!
//! The code is of the part `lessons`, which is loaded when the pane is first shown.

mod code;
mod list;
mod model;
mod pane;
mod playing;
mod reading;
mod server;
mod store;
mod words;

use leptos::prelude::*;

use self::store::LessonsStore;
use crate::i18n::{Locale, use_language};
use crate::ui::part::View;
use crate::ui::{Glyph, OnDemand, Pane};

/// The lessons, by the names of their files, in their order.
pub(crate) const LESSONS: &[&str] = &[
    "program",
    "envelope",
    "bcc",
    "replies",
    "starttls",
    "auth",
    "dots",
    "mime",
    "pipelining",
    "later",
    "bounces",
    "utf8",
    "smuggling",
];

/// The pane of the lessons.
pub static PANE: Pane = Pane {
    name: "lessons",
    glyph: Glyph::Flask,
    tab: |locale| locale.lessons(),
    button: Some(|locale| locale.lessons()),
    count: None,
    provide: || {
        provide_context(Kept {
            store: StoredValue::new(None),
            owner: StoredValue::new(Owner::current()),
        });
    },
    view: || view! { <Lessons/> }.into_any(),
};

/// What stays while the pane is not on the screen. A context.
#[derive(Clone, Copy)]
struct Kept {
    /// Made when the pane is first shown.
    store: StoredValue<Option<LessonsStore>>,
    /// What everything in it lasts as long as.
    owner: StoredValue<Option<Owner>>,
}

/// The pane, once its code is there.
#[component]
fn Lessons() -> impl IntoView {
    let language = use_language();
    let code = OnDemand::new();
    let made = RwSignal::new(None::<View>);
    let fetch = move || {
        code.fetch(async move {
            let view = pane::whole().await?;
            // Without effect if it is no longer shown.
            made.try_set(Some(view));
            Ok(())
        });
    };
    fetch();
    move || match made.get() {
        Some(view) => view(),
        None if code.is_in_trouble() => view! {
            <p class="part-failed" role="alert">
                {language.words(Locale::part_not_loaded)}" "
                <button type="button" class="link" on:click=move |_| fetch()>
                    {language.words(Locale::try_again)}
                </button>
            </p>
        }
        .into_any(),
        None => ().into_any(),
    }
}
