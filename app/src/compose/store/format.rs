//! The format of the text, and changes of the text other than by typing.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::compose::body::Inserted;
use crate::compose::draft::rich::Rich;
use crate::compose::draft::{BodyFormat, Content, Draft, DraftStoreFields as _, markdown};
use crate::storage;
use crate::ui::part::{NotLoaded, part};

/// A format that was left, with the text in it, so that this can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compose) struct LeftFormat {
    /// Which draft it is of, see `ComposeState::shown`.
    shown: u32,
    before: Text,
    /// What became of it. It is undone only where nobody has written since.
    after: Text,
}

/// The text of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    format: BodyFormat,
    body: String,
    html: String,
}

/// The format that a person chose last, in localStorage.
const USUAL: &str = "glasspost.format";

/// The format that a person chose last, in which new messages begin.
pub(super) fn usual_format() -> BodyFormat {
    storage::value(USUAL).unwrap_or_default()
}

impl Text {
    fn of(draft: &Draft) -> Text {
        Text {
            format: draft.format,
            body: draft.body.clone(),
            html: draft.html.clone(),
        }
    }
}

part! { markdown:
    /// Makes the parser of Markdown part of the program.
    fn provide_markdown() -> () {
        markdown::provide();
    }
}

part! { later:
    fn switch(compose: ComposeStore, to: BodyFormat) -> () {
        compose.switch_now(to);
    }
}

impl ComposeStore {
    /// The format of the text. Follows it.
    pub(in crate::compose) fn format(self) -> BodyFormat {
        self.draft.format().get()
    }

    /// Whether a plain text is sent as it was typed. Follows it.
    pub(in crate::compose) fn is_as_typed(self) -> bool {
        self.draft.as_typed().get()
    }

    /// A plain text is to be sent as it was typed, or not.
    pub(in crate::compose) fn set_as_typed(self, as_typed: bool) {
        self.edit(|| self.draft.as_typed().set(as_typed));
    }

    /// Loads what reads the format of the text.
    pub(super) fn follow_format(self) {
        Effect::new(move |_| {
            if self.format() == BodyFormat::Markdown {
                self.fetch_format();
            }
        });
    }

    /// Loads what reads Markdown, unless it is there.
    pub(in crate::compose) fn fetch_format(self) {
        self.markdown.fetch(provide_markdown());
    }

    /// Whether what reads the format of the text is there. Follows it.
    pub(super) fn reads_format(self) -> bool {
        self.format() != BodyFormat::Markdown || self.markdown.is_there()
    }

    /// Whether it could not be loaded. Follows it.
    pub(in crate::compose) fn lacks_format(self) -> bool {
        self.format() == BodyFormat::Markdown && self.markdown.has_failed()
    }

    /// Gives the text another format.
    pub(in crate::compose) fn switch_format(self, to: BodyFormat) {
        let from = self.draft.format().get_untracked();
        if from == to {
            return;
        }
        let shown = self.state.shown().get_untracked();
        let reads = from == BodyFormat::Markdown || to == BodyFormat::Markdown;
        spawn_local(async move {
            // It is loaded once, whoever asks for it.
            let read = !reads || provide_markdown().await.is_ok();
            if read && self.state.shown().get_untracked() == shown {
                switch(self, to).await.ok();
            }
        });
    }

    fn switch_now(self, to: BodyFormat) {
        let mut draft = self.draft_now();
        let before = Text::of(&draft);
        let same = draft.switch(to);
        let after = Text::of(&draft);
        let shown = self.state.shown().get_untracked();
        let done = self.edit(|| self.set_text(after.clone()));
        if done {
            storage::keep(USUAL, &to);
            let left = LeftFormat {
                shown,
                before,
                after,
            };
            self.state.left_format().set((!same).then_some(left));
        }
    }

    fn set_text(self, text: Text) {
        self.draft.body().set(text.body);
        self.draft.html().set(text.html);
        self.draft.format().set(text.format);
        self.text_changed();
    }

    /// The rich text as HTML. Of a draft that has none, its plain text.
    pub(in crate::compose) fn rich_text(self) -> String {
        self.draft.with_untracked(|draft| {
            if draft.html.is_empty() && !draft.body.is_empty() {
                Rich::from_text(&draft.body).html()
            } else {
                draft.html.clone()
            }
        })
    }

