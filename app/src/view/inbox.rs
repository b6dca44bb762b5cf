//! The practice mailbox.

use js_sys::Date;
use leptos::prelude::*;
use wire::{MailboxState, MailboxSummary};

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
    let source = RwSignal::new(false);
    let id = reading.id;
    let headers = reading.text.headers.clone();
    let subject = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("subject"))
        .map(|(_, value)| visible(value))
        .unwrap_or_default();
    let text = reading.text.text.clone();
    let cut = reading.text.text_cut;
    let attachments = reading.text.attachments.clone();
    let raw = visible_lines(&String::from_utf8_lossy(&reading.raw));
    let size = reading.raw.len() as u64;
    let body = move || {
        if source.get() {
            return part! { <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>{raw.clone()}</pre> };
        }
        part! {
            <dl>{parts(headers.iter().map(|(name, value)| part! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> }))}</dl>
            <div class="text" tabindex="0" role="region" aria-label=w!(state, message)>{text.clone()}
                {cut.then(|| part! { <p class="muted">"… "{w!(state, text_cut)}</p> })}
            </div>
            {(!attachments.is_empty()).then(|| part! {
                <ul class="atts">{parts(attachments.iter().map(|one| part! { <li class="att">{visible(&one.name)}" "<small>{words::octets(one.size)}</small></li> }))}</ul>
            })}
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
                    {toggle(move || !source.get(), w!(state, text), click(move || source.set(false)))}
                    {toggle(move || source.get(), w!(state, source), click(move || source.set(true)))}
                </div>
                {icon_button(Icon::Bin, w!(state, delete), click(move || state.delete(id)))}
            </div>
            {move || body()}
        </article>
    }
}
