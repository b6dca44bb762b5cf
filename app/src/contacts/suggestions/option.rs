//! One suggestion.

use js_sys::Date;
use leptos::html;
use leptos::prelude::*;

use super::{List, option_id};
use crate::contacts::book::Suggestion;
use crate::contacts::highlight::highlight;
use crate::contacts::model::Since;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::{visible, visible_address};
use crate::ui::{Glyph, Icon};

/// One suggestion. It is taken with a click, and erased with one on its cross.
#[component]
#[must_use]
pub(super) fn Item(
    list: List,
    id: &'static str,
    at: usize,
    suggestion: Suggestion,
) -> impl IntoView {
    let locale = use_language().get_untracked();
    let contact = suggestion.contact;
    let typed = list.typed.get_untracked();
    let marked = |text: &str| {
        let parts = highlight(text, &typed).into_iter();
        parts
            .map(|(part, marked)| {
                if marked {
                    view! { <b>{part}</b> }.into_any()
                } else {
                    part.into_any()
                }
            })
            .collect_view()
    };
    let address = marked(&visible_address(&contact.address));
    let name = (!contact.name().is_empty()).then(|| marked(&visible(contact.name())));
    let named = name.is_some();
    let (open, close) = if named { (" <", ">") } else { ("", "") };
    let hint = since(locale, Since::of(&contact, Date::now()));
    let element = NodeRef::<html::Div>::new();
    let chosen = Memo::new(move |_| list.chosen.get() == Some(at));
    Effect::new(move |_| {
        if let Some(element) = element.get().filter(|_| chosen.get()) {
            element.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <div role="option" id=option_id(id, at) node_ref=element
            aria-selected=move || if chosen.get() { "true" } else { "false" }
            on:click=move |_| list.take(at)>
            <Icon glyph=Glyph::Person/>
            <span class="who">{name}{open}{address}{close}</span>
            <small>{hint}</small>
            // For a mouse or a finger; Delete does the same.
            <span class="cross" aria-hidden="true" title=locale.erase_contact()
                on:click=move |event| {
                    event.stop_propagation();
                    list.erase(at);
                }>
                <Icon glyph=Glyph::Cross/>
            </span>
        </div>
    }
}

/// How often or when someone was written to, in words.
pub(in crate::contacts) fn since(locale: Locale, since: Since) -> String {
    match since {
        Since::Often => locale.written_often().to_owned(),
        Since::Today => locale.written_today().to_owned(),
        Since::Yesterday => locale.written_yesterday().to_owned(),
        Since::Days(days) => locale.written_days(days),
        Since::Weeks(1) => locale.written_last_week().to_owned(),
        Since::Weeks(weeks) => locale.written_weeks(weeks),
        Since::Months(1) => locale.written_last_month().to_owned(),
        Since::Months(months) => locale.written_months(months),
        Since::Years(1) => locale.written_last_year().to_owned(),
        Since::Years(years) => locale.written_years(years),
        Since::Imported => locale.never_written().to_owned(),
    }
}
