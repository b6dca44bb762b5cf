//! What the person should know of messages that are held back, over whatever pane is shown.

use leptos::html;
use leptos::prelude::*;

use super::model::{Block, Held, Next, State, Why};
use super::store::{HeldStore, Said, use_held};
use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::compose::drafts::now;
use crate::i18n::{Locale, use_language};
use crate::submission;
use crate::ui::moment;
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton, show_pane};

/// The messages that are about to be sent, and those about which the person has to decide.
#[component]
#[must_use]
pub(in crate::compose) fn Notices() -> impl IntoView {
    let held = use_held();
    held.start();
    // Drawn anew only when it becomes another: its buttons may have the focus.
    let shown = Memo::new(move |_| {
        let items = held.items.get();
        let shown = items.into_iter().filter_map(|one| {
            let next = held.next(&one);
            Some((one.clone(), kind(&one, next)?))
        });
        shown.collect::<Vec<_>>()
    });
    let rows = move || shown.get();
    view! {
        <div class="toasts">
            <div role="status" class="toast-place">
                <Done/>
                <For each=rows key=|(one, kind)| (one.id.clone(), *kind, one.due) let:row>
                    <One held=row.0 kind=row.1/>
                </For>
            </div>
            <div role="alert" class="toast-place"><Trouble/></div>
        </div>
    }
}

/// What is shown of a held message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Counting,
    NoBridge,
    Busy,
    Missed,
    Password,
    Interrupted,
    Ended,
}

fn kind(held: &Held, next: Next) -> Option<Kind> {
    Some(match next {
        Next::Wait(_) if !held.is_later() => Kind::Counting,
        Next::Blocked(Block::NoBridge) => Kind::NoBridge,
        Next::Blocked(Block::Busy) => Kind::Busy,
        Next::Ask(Why::Missed) => Kind::Missed,
        Next::Ask(Why::Password) => Kind::Password,
        Next::Ask(Why::Interrupted) => Kind::Interrupted,
        Next::Ask(Why::Ended) => Kind::Ended,
        Next::Wait(_) | Next::Elsewhere | Next::Send | Next::Sending => return None,
    })
}

/// What a message is called.
pub(super) fn title(held: &Held, locale: Locale) -> String {
    match held.draft.title() {
        title if title.is_empty() => locale.no_subject().to_owned(),
        title => visible(&title),
    }
}

#[component]
fn One(held: Held, kind: Kind) -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let id = StoredValue::new(held.id.clone());
    let later = held.is_later();
    let one = StoredValue::new(held);
    let words = move || one.with_value(|one| words(language.get(), one, kind));
    let left = move || {
        let Next::Wait(left) = one.with_value(|one| store.next(one)) else {
            return String::new();
        };
        language.get().sending_in(left.div_ceil(1000))
    };
    let back = move || {
        let words: fn(Locale) -> &'static str = if later {
            Locale::back_to_drafts
        } else {
            Locale::undo
        };
        view! {
            <button type="button" {..mark((!later).then_some(&UNDO))} class="btn"
                on:click=move |_| id.with_value(|id| store.take_back(id))>
                {language.words(words)}
            </button>
        }
    };
    let send = move |words: fn(Locale) -> &'static str| {
        view! {
            <button type="button" class="btn"
                on:click=move |_| id.with_value(|id| store.send_now(id))>
                {language.words(words)}
            </button>
        }
    };
    let unknown = one.with_value(|one| one.state == State::Ended("unknown".into()));
    let content = match kind {
        Kind::Counting => view! {
            <p><span aria-hidden="true">{left}</span><span class="unseen">{words}</span></p>
            {back()}{send(Locale::send_now)}
        }
        .into_any(),
        Kind::NoBridge | Kind::Busy => view! { <p>{words}</p>{back()} }.into_any(),
        Kind::Missed => view! {
            <Icon glyph=Glyph::Alert/><p>{words}</p>
            {send(Locale::send_now)}{back()}
            <At label=Locale::send_later due=now() on_choose=move |due| {
                id.with_value(|id| store.wait_until(id, due));
            }/>
        }
        .into_any(),
        Kind::Password => {
            view! { <Icon glyph=Glyph::Lock/><p>{words}</p><Password id/>{back()} }.into_any()
        }
        Kind::Interrupted => {
            let dismiss = (!later).then(|| dismiss(store, id));
            let back = later.then(back);
            view! { <Icon glyph=Glyph::Alert/><p>{words}</p>{back}{dismiss} }.into_any()
        }
        Kind::Ended => {
            let again = (!unknown).then(|| send(Locale::send_again));
            view! { <Icon glyph=Glyph::Alert/><p>{words}</p>{again}{back()} }.into_any()
        }
    };
    view! { <div class="toast" data-held=move || id.get_value()>{content}</div> }
}

