//! The list of drafts, beside the message on wide screens.

mod archive;
mod deleted;
mod keeping;
mod list;
mod row;

use leptos::context::Provider;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::archive::Archive;
use self::deleted::Deleted;
use self::list::{DraftList, focus_list, is_listed};
pub(super) use self::row::DraftRow;
use super::drafts::DraftNotice;
use super::held::Waiting;
use super::pane::PANE;
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::commands::mark;
use crate::commands::table::{NEW, SEARCH, UNDO};
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, Icon, IconButton, Later, Pane, ime, show_pane};

/// The list of drafts.
pub static DRAFTS: Pane = Pane {
    name: "drafts",
    glyph: Glyph::Stack,
    tab: |locale| locale.drafts(),
    button: None,
    count: None,
    // The store of the message has them.
    provide: || {},
    view: || view! { <Rail/> }.into_any(),
};

/// The buttons in the compose pane that the list has too, for when the list is not beside it.
const DRAFTS_BUTTON: &str = "drafts-button";

#[component]
fn Rail() -> impl IntoView {
    let language = use_language();
    let show = show_pane();
    let search = RwSignal::new(String::new());
    let on_key = move |event: KeyboardEvent| {
        let pressed = event.key() == "Escape" && !ime::handles(&event);
        let searching = search.with_untracked(|search| !search.is_empty());
        // The button is there where the list has been opened over the message.
        if pressed
            && !searching
            && let Some(button) = shown(DRAFTS_BUTTON)
        {
            show.run(&PANE);
            button.focus().ok();
        }
    };
    view! {
        <section class="pane rail" aria-label=language.words(Locale::drafts) on:keydown=on_key>
            <div class="rail-head">
                <NewMessage class="btn"/>
                <label class="find">
                    <Icon glyph=Glyph::Search/>
                    <input type="search" autocomplete="off" spellcheck="false" {..mark(&SEARCH)}
                        aria-label=language.words(Locale::search_drafts)
                        placeholder=language.words(Locale::search_drafts)
                        on:input=move |event| search.set(event_target_value(&event))/>
                </label>
            </div>
            <h2>
                <button type="button" on:click=move |_| focus_list()>
                    {language.words(Locale::drafts)}
                </button>
            </h2>
            <Provider value=Search(search)>
                <Later view=drafts before=|| view! { <div class="draft-list"></div> }
                    at_start=true/>
            </Provider>
        </section>
    }
}

/// What is searched for. A context.
#[derive(Clone, Copy)]
struct Search(RwSignal<String>);

part! { later:
    fn drafts() -> View {
        || {
            let Search(search) = expect_context();
            view! {
                <DraftList search/>
                <Waiting/>
                <Deleted/>
                <Archive/>
                <Discarded/>
            }
            .into_any()
        }
    }
}

/// Begins a new message.
#[component]
#[must_use]
pub(super) fn NewMessage(
    /// The style of the button.
    class: &'static str,
) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let show = show_pane();
    view! {
        <button type="button" {..mark(&NEW)} class=class on:click=move |_| begin(compose, show)>
            <Icon glyph=Glyph::Plus/>{language.words(Locale::new_message)}
        </button>
    }
}

/// Begins a new message, with the focus in its first field.
pub(super) fn begin(compose: ComposeStore, show: Callback<&'static Pane>) {
    compose.new_message();
    show.run(&PANE);
    request_animation_frame(|| {
        if let Some(field) = shown("to") {
            field.focus().ok();
        }
    });
}

/// Shows the list of drafts, which is beside the message on wide screens.
pub(super) fn show_drafts(show: Callback<&'static Pane>) {
    show.run(&PANE);
    request_animation_frame(move || {
        if !is_listed() {
            show.run(&DRAFTS);
        }
        request_animation_frame(focus_list);
    });
}

/// Shows the list of drafts where it is not beside the message.
#[component]
#[must_use]
pub(super) fn DraftsButton() -> impl IntoView {
    let language = use_language();
    let show = show_pane();
    let open = move |_| {
        show.run(&DRAFTS);
        request_animation_frame(focus_list);
    };
    view! {
        <button type="button" class="link drafts-button" id=DRAFTS_BUTTON on:click=open>
            <Icon glyph=Glyph::Stack/>{language.words(Locale::drafts)}
        </button>
    }
}

/// Says that a draft has been discarded, and takes that back.
#[component]
fn Discarded() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let notice = move || {
        let discarded = compose.state.notice().get() == Some(DraftNotice::Discarded);
        discarded.then(|| {
            view! {
                <div class="notice">
                    <p>{language.words(Locale::draft_discarded)}</p>
                    <button type="button" {..mark(&UNDO)} class="btn"
                        on:click=move |_| compose.undo_discard()>
                        {language.words(Locale::undo)}
                    </button>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| compose.state.notice().set(None)/>
                </div>
            }
        })
    };
    view! { <div role="status" class="notice-place">{notice}</div> }
}

/// The element of this id, if it is on the screen.
fn shown(id: &str) -> Option<HtmlElement> {
    let element = document().get_element_by_id(id)?;
    let element = element.dyn_into::<HtmlElement>().ok()?;
    element.offset_parent().is_some().then_some(element)
}
