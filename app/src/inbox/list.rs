//! The list of messages. A row belongs to its message for as long as that is in the mailbox. Rows
//! are added and removed, and no other is touched, so the focus and what is being pressed stay with
//! their message.

use js_sys::Date;
use leptos::ev::{MouseEvent, PointerEvent};
use leptos::html;
use leptos::leptos_dom::helpers::queue_microtask;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use wire::MailboxSummary;

use super::store::{InboxStateStoreFields as _, use_inbox};
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon};

/// A press moves this many CSS pixels at most; what moves more is dragged.
const STEADY: i32 = 12;

/// What was pressed: the message's id, and where on the screen.
type Pressed = Option<(u64, i32, i32)>;

/// The messages, newest first.
#[component]
#[must_use]
pub fn MessageList() -> impl IntoView {
    let inbox = use_inbox();
    let list = NodeRef::<html::Ul>::new();
    let messages = move || {
        keep_in_place(list);
        inbox.state.mailbox().with(|mailbox| {
            let messages = mailbox.as_ref().map(|mailbox| mailbox.messages.clone());
            messages.unwrap_or_default()
        })
    };
    // Ids begin anew with each run of the bridge; no two runs receive at the same millisecond.
    let key = |message: &MailboxSummary| (message.id, message.received_ms);

    let pressed = StoredValue::new(None as Pressed);
    let on_press = move |event: PointerEvent| {
        let id = message_of(event.target()).filter(|_| event.button() == 0);
        pressed.set_value(id.map(|id| (id, event.client_x(), event.client_y())));
    };
    let on_click = move |event: MouseEvent| {
        let was = pressed.try_update_value(Option::take).flatten();
        let held_still = |(_, x, y): &(u64, i32, i32)| {
            (event.client_x() - x).abs() <= STEADY && (event.client_y() - y).abs() <= STEADY
        };
        // If a new message moved the rows while the pointer was down, the browser sends the click
        // to the list. The message that was pressed is meant.
        let meant = was.filter(held_still).map(|(id, ..)| id);
        let id = if event.detail() == 0 {
            message_of(event.target())
        } else {
            meant.or_else(|| message_of(event.target()))
        };
        if let Some(id) = id {
            inbox.read(id);
        }
    };
    view! {
        <ul node_ref=list on:pointerdown=on_press on:click=on_click>
            <For each=messages key=key let:message>
                <li>
                    <Summary message/>
                </li>
            </For>
        </ul>
    }
}

/// The message whose row this is part of.
fn message_of(target: Option<web_sys::EventTarget>) -> Option<u64> {
    let row = target?.dyn_into::<Element>().ok()?;
    let row = row.closest("[data-message]").ok()??;
    row.get_attribute("data-message")?.parse().ok()
}

/// Notes where a row is that a person is busy with, or looks at, and once the rows have changed
/// scrolls the list so that it is there still: new messages come in above the edge of the list.
/// Called before the rows change.
fn keep_in_place(list: NodeRef<html::Ul>) {
    let Some(list) = list.get_untracked() else {
        return;
    };
    let Some(row) = anchor(&list) else {
        return;
    };
    let top = row.offset_top();
    queue_microtask(move || {
        if row.is_connected() {
            list.set_scroll_top(list.scroll_top() + row.offset_top() - top);
        }
    });
}

/// The row under the pointer, or with the focus; else, in a list that has been scrolled, the first
/// that can be seen.
fn anchor(list: &HtmlElement) -> Option<HtmlElement> {
    let busy = list.query_selector("li:hover, li:focus-within").ok()?;
    let row = |row: Element| row.dyn_into::<HtmlElement>().ok();
    if busy.is_some() || list.scroll_top() == 0 {
        return busy.and_then(row);
    }
    let edge = list.offset_top() + list.scroll_top();
    let rows = list.children();
    (0..rows.length())
        .filter_map(|at| rows.item(at).and_then(row))
        .find(|row| row.offset_top() + row.offset_height() > edge)
}

/// What the list shows of a message. A click on it is the list's to handle.
#[component]
fn Summary(message: MailboxSummary) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let id = message.id;
    let current = move || (inbox.wanted() == Some(id)).then_some("true");
    let from = if message.header_from.is_empty() {
        message.from
    } else {
        message.header_from
    };
    let subject = message.subject;
    let subject = move || {
        if subject.is_empty() {
            language.get().no_subject().to_owned()
        } else {
            visible(&subject)
        }
    };
    let done = move || {
        let mark = inbox.mark(id);
        let one = |done: bool, glyph, label: fn(Locale) -> &'static str| {
            let words = language.words(label);
            done.then(|| {
                view! {
                    <span class="done" title=words>
                        <Icon glyph/><span class="unseen">{words}</span>
                    </span>
                }
            })
        };
        (
            one(mark.replied, Glyph::Reply, Locale::replied),
            one(mark.forwarded, Glyph::SendOn, Locale::forwarded),
        )
    };
    view! {
        <button type="button" class="summary" data-message=id.to_string()
            aria-current=current>
            <span class="summary-top">
                <b>{visible(&from)}</b>{done}<time>{clock(message.received_ms)}</time>
            </span>
            <span class="summary-subject">{subject}</span>
            <span class="summary-to">
                "→ "{visible(&message.to.join(", "))}
                {message.tls.then(|| view! { <Icon glyph=Glyph::Lock/> })}
            </span>
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
