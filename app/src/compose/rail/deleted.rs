//! The drafts that were deleted and can be restored.

use leptos::prelude::*;

use super::DraftRow;
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon};

/// The deleted drafts, folded until someone looks for one.
#[component]
#[must_use]
pub(super) fn Deleted() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| compose.state.deleted().with(Vec::len));
    Effect::new(move |_| {
        if count.get() == 0 {
            open.set(false);
        }
    });
    let rows = move || {
        let rows = compose.state.deleted().get().into_iter();
        rows.map(|row| one(compose, language, row)).collect_view()
    };
    view! {
        <Show when=move || { count.get() > 0 }>
            <details class="deleted" prop:open=open
                on:toggle=move |event| open.set(is_open(&event))>
                <summary>{language.words(Locale::deleted_drafts)}" "{count}</summary>
                <Show when=move || open.get()>
                    <ul>{rows}</ul>
                    <p class="hint">{language.words(Locale::deleted_hint)}</p>
                    <button type="button" class="link"
                        on:click=move |_| compose.purge_deleted(None)>
                        {language.words(Locale::empty_deleted)}
                    </button>
                </Show>
            </details>
        </Show>
    }
}

fn one(compose: ComposeStore, language: Language, row: DraftRow) -> impl IntoView {
    let title = match row.title.as_deref() {
        None | Some("") => language.get().no_subject().to_owned(),
        Some(title) => visible(title),
    };
    let restore = language.get().restore_draft(&title);
    let purge = language.get().delete_draft_permanently(&title);
    let (restores, purges) = (row.id.clone(), row.id);
    view! {
        <li>
            <span>{title}</span>
            <button type="button" class="link" aria-label=restore
                on:click=move |_| compose.restore_draft(&restores, false)>
                {language.words(Locale::restore)}
            </button>
            <button type="button" class="icon" aria-label=purge
                title=language.words(Locale::delete_permanently)
                on:click=move |_| compose.purge_deleted(Some(&purges))>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}

fn is_open(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target();
    let details = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}
