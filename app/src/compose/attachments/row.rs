//! One attached file.

use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Url};

use super::store::use_attachments;
use crate::commands::Pressed;
use crate::commands::table::MOVE_FILE;
use crate::compose::draft::{Attachment, is_picture};
use crate::i18n::use_language;
use crate::storage::files;
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, ime, numbers};

/// Pictures up to this size are shown small in the list.
const SHOWN: u64 = 20_000_000;

/// What marks a drag as one of a file in the list.
const DRAGGED: &str = "application/x-glasspost-attachment";

/// One attached file: its picture, name, size and type, and what can be done with it.
#[component]
#[must_use]
pub(super) fn Row(
    /// Its key.
    key: String,
) -> impl IntoView {
    let language = use_language();
    let attachments = use_attachments();
    let key = StoredValue::new(key);
    let of_key = move |list: Vec<Attachment>| {
        let mut list = list.into_iter();
        list.find(|file| key.with_value(|key| file.file == *key))
    };
    let file = Memo::new(move |_| of_key(attachments.list()).unwrap_or_default());
    let name = move || visible(&file.with(|file| file.name.clone()));
    let editing = RwSignal::new(false);
    let item = NodeRef::<html::Li>::new();
    let details =
        move || file.with(|file| format!("{} · {}", numbers::octets(file.size), file.media_type));
    let picture = move || file.with(|file| is_picture(&file.media_type) && file.size <= SHOWN);
    let in_text = Memo::new(move |_| file.with(|file| attachments.is_in_text(file)));
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) || !MOVE_FILE.is_here(&Pressed::of(&event)) {
            return;
        }
        let back = matches!(event.key().as_str(), "ArrowLeft" | "ArrowUp");
        let by = if back { -1 } else { 1 };
        event.prevent_default();
        let focused = document().active_element();
        key.with_value(|key| attachments.move_by(key, by));
        // An element that moves in the document loses the focus.
        let focused = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok());
        request_animation_frame(move || {
            if let Some(focused) = focused {
                focused.focus().ok();
            }
        });
    };
    let on_drag = move |event: DragEvent| {
        if let Some(data) = event.data_transfer() {
            data.set_data(DRAGGED, "").ok();
            data.set_effect_allowed("move");
            attachments.dragged.set(Some(key.get_value()));
        }
    };
    let on_over = move |event: DragEvent| {
        if attachments.dragged.with_untracked(Option::is_some) {
            event.prevent_default();
        }
    };
    let on_drop = move |event: DragEvent| {
        let Some(dragged) = attachments.dragged.get_untracked() else {
            return;
        };
        event.prevent_default();
        attachments.dragged.set(None);
        let list = untrack(|| attachments.list());
        let place = list
            .iter()
            .position(|file| key.with_value(|key| file.file == *key));
        if let Some(place) = place {
            attachments.move_to(&dragged, place);
        }
    };
    view! {
        <li class="file" node_ref=item draggable=move || (!editing.get()).to_string()
            class:dragged=move || attachments.dragged.with(|dragged| {
                dragged.as_ref().is_some_and(|dragged| key.with_value(|key| key == dragged))
            })
            on:keydown=on_key on:dragstart=on_drag on:dragover=on_over on:drop=on_drop
            on:dragend=move |_| attachments.dragged.set(None)>
            <Show when=picture fallback=|| view! { <Icon glyph=Glyph::Clip/> }>
                <Thumbnail key=key.get_value()/>
            </Show>
            <div class="file-about">
                <Show when=move || editing.get() fallback=move || view! {
                    <button type="button" class="file-name"
                        aria-label=move || language.get().rename_file(name())
                        aria-keyshortcuts=MOVE_FILE.aria(true)
                        title=move || language.get().rename_file(name())
                        on:click=move |_| editing.set(true)>
                        {name}
                    </button>
                }>
                    <NameField key=key.get_value() name=file.get_untracked().name editing/>
                </Show>
                <small>{details}</small>
            </div>
            <Show when=picture>
                <button type="button" class="icon" class:on=in_text
                    aria-pressed=move || in_text.get().to_string()
                    aria-label=move || language.get().show_in_text(name())
                    title=move || language.get().show_in_text(name())
                    on:click=move |_| key.with_value(|key| attachments.toggle_in_text(key))>
                    <Icon glyph=Glyph::Picture/>
                </button>
            </Show>
            <button type="button" class="icon"
                aria-label=move || language.get().remove(name())
                title=move || language.get().remove(name())
                on:click=move |_| {
                    let next = next_focus(item);
                    key.with_value(|key| attachments.remove(key));
                    if let Some(next) = next {
                        next.focus().ok();
                    }
                }>
                <Icon glyph=Glyph::Cross/>
            </button>
        </li>
    }
}

