//! What a recipient sees of the message, in the frame in which messages of strangers are shown.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Url;

use super::draft::{Attachment, Place, shown_html};
use super::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::storage::files;
use crate::ui::Toggle;
use crate::ui::sealed::{Pictures, Scheme, SealedFrame};
use crate::ui::visible::visible;

/// On what the message is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Phone,
    Tablet,
    Wide,
}

/// The addresses at which the page shows pictures, by Content-ID. None: it is being read.
type Made = HashMap<String, Option<String>>;

/// The message as its recipient sees it, in three widths, light and dark.
#[component]
#[must_use]
pub(super) fn Preview() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let width = RwSignal::new(Width::Wide);
    let dark = RwSignal::new(false);
    let files = Signal::derive(move || compose.attachments().get());
    let html = Memo::new(move |_| {
        let files = files.get();
        compose.with_content(|content| shown_html(content, &files))
    });
    let scheme = Signal::derive(move || {
        if dark.get() {
            Scheme::Dark
        } else {
            Scheme::Light
        }
    });
    let line = move |label: fn(Locale) -> &'static str, text: Signal<String>| {
        view! {
            <div>
                <dt>{language.words(label)}</dt>
                <dd dir="auto">{move || visible(&text.get())}</dd>
            </div>
        }
    };
    let subject = Signal::derive(move || compose.text(Place::Subject).get());
    let from = Signal::derive(move || compose.text(Place::From).get());
    let to = Signal::derive(move || compose.list(Place::To).get().join(", "));
    let of = move |one, label| {
        view! {
            <Toggle pressed=move || width.get() == one label=language.words(label)
                on:click=move |_| width.set(one)/>
        }
    };
    let class = move || match width.get() {
        Width::Phone => "read-on phone",
        Width::Tablet => "read-on tablet",
        Width::Wide => "read-on",
    };
    let pressed = move || if dark.get() { "true" } else { "false" };
    view! {
        <div class="preview" role="group" aria-label=language.words(Locale::preview)>
            <div class="preview-tools">
                <div class="seg" role="group" aria-label=language.words(Locale::preview_width)>
                    {of(Width::Phone, Locale::width_phone)}
                    {of(Width::Tablet, Locale::width_tablet)}
                    {of(Width::Wide, Locale::width_wide)}
                </div>
                <button type="button" class="toggle" aria-pressed=pressed
                    on:click=move |_| dark.update(|dark| *dark = !*dark)>
                    {language.words(Locale::preview_dark)}
                </button>
            </div>
            <div class=class class:dark=dark tabindex="0" role="region"
                aria-label=language.words(Locale::message)>
                <dl>
                    {line(Locale::subject, subject)}
                    {line(Locale::from, from)}
                    {line(Locale::to, to)}
                </dl>
                <MessageFrame html=html files=files scheme=scheme/>
            </div>
        </div>
    }
}

/// The text of a message in a frame, with its pictures, which are files of this browser.
#[component]
#[must_use]
pub fn MessageFrame(
    /// The text, as [`shown_html`] makes it.
    #[prop(into)]
    html: Signal<String>,
    /// The files of the message.
    #[prop(into)]
    files: Signal<Vec<Attachment>>,
    /// The colours of what has none of its own.
    #[prop(optional, into)]
    scheme: Signal<Scheme>,
) -> impl IntoView {
    let made = RwSignal::new(Made::new());
    Effect::new(move |_| {
        for file in files.get() {
            let Some(id) = file.content_id else { continue };
            let known = made.try_update(|made| made.insert(id.clone(), None).flatten());
            if let Some(Some(address)) = known {
                made.update(|made| drop(made.insert(id, Some(address))));
                continue;
            }
            spawn_local(async move {
                let Ok(blob) = files::blob(&file.file).await else {
                    return;
                };
                let Ok(address) = Url::create_object_url_with_blob(&blob) else {
                    return;
                };
                let kept = made.try_update(|made| made.insert(id, Some(address.clone())));
                // The preview has been closed meanwhile.
                if kept.is_none() {
                    Url::revoke_object_url(&address).ok();
                }
            });
        }
    });
    on_cleanup(move || {
        let addresses = made.try_update(std::mem::take).unwrap_or_default();
        for address in addresses.into_values().flatten() {
            Url::revoke_object_url(&address).ok();
        }
    });
    let pictures = Signal::derive(move || {
        let made = made.get().into_iter();
        let shown = made.filter_map(|(id, address)| Some((id, address?)));
        Arc::new(shown.collect::<Pictures>())
    });
    view! { <SealedFrame html=html pictures=pictures scheme=scheme/> }
}