    /// Calls `take` with the text in its format. Follows it.
    pub(in crate::compose) fn with_content<T>(self, take: impl FnOnce(Content<'_>) -> T) -> T {
        let (body, html) = (self.draft.body(), self.draft.html());
        // What reads it may come later.
        self.reads_format();
        take(Content {
            format: self.draft.format().get(),
            as_typed: self.draft.as_typed().get(),
            text: &body.read(),
            html: &html.read(),
        })
    }

    /// Whether a text of more than so many octets is sent in two forms. Follows its format.
    pub(in crate::compose) fn has_long_formatting(self, octets: usize) -> bool {
        let (body, html) = (self.draft.body(), self.draft.html());
        self.draft.format().get() != BodyFormat::Plain
            && body.with_untracked(String::len) + html.with_untracked(String::len) > octets
    }

    /// The text as plain text. Follows it.
    pub(in crate::compose) fn plain_text(self) -> String {
        self.draft.body().get()
    }

    /// A person has typed in a rich text, which is this as HTML and as plain text.
    pub(in crate::compose) fn type_rich(self, html: String, text: String) {
        self.edit(|| {
            self.draft.html().set(html);
            self.draft.body().set(text);
        });
    }

    /// Puts something into the text where the caret is. False: its field is not on the screen, or
    /// can't be written to.
    pub(in crate::compose) fn insert_into_text(self, what: Inserted<'_>) -> bool {
        let view = self.view.with_value(Clone::clone);
        untrack(|| self.writes()) && view.is_some_and(|view| view.insert(what))
    }

    /// Puts the focus into the text, and selects the last occurrence of this before the caret, or
    /// else the first.
    pub(in crate::compose) fn select_in_text(self, what: Option<&str>) {
        let Some(view) = self.view.with_value(Clone::clone) else {
            return;
        };
        let caret = view.caret();
        let text = view.text();
        let what: Vec<u16> = what.unwrap_or_default().encode_utf16().collect();
        let is = |at: &usize| text[*at..].starts_with(&what);
        let found = if what.is_empty() {
            None
        } else {
            let before = (0..caret.min(text.len())).rev().find(is);
            before.or_else(|| (0..text.len()).find(is))
        };
        view.select(found.map_or(caret..caret, |at| at..at + what.len()), true);
    }

    /// What reads Markdown is there.
    pub(in crate::compose) async fn read_markdown(self) -> Result<(), NotLoaded> {
        provide_markdown().await
    }

    /// The subject. Follows it.
    pub(in crate::compose) fn subject(self) -> String {
        self.draft.subject().get()
    }

    /// Takes the text and the subject of this draft.
    pub(in crate::compose) fn replace_text(self, draft: Draft) {
        self.edit(|| {
            self.draft.subject().set(draft.subject.clone());
            self.draft.as_typed().set(draft.as_typed);
            self.draft.signature().set(draft.signature.clone());
            self.set_text(Text::of(&draft));
        });
    }

    /// Changes the text of the message, and shows the change. A rich text is changed by `rich`.
    pub(in crate::compose) fn change_text(
        self,
        plain: impl FnOnce(&str) -> Option<String>,
        rich: impl FnOnce(&mut Rich) -> bool,
    ) {
        let mut draft = self.draft_now();
        if draft.format == BodyFormat::Rich {
            let mut text = Rich::read(&draft.html);
            if !rich(&mut text) {
                return;
            }
            draft.set_html(text.html());
        } else if let Some(text) = plain(&draft.body) {
            draft.body = text;
        } else {
            return;
        }
        self.edit(|| self.set_text(Text::of(&draft)));
    }

    /// Whether something was lost by switching formats, and can be had again. Follows it.
    pub(in crate::compose) fn has_left_format(self) -> bool {
        let shown = self.state.shown().get();
        let after = self.state.left_format().with(|left| {
            let left = left.as_ref().filter(|left| left.shown == shown);
            left.map(|left| left.after.clone())
        });
        after.is_some_and(|after| self.draft.with(|draft| Text::of(draft) == after))
    }

    /// The format that was left is used again, with the text as it was.
    pub(in crate::compose) fn undo_switch(self) {
        let left = self.state.left_format().get_untracked();
        if let Some(left) = left.filter(|_| untrack(|| self.has_left_format())) {
            storage::keep(USUAL, &left.before.format);
            self.edit(|| self.set_text(left.before));
        }
        self.forget_left_format();
    }

    /// The format that was left is not offered any more.
    pub(in crate::compose) fn forget_left_format(self) {
        self.state.left_format().set(None);
    }
}
