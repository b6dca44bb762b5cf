//! How far it is: in the dialog, and below the panes while that is closed.

use leptos::html;
use leptos::prelude::*;

use super::model::{Counts, Halt, RowState};
use super::store::{MergeStore, use_merge};
use super::words;
use crate::i18n::{Locale, use_language};
use crate::ui::download::save;
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, SaveProblem};

/// The most rows that are listed.
const LISTED: usize = 500;

/// How many rows there are of each kind. None: it has not begun.
fn counts(merge: MergeStore) -> Memo<Option<Counts>> {
    Memo::new(move |_| {
        merge.run.with(|run| {
            let run = run.as_ref()?;
            merge.read(|plan| run.counts(plan.rows()))
        })
    })
}

/// How far it is, with a button that opens the dialog.
#[component]
#[must_use]
pub(super) fn Bar() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let counts = counts(merge);
    let words = move || {
        let counts = counts.get().unwrap_or_default();
        let locale = language.get();
        let at = locale.merge_progress(counts.over, counts.all);
        let state = if merge.running.get() {
            locale.merge_sending()
        } else if counts.over == counts.all {
            locale.merge_done()
        } else if merge.mine.get() {
            locale.merge_halted()
        } else {
            locale.merge_elsewhere()
        };
        format!("{at} · {state}")
    };
    let shown = Memo::new(move |_| counts.with(Option::is_some) && !merge.open.get());
    view! {
        <Show when=move || shown.get()>
            <div class="notice merge-bar">
                <p role="status">{words}</p>
                <button type="button" class="btn" on:click=move |_| merge.open.set(true)>
                    {language.words(Locale::merge_show)}
                </button>
            </div>
        </Show>
    }
}

/// How far it is, and what can be done.
#[component]
#[must_use]
pub(super) fn Progress() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let counts = counts(merge);
    let all = move || counts.get().unwrap_or_default();
    let at = move || language.get().merge_progress(all().over, all().all);
    let sums = move || {
        let Counts {
            accepted,
            refused,
            unknown,
            ..
        } = all();
        language.get().merge_sums(accepted, refused, unknown)
    };
    let done = Memo::new(move |_| all().over == all().all);
    let halt = move || {
        let halt = merge
            .halt
            .get()
            .filter(|_| !merge.running.get() && !done.get())?;
        Some(view! { <p class="problem">{words::halt(language.get(), &halt)}</p> })
    };
    let not_mine = move || {
        let other = !merge.mine.get();
        other.then(|| view! { <p>{language.words(Locale::merge_elsewhere)}</p> })
    };
    view! {
        <div role="status" class="merge-status">
            <p><b>{at}</b></p>
            <p>{sums}</p>
            {not_mine}
        </div>
        <progress max=move || all().all.to_string() value=move || all().over.to_string()
            aria-label=language.words(Locale::merge_title)></progress>
        <div role="alert">{halt}</div>
        <Buttons done/>
        <Results/>
        <p class="hint">{language.words(Locale::merge_history)}</p>
    }
}

#[component]
fn Buttons(done: Memo<bool>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let running = move || merge.running.get();
    let idle = move || !merge.running.get() && merge.mine.get();
    let lacks = Memo::new(move |_| merge.lacks_password());
    // One that the server does not take now would keep the others waiting.
    let skippable = Memo::new(move |_| {
        let halt = merge.halt.get();
        let of_row = matches!(halt, Some(Halt::Temporary(_) | Halt::Lost | Halt::NotMade));
        of_row && !merge.running.get() && merge.mine.get() && !lacks.get()
    });
    let skip = move || {
        let row = merge.next_row().unwrap_or_default();
        language.get().merge_skip(row + 1)
    };
    let resumable = move || idle() && !done.get() && !lacks.get();
    view! {
        <Show when=move || idle() && !done.get() && lacks.get()><Password/></Show>
        <div class="merge-line">
            <Show when=running>
                <button type="button" class="btn" on:click=move |_| merge.pause()>
                    <Icon glyph=Glyph::Step/>{language.words(Locale::merge_pause)}
                </button>
                <button type="button" class="btn" on:click=move |_| merge.stop()>
                    <Icon glyph=Glyph::Cross/>{language.words(Locale::merge_stop)}
                </button>
            </Show>
            <Show when=resumable>
                <button type="button" class="btn primary"
                    disabled=move || !merge.submission.can_send()
                    on:click=move |_| merge.resume()>
                    <Icon glyph=Glyph::Play/>{language.words(Locale::merge_resume)}
                </button>
            </Show>
            <Show when=move || skippable.get()>
                <button type="button" class="btn"
                    disabled=move || !merge.submission.can_send()
                    on:click=move |_| merge.skip()>
                    {skip}
                </button>
            </Show>
            <Show when=idle>
                <Rest/>
                <button type="button" class="btn" on:click=move |_| merge.close()>
                    {move || if done.get() {
                        language.get().merge_finish()
                    } else {
                        language.get().merge_give_up()
                    }}
                </button>
            </Show>
        </div>
    }
}

