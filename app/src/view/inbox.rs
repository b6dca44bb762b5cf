//! The practice mailbox.

use js_sys::Date;
use leptos::prelude::*;
use wire::{Content, MailboxState, MailboxSummary, NotRead};

use crate::state::{Reading, State, use_state};
use crate::view::icon::{Icon, icon};
use crate::view::part::{button, click, icon_button, labelled, part, parts, toggle};
use crate::visible::{visible, visible_lines};
use crate::words::{self, say, w};

/// The inbox: what the practice server has taken, newest first.
#[component]
#[must_use]
pub fn Inbox() -> AnyView {
    let state = use_state();
    let any = move || {
        state.mailbox.with(|mailbox| {
            mailbox
                .as_ref()
                .is_some_and(|mailbox| !mailbox.messages.is_empty())
        })
    };
    part! {
        <section class="pane inbox" class:reading=move || state.wanted.get().is_some() aria-label=w!(state, inbox)>
            <div class="inbox-list">
                <div class="inbox-head">
                    <h2>{w!(state, inbox)}</h2>
                    <span class="spacer"></span>
                    {move || any().then(|| button("link", click(move || state.clear()), labelled(Icon::Bin, w!(state, clear_inbox))))}
                </div>
                {move || match state.mailbox.get() {
                    None => part! { <p class="nothing">{w!(state, inbox_off)}</p> },
                    Some(mailbox) if mailbox.messages.is_empty() => part! { <p class="nothing">{w!(state, inbox_empty)}</p> },
                    Some(mailbox) => part! { <ul>{parts(mailbox.messages.into_iter().map(|message| part! { <li>{summary(state, message)}</li> }))}</ul> },
                }}
                {move || state.mailbox.get().map(|mailbox| part! { <p class="limits">{limits(state, &mailbox)}</p> })}
            </div>
            <div class="inbox-message">
                {move || match (state.reading.get(), state.wanted.get()) {
                    (Some(reading), _) => part! { <Message reading/> },
                    (None, Some(_)) => part! { <p class="nothing">{w!(state, fetching)}</p> },
                    (None, None) => part! { <p class="nothing">{w!(state, inbox_choose)}</p> },
                }}
            </div>
        </section>
    }
}

fn limits(state: State, mailbox: &MailboxState) -> String {
    let kept = format!(
        "{} {} / {}",
        say!(state, inbox_keeps),
        mailbox.most_messages,
        words::octets(mailbox.most_octets)
    );
    if mailbox.dropped == 0 {
        return kept;
    }
    format!("{kept} {} {}", say!(state, inbox_dropped), mailbox.dropped)
}

fn summary(state: State, message: MailboxSummary) -> AnyView {
    let id = message.id;
    let current = move || (state.wanted.get() == Some(id)).then_some("true");
    let from = if message.header_from.is_empty() {
        message.from
    } else {
        message.header_from
    };
    let subject = message.subject;
    let nothing = subject.is_empty();
    part! {
        <button type="button" class="summary" data-message=id.to_string() aria-current=move || current() on:click=click(move || state.read(id))>
            <span class="summary-top"><b>{visible(&from)}</b><time>{clock(message.received_ms)}</time></span>
            <span class="summary-subject">{if nothing { say!(state, no_subject).to_owned() } else { visible(&subject) }}</span>
            <span class="summary-to">"→ "{visible(&message.to.join(", "))}{message.tls.then(|| icon(Icon::Lock))}</span>
        </button>
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit a double"
)]
fn clock(ms: u64) -> String {
    let date = Date::new(&(ms as f64).into());
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

#[component]
fn Message(reading: Reading) -> AnyView {
    let state = use_state();
    let source_shown = RwSignal::new(false);
    let id = reading.id;
    let (text, why) = match reading.text {
        Ok(text) => (text, None),
        Err(why) => (wire::Reading::default(), Some(why)),
    };
    let headers = text.headers;
    let subject = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("subject"))
        .map(|(_, value)| visible(value))
        .unwrap_or_default();
    let parts_shown = text.parts;
    let raw = visible_lines(&String::from_utf8_lossy(&reading.raw));
    let size = reading.raw.len() as u64;
    let body = move || {
        let source = move |raw: String| part! { <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>{raw}</pre> };
        if let Some(why) = why {
            return part! { <p class="problem">{not_read(state, why)}</p>{source(raw.clone())} };
        }
        if source_shown.get() {
            return source(raw.clone());
        }
        part! {
            <dl>{parts(headers.iter().map(|(name, value)| part! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> }))}</dl>
            {parts(parts_shown.iter().map(|one| content(state, &one.content)))}
        }
    };
    part! {
        <article data-reading=id.to_string()>
            <div class="inbox-head">
                {button("link back", click(move || { state.wanted.set(None); state.reading.set(None); }), part! { "← "{w!(state, back)} })}
                <h3>{if subject.is_empty() { say!(state, no_subject).to_owned() } else { subject }}</h3>
                <span class="spacer"></span>
                <span class="muted">{words::octets(size)}</span>
                <div class="seg" role="group" aria-label=w!(state, read_as)>
                    {toggle(move || !source_shown.get(), w!(state, text), click(move || source_shown.set(false)))}
                    {toggle(move || source_shown.get(), w!(state, source), click(move || source_shown.set(true)))}
                </div>
                {icon_button(Icon::Bin, w!(state, delete), click(move || state.delete(id)))}
            </div>
            {move || body()}
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

fn content(state: State, content: &Content) -> AnyView {
    match content {
        Content::Text { text, cut } => part! {
            <div class="text" tabindex="0" role="region" aria-label=w!(state, message)>{text.clone()}
                {cut.then(|| part! { <p class="muted">"… "{w!(state, text_cut)}</p> })}
            </div>
        },
        Content::Attachment { name, size, .. } => part! {
            <ul class="atts"><li class="att">{visible(name)}" "<small>{words::octets(*size)}</small></li></ul>
        },
        Content::Message { .. } => part! { <hr/> },
    }
}
