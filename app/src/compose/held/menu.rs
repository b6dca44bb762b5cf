//! The button beside Send: sending at a time, and for how long sending can be undone.

use leptos::context::Provider;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::model::UNDO_SECONDS;
use super::moment::Clock;
use super::notices::At;
use super::store::use_held;
use super::times::{Offer, offers};
use crate::accounts::use_accounts;
use crate::compose::drafts::now;
use crate::i18n::{Locale, use_language};
use crate::ui::moment;
use crate::ui::part::{View, part};
use crate::ui::{Fold, Later, Radio, Unfold};

/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;

/// What is called when a message is to be sent to many. A context, where that can be done.
#[derive(Clone, Copy)]
pub struct SendToMany(pub Callback<()>);

/// What is called with the time that is chosen. A context.
#[derive(Clone, Copy)]
struct Chosen(Callback<u64>);

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
    view! {
        <Provider value=Chosen(on_choose)>
            <Unfold class="split" button="btn" label=language.words(Locale::send_later_menu)
                disabled stays=true>
                <Later view=menu/>
            </Unfold>
        </Provider>
    }
}

part! { later:
    fn menu() -> View {
        || view! { <Menu/> }.into_any()
    }
}

#[component]
fn Menu() -> impl IntoView {
    let Chosen(on_choose) = expect_context();
    let Fold(fold) = expect_context();
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
        fold.run(());
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
    let many = use_context::<SendToMany>().map(|SendToMany(begin)| {
        let begin = move |_| {
            fold.run(());
            begin.run(());
        };
        view! {
            <button type="button" on:click=begin>
                <span>{language.words(Locale::send_to_many)}</span>
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
            {many}
            <fieldset>
                <legend class="menu-title">{language.words(Locale::undo_send)}</legend>
                {undo.into_iter().collect_view()}
                <p class="hint">{hint}</p>
            </fieldset>
        </div>
    }
}
