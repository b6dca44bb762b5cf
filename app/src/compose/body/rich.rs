//! The field of a rich text: Squire, which edits a part of the page, with what it is given made
//! clean by [`Rich`](crate::compose::draft::rich::Rich) and DOMPurify.
//!
//! Editor and libraries are loaded when a rich text is first shown.

mod clean;
mod commands;
mod editor;
mod field;
mod link;
mod nodes;
mod pictures;
mod squire;
mod toolbar;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use self::field::Field;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::ui::library::library;
use crate::ui::part::{NotLoaded, part};
use crate::ui::{Glyph, Icon, OnDemand};

/// What the editor consists of.
#[derive(Clone)]
pub(super) struct Libraries {
    /// The class of editors.
    squire: JsValue,
    /// DOMPurify.
    purify: JsValue,
}

/// How the field is made.
type Make = fn(Libraries) -> AnyView;

part! { rich:
    fn make() -> Make {
        |libraries| view! { <Field libraries/> }.into_any()
    }
}

async fn load() -> Result<(Make, Libraries), NotLoaded> {
    let squire = library("squire.js").await?;
    let purify = library("purify.js").await?;
    Ok((make().await?, Libraries { squire, purify }))
}

/// The field, once the editor is there. Until then, and where it can't be loaded, the text can be
/// read.
#[component]
#[must_use]
pub(super) fn RichBody() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let code = OnDemand::new();
    let made = StoredValue::new_local(None);
    let fetch = move || {
        code.fetch(async move {
            made.set_value(Some(load().await?));
            Ok(())
        });
    };
    fetch();
    move || {
        let ready = made.with_value(|made| made.clone());
        if let Some((make, libraries)) = ready.filter(|_| code.is_there()) {
            return make(libraries);
        }
        let failed = code.has_failed().then(|| {
            view! {
                <div class="notice" role="alert">
                    <Icon glyph=Glyph::Alert/>
                    <p>{language.words(Locale::format_not_loaded)}</p>
                    <button type="button" class="btn" on:click=move |_| fetch()>
                        {language.words(Locale::try_again)}
                    </button>
                </div>
            }
        });
        let text = move || compose.plain_text();
        view! {
            {failed}
            <div class="body"><div class="rich waiting">{text}</div></div>
        }
        .into_any()
    }
}
