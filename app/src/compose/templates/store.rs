//! Templates that are kept, and their use.

use js_sys::{Date, JsString};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{Filled, Template, Values};
use crate::compose::body::Inserted;
use crate::compose::draft::{BodyFormat, Draft, Sender};
use crate::compose::store::ComposeStore;
use crate::i18n::Locale;
use crate::storage::{self, StoreError};

/// Under which key all tabs share them.
const KEY: &str = "glasspost.templates";

/// The templates of this browser. Copies are the same.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Templates {
    compose: ComposeStore,
    /// Whether their dialog is open.
    pub(super) open: RwSignal<bool>,
    list: RwSignal<Vec<Template>>,
    /// The list before one was deleted or replaced.
    before: RwSignal<Option<Vec<Template>>>,
    /// Why the last change is not stored.
    pub(super) unsaved: RwSignal<Option<StoreError>>,
    /// The fields of the template that was used last that are not filled.
    pub(super) unknown: RwSignal<Vec<String>>,
}

impl Templates {
    /// Provides them to all components below.
    pub(in crate::compose) fn provide(compose: ComposeStore) {
        provide_context(Templates {
            compose,
            open: RwSignal::new(false),
            list: RwSignal::new(Vec::new()),
            before: RwSignal::new(None),
            unsaved: RwSignal::new(None),
            unknown: RwSignal::new(Vec::new()),
        });
    }

    /// All. Follows them.
    pub(super) fn list(self) -> Vec<Template> {
        self.list.get()
    }

    /// Reads what other tabs may have changed.
    pub(super) fn look(self) {
        self.list.set(storage::value(KEY).unwrap_or_default());
        self.before.set(None);
        self.unsaved.set(None);
    }

    /// Keeps the text that is shown as a template of this name, in place of one that has it.
    pub(super) fn keep(self, name: &str) {
        let template = Template::of(name, &self.compose.draft_now());
        self.change(|list| {
            let same = list.iter().position(|one| one.name == template.name);
            match same {
                Some(at) => list[at] = template,
                None => list.push(template),
            }
            same.is_some()
        });
    }

    /// Deletes a template. That can be undone.
    pub(super) fn delete(self, name: &str) {
        self.change(|list| {
            list.retain(|one| one.name != name);
            true
        });
    }

    /// `change` says whether it can be undone.
    fn change(self, change: impl FnOnce(&mut Vec<Template>) -> bool) {
        let before: Vec<Template> = storage::value(KEY).unwrap_or_default();
        let mut list = before.clone();
        let undoable = change(&mut list);
        self.store(list);
        self.before.set(undoable.then_some(before));
    }

    /// Whether the last change can be undone. Follows it.
    pub(super) fn can_undo(self) -> bool {
        self.before.with(Option::is_some)
    }

    /// Takes the last change back.
    pub(super) fn undo(self) {
        if let Some(before) = self.before.get_untracked() {
            self.before.set(None);
            self.store(before);
        }
    }

    fn store(self, list: Vec<Template>) {
        let text = serde_json::to_string(&list).map_err(|_| StoreError::Failed);
        let kept = text.and_then(|text| storage::keep_text(KEY, &text));
        self.unsaved.set(kept.err());
        if kept.is_ok() {
            self.list.set(list);
        }
    }

    /// Puts a template into the text: in place of a text in which nothing has been written, else
    /// where the caret is.
    pub(super) fn insert(self, template: &Template, locale: Locale) {
        self.open.set(false);
        let today = today(locale);
        let values = Values::of(&self.compose.draft_now(), today);
        let Filled { template, unknown } = template.fill(&values);
        self.unknown.set(unknown.clone());
        let reads = template.format == BodyFormat::Markdown;
        spawn_local(async move {
            if reads && self.compose.read_markdown().await.is_err() {
                return;
            }
            // The dialog has been closed by then, and does not have the focus.
            request_animation_frame(move || self.put(&template, unknown.first()));
        });
    }

    fn put(self, template: &Template, unknown: Option<&String>) {
        let draft = self.compose.draft_now();
        let select = unknown.map(String::as_str);
        if draft.unsigned_body().trim().is_empty() && draft.raw.is_none() {
            self.compose.replace_text(with_template(draft, template));
            // The field shows the text by then.
            let select = unknown.cloned();
            request_animation_frame(move || self.compose.select_in_text(select.as_deref()));
            return;
        }
        let text = template.text_in(draft.format);
        let inserted = if draft.format == BodyFormat::Rich {
            Inserted::Rich(&text)
        } else {
            Inserted::Text(&text)
        };
        if self.compose.insert_into_text(inserted) {
            self.compose.select_in_text(select);
        }
    }
}

/// A draft in which nothing has been written, with the text of a template.
fn with_template(mut draft: Draft, template: &Template) -> Draft {
    let signature = std::mem::take(&mut draft.signature);
    if draft.subject.is_empty() {
        draft.subject.clone_from(&template.subject);
    }
    draft.format = template.format;
    draft.as_typed = template.as_typed;
    draft.body.clone_from(&template.body);
    draft.html.clone_from(&template.html);
    let sender = Sender {
        from: draft.from.clone(),
        reply_to: draft.reply_to.clone(),
        signature,
    };
    draft.take_sender(sender);
    draft
}

/// The date of today, as people write it.
fn today(locale: Locale) -> String {
    let tag = match locale {
        Locale::En => "en-GB",
        Locale::Ko => "ko-KR",
    };
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"dateStyle".into(), &"long".into()).ok();
    let text: JsString = Date::new_0().to_locale_date_string(tag, &options);
    text.into()
}

/// The templates, from any component of this feature.
pub(super) fn use_templates() -> Templates {
    expect_context()
}
