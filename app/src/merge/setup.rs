//! Who gets the message, and how fast: before it begins.

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use super::files::Files;
use super::model::{MANY, Plan, SameName};
use super::preview::Preview;
use super::rows::{Faults, Repeats, Unknown};
use super::store::use_merge;
use super::words;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{FileField, FormRow, Glyph, Icon, choose_files};

/// The seconds between two messages that are offered. 0: none.
const PACES: [u32; 6] = [0, 1, 5, 10, 30, 60];

/// How Postfix is installed, and as what.
const INSTALL: (&str, &str) = ("sudo apt install postfix", "Satellite system");

/// Postfix's setting for the server to which it passes messages on, and its file of passwords.
const RELAY: (&str, &str) = ("relayhost", "/etc/postfix/sasl_passwd");

/// What lists the messages that Postfix has.
const QUEUE: &str = "mailq";

/// Everything that is chosen before it begins.
#[component]
#[must_use]
pub(super) fn Setup() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let raw = untrack(|| merge.compose.finished().raw.is_some());
    if raw {
        return view! { <p class="problem">{language.words(Locale::merge_raw)}</p> }.into_any();
    }
    let checked = Memo::new(move |_| merge.read(Plan::check));
    let there = Memo::new(move |_| checked.with(Option::is_some));
    let checked = Signal::derive(move || checked.get().unwrap_or_default());
    view! {
        <p class="hint">{move || language.get().merge_hint("{name}")}</p>
        <TableFile/>
        <Show when=move || there.get()>
            <Columns/>
            <Unknown checked/>
            <Faults checked/>
            <Repeats checked/>
            <Preview/>
            <Pace/>
            <Advice many=Signal::derive(move || checked.with(|checked| checked.many))/>
            <Begin checked/>
        </Show>
    }
    .into_any()
}

/// The button that begins it, and what keeps it from being pressed.
#[component]
fn Begin(checked: Signal<super::model::Checked>) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let fine = Memo::new(move |_| {
        let fine = merge.read(|plan| checked.with(|checked| checked.is_fine(&plan.literal)));
        fine.unwrap_or_default()
    });
    let lacks_password = Memo::new(move |_| {
        let server = merge.accounts.server();
        merge.accounts.password_for(&server).is_none()
    });
    let cannot = move || {
        !fine.get()
            || lacks_password.get()
            || merge.copying.get() > 0
            || !merge.submission.can_send()
    };
    let server = move || visible(&merge.accounts.destination().name);
    let words = move || {
        language
            .get()
            .merge_begin(checked.with(|checked| checked.many))
    };
    view! {
        <Show when=move || lacks_password.get()>
            <p class="problem">{language.words(Locale::merge_password_first)}</p>
        </Show>
        <div class="picker-foot">
            <span class="muted">{move || language.get().merge_over(server())}</span>
            <span class="spacer"></span>
            <button type="button" class="btn primary" disabled=cannot
                on:click=move |_| merge.begin(&checked.get_untracked())>
                <Icon glyph=Glyph::Play/>{words}
            </button>
        </div>
    }
}

/// Chooses the file with the table, and says what it has.
#[component]
fn TableFile() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let field = NodeRef::<html::Input>::new();
    let take = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            merge.take_table(file);
        }
    };
    let about = move || {
        let about = |plan: &Plan| {
            let (locale, table) = (language.get(), &plan.table);
            let columns = words::columns(locale, table);
            locale.merge_table(visible(&table.name), table.rows.len(), columns)
        };
        merge.read(about)
    };
    let same_names = move || {
        let same = merge
            .read(|plan| plan.table.same_names())
            .unwrap_or_default();
        let words = |same: &SameName| words::same_name(language.get(), same);
        let words = same.iter().map(words);
        words
            .map(|words| view! { <p class="hint">{words}</p> })
            .collect_view()
    };
    view! {
        <div class="merge-line">
            <FileField field class="merge-table" accept=".csv,.tsv,.txt,text/csv"
                on_choose=take/>
            <button type="button" class="btn" on:click=move |_| choose_files(field)>
                <Icon glyph=Glyph::File/>{language.words(Locale::merge_choose_table)}
            </button>
            <span role="status" class="merge-about">{about}</span>
        </div>
        <div role="status">{same_names}</div>
    }
}

