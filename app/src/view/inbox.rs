//! The practice mailbox.

use js_sys::Date;
use leptos::prelude::*;
use wire::{MailboxState, MailboxSummary};

use crate::state::{Reading, State, use_state};
use crate::view::icon::{Icon, icon};
use crate::visible::visible;
use crate::words::{self, say, w};

/// The inbox: what the practice server has taken, newest first.
#[component]
#[must_use]
pub fn Inbox() -> impl IntoView {
    let state = use_state();
    let any = move || {
        state.mailbox.with(|mailbox| {
            mailbox
                .as_ref()
                .is_some_and(|mailbox| !mailbox.messages.is_empty())
        })
    };
    view! {
        <section class="pane inbox" class:reading=move || state.wanted.get().is_some() aria-label=w!(state, inbox)>
            <div class="inbox-list">
                <div class="inbox-head">
                    <h2>{w!(state, inbox)}</h2>
                    <span class="spacer"></span>
                    {move || any().then(|| view! { <button type="button" class="link" on:click=move |_| state.clear()>{icon(Icon::Bin)}{w!(state, clear_inbox)}</button> })}
                </div>
                {move || match state.mailbox.get() {
                    None => view! { <p class="nothing">{w!(state, inbox_off)}</p> }.into_any(),
                    Some(mailbox) if mailbox.messages.is_empty() => view! { <p class="nothing">{w!(state, inbox_empty)}</p> }.into_any(),
                    Some(mailbox) => view! { <ul>{mailbox.messages.into_iter().map(|message| view! { <li>{summary(state, message)}</li> }).collect_view()}</ul> }.into_any(),
                }}
                {move || state.mailbox.get().map(|mailbox| view! { <p class="limits">{limits(state, &mailbox)}</p> })}
            </div>
            <div class="inbox-message">
                {move || match (state.reading.get(), state.wanted.get()) {
                    (Some(reading), _) => view! { <Message reading/> }.into_any(),
                    (None, Some(_)) => view! { <p class="nothing">{w!(state, fetching)}</p> }.into_any(),
                    (None, None) => view! { <p class="nothing">{w!(state, inbox_choose)}</p> }.into_any(),
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

fn summary(state: State, message: MailboxSummary) -> impl IntoView {
    let id = message.id;
    let current = move || (state.wanted.get() == Some(id)).then_some("true");
    let from = if message.header_from.is_empty() {
        message.from
    } else {
        message.header_from
    };
    let subject = message.subject;
    let nothing = subject.is_empty();
    view! {
        <button type="button" class="summary" data-message=id aria-current=current on:click=move |_| state.read(id)>
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
fn Message(reading: Reading) -> impl IntoView {
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
    let raw = String::from_utf8_lossy(&reading.raw).into_owned();
    let size = reading.raw.len() as u64;
    let body = move || {
        if source.get() {
            return view! { <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>{raw.clone()}</pre> }.into_any();
        }
        view! {
            <dl>{headers.iter().map(|(name, value)| view! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> }).collect_view()}</dl>
            <div class="text" tabindex="0" role="region" aria-label=w!(state, message)>{text.clone()}
                {cut.then(|| view! { <p class="muted">"… "{w!(state, text_cut)}</p> })}
            </div>
            {(!attachments.is_empty()).then(|| view! {
                <ul class="atts">{attachments.iter().map(|one| view! { <li class="att">{visible(&one.name)}" "<small>{words::octets(one.size)}</small></li> }).collect_view()}</ul>
            })}
        }
        .into_any()
    };
    view! {
        <article data-reading=id>
            <div class="inbox-head">
                <button type="button" class="link back" on:click=move |_| { state.wanted.set(None); state.reading.set(None); }>"← "{w!(state, back)}</button>
                <h3>{if subject.is_empty() { say!(state, no_subject).to_owned() } else { subject }}</h3>
                <span class="spacer"></span>
                <span class="muted">{words::octets(size)}</span>
                <div class="seg" role="group" aria-label=w!(state, read_as)>
                    <button type="button" aria-pressed=move || (!source.get()).to_string() on:click=move |_| source.set(false)>{w!(state, text)}</button>
                    <button type="button" aria-pressed=move || source.get().to_string() on:click=move |_| source.set(true)>{w!(state, source)}</button>
                </div>
                <button type="button" class="icon" aria-label=w!(state, delete) title=w!(state, delete) on:click=move |_| state.delete(id)>{icon(Icon::Bin)}</button>
            </div>
            {body}
        </article>
    }
}
