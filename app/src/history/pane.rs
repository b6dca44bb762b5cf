//! The pane that shows what was sent.

use leptos::prelude::*;

use super::detail::Detail;
use super::list::{List, Tools};
use super::store::{HistoryStore, use_history};
use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, IconButton, Later, Pane};

/// The pane that shows what was sent.
pub static PANE: Pane = Pane {
    name: "history",
    glyph: Glyph::Clock,
    tab: |locale| locale.history(),
    button: Some(|locale| locale.history()),
    count: None,
    provide: HistoryStore::provide,
    view: || view! { <Later view=history/> }.into_any(),
};

part! { later:
    fn history() -> View {
        || view! { <History/> }.into_any()
    }
}

/// The messages that were sent, newest first, and the one that is open.
#[component]
fn History() -> impl IntoView {
    let language = use_language();
    let history = use_history();
    history.look();
    let reading = move || history.open.with(Option::is_some);
    let any = Memo::new(move |_| {
        history
            .all
            .with(|all| all.as_ref().map(|all| !all.is_empty()))
    });
    let open = Memo::new(move |_| {
        let id = history.open.get()?;
        let all = history.all.get()?;
        all.into_iter().find(|one| one.id == id)
    });
    view! {
        <section class="pane inbox history" class:reading=reading
            aria-label=language.words(Locale::history)>
            <div class="inbox-list">
                <Tools/>
                {move || match any.get() {
                    None => view! { <p class="nothing">{language.words(Locale::fetching)}</p> }
                        .into_any(),
                    Some(false) => view! {
                        <p class="nothing">{language.words(Locale::history_empty)}</p>
                    }
                    .into_any(),
                    Some(true) => view! { <List/> }.into_any(),
                }}
                <Notices/>
                <p class="limits">{language.words(Locale::history_limits)}</p>
            </div>
            <div class="inbox-message">
                {move || match (open.get(), history.details.get()) {
                    (Some(sent), Some(details)) => {
                        view! { <Detail sent details/> }.into_any()
                    }
                    (Some(_), None) => view! {
                        <p class="nothing">{language.words(Locale::fetching)}</p>
                    }
                    .into_any(),
                    (None, _) => view! {
                        <p class="nothing">{language.words(Locale::history_choose)}</p>
                    }
                    .into_any(),
                }}
            </div>
        </section>
    }
}

/// What was deleted, and what went wrong.
#[component]
fn Notices() -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let deleted = move || {
        let many = history.deleted.with(Vec::len);
        (many > 0).then(|| {
            view! {
                <div class="notice">
                    <p>{language.get().history_deleted(many)}</p>
                    <button type="button" {..mark(&UNDO)} class="btn"
                        on:click=move |_| history.undo_delete()>
                        {language.words(Locale::undo)}
                    </button>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| history.deleted.set(Vec::new())/>
                </div>
            }
        })
    };
    let trouble = move || {
        history.trouble.get()?;
        Some(view! {
            <div class="notice">
                <p>{language.words(Locale::history_trouble)}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| history.trouble.set(None)/>
            </div>
        })
    };
    view! {
        <div role="status" class="notice-place">{deleted}</div>
        <div role="alert" class="notice-place">{trouble}</div>
    }
}
