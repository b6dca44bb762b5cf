//! The dialog in which templates are kept and used.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::model::{Template, fields, near};
use super::store::use_templates;
use crate::commands::mark;
use crate::commands::table::TEMPLATES;
use crate::compose::draft::BRACE;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Dialog, DialogHead, Glyph, Icon, IconButton, Later};

/// The button that opens the dialog, and the dialog.
#[component]
#[must_use]
pub(in crate::compose) fn TemplatesButton() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let templates = use_templates();
    view! {
        <IconButton glyph=Glyph::File label=language.words(Locale::templates) {..mark(&TEMPLATES)}
            prop:disabled=move || compose.is_raw()
            on:click=move |_| templates.open.set(true)/>
        <Dialog open=templates.open title="templates-title"
            on_close=move |()| templates.open.set(false)>
            <Later view=content/>
        </Dialog>
    }
}

part! { later:
    fn content() -> View {
        || view! { <Content/> }.into_any()
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let templates = use_templates();
    templates.look();
    let rows = move || {
        let rows = templates.list().into_iter();
        rows.map(|template| view! { <Row template/> })
            .collect_view()
    };
    let name = RwSignal::new(compose.title());
    let keep = move |event: SubmitEvent| {
        event.prevent_default();
        if !name.with_untracked(|name| name.trim().is_empty()) {
            templates.keep(&name.get_untracked());
        }
    };
    let unsaved = move || {
        templates.unsaved.get().map(|_| {
            let words = language.words(Locale::templates_unsaved);
            view! { <p class="problem" role="alert">{words}</p> }
        })
    };
    view! {
        <div class="dialog-body">
            <DialogHead id="templates-title" title=Locale::templates
                on_close=move |()| templates.open.set(false)/>
            <p class="hint">
                {move || language.get().template_fields(fields(language.get()))}
            </p>
            {unsaved}
            <ul class="rows">{rows}</ul>
            <form class="bar" on:submit=keep>
                <label for="template-name">{language.words(Locale::template_name)}</label>
                <input id="template-name" type="text" autocomplete="off"
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))/>
                <button type="submit" class="btn">
                    <Icon glyph=Glyph::Plus/>{language.words(Locale::keep_template)}
                </button>
            </form>
            <Show when=move || templates.can_undo()>
                <button type="button" class="btn" on:click=move |_| templates.undo()>
                    {language.words(Locale::undo)}
                </button>
            </Show>
        </div>
    }
}

#[component]
fn Row(template: Template) -> impl IntoView {
    let locale = use_language().get_untracked();
    let templates = use_templates();
    let name = template.name.clone();
    let label = visible(&name);
    let (insert, delete) = (
        locale.insert_template(&label),
        locale.delete_template(&label),
    );
    let words: Vec<&str> = template.body.split_whitespace().take(12).collect();
    let words = words.join(" ");
    view! {
        <li>
            <button type="button" class="link row-name" aria-label=insert
                on:click=move |_| templates.insert(&template, locale)>
                {label}" "<span class="muted">{words}</span>
            </button>
            <button type="button" class="icon" aria-label=delete
                on:click=move |_| templates.delete(&name)>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

/// Says which fields of the template that was used last are not filled.
#[component]
#[must_use]
pub(in crate::compose) fn TemplateNotice() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let templates = use_templates();
    // Those that are still in the text.
    let left = Memo::new(move |_| {
        let mut unknown = templates.unknown.get();
        if !unknown.is_empty() {
            let (text, subject) = (compose.plain_text(), compose.subject());
            unknown.retain(|field| text.contains(field) || subject.contains(field));
        }
        unknown
    });
    let notice = move || {
        let fields = left.get();
        (!fields.is_empty()).then(|| {
            let locale = language.get();
            let near = |field: &String| {
                let near = near(field, locale)?;
                let words = locale.field_near(visible(field), near);
                Some(view! { <br/>{words} })
            };
            let near: Vec<_> = fields.iter().filter_map(near).collect();
            view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/>
                    <p>
                        {locale.fields_unknown(visible(&fields.join(", ")))}
                        {near}
                        <br/>{locale.field_brace(BRACE)}
                    </p>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| templates.unknown.set(Vec::new())/>
                </div>
            }
        })
    };
    view! { <div role="status" class="notice-place">{notice}</div> }
}
