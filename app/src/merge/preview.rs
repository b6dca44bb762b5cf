//! The message for one row, and the cells of the row, which can be mended.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::setup::column_words;
use super::store::use_merge;
use crate::compose::{BodyFormat, Draft, MessageFrame, shown_html};
use crate::i18n::{Locale, use_language};
use crate::ui::numbers;
use crate::ui::visible::{visible, visible_lines};

/// The most octets of the text that are shown.
const SHOWN: usize = 20_000;

/// The message for the row that is shown.
#[component]
#[must_use]
pub(super) fn Preview() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let many = Memo::new(move |_| merge.read(|plan| plan.table.rows.len()).unwrap_or_default());
    let row = Memo::new(move |_| merge.shown.get().min(many.get().saturating_sub(1)));
    let draft = Memo::new(move |_| merge.read(|plan| plan.message(row.get())));
    let left_out = Memo::new(move |_| {
        let left_out = merge.read(|plan| plan.left_out.contains(&row.get()));
        left_out.unwrap_or_default()
    });
    let last = move || row.get() + 1 >= many.get();
    let go = move |to: usize| merge.shown.set(to);
    let text = move |read: fn(&Draft) -> String| {
        draft
            .with(|draft| draft.as_ref().map(read))
            .unwrap_or_default()
    };
    // A text in Markdown is one as it is written until the code that reads it is there.
    let is_read = RwSignal::new(false);
    let format = Memo::new(move |_| merge.read(|plan| plan.draft.format).unwrap_or_default());
    Effect::new(move |_| {
        let format = format.get();
        is_read.set(false);
        spawn_local(async move {
            let there = merge.compose.prepare(format).await;
            is_read.try_set(there);
        });
    });
    let shows_html = Memo::new(move |_| is_read.get() && format.get() != BodyFormat::Plain);
    let html = Memo::new(move |_| {
        let html = |draft: &Draft| shown_html(draft.content(), &draft.attachments);
        draft
            .with(|draft| draft.as_ref().map(html))
            .unwrap_or_default()
    });
    let files = Memo::new(move |_| {
        let files = |draft: &Draft| draft.attachments.clone();
        draft
            .with(|draft| draft.as_ref().map(files))
            .unwrap_or_default()
    });
    let file_names = move || {
        let names = |draft: &Draft| {
            let names = draft.attachments.iter();
            let names =
                names.map(|one| format!("{} ({})", visible(&one.name), numbers::octets(one.size)));
            names.collect::<Vec<_>>().join(", ")
        };
        Some(text(names))
            .filter(|names| !names.is_empty())
            .unwrap_or_else(|| "–".to_owned())
    };
    view! {
        <section class="merge-preview" aria-label=language.words(Locale::preview)>
            <div class="merge-line">
                <button type="button" class="btn" disabled=move || row.get() == 0
                    on:click=move |_| go(row.get_untracked().saturating_sub(1))>
                    {language.words(Locale::merge_previous)}
                </button>
                <span role="status">
                    {move || language.get().merge_at(row.get() + 1, many.get())}
                </span>
                <button type="button" class="btn" disabled=last
                    on:click=move |_| go(row.get_untracked() + 1)>
                    {language.words(Locale::merge_next)}
                </button>
                <Show when=move || left_out.get()>
                    <button type="button" class="btn" on:click=move |_| {
                        let row = row.get_untracked();
                        merge.edit(|plan| {
                            plan.left_out.remove(&row);
                        });
                    }>
                        {language.words(Locale::merge_take_in)}
                    </button>
                </Show>
            </div>
            <dl>
                <dt>{language.words(Locale::to)}</dt>
                <dd>{move || text(|draft| visible(&draft.to.join(", ")))}</dd>
                <dt>{language.words(Locale::subject)}</dt>
                <dd>{move || text(|draft| visible(&draft.subject))}</dd>
                <dt>{language.words(Locale::attachments)}</dt>
                <dd>{file_names}</dd>
            </dl>
            {move || if shows_html.get() {
                view! {
                    <div class="merge-html" tabindex="0" role="region"
                        aria-label=language.words(Locale::message)>
                        <MessageFrame html files/>
                    </div>
                }
                .into_any()
            } else {
                view! {
                    <pre tabindex="0" role="region" aria-label=language.words(Locale::message)>
                        {move || text(body)}
                    </pre>
                }
                .into_any()
            }}
            <Cells row=row.into()/>
        </section>
    }
}

fn body(draft: &Draft) -> String {
    let mut end = draft.body.len().min(SHOWN);
    while !draft.body.is_char_boundary(end) {
        end -= 1;
    }
    visible_lines(&draft.body[..end])
}

/// The cells of the row.
#[component]
fn Cells(row: Signal<usize>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let columns = column_words();
    let cells = move || {
        let cell = |(column, words): (usize, String)| {
            let value = move || {
                let cell = |plan: &super::model::Plan| {
                    let row = plan.table.rows.get(row.get());
                    row.and_then(|cells| cells.get(column)).cloned()
                };
                merge.read(cell).flatten().unwrap_or_default()
            };
            let change = move |event: web_sys::Event| {
                let value = event_target_value(&event);
                let row = row.get_untracked();
                merge.edit(|plan| {
                    let cells = plan.table.rows.get_mut(row);
                    if let Some(cell) = cells.and_then(|cells| cells.get_mut(column)) {
                        *cell = value;
                    }
                });
            };
            view! {
                <label>
                    <span>{words}</span>
                    <input type="text" autocomplete="off" prop:value=value on:change=change/>
                </label>
            }
        };
        columns
            .get()
            .into_iter()
            .enumerate()
            .map(cell)
            .collect_view()
    };
    view! {
        <details class="merge-cells">
            <summary>{language.words(Locale::merge_cells)}</summary>
            <div>{cells}</div>
        </details>
    }
}
