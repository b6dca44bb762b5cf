//! The list of what was sent, and what is done with all of it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::model::{Batch, Line, Sent};
use super::store::use_history;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, SaveProblem, dom, moment, rows};

/// Searching, saving and deleting all.
#[component]
#[must_use]
pub(super) fn Tools() -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let none = move || history.listed().is_empty();
    let delete = move |_| {
        let listed = untrack(|| history.listed());
        history.delete(listed.into_iter().map(|one| one.id).collect());
    };
    view! {
        <div class="inbox-tools">
            <label class="find">
                <Icon glyph=Glyph::Search/>
                <input type="search" autocomplete="off" spellcheck="false"
                    aria-label=language.words(Locale::search_history)
                    placeholder=language.words(Locale::search_history)
                    on:input=move |event| history.search(event_target_value(&event))/>
            </label>
            <button type="button" class="link" disabled=none
                on:click=move |_| history.export_listed()>
                {language.words(Locale::export_history)}
            </button>
            <button type="button" class="link" disabled=none on:click=delete>
                {language.words(Locale::delete_all)}
            </button>
            <SaveProblem shown=history.not_saved/>
        </div>
    }
}

/// The messages, newest first.
#[component]
#[must_use]
pub(super) fn List() -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let lines = Memo::new(move |_| history.lines());
    let none = move || lines.with(Vec::is_empty);
    view! {
        <ul on:keydown=on_key>
            <For each=move || lines.get() key=Clone::clone let:line>
                {match line {
                    Line::One(sent) => view! { <Row sent/> }.into_any(),
                    Line::Batch(batch) => view! { <BatchRow batch/> }.into_any(),
                }}
            </For>
        </ul>
        <div role="status" class="notice-place">
            <Show when=none>
                <p class="nothing">{language.words(Locale::history_not_found)}</p>
            </Show>
        </div>
    }
}

#[component]
fn Row(sent: Sent) -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let id = sent.id.clone();
    let opens = id.clone();
    let current = move || history.open.with(|open| open.as_ref() == Some(&id));
    let title = visible(&sent.title);
    let title = move || match title.as_str() {
        "" => language.get().no_subject().to_owned(),
        title => title.to_owned(),
    };
    let people = visible(&sent.people.join(", "));
    let server = visible(&sent.server);
    let time = sent.time;
    let when = move || moment::words(time, dom::now(), language.get());
    let kind = sent.kind.clone();
    let refused = sent.refused;
    let words = {
        let kind = kind.clone();
        move || outcome(language.get(), &kind, refused)
    };
    let partly = refused > 0 && kind == "accepted";
    let class = if partly { "partly".to_owned() } else { kind };
    view! {
        <li>
            <button type="button" class="summary sent" data-sent=sent.id
                aria-current=move || current().then_some("true")
                on:click=move |_| history.open(Some(opens.clone()))>
                <span class="summary-top"><b>{title}</b><time>{when}</time></span>
                <span class="summary-to">"→ "{people}</span>
                <span class="summary-to">
                    <i class="badge" data-kind=class>{words}</i>
                    " "{server}
                </span>
            </button>
        </li>
    }
}

/// Messages that were made of the same draft, in a line.
#[component]
fn BatchRow(batch: Batch) -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let Batch {
        name,
        title,
        time,
        ids,
        accepted,
        unfolded,
    } = batch;
    let title = visible(&title);
    let when = move || moment::words(time, dom::now(), language.get());
    let many = ids.len();
    let words = move || language.get().history_batch(many, accepted);
    let label = move || language.get().history_delete_batch(many);
    view! {
        <li class="batch">
            <button type="button" class="summary sent" data-batch=name.clone()
                aria-expanded=if unfolded { "true" } else { "false" }
                on:click=move |_| history.unfold(&name, !unfolded)>
                <span class="summary-top"><b>{title}</b><time>{when}</time></span>
                <span class="summary-to">{words}</span>
            </button>
            <button type="button" class="icon" aria-label=label title=label
                on:click=move |_| history.delete(ids.clone())>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

/// How one ended, in a word.
pub(super) fn outcome(locale: Locale, kind: &str, refused: usize) -> &'static str {
    match kind {
        "" => locale.history_sending(),
        "accepted" if refused > 0 => locale.history_partly(),
        "accepted" => locale.history_accepted(),
        "refused" => locale.history_refused(),
        "unknown" => locale.history_unknown(),
        "interrupted" => locale.history_interrupted(),
        "ended" => locale.history_ended(),
        "not-started" => locale.history_not_started(),
        _ => locale.history_failed(),
    }
}

/// The arrow keys go from row to row.
fn on_key(event: KeyboardEvent) {
    let row = rows::row_of(&event);
    if let Some(to) = row.and_then(|row| rows::row_for_key(&event, &row)) {
        event.prevent_default();
        rows::focus_in(to.as_ref(), "button");
    }
}
