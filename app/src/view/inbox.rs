//! The practice mailbox.

use js_sys::Date;
use leptos::prelude::*;
use wire::{MailboxState, MailboxSummary};

use crate::state::{State, use_state};
use crate::view::icon::{Icon, icon};
use crate::view::message::Message;
use crate::view::part::{button, click, labelled, part, parts};
use crate::visible::visible;
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
