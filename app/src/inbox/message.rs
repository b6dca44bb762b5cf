//! An opened message of the inbox: its parts in their order, or its source.

use std::iter::Peekable;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, NotRead, Part};

use crate::i18n::words::{self, say, w};
use crate::state::{Reading, State, use_state};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::visible::{visible, visible_lines};
use crate::ui::widgets::{IconButton, Toggle};

/// A message, with what can be done with it.
#[component]
#[must_use]
pub fn Message(
    /// The message.
    reading: Reading,
) -> impl IntoView {
    let state = use_state();
    let source = RwSignal::new(false);
    let id = reading.id;
    let (read, why) = match reading.text {
        Ok(read) => (read, None),
        // Then there is nothing but the source.
        Err(why) => (wire::Reading::default(), Some(why)),
    };
    let subject = subject(&read.headers);
    let octets = reading.raw;
    let size = octets.len() as u64;
    let body = move || {
        if source.get() || why.is_some() {
            return view! {
                {why.map(|why| view! { <p class="more">{move || not_read(state, why)}</p> })}
                <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>
                    {visible_lines(&String::from_utf8_lossy(&octets))}
                </pre>
            }
            .into_any();
        }
        view! {
            {headers(&read.headers)}
            <div class="reading-parts" tabindex="0" role="region" aria-label=w!(state, message)>
                {whole(state, read.parts.clone(), read.omitted)}
            </div>
        }
        .into_any()
    };
    view! {
        <article data-reading=id.to_string()>
            <div class="inbox-head">
                <button type="button" class="link back" on:click=move |_| state.close_message()>
                    "← "{w!(state, back)}
                </button>
                <h3>{if subject.is_empty() { say!(state, no_subject).into() } else { subject }}</h3>
                <span class="spacer"></span>
                <span class="muted">{words::octets(size)}</span>
                <div class="seg" role="group" aria-label=w!(state, read_as)>
                    <Toggle pressed=move || !source.get() label=w!(state, text)
                        on:click=move |_| source.set(false)/>
                    <Toggle pressed=source label=w!(state, source)
                        on:click=move |_| source.set(true)/>
                </div>
                <IconButton glyph=Glyph::Bin label=w!(state, delete)
                    on:click=move |_| state.delete(id)/>
            </div>
            {body}
        </article>
    }
}

/// Why a message is shown as its source.
fn not_read(state: State, why: NotRead) -> &'static str {
    match why {
        NotRead::TooSlow => say!(state, not_read_slow),
        NotRead::TooLarge => say!(state, not_read_large),
        NotRead::Failed => say!(state, not_read_failed),
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
fn whole(state: State, all: Vec<Part>, omitted: u64) -> impl IntoView {
    let nothing = omitted == 0
        && all.iter().all(|part| match &part.content {
            Content::Text { text, cut } => text.is_empty() && !cut,
            _ => false,
        });
    if nothing {
        return view! { <p class="nothing">{w!(state, no_text)}</p> }.into_any();
    }
    let mut rest = all.into_iter().peekable();
    let more = (omitted > 0).then(|| {
        view! { <p class="more">{w!(state, parts_omitted)}" "{omitted.to_string()}</p> }
    });
    view! { {siblings(state, &mut rest, 0)}{more} }.into_any()
}

/// The parts from here on that are at least so deep.
fn siblings(state: State, rest: &mut Peekable<IntoIter<Part>>, depth: u32) -> Vec<AnyView> {
    let mut shown = Vec::new();
    while let Some(part) = rest.next_if(|part| part.depth >= depth) {
        shown.push(match part.content {
            Content::Text { text, cut } => block(state, text, cut).into_any(),
            Content::Message { headers } => enclosed(state, headers, rest, part.depth).into_any(),
            Content::Attachment {
                name,
                media_type,
                size,
            } => {
                let mut row = vec![attachment(state, &name, &media_type, size)];
                while let Some(next) = next_attachment(state, rest, part.depth) {
                    row.push(next);
                }
                view! { <ul class="atts" aria-label=w!(state, attachments)>{row}</ul> }.into_any()
            }
        });
    }
    shown
}

/// The attachment that comes next, if it belongs to the same message.
fn next_attachment(
    state: State,
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
        } => Some(attachment(state, &name, &media_type, size)),
        _ => None,
    }
}

fn block(state: State, text: String, cut: bool) -> impl IntoView {
    view! {
        <div class="text" dir="auto">{text}</div>
        {cut.then(|| view! { <p class="more">"… "{w!(state, text_cut)}</p> })}
    }
}

fn attachment(state: State, name: &str, media_type: &str, size: u64) -> AnyView {
    let name = if name.is_empty() {
        view! { <span class="muted">{w!(state, no_name)}</span> }.into_any()
    } else {
        view! { <b dir="auto">{visible(name)}</b> }.into_any()
    };
    view! {
        <li class="att">
            <Icon glyph=Glyph::File/>
            {name}
            " "<small>{visible(media_type)}" · "{words::octets(size)}</small>
        </li>
    }
    .into_any()
}

/// A message enclosed in one of this depth, with its parts.
fn enclosed(
    state: State,
    fields: Vec<(String, String)>,
    rest: &mut Peekable<IntoIter<Part>>,
    depth: u32,
) -> impl IntoView + use<> {
    let subject = subject(&fields);
    let title = view! { <small>{w!(state, enclosed_message)}</small>" "<bdi>{subject}</bdi> };
    // The message itself has a heading of the third level.
    let heading = match depth {
        0 => view! { <h4 class="enclosed-head">{title}</h4> }.into_any(),
        1 => view! { <h5 class="enclosed-head">{title}</h5> }.into_any(),
        _ => view! { <h6 class="enclosed-head">{title}</h6> }.into_any(),
    };
    let inside = siblings(state, rest, depth.saturating_add(1));
    view! {
        <section class="enclosed">{heading}{headers(&fields)}{inside}</section>
    }
}
