//! A lesson that is open: the step on the screen.

use leptos::html;
use leptos::prelude::*;

use super::code::{CodeTabs, TakeAlong};
use super::model::{Lesson, Step};
use super::store::{LessonsStore, Source, use_lessons};
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, drawing};

/// A tick: the step is done.
const TICK: &str = "M5 12l5 5L19 7";

/// A circle: it is not.
const CIRCLE: &str = "M20 12a8 8 0 11-16 0 8 8 0 0116 0z";

/// The step on the screen, and the way from one to the next.
#[component]
#[must_use]
pub(super) fn Reading() -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let lesson = Memo::new(move |_| lessons.lesson());
    let announced = move || announced(lessons);
    view! {
        <div class="lesson-head">
            <button type="button" class="link" on:click=move |_| lessons.close()>
                {language.words(Locale::lesson_all)}
            </button>
            <span class="spacer"></span>
            <button type="button" class="link" on:click=move |_| lessons.start_over()>
                {language.words(Locale::lesson_start_over)}
            </button>
        </div>
        <div role="status" class="unseen">{announced}</div>
        {move || match lesson.get() {
            Some(lesson) => view! { <Whole lesson=(*lesson).clone()/> }.into_any(),
            None => view! {
                <p class="nothing">{language.words(Locale::fetching)}</p>
            }
            .into_any(),
        }}
    }
}

/// What is said to those who listen: that the step on the screen is done.
fn announced(lessons: LessonsStore) -> Option<String> {
    let shown = lessons.shown.get();
    let step = lessons.step()?;
    let done = lessons.done_here() > shown;
    let title = visible(&step.title);
    done.then(|| lessons.language.get().lesson_announced(shown + 1, title))
}

#[component]
fn Whole(lesson: Lesson) -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let steps = lesson.steps.len();
    let heading = NodeRef::<html::H2>::new();
    // A reader begins at the top of another step.
    Effect::new(move |before: Option<usize>| {
        let shown = lessons.shown.get();
        if let Some(heading) = heading.get() {
            if before.is_some_and(|one| one != shown) {
                heading.focus().ok();
                if let Some(body) = heading.parent_element() {
                    body.set_scroll_top(0);
                }
            } else if before.is_none() {
                focus_if_lost(&heading);
            }
        }
        shown
    });
    let number = move || {
        let locale = language.get();
        let step = locale.lesson_step(lessons.shown.get() + 1, steps);
        let lesson = match lessons.open.get() {
            Some(Source::Ours(at)) => locale.lesson_number(at + 1, super::LESSONS.len()),
            _ => locale.lesson_own().to_owned(),
        };
        format!("{lesson} · {step}")
    };
    let bar = move || {
        let (done, shown) = (lessons.done_here(), lessons.shown.get());
        let parts = (0..steps).map(|at| {
            let class = match at {
                _ if at == shown => "lesson-part now",
                _ if at < done => "lesson-part done",
                _ => "lesson-part",
            };
            view! { <i class=class></i> }
        });
        parts.collect_view()
    };
    let title = visible(&lesson.title);
    let all = StoredValue::new(lesson.steps);
    let step = move || {
        let shown = lessons.shown.get();
        let step = all.with_value(|all| all.get(shown).cloned());
        step.map(|step| view! { <OneStep step at=shown/> })
    };
    view! {
        <div class="lesson-body">
            <p class="lesson-number">{number}</p>
            <p class="lesson-name">{title}</p>
            <div class="lesson-bar" role="progressbar"
                aria-label=language.words(Locale::lesson_progress)
                aria-valuemin="0" aria-valuemax=steps.to_string()
                aria-valuenow=move || lessons.done_here().min(steps).to_string()>
                {bar}
            </div>
            <h2 tabindex="-1" node_ref=heading>
                {move || {
                    let shown = lessons.shown.get();
                    all.with_value(|all| all.get(shown).map(|step| visible(&step.title)))
                }}
            </h2>
            {step}
        </div>
        <Steering steps/>
    }
}

