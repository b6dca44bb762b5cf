//! The fields of the form.

use leptos::html;
use leptos::prelude::*;

use crate::calendar::zones;
use crate::compose::draft::{Invitation, Place};
use crate::compose::problem::invalid;
use crate::compose::store::{ComposeStore, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::follow;

/// A text of the invitation.
type TextOf = fn(&Invitation) -> &String;

/// Changes a text of the invitation.
type SetText = fn(&mut Invitation, String);

/// What the invitation has in a field. Follows it.
fn text(compose: ComposeStore, get: TextOf) -> String {
    let invitation = compose.invitation();
    invitation.with(|one| one.as_ref().map(get).cloned().unwrap_or_default())
}

/// A field of one line.
#[component]
#[must_use]
pub(super) fn Line(
    id: &'static str,
    label: fn(Locale) -> &'static str,
    get: TextOf,
    set: SetText,
    #[prop(optional)] placeholder: Signal<String>,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let field = NodeRef::<html::Input>::new();
    follow(field, move || text(compose, get));
    view! {
        <label for=id>{language.words(label)}</label>
        <input id=id type="text" node_ref=field autocomplete="off" placeholder=placeholder
            on:input=move |event| {
                compose.edit_invitation(|one| set(one, event_target_value(&event)));
            }/>
    }
}

/// What it is about.
#[component]
#[must_use]
pub(super) fn About() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let field = NodeRef::<html::Textarea>::new();
    follow(field, move || text(compose, |one| &one.about));
    view! {
        <label for="event-about">{language.words(Locale::event_description)}</label>
        <textarea id="event-about" rows="2" node_ref=field
            on:input=move |event| {
                compose.edit_invitation(|one| one.about = event_target_value(&event));
            }></textarea>
    }
}

/// A field of a day, with a time unless the event is of whole days.
#[component]
#[must_use]
pub(super) fn Moment(
    id: &'static str,
    label: fn(Locale) -> &'static str,
    all_day: Memo<bool>,
    get: TextOf,
    set: SetText,
) -> impl IntoView {
    let field = move || match all_day.get() {
        true => view! { <MomentField id kind="date" get set/> },
        false => view! { <MomentField id kind="datetime-local" get set/> },
    };
    let language = use_language();
    view! { <label for=id>{language.words(label)}</label>{field} }
}

/// The field of a day, or of a day and a time. It is another field then: a browser drops what is in
/// one whose type is changed.
#[component]
fn MomentField(id: &'static str, kind: &'static str, get: TextOf, set: SetText) -> impl IntoView {
    let compose = use_compose();
    let field = NodeRef::<html::Input>::new();
    let days = kind == "date";
    follow(field, move || {
        let text = text(compose, get);
        match text.split_once('T') {
            Some((day, _)) if days => day.to_owned(),
            _ => text,
        }
    });
    let change = move |event| {
        let typed = event_target_value(&event);
        compose.edit_invitation(|one| {
            // The time is kept for when it counts again.
            let time = get(one).split_once('T').map_or("00:00", |(_, time)| time);
            let moment = match days && !typed.is_empty() {
                true => format!("{typed}T{time}"),
                false => typed,
            };
            set(one, moment);
        });
    };
    view! {
        <input id=id type=kind node_ref=field aria-describedby="event-problem"
            aria-invalid=move || invalid(compose, Place::Invitation) on:change=change/>
    }
}

/// The time zone.
#[component]
#[must_use]
pub(super) fn Zone() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let chosen = Memo::new(move |_| text(compose, |one| &one.zone));
    let mut known = zones();
    for zone in ["UTC".to_owned(), chosen.get_untracked()] {
        if !zone.is_empty() && !known.contains(&zone) {
            known.push(zone);
        }
    }
    let options = known.into_iter().map(|zone| {
        let (value, words) = (zone.clone(), zone.clone());
        view! {
            <option value=value selected=move || chosen.with(|chosen| *chosen == zone)>
                {words}
            </option>
        }
    });
    let change = move |event| {
        let zone = event_target_value(&event);
        compose.edit_invitation(|one| one.zone = zone);
    };
    view! {
        <label for="event-zone">{language.words(Locale::event_zone)}</label>
        <select id="event-zone" prop:value=move || chosen.get() on:change=change>
            {options.collect_view()}
        </select>
    }
}