fn dismiss(store: HeldStore, id: StoredValue<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <button type="button" class="btn"
            on:click=move |_| id.with_value(|id| store.dismiss(id))>
            {language.words(Locale::dismiss)}
        </button>
    }
}

fn words(locale: Locale, held: &Held, kind: Kind) -> String {
    let title = title(held, locale);
    match kind {
        Kind::Counting => locale.sending_soon(title),
        Kind::NoBridge => locale.held_no_bridge(title),
        Kind::Busy => locale.held_busy(title),
        Kind::Missed => locale.held_missed(title, moment::words(held.due, now(), locale)),
        Kind::Password => {
            let host = if held.server.practice {
                locale.practice_server().to_owned()
            } else {
                held.server.host.clone()
            };
            locale.held_password(title, visible(&held.server.user), visible(&host))
        }
        Kind::Interrupted => locale.held_interrupted(title),
        Kind::Ended => match &held.state {
            State::Ended(kind) if kind == "unknown" => locale.held_unknown(title),
            _ => locale.held_not_sent(title),
        },
    }
}

/// A field for a date and a time, and a button that chooses it.
#[component]
#[must_use]
pub(super) fn At(
    /// What the button is called.
    label: fn(Locale) -> &'static str,
    /// The time that the field begins with.
    due: u64,
    /// Called with the time that is chosen.
    #[prop(into)]
    on_choose: Callback<u64>,
) -> impl IntoView {
    let language = use_language();
    let field = NodeRef::<html::Input>::new();
    let passed = RwSignal::new(false);
    let choose = move |_| {
        let value = field.get_untracked().map(|field| field.value());
        let chosen = moment::of_field(&value.unwrap_or_default());
        let chosen = chosen.filter(|chosen| *chosen > now());
        passed.set(chosen.is_none());
        match chosen {
            Some(chosen) => on_choose.run(chosen),
            None => {
                if let Some(field) = field.get_untracked() {
                    field.focus().ok();
                }
            }
        }
    };
    view! {
        <span class="at">
            <input type="datetime-local" node_ref=field value=moment::for_field(due)
                aria-label=language.words(Locale::date_and_time)
                aria-invalid=move || passed.get().then_some("true")/>
            <button type="button" class="btn" on:click=choose>{language.words(label)}</button>
            <Show when=move || passed.get()>
                <span class="problem" role="alert">{language.words(Locale::time_has_passed)}</span>
            </Show>
        </span>
    }
}

/// A field for the password that is missing.
#[component]
fn Password(id: StoredValue<String>) -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let field = NodeRef::<html::Input>::new();
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| field.value());
        let typed = typed.filter(|typed| !typed.is_empty());
        let held = id.with_value(|id| store.get(id));
        if let (Some(typed), Some(held)) = (typed, held) {
            store.accounts.remember_password(&held.server, typed);
            store.send_now(&held.id);
        }
    };
    view! {
        <form class="at" on:submit=send>
            <input type="password" node_ref=field autocomplete="off"
                aria-label=language.words(Locale::password)/>
            <button type="submit" class="btn">{language.words(Locale::send_now)}</button>
        </form>
    }
}

/// What was done last.
#[component]
fn Done() -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let show = show_pane();
    let close = move || store.said.set(None);
    let done = move || {
        let locale = language.get();
        let (words, rest) = match store.said.get()? {
            Said::Scheduled(id) => {
                let held = store.get(&id)?;
                let when = moment::words(held.due, now(), locale);
                let back = move |_| store.take_back(&id);
                let undo = view! {
                    <button type="button" {..mark(&UNDO)} class="btn" on:click=back>
                        {language.words(Locale::undo)}
                    </button>
                };
                (
                    locale.held_until(title(&held, locale), when),
                    undo.into_any(),
                )
            }
            Said::Ended { title, kind } => {
                let title = if title.is_empty() {
                    locale.no_subject().to_owned()
                } else {
                    visible(&title)
                };
                let words = match kind {
                    "accepted" => locale.held_sent(title),
                    "unknown" => locale.held_unknown(title),
                    _ => locale.held_not_sent(title),
                };
                let wire = view! {
                    <button type="button" class="btn" on:click=move |_| {
                        close();
                        show.run(&submission::PANE);
                    }>
                        {language.words(Locale::show_wire)}
                    </button>
                };
                (words, wire.into_any())
            }
            Said::Gone => (locale.held_gone().to_owned(), ().into_any()),
        };
        Some(view! {
            <div class="toast">
                <p>{words}</p>{rest}
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| close()/>
            </div>
        })
    };
    view! { {done} }
}

/// Why something could not be stored or read.
#[component]
fn Trouble() -> impl IntoView {
    let language = use_language();
    let store = use_held();
    let trouble = move || {
        store.trouble.get()?;
        Some(view! {
            <div class="toast">
                <Icon glyph=Glyph::Alert/><p>{language.words(Locale::held_trouble)}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| store.trouble.set(None)/>
            </div>
        })
    };
    view! { {trouble} }
}
