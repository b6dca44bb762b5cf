//! The pane in which a message is written.

use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use smtp::SendMode;
use wasm_bindgen::JsCast;

use super::addresses::{Addresses, ManyRecipients, use_chips};
use super::attachments::{Attached, DropOverlay, take_files};
use super::body::{Body, Formats, SwitchedNotice};
use super::checks::Ask;
use super::commands::offer_commands;
use super::draft::Place;
use super::find::FindButton;
use super::footer::{Footer, Sender};
use super::from::From;
use super::held::Notices;
use super::notices::DraftNotices;
use super::opened::OpenedNotice;
use super::options::{OptionsButton, OptionsPanel};
use super::preview::Preview;
use super::problem::{FieldProblem, invalid};
use super::rail::{DraftsButton, NewMessage};
use super::source::{LeftSourceNotice, RawSource, Source};
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use super::templates::{TemplateNotice, TemplatesButton};
use crate::commands::table::{BCC, CC, FIELDS, PREVIEW, SEND, SOURCE};
use crate::commands::{Pressed, mark};
use crate::contacts::use_contacts;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::text_field::follow;
use crate::ui::{Glyph, IconButton, Later, Pane, Toggle, dom, ime, use_later};

/// The pane in which a message is written.
pub static PANE: Pane = Pane {
    name: "write",
    glyph: Glyph::Pen,
    tab: |locale| locale.write(),
    button: Some(|locale| locale.compose()),
    count: None,
    provide: ComposeStore::provide,
    view: || view! { <Compose/> }.into_any(),
};

#[component]
fn Compose() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let contacts = use_contacts();
    let sender = Sender::new();
    let source = RwSignal::new(false);
    let preview = RwSignal::new(false);
    let show = move |what: (bool, bool)| {
        preview.set(what.0);
        source.set(what.1);
    };
    // A source that is edited is sent as it is written.
    let previews = Memo::new(move |_| preview.get() && !compose.is_raw());
    let has = move |place| compose.has_addresses(place);
    let more = RwSignal::new(untrack(|| (has(Place::Cc), has(Place::Bcc))));
    // A draft that is brought back, or was stored, shows every field that has something in it. The
    // field stays while the draft is shown, because the focus may be in it.
    let shows = move |place, asked: fn((bool, bool)) -> bool| {
        let shown = Memo::new(move |before: Option<&(u32, bool)>| {
            let shown = compose.state.shown().get();
            let stays = before.is_some_and(|(draft, shows)| *draft == shown && *shows);
            (shown, asked(more.get()) || has(place) || stays)
        });
        Memo::new(move |_| shown.get().1)
    };
    let cc = shows(Place::Cc, |more| more.0);
    let bcc = shows(Place::Bcc, |more| more.1);
    let later = use_later();
    let chips = use_chips();
    let over = move |event: DragEvent| {
        if chips.is_dragging() {
            event.prevent_default();
        }
    };
    let dropped = move |event: DragEvent, place| {
        if chips.is_dragging() {
            event.prevent_default();
            // The button is within the field To.
            event.stop_propagation();
            chips.drop_into(place);
        }
    };
    let pane = NodeRef::<html::Section>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if sends(&event)
            && pane
                .try_get_untracked()
                .flatten()
                .is_some_and(|pane| is_reachable(&pane))
        {
            event.prevent_default();
            sender.send(SendMode::Run, source.get_untracked());
        }
    });
    on_cleanup(move || keys.remove());
    let dragged_over = take_files(pane, move || {
        let pane = pane.try_get_untracked().flatten();
        pane.is_some_and(|pane| is_reachable(&pane))
    });
    // Another tab writes to the draft: its text can be read and copied here.
    Effect::new(move |_| {
        let read_only = !compose.writes();
        cc.track();
        bcc.track();
        compose.state.shown().track();
        compose.is_raw();
        // Some fields come with it.
        later.track();
        let Some(pane) = pane.get() else { return };
        set_read_only(&pane, read_only);
        // Again when all fields are there.
        request_animation_frame(move || set_read_only(&pane, read_only));
    });
    let subject = NodeRef::<html::Input>::new();
    follow(subject, move || compose.text(Place::Subject).get());
    view! {
        <section class="pane compose" tabindex="-1" aria-label=language.words(Locale::compose)
            node_ref=pane>
            <DraftNotices/>
            <From/>
            <Addresses place=Place::To id="to">
                <span class="field-end">
                    <Show when=move || !cc.get()>
                        <button type="button" {..mark(&CC)} class="link"
                            on:dragover=over on:drop=move |event| dropped(event, Place::Cc)
                            on:click=move |_| more.update(|more| more.0 = true)>
                            "Cc"
                        </button>
                    </Show>
                    <Show when=move || !bcc.get()>
                        <button type="button" {..mark(&BCC)} class="link"
                            on:dragover=over on:drop=move |event| dropped(event, Place::Bcc)
                            on:click=move |_| more.update(|more| more.1 = true)>
                            "Bcc"
                        </button>
                    </Show>
                    <IconButton glyph=Glyph::Person label=language.words(Locale::contacts)
                        on:click=move |_| contacts.show(true)/>
                </span>
            </Addresses>
            <Show when=move || cc.get()>
                <Addresses place=Place::Cc id="cc" autofocus=more.get_untracked().0/>
            </Show>
            <Show when=move || bcc.get()>
                <Addresses place=Place::Bcc id="bcc" autofocus=more.get_untracked().1/>
            </Show>
            <Later view=many quiet=true at_start=true/>
            <div class="field subject" hidden=move || compose.is_raw()>
                <label for="subject">{language.words(Locale::subject)}</label>
                <input id="subject" type="text" node_ref=subject autocomplete="off"
                    aria-invalid=move || invalid(compose, Place::Subject)
                    aria-describedby="subject-problem"
                    on:input=move |event| {
                        compose.type_text(Place::Subject, event_target_value(&event));
                    }/>
                <span></span>
                <FieldProblem place=Place::Subject id="subject-problem"/>
            </div>
            <div class="tools">
                <DraftsButton/>
                <NewMessage class="link new-message"/>
                <Show when=move || compose.state.others().with(|others| !others.is_empty())>
                    <button type="button" class="link" on:click=move |_| compose.bring_back()>
                        {language.words(Locale::bring_back)}
                    </button>
                </Show>
                <OptionsButton/>
                <Formats/>
                <TemplatesButton/>
                <FindButton/>
                <div class="seg views" role="group" aria-label=language.words(Locale::compose_as)>
                    <Toggle pressed=move || !source.get() && !preview.get()
                        label=language.words(Locale::write) {..mark(&FIELDS)}
                        on:click=move |_| show((false, false))/>
                    <Toggle pressed=preview label=language.words(Locale::preview) {..mark(&PREVIEW)}
                        prop:disabled=move || compose.is_raw()
                        on:click=move |_| show((true, false))/>
                    <Toggle pressed=source label=language.words(Locale::source) {..mark(&SOURCE)}
                        on:click=move |_| show((false, true))/>
                </div>
            </div>
            <OptionsPanel/>
            <Later view=notices quiet=true at_start=true/>
            <Show when=move || compose.is_raw()
                fallback=move || view! { <Body hidden=previews/> }>
                <Later view=raw at_start=true/>
            </Show>
            <Show when=move || previews.get()>
                <Later view=recipient/>
            </Show>
            <Show when=move || source.get()>
                <Later view=octets/>
            </Show>
            <Later view=ask quiet=true at_start=true/>
            <Attached/>
            <Footer sender source/>
            <DropOverlay over=dragged_over/>
        </section>
    }
}

