//! What stands between two panes on a wide screen, and can be moved.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use web_sys::{DomRect, Element};

use super::layout::use_layout;
use super::widths::{Around, Edge, MAX_DRAFTS, MIN_DRAFTS};
use crate::i18n::{Locale, use_language};

/// How far an arrow key moves it, in CSS pixels.
const STEP: f64 = 24.0;

/// Moved with the pointer or the arrow keys, and put back with a double click.
#[component]
#[must_use]
pub(super) fn Separator(
    /// Which edge it is.
    edge: Edge,
) -> impl IntoView {
    let language = use_language();
    let layout = use_layout();
    let separator = NodeRef::<html::Div>::new();
    // Where in the separator the pointer holds it.
    let held = StoredValue::new(None as Option<f64>);
    let move_to = move |to: f64| {
        let around = separator.get_untracked().and_then(|line| around(&line));
        if let Some(around) = around {
            layout.move_edge(edge, to, around);
        }
    };
    let on_down = move |event: PointerEvent| {
        let Some(line) = separator.get_untracked().filter(|_| event.button() == 0) else {
            return;
        };
        // Else the browser would select text.
        event.prevent_default();
        line.focus().ok();
        line.set_pointer_capture(event.pointer_id()).ok();
        let left = line.get_bounding_client_rect().left();
        held.set_value(Some(f64::from(event.client_x()) - left));
    };
    let on_move = move |event: PointerEvent| {
        if let Some(held) = held.get_value() {
            move_to(f64::from(event.client_x()) - held);
        }
    };
    let on_up = move |_: PointerEvent| {
        if held.try_update_value(Option::take).flatten().is_some() {
            layout.keep();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(line) = separator.get_untracked() else {
            return;
        };
        let left = line.get_bounding_client_rect().left();
        let to = match event.key().as_str() {
            "ArrowLeft" => left - STEP,
            "ArrowRight" => left + STEP,
            "Home" => f64::MIN,
            "End" => f64::MAX,
            "Enter" if edge == Edge::Wire => {
                event.prevent_default();
                return layout.fold(true);
            }
            _ => return,
        };
        event.prevent_default();
        move_to(to);
        layout.keep();
    };
    let (class, label, least, most) = match edge {
        Edge::Drafts => (
            "edge drafts-edge",
            Locale::drafts_width as Words,
            MIN_DRAFTS,
            window_width() * MAX_DRAFTS,
        ),
        Edge::Wire => ("edge wire-edge", Locale::wire_width as Words, 0.0, 100.0),
    };
    let now = move || {
        let widths = layout.widths();
        let now = match edge {
            Edge::Drafts => widths.drafts(),
            Edge::Wire => widths.wire(),
        };
        format!("{now:.0}")
    };
    view! {
        <div class=class role="separator" tabindex="0" aria-orientation="vertical"
            aria-label=language.words(label) title=language.words(Locale::edge_hint)
            aria-valuemin=format!("{least:.0}") aria-valuemax=format!("{most:.0}")
            aria-valuenow=now node_ref=separator
            on:pointerdown=on_down on:pointermove=on_move on:pointerup=on_up
            on:pointercancel=on_up on:keydown=on_key on:dblclick=move |_| layout.reset(edge)></div>
    }
}

/// Words in a language.
type Words = fn(Locale) -> &'static str;

/// What is beside the separator.
fn around(line: &Element) -> Option<Around> {
    // A slot is no box, the pane in it is.
    let pane = |slot: Option<Element>| -> Option<DomRect> {
        Some(slot?.first_element_child()?.get_bounding_client_rect())
    };
    Some(Around {
        start: pane(line.previous_element_sibling())?.left(),
        end: pane(line.next_element_sibling())?.right(),
        edge: line.get_bounding_client_rect().width(),
        window: window_width(),
    })
}

/// How wide the window is, in CSS pixels.
fn window_width() -> f64 {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.unwrap_or_default()
}
