//! The rows of the list of drafts. However many drafts there are, no more rows are drawn than have
//! been scrolled to, and a row stays as it is while its draft does.

use js_sys::{Date, Object, Reflect};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::DraftRow;
use crate::compose::pane::PANE;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, tag, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, rows, show_pane};

/// How many rows are drawn at first, and at least how many are added at the end of the list.
const ROWS: usize = 100;

/// Rows are added when the end of those drawn is as near as this, in CSS pixels.
const NEAR: i32 = 1200;

/// What opens a draft in its row.
const TITLE: &str = ".draft-title";

/// The id of the list.
const LIST: &str = "draft-list";

/// The drafts that match a search.
#[component]
#[must_use]
pub(super) fn DraftList(
    /// What is searched for.
    search: RwSignal<String>,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let rows = Memo::new(move |_| compose.draft_rows(&search.read()));
    let limit = RwSignal::new(ROWS);
    Effect::watch(
        move || search.get(),
        move |search, _, _| {
            limit.set(ROWS);
            compose.search_texts(search);
        },
        false,
    );
    let drawn = move || {
        let limit = limit.get();
        rows.with(|rows| rows[..rows.len().min(limit)].to_vec())
    };
    let list = NodeRef::<html::Ul>::new();
    let on_scroll = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let left = list.scroll_height() - list.scroll_top() - list.client_height();
        let drawn = limit.get_untracked();
        if left < NEAR && drawn < rows.with_untracked(Vec::len) {
            limit.set(drawn + ROWS);
        }
    };
    let none = move || rows.with(Vec::is_empty);
    let live = Memo::new(move |_| compose.shown_row());
    view! {
        <ul id=LIST class="draft-list" node_ref=list on:scroll=on_scroll on:keydown=on_key>
            <For each=drawn key=DraftRow::key let:row>
                <Row row live/>
            </For>
        </ul>
        <div role="status" class="notice-place">
            <Show when=none>
                <p class="nothing">{language.words(Locale::no_drafts_found)}</p>
            </Show>
        </div>
    }
}

/// A draft. What opens it is its title, which the style sheet makes as large as the row.
#[component]
fn Row(
    row: DraftRow,
    /// The row of the draft that is shown, as it is now.
    live: Memo<DraftRow>,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let show = show_pane();
    let row = StoredValue::new(row);
    let current = row.with_value(|row| row.current);
    // Only the draft that is shown changes while it is in the list.
    let content = move || {
        if current { live.get() } else { row.get_value() }
    };
    let content = Memo::new(move |_| content());
    let title = Memo::new(move |_| {
        content.with(|content| match &content.title {
            Some(title) if title.is_empty() => language.get().no_subject().to_owned(),
            Some(title) => visible(title),
            None => language.get().unreadable_draft().to_owned(),
        })
    });
    let second = move || {
        let text = content.with(|content| visible(&content.second_line()));
        let when = content.with(|content| content.changed_ms.map(|ms| moment(ms, language.get())));
        let parts = [Some(text).filter(|text| !text.is_empty()), when];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    // A new message in which nothing has been written can't be discarded.
    let is_blank = |content: &DraftRow| content.title.as_deref() == Some("");
    let blank = Memo::new(move |_| current && content.with(is_blank));
    let files = Memo::new(move |_| content.with(|content| content.attachments));
    let files = move || {
        (files.get() > 0).then(|| {
            view! {
                <span class="files">
                    <Icon glyph=Glyph::File/>{files.get().to_string()}
                    <span class="unseen">{language.words(Locale::attached)}</span>
                </span>
            }
        })
    };
    let open = move |_| {
        if !current {
            row.with_value(|row| compose.open_draft(&row.id));
        }
        show.run(&PANE);
        request_animation_frame(follow_focus);
    };
    view! {
        <li class="draft" class:current=current>
            <button type="button" class="draft-title" aria-current=current.then_some("true")
                on:click=open>
                {title}
            </button>
            <small>{files}{second}</small>
            <Show when=move || !blank.get()>
                <button type="button" class="icon discard"
                    aria-label=move || language.get().discard_draft(title.get())
                    title=language.words(Locale::discard)
                    on:click=move |event| {
                        leave_row(&event);
                        row.with_value(|row| compose.discard_row(row));
                    }>
                    <Icon glyph=Glyph::Bin/>
                </button>
            </Show>
        </li>
    }
}

/// The focus goes to the row of the current draft, or to the first one.
pub(super) fn focus_list() {
    let Some(list) = document().get_element_by_id(LIST) else {
        return;
    };
    let title = ["[aria-current]", TITLE]
        .into_iter()
        .find_map(|wanted| list.query_selector(wanted).ok()?);
    rows::focus(title);
}

/// Whether the list is on the screen.
pub(super) fn is_listed() -> bool {
    let list = document().get_element_by_id(LIST);
    list.is_some_and(|list| list.client_height() > 0)
}

/// The focus goes to the compose pane if the list is not on the screen any more.
fn follow_focus() {
    if !is_listed() {
        rows::focus(document().query_selector(".compose").ok().flatten());
    }
}

/// The row is about to go away: the focus goes to the one after it, or before it.
fn leave_row(event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    let row = target.and_then(|target: Element| target.closest("li").ok()?);
    let next = row.and_then(|row| {
        let next = row.next_element_sibling();
        next.or_else(|| row.previous_element_sibling())
    });
    rows::focus_in(next.as_ref(), TITLE);
}

/// The arrow keys go from row to row, and Delete discards.
fn on_key(event: KeyboardEvent) {
    let Some(row) = rows::row_of(&event) else {
        return;
    };
    if event.key() == "Delete" {
        let button = row.query_selector(".discard").ok().flatten();
        let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok());
        return button.map_or((), |button| button.click());
    }
    if let Some(to) = rows::row_for_key(&event, &row) {
        event.prevent_default();
        rows::focus_in(to.as_ref(), TITLE);
    }
}

/// When a draft was changed: the time today, the weekday within a week, else the date.
fn moment(ms: u64, locale: Locale) -> String {
    const WEEK_MS: f64 = 6.0 * 24.0 * 3_600_000.0;
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit a double"
    )]
    let date = Date::new(&(ms as f64).into());
    let now = Date::new_0();
    let day = |date: &Date| (date.get_full_year(), date.get_month(), date.get_date());
    if day(&date) == day(&now) {
        return format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    }
    let fields: &[(&str, &str)] = if (0.0..WEEK_MS).contains(&(now.get_time() - date.get_time())) {
        &[("weekday", "short")]
    } else if date.get_full_year() == now.get_full_year() {
        &[("month", "short"), ("day", "numeric")]
    } else {
        &[
            ("year", "numeric"),
            ("month", "numeric"),
            ("day", "numeric"),
        ]
    };
    let options = Object::new();
    for (field, form) in fields {
        Reflect::set(&options, &(*field).into(), &(*form).into()).ok();
    }
    let text = date.to_locale_date_string(tag(locale), &options);
    text.into()
}
