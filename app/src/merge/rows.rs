//! What is wrong with rows, and what the person decides about them.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::model::{Checked, Fault};
use super::store::use_merge;
use super::words;
use crate::compose::BRACE;
use crate::i18n::{Locale, use_language};
use crate::ui::Checkbox;
use crate::ui::visible::visible;

/// The most rows that are listed.
const LISTED: usize = 100;

/// Fields of which the table has no column.
#[component]
#[must_use]
pub(super) fn Unknown(checked: Signal<Checked>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let fields = Memo::new(move |_| checked.with(|checked| checked.unknown.clone()));
    let words = move || {
        let words = fields.with(|fields| words::no_columns(language.get(), fields));
        words
            .into_iter()
            .map(|words| view! { <p class="problem">{words}</p> })
            .collect_view()
    };
    // Those of this moment. Another that is written later is asked about again.
    let literal = Memo::new(move |_| {
        let literal = merge.read(|plan| checked.with(|checked| checked.leaves_only(&plan.literal)));
        literal.unwrap_or_default()
    });
    let change = move |on: bool| {
        let fields = fields.get_untracked().into_iter().map(|one| one.field);
        let literal = if on {
            fields.collect()
        } else {
            BTreeSet::new()
        };
        merge.edit(|plan| plan.literal = literal);
    };
    view! {
        <Show when=move || fields.with(|fields| !fields.is_empty())>
            <div class="merge-faults">
                <div role="status">{words}</div>
                <p class="hint">{move || language.get().field_brace(BRACE)}</p>
                <Checkbox label=language.words(Locale::merge_as_written) checked=literal
                    on_change=change/>
            </div>
        </Show>
    }
}

/// The rows with faults. Each is mended in the preview, or left out.
#[component]
#[must_use]
pub(super) fn Faults(checked: Signal<Checked>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let faults = Memo::new(move |_| checked.with(|checked| checked.faults.clone()));
    let any = move || faults.with(|faults| !faults.is_empty());
    let words = move || language.get().merge_faults(faults.with(Vec::len));
    let has_empty = move || {
        let is_empty = |fault: &Fault| matches!(fault, Fault::Empty(_));
        let any = |(_, faults): &(usize, Vec<Fault>)| faults.iter().any(is_empty);
        faults.with(|faults| faults.iter().any(any))
    };
    let may_be_empty = move || merge.read(|plan| plan.may_be_empty).unwrap_or_default();
    let leave_out = move |_| {
        let faults = faults.get_untracked();
        merge.leave_out(faults.into_iter().map(|(row, _)| row));
    };
    let rows = move || {
        let locale = language.get();
        let faults = faults.get().into_iter().take(LISTED);
        let row = |(row, faults): (usize, Vec<Fault>)| {
            let faults = merge.read(|plan| {
                let words = |fault| words::fault(locale, &plan.table, fault);
                faults.iter().map(words).collect::<Vec<_>>().join(" ")
            });
            let faults = faults.unwrap_or_default();
            let faults = format!("{} {faults}", locale.merge_row(row + 1));
            let label = locale.merge_leave_out_row(row + 1);
            view! {
                <li>
                    <button type="button" class="link row-name"
                        on:click=move |_| merge.shown.set(row)>{faults}</button>
                    <button type="button" class="btn small" aria-label=label
                        on:click=move |_| merge.leave_out([row])>
                        {locale.merge_leave_out()}
                    </button>
                </li>
            }
        };
        faults.map(row).collect_view()
    };
    let left_out = Memo::new(move |_| merge.read(|plan| plan.left_out.len()).unwrap_or_default());
    view! {
        <div class="merge-faults">
            <p role="status" class:problem=any>{move || any().then(words)}</p>
            <ul class="rows merge-rows">{rows}</ul>
            <Show when=move || has_empty() || may_be_empty()>
                <Checkbox label=language.words(Locale::merge_may_be_empty)
                    checked=Signal::derive(may_be_empty)
                    on_change=move |on| merge.edit(|plan| plan.may_be_empty = on)/>
            </Show>
            <div class="merge-line">
                <Show when=any>
                    <button type="button" class="btn" on:click=leave_out>
                        {language.words(Locale::merge_leave_out_all)}
                    </button>
                </Show>
                <Show when=move || left_out.get() != 0>
                    <span>{move || language.get().merge_left_out(left_out.get())}</span>
                    <button type="button" class="btn"
                        on:click=move |_| merge.edit(|plan| plan.left_out.clear())>
                        {language.words(Locale::merge_take_all)}
                    </button>
                </Show>
            </div>
        </div>
    }
}

/// The rows with the address of an earlier one.
#[component]
#[must_use]
pub(super) fn Repeats(checked: Signal<Checked>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let repeats = Memo::new(move |_| checked.with(|checked| checked.repeats.clone()));
    let any = move || repeats.with(|repeats| !repeats.is_empty());
    let words = move || language.get().merge_repeats(repeats.with(Vec::len));
    let rows = move || {
        let locale = language.get();
        let repeats = repeats.get().into_iter().take(LISTED);
        let row = |one: super::model::Repeat| {
            let address = visible(&one.address);
            view! { <li>{locale.merge_repeat(one.first + 1, one.row + 1, address)}</li> }
        };
        repeats.map(row).collect_view()
    };
    let leave_out = move |_| {
        let repeats = repeats.get_untracked();
        merge.leave_out(repeats.into_iter().map(|one| one.row));
    };
    view! {
        <Show when=any>
            <details class="merge-repeats">
                <summary>{words}</summary>
                <ul class="merge-rows">{rows}</ul>
                <button type="button" class="btn" on:click=leave_out>
                    {language.words(Locale::merge_leave_out_repeats)}
                </button>
            </details>
        </Show>
    }
}