/// Puts the focus on an element, if what had it can't have it any more.
pub(super) fn focus_if_lost(element: &web_sys::HtmlElement) {
    let active = document().active_element();
    let is_lost = active.is_none_or(|active| {
        active.tag_name() == "BODY" || active.matches(":disabled").unwrap_or(false)
    });
    if is_lost {
        element.focus().ok();
    }
}

/// A paragraph, with what stands between backticks as code.
fn paragraph(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = visible(part);
        if at % 2 == 1 {
            view! { <code>{part}</code> }.into_any()
        } else {
            part.into_any()
        }
    });
    view! { <p>{parts.collect_view()}</p> }
}

#[component]
fn OneStep(step: Step, at: usize) -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let done = Memo::new(move |_| lessons.done_here() > at);
    let texts: Vec<_> = step.text.iter().map(|text| paragraph(text)).collect();
    let when = visible(&step.when);
    let rfcs = step.rfcs.iter().map(|rfc| {
        view! {
            " "
            <a href=rfc.url() target="_blank" rel="noopener noreferrer">{rfc.label()}</a>
        }
    });
    let rfcs = rfcs.collect_view();
    let goal = move || {
        let (path, said) = if done.get() {
            (TICK, language.get().lesson_is_done())
        } else {
            (CIRCLE, language.get().lesson_is_not_done())
        };
        view! { {drawing(path)}<span class="unseen">{said}</span> }
    };
    let answer = move || {
        let answer = lessons.answer.get().filter(|_| !done.get())?;
        Some(view! {
            <div class="lesson-answer"><Icon glyph=Glyph::Alert/><p>{visible(&answer)}</p></div>
        })
    };
    let trouble = move || {
        if lessons.busy.get() {
            Some(language.get().lesson_busy())
        } else if !done.get() && lessons.has_ended_early() {
            Some(language.get().lesson_ended())
        } else {
            None
        }
    };
    view! {
        {texts}
        <div role="status">
            {answer}
            {move || trouble().map(|said| view! { <p class="lesson-answer">{said}</p> })}
        </div>
        {step.program.clone().map(|program| view! { <TakeAlong program/> })}
        <CodeTabs code=step.code.clone()/>
        <div class="lesson-goal" class:lesson-reached=done>
            {goal}
            <p>{move || language.get().lesson_done_when(when.clone())}{rfcs}</p>
        </div>
    }
}

/// The buttons below a step.
#[component]
fn Steering(steps: usize) -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let first = move || lessons.shown.get() == 0;
    let done = Memo::new(move |_| lessons.done_here() > lessons.shown.get());
    let at_it = Memo::new(move |_| lessons.is_at_it());
    let connect = move || {
        (!done.get() && !at_it.get()).then(|| {
            view! {
                <button type="button" class="btn primary" on:click=move |_| lessons.connect()>
                    {move || if lessons.has_ended_early() {
                        language.get().lesson_connect_again()
                    } else {
                        language.get().lesson_connect()
                    }}
                </button>
            }
        })
    };
    let last = move || lessons.shown.get() + 1 == steps;
    let next = NodeRef::<html::Button>::new();
    // The button that had the focus may be gone, or of no use any more.
    Effect::new(move |before: Option<bool>| {
        let done = done.get();
        if let Some(next) = next
            .get_untracked()
            .filter(|_| done && before == Some(false))
        {
            request_animation_frame(move || focus_if_lost(&next));
        }
        done
    });
    view! {
        <div class="lesson-steering">
            <button type="button" class="btn" disabled=first on:click=move |_| lessons.back()>
                {language.words(Locale::lesson_back)}
            </button>
            <button type="button" class="btn" disabled=done on:click=move |_| lessons.show_me()>
                {language.words(Locale::lesson_show_me)}
            </button>
            <span class="spacer"></span>
            {connect}
            <button type="button" class="btn" class:primary=done node_ref=next
                disabled=move || !done.get() on:click=move |_| lessons.go_on()>
                {move || if last() {
                    language.get().lesson_finish()
                } else {
                    language.get().lesson_next()
                }}
            </button>
        </div>
    }
}
