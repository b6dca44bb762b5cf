//! The conversation, line by line.

use std::fmt::Write as _;

use js_sys::{Array, Uint8Array};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::{Entry, Event, Span, Stage};
use wasm_bindgen::JsCast;

use crate::session::{STAGES, Session, Step};
use crate::state::{State, use_state};
use crate::view::entry::Row;
use crate::view::explain::Explain;
use crate::view::hold::Hold;
use crate::view::icon::{Icon, icon};
use crate::view::outcome::OutcomeBanner;
use crate::view::part::{click, on, part, parts};
use crate::words::{say, w};

/// The wire pane.
#[component]
#[must_use]
pub fn Wire() -> AnyView {
    let state = use_state();
    part! {
        <section class="pane wirepane" aria-label=w!(state, wire)>
            <Stages/>
            <Lanes/>
            <Transcript/>
            <OutcomeBanner/>
            <Explain/>
        </section>
    }
}

/// Where the send is, in six steps.
#[component]
fn Stages() -> AnyView {
    let state = use_state();
    let steps = Memo::new(move |_| state.session.with(Session::steps));
    let name = move |stage: Stage| match stage {
        Stage::Connect => say!(state, stage_connect),
        Stage::Tls => say!(state, stage_tls),
        Stage::SignIn => say!(state, stage_sign_in),
        Stage::Envelope => say!(state, stage_envelope),
        Stage::Message => say!(state, stage_message),
        Stage::Accepted => say!(state, stage_accepted),
    };
    let one = move |at: usize| {
        let step = steps.get()[at];
        let (class, sign, said) = match step {
            Step::Todo => ("stage", (at + 1).to_string(), say!(state, step_todo)),
            Step::Now => ("stage now", (at + 1).to_string(), say!(state, step_now)),
            Step::Done => ("stage done", "✓".to_owned(), say!(state, step_done)),
            Step::Passed => ("stage passed", "–".to_owned(), say!(state, step_passed)),
            Step::Failed => ("stage failed", "✕".to_owned(), say!(state, step_failed)),
        };
        part! {
            <li class=class aria-current=(step == Step::Now).then_some("step")>
                <b aria-hidden="true">{sign}</b><span class="stage-name">{name(STAGES[at])}</span><span class="unseen">{said}</span>
            </li>
        }
    };
    let empty = move || state.session.with(|session| session.entries.is_empty());
    part! {
        <div class="stages">
            <ol aria-label=w!(state, stages)>{move || parts((0..STAGES.len()).map(one))}</ol>
            <span class="spacer"></span>
            <button type="button" class="icon" aria-label=w!(state, export) title=w!(state, export) disabled=move || empty() on:click=click(move || export(state))>{icon(Icon::Download)}</button>
        </div>
    }
}

#[component]
fn Lanes() -> AnyView {
    let state = use_state();
    part! {
        <div class="lanes" aria-hidden="true">
            <span>{w!(state, time)}</span>
            <span><b>{w!(state, lane_here)}</b><b>{move || state.talked_to.get()}</b></span>
            <span>{w!(state, wait)}</span>
        </div>
    }
}

/// The lines. One can be chosen with the mouse or the arrow keys, to have it explained; until then the newest is.
#[component]
fn Transcript() -> AnyView {
    let state = use_state();
    let scroller = NodeRef::<html::Div>::new();
    let numbers = move || {
        state.session.with(|session| {
            session
                .entries
                .iter()
                .map(|entry| (session.id, entry.seq))
                .collect::<Vec<_>>()
        })
    };
    let count = Memo::new(move |_| {
        state.session.with(|session| {
            (
                session.id,
                session.entries.len(),
                session.held().map(|held| held.step),
                // The end takes room from the lines.
                session.ending().is_some(),
            )
        })
    });
    // The newest line stays in view, unless the person is reading further up.
    let near_end = StoredValue::new(true);
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads is never computed, and tells of nothing.
        count.get();
        if let Some(scroller) = scroller.get().filter(|_| near_end.get_value()) {
            request_animation_frame(move || scroller.set_scroll_top(scroller.scroll_height()));
        }
    });
    let last_top = StoredValue::new(0);
    let on_scroll = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            let top = scroller.scroll_top();
            let left = scroller.scroll_height() - top - scroller.client_height();
            // Lines that came since this was scrolled down by itself don't mean that anybody scrolled up.
            if left < 48 {
                near_end.set_value(true);
            } else if top < last_top.get_value() {
                near_end.set_value(false);
            }
            last_top.set_value(top);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Home" => i64::MIN / 2,
            "End" => i64::MAX / 2,
            _ => return,
        };
        event.prevent_default();
        move_selection(state, by);
    };
    let active = move || state.selected.get().map(|seq| format!("line-{seq}"));
    let empty = move || {
        state
            .session
            .with(|session| session.entries.is_empty() && !session.is_busy())
    };
    part! {
        <div class="wire" node_ref=scroller on:scroll=on(on_scroll)>
            {move || empty().then(|| part! { <p class="nothing">{w!(state, wire_empty)}</p> })}
            <div class="lines" role="listbox" tabindex="0" aria-label=w!(state, transcript) aria-activedescendant=move || active() on:keydown=on(on_key)>
                <For each=numbers key=|key| *key let:key><Row seq=key.1/></For>
            </div>
            <Hold/>
        </div>
    }
}

