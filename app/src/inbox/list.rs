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

use super::keys::on_key;
use super::marks::Mark;
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
        inbox.listed()
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
        let Some(id) = id else {
            return;
        };
        let selection = inbox.state.selection();
        if event.ctrl_key() || event.meta_key() {
            selection.update(|chosen| chosen.toggle(id));
        } else if event.shift_key() {
            let list = untrack(|| inbox.listed_ids());
            selection.update(|chosen| chosen.extend_to(id, &list));
        } else {
            inbox.read(id);
        }
    };
    // Shift would select text.
    let on_mouse = |event: MouseEvent| {
        if event.shift_key() {
            event.prevent_default();
        }
    };
    view! {
        <ul node_ref=list on:pointerdown=on_press on:mousedown=on_mouse on:click=on_click
            on:keydown=move |event| on_key(inbox, &event)>
            <For each=messages key=key let:message>
                <Row message/>
            </For>
        </ul>
    }
}

/// A message in the list: what chooses it, what opens it, and its star.
#[component]
fn Row(message: MailboxSummary) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let id = message.id;
    let title = visible(&message.subject);
    let title = move || match title.as_str() {
        "" => language.get().no_subject().to_owned(),
        title => title.to_owned(),
    };
    let name = title.clone();
    let choose = move || language.get().choose_message(name());
    let star = move || language.get().star_message(title());
    let chosen = Memo::new(move |_| inbox.state.selection().with(|chosen| chosen.has(id)));
    let mark = Memo::new(move |_| inbox.mark(id));
    let on_choose = move |event: MouseEvent| {
        let list = untrack(|| inbox.listed_ids());
        inbox.state.selection().update(|chosen| {
            if event.shift_key() && !chosen.has(id) {
                chosen.extend_to(id, &list);
            } else {
                chosen.toggle(id);
            }
        });
    };
    view! {
        <li data-row=id.to_string() class:chosen=chosen
            class:unread=move || mark.with(|mark| !mark.read)>
            <input type="checkbox" aria-label=choose prop:checked=chosen on:click=on_choose/>
            <Summary message mark/>
            <button type="button" class="icon star" aria-label=star
                aria-pressed=move || if mark.with(|mark| mark.starred) { "true" } else { "false" }
                on:click=move |_| inbox.change_mark(id, |mark| mark.starred = !mark.starred)>
                <Icon glyph=Glyph::Star/>
            </button>
        </li>
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
fn Summary(message: MailboxSummary, mark: Memo<Mark>) -> impl IntoView {
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
    let unread = move || {
        let unread = mark.with(|mark| !mark.read);
        unread.then(|| view! { <span class="unseen">{language.words(Locale::unread)}</span> })
    };
    let to = if message.opened {
        view! { {language.words(Locale::from_a_file)} }.into_any()
    } else {
        view! { "→ "{visible(&message.to.join(", "))} }.into_any()
    };
    let done = move || {
        let mark = mark.get();
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
                {unread}<b>{visible(&from)}</b>{done}<time>{clock(message.received_ms)}</time>
            </span>
            <span class="summary-subject">{subject}</span>
            <span class="summary-to">
                {to}
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
