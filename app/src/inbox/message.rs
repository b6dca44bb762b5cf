//! An opened message of the inbox: its parts in their order, or its source.

use std::iter::Peekable;
use std::sync::Arc;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, NotRead, Part};

use super::store::use_inbox;
use crate::connection::Arrived;
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::{visible, visible_lines};
use crate::ui::{Glyph, Icon, IconButton, Toggle, numbers};

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
    let id = message.id;
    let read = message.reading.as_ref();
    let subject = read.map_or_else(|_| String::new(), |read| subject(&read.headers));
    let subject = match subject.as_str() {
        "" => language.get().no_subject().to_owned(),
        _ => subject,
    };
    let size = message.raw.len() as u64;
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
        view! {
            {headers(&read.headers)}
            <div class="reading-parts" tabindex="0" role="region"
                aria-label=language.words(Locale::message)>
                {whole(language, read.parts.clone(), read.omitted)}
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
                <h3>{subject}</h3>
                <span class="spacer"></span>
                <span class="muted">{numbers::octets(size)}</span>
                <div class="seg" role="group" aria-label=language.words(Locale::read_as)>
                    <Toggle pressed=move || !source.get() label=language.words(Locale::text)
                        on:click=move |_| source.set(false)/>
                    <Toggle pressed=source label=language.words(Locale::source)
                        on:click=move |_| source.set(true)/>
                </div>
                <IconButton glyph=Glyph::Bin label=language.words(Locale::delete)
                    on:click=move |_| inbox.delete(id)/>
            </div>
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

/// The subject among these header fields, for showing; empty where there is none.
fn subject(headers: &[(String, String)]) -> String {
    headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("subject"))
        .map(|(_, value)| visible(value))
        .unwrap_or_default()
}

fn headers(headers: &[(String, String)]) -> impl IntoView + use<> {
    let rows = headers
        .iter()
        .map(|(name, value)| view! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> });
    view! { <dl>{rows.collect_view()}</dl> }
}

/// All parts, and how many are left out.
fn whole(language: Language, all: Vec<Part>, omitted: u64) -> impl IntoView {
    let nothing = omitted == 0
        && all.iter().all(|part| match &part.content {
            Content::Text { text, cut } => text.is_empty() && !cut,
            _ => false,
        });
    if nothing {
        return view! { <p class="nothing">{language.words(Locale::no_text)}</p> }.into_any();
    }
    let mut rest = all.into_iter().peekable();
    let more = (omitted > 0).then(|| {
        view! { <p class="more">{move || language.get().parts_omitted(omitted)}</p> }
    });
    view! { {siblings(language, &mut rest, 0)}{more} }.into_any()
}

/// The parts from here on that are at least so deep.
fn siblings(language: Language, rest: &mut Peekable<IntoIter<Part>>, depth: u32) -> Vec<AnyView> {
    let mut shown = Vec::new();
    while let Some(part) = rest.next_if(|part| part.depth >= depth) {
        shown.push(match part.content {
            Content::Text { text, cut } => block(language, text, cut).into_any(),
            Content::Message { headers } => {
                enclosed(language, headers, rest, part.depth).into_any()
            }
            Content::Attachment {
                name,
                media_type,
                size,
            } => {
                let mut row = vec![attachment(language, &name, &media_type, size)];
                while let Some(next) = next_attachment(language, rest, part.depth) {
                    row.push(next);
                }
                view! { <ul class="atts" aria-label=language.words(Locale::attachments)>{row}</ul> }
                    .into_any()
            }
        });
    }
    shown
}

/// The attachment that comes next, if it belongs to the same message.
fn next_attachment(
    language: Language,
    rest: &mut Peekable<IntoIter<Part>>,
    depth: u32,
) -> Option<AnyView> {
    let same =
        |part: &Part| part.depth == depth && matches!(part.content, Content::Attachment { .. });
    match rest.next_if(same)?.content {
        Content::Attachment {
            name,
            media_type,
            size,
        } => Some(attachment(language, &name, &media_type, size)),
        _ => None,
    }
}

fn block(language: Language, text: String, cut: bool) -> impl IntoView {
    view! {
        <div class="text" dir="auto">{text}</div>
        {cut.then(|| view! { <p class="more">"… "{language.words(Locale::text_cut)}</p> })}
    }
}

fn attachment(language: Language, name: &str, media_type: &str, size: u64) -> AnyView {
    let name = if name.is_empty() {
        view! { <span class="muted">{language.words(Locale::no_name)}</span> }.into_any()
    } else {
        view! { <b dir="auto">{visible(name)}</b> }.into_any()
    };
    view! {
        <li class="att">
            <Icon glyph=Glyph::File/>
            {name}
            " "<small>{visible(media_type)}" · "{numbers::octets(size)}</small>
        </li>
    }
    .into_any()
}

/// A message enclosed in one of this depth, with its parts.
fn enclosed(
    language: Language,
    fields: Vec<(String, String)>,
    rest: &mut Peekable<IntoIter<Part>>,
    depth: u32,
) -> impl IntoView + use<> {
    let subject = subject(&fields);
    let title =
        view! { <small>{language.words(Locale::enclosed_message)}</small>" "<bdi>{subject}</bdi> };
    // The message itself has a heading of the third level.
    let heading = match depth {
        0 => view! { <h4 class="enclosed-head">{title}</h4> }.into_any(),
        1 => view! { <h5 class="enclosed-head">{title}</h5> }.into_any(),
        _ => view! { <h6 class="enclosed-head">{title}</h6> }.into_any(),
    };
    let inside = siblings(language, rest, depth.saturating_add(1));
    view! {
        <section class="enclosed">{heading}{headers(&fields)}{inside}</section>
    }
}
