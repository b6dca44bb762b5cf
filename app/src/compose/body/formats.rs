//! The formats of the text.

use leptos::prelude::*;

use crate::commands::table::{MARKDOWN, PLAIN, RICH, UNDO};
use crate::commands::{Command, mark};
use crate::compose::draft::BodyFormat;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, IconButton, Toggle};

/// The buttons that switch between the formats.
#[component]
#[must_use]
pub(in crate::compose) fn Formats() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let button = move |format, command: &'static Command| {
        view! {
            <Toggle pressed=move || compose.format() == format label=language.words(command.name)
                {..mark(command)}
                on:click=move |_| compose.switch_format(format)/>
        }
    };
    let typed = move || {
        if compose.is_as_typed() {
            "true"
        } else {
            "false"
        }
    };
    view! {
        <div class="seg" role="group" aria-label=language.words(Locale::body_format)
            hidden=move || compose.is_raw()>
            {button(BodyFormat::Plain, &PLAIN)}
            {button(BodyFormat::Markdown, &MARKDOWN)}
            {button(BodyFormat::Rich, &RICH)}
        </div>
        <Show when=move || compose.format() == BodyFormat::Plain && !compose.is_raw()>
            <button type="button" class="toggle" aria-pressed=typed
                title=language.words(Locale::as_typed_note)
                on:click=move |_| compose.set_as_typed(!untrack(|| compose.is_as_typed()))>
                {language.words(Locale::as_typed)}
            </button>
        </Show>
    }
}

/// Says that something was lost by switching formats, and takes that back; and that what reads the
/// format could not be loaded.
#[component]
#[must_use]
pub(in crate::compose) fn SwitchedNotice() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let lost = Memo::new(move |_| compose.has_left_format());
    let notice = move || {
        lost.get().then(|| {
            view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/>
                    <p>{language.words(Locale::format_lost)}</p>
                    <button type="button" {..mark(&UNDO)} class="btn"
                        on:click=move |_| compose.undo_switch()>
                        {language.words(Locale::undo)}
                    </button>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| compose.forget_left_format()/>
                </div>
            }
        })
    };
    let lacks = Memo::new(move |_| compose.lacks_format());
    let missing = move || {
        lacks.get().then(|| {
            view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/>
                    <p>{language.words(Locale::format_not_loaded)}</p>
                    <button type="button" class="btn" on:click=move |_| compose.fetch_format()>
                        {language.words(Locale::try_again)}
                    </button>
                </div>
            }
        })
    };
    view! {
        <div role="status" class="notice-place">{notice}</div>
        <div role="alert" class="notice-place">{missing}</div>
    }
}
