//! The sender: the fields From and Reply-To.

use leptos::ev::{ClipboardEvent, DragEvent};
use leptos::html;
use leptos::prelude::*;

use super::addresses::use_chips;
use super::draft::{Person, Place};
use super::problem::{FieldProblem, invalid};
use super::store::use_compose;
use crate::accounts::{IdentityOffer, SenderChooser};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::{follow, insert, plain_text};
use crate::ui::use_later;

/// The fields From and Reply-To. The second is shown when there is something in it, or when it is
/// asked for.
#[component]
#[must_use]
pub(super) fn From() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let from = compose.text(Place::From);
    let later = use_later();
    let sender = Memo::new(move |_| {
        // It reads domains beyond ASCII.
        later.track();
        let person = from.with(|from| Person::parse(from))?;
        Some((person.name, person.address))
    });
    let asked = RwSignal::new(false);
    let has_reply_to =
        Memo::new(move |_| compose.text(Place::ReplyTo).with(|text| !text.is_empty()));
    let shown = Memo::new(move |_| asked.get() || has_reply_to.get());
    view! {
        <Line place=Place::From id="from" label=language.words(Locale::from)>
            <span class="field-end">
                <Show when=move || !shown.get()>
                    <button type="button" class="link" on:click=move |_| asked.set(true)>
                        {language.words(Locale::reply_to)}
                    </button>
                </Show>
                <SenderChooser sender
                    on_choose=move |identity| compose.write_as(&identity)/>
            </span>
        </Line>
        <IdentityOffer/>
        <Show when=move || shown.get()>
            <Line place=Place::ReplyTo id="reply-to" label=language.words(Locale::reply_to)
                autofocus=asked.get_untracked()>
                <span></span>
            </Line>
        </Show>
    }
}

/// A field of one line in which addresses stand as text.
#[component]
fn Line(
    place: Place,
    id: &'static str,
    label: Signal<&'static str>,
    #[prop(optional)] autofocus: bool,
    children: Children,
) -> impl IntoView {
    let compose = use_compose();
    let chips = use_chips();
    let field = NodeRef::<html::Input>::new();
    follow(field, move || compose.text(place).get());
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|_| autofocus) {
            field.focus().ok();
        }
    });
    let take = move |text: Option<String>| {
        let (Some(field), Some(text)) = (field.try_get_untracked().flatten(), text) else {
            return false;
        };
        // A field has one line. Addresses from several lines are separated by commas.
        let lines = text.chars().any(char::is_control);
        if lines {
            field.focus().ok();
            insert(&field, &chips.code.split(&text).join(", "));
        }
        lines
    };
    let on_paste = move |event: ClipboardEvent| {
        if take(plain_text(event.clipboard_data())) {
            event.prevent_default();
        }
    };
    let on_drop = move |event: DragEvent| {
        if take(plain_text(event.data_transfer())) {
            event.prevent_default();
        }
    };
    let problem = format!("{id}-problem");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id type="text" node_ref=field autocomplete="off" spellcheck="false"
                aria-invalid=move || invalid(compose, place) aria-describedby=problem.clone()
                on:paste=on_paste on:drop=on_drop
                on:input=move |event| compose.type_text(place, event_target_value(&event))/>
            {children()}
            <FieldProblem place id=problem/>
        </div>
    }
}
