//! The list of the lessons.

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use super::LESSONS;
use super::reading::focus_if_lost;
use super::store::{LessonsStore, Loaded, Source, use_lessons};
use super::words;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{FileField, Glyph, Icon, choose_files};

/// The lessons with how much of each is done, and a button that opens one from a file.
#[component]
#[must_use]
pub(super) fn List() -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let field = NodeRef::<html::Input>::new();
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            focus_if_lost(&heading);
        }
    });
    let choose = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            lessons.open_file(file);
        }
    };
    view! {
        <div class="lesson-list">
            <h2 tabindex="-1" node_ref=heading>{language.words(Locale::lessons)}</h2>
            <p class="hint">{language.words(Locale::lessons_about)}</p>
            <ol>
                {(0..LESSONS.len()).map(|at| view! { <Row at/> }).collect_view()}
            </ol>
            <FileField field accept=".txt,text/plain" on_choose=choose/>
            <button type="button" class="btn" on:click=move |_| choose_files(field)>
                <Icon glyph=Glyph::File/>{language.words(Locale::lesson_open_file)}
            </button>
            <div role="alert">{move || unreadable(lessons)}</div>
        </div>
    }
}

#[component]
fn Row(at: usize) -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let source = Source::Ours(at);
    let loaded = Memo::new(move |_| lessons.all.with(|all| all.get(at).cloned()));
    move || match loaded.get() {
        Some(Loaded::Read(lesson)) => {
            let steps = lesson.steps.len();
            let done = move || lessons.done_of(source).min(steps);
            let said = move || match done() {
                0 => language.get().lesson_steps(steps),
                done if done == steps => language.get().lesson_complete().to_owned(),
                done => language.get().lesson_steps_done(done, steps),
            };
            view! {
                <li>
                    <button type="button" class="lesson-row"
                        class:lesson-complete=move || done() == steps
                        on:click=move |_| lessons.open(source)>
                        <span class="lesson-at">{at + 1}</span>
                        <span class="lesson-title">{visible(&lesson.title)}</span>
                        <span class="lesson-about">{visible(&lesson.about)}</span>
                        <span class="lesson-far">{said}</span>
                    </button>
                </li>
            }
            .into_any()
        }
        Some(Loaded::Missing) => view! {
            <li class="problem">
                {language.words(Locale::lesson_missing)}" "
                <button type="button" class="link"
                    on:click=move |_| lessons.load(language.get_untracked())>
                    {language.words(Locale::try_again)}
                </button>
            </li>
        }
        .into_any(),
        Some(Loaded::Coming) | None => ().into_any(),
    }
}

/// What is wrong with the file that was chosen.
fn unreadable(lessons: LessonsStore) -> Option<impl IntoView> {
    let unreadable = lessons.unreadable.get()?;
    let locale = lessons.language.get();
    let name = visible(&unreadable.name);
    let said = if unreadable.faults.is_empty() {
        locale.lesson_no_text(name)
    } else {
        locale.lesson_unreadable(name)
    };
    let faults = unreadable.faults.into_iter().map(|fault| {
        let said = words::fault(locale, &fault.what);
        view! { <li><b>{locale.lesson_line(fault.line)}</b>" "{said}</li> }
    });
    Some(view! {
        <div class="lesson-faults">
            <p class="problem">{said}</p>
            <ul>{faults.collect_view()}</ul>
        </div>
    })
}
