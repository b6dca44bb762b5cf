//! The practice mailbox.

mod focus;
mod list;

use leptos::html;
use leptos::prelude::*;
use wire::MailboxState;

use self::focus::Focus;
use self::list::message_list;
use crate::state::{Reading, State, use_state};
use crate::view::icon::Icon;
use crate::view::part::{button, click, icon_button, labelled, on, part, parts, toggle};
use crate::visible::{visible, visible_lines};
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
            class:reading=move || state.wanted.get().is_some() on:focusin=on(move |_| focus.moved())>
            <div class="inbox-list">
                <div class="inbox-head">
                    <h2 tabindex="-1">{w!(state, inbox)}</h2>
                    <span class="spacer"></span>
                    {move || (any.get() == Some(true)).then(|| button("link", click(move || state.clear()), labelled(Icon::Bin, w!(state, clear_inbox))))}
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
                {button("link back", click(move || state.close_message()), part! { "← "{w!(state, back)} })}
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