/// Where the focus goes when a row is removed: to the row behind it, or before it.
fn next_focus(item: NodeRef<html::Li>) -> Option<HtmlElement> {
    let item = item.try_get_untracked().flatten()?;
    let beside = item
        .next_element_sibling()
        .or_else(|| item.previous_element_sibling());
    let button = match beside {
        Some(row) => row.query_selector("button.file-name"),
        None => document().query_selector("button.attach"),
    };
    button.ok().flatten()?.dyn_into().ok()
}

/// The field in which a name is changed.
#[component]
fn NameField(key: String, name: String, editing: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let attachments = use_attachments();
    let field = NodeRef::<html::Input>::new();
    let label = visible(&name);
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        field.set_value(&name);
        field.focus().ok();
        // What people change is the name before its ending.
        let stem = name.rfind('.').filter(|dot| *dot > 0).unwrap_or(name.len());
        let end = name[..stem].encode_utf16().count();
        field
            .set_selection_range(0, u32::try_from(end).unwrap_or(u32::MAX))
            .ok();
    });
    // Whether the field is done with.
    let over = StoredValue::new(false);
    let end = move |keep: bool| {
        if over.get_value() {
            return;
        }
        over.set_value(true);
        if let Some(field) = field.try_get_untracked().flatten().filter(|_| keep) {
            attachments.rename(&key, &field.value());
        }
        editing.set(false);
    };
    let end = StoredValue::new_local(end);
    // A field that is removed loses the focus, too, when its values are gone.
    let finish = move |keep| {
        end.try_with_value(|end| end(keep));
    };
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        let keep = match event.key().as_str() {
            "Enter" => true,
            "Escape" => false,
            _ => return,
        };
        event.prevent_default();
        let row = field
            .try_get_untracked()
            .flatten()
            .and_then(|field| field.closest("li").ok().flatten());
        finish(keep);
        // When the button is there again.
        request_animation_frame(move || {
            let name = row.and_then(|row| row.query_selector("button.file-name").ok().flatten());
            if let Some(name) = name.and_then(|name| name.dyn_into::<HtmlElement>().ok()) {
                name.focus().ok();
            }
        });
    };
    view! {
        <input type="text" class="file-field" node_ref=field autocomplete="off" spellcheck="false"
            aria-label=move || language.get().name_of_file(label.clone())
            on:keydown=on_key on:blur=move |_| finish(true)/>
    }
}

/// A picture, small.
#[component]
fn Thumbnail(key: String) -> impl IntoView {
    let url = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(blob) = files::blob(&key).await
            && let Ok(made) = Url::create_object_url_with_blob(&blob)
            // The row is gone.
            && let Some(Some(left)) = url.try_set(Some(made))
        {
            Url::revoke_object_url(&left).ok();
        }
    });
    // The picture has been read, or is not needed.
    let revoke = move || {
        if let Some(Some(url)) = url.try_get_untracked() {
            Url::revoke_object_url(&url).ok();
        }
    };
    on_cleanup(revoke);
    view! {
        <span class="thumb">
            {move || url.get().map(|url| view! {
                <img src=url alt="" draggable="false" on:load=move |_| revoke()
                    on:error=move |_| revoke()/>
            })}
        </span>
    }
}
