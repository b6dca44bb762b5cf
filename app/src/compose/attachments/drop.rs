//! Files that are dropped on the message, or pasted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Node};

use super::given::{Dropped, dropped, has_files};
use super::store::{Attachments, pasted_name, use_attachments};
use crate::i18n::{Locale, use_language};
use crate::ui::dom::has_dialog;
use crate::ui::part::part;
use crate::ui::{Glyph, Icon};

/// Takes the files that are dropped on the pane or pasted while `reachable`, for as long as the
/// component lives. Whether files are being dragged over the pane.
///
/// Files that miss the pane are not opened by the browser in place of the page.
pub(in crate::compose) fn take_files(
    pane: NodeRef<leptos::html::Section>,
    reachable: impl Fn() -> bool + 'static,
) -> RwSignal<bool> {
    let attachments = use_attachments();
    let over = RwSignal::new(false);
    let inside = move |event: &DragEvent| {
        let target: Option<Node> = event.target().and_then(|target| target.dyn_into().ok());
        let pane = pane.try_get_untracked().flatten();
        pane.is_some_and(|pane| pane.contains(target.as_ref()))
    };
    let on_over = window_event_listener(leptos::ev::dragover, move |event| {
        let Some(data) = event.data_transfer().filter(has_files) else {
            return;
        };
        event.prevent_default();
        let takes = inside(&event) && !has_dialog();
        data.set_drop_effect(if takes { "copy" } else { "none" });
        if over.get_untracked() != takes {
            over.set(takes);
        }
    });
    let on_leave = window_event_listener(leptos::ev::dragleave, move |event| {
        // Out of the window.
        if event.related_target().is_none() && over.get_untracked() {
            over.set(false);
        }
    });
    let on_drop = window_event_listener(leptos::ev::drop, move |event| {
        over.set(false);
        let Some(data) = event.data_transfer().filter(has_files) else {
            return;
        };
        event.prevent_default();
        if inside(&event) && !has_dialog() {
            attach(attachments, &data);
        }
    });
    let on_paste = window_event_listener(leptos::ev::paste, move |event: ClipboardEvent| {
        let Some(data) = event.clipboard_data().filter(has_files) else {
            return;
        };
        // Cells of a spreadsheet and text of a word processor come as a picture, too.
        let text = data.get_data("text/plain").unwrap_or_default();
        if text.is_empty() && !event.default_prevented() && reachable() && !elsewhere(&event) {
            event.prevent_default();
            attach_pasted(attachments, &data);
        }
    });
    on_cleanup(move || {
        on_over.remove();
        on_leave.remove();
        on_drop.remove();
        on_paste.remove();
    });
    over
}

/// Whether a paste is for another pane.
fn elsewhere(event: &ClipboardEvent) -> bool {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let pane = target.and_then(|target| target.closest("section.pane").ok().flatten());
    pane.is_some_and(|pane| !pane.class_list().contains("compose"))
}

fn attach(attachments: Attachments, data: &DataTransfer) {
    take(attachments, dropped(data), false);
}

/// The files are copied by code of the part `later`. Where that can't be loaded, the row of files
/// says so, and they can be given again.
fn take(attachments: Attachments, dropped: Dropped, pasted: bool) {
    if !dropped.is_empty() {
        attachments.fetch_code();
        spawn_local(async move {
            attach_given(attachments, dropped, pasted).await.ok();
        });
    }
}

part! { later:
    fn attach_given(attachments: Attachments, dropped: Dropped, pasted: bool) -> () {
        attachments.attach(async move {
            let mut given = dropped.read().await;
            if pasted {
                for (name, _) in &mut given.files {
                    *name = pasted_name(name);
                }
            }
            given
        });
    }
}

fn attach_pasted(attachments: Attachments, data: &DataTransfer) {
    take(attachments, dropped(data), true);
}

/// What lies over the pane while files are dragged over it.
#[component]
#[must_use]
pub(in crate::compose) fn DropOverlay(
    /// Whether they are.
    over: RwSignal<bool>,
) -> impl IntoView {
    let language = use_language();
    view! {
        <Show when=move || over.get()>
            <div class="drop-here">
                <p><Icon glyph=Glyph::Clip/>{language.words(Locale::drop_here)}</p>
            </div>
        </Show>
    }
}