/// What the person should know of messages that are held back. For the page as a whole.
#[component]
#[must_use]
pub fn HeldMessages() -> impl IntoView {
    view! { <Later view=held quiet=true at_start=true/> }
}

part! { later:
    fn octets() -> View {
        || view! { <Source/> }.into_any()
    }

    fn recipient() -> View {
        || view! { <Preview/> }.into_any()
    }

    fn raw() -> View {
        || view! { <RawSource/> }.into_any()
    }

    fn many() -> View {
        || view! { <ManyRecipients/> }.into_any()
    }

    fn ask() -> View {
        || view! { <Ask/> }.into_any()
    }

    fn held() -> View {
        || {
            offer_commands();
            view! { <Notices/> }.into_any()
        }
    }

    fn notices() -> View {
        || view! { <LeftSourceNotice/><OpenedNotice/><SwitchedNotice/><TemplateNotice/> }.into_any()
    }
}

/// Sets all text fields below this element.
fn set_read_only(pane: &web_sys::Element, read_only: bool) {
    let Ok(fields) = pane.query_selector_all("input, textarea") else {
        return;
    };
    for at in 0..fields.length() {
        let field = fields.get(at);
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::Element>().ok()) {
            field
                .toggle_attribute_with_force("readonly", read_only)
                .ok();
        }
    }
}

/// Whether this key is the one that the button Send shows.
fn sends(event: &KeyboardEvent) -> bool {
    SEND.is_here(&Pressed::of(event))
        && !event.repeat()
        && !event.default_prevented()
        && !ime::handles(event)
}

/// Whether a key pressed now is for the compose pane: it is shown, no dialog is over it, and no
/// paused line is being edited.
fn is_reachable(pane: &web_sys::HtmlElement) -> bool {
    let focused = document().active_element();
    let edits =
        focused.is_some_and(|focused| focused.closest(".pause").is_ok_and(|at| at.is_some()));
    pane.offset_parent().is_some() && !dom::has_dialog() && !edits
}
