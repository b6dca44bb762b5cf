//! The practice mailbox.

mod focus;
mod list;

use leptos::html;
use leptos::prelude::*;
use wire::MailboxState;

use self::focus::Focus;
use self::list::message_list;
use crate::state::{State, use_state};
use crate::view::icon::Icon;
use crate::view::message::Message;
use crate::view::part::{button, click, labelled, on, part};
use crate::words::{self, say, w};

/// The inbox: what the practice server has taken, newest first.
#[component]
#[must_use]
pub fn Inbox() -> AnyView {
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
    part! {
        <section node_ref=section class="pane inbox" aria-label=w!(state, inbox)
            class:reading=move || state.wanted.get().is_some()
            on:focusin=on(move |_| focus.moved())>
            <div class="inbox-list">
                <div class="inbox-head">
                    <h2 tabindex="-1">{w!(state, inbox)}</h2>
                    <span class="spacer"></span>
                    {move || (any.get() == Some(true)).then(|| {
                        let act = click(move || state.clear());
                        button("link", act, labelled(Icon::Bin, w!(state, clear_inbox)))
                    })}
                </div>
                {move || match any.get() {
                    None => part! { <p class="nothing">{w!(state, inbox_off)}</p> },
                    Some(false) => part! { <p class="nothing">{w!(state, inbox_empty)}</p> },
                    Some(true) => message_list(),
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
    let kept = say!(state, inbox_keeps)
        .replace("{0}", &mailbox.most_messages.to_string())
        .replace("{1}", &words::octets(mailbox.most_octets));
    if mailbox.dropped == 0 {
        return kept;
    }
    format!("{kept} {} {}.", say!(state, inbox_dropped), mailbox.dropped)
}
