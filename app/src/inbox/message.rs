//! An opened message of the inbox: its parts, or its source.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{NotRead, View};

use super::answers::AnswerButtons;
use super::download::{Saver, name_of_message};
use super::parts::{Parts, has_views};
use super::pictures::Made;
use super::store::use_inbox;
use crate::connection::Arrived;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::{visible, visible_lines};
use crate::ui::{Glyph, Icon, IconButton, SaveProblem, Toggle, numbers};

/// A message, with what can be done with it.
#[component]
#[must_use]
pub fn Message(
    /// The message.
    message: Arc<Arrived>,
) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let source = RwSignal::new(false);
    let shown = RwSignal::new(View::Formatted);
    let id = message.id;
    let made = Made::new(Arc::clone(&message));
    let pictures = message.reading.as_ref().map(|read| made.named(read));
    let pictures = Arc::new(pictures.unwrap_or_default());
    let frames = StoredValue::new(0);
    let views = message
        .reading
        .as_ref()
        .is_ok_and(|read| has_views(&read.parts));
    let subject = match &message.reading {
        Ok(read) => subject(&read.headers).to_owned(),
        Err(_) => inbox.subject(id),
    };
    let file_name = name_of_message(&subject);
    let title = move || match subject.as_str() {
        "" => language.get().no_subject().to_owned(),
        subject => visible(subject),
    };
    let saver = Saver::new(Arc::clone(&message));
    let size = message.raw.len() as u64;
    let answers = Arc::clone(&message);
    let body = move || {
        // A message that can't be read has nothing but its source.
        let (read, why) = match &message.reading {
            Ok(read) => (Some(read).filter(|_| !source.get()), None),
            Err(why) => (None, Some(*why)),
        };
        let Some(read) = read else {
            let why = why.map(|why| {
                view! { <p class="more">{move || not_read(language.get(), why)}</p> }
            });
            return view! {
                {why}
                <pre class="source" tabindex="0" role="region"
                    aria-label=language.words(Locale::source)>
                    {visible_lines(&String::from_utf8_lossy(&message.raw))}
                </pre>
            }
            .into_any();
        };
        let parts = read.parts.clone();
        let omitted = read.omitted;
        let pictures = Arc::clone(&pictures);
        let parts = move || {
            let parts_of = Parts {
                language,
                saver,
                view: shown.get(),
                made,
                pictures: Signal::stored(Arc::clone(&pictures)),
                frames,
            };
            parts_of.whole(&parts, omitted)
        };
        let choice = views.then(|| {
            view! {
                <div class="seg views" role="group" aria-label=language.words(Locale::show_text_as)>
                    <Toggle pressed=move || shown.get() == View::Formatted
                        label=language.words(Locale::formatted)
                        on:click=move |_| shown.set(View::Formatted)/>
                    <Toggle pressed=move || shown.get() == View::Text
                        label=language.words(Locale::text)
                        on:click=move |_| shown.set(View::Text)/>
                </div>
            }
        });
        view! {
            {headers(&read.headers)}
            {choice}
            <div class="reading-parts" tabindex="0" role="region"
                aria-label=language.words(Locale::message)>
                {parts}
            </div>
        }
        .into_any()
    };
    view! {
        <article data-reading=id.to_string()>
            <div class="inbox-head">
                <button type="button" class="link back" on:click=move |_| inbox.close_message()>
                    "← "{language.words(Locale::back)}
                </button>
                <h2>{title}</h2>
                <span class="spacer"></span>
                <span class="muted">{numbers::octets(size)}</span>
                <div class="seg" role="group" aria-label=language.words(Locale::read_as)>
                    <Toggle pressed=move || !source.get() label=language.words(Locale::message)
                        on:click=move |_| source.set(false)/>
                    <Toggle pressed=source label=language.words(Locale::source)
                        on:click=move |_| source.set(true)/>
                </div>
                <button type="button" class="btn"
                    on:click=move |_| saver.save_message(&file_name)>
                    <Icon glyph=Glyph::Download/>
                    <span>{language.words(Locale::download)}</span>
                </button>
                <IconButton glyph=Glyph::Bin label=language.words(Locale::delete)
                    on:click=move |_| inbox.delete(vec![id])/>
                <SaveProblem shown=saver.failed()/>
            </div>
            <AnswerButtons message=answers/>
            {body}
        </article>
    }
}

/// Why a message is shown as its source.
fn not_read(locale: Locale, why: NotRead) -> &'static str {
    match why {
        NotRead::TooSlow => locale.not_read_slow(),
        NotRead::TooLarge => locale.not_read_large(),
        NotRead::Failed => locale.not_read_failed(),
    }
}

/// The subject among these header fields; empty where there is none.
pub(super) fn subject(headers: &[(String, String)]) -> &str {
    let mut headers = headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("subject"));
    found.map_or("", |(_, value)| value)
}

pub(super) fn headers(headers: &[(String, String)]) -> impl IntoView + use<> {
    let rows = headers
        .iter()
        .map(|(name, value)| view! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> });
    view! { <dl>{rows.collect_view()}</dl> }
}