/// Which column is which.
#[component]
fn Columns() -> impl IntoView {
    let language = use_language();
    view! {
        <FormRow field="merge-to" label=language.words(Locale::merge_to)>
            <Column id="merge-to" none=Locale::merge_to_message
                of={|plan: &Plan| plan.to}
                set={|plan: &mut Plan, column| plan.to = column}/>
        </FormRow>
        <FormRow field="merge-name" label=language.words(Locale::merge_name)>
            <Column id="merge-name" none=Locale::merge_none
                of={|plan: &Plan| plan.name}
                set={|plan: &mut Plan, column| plan.name = column}/>
        </FormRow>
        <FormRow field="merge-attach" label=language.words(Locale::merge_attach)>
            <Column id="merge-attach" none=Locale::merge_none
                of={|plan: &Plan| plan.attach}
                set={|plan: &mut Plan, column| plan.attach = column}/>
        </FormRow>
        <Files/>
    }
}

/// What the columns are called.
pub(super) fn column_words() -> Memo<Vec<String>> {
    let language = use_language();
    let merge = use_merge();
    Memo::new(move |_| {
        let columns = |plan: &Plan| {
            let columns = 0..plan.table.columns.len();
            let words = |at| words::column(language.get(), &plan.table, at);
            columns.map(words).collect()
        };
        merge.read(columns).unwrap_or_default()
    })
}

/// Chooses a column.
#[component]
fn Column(
    id: &'static str,
    /// What is said for no column.
    none: fn(Locale) -> &'static str,
    of: fn(&Plan) -> Option<usize>,
    set: fn(&mut Plan, Option<usize>),
) -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let columns = column_words();
    let chosen = Memo::new(move |_| merge.read(of).flatten());
    let options = move || {
        let option = |(at, words): (usize, String)| {
            view! {
                <option value=at.to_string() selected=move || chosen.get() == Some(at)>
                    {words}
                </option>
            }
        };
        columns
            .get()
            .into_iter()
            .enumerate()
            .map(option)
            .collect_view()
    };
    view! {
        <select id=id on:change=move |event| {
            let column = event_target_value(&event).parse().ok();
            merge.edit(|plan| set(plan, column));
        }>
            <option value="" selected=move || chosen.get().is_none()>
                {language.words(none)}
            </option>
            {options}
        </select>
    }
}

/// How fast it is sent.
#[component]
fn Pace() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let chosen = Memo::new(move |_| merge.read(|plan| plan.every).unwrap_or_default());
    let options = PACES.map(|every| {
        let words = move || match every {
            0 => language.get().merge_fast().to_owned(),
            every => language.get().merge_every(every),
        };
        view! {
            <option value=every.to_string() selected=move || chosen.get() == every>{words}</option>
        }
    });
    view! {
        <FormRow field="merge-pace" label=language.words(Locale::merge_pace)>
            <select id="merge-pace" on:change=move |event| {
                let every = event_target_value(&event).parse().unwrap_or_default();
                merge.edit(|plan| plan.every = every);
            }>
                {options.into_iter().collect_view()}
            </select>
        </FormRow>
    }
}

/// That a mail server is the better place for so many.
#[component]
fn Advice(many: Signal<usize>) -> impl IntoView {
    let language = use_language();
    let too_many = move || many.get() > MANY;
    view! {
        <Show when=too_many>
            <details class="merge-advice" open>
                <summary>{move || language.get().merge_many(MANY)}</summary>
                <p>{language.words(Locale::merge_many_why)}</p>
                <ol>
                    <li>{move || language.get().merge_postfix_install(INSTALL.0, INSTALL.1)}</li>
                    <li>{move || language.get().merge_postfix_relay(RELAY.0, RELAY.1)}</li>
                    <li>{language.words(Locale::merge_postfix_choose)}</li>
                    <li>{move || language.get().merge_postfix_queue(QUEUE)}</li>
                </ol>
            </details>
        </Show>
    }
}
