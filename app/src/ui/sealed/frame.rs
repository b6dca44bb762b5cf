//! The component that shows a stranger's HTML.

use std::sync::Arc;

use leptos::html;
use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlIFrameElement, PointerEvent};

use super::filled::{self, FrameDocument, Link, NotShown};
use super::links::Pictures;
use crate::i18n::{Locale, use_language};
use crate::ui::dom::{THEME_EVENT, is_served_alone};
use crate::ui::library::library;
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon};

/// The height of a frame that is not filled yet, in CSS pixels.
const EMPTY: i32 = 120;

/// The greatest height. What is longer is scrolled within the frame.
const MOST: i32 = 30_000;

/// The width of the frame on paper, in CSS pixels: it fits every usual size. The frame has to be
/// as wide before it is printed, because its height is known only then.
const ON_PAPER: &str = "640px";

/// Most addresses that are listed.
const LISTED: usize = 200;

/// The colours in which a message without colours of its own is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Those of the page.
    #[default]
    Page,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The document of the frame. A bridge serves it with a policy of its own; beside a page that is a
/// file of some web server it is a file, too, with its policy in it.
fn address() -> &'static str {
    if is_served_alone() {
        "frame.html"
    } else {
        "/frame"
    }
}

/// How far the frame is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Loading,
    Shown,
    Failed,
}

/// Shows HTML in a frame that can run and load nothing, with what it would have loaded, and with
/// the targets of its links. The frame is as high as its content.
#[component]
#[must_use]
pub fn SealedFrame(
    /// The HTML, which may be anything.
    #[prop(into)]
    html: Signal<String>,
    /// The pictures that belong to it.
    #[prop(optional, into)]
    pictures: Signal<Arc<Pictures>>,
    /// The colours of what has none of its own.
    #[prop(optional, into)]
    scheme: Signal<Scheme>,
    /// Called with the addresses that were not loaded.
    #[prop(optional, into)]
    on_blocked: Option<Callback<Vec<String>>>,
) -> impl IntoView {
    let language = use_language();
    let frame = NodeRef::<html::Iframe>::new();
    let document = StoredValue::new_local(None::<FrameDocument>);
    let progress = RwSignal::new(Progress::Loading);
    let height = RwSignal::new(EMPTY);
    let blocked = RwSignal::new(Vec::<String>::new());
    let coloured = RwSignal::new(false);
    let cut = RwSignal::new(false);
    // The target of the link that is pointed at or has the focus, and whether it was touched.
    let target = RwSignal::new(None::<(String, bool)>);

    let fit = move || {
        let fitting = document.try_with_value(|document| {
            let document = document.as_ref()?;
            Some(document.height().clamp(1, MOST))
        });
        if let Some(fitting) = fitting.flatten() {
            height.try_set(fitting);
        }
    };
    let paint = move || {
        let chosen = match scheme.get() {
            _ if coloured.get() => "light".to_owned(),
            Scheme::Light => "light".to_owned(),
            Scheme::Dark => "dark".to_owned(),
            Scheme::Page => scheme_of_page(),
        };
        document.try_with_value(|document| {
            if let Some(document) = document {
                document.set_scheme(&chosen);
            }
        });
    };
    let fill = move || {
        let words = language.get().not_loaded();
        let shown = document.try_with_value(|document| {
            let document = document.as_ref().ok_or(NotShown)?;
            html.with(|html| pictures.with(|pictures| document.show(html, pictures, words)))
        });
        match shown {
            Some(Ok(shown)) => {
                coloured.set(shown.coloured);
                cut.set(shown.cut);
                if let Some(on_blocked) = on_blocked {
                    on_blocked.run(shown.blocked.clone());
                }
                blocked.set(shown.blocked);
                progress.set(Progress::Shown);
                request_animation_frame(fit);
            }
            Some(Err(NotShown)) => progress.set(Progress::Failed),
            None => {}
        }
    };
    // On paper nothing is scrolled, and nothing is light on dark.
    let before_print = move |_| {
        let Some(frame) = frame.try_get_untracked().flatten() else {
            return;
        };
        HtmlElement::style(&frame)
            .set_property("width", ON_PAPER)
            .ok();
        document.try_with_value(|document| {
            if let Some(document) = document {
                document.set_scheme("light");
                frame.set_height(&document.height().max(1).to_string());
            }
        });
    };
    let after_print = move |_| {
        if let Some(frame) = frame.try_get_untracked().flatten() {
            HtmlElement::style(&frame).remove_property("width").ok();
            frame.set_height(&height.get_untracked().to_string());
        }
        untrack(paint);
        fit();
    };
    let printing = [
        window_event_listener_untyped("beforeprint", before_print),
        window_event_listener_untyped("afterprint", after_print),
    ];
    on_cleanup(move || printing.into_iter().for_each(|listener| listener.remove()));
    let on_event = move |event: Event| on_link(&event, target);
    let prepare = move |frame: HtmlIFrameElement| async move {
        let purify = library("purify.js").await.map_err(|_| NotShown)?;
        let mut filled = FrameDocument::new(&frame, &purify)?;
        filled.style()?;
        for event in [
            "click",
            "auxclick",
            "mouseover",
            "mouseout",
            "focusin",
            "focusout",
            "dragstart",
        ] {
            filled.listen(event, on_event);
        }
        for event in ["load", "error", "toggle"] {
            filled.listen(event, move |_| fit());
        }
        let mut width = filled.width();
        filled.listen("resize", move |_| {
            let now =
                document.try_with_value(|document| document.as_ref().map(FrameDocument::width));
            // Its height changes because of what is done here.
            if let Some(now) = now.flatten().filter(|now| *now != width) {
                width = now;
                fit();
            }
        });
        document.try_set_value(Some(filled));
        Ok::<(), NotShown>(())
    };
    let filling = StoredValue::new(false);
    let on_load = move |_| {
        let Some(frame) = frame.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let prepared = prepare(frame).await;
            if prepared.is_err() {
                progress.try_set(Progress::Failed);
            } else if filling
                .try_update_value(|filling| *filling = true)
                .is_some()
            {
                progress.try_update(|progress| *progress = Progress::Loading);
                untrack(fill);
                untrack(paint);
            }
        });
    };
    Effect::new(move |_| {
        html.track();
        pictures.track();
        let _ = language.get();
        if filling.get_value() {
            fill();
        }
    });
    Effect::new(move |_| paint());
    let listener = window_event_listener_untyped(THEME_EVENT, move |_| untrack(paint));
    on_cleanup(move || listener.remove());

    let count = move || blocked.with(Vec::len);
    view! {
        <div class="sealed">
            <Show when=move || count() != 0>
                <details class="remote">
                    <summary>
                        <Icon glyph=Glyph::Alert/>
                        <span>{move || language.get().remote_not_loaded(count())}</span>
                        <span class="btn">{language.words(Locale::show_remote)}</span>
                    </summary>
                    <ul>
                        {move || blocked.with(|blocked| {
                            let listed = blocked.iter().take(LISTED);
                            let more = (blocked.len() > LISTED).then(|| view! { <li>"…"</li> });
                            let rows = listed.map(|address| view! { <li>{visible(address)}</li> });
                            view! { {rows.collect_view()}{more} }
                        })}
                    </ul>
                </details>
            </Show>
            <Show when=move || progress.get() == Progress::Failed>
                <p class="problem" role="alert">{language.words(Locale::sealed_failed)}</p>
            </Show>
            <iframe node_ref=frame sandbox="allow-same-origin" src=address()
                title=language.words(Locale::sealed_title)
                height=move || height.get().to_string()
                data-shown=move || (progress.get() == Progress::Shown).to_string()
                on:load=on_load>
            </iframe>
            <Show when=move || cut.get()>
                <p class="more">"… "{language.words(Locale::sealed_cut)}</p>
            </Show>
            <div class="leads" aria-live="polite">
                {move || target.get().map(|(address, touched)| {
                    let shown = visible(&address);
                    let open = touched.then(|| view! {
                        <button type="button" class="btn"
                            on:click=move |_| { open(&address); target.set(None); }>
                            {language.words(Locale::open_link)}
                        </button>
                    });
                    view! {
                        <p><span class="muted">{language.words(Locale::leads_to)}</span>" "
                            <bdi>{shown}</bdi></p>
                        {open}
                    }
                })}
            </div>
        </div>
    }
}

