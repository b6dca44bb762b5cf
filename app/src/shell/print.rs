//! What is different on paper and can't be said in a style sheet, see `print.css`.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Text areas are as high as their text while the page is printed, for as long as the component
/// lives that calls this.
pub(super) fn show_all_on_paper() {
    let before = window_event_listener_untyped("beforeprint", |_| {
        each_text_area(|area| {
            let height = format!("{}px", area.scroll_height());
            HtmlElement::style(area)
                .set_property("height", &height)
                .ok();
        });
    });
    let after = window_event_listener_untyped("afterprint", |_| {
        each_text_area(|area| {
            HtmlElement::style(area).remove_property("height").ok();
        });
    });
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
}

fn each_text_area(call: impl Fn(&HtmlElement)) {
    let Ok(areas) = document().query_selector_all("main textarea") else {
        return;
    };
    for at in 0..areas.length() {
        let area = areas.get(at);
        if let Some(area) = area.and_then(|area| area.dyn_into::<HtmlElement>().ok()) {
            call(&area);
        }
    }
}
