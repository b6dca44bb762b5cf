//! Ranges of text that light up, by the CSS Custom Highlight API: no element is made for them, so
//! the text stays one node a block. A browser without it shows the text alone.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Node, Range};

/// The kinds of highlight, see `compose.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// What comes from the field that has the focus.
    Field,
    /// What a person chose.
    Chosen,
    /// What was searched for in a rich text.
    Found,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Mark::Field => "source-field",
            Mark::Chosen => "source-chosen",
            Mark::Found => "text-found",
        }
    }
}

/// Text in a node, in UTF-16 code units.
pub(super) type InNode = (Node, u32, u32);

/// Lights up this text, and nothing else of this kind.
pub(super) fn set(mark: Mark, text: &[InNode]) {
    let ranges: Array = text.iter().filter_map(range).collect();
    // Where nothing can light up, what is chosen is explained all the same.
    set_ranges(mark, &ranges);
}

/// Lights up what was found in a rich text, and nothing else of it.
pub(in crate::compose) fn mark_found(found: Option<&Range>) {
    let ranges: Array = found.into_iter().collect();
    set_ranges(Mark::Found, &ranges);
}

fn range((node, start, end): &InNode) -> Option<Range> {
    let range = Range::new().ok()?;
    range.set_start(node, *start).ok()?;
    range.set_end(node, *end).ok()?;
    Some(range)
}

fn set_ranges(mark: Mark, ranges: &Array) -> Option<()> {
    let window = web_sys::window()?;
    let get = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let constructor: Function = get(&window, "Highlight")?.dyn_into().ok()?;
    let highlights = get(&get(&window, "CSS")?, "highlights")?;
    let set: Function = get(&highlights, "set")?.dyn_into().ok()?;
    let highlight = Reflect::construct(&constructor, ranges).ok()?;
    set.call2(&highlights, &JsValue::from_str(mark.name()), &highlight)
        .ok()?;
    Some(())
}
