//! What is to be said about a message that was opened from a file.

use leptos::prelude::*;

use super::answer::Lack;
use super::import::LeftOut;
use super::store::{ComposeStateStoreFields as _, NotOpened, Opened, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton};

/// Says why a message was not opened, or what its draft does not hold.
#[component]
#[must_use]
pub(super) fn OpenedNotice() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let notice = move || {
        let opened = compose.state.opened().get()?;
        let locale = language.get();
        let words = match &opened {
            Opened::Not(why) => not_opened(locale, *why).to_owned(),
            Opened::InPart { left_out, .. } => in_part(locale, left_out),
            Opened::Answer(lacks) => {
                let words = lacks.iter().map(|lack| lacks_what(locale, *lack));
                words.collect::<Vec<_>>().join(" ")
            }
        };
        let has_source = matches!(
            opened,
            Opened::InPart {
                source: Some(_),
                ..
            }
        );
        let edit = has_source.then(|| {
            view! {
                <button type="button" class="btn" on:click=move |_| compose.edit_opened_source()>
                    {language.words(Locale::open_as_source)}
                </button>
            }
        });
        Some(view! {
            <div class="notice">
                <Icon glyph=Glyph::Alert/><p>{words}</p>{edit}
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| compose.state.opened().set(None)/>
            </div>
        })
    };
    view! { <div role="status" class="notice-place">{notice}</div> }
}

fn not_opened(locale: Locale, why: NotOpened) -> &'static str {
    match why {
        NotOpened::TooLarge => locale.opened_too_large(),
        NotOpened::Unreadable => locale.opened_unreadable(),
        NotOpened::NoMessage => locale.opened_no_message(),
        NotOpened::NotLoaded => locale.opened_not_loaded(),
        NotOpened::NoAnswer => locale.answer_not_read(),
    }
}

fn lacks_what(locale: Locale, lack: Lack) -> &'static str {
    match lack {
        Lack::Text => locale.answer_lacks_text(),
        Lack::RestOfText => locale.answer_lacks_rest(),
        Lack::Parts => locale.answer_lacks_parts(),
        Lack::Formatting => locale.answer_lacks_formatting(),
        Lack::SomeFormatting => locale.answer_lacks_some_formatting(),
    }
}

fn in_part(locale: Locale, left_out: &[LeftOut]) -> String {
    let mut words = locale.opened_in_part().to_owned();
    for one in left_out {
        words.push(' ');
        match one {
            LeftOut::Html => words.push_str(locale.left_out_html()),
            LeftOut::Fields(names) => {
                words.push_str(&locale.left_out_fields(visible(&names.join(", "))));
            }
        }
    }
    words
}
