//! Exports and imports all drafts, and says what became of it.

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use super::keeping::Keeping;
use crate::compose::archive::{Imported, accept};
use crate::compose::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::{FileField, Glyph, IconButton, choose_files};

/// The buttons, and what became of the last export or import.
#[component]
#[must_use]
pub(super) fn Archive() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let chooser = NodeRef::<html::Input>::new();
    let import = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            compose.import_drafts(file.into());
        }
    };
    let done = move || {
        let done = compose.state.imported().get()?;
        Some(view! {
            <div class="notice">
                <p>{words(&done, language.get())}</p>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.imported().set(None)/>
            </div>
        })
    };
    view! {
        <div class="archive">
            <button type="button" class="link" on:click=move |_| compose.export_drafts()>
                {language.words(Locale::export_drafts)}
            </button>
            <button type="button" class="link" on:click=move |_| choose_files(chooser)>
                {language.words(Locale::import_drafts)}
            </button>
            <Keeping/>
            <FileField field=chooser accept=accept() on_choose=import/>
        </div>
        <div role="status" class="notice-place">{done}</div>
    }
}

fn words(done: &Imported, locale: Locale) -> String {
    if done.foreign {
        return locale.drafts_import_foreign().to_owned();
    }
    let mut words = Vec::new();
    if !done.export {
        words.push(locale.drafts_import_added(done.added));
    }
    if done.known > 0 {
        words.push(locale.drafts_import_known(done.known));
    }
    if done.unreadable > 0 {
        words.push(locale.drafts_import_unreadable(done.unreadable));
    }
    if done.missing > 0 {
        words.push(locale.archive_missing(done.missing));
    }
    if done.error.is_some() {
        words.push(locale.archive_failed().to_owned());
    }
    words.join(" ")
}