fn move_selection(state: State, by: i64) {
    let next = state.session.with_untracked(|session| {
        let entries = &session.entries;
        let last = entries.len().checked_sub(1)?;
        let chosen = state.selected.get_untracked();
        let at = chosen
            .and_then(|seq| entries.iter().position(|entry| entry.seq == seq))
            .unwrap_or(last);
        let at = i64::try_from(at)
            .ok()?
            .saturating_add(by)
            .clamp(0, i64::try_from(last).ok()?);
        entries
            .get(usize::try_from(at).ok()?)
            .map(|entry| entry.seq)
    });
    if let Some(seq) = next {
        state.selected.set(Some(seq));
        if let Some(row) = document().get_element_by_id(&format!("line-{seq}")) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}

/// Saves the transcript as a text file, in the arrows that swaks made common.
fn export(state: State) {
    let text = state.session.with_untracked(|session| {
        let mut text = String::new();
        for entry in &session.entries {
            line(&mut text, entry);
        }
        text
    });
    let octets = Uint8Array::from(text.as_bytes());
    let saved = web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&octets))
        .and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let Ok(url) = saved else { return };
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        link.set_href(&url);
        link.set_download("glasspost-transcript.txt");
        link.click();
    }
    web_sys::Url::revoke_object_url(&url).ok();
}

fn line(text: &mut String, entry: &Entry) {
    // Writing to a String can't fail.
    let _ = match &entry.event {
        Event::Sent { line, .. } => {
            let line: String = line
                .iter()
                .map(|span| match span {
                    Span::Text(text) => text.as_str(),
                    Span::Secret => "[secret]",
                })
                .collect();
            writeln!(text, " {} {line}", if entry.secured { "~>" } else { "->" })
        }
        Event::Received { reply, .. } => {
            let arrow = match (entry.secured, reply.class()) {
                (false, smtp::Class::Success | smtp::Class::Intermediate) => "<- ",
                (true, smtp::Class::Success | smtp::Class::Intermediate) => "<~ ",
                (false, _) => "<**",
                (true, _) => "<~*",
            };
            let last = reply.lines.len().saturating_sub(1);
            reply.lines.iter().enumerate().try_for_each(|(at, line)| {
                writeln!(
                    text,
                    "{arrow} {}{}{line}",
                    reply.code,
                    if at == last { ' ' } else { '-' }
                )
            })
        }
        Event::Connected { peer } => writeln!(text, "=== connected to {peer}"),
        Event::Secured { tls } => writeln!(
            text,
            "=== {} {} {} for {}",
            tls.version,
            tls.cipher,
            tls.key_exchange.as_deref().unwrap_or(""),
            tls.name
        ),
        Event::Message {
            octets,
            wire_octets,
            lines,
            stuffed,
        } => writeln!(
            text,
            "=== message: {octets} octets, {wire_octets} on the wire, {lines} lines, {stuffed} dots stuffed"
        ),
        Event::Skipped { .. } => writeln!(text, "=== skipped"),
        Event::Violation { what, text: sent } => writeln!(text, "*** {what}: {sent}"),
        Event::Closed { by } => writeln!(text, "=== closed by {by:?}"),
    };
}
