//! The practice mailbox.

use leptos::html;
use leptos::prelude::*;
use wire::MailboxState;

use super::focus::Focus;
use super::list::MessageList;
use crate::i18n::words::{self, say, w};
use crate::inbox::message::Message;
use crate::state::{State, use_state};
use crate::ui::icon::{Glyph, Icon};

/// The inbox: what the practice server has taken, newest first.
#[component]
#[must_use]
pub fn Inbox() -> impl IntoView {
    let state = use_state();
    let has_messages = |mailbox: &MailboxState| !mailbox.messages.is_empty();
    // None: there is no mailbox.
    let any = Memo::new(move |_| {
        state
            .mailbox
            .with(|mailbox| mailbox.as_ref().map(has_messages))
    });
    let section = NodeRef::<html::Section>::new();
    let focus = Focus::new(state, section);
    view! {
        <section node_ref=section class="pane inbox" aria-label=w!(state, inbox)
            class:reading=move || state.wanted.get().is_some()
            on:focusin=move |_| focus.moved()>
            <div class="inbox-list">
                <div class="inbox-head">
                    <h2 tabindex="-1">{w!(state, inbox)}</h2>
                    <span class="spacer"></span>
                    <Show when=move || any.get() == Some(true)>
                        <button type="button" class="link" on:click=move |_| state.clear()>
                            <Icon glyph=Glyph::Bin/>{w!(state, clear_inbox)}
                        </button>
                    </Show>
                </div>
                {move || match any.get() {
                    None => nothing(w!(state, inbox_off)).into_any(),
                    Some(false) => nothing(w!(state, inbox_empty)).into_any(),
                    Some(true) => view! { <MessageList/> }.into_any(),
                }}
                {move || state.mailbox.get().map(|mailbox| view! {
                    <p class="limits">{limits(state, &mailbox)}</p>
                })}
            </div>
            <div class="inbox-message">
                {move || match (state.reading.get(), state.wanted.get()) {
                    (Some(reading), _) => view! { <Message reading/> }.into_any(),
                    (None, Some(_)) => nothing(w!(state, fetching)).into_any(),
                    (None, None) => nothing(w!(state, inbox_choose)).into_any(),
                }}
            </div>
        </section>
    }
}

/// What stands where there is nothing to show.
fn nothing(words: Signal<&'static str>) -> impl IntoView {
    view! { <p class="nothing">{words}</p> }
}

/// How much the mailbox keeps, and what it has dropped.
fn limits(state: State, mailbox: &MailboxState) -> String {
    let octets = words::octets(mailbox.most_octets);
    let kept = state
        .locale
        .get()
        .inbox_keeps(mailbox.most_messages, octets);
    if mailbox.dropped == 0 {
        return kept;
    }
    format!("{kept} {} {}.", say!(state, inbox_dropped), mailbox.dropped)
}
