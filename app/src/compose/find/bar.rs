//! The bar in which a person searches the text.

use std::ops::Range;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::matches::{context, from_caret, matches};
use crate::commands::table::FIND;
use crate::commands::{Pressed, mark};
use crate::compose::body::TextView;
use crate::compose::store::{ComposeStore, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, IconButton, Later, ime};

/// Whether the bar is open. Copies are the same.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Find {
    open: RwSignal<bool>,
}

impl Find {
    /// Provides it to all components below.
    pub(in crate::compose) fn provide() {
        provide_context(Find {
            open: RwSignal::new(false),
        });
    }

    /// Whether this key opens the bar: Ctrl+F in the text. In the bar it is the browser's.
    pub(in crate::compose) fn on_key(self, event: &KeyboardEvent) {
        if FIND.is_here(&Pressed::of(event)) && !ime::handles(event) {
            event.prevent_default();
            self.open.set(true);
        }
    }
}

/// The button that opens the bar.
#[component]
#[must_use]
pub(in crate::compose) fn FindButton() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let find: Find = expect_context();
    view! {
        <IconButton glyph=Glyph::Search label=language.words(Locale::find_in_text) {..mark(&FIND)}
            prop:disabled=move || compose.is_raw()
            on:click=move |_| find.open.update(|open| *open = !*open)/>
    }
}

/// The bar, while it is open.
#[component]
#[must_use]
pub(in crate::compose) fn FindBar() -> impl IntoView {
    let find: Find = expect_context();
    let compose = use_compose();
    view! {
        <Show when=move || find.open.get() && !compose.is_raw()><Later view=bar/></Show>
    }
}

part! { later:
    fn bar() -> View {
        || view! { <Bar/> }.into_any()
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    text: Vec<u16>,
    places: Vec<Range<usize>>,
}

fn with_view<T>(compose: ComposeStore, call: impl FnOnce(&dyn TextView) -> T) -> Option<T> {
    let view = compose.view.with_value(Clone::clone)?;
    Some(call(&*view))
}

#[component]
fn Bar() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let find: Find = expect_context();
    let (sought, with) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let found = Memo::new(move |_| {
        compose.plain_text();
        let sought = sought.get();
        let text = with_view(compose, |view| view.text()).unwrap_or_default();
        let places = matches(&text, &sought);
        Found { text, places }
    });
    // Which of them is shown.
    let at = RwSignal::new(0_usize);
    let current = move |found: &Found| {
        let last = found.places.len().checked_sub(1)?;
        found.places.get(at.get().min(last)).cloned()
    };
    let show = move |to: usize| {
        at.set(to);
        let place = found.with_untracked(|found| found.places.get(to).cloned());
        if let Some(place) = place {
            with_view(compose, |view| view.select(place, false));
        }
    };
    let go = move |back: bool| {
        let many = found.with_untracked(|found| found.places.len());
        if many > 0 {
            let now = at.get_untracked().min(many - 1);
            let step = if back { many - 1 } else { 1 };
            show((now + step) % many);
        }
    };
    let typed = move |text: String| {
        sought.set(text);
        let caret = with_view(compose, |view| view.caret()).unwrap_or_default();
        show(found.with_untracked(|found| from_caret(&found.places, caret)));
    };
    let replace = move |all: bool| {
        if !untrack(|| compose.writes()) {
            return;
        }
        let places = found.with_untracked(|found| {
            if all {
                found.places.clone()
            } else {
                untrack(|| current(found)).into_iter().collect()
            }
        });
        if !places.is_empty() {
            let text = with.get_untracked();
            with_view(compose, |view| view.replace(&places, &text));
            let now = at.get_untracked();
            let many = found.with_untracked(|found| found.places.len());
            if many > 0 {
                show(if all { 0 } else { now % many });
            }
        }
    };
    let close = move || {
        let place = found.with_untracked(|found| untrack(|| current(found)));
        find.open.set(false);
        with_view(compose, |view| {
            view.unmark();
            let caret = view.caret();
            view.select(place.unwrap_or(caret..caret), true);
        });
    };
    on_cleanup(move || {
        with_view(compose, |view| view.unmark());
    });
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.focus().ok();
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        match event.key().as_str() {
            "Escape" => close(),
            "F3" => go(event.shift_key()),
            "Enter" if !event.ctrl_key() && !event.meta_key() => {
                let target = event_target::<web_sys::HtmlElement>(&event);
                match target.id().as_str() {
                    "find" => go(event.shift_key()),
                    "replace" => replace(false),
                    _ => return,
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let count = move || {
        found.with(|found| match found.places.len() {
            _ if sought.with(String::is_empty) => String::new(),
            0 => language.get().found_none().to_owned(),
            many => language.get().found_of(at.get().min(many - 1) + 1, many),
        })
    };
    let line = move || {
        found.with(|found| {
            let place = current(found)?;
            let (before, it, after) = context(&found.text, &place);
            Some(view! { <p class="found">{before}<mark>{it}</mark>{after}</p> })
        })
    };
    let none = move || found.with(|found| found.places.is_empty());
    let cannot = move || none() || !compose.writes();
    view! {
        <div class="bar find" role="search" on:keydown=on_key
            aria-label=language.words(Locale::find_in_text)>
            <input id="find" type="text" autocomplete="off" node_ref=field
                aria-label=language.words(Locale::find_what)
                placeholder=language.words(Locale::find_what)
                on:input=move |event| typed(event_target_value(&event))/>
            <span class="muted" role="status">{count}</span>
            <IconButton glyph=Glyph::Up label=language.words(Locale::find_previous)
                prop:disabled=none on:click=move |_| go(true)/>
            <IconButton glyph=Glyph::Chevron label=language.words(Locale::find_next)
                prop:disabled=none on:click=move |_| go(false)/>
            <input id="replace" type="text" autocomplete="off"
                aria-label=language.words(Locale::replace_with)
                placeholder=language.words(Locale::replace_with)
                on:input=move |event| with.set(event_target_value(&event))/>
            <button type="button" class="btn" prop:disabled=cannot
                on:click=move |_| replace(false)>
                {language.words(Locale::replace_one)}
            </button>
            <button type="button" class="btn" prop:disabled=cannot
                on:click=move |_| replace(true)>
                {language.words(Locale::replace_all)}
            </button>
            <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                on:click=move |_| close()/>
            {line}
        </div>
    }
}
