//! The dialog in which senders are added, changed, moved and removed.

use leptos::prelude::*;

use super::Identity;
use super::form::Form;
use super::store::use_identities;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Dialog, DialogHead, Glyph, Icon, Later, dom};

/// The dialog, while it is open.
#[component]
#[must_use]
pub fn IdentityDialog() -> impl IntoView {
    let identities = use_identities();
    view! {
        <Dialog open=Signal::derive(move || identities.is_managing()) title="identities-title"
            on_close=move |()| identities.manage(false)>
            <Later view=content/>
        </Dialog>
    }
}

part! { later:
    fn content() -> View {
        || view! { <Content/> }.into_any()
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let identities = use_identities();
    let editing = RwSignal::new(None::<Identity>);
    let list = move || view! { <List editing/> };
    let unsaved = move || {
        identities.is_unsaved().then(|| {
            let words = language.words(Locale::identities_unsaved);
            view! { <p class="problem" role="alert">{words}</p> }
        })
    };
    view! {
        <div class="dialog-body">
            <DialogHead id="identities-title" title=Locale::identities
                on_close=move |()| identities.manage(false)/>
            {unsaved}
            <Show when=move || editing.with(Option::is_some) fallback=list>
                <Form editing/>
            </Show>
        </div>
    }
}

/// All senders.
#[component]
fn List(editing: RwSignal<Option<Identity>>) -> impl IntoView {
    let language = use_language();
    let identities = use_identities();
    let rows = move || {
        let list = identities.list();
        let last = list.len().saturating_sub(1);
        let rows = list.into_iter().enumerate();
        rows.map(|(at, identity)| view! { <Row identity editing at last/> })
            .collect_view()
    };
    let add = move |_| {
        editing.set(Some(Identity {
            id: dom::new_id(),
            ..Identity::default()
        }));
    };
    let none = move || identities.list().is_empty();
    view! {
        <Show when=none>
            <p class="hint">{language.words(Locale::no_identities)}</p>
        </Show>
        <ul class="rows">{rows}</ul>
        <div class="picker-foot">
            <button type="button" class="btn" on:click=add>
                <Icon glyph=Glyph::Plus/>{language.words(Locale::add_identity)}
            </button>
            <Show when=move || identities.can_undo()>
                <button type="button" class="btn" on:click=move |_| identities.undo()>
                    {language.words(Locale::undo)}
                </button>
            </Show>
        </div>
    }
}

/// One sender.
#[component]
fn Row(
    identity: Identity,
    editing: RwSignal<Option<Identity>>,
    at: usize,
    last: usize,
) -> impl IntoView {
    let locale = use_language().get_untracked();
    let identities = use_identities();
    let name = visible(&identity.from());
    let edit = locale.edit_identity(&name);
    let remove = locale.delete_identity(&name);
    let (up, down) = (locale.move_up(&name), locale.move_down(&name));
    let id = StoredValue::new(identity.id.clone());
    let shift = move |down| {
        identities.edit(|all| {
            id.with_value(|id| all.shift(id, down));
        });
    };
    view! {
        <li>
            <button type="button" class="link row-name" aria-label=edit
                on:click=move |_| editing.set(Some(identity.clone()))>
                {name}
            </button>
            <button type="button" class="icon" aria-label=up disabled=at == 0
                on:click=move |_| shift(false)>
                <Icon glyph=Glyph::Up/>
            </button>
            <button type="button" class="icon" aria-label=down disabled=at == last
                on:click=move |_| shift(true)>
                <Icon glyph=Glyph::Chevron/>
            </button>
            <button type="button" class="icon" aria-label=remove
                on:click=move |_| identities.edit(|all| id.with_value(|id| all.remove(id)))>
                <Icon glyph=Glyph::Bin/>
            </button>
        </li>
    }
}
