//! The messages that are sent at a time, below the drafts.

use leptos::prelude::*;

use super::model::Held;
use super::notices::{At, title};
use super::store::use_held;
use crate::compose::drafts::now;
use crate::i18n::{Locale, use_language};
use crate::ui::moment;

/// The messages that wait, each with its time.
#[component]
#[must_use]
pub(in crate::compose) fn Waiting() -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let waiting = Memo::new(move |_| {
        store.items.with(|items| {
            let later = items.iter().filter(|held| held.is_later());
            later.cloned().collect::<Vec<_>>()
        })
    });
    let key = |held: &Held| (held.id.clone(), held.due, held.has_ended());
    view! {
        <Show when=move || waiting.with(|waiting| !waiting.is_empty())>
            <section class="waiting" aria-labelledby="waiting-title">
                <h2 id="waiting-title">{language.words(Locale::waiting)}</h2>
                <ul>
                    <For each=move || waiting.get() key=key let:held>
                        <Row held/>
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Row(held: Held) -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let id = StoredValue::new(held.id.clone());
    let due = held.due;
    let held = StoredValue::new(held);
    let open = RwSignal::new(false);
    let title = move || held.with_value(|held| title(held, language.get()));
    // The day has another name after midnight.
    let when = move || {
        let at = store.now.get().max(now());
        moment::words(due, at, language.get())
    };
    let missed = move || store.now.get() > due || held.with_value(Held::has_ended);
    view! {
        <li>
            <button type="button" class="waiting-title"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)>
                <span>{title}</span>
                <small class="badge" class:missed=missed>{when}</small>
            </button>
            <Show when=move || open.get()>
                <div class="waiting-tools">
                    <button type="button" class="btn"
                        on:click=move |_| id.with_value(|id| store.take_back(id))>
                        {language.words(Locale::back_to_drafts)}
                    </button>
                    <button type="button" class="btn"
                        on:click=move |_| id.with_value(|id| store.send_now(id))>
                        {language.words(Locale::send_now)}
                    </button>
                    <At label=Locale::change_time due on_choose=move |due| {
                        id.with_value(|id| store.wait_until(id, due));
                    }/>
                </div>
            </Show>
        </li>
    }
}
