//! The button beside Send: sending at a time, and for how long sending can be undone.

use leptos::context::Provider;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::model::UNDO_SECONDS;
use super::moment::{self, Clock};
use super::notices::At;
use super::store::use_held;
use super::times::{Offer, offers};
use crate::accounts::use_accounts;
use crate::compose::drafts::now;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, Icon, Later, Radio, ime};

/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;

/// What the menu is for. A context.
#[derive(Clone, Copy)]
struct Chosen {
    on_choose: Callback<u64>,
    close: Callback<()>,
}

/// The button, and the menu while it is open.
#[component]
#[must_use]
pub(in crate::compose) fn SendMenu(
    /// Called with the time at which the message is to be sent.
    #[prop(into)]
    on_choose: Callback<u64>,
    /// Whether it can't be used.
    #[prop(into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let place = NodeRef::<html::Div>::new();
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            button.focus().ok();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() && !ime::handles(&event) {
            event.stop_propagation();
            event.prevent_default();
            close();
        }
    };
    let on_leave = move |event: FocusEvent| {
        let next = event.related_target();
        let next = next.and_then(|next| next.dyn_into::<Element>().ok());
        let place = place.try_get_untracked().flatten();
        // A picker of the browser takes the focus, and gives it to nothing of the page.
        let outside = next.zip(place);
        if outside.is_some_and(|(next, place)| !place.contains(Some(next.as_ref()))) {
            open.try_set(false);
        }
    };
    let chosen = Chosen {
        on_choose,
        close: Callback::new(move |()| close()),
    };
    view! {
        <div class="split" node_ref=place on:keydown=on_key on:focusout=on_leave>
            <button type="button" class="btn" node_ref=button disabled=disabled
                aria-label=language.words(Locale::send_later_menu)
                title=language.words(Locale::send_later_menu)
                aria-expanded=move || if open.get() { "true" } else { "false" }
                // Safari gives a clicked button no focus, which would close the menu.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| open.update(|open| *open = !*open)>
                <Icon glyph=Glyph::Chevron/>
            </button>
            <Show when=move || open.get()>
                <Provider value=chosen>
                    <Later view=menu/>
                </Provider>
            </Show>
        </div>
    }
}

part! { later:
    fn menu() -> View {
        || view! { <Menu/> }.into_any()
    }
}

#[component]
fn Menu() -> impl IntoView {
    let Chosen { on_choose, close } = expect_context();
    let language = use_language();
    let held = use_held();
    let accounts = use_accounts();
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let first = list
            .get()
            .and_then(|list| list.query_selector("button").ok()?);
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            first.focus().ok();
        }
    });
    let choose = move |due: u64| {
        close.run(());
        on_choose.run(due);
    };
    let clock = Clock::now();
    let offers = offers(clock.weekday(), clock.minute()).into_iter();
    let offers = offers.map(|(offer, when)| {
        // In an hour from now, to the second.
        let due = if offer == Offer::InAnHour {
            now() + HOUR_MS
        } else {
            clock.at(when)
        };
        let words: fn(Locale) -> &'static str = match offer {
            Offer::InAnHour => Locale::in_an_hour,
            Offer::Evening => Locale::this_evening,
            Offer::Tomorrow => Locale::tomorrow_morning,
            Offer::Monday => Locale::monday_morning,
        };
        let when = move || moment::words(due, now(), language.get());
        view! {
            <button type="button" on:click=move |_| choose(due)>
                <span>{language.words(words)}</span><small>{when}</small>
            </button>
        }
    });
    let undo = UNDO_SECONDS.map(|seconds| {
        let label = Signal::derive(move || match seconds {
            0 => language.get().undo_off(),
            5 => language.get().undo_5(),
            10 => language.get().undo_10(),
            _ => language.get().undo_20(),
        });
        view! {
            <Radio group="undo" label
                checked=Signal::derive(move || held.undo_seconds() == seconds)
                on_choose=move |()| held.choose_undo(seconds)/>
        }
    });
    let hint = move || {
        if accounts.server().practice {
            language.get().undo_practice()
        } else {
            language.get().undo_others()
        }
    };
    view! {
        <div class="send-menu" node_ref=list role="group"
            aria-label=language.words(Locale::send_later_menu)>
            <p class="menu-title">{language.words(Locale::send_later)}</p>
            {offers.collect_view()}
            <At label=Locale::send_at_time due={now() + HOUR_MS} on_choose=choose/>
            <fieldset>
                <legend class="menu-title">{language.words(Locale::undo_send)}</legend>
                {undo.into_iter().collect_view()}
                <p class="hint">{hint}</p>
            </fieldset>
        </div>
    }
}
