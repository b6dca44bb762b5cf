//! The row of attached files under the text, and the buttons that attach some.

use leptos::html;
use leptos::prelude::*;

use super::given;
use super::row::Row;
use super::store::{Done, use_attachments};
use super::{list, words};
use crate::commands::mark;
use crate::commands::table::{ATTACH, UNDO};
use crate::compose::invitation::{InvitationButton, InvitationForm};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, Later, numbers};

/// The attached files, what was done with them last, and the buttons that attach some.
#[component]
#[must_use]
pub(in crate::compose) fn Attached() -> impl IntoView {
    let language = use_language();
    // In the place of the real ones, so that nothing moves when these come.
    let before = move || {
        view! {
            <div class="attached">
                <div class="attach-add" aria-hidden="true">
                    <span class="attach">
                        <Icon glyph=Glyph::Clip/>{language.words(Locale::attach_files)}
                    </span>
                    <span class="link">{language.words(Locale::attach_folder)}</span>
                </div>
            </div>
        }
    };
    view! { <Later view=row before at_start=true/> }
}

part! { later:
    fn row() -> View {
        || view! { <AttachmentsRow/> }.into_any()
    }
}

#[component]
fn AttachmentsRow() -> impl IntoView {
    let language = use_language();
    let attachments = use_attachments();
    let keys = Memo::new(move |_| {
        let list = attachments.list();
        list.into_iter().map(|file| file.file).collect::<Vec<_>>()
    });
    let total = move || {
        let list = attachments.list();
        let size = numbers::octets(list::total(&list));
        (list.len() > 1).then(|| language.get().files_in_all(list.len(), size))
    };
    let copying = move || {
        let count = attachments.copying.get();
        (count > 0).then(|| language.get().attaching(count))
    };
    let done = move || match attachments.done.get()? {
        Done::Renamed { before, now } => {
            Some(language.get().file_renamed(visible(&before), visible(&now)))
        }
        Done::Removed(_, file) => Some(language.get().file_removed(visible(&file.name))),
        Done::Moved { file, now, .. } => {
            let list = attachments.list();
            let name = &list.iter().find(|other| other.file == file)?.name;
            let place = now + 1;
            Some(language.get().file_moved(visible(name), place, list.len()))
        }
    };
    let undoable = Memo::new(move |_| {
        let undoable = |done: &Done| matches!(done, Done::Removed(..) | Done::Moved { .. });
        attachments
            .done
            .with(|done| done.as_ref().is_some_and(undoable))
    });
    let problems = move || {
        let locale = language.get();
        let problems = attachments.problems.get().into_iter();
        problems
            .map(|problem| view! { <p>{words::problem(locale, &problem)}</p> })
            .collect_view()
    };
    let any_problem = move || attachments.problems.with(|problems| !problems.is_empty());
    view! {
        <div class="attached">
            <InvitationForm/>
            <ul aria-label=language.words(Locale::attached_files)>
                <For each=move || keys.get() key=Clone::clone let:key>
                    <Row key/>
                </For>
            </ul>
            <div class="attach-add">
                <Chooser label=Locale::attach_files folder=false/>
                <Chooser label=Locale::attach_folder folder=true/>
                <InvitationButton/>
                <span class="muted">{total}</span>
            </div>
            <p class="attach-said" role="status">
                <span>{copying}</span>
                <span>{done}</span>
                <Show when=move || undoable.get()>
                    <button type="button" {..mark(&UNDO)} class="link"
                        on:click=move |_| attachments.undo()>
                        {language.words(Locale::undo)}
                    </button>
                </Show>
            </p>
            <div role="alert" class="problem" class:has=any_problem>
                {problems}
                <Show when=any_problem>
                    <button type="button" class="link"
                        on:click=move |_| attachments.problems.set(Vec::new())>
                        {language.words(Locale::dismiss)}
                    </button>
                </Show>
            </div>
        </div>
    }
}

/// A button that lets the person choose files, or a folder.
#[component]
fn Chooser(label: fn(Locale) -> &'static str, folder: bool) -> impl IntoView {
    let language = use_language();
    let attachments = use_attachments();
    let field = NodeRef::<html::Input>::new();
    // An attribute that Leptos does not know.
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|_| folder) {
            field.set_attribute("webkitdirectory", "").ok();
        }
    });
    let choose = move |_| {
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    let chosen = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        if let Some(files) = field.files().filter(|files| files.length() > 0) {
            let given = given::chosen(&files);
            attachments.attach(async move { given });
        }
        // The same file can be chosen again.
        field.set_value("");
    };
    let class = if folder { "link" } else { "attach" };
    view! {
        <input type="file" hidden multiple node_ref=field on:change=chosen class:folder=folder/>
        <button type="button" {..mark((!folder).then_some(&ATTACH))} class=class on:click=choose>
            {(!folder).then(|| view! { <Icon glyph=Glyph::Clip/> })}
            {language.words(label)}
        </button>
    }
}
