//! The field of the message's text.

mod formats;
mod plain;
mod rich;
mod text_view;

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

pub(super) use self::formats::{Formats, SwitchedNotice};
use self::plain::PlainView;
use self::rich::RichBody;
use self::text_view::provide;
pub(super) use self::text_view::{Inserted, Shown, TextView};
use super::draft::{BodyFormat, Place};
use super::find::{Find, FindBar};
use super::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::show_text;

/// The message's text, in its format.
#[component]
#[must_use]
pub(super) fn Body(
    /// Whether something else is shown in its place.
    #[prop(into)]
    hidden: Signal<bool>,
) -> impl IntoView {
    let compose = use_compose();
    let is_rich = Memo::new(move |_| compose.format() == BodyFormat::Rich);
    let find: Find = expect_context();
    view! {
        <FindBar/>
        <div class="writing" hidden=hidden on:keydown=move |event| find.on_key(&event)>
            <Show when=move || is_rich.get() fallback=PlainBody><RichBody/></Show>
        </div>
    }
}

/// A plain text or Markdown.
#[component]
fn PlainBody() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let field = NodeRef::<html::Textarea>::new();
    // What is typed here is in the field already. It is read back only when another draft is shown,
    // because a body can be large.
    Effect::new(move |_| {
        compose.state.shown().track();
        compose.state.text_set().track();
        let Some(field) = field.get() else { return };
        // As a text area has it: lines are ended by LF.
        let lf = |body: &String| body.replace("\r\n", "\n").replace('\r', "\n");
        let body = compose.text(Place::Message).with_untracked(lf);
        let before = (field.value(), caret(&field));
        show_text(&field, &body);
        if before.0 != field.value() {
            let written = compose.written().encode_utf16().count();
            place_caret(&field, &before, &body, written);
        }
    });
    provide(compose, Rc::new(PlainView(field)));
    view! {
        <div class="body">
            <textarea id="message" node_ref=field spellcheck="true"
                aria-label=language.words(Locale::message)
                on:input=move |event| {
                    compose.type_text(Place::Message, event_target_value(&event));
                }></textarea>
        </div>
    }
}

/// Where the caret is, in UTF-16 code units.
fn caret(field: &HtmlTextAreaElement) -> usize {
    let start = field.selection_start().ok().flatten();
    start.map_or(0, |start| start as usize)
}

/// Puts the caret where it was in the text before, if the text up to there is the same; otherwise
/// behind what is `written` above the signature, if it is not at the end.
fn place_caret(field: &HtmlTextAreaElement, before: &(String, usize), body: &str, written: usize) {
    let units = |text: &str, many: usize| -> Vec<u16> { text.encode_utf16().take(many).collect() };
    let (text, caret) = before;
    let stays = *caret > 0 && units(text, *caret) == units(body, *caret);
    let at = if stays { *caret } else { written };
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    field.set_selection_range(at, at).ok();
}
