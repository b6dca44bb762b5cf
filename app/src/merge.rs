//! A message to many: each row of a table makes a message of its own, and they are sent one after
//! the other.
//!
//! Its code is a part of its own, which is loaded when someone wants it, or when a page that is
//! gone has left something of it.

mod content;
mod files;
mod model;
mod preview;
mod progress;
mod records;
mod rows;
mod running;
mod setup;
mod store;
mod words;

use leptos::prelude::*;
use leptos::task::spawn_local;

use self::content::whole;
use crate::commands::table::SEND_TO_MANY;
use crate::commands::use_commands;
use crate::compose::SendToMany;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, at_once_or_soon, part};
use crate::ui::{Glyph, Icon, OnDemand, use_later};

/// What begins it. A context.
#[derive(Clone, Copy)]
struct Wanted {
    /// Whether its dialog is open.
    open: RwSignal<bool>,
    /// Whether its code is wanted.
    code: RwSignal<bool>,
}

/// Provides what begins it to all components below.
pub fn provide() {
    let wanted = Wanted {
        open: RwSignal::new(false),
        code: RwSignal::new(false),
    };
    provide_context(wanted);
    let begin = move || {
        wanted.code.set(true);
        wanted.open.set(true);
    };
    provide_context(SendToMany(Callback::new(move |()| begin())));
    use_commands().offer(&SEND_TO_MANY, || true, begin);
    let later = use_later();
    Effect::new(move |_| {
        if later.is_there() {
            at_once_or_soon(find(wanted), |()| {});
        }
    });
}

part! { later:
    /// What a page that is gone has left.
    fn find(wanted: Wanted) -> () {
        spawn_local(async move {
            if records::is_there().await {
                wanted.code.set(true);
            }
        });
    }
}

/// The dialog, and how far it is while the dialog is closed. Nothing before it is wanted.
#[component]
#[must_use]
pub fn Merge() -> impl IntoView {
    let language = use_language();
    let wanted = expect_context::<Wanted>();
    let code = OnDemand::new();
    let made = RwSignal::new(None::<View>);
    let fetch = move || {
        code.fetch(async move {
            made.set(Some(whole().await?));
            Ok(())
        });
    };
    Effect::new(move |_| {
        if wanted.code.get() {
            fetch();
        }
    });
    move || match made.get() {
        Some(view) => view(),
        None if code.has_failed() => view! {
            <div class="notice" role="alert">
                <Icon glyph=Glyph::Alert/>
                <p>{language.words(Locale::part_not_loaded)}</p>
                <button type="button" class="btn" on:click=move |_| fetch()>
                    {language.words(Locale::try_again)}
                </button>
            </div>
        }
        .into_any(),
        None => ().into_any(),
    }
}
