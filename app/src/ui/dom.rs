//! What the browser tells and is told: events, the focus, clocks, random numbers.

use leptos::prelude::{document, on_cleanup};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, HtmlElement};

/// The event that the window gets when a person has chosen another theme.
pub const THEME_EVENT: &str = "glasspost-theme";

/// Calls `handle` with each event of this name at `target`, for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, handle: impl Fn(Event) + 'static) {
    let handle = Closure::<dyn Fn(Event)>::new(handle);
    target
        .add_event_listener_with_callback(event, handle.as_ref().unchecked_ref())
        .ok();
    handle.forget();
}

/// Calls `handle` when the tab comes into view or goes out of it, for as long as the component
/// lives.
pub fn on_visibility_change(handle: impl Fn() + 'static) {
    let listener = leptos::prelude::window_event_listener_untyped("visibilitychange", move |_| {
        handle();
    });
    on_cleanup(move || listener.remove());
}

/// Whether the tab is out of view. Its timers are slow then: a second each, and later a minute.
#[must_use]
pub fn is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}

/// Whether a dialog is open over the page.
#[must_use]
pub fn has_dialog() -> bool {
    let dialog = document().query_selector("dialog[open]");
    dialog.is_ok_and(|dialog| dialog.is_some())
}

/// Gives the focus to the first of these that is on the screen.
pub fn focus_first(selectors: &[&str]) {
    for selector in selectors {
        let found = document().query_selector(selector).ok().flatten();
        let found = found.and_then(|found| found.dyn_into::<HtmlElement>().ok());
        if let Some(found) = found.filter(|found| found.offset_width() > 0) {
            found.focus().ok();
            return;
        }
    }
}

/// Whether this page is not served by a bridge: it is a file of some web server, marked so by
/// `cargo xtask site`.
#[must_use]
pub fn is_served_alone() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("meta[name=glasspost-alone]").ok()?)
        .is_some()
}

/// Milliseconds since the page was opened, by a clock that can't be set.
#[must_use]
pub fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Whether the page was reloaded in its tab. A duplicated or restored tab is not.
#[must_use]
pub fn is_reload() -> bool {
    let navigation = web_sys::window()
        .and_then(|window| window.performance())
        .map(|performance| performance.get_entries_by_type("navigation").get(0));
    navigation
        .and_then(|navigation| js_sys::Reflect::get(&navigation, &"type".into()).ok())
        .is_some_and(|kind| kind == "reload")
}

/// `N` random bytes. All zero in a browser without a source of them, which none of today's is.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        crypto.get_random_values_with_u8_array(&mut random).ok();
    }
    random
}

/// An id that nothing else in this browser has: 64 random bits.
#[must_use]
pub fn new_id() -> String {
    format!("{:016x}", u64::from_be_bytes(random()))
}

/// An id that nothing else has, in this browser or another: 128 random bits.
#[must_use]
pub fn long_id() -> String {
    [new_id(), new_id()].concat()
}

/// The milliseconds since 1970.
#[must_use]
pub fn now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 fit a u64"
    )]
    let now = js_sys::Date::now() as u64;
    now
}
