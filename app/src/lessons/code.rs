//! The same step in other programs, and a program to take along.

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::model::{Code, Mark, Program, Tool};
use super::store::use_lessons;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, SaveProblem, Toggle, download, file_name};

/// The lines of the program that is chosen, and the buttons that choose one.
#[component]
#[must_use]
pub(super) fn CodeTabs(code: Vec<Code>) -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    if code.is_empty() {
        return ().into_any();
    }
    let tools: Vec<Tool> = code.iter().map(|code| code.tool).collect();
    let first = tools.first().copied().unwrap_or(Tool::Python);
    let has = tools.clone();
    // The one that was chosen before, where this step has it.
    let chosen = Memo::new(move |_| {
        let chosen = lessons.tool.get();
        if has.contains(&chosen) { chosen } else { first }
    });
    let buttons = tools.into_iter().map(|tool| {
        let pressed = Signal::derive(move || chosen.get() == tool);
        let label = Signal::stored(tool.name());
        view! { <Toggle pressed label on:click=move |_| lessons.tool.set(tool)/> }
    });
    let buttons = buttons.collect_view();
    let lines = move || {
        let chosen = chosen.get();
        let code = code.iter().find(|code| code.tool == chosen);
        let lines = code.into_iter().flat_map(|code| code.lines.clone());
        let lines = lines.map(|(mark, line)| {
            let line = visible(&line);
            match mark {
                Mark::Plain => view! { <span>{line}"\n"</span> }.into_any(),
                Mark::Wrong => view! {
                    <del>
                        <span class="unseen">{language.words(Locale::lesson_wrong_line)}" "</span>
                        {line}"\n"
                    </del>
                }
                .into_any(),
                Mark::Right => view! {
                    <ins>
                        <span class="unseen">{language.words(Locale::lesson_right_line)}" "</span>
                        {line}"\n"
                    </ins>
                }
                .into_any(),
            }
        });
        lines.collect_view()
    };
    view! {
        <div class="seg lesson-tools" role="group"
            aria-label=language.words(Locale::lesson_same_elsewhere)>
            {buttons}
        </div>
        <pre class="lesson-code" tabindex="0" role="region"
            aria-label=language.words(Locale::lesson_same_elsewhere)>{lines}</pre>
    }
    .into_any()
}

/// A program, with buttons that copy and save it.
#[component]
#[must_use]
pub(super) fn TakeAlong(program: Program) -> impl IntoView {
    let language = use_language();
    let copied = RwSignal::new(false);
    let not_saved = RwSignal::new(false);
    let name = file_name::file_name(&program.name, "program.txt");
    let shown = visible(&name);
    let text = StoredValue::new(program.text.clone());
    let copy = move |_| copied.set(text.with_value(|text| copy(text)));
    let save = move |_| {
        let saved = text.with_value(|text| download::save(&name, text.as_bytes()));
        not_saved.set(saved.is_err());
    };
    let said = move || {
        let locale = language.get();
        if copied.get() {
            locale.lesson_copied()
        } else {
            locale.lesson_copy()
        }
    };
    let lines: Vec<String> = program.text.lines().map(visible).collect();
    view! {
        <div class="lesson-take">
            <button type="button" class="btn" on:click=copy>{said}</button>
            <button type="button" class="btn" on:click=save>
                <Icon glyph=Glyph::Download/>{move || language.get().lesson_save(shown.clone())}
            </button>
            <SaveProblem shown=not_saved/>
        </div>
        <pre class="lesson-code lesson-program" tabindex="0" role="region"
            aria-label=language.words(Locale::lesson_program)>{lines.join("\n")}</pre>
    }
}

/// Puts text on the clipboard. False: the browser has none for this page.
fn copy(text: &str) -> bool {
    let write = || -> Result<JsValue, JsValue> {
        let navigator = window().navigator();
        let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
        write.call1(&clipboard, &text.into())
    };
    write().is_ok()
}