/// Saves the rows that were not accepted as a table.
#[component]
fn Rest() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let not_saved = RwSignal::new(false);
    let rest = move |()| {
        merge.run.with(|run| {
            let run = run.as_ref();
            merge.read(|plan| {
                let is_rest = |row: &usize| {
                    let state = run.map_or(&RowState::Waiting, |run| run.state(*row));
                    matches!(state, RowState::Waiting | RowState::Refused(_))
                };
                plan.rows().filter(is_rest).collect::<Vec<_>>()
            })
        })
    };
    let any = Memo::new(move |_| rest(()).is_some_and(|rest| !rest.is_empty()));
    let keep = move |_| {
        let rows = untrack(|| rest(())).unwrap_or_default().into_iter();
        let text = untrack(|| merge.read(|plan| plan.table.as_file(rows)));
        let text = text.unwrap_or_default();
        not_saved.set(save("not-sent.csv", text.as_bytes()).is_err());
    };
    view! {
        <Show when=move || any.get()>
            <button type="button" class="btn" on:click=keep>
                <Icon glyph=Glyph::Download/>{language.words(Locale::merge_save_rest)}
            </button>
        </Show>
        <SaveProblem shown=not_saved/>
    }
}

/// A field for the password that is missing.
#[component]
fn Password() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let field = NodeRef::<html::Input>::new();
    let go_on = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| field.value());
        let typed = typed.filter(|typed| !typed.is_empty());
        let server = untrack(|| merge.read(|plan| plan.server.clone()));
        if let (Some(typed), Some(server)) = (typed, server) {
            merge.accounts.remember_password(&server, typed);
            merge.resume();
        }
    };
    view! {
        <form class="merge-line" on:submit=go_on>
            <label for="merge-password">{language.words(Locale::password)}</label>
            <input id="merge-password" type="password" node_ref=field autocomplete="off"/>
            <button type="submit" class="btn primary">
                {language.words(Locale::merge_resume)}
            </button>
        </form>
    }
}

/// The rows that were not simply accepted.
#[component]
fn Results() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let rows = Memo::new(move |_| {
        merge.run.with(|run| {
            let run = run.as_ref()?;
            merge.read(|plan| {
                let row = |row: usize| {
                    let state = run.state(row).clone();
                    let told = matches!(
                        state,
                        RowState::Partly(_) | RowState::Refused(_) | RowState::Unknown
                    );
                    let to = || visible(&plan.recipients(row).join(", "));
                    told.then(|| (row, to(), state))
                };
                plan.rows().filter_map(row).take(LISTED).collect::<Vec<_>>()
            })
        })
    });
    let rows = move || {
        let locale = language.get();
        let row = |(row, to, state): (usize, String, RowState)| {
            let state = match &state {
                RowState::Partly(reply) => locale.merge_row_partly(visible(reply)),
                RowState::Refused(reply) => locale.merge_row_refused(visible(reply)),
                _ => locale.merge_row_unknown().to_owned(),
            };
            view! { <li>{locale.merge_row(row + 1)}" "{to}" "<b>{state}</b></li> }
        };
        let rows = rows.get().unwrap_or_default().into_iter();
        rows.map(row).collect_view()
    };
    view! { <ul class="merge-rows merge-results">{rows}</ul> }
}