/// What happens with a link in the frame: its target is shown, and a click opens it in a tab of
/// its own. The frame itself leads nowhere.
fn on_link(event: &Event, target: RwSignal<Option<(String, bool)>>) {
    let kind = event.type_();
    let acts = matches!(kind.as_str(), "click" | "auxclick" | "dragstart");
    let link = filled::link(event);
    if acts && (link.is_some() || kind == "dragstart") {
        event.prevent_default();
    }
    let touched =
        || target.with_untracked(|known| known.as_ref().is_some_and(|(_, touched)| *touched));
    match (kind.as_str(), link) {
        ("mouseover" | "focusin", Some(Link::Away(address))) => {
            let known = target
                .with_untracked(|known| known.as_ref().is_some_and(|(known, _)| *known == address));
            if !known {
                target.set(Some((address, false)));
            }
        }
        // A finger leaves the link at once; what it touched stays.
        ("mouseout" | "focusout", Some(_)) if !touched() => target.set(None),
        ("click", Some(Link::Away(address))) => {
            let pointer: &PointerEvent = event.unchecked_ref();
            // A finger can't point at a link before it touches it.
            if pointer.pointer_type() == "touch" {
                target.set(Some((address, true)));
            } else {
                open(&address);
            }
        }
        ("click", Some(Link::Within(place))) => place.scroll_into_view(),
        // The middle button.
        ("auxclick", Some(Link::Away(address))) => {
            let pointer: &PointerEvent = event.unchecked_ref();
            if pointer.button() == 1 {
                open(&address);
            }
        }
        ("click", None) => target.set(None),
        _ => {}
    }
}

/// Opens an address in a tab that knows nothing of this page.
fn open(address: &str) {
    window()
        .open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer")
        .ok();
}

/// The value of `color-scheme` of the page.
fn scheme_of_page() -> String {
    let root = leptos::prelude::document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let value = style.and_then(|style| style.get_property_value("color-scheme").ok());
    value
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| "light dark".to_owned())
}
