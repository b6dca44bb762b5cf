//! Chooses a file of contacts, and says what was imported of it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::import::{self, FILE, Reason, Rejected};
use super::store::use_contacts;
use crate::i18n::{Locale, protocol, use_language};
use crate::ui::text_file::{decode, octets};
use crate::ui::visible::visible;
use crate::ui::{FileField, choose_files};

/// The most lines that are listed of those that were not imported.
const LINES: usize = 50;

/// The button.
#[component]
#[must_use]
pub(super) fn ImportButton() -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    let field = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<fn(Locale) -> &'static str>);
    let take = move |files: Vec<File>| {
        spawn_local(async move {
            let mut all = import::Import::default();
            problem.set(None);
            for file in files {
                if file.size() > f64::from(FILE) {
                    problem.set(Some(Locale::import_too_large));
                    continue;
                }
                let Some(octets) = octets(&file).await else {
                    problem.set(Some(Locale::import_unreadable));
                    continue;
                };
                let found = import::read(&octets, &decode);
                all.contacts.extend(found.contacts);
                all.rejected.extend(found.rejected);
            }
            if problem.get_untracked().is_none() || !all.contacts.is_empty() {
                contacts.import(all);
            }
        });
    };
    view! {
        <FileField field multiple=true
            accept=".vcf,.vcard,.csv,.tsv,.txt,text/vcard,text/csv" on_choose=take/>
        <button type="button" class="btn" on:click=move |_| choose_files(field)>
            {language.words(Locale::import_contacts)}
        </button>
        <p class="problem" role="alert">
            {move || problem.get().map(|words| words(language.get()))}
        </p>
    }
}

/// What the last import has done.
#[component]
#[must_use]
pub(super) fn ImportReport() -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    let report = move || {
        let report = contacts.report()?;
        let locale = language.get();
        let many = report.rejected.len();
        let lines = report.rejected.into_iter().take(LINES);
        let lines = lines.map(|line| view! { <li>{rejected(locale, &line)}</li> });
        let lines = lines.collect_view();
        let rejected = (many > 0).then(|| {
            view! {
                <details open=true>
                    <summary>{locale.not_imported(many)}</summary>
                    <ul class="rejected" tabindex="0" aria-label=locale.not_imported(many)>
                        {lines}
                    </ul>
                </details>
            }
        });
        Some(view! {
            <p>{locale.imported(report.added, report.merged)}</p>
            {rejected}
        })
    };
    view! { <div role="status" class="report">{report}</div> }
}

/// A line that was not imported, in words.
fn rejected(locale: Locale, line: &Rejected) -> String {
    let why = match line.why {
        Reason::Address(why) => protocol::address_error(locale, why),
        Reason::NoAddress => locale.import_no_address().into(),
        Reason::Cut => locale.import_cut().into(),
    };
    locale.import_line(line.line, visible(&line.text), why)
}
