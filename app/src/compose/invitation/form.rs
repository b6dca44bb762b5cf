//! The form in which an invitation is written.

use leptos::prelude::*;

use super::TITLE;
use super::fields::{About, Line, Moment, Zone};
use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::compose::draft::{Invitation, Place};
use crate::compose::problem::FieldProblem;
use crate::compose::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, IconButton};

/// The form, while there is an invitation; and how to undo its removal.
#[component]
#[must_use]
pub(in crate::compose) fn InvitationForm() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let invites =
        Memo::new(move |_| compose.invitation().with(Option::is_some) && !compose.is_raw());
    // The invitation that was removed, and from which draft.
    let removed = RwSignal::new(None::<(u32, Invitation)>);
    let remove = Callback::new(move |()| {
        let shown = compose.state.shown().get_untracked();
        let invitation = compose.invitation().get_untracked();
        removed.set(invitation.map(|invitation| (shown, invitation)));
        compose.set_invitation(None);
    });
    let can_undo = Memo::new(move |_| {
        let shown = compose.state.shown().get();
        let of_this = removed.with(|removed| removed.as_ref().is_some_and(|(of, _)| *of == shown));
        of_this && !invites.get() && !compose.is_raw()
    });
    let undo = move |_| {
        if let Some((_, invitation)) = removed.get_untracked() {
            compose.set_invitation(Some(invitation));
        }
    };
    view! {
        <Show when=move || invites.get()><Form remove/></Show>
        <p class="attach-said" role="status">
            <Show when=move || can_undo.get()>
                <span>{language.words(Locale::event_removed)}</span>
                <button type="button" {..mark(&UNDO)} class="link" on:click=undo>
                    {language.words(Locale::undo)}
                </button>
            </Show>
        </p>
    }
}

#[component]
fn Form(remove: Callback<()>) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let all_day = Memo::new(move |_| {
        let invitation = compose.invitation();
        invitation.with(|one| one.as_ref().is_some_and(|one| one.all_day))
    });
    let change_days = move |event| {
        let all_day = event_target_checked(&event);
        compose.edit_invitation(|one| one.all_day = all_day);
    };
    view! {
        <section class="invitation" aria-label=language.words(Locale::event_invitation)>
            <div class="invitation-head">
                <Icon glyph=Glyph::Calendar/>
                <b>{language.words(Locale::event_invitation)}</b>
                <IconButton glyph=Glyph::Bin label=language.words(Locale::event_remove)
                    on:click=move |_| remove.run(())/>
            </div>
            <div class="invitation-fields">
                // What is sent where it is empty.
                <Line id=TITLE label=Locale::event_title
                    get=|one| &one.title set=|one, text| one.title = text
                    placeholder=Signal::derive(move || compose.subject())/>
                <span></span>
                <label class="choice">
                    <input id="event-all-day" type="checkbox" prop:checked=all_day
                        on:change=change_days/>
                    <span>{language.words(Locale::event_all_day)}</span>
                </label>
                <Moment id="event-start" label=Locale::event_start all_day
                    get=|one| &one.start set=Invitation::move_to/>
                <Moment id="event-end" label=Locale::event_end all_day
                    get=|one| &one.end set=|one, text| one.end = text/>
                <Show when=move || !all_day.get()><Zone/></Show>
                <Line id="event-place" label=Locale::event_place
                    get=|one| &one.place set=|one, text| one.place = text/>
                <About/>
            </div>
            <FieldProblem place=Place::Invitation id="event-problem"/>
            <p class="hint">{language.words(Locale::event_invited)}</p>
        </section>
    }
}
